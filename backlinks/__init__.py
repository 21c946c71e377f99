"""The command line: the one place that reaches the crawl and the index."""
