"""Arithmetic, comparison and logic between blocks, scalars and arrays, with pandas' broadcasting."""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core import convert
from h2o_frame_compat.core.align import align, equal_labels, same_rows, side_by_side
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.distinct import map_distinct
from h2o_frame_compat.core.literals import category_lit, is_scalar, to_lit
from h2o_frame_compat.expr import Expr, Field, Lit, Local, call, fresh_id, lit

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from h2o_frame_compat.expr import Relation

COMPARISONS = {"eq", "ne", "lt", "le", "gt", "ge"}


def combine(op: str, left: Expr, right: Expr) -> Expr:
    """Apply a binary operation to two columns of one relation.

    Parameters
    ----------
    op : str
        Name of the operation.
    left, right : Expr
        Its operands; a literal has been made for the dtype of the other one.

    Returns
    -------
    Expr
    """
    if op in COMPARISONS:
        left, right = _comparable(op, left, right)
        if op in {"eq", "ne"} and _never_equal(left, right):
            answer = call("isna", left if not isinstance(left, Lit) else right)
            never = call("and", answer, call("not", answer))
            return call("not", never) if op == "ne" else never
    return call(op, left, right)


def _comparable(op: str, left: Expr, right: Expr) -> tuple[Expr, Expr]:
    """Ordered categories compare by position, other texts as they are."""
    if op in {"eq", "ne"}:
        return left, right
    for one, other, swap in ((left, right, False), (right, left, True)):
        if one.dtype.kind == "category" and one.dtype.ordered and isinstance(other, Lit):
            texts = convert.level_texts(one.dtype.categories or ())
            if other.value not in texts:
                msg = "Cannot compare a Categorical with a scalar, which is not a category."
                raise TypeError(msg)
            pair = (call("codes", one), lit(texts.index(other.value)))
            return (pair[1], pair[0]) if swap else pair
    return left, right


def _never_equal(left: Expr, right: Expr) -> bool:
    """Values of different kinds are never equal: no column of numbers equals a text."""
    kinds = []
    for e in (left, right):
        if isinstance(e, Lit) and e.value is None:
            return False
        text = e.dtype.kind in {"str", "category"}
        kinds.append("text" if text else "number" if e.dtype.is_numeric else e.dtype.kind)
    return kinds[0] != kinds[1]


def column_and_scalar(op: str, column: Expr, value: Any, *, reflected: bool) -> Expr:
    """Apply a binary operation to a column and a Python scalar."""
    if column.dtype.kind == "category" and op in COMPARISONS and value is not None:
        other: Expr = category_lit(value, column.dtype)
    elif value is pd.NA and column.dtype.nullable and column.dtype.is_numeric:
        other = lit(None, column.dtype)  # NA, unlike NaN, makes no integer a float
    else:
        other = to_lit(value, column.dtype)
    if isinstance(other, Lit) and other.value is None and op in {"add", "sub"} and column.dtype.is_temporal:
        return call("where", call("isna", column), column, lit(None, column.dtype))
    return combine(op, other, column) if reflected else combine(op, column, other)


def array_block(values: Any, like: Block, name: Hashable = "array") -> Block:
    """Make a one-column block of an array or list that goes beside a block by position; errors name it.

    Raises
    ------
    ValueError
        When the lengths differ, in pandas' words.
    """
    if isinstance(values, np.ndarray) and values.ndim == 0:
        values = values.item()
    elif isinstance(values, (np.ndarray, pd.Series, pd.api.extensions.ExtensionArray)):
        values = values.copy()  # as pandas does: the caller may write to it before it is uploaded
    column, dtype = convert.encode_series(values, name)
    if len(column) != like.nrows:
        msg = f"Length of values ({len(column)}) does not match length of index ({like.nrows})"
        raise ValueError(msg)
    field = Field(fresh_id(), dtype)
    rel = Local(pa.table({field.id: column}), [field], len(column))
    index = () if isinstance(like.index, tuple) else like.index
    return Block(rel, (field.col(),), pd.Index([None]), index, like.index_names)


def beside(block: Block, values: Any, name: Hashable = "array") -> tuple[Block, Expr]:
    """Put an array or list beside a block; give the block over the common relation and the new column."""
    left, right = side_by_side(block, array_block(values, block, name))
    return left, right.columns[0]


def map_columns(block: Block, function: Callable[[Expr], Expr]) -> Block:
    """Apply a function of one column to every column."""
    return block.with_columns([function(e) for e in block.columns])


def series_binary(op: str, left: Block, other: Any, *, reflected: bool = False) -> Block:
    """Apply a binary operation to a one-column block and a scalar, an array or another one-column block.

    Parameters
    ----------
    op : str
        Name of the operation.
    left : Block
        The series.
    other : scalar, Block or array-like
        The other operand.
    reflected : bool
        Whether `other` stands on the left.

    Returns
    -------
    Block
        Labelled as pandas labels it: the common name, or None.
    """
    if isinstance(other, pd.offsets.BaseOffset):
        return map_columns(left, lambda e: moved(op, e, left.rel, other, reflected=reflected))
    if is_scalar(other):
        return map_columns(left, lambda e: column_and_scalar(op, e, other, reflected=reflected))
    if isinstance(other, Block):
        if op in COMPARISONS and not comparable_labels(left, other):
            msg = "Can only compare identically-labeled Series objects"
            raise ValueError(msg)
        a, b = align(left, other)
        same_name = left.labels[0] == other.labels[0] or (left.labels[0] is None and other.labels[0] is None)
        column = b.columns[0]
        labels = left.labels if same_name else pd.Index([None])
    else:
        a, column = beside(left, other)
        labels = left.labels
    own = a.columns[0]
    result = combine(op, column, own) if reflected else combine(op, own, column)
    return replace(a, columns=(result,), labels=labels)


def moved(op: str, column: Expr, rel: Relation, offset: Any, *, reflected: bool) -> Expr:
    """Add an offset, such as a month, to datetimes; pandas does it once for each, but for a fixed span of time.

    Raises
    ------
    TypeError
        As pandas, for other columns and operations.
    """
    span = getattr(offset, "nanos", 0) if isinstance(offset, (pd.offsets.Tick, pd.offsets.Day)) else 0
    plain = op in {"add", "sub"} and column.dtype.is_temporal and column.dtype.tz is None
    if plain and not reflected and span and span % 1_000_000 == 0:
        by = pd.Timedelta(span).as_unit(column.dtype.unit if column.dtype.unit != "s" else "ms")
        return call("cast", column_and_scalar(op, column, by, reflected=False), params=(column.dtype,))
    apply = getattr(operator, op)
    return map_distinct(column, rel, lambda v: apply(offset, v) if reflected else apply(v, offset), what=op)


def comparable_labels(left: Block, right: Block) -> bool:
    """Tell whether two blocks have the same row labels, as comparisons need."""
    return same_rows(left, right) or equal_labels(left, right)


def frame_binary(
    op: str, left: Block, other: Any, *, reflected: bool = False, axis: int = 1, is_series: bool = False
) -> Block:
    """Apply a binary operation to a frame and a scalar, a frame, a series, or an array.

    Parameters
    ----------
    op : str
        Name of the operation.
    left : Block
        The frame.
    other : scalar, Block, pandas.Series or array-like
        The other operand. A `pandas.Series` holds one value for each column; a Block is a frame, or with
        ``axis=0`` and `is_series` a series that goes along the rows.
    reflected : bool
        Whether `other` stands on the left.
    axis : {0, 1}
        How a series is matched.
    is_series : bool
        Whether a Block is a series.

    Returns
    -------
    Block
    """
    if is_scalar(other):
        return map_columns(left, lambda e: column_and_scalar(op, e, other, reflected=reflected))
    if isinstance(other, Block) and is_series and axis == 0:
        a, b = align(left, other)
        column = b.columns[0]
        return map_columns(a, lambda e: combine(op, column, e) if reflected else combine(op, e, column))
    if isinstance(other, Block):
        return _frames(op, left, other, reflected=reflected)
    if isinstance(other, pd.Series):
        return _by_column(op, left, other, reflected=reflected)
    values = np.asarray(other)
    if values.ndim == 1 and len(values) == len(left.columns):
        return _by_column(op, left, pd.Series(values, index=left.labels), reflected=reflected)
    if values.ndim == 2 and values.shape[1] == len(left.columns):
        frame = Block.from_pandas(pd.DataFrame(values, columns=left.labels))
        return _frames(op, *side_by_side(left, frame), reflected=reflected)
    given = values.shape[0] if values.ndim else 0
    msg = f"Unable to coerce to Series, length must be {len(left.columns)}: given {given}"
    raise ValueError(msg)


def _by_column(op: str, left: Block, values: pd.Series, *, reflected: bool) -> Block:
    labels = left.labels if left.labels.equals(values.index) else left.labels.union(values.index)
    columns: list[Expr] = []
    for label in labels:
        found = left.find(label)
        own = left.columns[found[0]] if found else None
        value = values.get(label)
        if own is None:
            own = call("cast", call("isna", left.columns[0]), params=(dt.FLOAT64,))
            value = None
        columns.append(column_and_scalar(op, own, value, reflected=reflected))
    return left.with_columns(columns, labels)


def _frames(op: str, left: Block, right: Block, *, reflected: bool) -> Block:
    if op in COMPARISONS and not (left.labels.equals(right.labels) and comparable_labels(left, right)):
        msg = "Can only compare identically-labeled (both index and columns) DataFrame objects"
        raise ValueError(msg)
    a, b = align(left, right)
    labels = a.labels if a.labels.equals(b.labels) else a.labels.union(b.labels)
    columns: list[Expr] = []
    for place, label in enumerate(labels):
        x, y = _cell(a, label, place, labels), _cell(b, label, place, labels)
        if x is None or y is None:
            known = x if x is not None else y
            assert known is not None
            columns.append(combine(op, call("cast", known, params=(dt.FLOAT64,)), lit(None)))
        else:
            columns.append(combine(op, y, x) if reflected else combine(op, x, y))
    return a.with_columns(columns, labels)


def _cell(block: Block, label: Any, place: int, labels: pd.Index[Any]) -> Expr | None:
    if block.labels.equals(labels):
        return block.columns[place]
    found = block.find(label)
    return block.columns[found[0]] if found else None


def common_columns(exprs: Sequence[Expr]) -> dt.DType:
    """Give the dtype that all columns fit in."""
    result = exprs[0].dtype
    for e in exprs[1:]:
        result = dt.common(result, e.dtype)
    return result
