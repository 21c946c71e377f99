"""A download handler that knows host names of a test's own: NAMED_HOSTS in the environment, JSON, name to addresses.

What it answers is judged as what a name server answers; any other name it does not know.
"""

from __future__ import annotations

import json
import os

from scrapy.exceptions import CannotResolveHostError

from backlink_spider.address_rules import literal_address
from backlink_spider.download_handler import PublicDownloadHandler

VARIABLE = "NAMED_HOSTS"


async def _resolve(host: str) -> list[str]:
    if literal := literal_address(host):
        return [str(literal)]
    try:
        addresses: list[str] = json.loads(os.environ[VARIABLE])[host]
    except KeyError as error:
        raise CannotResolveHostError(host) from error
    return addresses


class NamedHostsHandler(PublicDownloadHandler):
    resolver = staticmethod(_resolve)
