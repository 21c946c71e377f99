"""The lock files hold what they promise, and nothing is used under a licence that was not looked at."""

from __future__ import annotations

from email.message import Message

import pytest

from tests.dependency_audit import AUDITOR, LOCKS, NPM_LOCKS, Locked, faults, is_allowed, licence_of, packages_of


@pytest.mark.parametrize("lock", [*LOCKS, AUDITOR, *NPM_LOCKS])
def test_each_locked_package_has_a_hash_and_a_licence_that_is_allowed(lock: str) -> None:
    packages = packages_of(lock)
    assert packages
    assert {package.name: told for package in packages if (told := faults(package))} == {}


@pytest.mark.parametrize("lock", NPM_LOCKS)
def test_each_package_of_npm_says_its_licence(lock: str) -> None:
    assert [package.name for package in packages_of(lock) if package.licence is None] == []


def test_the_licences_of_what_a_crawl_runs_on_are_seen() -> None:
    """All but of the packages that are for another system, implementation or version of Python."""
    unseen = {package.name for package in packages_of("requirements.lock") if package.licence is None}
    assert unseen <= {"async-timeout", "brotlicffi", "numpy", "pypydispatcher", "scipy", "tzdata", "uvloop"}


@pytest.mark.parametrize(
    ("name", "licence", "allowed"),
    [
        ("any", "MIT", True),
        ("any", "Apache-2.0 AND MIT", True),
        ("any", "GPL-3.0-only OR MIT", True),
        ("any", "(BSD-2-Clause OR GPL-2.0-only) AND ISC", True),
        ("any", "GPL-3.0-only", False),
        ("any", "MIT AND GPL-3.0-only", False),
        ("any", "SSPL-1.0", False),
        ("any", "none", False),
        ("yamllint", "GPL-3.0-or-later", True),
        ("yamllint", "AGPL-3.0-only", False),
    ],
)
def test_a_licence_is_allowed_for_all_or_for_one_package(name: str, licence: str, allowed: bool) -> None:
    assert is_allowed(name, licence) is allowed


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        (
            [("License-Expression", "BSD-3-Clause"), ("Classifier", "License :: OSI Approved :: MIT License")],
            "BSD-3-Clause",
        ),
        ([("Classifier", "License :: OSI Approved :: MIT License"), ("License", "whatever")], "MIT"),
        (
            [
                ("Classifier", "License :: OSI Approved :: Apache Software License"),
                ("Classifier", "License :: OSI Approved :: MIT License"),
            ],
            "Apache-2.0 AND MIT",
        ),
        ([("Classifier", "License :: OSI Approved"), ("License", "Apache 2.0")], "Apache-2.0"),
        ([("License", "My own")], "My own"),
        ([], "none"),
    ],
)
def test_a_licence_is_read_from_what_a_package_says_of_itself(fields: list[tuple[str, str]], licence: str) -> None:
    about = Message()
    for field in fields:
        about.add_header(*field)
    assert licence_of(about) == licence


def test_a_package_without_a_hash_is_told() -> None:
    assert faults(Locked("any", "1.0", 0, "GPL-3.0")) == ["no hash", "licence not allowed"]
    assert faults(Locked("any", "1.0", 1, None)) == []
