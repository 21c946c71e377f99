"""Where a run keeps what its stages have made, so that a run that was killed goes on after the last whole one."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_DONE = "stage.json"


class StageFolder:
    """A folder a run, with a folder in it a stage; a stage counts once its mark is written."""

    def __init__(self, scores: Path, run: int) -> None:
        self.path = scores / f"run-{run}"
        self.path.mkdir(parents=True, exist_ok=True)

    def stage(self, name: str) -> Path:
        """The stage's folder, what was left of an attempt that did not end included."""
        folder = self.path / name
        folder.mkdir(exist_ok=True)
        return folder

    def told(self, name: str) -> dict[str, Any] | None:
        """What a stage said when it was done; None if it is not."""
        try:
            told: dict[str, Any] = json.loads((self.path / name / _DONE).read_text("utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return told

    def done(self, name: str, told: dict[str, Any]) -> dict[str, Any]:
        """Mark the stage as done; its files are there before its mark is."""
        mark = self.stage(name) / _DONE
        unfinished = mark.with_suffix(".new")
        unfinished.write_text(json.dumps(told), "utf-8")
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(mark)
        return told

    def save(self, stage: str, arrays: dict[str, NDArray[Any]]) -> None:
        for name, array in arrays.items():
            np.save(self.stage(stage) / f"{name}.npy", array, allow_pickle=False)

    def load(self, stage: str, name: str) -> NDArray[Any] | None:
        """An array a stage saved, mapped into memory; None if it saved none of that name."""
        path = self.path / stage / f"{name}.npy"
        return np.load(path, mmap_mode="r", allow_pickle=False) if path.exists() else None


def remove_others(scores: Path, run: int) -> None:
    """Remove the folders of all runs but this one."""
    for path in scores.glob("run-*"):
        if path.name != f"run-{run}":
            shutil.rmtree(path, ignore_errors=True)
