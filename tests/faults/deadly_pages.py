"""Downloader middleware for workers under test: kills the process as a page that a parser dies of would."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from tests.faults.mesh_web import DEADLY

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class DeadlyPages:
    """At a place behind the suspect middleware's: the page's body is in hand, and nobody has read it yet."""

    def process_response(self, request: Request, response: Response) -> Response:
        if DEADLY in response.body:
            os.kill(os.getpid(), signal.SIGKILL)
        return response
