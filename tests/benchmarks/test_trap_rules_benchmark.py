"""Ordinary sites that are generated are fetched whole, and the comparison notices when they are not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.ordinary_sites import OrdinarySites
from benchmarks.trap_rules import compare

if TYPE_CHECKING:
    import pytest

    from backlinks.web_folder import Answer


class WithTrap(OrdinarySites):
    """The same sites, and a path that repeats itself."""

    def answer(self, url: str) -> Answer | None:
        answer = super().answer(url)
        if answer is None or url != self.seeds[0]:
            return answer
        return replace(answer, body=b"<a href='/ab/ab/ab/'>x</a>")


def test_nothing_of_the_generated_sites_is_kept_out(capsys: pytest.CaptureFixture[str]) -> None:
    sites = OrdinarySites(60)
    assert compare("sites", sites, sites.seeds)
    assert "; 0 missing; " in capsys.readouterr().out


def test_what_is_kept_out_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    sites = WithTrap(1)
    assert not compare("sites", sites, sites.seeds[:1])
    told = capsys.readouterr().out
    assert "missing http://forum.test/ab/ab/ab/" in told
    assert "traps/refused/repeated_segments: 1" in told
