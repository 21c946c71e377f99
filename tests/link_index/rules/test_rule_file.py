"""The operator's rules in place of the packaged ones, and what is said of those that cannot be."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from link_index.errors import BadRules
from link_index.rules.rule_file import RULES_DIR_VARIABLE, overridden, rules

if TYPE_CHECKING:
    from pathlib import Path

PACKAGED = sorted(
    each.name.removesuffix(".toml") for each in files("link_index.rules").iterdir() if each.name.endswith(".toml")
)
KNOWN = {"share": 0.5, "words": ["one"], "deep": {"count": 3, "on": True}}


@pytest.mark.parametrize("name", PACKAGED)
def test_every_packaged_file_is_read_as_it_is(name: str) -> None:
    assert rules(name) == tomllib.loads(files("link_index.rules").joinpath(f"{name}.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("own", "result"),
    [
        ({}, KNOWN),
        ({"share": 0.7}, KNOWN | {"share": 0.7}),
        ({"share": 1}, KNOWN | {"share": 1.0}),
        ({"words": ["two", "three"]}, KNOWN | {"words": ["two", "three"]}),
        ({"deep": {"count": 9}}, KNOWN | {"deep": {"count": 9, "on": True}}),
    ],
)
def test_what_an_operator_says_stands_in_place_of_what_is_packaged(own: dict, result: dict) -> None:
    assert overridden(KNOWN, own, "mine.toml") == result


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"shares": 1.0}, "mine.toml: shares is no rule; there are share, words, deep."),
        ({"deep": {"cuont": 1}}, "mine.toml: deep: cuont is no rule; there are count, on."),
        ({"share": "0.5"}, "mine.toml: share has to be like 0.5."),
        ({"deep": 3}, "mine.toml: deep has to be like {'count': 3, 'on': True}."),
        ({"deep": {"on": 1}}, "mine.toml: deep: on has to be like True."),
        ({"deep": {"count": True}}, "mine.toml: deep: count has to be like 3."),
    ],
)
def test_a_rule_that_is_not_known_or_of_another_type_is_refused_by_its_name(own: dict, said: str) -> None:
    with pytest.raises(BadRules) as told:
        overridden(KNOWN, own, "mine.toml")
    assert str(told.value) == said


@pytest.mark.parametrize("name", PACKAGED[:1])
def test_a_folder_without_the_file_changes_nothing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RULES_DIR_VARIABLE, str(tmp_path))
    assert rules(name) == rules(name, tmp_path)


@pytest.mark.parametrize("text", [b"no toml at all", b"\xff\xfe"])
@pytest.mark.parametrize("name", PACKAGED[:1])
def test_a_file_that_cannot_be_read_is_named(name: str, text: bytes, tmp_path: Path) -> None:
    (tmp_path / f"{name}.toml").write_bytes(text)
    with pytest.raises(BadRules, match="is no TOML file"):
        rules(name, tmp_path)


@pytest.mark.parametrize("name", PACKAGED[:1])
def test_a_folder_that_is_none_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadRules, match="is no folder; BACKLINKS_RULES_DIR names"):
        rules(name, tmp_path / "missing")


@pytest.mark.parametrize("name", PACKAGED[:1])
def test_a_file_whose_name_means_nothing_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "link-value.toml").write_text("")
    with pytest.raises(BadRules, match=r"link-value\.toml is no file of rules; there are .*link_value\.toml"):
        rules(name, tmp_path)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_no_figure(number: float) -> None:
    with pytest.raises(BadRules, match=r"mine\.toml: share has to be a number"):
        overridden(KNOWN, {"share": number}, "mine.toml")
