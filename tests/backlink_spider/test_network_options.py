import ipaddress

import pytest

from backlink_spider.errors import BadOption
from backlink_spider.network_options import operators_proxies, read_networks, read_ports


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
    ("words", "ports"),
    [([], set()), ([80, 443], {80, 443}), (["80", "443"], {80, 443}), (["80 443, 65535"], {80, 443, 65535})],
)
def test_ports_are_read_from_a_setting(words, ports):
    assert read_ports(words) == ports


@pytest.mark.parametrize("word", ["0", "65536", "-1", "http", "80-90", "8²", "99999999999999999999"])
def test_what_is_no_port_is_said_in_one_sentence(word):
    with pytest.raises(BadOption, match=f"^BACKLINKS_ALLOWED_PORTS takes ports such as 80 or 443, not '{word}'.$"):
        read_ports(["80", word])


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
