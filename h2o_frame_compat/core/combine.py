"""Two objects made into one: the values of one where the other has none, and both where they differ."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.align import side_by_side
from h2o_frame_compat.core.concat import below
from h2o_frame_compat.core.relabel import align_rows
from h2o_frame_compat.core.reshape import interleaved
from h2o_frame_compat.expr import Expr, call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.core.block import Block


def combine_first(left: Block, right: Block, *, series: bool) -> Block:
    """Fill missing values of one block with those of another one, over the labels of both.

    Parameters
    ----------
    left, right : Block
        The blocks.
    series : bool
        Whether they are series, whose columns correspond whatever their names are.

    Returns
    -------
    Block

    Raises
    ------
    NotImplementedError
        When row labels differ and repeat.
    TypeError
        When two columns have no common dtype.
    """
    if not series and not (left.labels.is_unique and right.labels.is_unique):
        msg = "labels that repeat"
        raise NotImplementedError(msg)
    a, b = side_by_side(*align_rows(left, right, "outer", None))
    if series:
        return a.with_columns([_first(a.columns[0], b.columns[0], left.dtypes[0], right.dtypes[0])])
    labels = left.labels.union(right.labels, sort=False)
    columns: list[Expr] = []
    for label in labels:
        own, other = left.find(label), right.find(label)
        if own and other:
            columns.append(
                _first(a.columns[own[0]], b.columns[other[0]], left.dtypes[own[0]], right.dtypes[other[0]])
            )
        else:
            columns.append(a.columns[own[0]] if own else b.columns[other[0]])
    return a.with_columns(columns, labels)


def _first(x: Expr, y: Expr, own: dt.DType, other: dt.DType) -> Expr:
    wide = dt.common(own, other)
    if wide.kind == "category":  # pandas takes the common dtype, which is that of the values where they differ
        wide = own
    made = call("where", call("isna", x), y, x)
    # Every row is in one of the two, so the dtype needs no room for gaps that neither had.
    return made if made.dtype == wide else call("cast", made, params=(wide,))


def compared(left: Block, right: Block, names: Sequence[Any], *, beside: bool) -> Block:
    """Put the columns, or the rows, of two blocks with the same labels next to each other in pairs.

    Parameters
    ----------
    left, right : Block
        The blocks.
    names : sequence of scalar
        A label for each block, which becomes the innermost level.
    beside : bool
        Whether columns are paired, else rows.

    Returns
    -------
    Block
    """
    if not beside:
        long = below([left, right], left.labels, ignore_index=False, keys=names)
        made = interleaved(long, 2, left.nrows)
        first, *others = made.index_columns
        return made.with_index((*others, first), (*made.index_names[1:], None))
    a, b = side_by_side(left, right)
    pairs = [e for pair in zip(a.columns, b.columns, strict=True) for e in pair]
    count = left.labels.nlevels
    shadow = pd.DataFrame(columns=left.labels.set_names([None] * count))
    labels = pd.concat([shadow, shadow], axis=1, keys=names).columns.reorder_levels([*range(1, count + 1), 0])
    labels = labels.take([n + part * len(a.columns) for n in range(len(a.columns)) for part in (0, 1)])
    labels = labels.set_names([*left.labels.names, None])
    return replace(a, columns=tuple(pairs), labels=labels)
