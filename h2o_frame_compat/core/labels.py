"""Row labels: replacing them, turning columns into them and back, finding the rows of new ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core.align import equal_labels, has_repeats, left_joined, side_by_side
from h2o_frame_compat.core.assign import constant, sample
from h2o_frame_compat.core.block import Block, RangeLabels
from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.core.elementwise import array_block
from h2o_frame_compat.core.indexers import local_index
from h2o_frame_compat.core.literals import is_missing, to_lit
from h2o_frame_compat.expr import Distinct, Expr, call

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


def set_labels(block: Block, index: pd.Index[Any]) -> Block:
    """Give a block other row labels, by position.

    Parameters
    ----------
    block : Block
        The frame or series.
    index : pandas.Index
        As many labels as it has rows.

    Returns
    -------
    Block

    Raises
    ------
    ValueError
        When there are not as many.
    """
    require_length(block, len(index))
    if isinstance(index, pd.RangeIndex):
        return block.with_index(RangeLabels(index.start, index.step), (index.name,))
    other = Block.from_pandas(pd.DataFrame(index=index))
    count = index.nlevels
    other = replace(other, columns=other.index_columns, labels=pd.RangeIndex(count))
    left, right = side_by_side(block, other)
    return left.with_index(right.columns, tuple(index.names))


def set_labels_from(block: Block, other: Block, names: Sequence[Hashable]) -> Block:
    """Give a block the columns of another one as its row labels, by position."""
    require_length(block, other.nrows)
    left, right = side_by_side(block, other)
    return left.with_index(right.columns, tuple(names))


def require_length(block: Block, count: int) -> None:
    """Refuse labels of another number than there are rows, in pandas' words."""
    if count != block.nrows:
        msg = f"Length mismatch: Expected axis has {block.nrows} elements, new values have {count} elements"
        raise ValueError(msg)


# ---------------------------------------------------------------------- columns <-> labels


def set_index(block: Block, keys: Sequence[Any], *, drop: bool, append: bool, verify_integrity: bool) -> Block:
    """Turn columns or arrays into row labels.

    Parameters
    ----------
    block : Block
        The frame.
    keys : sequence of hashable, Block or array-like
        Column labels, one-column blocks or arrays.
    drop : bool
        Whether such columns go.
    append : bool
        Whether the levels there are stay, in front.
    verify_integrity : bool
        Whether repeated labels are refused.

    Returns
    -------
    Block

    Raises
    ------
    KeyError, ValueError
        As pandas.
    """
    unknown = [k for k in keys if _is_label(k) and not block.find(k)]
    if unknown:
        msg = f"None of {unknown} are in the columns"
        raise KeyError(msg)
    levels: list[Expr] = list(block.index_columns) if append else []
    names: list[Hashable] = list(block.index_names) if append else []
    gone: list[int] = []
    for key in keys:
        if _is_label(key):
            (place, *_) = block.find(key)
            levels.append(block.columns[place])
            names.append(key)
            gone.append(place)
            continue
        other = key if isinstance(key, Block) else _level(block, key)
        if other.nrows != block.nrows:
            msg = f"Length mismatch: Expected {block.nrows} rows, received array of length {other.nrows}"
            raise ValueError(msg)
        block, right = side_by_side(block, other)
        levels.append(right.columns[0])
        names.append(getattr(key, "name", None) if not isinstance(key, Block) else key.labels[0])
    if drop:
        block = block.select([n for n in range(len(block.columns)) if n not in gone])
    made = block.with_index(tuple(levels), names)
    if verify_integrity and has_repeats(made):
        index = local_index(made)
        msg = f"Index has duplicate keys: {index[index.duplicated()].unique()}"
        raise ValueError(msg)
    return made


def _is_label(key: Any) -> bool:
    return not isinstance(key, (Block, pd.Series, pd.Index, np.ndarray, list, range)) and not hasattr(key, "__next__")


def _level(block: Block, values: Any) -> Block:
    values = list(values) if not hasattr(values, "dtype") else values
    if len(values) != block.nrows:
        msg = f"Length mismatch: Expected {block.nrows} rows, received array of length {len(values)}"
        raise ValueError(msg)
    return array_block(values.array if isinstance(values, (pd.Series, pd.Index)) else values, block)


def reset_index(block: Block, places: Sequence[int], labels: Sequence[Hashable], *, drop: bool) -> Block:
    """Turn index levels into the first columns, or drop them.

    Parameters
    ----------
    block : Block
        The frame or series.
    places : sequence of int
        The levels that go.
    labels : sequence of hashable
        The labels of the new columns.
    drop : bool
        Whether the levels are dropped.

    Returns
    -------
    Block
    """
    levels = block.index_columns if not drop or len(places) < len(block.index_names) else ()
    stay = [n for n in range(len(block.index_names)) if n not in places]
    made = block
    if not drop:
        columns = [levels[n] for n in places]
        names = block.labels
        for n, label in enumerate(labels):
            names = names.insert(n, label)
        made = block.with_columns([*columns, *block.columns], names)
    if not stay:
        return made.with_index(RangeLabels(), (None,))
    return made.with_index(tuple(levels[n] for n in stay), [block.index_names[n] for n in stay])


# ---------------------------------------------------------------------- new labels


def reindex_rows(block: Block, index: pd.Index[Any], fill_value: Any = None) -> Block:
    """Give the rows of other labels; rows that are not there are missing or filled.

    Parameters
    ----------
    block : Block
        The frame or series.
    index : pandas.Index
        The labels.
    fill_value : scalar, optional
        What stands in new rows.

    Returns
    -------
    Block

    Raises
    ------
    ValueError
        When labels of the block repeat.
    """
    return reindex_like(block, Block.from_pandas(pd.DataFrame(index=index)), fill_value)


def reindex_like(block: Block, target: Block, fill_value: Any = None) -> Block:
    """As `reindex_rows`, with the labels of another block."""
    if equal_labels(target, block):
        return side_by_side(target, block)[1]
    left, right, row, gaps = left_joined(target, block)
    columns = list(right.columns)
    if gaps and not (fill_value is None or is_missing(fill_value)):
        pairs = zip(block.columns, columns, strict=True)
        columns = [filled_gaps(block, old, new, row, fill_value) for old, new in pairs]
    return replace(right, columns=tuple(columns), index=left.index, index_names=left.index_names)


def filled_gaps(block: Block, old: Expr, new: Expr, row: Expr, value: Any) -> Expr:
    """Fill new rows, those where the number of the old row is missing; the dtype is that of old and new values."""
    probe = sample(block, old, 1)
    both = pd.concat([probe, pd.Series([value])])
    made = call("where", call("isna", row), to_lit(value, old.dtype), new)
    stays = both.dtype == probe.dtype or (old.dtype.is_integer and isinstance(value, (int, np.integer)))
    return call("cast", made, params=(old.dtype,)) if stays else made


def reindex_columns(block: Block, labels: pd.Index[Any], fill_value: Any = None) -> Block:
    """Give the columns of other labels; those that are not there are missing or filled.

    Raises
    ------
    ValueError
        When a column label repeats.
    """
    if not block.labels.is_unique and not block.labels.equals(labels):
        msg = "cannot reindex on an axis with duplicate labels"
        raise ValueError(msg)
    columns = []
    for label in labels:
        found = block.find(label)
        columns.append(
            block.columns[found[0]] if found else constant(block, np.nan if fill_value is None else fill_value)
        )
    return block.with_columns(columns, labels)


def without_rows(block: Block, positions: np.ndarray[Any, Any]) -> Block:
    """Drop rows by known numbers."""
    if not len(positions):
        return block
    rows = call("rownum", block.rel.fields[0].col())
    numbers = pd.Series(np.unique(positions), dtype="int64")
    return block.filter(call("isna", lookup(rows, numbers, np.ones(len(numbers), dtype="int8"))))


def distinct_rows(block: Block, keys: Sequence[Expr], keep: str) -> Block:
    """Keep the rows that are the first (last, only) ones with their keys, over the block's relation."""
    return block.take(Distinct(block.rel, keys, keep))


def on_labels(block: Block, index: pd.Index[Any], fills: Sequence[Any]) -> Block:
    """Bring a block to other row labels; each column has its own value for those that it lacks."""
    left, right, row, gaps = left_joined(Block.from_pandas(pd.DataFrame(index=index)), block)
    columns = list(right.columns)
    for n, fill in enumerate(fills):
        if gaps and fill is not None:
            columns[n] = filled_gaps(block, block.columns[n], columns[n], row, fill)
    made = right.with_columns(columns, block.labels)
    return made.with_index(left.index, left.index_names)
