"""Batches of rows from outside become one frame in the cluster.

A batch is a pandas frame, as pandas makes it of a part of the input, or an Arrow table. Each goes to the cluster before
the next one is read, so that the client holds one at a time; at the end the dtype of every column is settled over all
of them, as pandas would have found it in one piece.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.config import options
from h2o_frame_compat.core.block import Block, RangeLabels, executor
from h2o_frame_compat.core.convert import pandas_dtype
from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.expr import Concat, Expr, Lit, Local, Project, call
from h2o_frame_compat.session.progress import progress_bar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

CELLS = 4_000_000
"""Cells of a batch: some 32 MB of numbers."""


class UnsettledError(TypeError):
    """Columns whose batches have no common dtype.

    Parameters
    ----------
    labels : list of hashable
        The columns' labels.
    """

    def __init__(self, labels: list[Hashable]) -> None:
        names = ", ".join(map(repr, labels))
        super().__init__(f"column {names} holds values of different types; give its dtype when reading")
        self.labels = labels


def batch_rows(columns: int) -> int:
    """Give the number of rows of a batch.

    Parameters
    ----------
    columns : int
        How many columns there are.

    Returns
    -------
    int
    """
    return max(1000, CELLS // max(1, columns))


@dataclass(frozen=True)
class _Part:
    """A batch that is in the cluster.

    Attributes
    ----------
    block : Block
        It.
    empty : list of bool
        For each index level and column, whether all its values are missing.
    """

    block: Block
    empty: list[bool]

    @property
    def exprs(self) -> tuple[Expr, ...]:
        """The index levels and the columns."""
        index = () if isinstance(self.block.index, RangeLabels) else self.block.index
        return (*index, *self.block.columns)


def gather(batches: Iterable[pd.DataFrame | pa.Table], what: str) -> Block:
    """Put batches into the cluster, as one frame.

    Parameters
    ----------
    batches : iterable of pandas.DataFrame or pyarrow.Table
        At least one. Indexes are of one kind: ranges, which are continued, or all with as many levels.
    what : str
        Where they come from, for the progress bar.

    Returns
    -------
    Block
        That of a single batch is not uploaded before the cluster needs it.

    Raises
    ------
    UnsettledError
        When batches of a column have no common dtype.
    """
    parts: list[_Part] = []
    waiting: Block | None = None
    shown = options.progress
    with progress_bar(desc=f"read {what}", unit=" rows", leave=False, delay=2.0, disable=not shown) as bar:
        for batch in batches:
            if waiting is not None and not len(batch):
                continue
            if waiting is not None and waiting.nrows:
                parts.append(_sent(waiting))
            waiting = Block.from_arrow(batch) if isinstance(batch, pa.Table) else Block.from_pandas(batch)
            bar.update(len(batch))
        assert waiting is not None, "there is at least one batch"
        if not parts:
            return waiting
        parts.append(_sent(waiting))
    return _joined(parts)


def join(blocks: Sequence[Block]) -> Block:
    """Put what several files gave one below the other, dtypes settled as if it were one file.

    Parameters
    ----------
    blocks : sequence of Block
        At least one; indexes are of one kind.

    Returns
    -------
    Block

    Raises
    ------
    UnsettledError
        When the values of a column have no common dtype.
    """
    held = [b for b in blocks if b.nrows] or list(blocks[:1])
    return held[0] if len(held) == 1 else _joined([_sent(b) for b in held])


def _sent(block: Block) -> _Part:
    local = block.rel
    if not isinstance(local, Local) or local.table is None:
        return _Part(block, [False] * len(local.fields))
    part = _Part(block, [_is_empty(column) for column in local.table.columns])
    executor().store(local)
    return part


def _is_empty(column: pa.ChunkedArray) -> bool:
    if not pa.types.is_floating(column.type):
        return bool(column.null_count == len(column))
    first = column[0].as_py() if len(column) else math.nan  # mostly that is the whole answer
    return (first is None or math.isnan(first)) and not pc.any(pc.invert(pc.is_nan(column))).as_py()


def _joined(parts: list[_Part]) -> Block:
    first = parts[0].block
    labels = _labels(parts)
    names: list[Hashable] = [] if isinstance(first.index, RangeLabels) else list(first.index_names)
    levels = len(names)
    placed = [_placed(part, labels, levels) for part in parts]
    types, unsettled = [], []
    for n, label in enumerate([*names, *labels]):
        try:
            types.append(_settled([column[n] for column in placed]))
        except TypeError:
            unsettled.append(label)
    if unsettled:
        raise UnsettledError(unsettled)
    rows = [
        Project(part.block.rel, [_cast(part, column, dtype) for column, dtype in zip(columns, types, strict=True)])
        for part, columns in zip(parts, placed, strict=True)
    ]
    rel = Concat(rows, types)
    executor().store(rel)
    rel.let_go()
    cols = tuple(f.col() for f in rel.fields)
    index: Any = cols[:levels] if levels else first.index
    return replace(first, rel=rel, index=index, columns=cols[levels:], labels=labels)


def _labels(parts: Sequence[_Part]) -> pd.Index[Any]:
    labels = parts[0].block.labels
    for part in parts[1:]:
        if not part.block.labels.equals(labels):
            labels = labels.append(part.block.labels.difference(labels, sort=False))
    return labels


_Column = tuple[Expr | None, bool]


def _placed(part: _Part, labels: pd.Index[Any], levels: int) -> list[_Column]:
    """Give the expression of each column and whether it is empty; None where the batch lacks it."""
    have: list[_Column] = list(zip(part.exprs, part.empty, strict=False))
    if part.block.labels.equals(labels):
        return have
    found = (part.block.find(label) for label in labels)
    return [*have[:levels], *(have[levels + at[0]] if at else (None, True) for at in found)]


def _settled(columns: Sequence[_Column]) -> dt.DType:
    held = [expr.dtype for expr, empty in columns if expr is not None and not empty]
    partly = len(held) < len(columns)
    if not held:
        return next(expr.dtype for expr, _ in columns if expr is not None)
    result = held[0]
    for other in dict.fromkeys(held[1:]):
        if {result.kind, other.kind} == {"category"} and result != other:
            result = _all_categories(result, other)
        elif "category" in {result.kind, other.kind} and result != other:
            raise TypeError
        elif {result, other} == {dt.BOOL, dt.OBJECT_BOOL}:
            result = dt.OBJECT_BOOL
        else:
            result = dt.common(result, other)
    return result.with_na() if partly else result


def _all_categories(a: dt.DType, b: dt.DType) -> dt.DType:
    """Give the categories of both in order, as pandas has those it finds in a file."""
    if a.ordered or b.ordered or a.categories is None or b.categories is None:
        raise TypeError
    merged = pd.Index([*a.categories, *b.categories]).unique().sort_values()
    return dt.category(tuple(merged.tolist()), kind=a.categories_kind)


def _cast(part: _Part, column: _Column, dtype: dt.DType) -> Expr:
    expr, empty = column
    if expr is None or (empty and expr.dtype != dtype):
        nothing = Lit(None, dtype)
        return call("where", call("isna", part.block.rel.fields[0].col()), nothing, nothing)
    if expr.dtype.kind == "category" and expr.dtype != dtype:
        own = pd.Series(list(expr.dtype.categories or ()))
        return lookup(expr, own, pd.Series(pd.Categorical(own, dtype=pandas_dtype(dtype))))
    return expr
