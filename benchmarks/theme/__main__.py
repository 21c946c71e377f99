"""python -m benchmarks.theme: precision, recall and speed of the theme match."""

from __future__ import annotations

from benchmarks.theme import speed
from benchmarks.theme.cases import FRESH, LANGUAGES
from benchmarks.theme.judge import THRESHOLD, Judged, judge, tally
from benchmarks.theme.judge_sites import JudgedSites, judge_sites
from benchmarks.theme.sites import FRESH_SITES, SITE_LANGUAGES

KINDS = {
    "related": "a page that links to what it is about",
    "short": "related, in a title of a few words",
    "unrelated": "pages of two different pairs",
    "short_unrelated": "unrelated, in a title of a few words",
    "sense": "a word in common that means something else",
    "short_sense": "the same, of the titles alone",
    "lookalike": "made alike (prices, hours, risks) and about something else",
}

SITE_KINDS = {
    "same": "pages of two sites about the same thing",
    "subject": "about two things of one subject: two pages of two kettle shops",
    "template": "about two subjects, on sites of one software",
    "unrelated": "about two subjects, on sites of two kinds of software",
}


def main() -> None:
    held_out = [each for each in judge() if each.case.held_out]
    fresh = judge(FRESH)
    print(f"Related is said from a score of {THRESHOLD} on. Held-out pairs, then pairs written once all rules stood:\n")
    print("language  precision  recall     found   wrongly said     precision  recall     found   wrongly said")
    for language in (*LANGUAGES, "all"):
        print(f"{language:8}{_by_language(held_out, language)}  {_by_language(fresh, language)}".rstrip())
    print("\n                      held out                    fresh")
    print("                  said related  mean score   said related  mean score")
    for kind, meaning in KINDS.items():
        print(f"{kind:16}{_by_kind(held_out, kind)} {_by_kind(fresh, kind)}   {meaning}")
    print("\nThe same, of targets that were not crawled, known by the words of their URL and one anchor:")
    unseen = [each for each in judge(crawled=False) if each.case.held_out]
    fresh_unseen = judge(FRESH, crawled=False)
    for kind in KINDS:
        print(f"{kind:16}{_by_kind(unseen, kind)} {_by_kind(fresh_unseen, kind)}".rstrip())
    _tell_sites()
    _tell_speed("English", "en")
    _tell_speed("German, with its compounds", "de")
    _tell_speed("English, of sites with a template", "en", of_sites=True)


def _tell_sites() -> None:
    held_out = [each for each in judge_sites() if each.pair.source_site.held_out]
    fresh = judge_sites(FRESH_SITES)
    languages = ", ".join(SITE_LANGUAGES)
    print(f"\nPages of sites with templates ({languages}), said related or matching at all:\n")
    print("                       held out                           fresh")
    print("                said  at all           mean      said  at all           mean")
    for kind, meaning in SITE_KINDS.items():
        print(f"{kind:12}{_of_sites(held_out, kind)} {_of_sites(fresh, kind)}   {meaning}")


def _of_sites(judged: list[JudgedSites], kind: str) -> str:
    scores = [each.score for each in judged if each.pair.kind == kind]
    said = sum(score >= THRESHOLD for score in scores)
    matching = sum(score > 0 for score in scores)
    return f"{said:8}{matching:8} of {len(scores):<5}{sum(scores) / max(1, len(scores)):8.2f}"


def _tell_speed(name: str, language: str, *, of_sites: bool = False) -> None:
    figures = speed.measure(language, of_sites=of_sites)
    print(f"\nOn one core, {name}, pages of 12 headings and 20 words near each link:")
    print(f"  {figures.links:9,.0f} links/s, of profiles prepared once a page and the text near the link")
    print(f"  {figures.matches:9,.0f} links/s without text near the link")
    print(f"  {figures.profiles:9,.0f} profiles of pages/s")
    print(f"  {figures.counted:9,.0f} pages/s whose words are counted by domain")


def _by_language(judged: list[Judged], language: str) -> str:
    found = tally([each for each in judged if language in (each.case.language, "all")])
    return (
        f"{found.precision:11.2f}{found.recall:8.2f}{found.found:6} of {found.related:<4}"
        f"{found.wrong:5} of {found.unrelated:<5}"
    )


def _by_kind(judged: list[Judged], kind: str) -> str:
    of_it = [each for each in judged if each.case.kind == kind]
    said = sum(each.said_related for each in of_it)
    scores = [each.match.score for each in of_it if each.match.score is not None]
    return f"{said:6} of {len(of_it):<5}{sum(scores) / max(1, len(scores)):10.2f}  "


if __name__ == "__main__":
    main()
