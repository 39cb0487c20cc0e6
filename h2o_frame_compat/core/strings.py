"""Functions of text that pandas computes once for each distinct text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.align import matched
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.distinct import distinct_values, lookup
from h2o_frame_compat.core.missing import has_missing
from h2o_frame_compat.expr import Expr, call

if TYPE_CHECKING:
    from collections.abc import Callable


def _values(block: Block, expr: Expr, what: str) -> pd.Series:
    values = distinct_values(expr, block.rel, what=what)
    if expr.dtype.kind == "category" and not has_missing(block, expr):
        return values[values.notna()]
    return values


def mapped(block: Block, expr: Expr, function: Callable[[pd.Series], Any], what: str) -> Expr:
    """Compute a column of texts.

    Parameters
    ----------
    block : Block
        The frame.
    expr : Expr
        The texts.
    function : callable
        Takes the distinct texts, gives one value for each.
    what : str
        What asks for it.

    Returns
    -------
    Expr
    """
    values = _values(block, expr, what)
    return lookup(expr, values, function(values))


def spread(
    block: Block, expr: Expr, function: Callable[[pd.Series], Any], what: str
) -> tuple[list[Expr], pd.Index[Any]] | Expr:
    """Compute several columns of texts.

    Parameters
    ----------
    block : Block
        The frame.
    expr : Expr
        The texts.
    function : callable
        Takes the distinct texts, gives a `pandas.DataFrame` with a row for each (or a series).
    what : str
        What asks for it.

    Returns
    -------
    tuple of list of Expr and pandas.Index, or Expr
        The columns and their labels.
    """
    if expr.dtype.kind == "category":  # categories that no row has must not add columns
        expr = call("cast", expr, params=(dt.STR,))
    values = _values(block, expr, what)
    made = function(values)
    if not isinstance(made, pd.DataFrame):
        return lookup(expr, values, made)
    return [lookup(expr, values, made.iloc[:, n]) for n in range(made.shape[1])], made.columns


def multiplied(block: Block, expr: Expr, function: Callable[[pd.Series], pd.DataFrame], what: str) -> Block:
    """Give any number of rows for each text, such as one for each match in it.

    Parameters
    ----------
    block : Block
        The frame.
    expr : Expr
        The texts.
    function : callable
        Takes the distinct texts, gives a `pandas.DataFrame` whose first index level is theirs; other levels become
        levels of the result.
    what : str
        What asks for it.

    Returns
    -------
    Block
        The labels of the rows are repeated.
    """
    if expr.dtype.kind == "category":
        expr = call("cast", expr, params=(dt.STR,))
    values = _values(block, expr, what)
    made = function(values)
    levels = [made.index.get_level_values(n) for n in range(1, made.index.nlevels)]
    parts = [values.loc[made.index.get_level_values(0)], *levels, *(made.iloc[:, n] for n in range(made.shape[1]))]
    table = Block.from_pandas(pd.DataFrame({n: part.array for n, part in enumerate(parts)}))
    own = block.with_columns([expr], [None]).rooted_with_labels
    rel, left, right, _ = matched(own.rel, table.rel, own.columns, table.columns[:1], "inner")
    index = (*left[: len(own.index_columns)], *right[1 : 1 + len(levels)])
    names = (*block.index_names, *(level.name for level in levels))
    return Block(rel, tuple(right[1 + len(levels) :]), made.columns, index, names)
