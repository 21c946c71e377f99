"""What the program has, the documents say."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def own_settings():
    code = "".join(
        path.read_text(encoding="utf-8")
        for package in ("settings", "backlink_spider", "pipelines", "link_index", "backlinks")
        for path in (ROOT / package).rglob("*.py")
    )
    return sorted(set(re.findall(r"\bBACKLINKS_[A-Z_]+\b", code)))


@pytest.mark.parametrize("setting", own_settings())
def test_every_setting_is_documented(setting):
    assert f"`{setting}`" in read("docs/settings.md")


def test_no_document_names_a_setting_that_does_not_exist():
    known = {*own_settings(), "BACKLINKS_TEST_MONGODB_URI"}
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        assert set(re.findall(r"\bBACKLINKS_[A-Z_]+\b", document.read_text(encoding="utf-8"))) <= known, document


def test_every_make_target_of_the_readme_exists():
    targets = set(re.findall(r"^([a-z-]+):.*##", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z][a-z-]*)", read("README.md"))) <= targets


def test_every_linked_file_exists():
    for document in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), (document.name, link)
