"""Redirection scripts of any site, told by their names: `out.php?url=`, `/redirect/https://...`, `/go/name`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from link_index.redirect_scripts.carried_target import carried_in_path, carried_target
from link_index.redirect_scripts.url_parts import bare_name, url_parts
from link_index.redirect_scripts.verdict import Verdict
from link_index.urls import registrable_domain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from link_index.redirect_scripts.url_parts import UrlParts
    from link_index.rules.rule_file import Rules

UNSAID = "its URL does not say where"
_WORD = re.compile(r"[a-z0-9]+")
_WITHIN = re.compile(r"/(?=https?(?::|%3a)(?:/|%2f)|www\.|ahr0c[a-z0-9_-]{5})", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z0-9_-]{1,60}")
_SLUG = re.compile(r"[a-z0-9-]{1,60}")  # a wiki's titles have capitals and _
_NUMBERED = re.compile(r"(?:[A-Za-z_-]{0,20}\d[A-Za-z0-9_-]{0,40})")
_DEEPEST = 12  # segments of a path that are read


class NamedScripts:
    """Judges by the name of the script, the parameter that carries the target, and the words that speak against it."""

    def __init__(self, told: Rules) -> None:
        extra, scripts, parameters, folders = told["extra"], told["scripts"], told["parameters"], told["folders"]
        self._sure = frozenset(map(bare_name, scripts["sure"]))
        self._scripts = self._sure | frozenset(map(bare_name, [*scripts["other"], *extra["scripts"]]))
        self._counters = frozenset(scripts["counters"])
        self._numbered = frozenset(scripts["numbered"]) | self._counters
        self._endings = frozenset(scripts["endings"])
        self._parameters = frozenset(map(bare_name, [*parameters["any_script"], *extra["parameters"]]))
        self._short = frozenset(map(bare_name, parameters["sure_script"]))
        self._ids = frozenset(map(bare_name, parameters["ids"]))
        self._dispatch = frozenset(map(bare_name, parameters["dispatch"]))
        self._folders = frozenset(folders["any_name"])
        self._numbered_folders = frozenset(folders["numbered"])
        self._all_folders = self._folders | self._numbered_folders
        self._ordinary = frozenset(folders["ordinary_words"])
        excluded = told["excluded"]
        self._domains = frozenset([*excluded["domains"], *extra["excluded_domains"]])
        self._host_labels = frozenset(excluded["host_labels"])
        self._words = frozenset([*excluded["words"], *extra["excluded_words"]])
        self._foreign = frozenset(map(bare_name, excluded["parameters"]))
        self._files = tuple(excluded["files"])

    def may_be(self, rest: str) -> bool:
        """Quick: whether what follows the host's slash carries a URL, or may be out.php?id=7 or /go/name."""
        if rest.partition("/")[0] in self._all_folders:
            return True
        path, asked, query = rest.lower().partition("?")
        if asked and (_carries(query) or path[path.rfind("/") + 1 :].partition(".")[0] in self._numbered):
            return True
        return "/http" in path or "/www." in path or "/ahr0c" in path

    def verdict(self, url: UrlParts) -> Verdict | None:
        """None unless the script's name and what it carries agree, and nothing speaks against it."""
        within = _WITHIN.search(f"/{url.path}")
        before = f"/{url.path}"[: within.start()] if within else url.path
        segments = [each for each in unquote(before).lower().split("/")[-_DEEPEST:] if each]
        parameters = url.parameters()
        if within:
            verdict = self._in_path(url, segments, f"/{url.path}"[within.end() :])
        else:
            verdict = self._by_name(url, segments, parameters)
        return None if verdict and self._speaks_against(url.host, segments, parameters) else verdict

    def _by_name(self, url: UrlParts, segments: list[str], parameters: list[tuple[str, str]]) -> Verdict | None:
        name = self._script(segments[-1]) if segments else ""
        return (
            (self._in_parameter(url, name, parameters) if name else None)
            or self._dispatched(url, parameters)
            or self._unsaid(url, segments, name, parameters)
        )

    def _speaks_against(self, host: str, segments: list[str], parameters: list[tuple[str, str]]) -> bool:
        """Shares, logins, searches, checks and copies have names of their own."""
        if registrable_domain(host) in self._domains or host in self._domains:
            return True
        if not self._host_labels.isdisjoint(host.split(".")[:-1]):
            return True
        words = _WORD.findall("/".join(segments))
        return not self._words.isdisjoint(words) or not self._foreign.isdisjoint([name for name, _ in parameters])

    def _script(self, segment: str) -> str:
        """The segment if it names a redirection script, alone or with a sure word of it; else ''."""
        name, _, ending = segment.partition(".")
        if ending and ending not in self._endings:
            return ""
        if bare_name(name) in self._scripts or not self._sure.isdisjoint(re.split("[-_]", name[:60])):
            return segment
        return ""

    def _in_parameter(self, url: UrlParts, name: str, parameters: list[tuple[str, str]]) -> Verdict | None:
        script, ending, _ = name.partition(".")
        sure = bare_name(script) in self._sure
        for parameter, target in self._elsewhere(url, parameters):
            if parameter in self._parameters or (sure and parameter in self._short):
                return Verdict("script", f"The script {name} carries the URL of another site in {parameter}=.", target)
        if not (sure or ending or script in self._numbered) or "=" in url.query.partition("/")[0]:
            return None
        if whole := self._to_another(url, carried_target(url.query)):
            return Verdict("script", f"The script {name} carries the URL of another site as its query.", whole)
        return None

    def _dispatched(self, url: UrlParts, parameters: list[tuple[str, str]]) -> Verdict | None:
        """`index.php?action=redirect&url=`: a parameter names the script."""
        chosen = any(name in self._dispatch and bare_name(value) in self._sure for name, value in parameters)
        if not chosen:
            return None
        for parameter, target in self._elsewhere(url, parameters):
            if parameter in self._parameters:
                said = f"A parameter chooses a redirection, and {parameter}= carries the URL of another site."
                return Verdict("script", said, target)
        return None

    def _in_path(self, url: UrlParts, segments: list[str], rest: str) -> Verdict | None:
        """`/out/https://example.org/`, `/exit/url/https%3A%2F%2F...`: the rest of the path is the target's."""
        if segments and bare_name(segments[-1]) in self._parameters and not self._script(segments[-1]):
            segments = segments[:-1]
        name = self._script(segments[-1]) if segments else ""
        target = self._to_another(url, carried_in_path(rest, url.query)) if name else None
        if target is None:
            return None
        return Verdict("script", f"The path of the script {name} carries the URL of another site.", target)

    def _unsaid(
        self, url: UrlParts, segments: list[str], name: str, parameters: list[tuple[str, str]]
    ) -> Verdict | None:
        if self._counts_or_has_a_number(name, parameters):
            return Verdict("script", f"A script named {name} leads on; {UNSAID}.", None)
        if len(segments) == 2 and not url.query and self._is_in_folder(segments[0], segments[1]):
            return Verdict("folder", f"A page below /{segments[0]}/ leads on; {UNSAID}.", None)
        return None

    def _counts_or_has_a_number(self, name: str, parameters: list[tuple[str, str]]) -> bool:
        script, dot, _ = name.partition(".")
        if not dot or script not in self._numbered:
            return False
        if script in self._counters:
            return all(_CODE.fullmatch(value) for _, value in parameters)
        return parameters[0][0] in self._ids and _NUMBERED.fullmatch(parameters[0][1]) is not None

    def _is_in_folder(self, folder: str, name: str) -> bool:
        if folder in self._numbered_folders:
            return _NUMBERED.fullmatch(name) is not None
        if folder not in self._folders or not _SLUG.fullmatch(name):
            return False
        return self._ordinary.isdisjoint(_WORD.findall(name))

    def _elsewhere(self, url: UrlParts, parameters: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        for parameter, value in parameters:
            if parameter in self._parameters or parameter in self._short:
                target = self._to_another(url, carried_target(unquote(value)))
                if target is not None:
                    yield parameter, target

    def _to_another(self, url: UrlParts, target: str | None) -> str | None:
        """Within a site it is a login or a switch of language as often as not; a picture is a picture."""
        if target is None or target.partition("?")[0].lower().endswith(self._files):
            return None
        return None if registrable_domain(url_parts(target).host) == registrable_domain(url.host) else target


def _carries(query: str) -> bool:
    """Whether a query, in lower case, may hold a URL: as it is, percent-encoded, in base64 or hexadecimal."""
    return (
        "http" in query
        or "www" in query
        or "=//" in query
        or "%2f%2f" in query
        or "ahr0c" in query
        or "ly93" in query
        or "d3d3l" in query
        or "yuhsmg" in query
        or "sfruud" in query
        or "68747470" in query
    )
