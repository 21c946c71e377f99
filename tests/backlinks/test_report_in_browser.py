"""The HTML report in a real browser: seen in light and dark, it neither runs nor fetches anything."""

from __future__ import annotations

import platform
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import sync_playwright

from backlinks.cli import main
from link_index.reports.html_report import html_lines
from tests.link_index.reports.test_written_reports import SHEET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.xdist_group("chromium"),  # one browser opens all
    pytest.mark.skipif(
        (sys.platform, platform.machine()) != ("linux", "x86_64"),
        reason="npm has this browser for Linux on x86-64 alone",
    ),
]

FOLDER = Path(sys.prefix) / "chromium" / "browser"
FLAGS = ["--no-zygote", "--disable-gpu"]


class Opened:
    """A page, and what it asked for and complained of since it was opened."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.goto(file.as_uri())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert (FOLDER / "chromium").exists(), "the browser is not installed: `make test` installs it"
    surroundings: dict[str, str | float | bool] = {
        "LD_LIBRARY_PATH": str(FOLDER / "al2023" / "lib"),
        "FONTCONFIG_PATH": str(FOLDER / "fonts"),
    }
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=FOLDER / "chromium", args=FLAGS, env=surroundings)
        yield started
        started.close()


@pytest.fixture(scope="module")
def written(scored_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on the known index, as the command writes it."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    words = ["report", "example.com", "--format", "html", "-o", str(file)]
    result = CliRunner().invoke(main, words, env={"MONGODB_URI": scored_uri})
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"Written to {file}.\n")
    return file


@pytest.fixture(scope="module", params=["light", "dark"])
def report(request: Any, browser: Browser, written: Path) -> Iterator[Opened]:
    page = browser.new_page(color_scheme=request.param)
    yield Opened(page, written)
    page.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


def test_it_asks_for_nothing_and_complains_of_nothing(report: Opened, written: Path) -> None:
    assert report.requests == [written.as_uri()]
    assert report.complaints == []


def test_its_style_is_applied_in_light_and_dark(report: Opened) -> None:
    is_dark = report.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    ground = report.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(21, 24, 29)" if is_dark else "rgb(255, 255, 255)")


def test_every_chart_can_be_seen(report: Opened) -> None:
    charts = report.page.evaluate("""[...document.querySelectorAll('svg')].map(svg => ({
        width: svg.getBoundingClientRect().width, height: svg.getBoundingClientRect().height,
        bars: [...svg.querySelectorAll('g rect')].filter(bar => bar.getBoundingClientRect().width > 1
            && bar.getBoundingClientRect().height > 1).map(bar => getComputedStyle(bar).fill)}))""")
    ground = report.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert len(charts) == 8
    for chart in charts:
        assert chart["width"] > 400
        assert chart["height"] > 40
        assert chart["bars"]
        assert not {ground, "rgb(0, 0, 0)"} & set(chart["bars"])


def test_who_cannot_see_it_is_told_what_is_there(report: Opened) -> None:
    page = report.page
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(heading => heading.tagName)")
    assert levels == ["H1"] + ["H2"] * (len(levels) - 1)
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == "Backlinks of example.com"
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))
    named = page.evaluate("""[...document.querySelectorAll('[aria-labelledby]')]
        .flatMap(element => element.getAttribute('aria-labelledby').split(' '))
        .map(id => document.getElementById(id).textContent.trim())""")
    assert named
    assert all(named)
    assert page.get_by_role("img").count() == 8
    assert page.evaluate("document.querySelectorAll('th:not([scope])').length") == 0
    assert page.get_by_role("row", name="c.co.uk 48.1 22.5").count() == 1


def test_a_narrow_screen_scrolls_tables_and_not_the_page(browser: Browser, written: Path) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 640})
    Opened(page, written)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    page.close()


def test_hostile_texts_neither_run_nor_fetch(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "hostile.html"
    file.write_text("\n".join(html_lines(SHEET)), encoding="utf-8")
    opened = Opened(page, file)
    page.mouse.move(200, 200)
    assert (opened.requests, opened.complaints) == ([file.as_uri()], [])


def test_the_policy_holds_should_a_text_become_markup(page: Page, written: Path, tmp_path: Path) -> None:
    file = tmp_path / "attacked.html"
    with socket.create_server(("127.0.0.1", 0)) as server:
        there = f"http://127.0.0.1:{server.getsockname()[1]}/"
        attack = (
            f"<script>alert(1)</script><script src={there}x.js></script><img src={there}x.png onerror=alert(2)>"
            f"<style>body {{display: none}}</style><p style='color: red' id=styled>x</p><iframe src={there}></iframe>"
            f"<base href={there}>"
        )
        file.write_text(written.read_text(encoding="utf-8").replace("</h1>", f"</h1>{attack}"), encoding="utf-8")
        opened = Opened(page, file)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody called
            server.accept()
    assert page.evaluate("getComputedStyle(document.body).display") == "block"
    assert page.evaluate("getComputedStyle(document.getElementById('styled')).color") != "rgb(255, 0, 0)"
    assert page.evaluate("document.baseURI") == file.as_uri()
    assert {"1", "2"}.isdisjoint(opened.complaints)
    assert len(opened.complaints) >= 6
    assert all("Content Security Policy" in complaint for complaint in opened.complaints)
