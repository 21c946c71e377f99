"""Scrapy settings: base holds every value once, the others are overlays."""
