"""How well the theme of a referring page matches that of its target."""
