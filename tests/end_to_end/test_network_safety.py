"""A crawl whose pages try to lead it into the network it stands in: what it asks, stores and says.

127.0.0.1 plays the public internet, by BACKLINKS_ALLOWED_NETWORKS; all else, 127.0.0.2 above all, is inside.
"""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import named_hosts
from tests.end_to_end.crawls import ROOT
from tests.watched_server import WatchedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.end_to_end.crawls import Crawl

OUTSIDE, INSIDE = "127.0.0.1", "127.0.0.2"
HOSTS = {
    "public.example": [OUTSIDE],
    "login.example": [OUTSIDE],
    "robots.example": [OUTSIDE],
    "mixed.example": [INSIDE, OUTSIDE],
    "inside.example": [INSIDE],
    "localhost": ["::1", OUTSIDE],
    "metadata.google.internal": ["169.254.169.254"],
}
OPTIONS = (
    *("-s", f"BACKLINKS_ALLOWED_NETWORKS={OUTSIDE}/32"),
    *("-s", f"DOWNLOAD_HANDLERS={json.dumps(dict.fromkeys(('http', 'https'), 'tests.named_hosts.NamedHostsHandler'))}"),
    *("-s", "BACKLINKS_ROBOTS_RETRY=0.01"),
)


@dataclass
class Attempt:
    """A crawl that has ended."""

    outside: WatchedServer
    inside: WatchedServer
    output: str
    pages: dict[str, dict[str, Any]]  # by URL, as they are stored
    kept: str  # everything that is stored, in the database and in files
    crawl_id: str


class Pages:
    """What the server outside answers; P and Q in it are the ports outside and inside."""

    def __init__(self) -> None:
        self.ports = {"P": "", "Q": ""}
        self.go_on = threading.Event()
        self.go_on.set()

    def __call__(self, host: str, path: str) -> tuple[int, dict[str, str], str]:
        if path == "/robots.txt":
            return (301, self._to("http://127.0.0.2:Q/robots.txt"), "") if host == "robots.example" else (404, {}, "")
        if path.startswith("/to-"):
            return 302, self._to(REDIRECTS[path]), ""
        if path == "/cookie":
            return 200, {"Set-Cookie": "session=1; Path=/"}, self._filled("<a href='http://login.example:P/more'>x</a>")
        if path == "/hold":
            self.go_on.wait(30)
        return 200, {}, self._filled(BODIES.get(path, ""))

    def _to(self, location: str) -> dict[str, str]:
        return {"Location": self._filled(location)}

    def _filled(self, text: str) -> str:
        for name, port in self.ports.items():
            text = re.sub(rf"(?<=:){name}(?=/)", port, text)
        return text


LINKS = {  # what they end as: outcome and reason
    "http://inside.example:Q/": ("refused", "address"),
    "http://127.0.0.2:Q/literal": ("refused", "address"),
    "http://2130706434:Q/decimal": ("refused", "address"),
    "http://0x7f.0.0.2:Q/hex": ("refused", "address"),
    "http://0177.2:Q/octal": ("refused", "address"),
    "http://[::ffff:127.0.0.2]:Q/mapped": ("refused", "address"),
    "http://[64:ff9b::127.0.0.2]:Q/nat64": ("refused", "address"),
    "http://[::1]:Q/six": ("refused", "address"),
    "http://169.254.169.254/latest/meta-data/": ("refused", "address"),
    "http://metadata.google.internal/computeMetadata/v1/": ("refused", "address"),
    "http://93.184.215.14:22/": ("refused", "port"),
    "https://[2606:2800:21f::1]:6379/": ("refused", "port"),
    "http://public.example:P/to-literal": ("redirect", ""),
    "http://public.example:P/to-name": ("redirect", ""),
    "http://public.example:P/to-file": ("redirect", "redirect_dead"),
    "http://public.example:P/to-ftp": ("redirect", "redirect_dead"),
    "http://public.example:P/to-port": ("redirect", ""),
    "http://public.example:P/refresh": ("page", ""),
    "http://public.example:P/script": ("page", ""),
    "http://public.example:P/cookie": ("page", ""),
    "http://mixed.example:P/mixed": ("page", ""),
    "http://localhost:P/localhost": ("page", ""),
}
REDIRECTS = {
    "/to-literal": "http://127.0.0.2:Q/redirected",
    "/to-name": "//inside.example:Q/redirected",
    "/to-file": "file:///etc/passwd",
    "/to-ftp": "ftp://127.0.0.2:Q/",
    "/to-port": "http://93.184.215.14:25/",
    "/to-login": "http://user:secret@login.example:P/after",
}
LED_INSIDE = {
    "http://127.0.0.2:Q/redirected": ("refused", "address"),
    "http://inside.example:Q/redirected": ("refused", "address"),
    "http://inside.example:Q/refreshed": ("refused", "address"),
    "http://127.0.0.2:Q/scripted": ("refused", "address"),
    "http://93.184.215.14:25/": ("refused", "port"),
}
OTHER_SCHEMES = ["file:///etc/passwd", "ftp://user:secret@127.0.0.2/", "gopher://127.0.0.2:Q/_x", "data:text/html,x"]
CREDENTIALS = ["http://user:secret@public.example:P/login", "http://public.example:P/to-login"]
BODIES = {
    "/": "".join(
        f"<a href='{url}'>x</a>" for url in [*LINKS, *OTHER_SCHEMES, *CREDENTIALS, "http://robots.example:P/page"]
    ),
    "/refresh": "<meta http-equiv=refresh content='0; url=http://inside.example:Q/refreshed'>",
    "/script": "<script>location.href = 'http://127.0.0.2:Q/scripted'</script>",
    "/login": "<base href='http://user:secret@login.example:P/'><a href='from-base'>x</a>",
}


@contextmanager
def servers(patch: pytest.MonkeyPatch) -> Iterator[tuple[WatchedServer, WatchedServer, Pages]]:
    patch.setenv(named_hosts.VARIABLE, json.dumps(HOSTS))
    patch.setenv("PYTHONPATH", str(ROOT))
    pages = Pages()
    with WatchedServer(OUTSIDE, pages) as outside, WatchedServer(INSIDE, lambda *_: (200, {}, "")) as inside:
        pages.ports = {"P": str(outside.server_port), "Q": str(inside.server_port)}
        yield outside, inside, pages


def direct(new_crawl: Callable[..., Crawl]) -> Crawl:
    crawl = new_crawl()
    crawl.proxied = False
    return crawl


@pytest.fixture(scope="module")
def attempt(new_crawl: Callable[..., Crawl]) -> Iterator[Attempt]:
    with pytest.MonkeyPatch.context() as patch, servers(patch) as (outside, inside, _):
        crawl = direct(new_crawl)
        seed = f"http://user:secret@public.example:{outside.server_port}/"
        # The port inside is a usual one, so that nothing but its address keeps the crawl from it.
        output = crawl.run(seed, *OPTIONS, "-s", f"BACKLINKS_ALLOWED_PORTS=80,443,{inside.server_port}")
        stored = {name: list(crawl.db[name].find()) for name in crawl.db.list_collection_names()}
        files = [path.read_bytes().decode("latin-1") for path in crawl.folder.rglob("*") if path.is_file()]
        assert any("/after" in file for file in files)  # the frontier's
        by_url = {page["_id"]: page for page in stored["pages"]}
        kept = repr(stored) + "".join(files)
        yield Attempt(outside, inside, output, by_url, kept, stored["crawls"][0]["_id"])


def _url(template: str, attempt: Attempt) -> str:
    """As it is stored: in the form of the URL Standard."""
    ports = {":P/": f":{attempt.outside.server_port}/", ":Q/": f":{attempt.inside.server_port}/"}
    for name, port in ports.items():
        template = template.replace(name, port)
    literal = {
        "2130706434": INSIDE, "0x7f.0.0.2": INSIDE, "0177.2": INSIDE,
        "[::ffff:127.0.0.2]": "[::ffff:7f00:2]", "[64:ff9b::127.0.0.2]": "[64:ff9b::7f00:2]",
    }  # fmt: skip
    for spelling, address in literal.items():
        template = template.replace(f"//{spelling}:", f"//{address}:")
    return template


def test_nobody_inside_is_contacted(attempt: Attempt) -> None:
    assert attempt.inside.requests == []
    assert attempt.inside.connections == 0


@pytest.mark.parametrize(("url", "ended"), [*LINKS.items(), *LED_INSIDE.items()])
def test_each_attempt_is_an_outcome_of_its_page(attempt: Attempt, url: str, ended: tuple[str, str]) -> None:
    page = attempt.pages[_url(url, attempt)]
    assert (page["outcome"], page.get("reason", "")) == ended


def test_of_mixed_addresses_the_public_ones_are_asked(attempt: Attempt) -> None:
    assert attempt.outside.asked("/mixed")
    assert attempt.pages[_url("http://mixed.example:P/mixed", attempt)]["ip"] == OUTSIDE


def test_a_robots_txt_is_not_looked_for_inside(attempt: Attempt) -> None:
    """Its host was asked, and redirected the crawl to where it does not go."""
    assert any("Host: robots.example" in request for request in attempt.outside.requests)
    page = attempt.pages[_url("http://robots.example:P/page", attempt)]
    assert (page["outcome"], page["reason"]) == ("refused", "robots_unreachable")


def test_other_schemes_are_counted_and_never_asked(attempt: Attempt) -> None:
    assert re.search(r"Links that are no http\(s\) links: 1 data, 3 other scheme", attempt.output)
    assert not [url for url in attempt.pages if not url.startswith(("http://", "https://"))]


def test_user_and_password_of_a_url_are_neither_sent_nor_stored_nor_logged(attempt: Attempt) -> None:
    for path in ("/login", "/to-login", "/after", "/from-base"):
        assert attempt.outside.asked(path)
    secrets = re.compile("secret|user:|dXNlcjpzZWNyZXQ")  # the last as Authorization has it
    assert not [request for request in attempt.outside.requests if secrets.search(request)]
    assert "secret" not in attempt.kept
    assert not secrets.search(attempt.output)
    assert "secret" not in attempt.crawl_id


def test_no_request_carries_what_an_earlier_one_was_given(attempt: Attempt) -> None:
    assert attempt.outside.asked("/more")
    names = {
        line.partition(":")[0].lower() for request in attempt.outside.requests for line in request.splitlines()[1:]
    }
    assert names - {""} == {"host", "accept", "accept-language", "user-agent", "accept-encoding"}


def test_the_summary_counts_what_was_refused_and_the_log_knows_no_error(attempt: Attempt) -> None:
    refused = sum(page.get("reason") == "address" for page in attempt.pages.values())
    assert f"{refused} not fetched: the address is not public" in attempt.output
    assert "3 not fetched: the port is none of BACKLINKS_ALLOWED_PORTS" in attempt.output
    assert "2 redirects without a usable target" in attempt.output
    assert not re.search("ERROR|WARNING|Traceback", attempt.output)


def test_a_running_crawl_listens_nowhere(new_crawl: Callable[..., Crawl], monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither Telnet nor Scrapy's remote control nor anything else."""
    with servers(monkeypatch) as (outside, _, pages):
        pages.go_on.clear()
        crawl = direct(new_crawl)
        with crawl.start(f"http://public.example:{outside.server_port}/hold", *OPTIONS) as process:
            crawl.until(lambda: outside.asked("/hold"))
            sockets = _sockets(process.pid)
            pages.go_on.set()
            process.communicate(timeout=60)
    assert any(state == "01" for state in sockets)  # it has connections: they were looked for in the right place
    assert "0A" not in sockets


def _sockets(pid: int) -> list[str]:
    """The states of a process's TCP sockets; 0A is listening (Linux, proc_pid_net(5))."""
    links = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
    own = {link.removeprefix("socket:[").removesuffix("]") for link in links if link.startswith("socket:[")}
    lines = [
        line.split() for kind in ("tcp", "tcp6") for line in Path(f"/proc/{pid}/net/{kind}").read_text().splitlines()
    ]
    return [fields[3] for fields in lines[1:] if len(fields) > 9 and fields[9] in own]


def test_a_proxy_is_asked_for_nothing_inside(new_crawl: Callable[..., Crawl], tmp_path: Path) -> None:
    refused = {
        "http://127.0.0.1/": "address",
        "http://10.1/": "address",
        "http://[::1]:8080/": "address",
        "https://127.0.0.1/": "address",
        "http://localhost/": "address",
        "http://metadata.google.internal/": "address",
        "http://intranet/": "address",
        "http://site.example:22/": "port",
        "https://site.example:25/": "port",
    }
    links = "".join(f"<a href='{url}'>x</a>" for url in refused)
    redirect = '["http://site.example/moved"]\nlocation = "http://169.254.169.254/"\n'
    body = f'["http://site.example/"]\nbody = "<a href=/moved>x</a>{links}"\n'
    (tmp_path / "web.toml").write_text(f'["http://site.example/robots.txt"]\nstatus = 404\n{body}{redirect}', "utf-8")
    crawl = new_crawl(tmp_path)
    output = crawl.run("http://site.example/")
    reasons = {page["_id"]: page["reason"] for page in crawl.db["pages"].find({"outcome": "refused"})}
    assert reasons == {url.replace("10.1", "10.0.0.1"): why for url, why in refused.items()} | {
        "http://169.254.169.254/": "address"
    }
    assert {exchange.host for exchange in crawl.server.log} == {"site.example"}
    assert not re.search("ERROR|Traceback", output)
