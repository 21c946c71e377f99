"""`backlinks crawl`: from seed domains to the index."""

from __future__ import annotations

import gc
import os
from typing import Any

import click

_NUMBER = click.IntRange(min=0)


@click.command()
@click.argument("seeds", nargs=-1, metavar="SEED...")
@click.option("--depth", type=_NUMBER, metavar="N", help="Links to go away from a seed; no limit unless given.")
@click.option("--pages", type=_NUMBER, metavar="N", help="Pages to fetch in all, 0 for no limit.  [default: 10000]")
@click.option(
    "--pages-per-domain", type=_NUMBER, metavar="N", help="Pages to fetch of each domain; no limit if absent."
)
@click.option("--pages-per-host", type=_NUMBER, metavar="N", help="Likewise of each host: a domain may have very many.")
@click.option(
    "--follow-external/--no-follow-external",
    default=None,
    help="Go outward to other domains, or only record the links to them.  [default: go outward]",
)
@click.option(
    "--allow-domain", "allow_domains", multiple=True, metavar="D", help="Go outward to this domain only (repeat)."
)
@click.option(
    "--deny-domain", "deny_domains", multiple=True, metavar="D", help="Never fetch from this domain (repeat)."
)
@click.option(
    "--subdomains/--no-subdomains",
    default=None,
    help="Sub-domains of a seed's domain belong to it.  [default: they do]",
)
@click.option(
    "--follow-nofollow/--no-follow-nofollow",
    default=None,
    help="Fetch what is linked by nofollow links alone; they are recorded in any case.  [default: do not]",
)
@click.option("--name", metavar="NAME", help="Name of the crawl, in place of one made from seeds and options.")
@click.option(
    "--workers", type=_NUMBER, metavar="N", help="Of a crawl in Redis: end at once if it has so many workers already."
)
@click.option(
    "--label",
    metavar="L",
    help="Of a crawl in Redis: end at once if the crawl of this label is over, do not begin anew.",
)
@click.option(
    "-s", "--set", "pairs", multiple=True, metavar="NAME=VALUE", help="Any Scrapy or BACKLINKS_* setting (repeat)."
)
def crawl(seeds: tuple[str, ...], pairs: tuple[str, ...], **options: Any) -> None:
    """Crawl outward from SEEDs and record every link in the index.

    A SEED is a domain (example.com), a URL, or a file with one of these a line.

    Ctrl-C stops cleanly; the same command goes on where it stopped. After the crawl has ended, the same command
    crawls again and marks what is new, changed or lost.

    With REDIS_URL in the environment this is one worker of a crawl that many share: start the same command as often as
    you like, on any machine. By --name alone, without SEEDs, it joins the crawl of that name with its options.

    \b
    backlinks crawl example.com --depth 2 --pages 500
    backlinks crawl https://example.com/blog/ --no-follow-external
    backlinks crawl seeds.txt -s DOWNLOAD_DELAY=2
    REDIS_URL=redis://redis.example.net:6379/0 backlinks crawl seeds.txt --name news --workers 3
    """
    if not seeds and not options["name"]:
        raise click.UsageError("Missing argument 'SEED...'.")
    # Scrapy takes half a second to import: not before a mistake in the options is known. Nothing of it is garbage, and
    # looking for some would take a sixth of that time.
    gc.disable()
    from scrapy.utils.project import get_project_settings

    from backlink_spider.errors import CrawlError, UsageMistake
    from backlinks.job import run

    gc.enable()
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "settings.chosen")
    settings = get_project_settings()
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f"-s takes NAME=VALUE, not {pair!r}.")
        settings.set(name.strip(), value, priority="cmdline")
    arguments = {name: value for name, value in options.items() if value not in (None, ())}
    try:
        status = run(settings, {"seeds": list(seeds), **arguments})
    except UsageMistake as error:
        raise click.UsageError(str(error)) from error
    except CrawlError as error:
        raise click.ClickException(str(error)) from error
    raise SystemExit(status)
