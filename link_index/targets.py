"""What a typed target means: one page, a prefix, a host or a domain, and the Mongo filter for its backlinks."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from link_index.errors import BadTarget
from link_index.urls import MAX_URL_LENGTH, registrable_domain, resolve, reversed_host, target

Kind = Literal["url", "prefix", "host", "domain"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d+(?:[/?#]|$)|$)", re.IGNORECASE)  # `host:8080` names no scheme
_AUTHORITY = re.compile(r"(https?://)([^/?]*)(.*)", re.DOTALL)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_HOST_REST = re.compile(r"/(?::(\d+)/)?")
_READ_AS = {"url": "one page", "prefix": "a prefix", "host": "a host", "domain": "a domain with its sub-domains"}
_PAST_EVERY_KEY = "\uffff"  # keys are ASCII: what follows a prefix sorts before this


@dataclass(frozen=True, slots=True)
class AskedTarget:
    """A target as it was understood. `name` is its canonical spelling; `key` what it is in `target_key`'s terms."""

    name: str
    kind: Kind
    key: str
    domain: str
    guessed: bool

    def sentence(self) -> str:
        """How the target was read, and how to say otherwise if that was a guess."""
        said = f"{self.name}, read as {_READ_AS[self.kind]}"
        return f"{said}; --as {'|'.join(KINDS)} to say otherwise" if self.guessed else said

    def keys(self) -> Any:
        """The condition on a key field (`target_key`, `to_key`, `key`) that means this target: always a key or a range.

        `.`, `/` and `0` are neighbours in ASCII: `com.example.` to `com.example0` holds the host's own keys
        (`com.example/...`) and its sub-domains' (`com.example.www/...`), and no `com.example-x/...`.
        """
        match self.kind:
            case "url":
                return self.key
            case "prefix":
                return {"$gte": self.key, "$lt": self.key + _PAST_EVERY_KEY}
            case "host" if self.key.endswith("/"):  # a port of that host
                return {"$gte": self.key, "$lt": self.key + _PAST_EVERY_KEY}
            case "host":
                return {"$gte": self.key + "/", "$lt": self.key + "0"}
            case "domain":
                return {"$gte": self.key + ".", "$lt": self.key + "0"}

    def match(self) -> dict[str, Any]:
        """The filter on `links` that selects the target's backlinks; every one of its forms is a range of one index."""
        return {"target_domain": self.domain} if self._is_whole_domain() else {"target_key": self.keys()}

    def holds(self, key: str, domain: str) -> bool:
        """Whether a link to this key and registrable domain is one of the target's backlinks."""
        if self._is_whole_domain():
            return domain == self.domain
        keys = self.keys()
        return key == keys if isinstance(keys, str) else bool(keys["$gte"] <= key < keys["$lt"])

    def pages_match(self) -> dict[str, Any]:
        """The same, on `pages`."""
        return {"domain": self.domain} if self._is_whole_domain() else {"key": self.keys()}

    def _is_whole_domain(self) -> bool:
        """Whether `target_domain` says it; a host below a domain, or a public suffix, is a range of keys."""
        return self.kind == "domain" and self.key == reversed_host(self.domain) and is_registrable(self.domain)


def read_target(text: str, kind: Kind | None = None) -> AskedTarget:
    """The target a user typed; `kind` forces what is guessed otherwise. Raises BadTarget."""
    typed = _checked(text.strip())
    url_like, starred = _star_cut(typed)
    if kind == "url" and starred:
        url_like, starred = typed, False  # told that it is one page: its path ends with a star
    meant = kind or _guess(typed, starred)
    url = _parsed(url_like, typed, as_prefix=meant == "prefix")
    guessed = kind is None
    if meant in ("url", "prefix"):
        key = target(url).key
        return AskedTarget(url + ("*" if meant == "prefix" else ""), meant, key, target(url).domain, guessed)
    return _host_or_domain(url, typed, kind, guessed)


def _checked(typed: str) -> str:
    if not typed:
        raise BadTarget("The target is empty; give a URL, a prefix ending in *, a host or a domain.")
    if len(typed) > MAX_URL_LENGTH:
        raise BadTarget(f"The target is longer than {MAX_URL_LENGTH} characters, the longest URL the index holds.")
    if _UNSEEN.search(typed):
        raise BadTarget("The target holds control or invisible characters; type it anew.")
    scheme = _SCHEME.match(typed)
    if scheme and scheme[1].lower() not in ("http", "https") and not _is_ipv6(typed):
        raise BadTarget(f"The target's scheme is {scheme[1]}:, and the index holds http and https only.")
    return typed


def _star_cut(typed: str) -> tuple[str, bool]:
    """(the target without fragment and final star, whether there was a star that ends a path or query)."""
    url_like = typed.partition("#")[0]
    return (url_like[:-1], True) if url_like.endswith("*") else (url_like, False)


def _guess(typed: str, starred: bool) -> Kind:
    if starred:
        return "prefix"
    schemed = re.match(r"https?:", typed, re.IGNORECASE)
    return "url" if schemed or re.search(r"[/?#\\]", typed.removeprefix("//")) else "domain"


def _parsed(url_like: str, typed: str, *, as_prefix: bool) -> str:
    """The normalised URL, without user name, password and the host's trailing dot."""
    if _is_ipv6(url_like):
        url_like = f"[{url_like}]"
    if not re.match(r"https?:", url_like, re.IGNORECASE):
        # A scheme is needed to parse; it is in no key. `example.com:80` means the default port all the same.
        scheme = "http:" if re.match(r"(?://)?[^/?]*:80(?:[/?]|$)", url_like) else "https:"
        url_like = scheme + "//" + url_like.removeprefix("//")
    # Parsed with a letter behind it, a prefix keeps an end like `/.` or `/..`, which parsing would resolve.
    ended = as_prefix and re.match(r"https?:/*[^/?\\]+[/?\\]", url_like, re.IGNORECASE)
    url = resolve(url_like + "x" if ended else url_like, "about:blank")
    parts = _AUTHORITY.fullmatch(url or "")
    if parts is None:
        raise BadTarget(f"No URL, host or domain can be read from {_shown(typed)}.")
    scheme, authority, rest = parts.groups()
    host, colon, port = _host_port(authority.rpartition("@")[2])
    host = host.removesuffix(".")
    if "*" in host:
        raise BadTarget(
            f"In {_shown(typed)} the * stands in the host; a * can only end a path, and a domain covers its "
            "sub-domains without one."
        )
    if not all(host.split(".")):
        raise BadTarget(f"No URL, host or domain can be read from {_shown(typed)}.")
    return f"{scheme}{host}{colon}{port}{rest[:-1] if ended else rest}"


def _host_port(authority: str) -> tuple[str, str, str]:
    if authority.endswith("]") or ":" not in authority:
        return authority, "", ""
    return authority.rpartition(":")


def _host_or_domain(url: str, typed: str, kind: Kind | None, guessed: bool) -> AskedTarget:
    parsed = target(url)
    host, reverse = parsed.host, reversed_host(parsed.host)
    port = _HOST_REST.match(parsed.key, len(reverse))
    number = port[1] if port else None
    if kind == "domain" and number:
        raise BadTarget(f"{_shown(typed)} names a port, and a domain has none; leave the port or ask --as host.")
    if kind == "host" or (kind is None and (number or not is_registrable(host))):
        name, key = (f"{host}:{number}", f"{reverse}/:{number}/") if number else (host, reverse)
        return AskedTarget(name, "host", key, parsed.domain, guessed)
    return AskedTarget(host, "domain", reverse, parsed.domain, guessed)


def is_registrable(host: str) -> bool:
    """Whether the host is a domain of its own: no sub-domain, no public suffix, no address, no single label."""
    return registrable_domain(host) == host and registrable_domain(f"x.{host}") == host


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == 6
    except ValueError:
        return False


def _shown(typed: str) -> str:
    return repr(typed if len(typed) <= 100 else typed[:97] + "...")
