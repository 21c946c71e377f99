"""What a report says, section by section, of a profile that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from link_index.anchors.over_optimisation import conclusion
from link_index.profiles import crawled_sentence
from link_index.reports.link_classes import NOT_COMPARABLE, NOT_SCORED, THEMES, VALUES
from link_index.reports.scored import NO_SCORES, parts_said
from link_index.reports.sheet import Chart, Section, Sheet, Table
from link_index.reports.timeline import timeline
from link_index.tables import anchor, day, label, score, summary_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from link_index.documents import Document
    from link_index.questions import Row
    from link_index.reports.profile_reading import Profile
    from link_index.targets import AskedTarget

CHARTED = 12  # classes a chart shows; the table has all of them

_SHARES = ("links", "share", "referring domains")


def report(target: AskedTarget, profile: Profile) -> Sheet:
    """The whole report."""
    sentences = [target.sentence() + "."]
    if profile.crawled:
        sentences.append(crawled_sentence(target, profile.crawled))
    sentences.append("But for the totals and the timeline, live links of other domains are counted.")
    if profile.run is None:
        sentences.append(NO_SCORES)
    return Sheet(f"Backlinks of {target.name}", tuple(sentences), list(_sections(profile)))


def _sections(profile: Profile) -> Iterable[Section]:
    scored = profile.run is not None
    yield _totals(profile)
    yield _timeline(profile)
    if scored:
        yield _scale(profile, "Value of links", "value", (*VALUES, NOT_SCORED), "What each link is worth, 0 to 100.")
        yield _best_pages(profile)
    yield _best_domains(profile)
    if scored:
        yield _spam(profile)
        yield _classes(profile, "Anchors", "anchor", "anchor", "No share of any class is safe or unsafe by itself.")
        yield _over_optimisation(profile)
        said = "How far referring page and target are about the same, 0 to 1."
        yield _scale(profile, "Theme match", "theme", (*THEMES, NOT_COMPARABLE, NOT_SCORED), said)
    yield _classes(profile, "Languages", "language", "language", "What the referring pages declare.")
    yield _classes(profile, "Link types", "type", "type")
    yield _classes(profile, "Placement", "placement", "placement")
    yield _classes(profile, "Hard and redirected links", "way", "way", "A hard link leads straight to the target.")
    if profile.run is not None:
        yield _run(profile.run)


def _totals(profile: Profile) -> Section:
    live = next((row for row in profile.totals if (row["scope"], row["state"]) == ("external", "live")), {})
    links, domains = live.get("links", 0), live.get("referring_domains", 0)
    said = (
        f"{links:,} live links of other domains, from {live.get('referring_pages', 0):,} pages of {domains:,} domains."
    )
    shares = ""
    if links:
        of_domains = live["dofollow_referring_domains"] / domains
        shares = (
            f"Dofollow are {live['dofollow_share']:.1%} of these links, and {of_domains:.1%} of the domains have one."
        )
    headings, body = summary_table(profile.totals)
    table = Table(tuple(headings), tuple(map(tuple, body)))
    return Section("Totals", tuple(filter(None, (said, shares))), table)


def _timeline(profile: Profile) -> Section:
    span, rows = timeline(profile.found, profile.lost)
    if not rows:
        return Section("New and lost links", ("No link was ever found.",))
    said = f"By {span}, links of other domains: found by their first look, lost by the look that missed them."
    table = Table((span, "found", "lost"), tuple((name, f"{found:,}", f"{lost:,}") for name, found, lost in rows))
    names, found, lost = zip(*rows, strict=True)
    return Section("New and lost links", (said,), table, Chart(names, (("found", found), ("lost", lost)), True))


def _classes(profile: Profile, title: str, dimension: str, heading: str, *said: str) -> Section:
    """A dimension whose classes are names, most links first."""
    rows = profile.shares.rows(dimension)
    return Section(title, said, _table(heading, rows), _chart(rows[:CHARTED]))


def _scale(profile: Profile, title: str, dimension: str, names: Sequence[str], *said: str) -> Section:
    """A dimension whose classes are in an order; those without a value show only if a link is among them."""
    known = {name: (links, domains) for name, links, domains in profile.shares.rows(dimension)}
    on_scale = [(name, *known.get(name, (0, 0))) for name in names if name in known or name in (*VALUES, *THEMES)]
    return Section(title, said, _table(dimension, on_scale), _chart(on_scale, True))


def _table(heading: str, rows: Sequence[tuple[str, int, int]]) -> Table:
    whole = sum(links for _, links, _ in rows) or 1
    return Table(
        (heading, *_SHARES),
        tuple((name, f"{links:,}", f"{links / whole:.1%}", f"{domains:,}") for name, links, domains in rows),
    )


def _chart(rows: Sequence[tuple[str, int, int]], is_scale: bool = False) -> Chart | None:
    if not rows:
        return None
    names, links, domains = zip(*rows, strict=True)
    return Chart(names, (("links", links), ("referring domains", domains)), is_scale)


def _over_optimisation(profile: Profile) -> Section:
    """What each rule says, with a link that causes its warning."""
    rows = tuple(
        (rule.rule, rule.state, rule.said, rule.causes[0].source_url if rule.state == "warning" and rule.causes else "")
        for rule in profile.anchor_rules
    )
    said = (conclusion(profile.anchor_rules), "`backlinks anchor-profile` names all links that cause a warning.")
    return Section("Over-optimisation of anchors", said, Table(("rule", "state", "what it says", "for instance"), rows))


def _best_pages(profile: Profile) -> Section:
    headings = ("referring page", "value of its best link", "page rank", "anchor", "label", "placement", "first seen")
    rows = tuple(
        (row["source_url"], score(row["value"]), score(row["rank"]), anchor(row), label(row), row["placement"],
         day(row["first_seen"])) for row in profile.pages
    )  # fmt: skip
    return Section("Best referring pages", ("Those with the best link, by its value.",), Table(headings, rows))


def _best_domains(profile: Profile) -> Section:
    said = "By domain rank." if profile.run else "By links, as no domain is ranked."
    return Section("Best referring domains", (said,), _domains(profile.domains))


def _spam(profile: Profile) -> Section:
    if not profile.spam:
        return Section("Signals of spam", ("No referring domain shows any.",))
    said = (
        "The referring domains that show most, with every part of their score; `backlinks disavow` lists them in full."
    )
    return Section("Signals of spam", (said,), _domains(profile.spam))


def _domains(rows: Sequence[Row]) -> Table:
    headings = ("referring domain", "rank", "trust", "spam", "parts of spam", "links", "dofollow", "best value")
    return Table(
        headings,
        tuple(
            (row["source_domain"], score(row["rank"]), score(row["trust"]), score(row["spam"]),
             parts_said(row["spam_parts"]), f"{row['links']:,}", f"{row['dofollow']:,}", score(row["best_value"]))
            for row in rows
        ),
    )  # fmt: skip


def _run(run: Document) -> Section:
    """How the scores were computed, so that a report can be told from another."""
    said = f"Run {run['_id']} of the score job, finished on {run['finished']:%Y-%m-%d %H:%M} UTC."
    facts = [("method", "methods"), ("parameter", "parameters"), ("edges", "edge_filters"), ("seeds", "seeds")]
    rows = [(f"{title}: {name}", _fact(value)) for title, field in facts for name, value in _items(run.get(field))]
    return Section("How the scores were computed", (said,), Table(("what", "how"), tuple(rows)))


def _items(named: Any) -> list[tuple[str, Any]]:
    return list(named.items()) if isinstance(named, dict) else []


def _fact(value: Any) -> str:
    return ", ".join(f"{name} {item}" for name, item in value.items()) if isinstance(value, dict) else str(value)
