from selectolax.lexbor import LexborNode

from backlink_spider.link_collector import LinkCollector
from link_index.urls import Target

def tags_in(body: bytes) -> int: ...
def is_normal(url: str) -> bool: ...

class LinkWalk:
    """What `root`, the html element of a parsed page, holds: declarations at once, links by `collect`."""

    declarations: list[tuple[int, dict[str, str | None]]]
    title: str
    headings: list[str]
    is_cut: bool
    def __init__(self, root: LexborNode, max_depth: int) -> None: ...
    def __call__(self, href: str) -> Target | str: ...
    def collect(self, collector: LinkCollector) -> None: ...
