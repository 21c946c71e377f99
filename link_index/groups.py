"""Aggregation stages that count links, referring pages and domains without holding sets of them in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from link_index.questions import Order

Stage = dict[str, Any]


def when(condition: Any) -> Stage:
    """1 where the condition holds, for sums."""
    return {"$cond": [condition, 1, 0]}


def grouping(keys: Stage, distinct: Stage, kept: Stage | None = None) -> list[Stage]:
    """Stages that group links by `keys` and count, beside `links` and `dofollow`, the distinct values of `distinct`.

    `distinct` goes from coarse to fine, as domain, page: one group stage for each, the finest first, where $addToSet
    would hold every page of a popular target in one document of 16 MB at most. `kept` are further accumulators that
    can be applied to their own result ($min, $max, $sum).
    """
    names = list(distinct)
    summed: Stage = {
        "links": {"$sum": 1},
        "dofollow": {"$sum": when("$dofollow")},
        "first_seen": {"$min": "$first_seen"},
    }
    summed |= kept or {}
    stages: list[Stage] = [{"$group": {"_id": keys | distinct} | summed}]
    summed = {name: {operator: f"${name}"} for name, accumulator in summed.items() for operator in accumulator}
    while names:
        name = names.pop()
        ids = {key: f"$_id.{key}" for key in [*keys, *names]}
        counted = {name: {"$sum": 1}, f"dofollow_{name}": {"$sum": when({"$gt": ["$dofollow", 0]})}}
        stages.append({"$group": {"_id": ids} | summed | counted})
        summed |= {count: {"$sum": f"${count}"} for count in counted}
    return [*stages, {"$replaceWith": {"$mergeObjects": ["$$ROOT", "$_id"]}}]


def following(order: Order, after: tuple[Any, ...] | None) -> list[Stage]:
    """The stage that drops, of grouped rows, those up to `after`. No index is at stake here, so $or does no harm."""
    if after is None:
        return []
    choices = []
    for last, (name, direction, _) in enumerate(order.fields):
        equal: Stage = {field: value for (field, _, _), value in zip(order.fields[:last], after, strict=False)}
        choices.append(equal | {name: {"$gt" if direction > 0 else "$lt": after[last]}})
    return [{"$match": {"$or": choices}}]
