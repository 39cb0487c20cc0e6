"""Chains of comparisons: ``0.6 <= r < 0.9`` means both, although Python asks the first one for its truth.

Python computes ``0.6 <= r``, asks whether that is true, and if so gives ``r < 0.9`` alone. So a comparison remembers
where in the program it stands; the next one of the same chain, which has the same place in the source, is combined
with it.
"""

from __future__ import annotations

import sys
import weakref
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from types import CodeType


class Link(NamedTuple):
    """A comparison: what it gave, and the instruction that asked for it."""

    result: Any
    code: CodeType
    instruction: int

    @property
    def span(self) -> Any:
        """Where the whole chain stands in the source."""
        return next(islice(self.code.co_positions(), self.instruction // 2, None), None)


class Chained:
    """What can stand in a chain of comparisons."""

    _chain: Link | None = None
    _link: tuple[weakref.ref[Any], CodeType, int] | None = None

    def _compared(self, result: Any) -> Any:
        """Give the result of a comparison, combined with the one before it in the same chain."""
        caller = sys._getframe(3)
        link = Link(result, caller.f_code, caller.f_lasti)
        before, self._chain = self._chain, None
        if before and before.code is link.code and before.instruction < link.instruction and before.span == link.span:
            result = before.result & result
        result._link = (weakref.ref(self), link.code, link.instruction)
        return result

    def __bool__(self) -> bool:
        if self._link is not None:
            operand = self._link[0]()
            if operand is not None:
                operand._chain = Link(self, *self._link[1:])
        return True
