import ipaddress

import pytest

from backlink_spider.errors import BadOption
from backlink_spider.public_addresses import is_allowed, read_networks


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
