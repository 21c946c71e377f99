"""Signals of arranged links, computed from the index alone."""
