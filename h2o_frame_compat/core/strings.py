"""Functions of text that pandas computes once for each distinct text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.distinct import distinct_values, lookup
from h2o_frame_compat.core.missing import has_missing
from h2o_frame_compat.expr import Expr, call

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.core.block import Block


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
