from selectolax.lexbor import LexborNode

from backlink_spider.link_collector import LinkCollector

def tags_in(body: bytes) -> int: ...

class LinkWalk:
    """What `root`, the html element of a parsed page, holds: declarations at once, links by `collect`."""

    declarations: list[tuple[int, dict[str, str | None]]]
    title: str
    def __init__(self, root: LexborNode) -> None: ...
    def collect(self, collector: LinkCollector) -> None: ...
