"""Blocks one below the other, or side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.align import equal_labels, has_repeats, left_joined, same_rows, side_by_side
from h2o_frame_compat.core.assign import constant
from h2o_frame_compat.core.block import Block, RangeLabels
from h2o_frame_compat.expr import Concat, Distinct, Expr, Lit, Project, call

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

# ---------------------------------------------------------------------- one below the other


def below(blocks: Sequence[Block], labels: pd.Index[Any], *, ignore_index: bool, keys: Sequence[Any] | None) -> Block:
    """Put the rows of blocks one after the other.

    Parameters
    ----------
    blocks : sequence of Block
        At least one, with unique column labels.
    labels : pandas.Index
        The columns of the result; one that a block lacks is missing there.
    ignore_index : bool
        Whether to number the rows anew.
    keys : sequence of scalar or tuple, or None
        A label for each block, which becomes the first index level; or a tuple of as many as there are new levels.

    Returns
    -------
    Block

    Raises
    ------
    TypeError
        When columns of one label have no common dtype.
    """
    levels, names = _levels(blocks, keys) if not ignore_index else ([()] * len(blocks), (None,))
    virtual = None if ignore_index or keys is not None else _one_range(blocks)
    if virtual is not None:
        levels = [()] * len(blocks)
    columns = [_columns(b, labels) for b in blocks]
    together = [[*index, *own] for index, own in zip(levels, columns, strict=True)]
    types = [_common([part[n] for part in together]) for n in range(len(together[0]))]
    rows = [
        [_filled(block, e, t) for e, t in zip(part, types, strict=True)]
        for block, part in zip(blocks, together, strict=True)
    ]
    if not types:
        rows, types = [[call("isna", b.rel.fields[0].col())] for b in blocks], [dt.BOOL]
    rel = Concat([Project(b.rel, part) for b, part in zip(blocks, rows, strict=True)], types)
    cols = tuple(f.col() for f in rel.fields)
    count = len(levels[0])
    index: Any = cols[:count] if count else RangeLabels() if virtual is None else virtual
    if not count:
        names = (None,) if ignore_index else _common_names(blocks)
    return Block(rel, cols[count : count + len(labels)], labels, index, tuple(names))


def _levels(blocks: Sequence[Block], keys: Sequence[Any] | None) -> tuple[list[tuple[Expr, ...]], tuple[Hashable, ...]]:
    levels = [b.index_columns for b in blocks]
    names = _common_names(blocks)
    if keys is None:
        return levels, names
    outer = [key if isinstance(key, tuple) else (key,) for key in keys]
    made = [(*(constant(b, k) for k in key), *level) for b, key, level in zip(blocks, outer, levels, strict=True)]
    return made, (*[None] * len(outer[0]), *names)


def _common_names(blocks: Sequence[Block]) -> tuple[Hashable, ...]:
    first = blocks[0].index_names
    return tuple(
        name if all(len(b.index_names) > n and b.index_names[n] == name for b in blocks) else None
        for n, name in enumerate(first)
    )


def _one_range(blocks: Sequence[Block]) -> RangeLabels | None:
    """Give the labels of virtual indexes that continue each other, as pandas joins them."""
    ranges = [b.range_index() for b in blocks if isinstance(b.index, RangeLabels)]
    if len(ranges) != len(blocks):
        return None
    if len(ranges) == 1:
        only = blocks[0].index
        assert isinstance(only, RangeLabels)
        return only
    full = [r for r in ranges if r is not None and len(r)]
    if not full:
        return RangeLabels()
    step = next((r.step for r in full if len(r) > 1), None)
    if step is None:
        step = full[1].start - full[0].start if len(full) > 1 else 1
    place = full[0].start
    for r in full:
        if r.start != place or (len(r) > 1 and r.step != step):
            return None
        place += len(r) * step
    return RangeLabels(full[0].start, step) if step else None


class _Absent(Expr):
    """Stands for a column that a block lacks."""


def _columns(block: Block, labels: pd.Index[Any]) -> list[Expr]:
    if block.labels.equals(labels):
        return list(block.columns)
    found = (block.find(label) for label in labels)
    return [block.columns[places[0]] if places else _Absent(dt.FLOAT64) for places in found]


def _common(parts: Sequence[Expr]) -> dt.DType:
    """Give the dtype of a column, as pandas chooses it."""
    known = [e.dtype for e in parts if not isinstance(e, _Absent)]
    result = known[0]
    for d in known[1:]:
        if d.kind == result.kind == "category" and d != result:
            result = dt.STR
        elif d != result:
            result = dt.common(result, d)
    return result if len(known) == len(parts) else result.with_na()


def _filled(block: Block, expr: Expr, dtype: dt.DType) -> Expr:
    if not isinstance(expr, _Absent):
        return expr
    nothing = Lit(None, dtype)
    return call("where", call("isna", block.rel.fields[0].col()), nothing, nothing)


# ---------------------------------------------------------------------- side by side


def beside(blocks: Sequence[Block], labels: pd.Index[Any], *, join: str, sort: bool) -> Block:
    """Put the columns of blocks side by side, rows matched by their labels.

    Parameters
    ----------
    blocks : sequence of Block
        At least one.
    labels : pandas.Index
        The columns of the result.
    join : {"outer", "inner"}
        Whether the labels of all blocks stay, or those that all have.
    sort : bool
        Whether the labels are sorted, where they differ.

    Returns
    -------
    Block

    Raises
    ------
    pandas.errors.InvalidIndexError
        When the labels differ and repeat.
    """
    first = blocks[0]
    if all(same_rows(first, b) or equal_labels(first, b) for b in blocks[1:]):
        base = replace(first, columns=())
        joined: list[Expr] = []
        for b in blocks:
            base, right = side_by_side(base, b)
            joined.extend(right.columns)
        names = _common_names(blocks)
        return replace(base, columns=tuple(joined), labels=labels, index_names=names)
    if any(has_repeats(b.rooted_with_labels) for b in blocks):
        msg = "Reindexing only valid with uniquely valued Index objects"
        raise pd.errors.InvalidIndexError(msg)
    base = all_labels(blocks, sort=sort) if join == "outer" else shared_labels(blocks, sort=sort)
    base = base.with_columns([], [])
    made: list[Expr] = []
    for b in blocks:
        base, right, *_ = left_joined(base, b)
        made.extend(right.columns)
    return base.with_columns(made, labels)


def all_labels(blocks: Sequence[Block], *, sort: bool) -> Block:
    """Give a block without columns that has the row labels of all blocks, each once."""
    ranges = [b.range_index() for b in blocks]
    if all(r is not None for r in ranges):  # pandas knows when the union is a range again
        shadows = [pd.DataFrame(index=r) for r in ranges]
        return Block.from_pandas(pd.concat(shadows, axis=1, sort=sort))
    bare = [b.with_columns([], []) for b in blocks]
    every = below(bare, pd.Index([]), ignore_index=False, keys=None).rooted_with_labels
    once = every.take(Distinct(every.rel, every.index_columns, "first"))
    if not sort:
        return once
    return once.sort(once.index_columns, [True] * len(once.index_columns), na_last=True)


def shared_labels(blocks: Sequence[Block], *, sort: bool) -> Block:
    """Give a block without columns that has the row labels that all blocks have."""
    ranges = [b.range_index() for b in blocks]
    if all(r is not None for r in ranges):
        return Block.from_pandas(pd.concat([pd.DataFrame(index=r) for r in ranges], axis=1, join="inner"))
    base = blocks[0].with_columns([], [])
    for b in blocks[1:]:
        base, _, row, _ = left_joined(base, b.with_columns([], []))
        base = base.filter(call("not", call("isna", row)))
    names = _common_names(blocks)
    base = base.with_index(base.index, names)
    if not sort:
        return base
    return base.sort(base.index_columns, [True] * len(base.index_columns), na_last=True)
