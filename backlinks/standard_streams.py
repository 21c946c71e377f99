"""What commands say to whoever started them; a crawl as long as somebody reads it: a worker outlives its scrapyd."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from link_index.shown_text import visible_lines

if TYPE_CHECKING:
    from typing import TextIO


def tell(text: str, *, err: bool = False) -> None:
    """What a command says, on standard output or standard error, no character of it for a terminal to obey."""
    click.echo(visible_lines(text), err=err)


def say(text: str, stream: TextIO) -> None:
    """The same on any stream. Where nobody reads the stream any more, this and all that follows goes nowhere."""
    try:
        stream.write(f"{visible_lines(text)}\n")
        stream.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # the interpreter's own flush, at the end, would fail again
        os.close(nowhere)
