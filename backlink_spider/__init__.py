"""The crawl: from a seed domain to Page items."""
