"""The words that a compound may be made of, where a language writes it as one word (`Yogamatte`, `Zahnimplantat`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

LANGUAGES = frozenset(["da", "de", "et", "fi", "hu", "is", "nb", "nl", "nn", "no", "sv"])

# Shorter beginnings and ends stand in too many words by chance: `ring`, `rat`, `ein`.
LEAST_BEGINNING = 4
LEAST_END = 5
LEAST_REST = 3


def compound_parts(stems: Collection[str], language: str | None) -> dict[str, str]:
    """The beginnings and ends of the stems that may be words of their own, each with a stem that has it.

    To be met with the words of another page, which tells those that are words.
    """
    if language not in LANGUAGES:
        return {}
    parts = {stem[:size]: stem for stem in stems for size in range(LEAST_BEGINNING, len(stem) - LEAST_REST + 1)}
    parts |= {stem[-size:]: stem for stem in stems for size in range(LEAST_END, len(stem) - LEAST_REST + 1)}
    return parts
