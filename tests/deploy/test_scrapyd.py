"""The egg under a real scrapyd: deployed, scheduled, listed and cancelled as an operator does."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
import requests

from tests.deploy.configured_redis import ConfiguredRedis
from tests.deploy.conftest import BIN, PASSWORD, ROOT, USER, outer_environment
from tests.end_to_end.conftest import SLOW_HOSTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.deploy.conftest import Scrapyd
    from tests.end_to_end.crawls import Crawl

pytestmark = pytest.mark.xdist_group("scrapyd")


def deploy(scrapyd: Scrapyd, checkout: Path, egg: Path) -> None:
    """`scrapyd-deploy`, with the target of scrapy.cfg at the test's port."""
    config = checkout / "scrapy.cfg"
    text = (ROOT / "scrapy.cfg").read_text("utf-8").replace("http://127.0.0.1:6800/", scrapyd.url)
    config.write_text(text, "utf-8")
    environment = {**outer_environment(), "SCRAPYD_USERNAME": USER, "SCRAPYD_PASSWORD": PASSWORD}
    command = [BIN / "scrapyd-deploy", "--egg", egg]
    subprocess.run(command, cwd=checkout, env=environment, check=True, capture_output=True, timeout=60)


def schedule(scrapyd: Scrapyd, *arguments: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    environment = {"SCRAPYD_URL": scrapyd.url, "SCRAPYD_USERNAME": USER, "SCRAPYD_PASSWORD": password}
    command = [ROOT / "deploy" / "scrapyd" / "schedule", *arguments]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=60)


def test_an_egg_holds_the_project_alone(egg: Path) -> None:
    with zipfile.ZipFile(egg) as archive:
        names = archive.namelist()
        assert archive.read("EGG-INFO/entry_points.txt").decode().count("settings = settings.chosen") == 1
    folders = {name.partition("/")[0] for name in names}
    assert folders == {"EGG-INFO", "backlink_spider", "pipelines", "settings", "link_index", "backlinks"}
    for module in ("backlink_spider/link_walk", "pipelines/link_loops"):
        assert any(name.startswith(f"{module}.") and name.endswith(".so") for name in names), module


def test_the_compiled_loops_of_an_egg_are_those_that_run(egg: Path, bare_python: Path, tmp_path: Path) -> None:
    code = (
        "import backlink_spider.link_walk, backlink_spider.page_reader, pipelines.page_encoder as encoder;"
        "print(type(backlink_spider.link_walk.__loader__).__name__, encoder.link_loops.__file__, encoder.__file__)"
    )
    environment = {**outer_environment(), "PYTHONPATH": str(egg)}
    ran = subprocess.run(
        [bare_python, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    loader, library, encoder = ran.stdout.split()
    assert loader == "ExtensionFileLoader"
    assert library.endswith(".so")
    assert encoder == str(egg / "pipelines" / "page_encoder.py")


def test_scrapyd_asks_for_name_and_password(new_scrapyd: Callable[..., Scrapyd]) -> None:
    scrapyd = new_scrapyd({})
    assert requests.get(f"{scrapyd.url}daemonstatus.json", timeout=10).status_code == 401
    assert scrapyd.ask("daemonstatus")["running"] == 0
    refused = schedule(scrapyd, "news", "1", password="wrong")
    assert refused.returncode != 0
    assert "401" in refused.stderr


def test_a_scheduled_crawl_is_listed_and_a_cancelled_one_ends_cleanly(
    egg: Path, checkout: Path, new_scrapyd: Callable[..., Scrapyd], slow_web: Callable[[int], Crawl]
) -> None:
    crawl = slow_web(200)
    scrapyd = new_scrapyd(crawl.environment)
    deploy(scrapyd, checkout, egg)
    assert scrapyd.ask("listspiders", project="backlinks")["spiders"] == ["backlinks"]

    short = scrapyd.schedule(seeds="first.example", crawl="short", pages="3")
    scrapyd.until(lambda: scrapyd.jobs("finished"))
    assert "(limit_pages)" in scrapyd.log(short)
    assert crawl.db.crawls.find_one({"_id": "short"})["reason"] == "limit_pages"

    long = scrapyd.schedule(seeds="first.example second.example", crawl="long")
    scrapyd.until(lambda: len(crawl.pages_asked_for()) > 10)
    assert [job["id"] for job in scrapyd.jobs("running")] == [long]
    scrapyd.ask("cancel", project="backlinks", job=long)
    scrapyd.until(lambda: len(scrapyd.jobs("finished")) == 2)
    assert "(shutdown)" in scrapyd.log(long)
    assert "exitstatus" not in scrapyd.said()


def test_two_workers_share_a_crawl_until_one_is_cancelled_and_the_other_has_lost_its_scrapyd(
    egg: Path, checkout: Path, new_scrapyd: Callable[..., Scrapyd], slow_web: Callable[[int], Crawl], tmp_path: Path
) -> None:
    crawl = slow_web(400)
    redis = ConfiguredRedis(tmp_path / "redis")
    redis.start()
    try:
        scrapyd = new_scrapyd(crawl.environment | {"REDIS_URL": redis.url})
        deploy(scrapyd, checkout, egg)
        hurry = ("setting=DOWNLOAD_DELAY=0", "setting=LOG_LEVEL=INFO")
        for _ in range(2):  # as a timer that fires twice
            done = schedule(scrapyd, "news", "2", f"seeds={' '.join(SLOW_HOSTS)}", *hurry)
            assert done.returncode == 0, done.stdout + done.stderr
        jobs = [json.loads(line)["jobid"] for line in done.stdout.splitlines()]
        scrapyd.until(lambda: len(scrapyd.jobs("finished")) == 2 and len(crawl.pages_asked_for()) > 20)
        assert len(jobs) == 2
        assert len(scrapyd.jobs("running")) == 2
        assert sum("(enough_workers)" in scrapyd.log(job["id"]) for job in scrapyd.jobs("finished")) == 2

        cancelled, left = (job["id"] for job in scrapyd.jobs("running"))
        scrapyd.ask("cancel", project="backlinks", job=cancelled)
        scrapyd.until(lambda: len(scrapyd.jobs("finished")) == 3)
        assert "Spider closed (shutdown)" in scrapyd.log(cancelled)

        scrapyd.process.kill()
        scrapyd.process.wait()
        scrapyd.until(lambda: "Spider closed (shutdown)" in scrapyd.log(left))
        assert "scrapyd is gone: this worker drains" in scrapyd.log(left)
        assert set(crawl.pages_asked_for()) <= set(crawl.db.pages.distinct("_id")), "a page on the wire was lost"
        assert len(crawl.pages_asked_for()) == len(set(crawl.pages_asked_for())), "a page was asked for twice"
    finally:
        redis.kill()
