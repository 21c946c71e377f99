"""Redirection scripts that a URL itself gives away, and where they lead."""
