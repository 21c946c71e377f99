"""Downloader middlewares, one to a file."""
