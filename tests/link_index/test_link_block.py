"""Documents that are one block of bytes, and their parts when asked for."""

from __future__ import annotations

import bson
import pytest

from link_index.link_block import LinkBlock

DOCUMENTS = [bson.encode({"n": number, "text": "t" * number}) for number in range(5)]


@pytest.mark.parametrize("documents", [[], DOCUMENTS[:1], DOCUMENTS])
def test_a_block_is_its_documents_in_their_order(documents: list[bytes]) -> None:
    block = LinkBlock.of(documents)

    assert (block.joined, len(block), list(block)) == (b"".join(documents), len(documents), documents)
    assert block == documents
    assert block[1:3] == documents[1:3]


def test_a_block_is_not_made_twice() -> None:
    block = LinkBlock.of(DOCUMENTS)

    assert LinkBlock.of(block) is block
    assert LinkBlock.of(DOCUMENTS) == block != LinkBlock.of(DOCUMENTS[1:])
