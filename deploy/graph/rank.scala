// PageRank on Spark's GraphX as `backlinks score` computes it: teleport as exported, dangling mass spread evenly,
// domains weighted by the pages that link. GraphX's own PageRank has no weights and starts every page alike.
//
//     GRAPH=web ITERATIONS=60 spark-shell -I deploy/graph/rank.scala
//
// reads web/vertices and web/edges and writes web/rank (key, rank). What is left of the error is below damping to the
// power of the iterations: 6e-5 after sixty.

import org.apache.spark.graphx._
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.functions._

def rank(spark: SparkSession, folder: String, iterations: Int, damping: Double): Unit = {
  spark.sparkContext.setCheckpointDir(s"$folder/checkpoints")
  def csv = spark.read.option("header", true).option("escape", "\"")
  val vertices = csv.schema("id LONG, key STRING, domain STRING, teleport DOUBLE").csv(s"$folder/vertices")
  val table = csv.csv(s"$folder/edges")
  val weight = if (table.columns.contains("linking_pages")) lit(1.0) + log2(col("linking_pages").cast("double")) else lit(1.0)
  val edges = table.select(col("src").cast("long"), col("dst").cast("long"), weight)
    .rdd.map(row => Edge(row.getLong(0), row.getLong(1), row.getDouble(2)))
  val nodes = vertices.count.toDouble
  val teleport = vertices.select("id", "teleport").rdd.map(row => (row.getLong(0), row.getDouble(1)))

  // A node is (rank, teleport, whether it is dangling); an edge, the share of its source's rank that it carries.
  val weighted = Graph(teleport, edges)
  val out = weighted.aggregateMessages[Double](edge => edge.sendToSrc(edge.attr), _ + _)
  var graph = weighted
    .outerJoinVertices(out)((_, teleport, total) => (teleport, total.getOrElse(0.0)))
    .mapTriplets(edge => edge.attr / edge.srcAttr._2)
    .mapVertices((_, node) => (1 / nodes, node._1, node._2 == 0.0))
    .cache()

  for (iteration <- 1 to iterations) {
    val previous = graph
    val spread = damping * previous.vertices.filter(_._2._3).map(_._2._1).sum / nodes
    val votes = previous.aggregateMessages[Double](edge => edge.sendToDst(edge.srcAttr._1 * edge.attr), _ + _)
    graph = previous.outerJoinVertices(votes)((_, node, vote) =>
      (damping * vote.getOrElse(0.0) + spread + (1 - damping) * node._2, node._2, node._3)).cache()
    if (iteration % 10 == 0) graph.checkpoint() // or the plan grows with every iteration
    graph.vertices.count()
    graph.edges.count()
    previous.unpersist()
  }

  val ranks = spark.createDataFrame(graph.vertices.map(node => (node._1, node._2._1))).toDF("id", "rank")
  vertices.join(ranks, "id").select("key", "rank")
    .write.option("header", true).option("escape", "\"").csv(s"$folder/rank")
}

rank(spark, sys.env("GRAPH"), sys.env.getOrElse("ITERATIONS", "60").toInt, sys.env.getOrElse("DAMPING", "0.85").toDouble)
System.exit(0)
