"""What a run keeps of its stages on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from link_index.scoring.stage_folder import StageFolder, remove_others

if TYPE_CHECKING:
    from pathlib import Path


def test_a_stage_counts_once_its_mark_is_whole(tmp_path: Path) -> None:
    folder = StageFolder(tmp_path, 3)
    folder.save("ranks", {"page_rank": np.array([0.25, 0.75])})
    assert folder.told("ranks") is None
    (folder.stage("ranks") / "stage.json").write_text('{"pages": ')  # what a full disk leaves
    assert folder.told("ranks") is None
    assert folder.done("ranks", {"pages": 2}) == {"pages": 2}
    again = StageFolder(tmp_path, 3)
    assert again.told("ranks") == {"pages": 2}
    values = again.load("ranks", "page_rank")
    assert values is not None
    assert values.tolist() == [0.25, 0.75]
    assert again.load("ranks", "page_trust") is None


def test_folders_of_other_runs_are_removed(tmp_path: Path) -> None:
    for run in (1, 2, 10):
        StageFolder(tmp_path, run).save("graph", {"a": np.zeros(1)})
    remove_others(tmp_path, 10)
    assert [path.name for path in tmp_path.iterdir()] == ["run-10"]
