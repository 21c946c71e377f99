"""Popularity and trust of pages and domains, computed from the graph of links."""
