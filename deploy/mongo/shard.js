// Shards the index, once, before the first crawl: mongosh "$MONGODB_URI" --file deploy/mongo/shard.js
// The reasons for each key are in docs/operating.md. Run again, it changes nothing that is sharded already.
const index = db.getName()

// `_id` begins with a hash of the page: ranges of it are even, and a page's links lie on one shard as one write.
const keys = {
  links: {_id: 1},
  pages: {_id: 'hashed'},
  redirects: {_id: 'hashed'},
  domains: {_id: 'hashed'},
  refdomains: {target_domain: 1, _id: 1},
}

// Whatever MongoDB thinks of a chunk's size: 256 ranges by the first byte of a page's hash, empty now, so cheap to move.
function ranges() {
  return Array.from({length: 255}, (_, i) => UUID(`${(i + 1).toString(16).padStart(2, '0')}000000-0000-0000-0000-000000000000`))
}

sh.enableSharding(index)
for (const [collection, key] of Object.entries(keys)) {
  const namespace = `${index}.${collection}`
  if (db.getSiblingDB('config').collections.findOne({_id: namespace})) {
    print(`${namespace} is sharded already`)
    continue
  }
  sh.shardCollection(namespace, key)
  if (collection === 'links') for (const _id of ranges()) sh.splitAt(namespace, {_id})
  print(`${namespace} is sharded by ${EJSON.stringify(key)}`)
}
// The balancer spreads the empty ranges now; afterwards writes are even and it has nothing to do. `crawls` and `dirty`
// stay whole: they are small.
