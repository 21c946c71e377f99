from backlink_spider import frontier_keys as keys


def test_the_shard_of_a_domain_never_changes() -> None:
    assert [keys.shard_of(domain, 16) for domain in ("example.org", "example.com", "bücher.example")] == [15, 9, 9]


def test_every_key_of_a_shard_carries_its_tag() -> None:
    names = [
        keys.counters(7, 3),
        keys.waiting_hosts(7, 3),
        keys.dead_letters(7, 3),
        keys.sessions(7),
        keys.flight(7, 9),
    ]
    assert names == ["{b7}3:m", "{b7}3:h", "{b7}3:dead", "{b7}w", "{b7}f:9"]
    assert all(name.startswith(keys.tag(7)) for name in names)


def test_every_key_of_a_run_is_in_one_slot() -> None:
    assert keys.run_keys(12)[0] == "{backlinks:12}"
    assert all(name.startswith("{backlinks:12}") for name in keys.run_keys(12))


def test_what_was_taken_of_start_urls_is_in_their_slot() -> None:
    assert keys.taken("news:start_urls") == "{news:start_urls}:taken"
    assert keys.taken("{news}:start_urls") == "{news}:start_urls:taken"
