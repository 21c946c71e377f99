"""What elements hand on to what is inside them, each ancestor of a page looked at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from selectolax.lexbor import LexborNode

State = TypeVar("State")


class Inherited(Generic[State]):
    """`outermost` is the state inside the root; `state_inside` tells that inside any other element.

    It is given the element's tag number, its attributes and the state around it.
    """

    __slots__ = ("_state_inside", "_states")

    def __init__(
        self,
        root: LexborNode,
        outermost: State,
        state_inside: Callable[[int, Mapping[str, str | None], State], State],
    ) -> None:
        self._states = {root.mem_id: outermost}
        self._state_inside = state_inside

    def inside(self, element: LexborNode) -> State:
        """Look outward to what is known, then carry it inward; no recursion, pages nest as deep as they like."""
        states = self._states
        if element.mem_id in states:
            return states[element.mem_id]
        unknown = [element]
        while True:
            parent = unknown[-1].parent
            assert parent is not None  # the root, which every element is in, is known
            if parent.mem_id in states:
                break
            unknown.append(parent)
        state = states[parent.mem_id]
        for element in reversed(unknown):
            state = states[element.mem_id] = self._state_inside(element.tag_id, element.attributes, state)
        return state
