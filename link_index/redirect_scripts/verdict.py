"""What is said of a URL that is a redirection script."""

from __future__ import annotations

from typing import NamedTuple


class Verdict(NamedTuple):
    """The rule that says so, the reason as a sentence, and where the script leads if its URL carries that."""

    rule: str
    said: str
    target: str | None
