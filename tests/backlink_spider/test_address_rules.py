"""Every form of address that a hostile link, redirect or name server can name, held against what is public."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backlink_spider.address_rules import is_named, is_private_name, is_public, literal_address, read_address

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.215.14",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.31.196.1",  # AS112, which IANA lists and calls globally reachable
    "192.0.1.1",
    "192.167.255.255",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
    "2001:4860:4860::8888",
    "2a00:1450:4001:80b::200e",
    "::ffff:93.184.215.14",
    "64:ff9b::5db8:d70e",  # 93.184.215.14, as a network of IPv6 alone sees it
    "64:ff9b::8.8.8.8",
]
PRIVATE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",  # metadata: Alibaba
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",  # the platform: Azure
    "169.254.0.1",
    "169.254.169.254",  # metadata: AWS, Google, Azure and most others
    "169.254.170.2",  # credentials of a container: AWS
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",  # metadata: Oracle
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",  # IPv4-compatible
    "::8.8.8.8",
    "::ffff:127.0.0.1",  # IPv4-mapped
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",  # IPv4-translated (RFC 2765)
    "64:ff9b::127.0.0.1",  # NAT64
    "64:ff9b::a00:1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::7f00:1",  # NAT64 with a prefix of the network's own (RFC 8215)
    "64:ff9b:1::8.8.8.8",
    "100::1",  # discarded
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo
    "2001:0:7f00:1:8000:63bf:80ff:fffe",
    "2001:2::1",  # benchmarks
    "2001:10::1",
    "2001:20::1",  # ORCHID
    "2001:db8::1",
    "2002:7f00:1::1",  # 6to4 of 127.0.0.1
    "2002:a00:1::",
    "2002:808:808::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",  # metadata: AWS
    "fd20:ce::254",  # metadata: Google
    "fe80::1",
    "fe80::1%eth0",
    "fe80::1%25lo",
    "fe80::a9fe:a9fe",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_of_the_public_internet_may_be_asked(address: str) -> None:
    assert is_public(read_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_of_the_public_internet_may_not(address: str) -> None:
    assert not is_public(read_address(address))


@given(st.ip_addresses())
@example(ipaddress.ip_address("64:ff9b::1"))
@example(ipaddress.ip_address("::ffff:127.0.0.1"))
def test_nothing_is_public_that_the_standard_library_calls_private(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if is_public(address):
        assert not address.is_private
        assert not address.is_multicast


@given(st.ip_addresses(v=4))
def test_an_address_within_one_of_ipv6_is_judged_as_itself(inner: ipaddress.IPv4Address) -> None:
    for outer in (f"::ffff:{inner}", f"64:ff9b::{inner}"):
        assert is_public(ipaddress.IPv6Address(outer)) is is_public(inner)
    for outer in (f"::{inner}", f"::ffff:0:{inner}", f"64:ff9b:1::{inner}", f"fe80::5efe:{inner}"):
        assert not is_public(ipaddress.IPv6Address(outer))


@pytest.mark.parametrize(
    ("address", "network", "named"),
    [
        ("127.0.0.1", "127.0.0.0/8", True),
        ("::ffff:127.0.0.1", "127.0.0.0/8", True),
        ("64:ff9b::7f00:1", "127.0.0.0/8", True),
        ("64:ff9b::7f00:1", "64:ff9b::/96", True),
        ("2002:7f00:1::1", "127.0.0.0/8", False),
        ("::1", "127.0.0.0/8", False),
        ("::1", "::1/128", True),
        ("fe80::1%eth0", "fe80::/10", True),
        ("10.0.0.1", "127.0.0.0/8", False),
    ],
)
def test_a_network_holds_its_addresses_also_within_those_of_ipv6(address: str, network: str, named: bool) -> None:
    assert is_named(read_address(address), [ipaddress.ip_network(network)]) is named


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0X7F.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0x7f.0.0x0.01", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("10.1", "10.0.0.1"),
        ("2852039166", "169.254.169.254"),
        ("0xa9fea9fe", "169.254.169.254"),
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("site.example", None),
        ("1e100.net", None),
        ("beef.ad", None),
        ("cafe1", None),
        ("256.256.256.256", None),
        ("1.2.3.4.5", None),
        ("a:b", None),
        ("", None),
    ],
)
def test_an_address_is_read_in_any_spelling_that_a_connection_takes(host: str, address: str | None) -> None:
    assert literal_address(host) == (address and ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("host", "is_private"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("a.b.localhost", True),
        ("localhost.localdomain", True),
        ("metadata", True),
        ("metadata.google.internal", True),
        ("instance-data.ec2.internal", True),
        ("kubernetes.default.svc.cluster.local", True),
        ("printer.local", True),
        ("nas.home.arpa", True),
        ("wiki.corp", True),
        ("intranet", True),
        ("cafe1", True),
        ("", True),
        ("example.com", False),
        ("local.example", False),
        ("notlocalhost.example", False),
        ("mylocal.xn--p1ai", False),
        ("4.3.2.1.in-addr.arpa", False),
        ("127.0.0.1", False),
        ("2130706433", False),
        ("::1", False),
    ],
)
def test_a_name_that_no_public_name_server_knows_is_private(host: str, is_private: bool) -> None:
    assert is_private_name(host) is is_private
