"""Downloader and spider middlewares, one to a file."""
