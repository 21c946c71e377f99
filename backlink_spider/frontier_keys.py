"""Where the frontier's data lies in Redis: the names of its keys.

All keys of a shard carry its hash tag, so that they share a slot and its scripts may touch them all. A registrable
domain is in one shard with all of its hosts, whatever the crawl.
"""

from __future__ import annotations

from zlib import crc32

CRAWLS = "backlinks:crawls"  # hash: crawl name -> number of its run; #run, #session, #shards
DROPPED = "{backlinks:crawls}:dropped"  # set: runs whose keys are to be swept


def shard_of(domain: str, shards: int) -> int:
    return crc32(domain.encode()) % shards


def tag(shard: int) -> str:
    """What a shard's scripts are called with; no key has this name alone."""
    return f"{{b{shard}}}"


def run_key(run: int) -> str:
    """Hash: a run of a crawl as a whole. Its sets and lists are this name and `:seeds`, `:workers` and so on."""
    return f"{{backlinks:{run}}}"


def run_keys(run: int) -> tuple[str, ...]:
    """Every key of a run that is not in a shard."""
    key = run_key(run)
    return (key, *(f"{key}:{part}" for part in ("seeds", "workers", "about", "seeding", "drain", "lost")))


def counters(shard: int, run: int) -> str:
    """Hash: what a run counts in a shard."""
    return f"{tag(shard)}{run}:m"


def waiting_hosts(shard: int, run: int) -> str:
    """Hash with a field for each host that has URLs waiting."""
    return f"{tag(shard)}{run}:h"


def dead_letters(shard: int, run: int) -> str:
    """List, newest first: `ms losses deaths why host entry`."""
    return f"{tag(shard)}{run}:dead"


def sessions(shard: int) -> str:
    """Sorted set: session -> ms at which its lease on all it holds in the shard ends."""
    return f"{tag(shard)}w"


def flight(shard: int, session: int) -> str:
    """Hash of what a session holds in the shard."""
    return f"{tag(shard)}f:{session}"


def taken(start_urls: str) -> str:
    """Sorted set of what was taken from a start-urls key and is not queued yet; in the slot of that key."""
    return f"{start_urls}:taken" if "{" in start_urls else f"{{{start_urls}}}:taken"
