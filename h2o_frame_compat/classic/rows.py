"""Rows: chosen by a condition, a slice or numbers; and new values for some of them."""

from __future__ import annotations

import math
from numbers import Integral
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.classic import factors, meaning
from h2o_frame_compat.classic.columns import Column, bare, evaluate, joined, split
from h2o_frame_compat.classic.data import Data, only_column
from h2o_frame_compat.expr import Expr, Lit, call, lit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.core.block import Block


def selected(columns: Sequence[Column], which: Any) -> list[Column]:
    """Choose rows of columns.

    Parameters
    ----------
    columns : sequence of Column
        The columns.
    which : H2OVec, slice, int or list of int
        A condition, or row numbers.

    Returns
    -------
    list of Column
    """
    if isinstance(which, Data):
        parts = [*columns, only_column(which, "a condition of rows")]
        block = joined(parts)
        own = block.select(range(len(columns)))
        return split(own.filter(meaning.flag(block.columns[-1])), parts)
    block = joined(columns)
    if isinstance(which, slice):
        return split(_sliced(block, which), columns)
    return split(bare(block).take_positions([position(n, block.nrows) for n in _listed(which)]), columns)


def _listed(which: Any) -> list[int]:
    """Give row numbers as a list."""
    numbers: list[Any] = [which] if isinstance(which, Integral) else list(which) if hasattr(which, "__iter__") else [""]
    if any(isinstance(n, bool) or not isinstance(n, Integral) for n in numbers):
        msg = "rows are chosen by a condition, a slice, or row numbers"
        raise ValueError(msg)
    return [int(n) for n in numbers]


def _sliced(block: Block, which: slice) -> Block:
    if which == slice(None):
        return block
    start, stop, step = which.indices(block.nrows)
    if step < 1:
        return bare(block).take_positions(list(range(start, stop, step)))
    return bare(block).slice(start, stop, step)


def position(number: int, count: int) -> int:
    """Give a row number that is not negative, of one that may count from the end.

    Raises
    ------
    ValueError
        When there is no such row.
    """
    place = number + count if number < 0 else number
    if not 0 <= place < count:
        msg = f"there is no row {number}; the rows are 0 to {count - 1}"
        raise ValueError(msg)
    return place


def cell(vec: Data[Any], number: Any) -> Any:
    """Fetch one value."""
    (wanted,) = _listed(number)
    evaluate(vec._columns)
    block = joined(vec._columns)
    at = position(wanted, block.nrows)
    return _value(bare(block).slice(at, at + 1).to_pandas().iloc[0, 0], block.columns[0])


def values(data: Data[Any]) -> list[Any]:
    """Fetch the values of a vec as Python has them."""
    evaluate(data._columns)
    block = joined(data._columns)
    return [_value(v, block.columns[0]) for v in block.to_pandas(guard="H2OVec").iloc[:, 0]]


def _value(value: Any, expr: Expr) -> Any:
    """Give a value of a column; a missing text is None, a missing number NaN."""
    found = plain(value)
    return None if isinstance(found, float) and meaning.is_text(expr) else found


def plain(value: Any) -> Any:
    """Give a value as Python has it: flags are 0 and 1, a missing value is NaN."""
    if pd.isna(value):
        return math.nan
    if hasattr(value, "item"):
        value = value.item()
    return int(value) if isinstance(value, bool) else value


# ---------------------------------------------------------------------- assignment


def assigned(vec: Data[Any], where: Any, value: Any) -> Column:
    """Make the column that a vec has after an assignment to some of its rows.

    Parameters
    ----------
    vec : H2OVec
        The vec.
    where : H2OVec, slice, int or list of int
        The rows.
    value : H2OVec, number, str or None
        What goes there; a vec has a value for every row.

    Returns
    -------
    Column
    """
    own = only_column(vec, "an assignment to rows")
    parts = [own, _condition(own, where)]
    if isinstance(value, Data):
        parts.append(only_column(value, "an assignment to rows"))
    block = joined(parts)
    old, chosen = block.columns[:2]
    new = block.columns[2] if isinstance(value, Data) else _fitting(vec, own, meaning.scalar(value))
    made = _replaced(meaning.flag(chosen), new, old)
    return split(block.with_columns([made], range(1)), parts)[0]


def _condition(column: Column, where: Any) -> Column:
    """Give rows of a column as a condition, one value for each row."""
    if isinstance(where, Data):
        return only_column(where, "a condition of rows")
    count = column.block.nrows
    numbers = range(*where.indices(count)) if isinstance(where, slice) else _listed(where)
    at = call("rownum", column.expr)
    if isinstance(numbers, range) and numbers.step == 1:
        mask = call("and", call("ge", at, lit(numbers.start)), call("lt", at, lit(numbers.stop)))
    else:
        mask = call("isin", at, params=(tuple(position(n, count) for n in numbers),))
    return split(column.block.with_columns([mask]), [column])[0]


def _fitting(vec: Data[Any], column: Column, new: Expr) -> Expr:
    """Make sure that a scalar can stand in a column."""
    assert isinstance(new, Lit)
    if new.value is None:
        return new
    text = meaning.is_text(column.expr)
    if text != isinstance(new.value, str):
        msg = f"{new.value!r} cannot stand in a column of {'texts' if text else 'numbers'}"
        raise ValueError(msg)
    if column.expr.dtype.kind == "category" and new.value not in factors.levels(column):
        msg = f"{new.value!r} is not among the levels of {vec.names()[0]!r}"
        raise ValueError(msg)
    return new


def _replaced(mask: Expr, new: Expr, old: Expr) -> Expr:
    if meaning.is_text(old) != meaning.is_text(new) and not (isinstance(new, Lit) and new.value is None):
        msg = "numbers cannot go into a column of texts, nor texts into one of numbers"
        raise ValueError(msg)
    if isinstance(new, Lit) and new.value is None:
        return call("where", mask, new, meaning.number(old) if old.dtype.is_bool else old)
    if old.dtype.kind == "category" and not isinstance(new, Lit):
        both = call("where", mask, call("cast", new, params=(dt.STR,)), call("cast", old, params=(dt.STR,)))
        return call("cast", both, params=(dt.CATEGORY,))
    if old.dtype.is_temporal and isinstance(new, Lit):
        return call("where", mask, lit(new.value, dt.DATETIME_MS), old)
    if meaning.is_text(old) or (old.dtype.is_temporal and new.dtype.is_temporal):
        return call("where", mask, new, old)
    return call("where", mask, meaning.number(new), meaning.number(old))
