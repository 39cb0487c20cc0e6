"""Missing values: filled, or their rows dropped."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.choose import any_true, literal_for, with_operand
from h2o_frame_compat.core.literals import is_missing
from h2o_frame_compat.core.reduce import reduce as statistics
from h2o_frame_compat.expr import Expr, call, lit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.core.block import Block


def holds_na(expr: Expr) -> bool:
    """Tell whether a column can hold missing values at all."""
    return expr.dtype.holds_na


def fill(block: Block, value: Any, *, along_rows: bool = False) -> Block:
    """Replace missing values.

    Parameters
    ----------
    block : Block
        The frame or series.
    value : scalar, dict, pandas.Series or Block
        One value; values by column label; or a block matched by row label, and by column label unless
        `along_rows`.
    along_rows : bool
        Whether a Block is a series of values for every column.

    Returns
    -------
    Block

    Raises
    ------
    TypeError
        When a column cannot take the value.
    """
    if not any(holds_na(e) for e in block.columns):
        return block
    a, pick = with_operand(block, value, by_column=not along_rows)
    columns: list[Expr] = []
    for n, column in enumerate(a.columns):
        other = pick(n)
        if not holds_na(column) or (not isinstance(other, Expr) and is_missing(other)):
            columns.append(column)
            continue
        by = other if isinstance(other, Expr) else literal_for(other, column.dtype)
        columns.append(call("where", call("isna", column), by, column))
    return replace(a, columns=tuple(columns))


def drop_rows(block: Block, positions: Sequence[int], *, how: str, thresh: int | None) -> Block:
    """Drop rows in which values are missing.

    Parameters
    ----------
    block : Block
        The frame.
    positions : sequence of int
        The columns that count.
    how : {"any", "all"}
        Whether one missing value is enough.
    thresh : int or None
        Instead of `how`: how many values must be present.

    Returns
    -------
    Block
    """
    tested = [block.columns[n] for n in positions]
    if thresh is not None:
        if thresh <= 0:
            return block
        counts = [call("cast", call("not", call("isna", e)), params=(dt.INT64,)) for e in tested]
        present = reduce(lambda x, y: call("add", x, y), counts) if counts else None
        if present is None:
            return block.slice(0, 0)
        return block.filter(call("ge", present, lit(thresh)))
    gaps = [e for e in tested if holds_na(e)]
    if how == "all" and len(gaps) < len(tested):
        return block
    if not gaps:
        return block
    missing: list[Expr] = [call("isna", e) for e in gaps]
    word = "or" if how == "any" else "and"
    return block.filter(call("not", reduce(lambda x, y: call(word, x, y), missing)))


def kept_columns(block: Block, *, how: str, thresh: int | None) -> list[int]:
    """Give the positions of the columns that have few enough missing values; asks the cluster once."""
    wanted = [n for n, e in enumerate(block.columns) if holds_na(e)]
    found = statistics(block.rel, [("nas", block.columns[n]) for n in wanted])
    gaps = dict(zip(wanted, found, strict=True))
    rows = block.nrows
    if thresh is not None:
        return [n for n in range(len(block.columns)) if rows - gaps.get(n, 0) >= thresh]
    limit = 0 if how == "any" else rows - 1
    return [n for n in range(len(block.columns)) if gaps.get(n, 0) <= limit]


def has_missing(block: Block, expr: Expr) -> bool:
    """Tell whether a column has missing values; asks the cluster when its dtype allows them."""
    return holds_na(expr) and any_true(block.rel, [call("isna", expr)])[0]
