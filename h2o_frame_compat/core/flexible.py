"""Operations that fill what is missing on one side, and the larger or smaller one of two values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.align import align
from h2o_frame_compat.core.elementwise import column_and_scalar, common_columns, map_columns
from h2o_frame_compat.core.literals import is_missing, is_scalar, to_lit
from h2o_frame_compat.expr import Expr, Lit, call

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block


def filled(block: Block, value: Any) -> Block:
    """Replace missing values by a scalar."""
    return map_columns(block, lambda e: _fill(e, value, call("isna", e)))


def _fill(expr: Expr, value: Any, where: Expr) -> Expr:
    return call("where", where, to_lit(value, expr.dtype), expr) if expr.dtype.holds_na else expr


def both(left: Block, right: Block, fill_value: Any) -> tuple[Block, Block]:
    """Bring two blocks to the same rows and columns, filling what is missing on one side only.

    Parameters
    ----------
    left, right : Block
        Two frames, or two series.
    fill_value : scalar or None
        What to fill with; None: nothing.

    Returns
    -------
    left, right : Block
        Over one relation, with the same labels.
    """
    names = left.labels, right.labels
    a, b = align(left, right)
    if len(left.columns) == len(right.columns) == 1 and not names[0].equals(names[1]) and _one_series(left, right):
        columns = [(a.columns[0], b.columns[0])]
        labels = [(names[0], names[1])]
        x, y = _pair(*columns[0], fill_value)
        return replace(a, columns=(x,), labels=labels[0][0]), replace(b, columns=(y,), labels=labels[0][1])
    together = names[0] if names[0].equals(names[1]) else names[0].union(names[1])
    one, two = [], []
    for place, label in enumerate(together):
        x = _column(a, label, place, same=names[0].equals(together))
        y = _column(b, label, place, same=names[1].equals(together))
        x, y = _pair(x, y, fill_value)
        one.append(x)
        two.append(y)
    return a.with_columns(one, together), b.with_columns(two, together)


def _one_series(left: Block, right: Block) -> bool:
    return left.labels[0] is None or right.labels[0] is None or left.labels[0] != right.labels[0]


def _column(block: Block, label: Any, place: int, *, same: bool) -> Expr:
    if same:
        return block.columns[place]
    found = block.find(label)
    if found:
        return block.columns[found[0]]
    nothing = Lit(None, dt.FLOAT64)
    return call("where", call("isna", block.rel.fields[0].col()), nothing, nothing)


def _pair(x: Expr, y: Expr, value: Any) -> tuple[Expr, Expr]:
    if value is None:
        return x, y
    no_x, no_y = call("isna", x), call("isna", y)
    return (
        _fill(x, value, call("and", no_x, call("not", no_y))),
        _fill(y, value, call("and", no_y, call("not", no_x))),
    )


def extreme(left: Block, right: Any, *, largest: bool, skip: bool) -> Block | None:
    """Give the larger (smaller) one of each pair of values; None where pandas has to do it.

    Parameters
    ----------
    left : Block
        A frame or series.
    right : Block or scalar
        A series, if `left` is one, or a number.
    largest : bool
        Which of the two.
    skip : bool
        Whether a missing value loses against a number; else it wins.

    Returns
    -------
    Block or None
    """
    numbers = [*left.dtypes, *([] if is_scalar(right) else right.dtypes)]
    if is_missing(right) or not all(d.is_numeric and not d.is_bool for d in numbers):
        return None
    op = "gt" if largest else "lt"
    if is_scalar(right):
        made = map_columns(left, lambda e: _larger(op, e, right, skip=skip))
        if len(made.columns) < 2:
            return made
        common = common_columns(made.columns)  # NumPy makes one array of a frame
        return map_columns(made, lambda e: e if e.dtype == common else call("cast", e, params=(common,)))
    a, b = align(left, right)
    x, y = a.columns[0], b.columns[0]
    keeps = call("or", call(op, x, y), call("isna", y if skip else x))
    same = left.labels.equals(right.labels)
    return a.with_columns([call("where", keeps, x, y)], left.labels if same else [None])


def _larger(op: str, expr: Expr, value: Any, *, skip: bool) -> Expr:
    keeps = column_and_scalar(op, expr, value, reflected=False)
    if not skip:
        keeps = call("or", keeps, call("isna", expr))
    return call("where", keeps, expr, to_lit(value, expr.dtype))
