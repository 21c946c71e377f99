"""deploy/mongo/shard.js in the real mongosh, with a cluster that writes down what it is told."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from link_index.documents import INDEXES
from tests.deploy.conftest import ROOT
from tests.test_mongo_shell import MONGOSH, NODE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("mongosh")

CLUSTER = """
const told = {sharded: [], splits: []}
const collections = {findOne: ({_id}) => KNOWN.includes(_id)}
const itsDb = {getName: () => 'backlinks', getSiblingDB: () => ({collections})}
const itsSh = {
  enableSharding: (name) => { told.database = name },
  shardCollection: (name, key) => { told.sharded.push([name, key]) },
  splitAt: (name, at) => { told.splits.push([name, at._id.toString('hex')]) },
}
"""


def sharded(folder: Path, known: list[str]) -> dict[str, Any]:
    assert MONGOSH.exists(), "mongosh is not installed: `make test` installs it"
    script = (ROOT / "deploy" / "mongo" / "shard.js").read_text("utf-8")
    run = f";(function (db, sh) {{\n{script}\n}})(itsDb, itsSh)\nprint('TOLD ' + JSON.stringify(told))\n"
    whole = f"const KNOWN = {json.dumps(known)}\n{CLUSTER}\n{run}"
    (folder / "shard.js").write_text(whole, "utf-8")
    command = [NODE, MONGOSH, "--quiet", "--norc", "--nodb", "--file", folder / "shard.js"]
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout.rpartition("TOLD ")[2])
    return told


def test_every_collection_with_an_index_is_sharded_and_links_are_split_by_the_first_byte_of_their_id(
    tmp_path: Path,
) -> None:
    told = sharded(tmp_path, [])
    assert told["database"] == "backlinks"
    assert {name.removeprefix("backlinks.") for name, _ in told["sharded"]} == set(INDEXES)
    assert dict(told["sharded"])["backlinks.links"] == {"_id": 1}
    assert {name for name, _ in told["splits"]} == {"backlinks.links"}
    assert [at.replace("-", "") for _, at in told["splits"]] == [f"{i:02x}".ljust(32, "0") for i in range(1, 256)]


def test_what_is_sharded_already_is_left_alone(tmp_path: Path) -> None:
    told = sharded(tmp_path, ["backlinks.links", "backlinks.pages"])
    assert {name for name, _ in told["sharded"]} == {"backlinks.refdomains", "backlinks.domains", "backlinks.redirects"}
    assert told["splits"] == []
