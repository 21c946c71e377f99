"""How well and how fast the theme match goes, on labelled pairs of seven languages."""
