"""Charts draw the numbers they are given, name themselves, and hold no text that is markup."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from link_index.reports.sheet import Chart
from link_index.reports.svg_charts import WIDTH, description, scale_end, svg
from tests.known_scores import BREAKOUT

NAMESPACE = "{http://www.w3.org/2000/svg}"


def drawn(chart: Chart) -> Any:
    return ET.fromstring(svg(chart, "c", "A title"))


def bars(chart: Chart, series: int) -> list[Any]:
    """Rectangles of a series but for the one of its legend."""
    return [rect for rect in drawn(chart).iter(f"{NAMESPACE}rect") if rect.get("class") == f"series{series}"][1:]


COLUMNS = Chart(("a", "b", "c"), (("links", (1, 0, 4)), ("domains", (1, 0, 2))), True)
BARS = Chart(("x", "y"), (("links", (50, 25)),))


def test_columns_are_as_high_as_their_numbers() -> None:
    heights = [float(rect.get("height")) for rect in bars(COLUMNS, 0)]
    assert heights == [36.0, 0.0, 144.0]  # of 180, which stands for 5
    for rect in bars(COLUMNS, 0) + bars(COLUMNS, 1):
        assert float(rect.get("y")) + float(rect.get("height")) == 180


def test_bars_are_as_long_as_their_numbers() -> None:
    widths = [float(rect.get("width")) for rect in bars(BARS, 0)]
    assert widths[0] == 2 * widths[1] > 0


@pytest.mark.parametrize(
    "chart", [COLUMNS, BARS, Chart(("only",), (("links", (0,)),)), Chart(("only",), (("links", (0,)),), True)]
)
def test_nothing_is_drawn_outside_and_every_chart_names_itself(chart: Chart) -> None:
    root = drawn(chart)
    height = float(root.get("viewBox").split()[3])
    for rect in root.iter(f"{NAMESPACE}rect"):
        assert 0 <= float(rect.get("x")) <= float(rect.get("x")) + float(rect.get("width")) <= WIDTH
        assert 0 <= float(rect.get("y")) <= float(rect.get("y")) + float(rect.get("height")) <= height
    assert root.get("role") == "img"
    named = {element.get("id"): element.text for element in root if element.get("id")}
    assert [named[name] for name in root.get("aria-labelledby").split()] == ["A title", description(chart)]


def test_a_description_tells_the_largest_numbers() -> None:
    assert description(COLUMNS) == (
        "3 bars; most links: 4 (c); most domains: 2 (c). The table beside it has all numbers."
    )


def test_a_hostile_label_is_text() -> None:
    root = drawn(Chart((BREAKOUT,), ((BREAKOUT, (1,)),)))
    assert {element.tag.removeprefix(NAMESPACE) for element in root.iter()} == {
        "svg",
        "title",
        "desc",
        "rect",
        "text",
        "g",
    }


@pytest.mark.parametrize(("most", "end"), [(0, 1), (1, 1), (3, 5), (5, 5), (6, 10), (11, 20), (1_234_567, 2_000_000)])
def test_a_scale_ends_with_a_round_number(most: int, end: int) -> None:
    assert scale_end(most) == end
