"""Row labels of several levels, labels that two frames share, and rows that are found along other labels."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from h2o_frame_compat.core import convert
from h2o_frame_compat.core.align import equal_labels, has_repeats, side_by_side
from h2o_frame_compat.core.asof import DIRECTIONS, rows_near
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.concat import all_labels, below, shared_labels
from h2o_frame_compat.core.indexers import local_index
from h2o_frame_compat.core.join import NotNative
from h2o_frame_compat.core.labels import filled_gaps, reindex_columns, reindex_like, set_labels
from h2o_frame_compat.core.literals import is_missing
from h2o_frame_compat.expr import Field, Local, fresh_id

if TYPE_CHECKING:
    from collections.abc import Callable


def reordered(block: Block, change: Callable[[pd.DataFrame], pd.DataFrame], *, series: bool = False) -> Block:
    """Bring levels of labels into another order.

    Parameters
    ----------
    block : Block
        The frame or series.
    change : callable
        What pandas does to a frame of one row.
    series : bool
        Whether the block is a series, whose name stays.

    Returns
    -------
    Block

    Raises
    ------
    TypeError
        When there are no levels, in pandas' words.
    """
    names = list(block.index_names)
    rows: Any = pd.RangeIndex(1, name=names[0])
    if len(names) > 1:
        rows = pd.MultiIndex.from_arrays([[n] for n in range(len(names))], names=names)
    changed = change(pd.DataFrame([range(len(block.labels))], index=rows, columns=block.labels))
    made = block if series else replace(block, labels=changed.columns)
    if len(names) == 1:
        return made
    levels = block.index_columns
    return made.with_index(tuple(levels[n] for n in changed.index[0]), tuple(changed.index.names))


# ---------------------------------------------------------------------- along labels


def reindex_along(block: Block, labels: Any, fill_value: Any, **how: Any) -> Block:
    """Give the rows of other labels; which row is the next one before, after or near a label is found by pandas.

    For labels in order, and a method without a limit, the cluster finds it.

    Parameters
    ----------
    block : Block
        The frame or series.
    labels : pandas.Index
        The labels.
    fill_value : scalar
        What stands where there is no row.
    **how
        ``method``, ``level``, ``limit`` and ``tolerance`` of `pandas.Series.reindex`.

    Returns
    -------
    Block

    Raises
    ------
    ValueError
        When the labels of the block are not in order.
    """
    method = how.pop("method")
    if method is not None and not any(v is not None for v in how.values()) and is_missing(fill_value):
        made = _near(block, labels, method)
        if made is not None:
            return made
    source = pd.Series(np.arange(block.nrows), index=local_index(block))
    found = source.reindex(labels, method=method, **how)
    gaps = bool(found.isna().any())
    column, dtype = convert.encode_series(found.astype("Int64").reset_index(drop=True), "row")
    field = Field(fresh_id(), dtype)
    rows = Local(pa.table({field.id: column}), [field], len(column))
    taken = block.take(rows, missing=gaps)
    if gaps and not is_missing(fill_value):
        number = Block(rows, (field.col(),), pd.Index([0]))
        taken, numbers = side_by_side(taken, number)
        pairs = zip(block.columns, taken.columns, strict=True)
        taken = taken.with_columns([filled_gaps(block, a, b, numbers.columns[0], fill_value) for a, b in pairs])
    return set_labels(taken, found.index)


def _near(block: Block, labels: pd.Index[Any], method: str) -> Block | None:
    """Find the rows in the cluster; None where labels are not in order, or of another kind."""
    if len(block.index_names) > 1 or not isinstance(block.index, tuple) or method not in DIRECTIONS:
        return None
    if not labels.is_monotonic_increasing or isinstance(labels, pd.MultiIndex):
        return None
    dtype = convert.pandas_dtype(block.index[0].dtype)
    try:
        wanted = labels.astype(dtype)
        if not (wanted == labels).all() or has_repeats(block):
            return None
        return set_labels(rows_near(block, wanted, method), labels)
    except (NotNative, TypeError, ValueError):
        return None


def reindex_columns_along(block: Block, labels: pd.Index[Any], fill_value: Any, **how: Any) -> Block:
    """As `reindex_along`, for the columns."""
    source = pd.Series(np.arange(len(block.labels)), index=block.labels)
    found = source.reindex(labels, **how)
    known = found.notna().to_numpy()
    picked = replace(block.select([int(n) for n in found[known]]), labels=found.index[known])
    return picked if known.all() else reindex_columns(picked, found.index, fill_value)


# ---------------------------------------------------------------------- two frames


def align_rows(left: Block, right: Block, join: str, fill_value: Any) -> tuple[Block, Block]:
    """Give both blocks the same row labels.

    Parameters
    ----------
    left, right : Block
        The blocks.
    join : {"outer", "inner", "left", "right"}
        Which labels.
    fill_value : scalar or None
        What stands in new rows.

    Returns
    -------
    tuple of Block

    Raises
    ------
    NotImplementedError
        When labels differ and repeat.
    """
    if equal_labels(left, right):
        return left, right
    if has_repeats(left.rooted_with_labels) or has_repeats(right.rooted_with_labels):
        msg = "labels that repeat"
        raise NotImplementedError(msg)
    blocks = [left.with_columns([], []), right.with_columns([], [])]
    if join in {"left", "right"}:
        target = blocks[join == "right"]
    else:
        target = all_labels(blocks, sort=True) if join == "outer" else shared_labels(blocks, sort=False)
    return reindex_like(left, target, fill_value), reindex_like(right, target, fill_value)


def align_columns(left: Block, right: Block, join: str, fill_value: Any) -> tuple[Block, Block]:
    """Give both frames the same columns; see `align_rows`."""
    if left.labels.equals(right.labels):
        return left, right
    labels = left.labels.join(right.labels, how=join)
    return reindex_columns(left, labels, fill_value), reindex_columns(right, labels, fill_value)


# ---------------------------------------------------------------------- one row more


def with_row(block: Block, assign: Callable[[Any], None], *, series: bool) -> Block | None:
    """Append the row that an assignment to a new label makes.

    Parameters
    ----------
    block : Block
        The frame or series.
    assign : callable
        Does the assignment to a pandas object that has the first row alone.
    series : bool
        Whether that object is a series.

    Returns
    -------
    Block or None
        None when only pandas knows what comes out.
    """
    first = block.slice(0, 1).to_pandas()
    local: Any = first.iloc[:, 0] if series else first
    assign(local)
    if len(local) != 2:
        return None
    table = local.to_frame(block.labels[0]) if series else local
    try:
        new = Block.from_pandas(table.iloc[1:])
        made = below([block, new], table.columns, ignore_index=False, keys=None)
    except TypeError:
        return None
    types = [convert.pandas_dtype(d) for d in made.dtypes]
    return made if types == list(table.dtypes) else None
