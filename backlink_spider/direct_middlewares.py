"""Scrapy's chain of downloader middlewares without a coroutine for every method that has nothing to wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.exceptions import _InvalidOutput
from scrapy.http import Response
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.python import global_object_name

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


class DirectMiddlewares(DownloaderMiddlewareManager):
    """Calls the same methods in the same order; coroutines are awaited, wrong answers refused as by Scrapy.

    Scrapy makes every answer a coroutine and writes out the method's name for a warning that hardly ever comes: 5 us a
    method, and a page meets seven.
    """

    async def _process_request(
        self, request: Request, download_func: Callable[[Request], Coroutine[Any, Any, Response]]
    ) -> Response | Request:
        for method in self.methods["process_request"]:
            assert method is not None
            answer = self._handle_mw_method(method, request=request)
            if answer is None:
                continue
            answer = await ensure_awaitable(answer, _warn=global_object_name(method))
            if isinstance(answer, (Response, Request)):
                return answer
            if answer is not None:
                raise _InvalidOutput(
                    f"Middleware {method.__qualname__} must return None, Response or Request, "
                    f"got {answer.__class__.__name__}"
                )
        return await download_func(request)

    async def _process_response(self, response: Response | Request, request: Request) -> Response | Request:
        if response is None:  # from a download handler of a user's own
            raise TypeError("Received None in process_response")
        if isinstance(response, Request):
            return response
        for method in self.methods["process_response"]:
            assert method is not None
            answer = self._handle_mw_method(method, request=request, response=response)
            if not isinstance(answer, Response):
                answer = await ensure_awaitable(answer, _warn=global_object_name(method))
                if isinstance(answer, Request):
                    return answer
                if not isinstance(answer, Response):
                    raise _InvalidOutput(
                        f"Middleware {method.__qualname__} must return Response or Request, got {type(answer)}"
                    )
            response = answer
        return response
