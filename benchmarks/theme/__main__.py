"""python -m benchmarks.theme: precision, recall and speed of the theme match."""

from __future__ import annotations

from benchmarks.theme import speed
from benchmarks.theme.cases import LANGUAGES
from benchmarks.theme.judge import THRESHOLD, Judged, judge, tally

KINDS = {
    "related": "a page that links to what it is about",
    "short": "related, in a title of a few words",
    "unrelated": "pages of two different pairs",
    "short_unrelated": "unrelated, in a title of a few words",
    "sense": "a word in common that means something else",
    "short_sense": "the same, of the titles alone",
    "lookalike": "made alike (prices, hours, risks) and about something else",
}


def main() -> None:
    judged = [each for each in judge() if each.case.held_out]
    print(f"Held-out pairs; related is said from a score of {THRESHOLD} on.\n")
    print("language  precision  recall     found   wrongly said related")
    for language in (*LANGUAGES, "all"):
        of_it = judged if language == "all" else [each for each in judged if each.case.language == language]
        found = tally(of_it)
        print(
            f"{language:8}{found.precision:11.2f}{found.recall:8.2f}{found.found:6} of {found.related:<4}"
            f"{found.wrong:5} of {found.unrelated}"
        )
    print("\n                  said related   mean score  not comparable")
    print("\n".join(_by_kind(judged)))
    print("\nThe same, of targets that were not crawled, known by the words of their URL and one anchor:")
    print("\n".join(_by_kind([each for each in judge(crawled=False) if each.case.held_out])))
    for name, language in (("English", "en"), ("German, with its compounds", "de")):
        figures = speed.measure(language)
        print(f"\nOn one core, {name}, pages of 12 headings and 20 words near each link:")
        print(f"  {figures.links:9,.0f} links/s, of profiles prepared once a page and the text near the link")
        print(f"  {figures.matches:9,.0f} links/s without text near the link")
        print(f"  {figures.profiles:9,.0f} profiles of pages/s")
        print(f"  {figures.counted:9,.0f} pages/s whose words are counted by domain")


def _by_kind(judged: list[Judged]) -> list[str]:
    return [
        _line(kind, meaning, [each for each in judged if each.case.kind == kind]) for kind, meaning in KINDS.items()
    ]


def _line(kind: str, meaning: str, of_it: list[Judged]) -> str:
    said = sum(each.said_related for each in of_it)
    scores = [each.match.score for each in of_it if each.match.score is not None]
    mean = sum(scores) / max(1, len(scores))
    return f"{kind:16}{said:6} of {len(of_it):<5}{mean:10.2f}{len(of_it) - len(scores):10}       {meaning}"


if __name__ == "__main__":
    main()
