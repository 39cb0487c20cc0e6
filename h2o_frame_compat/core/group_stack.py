"""Several results of each group put under one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from h2o_frame_compat.core.assign import constant
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.expr import Concat, Project, Sort, call

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    import pandas as pd


def interleaved(block: Block, marks: Sequence[Hashable], labels: pd.Index[Any], name: Hashable = None) -> Block:
    """Turn parts that stand side by side into rows, those of one row together; the marks become an index level.

    Parameters
    ----------
    block : Block
        Its columns are those of the first part, then those of the second, and so on.
    marks : sequence of scalar
        One for each part.
    labels : pandas.Index
        The labels of the columns of a part.
    name : hashable, optional
        The name of that level.

    Returns
    -------
    Block
    """
    width, levels = len(labels), len(block.index_columns)
    row = call("rownum", block.rel.fields[0].col())
    parts = []
    for n, mark in enumerate(marks):
        mine = block.columns[n * width : (n + 1) * width]
        parts.append(Project(block.rel, [*block.index_columns, constant(block, mark), row, *mine]))
    both = Concat(parts, [f.dtype for f in parts[0].fields])
    cols = [f.col() for f in both.fields]
    kept = [*both.fields[: levels + 1], *both.fields[levels + 2 :]]
    rel = Sort(both, [cols[levels + 1]], [True], na_last=True, fields=kept)
    return Block(rel, tuple(cols[levels + 2 :]), labels, tuple(cols[: levels + 1]), (*block.index_names, name))
