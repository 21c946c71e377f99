"""Seeds by command into a crawl in a real Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cluster_commands import AWAY, begin, counted, run, state

if TYPE_CHECKING:
    from pathlib import Path

    from tests.redis_server import RedisServer

SEEDS = ("http://a.example/", "https://b.example/x")


def seeds_of(server: RedisServer, run: int = 1) -> set[bytes]:
    with server.client() as client:
        found: list[bytes] = client.zrange(f"{{backlinks:{run}}}:seeds", 0, -1)
        return set(found)


def test_seeds_are_queued_once(redis_server: RedisServer) -> None:
    begin(redis_server, SEEDS[0])

    status, said = run(redis_server, "seed", *SEEDS, "--name", "news")

    assert (status, said) == (0, "1 queued, 1 known (--again queues them all the same).\n")
    assert counted(redis_server, "queued") == 2
    assert seeds_of(redis_server) == {seed.encode() for seed in SEEDS}


def test_again_queues_what_is_known(redis_server: RedisServer) -> None:
    begin(redis_server, SEEDS[0])

    assert run(redis_server, "seed", *SEEDS, "--name", "news", "--again") == (0, "2 queued, 0 known.\n")
    assert counted(redis_server, "queued") == 3


def test_workers_hear_of_the_new_seeds(redis_server: RedisServer) -> None:
    begin(redis_server)
    before = counted(redis_server, "seeds")

    run(redis_server, "seed", *SEEDS, "--name", "news")

    assert counted(redis_server, "seeds") == before + 4  # in each shard


def test_a_crawl_that_does_not_exist_begins_and_waits_for_workers(redis_server: RedisServer) -> None:
    status, said = run(redis_server, "seed", *SEEDS, "--name", "news")

    assert status == 0
    assert said.startswith("2 queued, 0 known.\nCrawl news begins with them: `backlinks crawl --name news`")
    told = state(redis_server)
    assert (told["state"], told["seeded"], told["pages"]) == ("running", "1", "10000")
    with redis_server.client() as client:
        assert client.zcard("{backlinks:1}:workers") == 0
        assert client.scard("{backlinks:1}:seeding") == 0


def test_a_crawl_that_is_over_begins_anew_with_its_own_scope(redis_server: RedisServer) -> None:
    begin(redis_server, depth=3, pages=50)
    run(redis_server, "stop", "news")

    status, said = run(redis_server, "seed", *SEEDS, "--name", "news")

    assert (status, "begins with them" in said) == (0, True)
    told = state(redis_server, run=2)
    assert (told["state"], '"depth":3' in told["options"], told["pages"]) == ("running", True, "50")
    assert counted(redis_server, "queued", run=2) == 2


def test_denied_domains_are_kept_out(redis_server: RedisServer) -> None:
    begin(redis_server, deny_domains=frozenset({"a.example"}))

    status, said = run(redis_server, "seed", *SEEDS, "--name", "news")

    assert (status, said) == (0, "1 queued, 0 known, 1 kept out by the domains that the crawl denies.\n")


def test_many_seeds_of_a_file_are_queued_once_each(redis_server: RedisServer, tmp_path: Path) -> None:
    (tmp_path / "seeds.txt").write_text("".join(f"https://h{n % 7}.example/{n}\n" for n in range(4500)))

    assert run(redis_server, "seed", str(tmp_path / "seeds.txt"), "--name", "news")[1][:22] == "4,500 queued, 0 known."
    assert counted(redis_server, "queued", shards=16) == 4500


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["exmple", "--name", "news"], "'exmple' is neither a domain"),
        (["a.example"], "Missing option '--name'"),
        (["--name", "news"], "Missing argument 'SEED...'"),
        (["a.example", "--name", "a b"], "name takes letters"),
    ],
)
def test_a_mistake_is_told_before_anything_is_asked(arguments: list[str], told: str) -> None:
    status, said = run(AWAY, "seed", *arguments)
    assert (status, told in said) == (2, True)


def test_a_redis_that_is_away_is_one_sentence() -> None:
    status, said = run(AWAY, "seed", "a.example", "--name", "news")
    assert (status, said.count("\n"), "does not answer" in said) == (1, 1, True)
