"""`backlinks graph export` as a person and a script meet it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from backlinks.graph import CHOICES, FORMATS, graph
from link_index.graph import export
from link_index.graph.chosen_graph import GRAPHS

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    Run = Callable[..., Result]


def test_the_command_offers_every_format_and_graph() -> None:
    assert tuple(export.FORMS) == FORMATS
    assert tuple(GRAPHS) == CHOICES


def test_every_option_format_and_graph_is_documented() -> None:
    document = (Path(__file__).parents[2] / "docs" / "graph.md").read_text(encoding="utf-8")
    command = graph.commands["export"]
    options = [name for parameter in command.params for name in parameter.opts if name.startswith("-")]
    assert [word for word in options if f"{word} " not in document] == []
    assert [word for word in (*FORMATS, *CHOICES) if f"| `{word}`" not in document] == []


@pytest.mark.parametrize("there", [False, True])
def test_a_graph_is_written_to_a_folder_that_is_empty_or_not_there(on_scored: Run, tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "to" / "web"
    if there:
        folder.mkdir(parents=True)
    result = on_scored("graph", "export", str(folder), "--graph", "domains")
    about = json.loads((folder / "graph.json").read_text())
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{about['nodes']} nodes and {about['edges']} edges written to {folder}.\n"
    assert {path.name for path in folder.iterdir()} == {"graph.json", "nodes.tsv.gz", "edges.tsv.gz"}
    with gzip.open(folder / "edges.tsv.gz") as lines:
        assert len(list(lines)) == about["edges"] > 0


def test_a_folder_with_something_in_it_is_left_alone(on_scored: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("kept")
    result = on_scored("graph", "export", str(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{tmp_path} is not empty; name a folder that is empty or not there." in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize(("inside", "sentence"), [("", "is a file"), ("web", "cannot be made: Not a directory")])
def test_a_file_is_no_folder(on_scored: Run, tmp_path: Path, inside: str, sentence: str) -> None:
    (tmp_path / "file").write_text("kept")
    result = on_scored("graph", "export", str(tmp_path / "file" / inside))
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_an_export_that_fails_leaves_the_folder_empty(
    on_scored: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(json, "dumps", full)
    result = on_scored("graph", "export", str(tmp_path / "web"))
    assert result.exit_code == 1
    assert "No space left on device." in result.stderr
    assert list((tmp_path / "web").iterdir()) == []
