"""Scrapy's chain of item pipelines without a coroutine for every method that has nothing to wait for."""

from __future__ import annotations

from typing import Any

from scrapy.pipelines import ItemPipelineManager
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.python import global_object_name


class DirectPipelines(ItemPipelineManager):
    """Calls the same methods in the same order. One that returns the item it was given is through with it."""

    async def process_item_async(self, item: Any) -> Any:
        for method in self.methods["process_item"]:
            assert method is not None
            arguments = (item, self._spider) if method in self._mw_methods_requiring_spider else (item,)
            answer = method(*arguments)
            if answer is not item:
                item = await ensure_awaitable(answer, _warn=global_object_name(method))
        return item
