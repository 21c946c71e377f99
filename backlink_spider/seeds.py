"""What a person may give as seeds: domains, URLs, or files of them."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from backlink_spider.errors import BadSeed
from link_index.urls import resolve, target

_COMMENT = re.compile(r"(?:^|\s)#.*")  # not the # inside a URL
_CREDENTIALS = re.compile(r"^([^/]*//)?.*@", re.DOTALL)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from link_index.urls import Target


def read_seeds(words: Iterable[str], *, may_be_none: bool = False) -> list[Target]:
    """The seeds that `words` name, in order, each once; none of them only if there `may_be_none`.

    A word is a URL, a domain (its home page over http, which is where a redirect to https is seen too), or the path of
    a text file with one of these a line; `#` starts a comment. Raises BadSeed.
    """
    seeds = dict.fromkeys(chain.from_iterable(_read(word) for word in words))
    if not seeds and not may_be_none:
        raise BadSeed("Name at least one seed: a domain, a URL, or a file with one a line.")
    return list(seeds)


def _read(word: str) -> Iterator[Target]:
    path = Path(word.removeprefix("@"))
    if not word.startswith("@") and not _is_file(path):
        yield _seed(word, _shown(word))
        return
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSeed(f"The seed file {path} cannot be read: {error}.") from error
    for number, line in enumerate(lines, 1):
        if seed := _COMMENT.sub("", line).strip():
            yield _seed(seed, f"line {number} of {path}, {_shown(seed)},")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a URL can be longer than a file name may be
        return False


def _shown(word: str) -> str:
    """As a message may say it, which may end up in a log: without what may be a user and a password."""
    return repr(_CREDENTIALS.sub(r"\1...@", word))


def _seed(word: str, place: str) -> Target:
    url = resolve(word if "://" in word else f"http://{word}", "http://seed.invalid/")
    scheme, _, rest = (url or "").partition("://")
    host = "" if word.lower().startswith("mailto:") else rest.partition("/")[0].rpartition("@")[2]
    if scheme not in {"http", "https"} or not _is_host(host, typed_scheme="://" in word):
        raise BadSeed(f"The seed {place} is neither a domain nor an http(s) URL nor a file that exists.")
    return target(url or "")


def _is_host(host: str, *, typed_scheme: bool) -> bool:
    """A bare word needs a dot, a port or brackets to pass as a host: `exmple` is more likely a missing file."""
    return bool(host) and "*" not in host and (typed_scheme or host == "localhost" or any(c in host for c in ".:"))
