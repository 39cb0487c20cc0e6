"""Values brought between bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.core.choose import choose, literal_for, with_operand
from h2o_frame_compat.core.elementwise import combine
from h2o_frame_compat.core.literals import is_missing
from h2o_frame_compat.expr import Expr, Lit, call

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block


def clip(block: Block, lower: Any, upper: Any) -> Block:
    """Bring values below a lower bound up to it, and those above an upper bound down.

    Parameters
    ----------
    block : Block
        The frame or series.
    lower, upper : scalar, Block of a series, array-like or None
        The bounds; a missing one bounds nothing.

    Returns
    -------
    Block
    """
    if _is_number(lower) and _is_number(upper) and lower > upper:
        lower, upper = upper, lower
    for bound, op in ((lower, "ge"), (upper, "le")):
        if bound is not None and not is_missing(bound):
            block = _bounded(block, bound, op)
    return block


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not is_missing(value)


def _bounded(block: Block, bound: Any, op: str) -> Block:
    a, pick = with_operand(block, bound, by_column=False)
    items: list[tuple[Expr, Expr, Expr]] = []
    for n, column in enumerate(a.columns):
        found = pick(n)
        limit = found if isinstance(found, Expr) else literal_for(found, column.dtype)
        inside = call("or", combine(op, column, limit), call("isna", column))
        if not isinstance(limit, Lit) and limit.dtype.holds_na:
            inside = call("or", inside, call("isna", limit))
        items.append((inside, column, limit))
    return replace(a, columns=tuple(choose(a.rel, items)), labels=block.labels)
