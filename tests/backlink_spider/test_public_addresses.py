import asyncio
import ipaddress
from typing import Any

import pytest
from scrapy.exceptions import CannotResolveHostError

from backlink_spider import public_addresses
from backlink_spider.errors import AddressNotPublic, BadOption
from backlink_spider.public_addresses import PublicAddresses, is_allowed, operators_proxies, read_networks


@pytest.mark.parametrize(
    ("words", "networks"),
    [
        ([], []),
        (["127.0.0.0/8"], ["127.0.0.0/8"]),
        (["127.0.0.0/8 ::1, 10.1.2.3/16"], ["127.0.0.0/8", "::1/128", "10.1.0.0/16"]),
    ],
)
def test_networks_are_read_from_a_setting(words, networks):
    assert read_networks(words) == [ipaddress.ip_network(network) for network in networks]


def test_what_is_no_network_is_said_in_one_sentence():
    with pytest.raises(BadOption, match=r"takes networks such as 10\.0\.0\.0/8, not 'localhost'"):
        read_networks(["localhost"])


@pytest.mark.parametrize(
    ("address", "networks", "allowed"),
    [
        ("93.184.215.14", [], True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", [], True),
        ("127.0.0.1", [], False),
        ("10.0.0.1", [], False),
        ("169.254.169.254", [], False),
        ("0.0.0.0", [], False),
        ("::1", [], False),
        ("224.0.0.1", [], False),
        ("::ffff:127.0.0.1", [], False),
        ("fe80::1%eth0", [], False),
        ("127.0.0.1", ["127.0.0.0/8"], True),
        ("::ffff:127.0.0.1", ["127.0.0.0/8"], True),
        ("10.0.0.1", ["127.0.0.0/8"], False),
        ("::1", ["::1"], True),
    ],
)
def test_only_public_addresses_and_named_networks_are_allowed(address, networks, allowed):
    assert is_allowed(address, read_networks(networks)) is allowed


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", "[::1]", "::1", "::ffff:127.0.0.1", "0", "localhost"],
)
def test_a_loopback_address_is_told_in_every_spelling_the_resolver_reads(host: str) -> None:
    with pytest.raises((AddressNotPublic, CannotResolveHostError)) as raised:
        asyncio.run(PublicAddresses([]).of_host(host))
    assert raised.type is AddressNotPublic or host == "[::1]"  # brackets are a URL's


def test_what_is_remembered_of_a_host_are_its_allowed_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [["10.0.0.1", "93.184.215.14"], ["127.0.0.1"], ["10.0.0.1"]]
    monkeypatch.setattr(public_addresses, "_resolve", _resolver(answers))

    async def case() -> None:
        addresses = PublicAddresses([])
        for _ in range(3):
            assert await addresses.of_host("site.example") == ["93.184.215.14"]
        monkeypatch.setattr(public_addresses, "_REMEMBERED_SECONDS", -1.0)
        for _ in range(2):  # the second name is asked for again each time, and judged each time
            with pytest.raises(AddressNotPublic, match=r"^other\.example is on an address that is not public$"):
                await addresses.of_host("other.example")

    asyncio.run(case())
    assert answers == []


def test_the_memory_for_hosts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_addresses, "_REMEMBERED_HOSTS", 2)
    monkeypatch.setattr(public_addresses, "_resolve", _resolver([["93.184.215.14"]] * 5))

    async def case() -> None:
        addresses = PublicAddresses([])
        for number in range(5):
            await addresses.of_host(f"{number}.example")
            assert len(addresses._hosts) <= 2

    asyncio.run(case())


def test_an_operators_proxy_is_resolved_once_and_may_be_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_addresses, "_REMEMBERED_SECONDS", -1.0)
    monkeypatch.setattr(public_addresses, "_resolve", _resolver([["10.0.0.1"]]))

    async def case() -> None:
        addresses = PublicAddresses([])
        for _ in range(2):
            assert await addresses.of_proxy("proxy.example") == ["10.0.0.1"]

    asyncio.run(case())


def _resolver(answers: list[list[str]]) -> Any:
    async def resolve(host: str) -> list[str]:
        return answers.pop(0)

    return resolve


def test_the_operators_proxies_are_those_of_the_environment() -> None:
    environment = {
        "http": "u:p@Proxy.example:3128",
        "https": "http://other.example",
        "no": "a.example,b",
        "all": "socks5://x",
    }
    assert operators_proxies(environment) == {("proxy.example", 3128), ("other.example", 80)}


@pytest.mark.parametrize(
    "proxy",
    [
        "socks5://u:secret@proxy.example",
        "https://proxy.example",
        "proxy.example:3128",
        "http://",
        "http://[x",
        "http://a:b",
    ],
)
def test_another_kind_of_proxy_is_refused_in_one_sentence(proxy: str) -> None:
    with pytest.raises(
        BadOption, match=r"^https_proxy in the environment has to be of the form http://host:port"
    ) as raised:
        operators_proxies({"https": proxy})
    assert "secret" not in str(raised.value)
