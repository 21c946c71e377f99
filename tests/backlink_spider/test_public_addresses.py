"""What is asked and what is refused, by what the resolver answers; the resolver is the system's or the test's own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from scrapy.exceptions import CannotResolveHostError

from backlink_spider import public_addresses
from backlink_spider.errors import AddressNotPublic, ContactRefused, PortNotAllowed
from backlink_spider.http_request import http_request
from backlink_spider.network_options import read_networks
from backlink_spider.public_addresses import PublicAddresses
from link_index.urls import resolve

if TYPE_CHECKING:
    from backlink_spider.http_request import HttpRequest
    from backlink_spider.public_addresses import Resolver

PUBLIC = "93.184.215.14"
PORTS = (80, 443)


def _answers(*answers: list[str]) -> Resolver:
    left = list(answers)

    async def resolve(host: str) -> list[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


def _asked(host: str, port: int, networks: str, answer: list[str] | None = None) -> list[str]:
    resolver = _answers(answer) if answer is not None else None
    return asyncio.run(PublicAddresses(read_networks([networks]), PORTS, resolver).of_host(host, port))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", "[::1]", "::1", "::ffff:127.0.0.1", "0", "localhost"],
)
def test_a_loopback_address_is_told_in_every_spelling_the_resolver_reads(host: str) -> None:
    with pytest.raises((AddressNotPublic, CannotResolveHostError)) as raised:
        _asked(host, 80, "")
    assert raised.type is AddressNotPublic or host == "[::1]"  # brackets are a URL's


@pytest.mark.parametrize(
    ("host", "port", "networks", "answer", "asked"),
    [
        ("site.example", 80, "", [PUBLIC], [PUBLIC]),
        ("site.example", 443, "", ["2606:2800:21f::1", PUBLIC], ["2606:2800:21f::1", PUBLIC]),
        ("site.example", 80, "", ["10.0.0.1", PUBLIC, "::1"], [PUBLIC]),  # never the others
        ("site.example", 80, "", ["10.0.0.1"], AddressNotPublic),
        ("site.example", 80, "", ["fe80::1%eth0", "169.254.169.254"], AddressNotPublic),
        ("site.example", 80, "", [], AddressNotPublic),
        ("site.example", 22, "", [PUBLIC], PortNotAllowed),
        ("site.example", 22, "", ["10.0.0.1"], AddressNotPublic),
        ("site.example", 8000, "10.0.0.0/8", ["10.0.0.1", PUBLIC], ["10.0.0.1"]),
        ("site.example", 80, "10.0.0.0/8", ["10.0.0.1", PUBLIC], ["10.0.0.1", PUBLIC]),
        ("site.example", 8000, "10.0.0.0/8", [PUBLIC], PortNotAllowed),
        ("site.example", 80, "10.0.0.0/8", ["192.168.0.1"], AddressNotPublic),
        ("localhost", 80, "127.0.0.0/8", ["::1", "127.0.0.1"], ["127.0.0.1"]),
        ("a.localhost", 80, "", [PUBLIC], AddressNotPublic),  # a name server has no say in these
        ("metadata.google.internal", 80, "", [PUBLIC], AddressNotPublic),
        ("intranet", 80, "", [PUBLIC], AddressNotPublic),
        ("intranet", 9000, "10.0.0.0/8", ["10.0.0.1"], ["10.0.0.1"]),
        ("metadata.google.internal", 80, "127.0.0.0/8", ["169.254.169.254"], AddressNotPublic),
    ],
)
def test_a_host_is_asked_on_the_addresses_that_are_allowed_alone(
    host: str, port: int, networks: str, answer: list[str], asked: list[str] | type[Exception]
) -> None:
    if isinstance(asked, list):
        assert _asked(host, port, networks, answer) == asked
    else:
        with pytest.raises(asked):
            _asked(host, port, networks, answer)


REFUSED_URLS = [
    ("http://127.0.0.1/", "address"),
    ("http://127.1/", "address"),
    ("http://2130706433/", "address"),
    ("http://0x7f000001/", "address"),
    ("http://0x7F.0.0.1/", "address"),
    ("http://0177.0.0.01/", "address"),
    ("http://127.0.0.1./", "address"),
    ("http://%31%32%37.0.0.1/", "address"),
    ("http://\uff11\uff12\uff17.0.0.1/", "address"),  # digits of full width
    ("http://\u2460\u2461\u2466.0.0.1/", "address"),  # digits in circles
    ("http://127\u30020\u30020\u30021/", "address"),  # ideographic full stops
    ("http://127.0.0.1:80\\@example.com/", "address"),
    ("http:127.0.0.1/", "address"),
    ("http:\\\\127.0.0.1\\", "address"),
    ("http://example.com@127.0.0.1/", "address"),
    ("http://example.com:80@127.0.0.1/", "address"),
    ("http://0/", "address"),
    ("http://[::]/", "address"),
    ("http://[::1]/", "address"),
    ("http://[0:0:0:0:0:0:0:1]/", "address"),
    ("http://[::ffff:127.0.0.1]/", "address"),
    ("http://[::ffff:7f00:1]/", "address"),
    ("http://[::127.0.0.1]/", "address"),
    ("http://[64:ff9b::7f00:1]/", "address"),
    ("http://[2002:7f00:1::]/", "address"),
    ("http://[fd00:ec2::254]/latest/meta-data/", "address"),
    ("http://169.254.169.254/latest/meta-data/", "address"),
    ("http://2852039166/latest/meta-data/", "address"),
    ("http://100.100.100.200/latest/meta-data/", "address"),
    ("http://metadata.google.internal/computeMetadata/v1/", "address"),
    ("http://metadata/computeMetadata/v1/", "address"),
    ("http://localhost/", "address"),
    ("http://LOCALHOST:80/", "address"),
    ("http://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3/", "address"),  # letters in circles
    ("https://a.localhost/", "address"),
    ("http://localhost.localdomain/", "address"),
    ("http://192.168.0.1:8080/", "address"),
    ("http://8.8.8.8:22/", "port"),
    ("http://8.8.8.8:25/", "port"),
    ("https://8.8.8.8:6379/", "port"),
    ("http://134744072:27017/", "port"),
    ("http://[2001:4860:4860::8888]:11211/", "port"),
    ("http://8.8.8.8:0/", "port"),
]


async def _judged(addresses: PublicAddresses, request: HttpRequest) -> None:
    """As the client does before it connects."""
    if request.beyond_proxy:
        addresses.check_beyond_proxy(*request.beyond_proxy)
    else:
        await addresses.of_host(request.route.host, request.route.port)


@pytest.mark.parametrize(("url", "reason"), REFUSED_URLS)
@pytest.mark.parametrize("is_proxied", [False, True], ids=["direct", "proxied"])
def test_a_url_that_leads_inside_is_refused_whatever_it_is_written_like(
    url: str, reason: str, is_proxied: bool
) -> None:
    resolved = resolve(url, "https://site.example/page")
    assert resolved is not None
    request = http_request(resolved, proxy="http://proxy.example" if is_proxied else "")
    with pytest.raises(ContactRefused) as raised:
        asyncio.run(_judged(PublicAddresses([], PORTS), request))
    assert raised.value.reason == reason


@pytest.mark.parametrize(
    "url",
    [
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1%25lo]/",
        "http://1.2.3.4.5/",
        "http://256.0.0.1/",
        "http://0x100000000/",
        "http://127.0.0.1%00.example/",
        "http://127.0.0.1%0d%0a.example/",
        "http://8.8.8.8:65536/",
        "http://[::1/",
        "http://:80/",
        "http://@/",
    ],
)
def test_a_url_with_a_zone_or_a_host_that_is_none_is_no_url(url: str) -> None:
    assert resolve(url, "http://site.example/page") is None


@pytest.mark.parametrize(
    ("host", "port", "networks", "refused"),
    [
        ("site.example", 80, "", None),
        ("site.example", 443, "", None),
        ("8.8.8.8", 80, "", None),
        ("2606:2800:21f::1", 443, "", None),
        ("site.example", 22, "", "port"),
        ("site.example", 22, "127.0.0.0/8", "port"),
        ("127.0.0.1", 80, "", "address"),
        ("127.0.0.1", 80, "127.0.0.0/8", None),
        ("127.0.0.1", 9999, "127.0.0.0/8", None),
        ("127.0.0.1", 9999, "10.0.0.0/8", "address"),
        ("localhost", 9999, "127.0.0.0/8", None),
        ("a.localhost.", 9999, "127.0.0.0/8", None),
        ("localhost", 80, "10.0.0.0/8", "address"),
        ("printer.local", 80, "0.0.0.0/0", "address"),  # nobody knows where that would lead
        ("xn--p1ai.example", 80, "", None),
        ("\uff11\uff12\uff17.0.0.1", 80, "", "address"),
    ],
)
def test_a_proxy_is_asked_for_what_would_be_asked_directly(
    host: str, port: int, networks: str, refused: str | None
) -> None:
    addresses = PublicAddresses(read_networks([networks]), PORTS)
    if refused is None:
        addresses.check_beyond_proxy(host, port)
    else:
        with pytest.raises(ContactRefused) as raised:
            addresses.check_beyond_proxy(host, port)
        assert raised.value.reason == refused


def test_a_name_that_is_bound_to_another_address_is_judged_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    async def case() -> None:
        addresses = PublicAddresses([], PORTS, _answers(["10.0.0.1", PUBLIC], ["127.0.0.1"], ["::1"], [PUBLIC]))
        for _ in range(3):  # remembered, and what is remembered was judged
            assert await addresses.of_host("site.example", 80) == [PUBLIC]
        monkeypatch.setattr(public_addresses, "_REMEMBERED_SECONDS", -1.0)
        for _ in range(2):
            with pytest.raises(AddressNotPublic, match=r"^other\.example is on an address that is not public$"):
                await addresses.of_host("other.example", 80)
        assert await addresses.of_host("other.example", 80) == [PUBLIC]

    asyncio.run(case())


def test_the_memory_for_hosts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_addresses, "_REMEMBERED_HOSTS", 2)

    async def case() -> None:
        addresses = PublicAddresses([], PORTS, _answers([PUBLIC]))
        for number in range(5):
            await addresses.of_host(f"{number}.example", 80)
            assert len(addresses._hosts) <= 2

    asyncio.run(case())


def test_an_operators_proxy_is_resolved_once_and_may_be_anywhere() -> None:
    async def case() -> None:
        addresses = PublicAddresses([], PORTS, _answers(["10.0.0.1"], ["10.0.0.2"]))
        for _ in range(2):
            assert await addresses.of_proxy("proxy.example") == ["10.0.0.1"]

    asyncio.run(case())
