"""Whether two pages are about the same thing."""
