"""Which values carry a URL, and which."""

from __future__ import annotations

import time

import pytest

from link_index.redirect_scripts.carried_target import carried_in_path, carried_target

B = "https://b.example/x?y=1"
CARRIED = [
    (B, B),
    ("HTTPS://B.example/x?y=1", B),
    ("https%3A%2F%2Fb.example%2Fx%3Fy%3D1", B),
    ("https%253A%252F%252Fb.example%252Fx%253Fy%253D1", B),
    ("https:%2F%2Fb.example%2Fx?y=1", B),
    ("https:/b.example/x?y=1", B),
    ("https:\\\\b.example\\x?y=1", B),
    ("//b.example/x?y=1", B),
    ("%5B%5Bhttps://b.example/x?y=1%5D%5D", B),
    ("www.b.example/x", "http://www.b.example/x"),
    ("aHR0cHM6Ly9iLmV4YW1wbGUveD95PTE", B),
    ("aHR0cHM6Ly9iLmV4YW1wbGUveD95PTE=", B),
    ("aHR0cHM6Ly9iLmV4YW1wbGUveD95PTE%3D", B),
    ("a1aHR0cHM6Ly9iLmV4YW1wbGUveD95PTE", B),
    ("YUhSMGNITTZMeTlpTG1WNFlXMXdiR1V2ZUQ5NVBURT0=", B),  # twice
    ("aHR0cHM6Ly9iLmV4YW1wbGUvw6TDtj_DvA", "https://b.example/%C3%A4%C3%B6?%C3%BC"),
    ("68747470733a2f2f622e6578616d706c652f783f793d31", B),
    ("7777772e622e6578616d706c65", "http://www.b.example/"),
    ("https://b.example/x#part", "https://b.example/x"),
]
NOTHING = [
    "",
    "/x",
    "x",
    "7",
    "b.example/x",
    "http",
    "https://",
    "http:///",
    "https://b/x",
    "ftp://b.example/",
    "javascript:alert(1)",
]
NOTHING += [
    "mailto:a@b.example",
    "aHR0cHM6L",
    "aHR0c____________",
    "6874747068747470",
    "www.",
    "https://[::1",
    "https://b..:x/",
]


@pytest.mark.parametrize(("value", "target"), CARRIED)
def test_a_url_is_read_out_of_its_encodings(value: str, target: str) -> None:
    assert carried_target(value) == target


@pytest.mark.parametrize("value", NOTHING)
def test_what_carries_no_url_has_no_target(value: str) -> None:
    assert carried_target(value) is None


def test_a_host_without_scheme_is_a_target_only_where_nothing_else_can_be_meant() -> None:
    assert carried_target("b.example/x") is None
    assert carried_target("b.example/x", bare_host=True) == "http://b.example/x"
    assert carried_target("picture one.jpg/", bare_host=True) is None


@pytest.mark.parametrize(
    ("rest", "query", "target"),
    [
        ("https://b.example/x", "y=1", B),
        ("https:/b.example/x", "y=1", B),
        ("https%3A%2F%2Fb.example%2Fx%3Fy%3D1/1/0102", "z=2", B),
        ("https:%2F%2Fb.example%2Fx%3Fy%3D1/1", "", B),
        ("aHR0cHM6Ly9iLmV4YW1wbGUveD95PTE=/more", "", B),
    ],
)
def test_the_rest_of_a_path_is_the_targets_to_its_end_or_to_the_next_slash(rest: str, query: str, target: str) -> None:
    assert carried_in_path(rest, query) == target


@pytest.mark.parametrize("part", ["%25", "/", "aHR0c", "6874", "www.", "a.", "https://", "\\", "[", "=", "%"])
def test_hostile_values_are_read_in_little_time(part: str) -> None:
    started = time.process_time()
    for start in ("", "https:", "aHR0c", "68747470", "www.", "//"):
        carried_target(start + part * 100_000)
        carried_target(start + part * 100_000, bare_host=True)
        carried_in_path(start + part * 2_000, part * 2_000)
    assert time.process_time() - started < 10  # quadratic would be minutes
