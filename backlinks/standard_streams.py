"""What a crawl says to whoever started it, as long as somebody reads it: a worker outlives its scrapyd."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


def say(text: str, stream: TextIO) -> None:
    """A line. Where nobody reads the stream any more, this and all that follows goes nowhere."""
    try:
        stream.write(f"{text}\n")
        stream.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # the interpreter's own flush, at the end, would fail again
        os.close(nowhere)
