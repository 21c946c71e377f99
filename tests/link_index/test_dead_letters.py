"""What the server refused is kept whole, a line of ASCII each, whatever strings it holds."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import bson
import pytest
from bson import json_util

from link_index.dead_letters import DeadLetters
from link_index.page_write import CODEC
from link_index.spool import Spool
from tests.poisons import OBEYED, POISONS

if TYPE_CHECKING:
    from pathlib import Path

STORABLE = [pytest.param(text, id=name) for name, text in POISONS.items() if name != "lone surrogate"]  # no BSON


@pytest.mark.parametrize("poison", STORABLE)
def test_a_letter_is_one_line_that_reads_back(tmp_path: Path, poison: str) -> None:
    letters = DeadLetters(tmp_path)
    document = {"_id": poison, "anchor": poison, "rel": [poison], "skipped": {poison.replace("\0", ""): 1}}
    for _ in range(2):
        letters.keep("links", document, f"refused: {poison}")

    *lines, end = letters.path.read_text("utf-8").split("\n")
    assert end == ""
    assert [json_util.loads(line)["document"] for line in lines] == [document, document]
    assert all(line.isascii() and not OBEYED.search(line) for line in lines)


@pytest.mark.parametrize("poison", STORABLE)
def test_a_document_waits_in_the_spool_as_it_is(tmp_path: Path, poison: str) -> None:
    document = {"_id": poison, "anchor": poison, "rel": [poison]}
    spool = Spool(tmp_path, 10_000)
    records, unreadable = spool.read(spool.append([bson.encode(document, codec_options=CODEC)]))
    assert ([bson.decode(record, CODEC) for record in records], unreadable) == ([document], 0)


def test_half_a_letter_does_not_spoil_the_next_one(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path)
    letters.keep("pages", {"_id": 1}, "refused")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (letters.path.stat().st_size + 20, hard))  # a disk with no more room
    try:
        with pytest.raises(OSError, match="dead-letters"):
            letters.keep("pages", {"_id": 2}, "refused")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    letters.keep("pages", {"_id": 3}, "refused")

    assert [json_util.loads(line)["document"] for line in letters.path.read_text().splitlines()] == [
        {"_id": 1},
        {"_id": 3},
    ]
