"""Seed lists as an operator writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from link_index.errors import BadRules
from link_index.ranks.seed_list import MOST_BYTES, read_seed_list

HEAD = 'name = "ours"\nversion = "2026-11"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "seeds.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_list_has_a_name_a_version_and_registrable_domains_in_order(tmp_path: Path) -> None:
    text = HEAD + '[[seed]]\ndomain = "www.example.org"\nreason = "a library"\n[[seed]]\ndomain = "bücher.example"\n'
    found = read_seed_list(written(tmp_path, text))
    assert (found.name, found.version, found.domains) == ("ours", "2026-11", ("example.org", "xn--bcher-kva.example"))
    assert found.document() == {"name": "ours", "version": "2026-11", "domains": 2, "digest": found.digest}


def test_the_digest_is_of_the_domains_alone(tmp_path: Path) -> None:
    one = read_seed_list(written(tmp_path, HEAD + '[[seed]]\ndomain = "a.example"\n'))
    same = read_seed_list(written(tmp_path, HEAD + '[[seed]]\ndomain = "a.example"\nreason = "another"\n'))
    other = read_seed_list(written(tmp_path, HEAD + '[[seed]]\ndomain = "b.example"\n'))
    assert one.digest == same.digest != other.digest


BAD = [
    ("no TOML", "name = ", "is no TOML file"),
    ("no name", 'version = "1"\n[[seed]]\ndomain = "a.example"\n', "has no name"),
    ("a number as version", 'name = "x"\nversion = 1\n[[seed]]\ndomain = "a.example"\n', "has no version"),
    ("no seeds", HEAD, "names no seeds"),
    ("seeds as texts", HEAD + 'seed = ["a.example"]\n', "seed 1: it has no domain"),
    ("a word unknown", HEAD + 'seeds = ["a.example"]\n', "seeds means nothing in a seed list"),
    ("a word unknown in a seed", HEAD + '[[seed]]\ndomain = "a.example"\nweight = 2\n', "weight means nothing here"),
    ("a domain that cannot be", HEAD + '[[seed]]\ndomain = "a b"\n', "seed 1:"),
    ("a public suffix", HEAD + '[[seed]]\ndomain = "co.uk"\n', "co.uk is no domain that somebody can register"),
    ("a domain twice", HEAD + '[[seed]]\ndomain = "a.example"\n' * 2, "seed 2: a.example is seed 1 already"),
]


@pytest.mark.parametrize(("text", "said"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_cannot_be_meant_is_refused_with_the_place_of_the_mistake(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadRules, match=said) as mistake:
        read_seed_list(written(tmp_path, text))
    assert "seeds.toml" in str(mistake.value)


def test_a_file_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(BadRules, match="There is no seed list"):
        read_seed_list(tmp_path / "missing.toml")
    with pytest.raises(BadRules, match="is a folder"):
        read_seed_list(tmp_path)
    with (tmp_path / "huge.toml").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(BadRules, match="is larger than 64 MB"):
        read_seed_list(tmp_path / "huge.toml")


@pytest.mark.parametrize("name", ["trusted", "spam"])
def test_the_examples_are_seed_lists(name: str) -> None:
    found = read_seed_list(Path(__file__).parents[3] / "deploy" / "scores" / f"{name}-seeds.toml")
    assert len(found.domains) > 1
