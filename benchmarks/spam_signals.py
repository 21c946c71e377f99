"""`python -m benchmarks.spam_signals`: precision and recall of each spam signal on webs with planted schemes."""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import click

from benchmarks.spam_web import SpamWeb
from link_index.rules.rule_file import rules
from link_index.spam.domain_spam import SIGNALS, scored
from link_index.spam.domain_web import domain_web

CARELESS = 0.35  # of the sites never use nofollow, in the second web


class Judged(NamedTuple):
    """One signal: domains planted for it, those of them that it found, all it found, and those of no scheme at all."""

    planted: int
    found: int
    flagged: int
    innocent: int

    @property
    def recall(self) -> float:
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """A domain of another scheme is no mistake: a farm's members are twins, too."""
        return 1 - self.innocent / self.flagged if self.flagged else 1.0


def judged(web: SpamWeb) -> tuple[dict[str, Judged], dict[str, float]]:
    """Each signal at the packaged thresholds, and the score of each domain that has one, by name."""
    whole = web.whole()
    number = {name: each for each, name in enumerate(whole.names)}
    flagged: dict[str, set[int]] = defaultdict(set)
    scores = {}
    for domain, score, parts in scored(whole, rules("spam")):
        scores[domain] = score
        for part in parts:
            flagged[part["signal"]].add(number[domain])
    signals = {}
    for signal in SIGNALS:
        planted, found = web.planted.get(signal, set()), flagged[signal]
        signals[signal] = Judged(len(planted), len(planted & found), len(found), len(found - web.arranged))
    return signals, scores


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--domains", default=6_000, help="Ordinary sites; the others come on top.")
@click.option("--seed", default=1, help="Another seed is another web.")
@click.option(
    "--large", default=100_000, help="Ordinary sites of the web that time and memory are measured on; 0: none."
)
def main(domains: int, seed: int, large: int) -> None:
    """Judge the signals on webs of ordinary sites, innocent oddities and planted schemes."""
    _tell(SpamWeb(domains, seed), f"Seed {seed}")
    _tell(SpamWeb(domains, seed, careless=CARELESS), f"The same, but {CARELESS:.0%} of the sites never use nofollow")
    _tell(SpamWeb(domains, seed, disguised=True), "The first, but the schemes take care not to show")
    _, scores = judged(SpamWeb(domains, seed, planted=False))
    highest = max(scores.values(), default=0)
    click.echo(f"The first without any scheme: {len(scores)} domains have a score, of {highest} at most")
    if large:
        _cost(SpamWeb(large, seed))


def _tell(web: SpamWeb, title: str) -> None:
    whole = web.whole()
    click.echo(f"{title}: {whole.domains:,} domains, {len(whole.source):,} pairs of them linked")
    began = time.perf_counter()
    signals, scores = judged(web)
    seconds = time.perf_counter() - began
    click.echo(f"  {'signal':16}{'planted':>9}{'found':>7}{'recall':>8}{'flagged':>9}{'innocent':>10}{'precision':>11}")
    for name, each in signals.items():
        counts = f"{each.planted:>9}{each.found:>7}{each.recall:>8.2f}{each.flagged:>9}{each.innocent:>10}"
        click.echo(f"  {name:16}{counts}{each.precision:>11.3f}")
    arranged = {whole.names[each] for each in web.arranged}
    for least in (1, 10, 20, 30, 50):
        having = {name for name, score in scores.items() if score >= least}
        of_others = f"{len(having - arranged)} of {whole.domains - len(arranged):,} others"
        click.echo(f"  score {least:>2} or more: {len(having & arranged):>3} of {len(arranged)} arranged, {of_others}")
    kinds = Counter(re.sub(r"\d+\.example$", "", name) for name in scores.keys() - arranged)
    others = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    click.echo(f"  others with a score: {others or 'none'}; found in {seconds:.2f} s\n")


def _cost(web: SpamWeb) -> None:
    arrays = web.arrays()
    links = len(arrays[2][0])
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before, began = _memory("VmRSS"), time.perf_counter()
    flagged = sum(1 for _ in scored(domain_web(*arrays), rules("spam")))
    seconds, peak = time.perf_counter() - began, _memory("VmHWM") - before
    click.echo(
        f"{len(arrays[0]):,} domains, {links:,} pairs of pages linked: {seconds:.1f} s, {peak / links:.0f} bytes a "
        f"pair at the peak, beside the pairs themselves; {flagged:,} domains have a score"
    )


def _memory(which: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{which}:")[1].split()[0]) * 1024


if __name__ == "__main__":
    main()
