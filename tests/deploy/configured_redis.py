"""A Redis with the configuration and the users of deploy."""

from __future__ import annotations

import subprocess
from pathlib import Path

import redis

from tests.redis_server import RedisServer, program

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "redis.conf"
USERS = "user default reset\nuser backlinks on >secret ~backlinks:* ~{b* +@all -@admin -@dangerous +info"


class ConfiguredRedis(RedisServer):
    """Started by a configuration file in its folder, asked as a worker asks."""

    @property
    def url(self) -> str:
        return f"redis://backlinks:secret@127.0.0.1:{self.port}"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "users.acl").write_text(USERS, "utf-8")
        text = CONFIGURATION.read_text("utf-8").replace("/etc/redis/users.acl", str(self.folder / "users.acl"))
        (self.folder / "redis.conf").write_text(text.replace("dir /data", f"dir {self.folder}"), "utf-8")
        command = [program(), self.folder / "redis.conf", "--port", str(self.port), "--bind", "127.0.0.1"]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        self._wait()

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, username="backlinks", password="secret")
