"""The declarative refresh of a page: `<meta http-equiv=refresh>` and the Refresh header, read the same way."""

from __future__ import annotations

import re
from typing import NamedTuple

from link_index.urls import resolve

_SPACE = "\t\n\f\r "
_DIRECTIVE = re.compile(
    r"""[\t\n\f\r ]*
    (?:(?P<delay>[0-9]++)[0-9.]*+|\.[0-9.]*+)
    (?:\Z|(?=[;,\t\n\f\r ]))
    [\t\n\f\r ]*[;,]?[\t\n\f\r ]*
    (?P<rest>.*)""",
    re.VERBOSE | re.DOTALL,
)
_URL_LABEL = re.compile(r"url[\t\n\f\r ]*=[\t\n\f\r ]*", re.IGNORECASE)


class Refresh(NamedTuple):
    """A refresh that leads elsewhere: meta_refresh, header_refresh or script, the resolved target, seconds to wait."""

    kind: str
    url: str
    delay: int


def refresh_directive(value: str) -> tuple[int, str | None] | None:
    """Delay and URL of a refresh; the URL is None for a reload, the whole is None for a value without effect.

    https://html.spec.whatwg.org/multipage/semantics.html#shared-declarative-refresh-steps, steps 2 to 11.
    """
    directive = _DIRECTIVE.match(value)
    if directive is None:
        return None
    delay = int((directive["delay"] or "").lstrip("0")[:9] or "0")  # a wait of 30 years is as good as any longer one
    rest = directive["rest"]
    if not rest:
        return delay, None
    label = _URL_LABEL.match(rest)
    url = rest[label.end() :] if label else rest
    # Quotes are skipped after the label and where the value does not start with u, as the steps have it.
    if url[:1] in {"'", '"'}:
        url = url[1:].partition(url[0])[0]
    return delay, url.strip(_SPACE)


def declared_refresh(kind: str, value: str, base_url: str, document_url: str) -> Refresh | None:
    """The refresh a value declares, leading to the document's own URL if it names none; None if it has no effect."""
    directive = refresh_directive(value)
    if directive is None:
        return None
    delay, href = directive
    url = document_url if href is None else resolve(href, base_url)
    if url is None or url.startswith("javascript:"):
        return None
    return Refresh(kind, url, delay)
