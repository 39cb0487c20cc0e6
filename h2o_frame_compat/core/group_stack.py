"""Several results of each group put under one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.expr import Concat, Expr, Project, Sort, call, lit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


def interleaved(block: Block, marks: Sequence[float], labels: pd.Index[Any]) -> Block:
    """Turn parts that stand side by side into rows, those of one row together; the marks become an index level.

    Parameters
    ----------
    block : Block
        Its columns are those of the first part, then those of the second, and so on.
    marks : sequence of float
        One for each part.
    labels : pandas.Index
        The labels of the columns of a part.

    Returns
    -------
    Block
    """
    width, levels = len(labels), len(block.index_columns)
    row = call("rownum", block.rel.fields[0].col())
    parts = []
    for n, mark in enumerate(marks):
        mine = block.columns[n * width : (n + 1) * width]
        every = call("add", call("mul", row, lit(0)), lit(0))
        level: Expr = call("add", call("cast", every, params=(dt.FLOAT64,)), lit(float(mark)))
        parts.append(Project(block.rel, [*block.index_columns, level, row, *mine]))
    both = Concat(parts, [f.dtype for f in parts[0].fields])
    cols = [f.col() for f in both.fields]
    kept = [*both.fields[: levels + 1], *both.fields[levels + 2 :]]
    rel = Sort(both, [cols[levels + 1]], [True], na_last=True, fields=kept)
    return Block(rel, tuple(cols[levels + 2 :]), labels, tuple(cols[: levels + 1]), (*block.index_names, None))
