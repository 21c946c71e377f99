"""`python -m backlinks` is `backlinks`."""

from backlinks.cli import main

main(prog_name="backlinks")
