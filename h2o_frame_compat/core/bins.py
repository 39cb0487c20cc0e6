"""Numbers sorted into bins, as `pandas.cut` does; the edges and labels are made by pandas on the client."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.choose import choose
from h2o_frame_compat.core.distinct import lookup, map_distinct
from h2o_frame_compat.core.reduce import reduce as statistics
from h2o_frame_compat.expr import Expr, call, lit

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block

# With more bins one comparison for each of them costs more than a table of the distinct values.
_MAX_COMPARED = 256


def cut(block: Block, bins: Any, **how: Any) -> tuple[Expr, Any]:
    """Sort the values of a series into bins.

    Parameters
    ----------
    block : Block
        The series.
    bins : int, sequence or pandas.IntervalIndex
        As in pandas.
    **how
        The other arguments of `pandas.cut`.

    Returns
    -------
    column : Expr
        The bin of each value.
    bins : array
        The edges.
    """
    (expr,) = block.columns
    numeric = expr.dtype.is_numeric and not expr.dtype.is_bool and not expr.dtype.nullable
    if not numeric or isinstance(bins, pd.IntervalIndex):
        return _mapped(block, bins, how)
    sample, edges = _sample(block, bins, how)
    values = np.asarray(edges, dtype="float64")
    if len(values) > _MAX_COMPARED:
        return _mapped(block, edges, how)
    codes = _codes(expr, values, right=how["right"], lowest=how["include_lowest"])
    inside = call("and", call("ge", codes, lit(0)), call("lt", codes, lit(len(values) - 1)))
    if how["labels"] is False:
        return choose(block.rel, [(inside, codes, lit(None))])[0], edges
    labels = sample.cat.categories
    if how["labels"] is not None and not how["ordered"] and len(labels) != len(values) - 1:
        return _mapped(block, edges, how)
    names = pd.Series(pd.Categorical.from_codes(range(len(values) - 1), dtype=sample.dtype))
    return lookup(codes, pd.Series(range(len(values) - 1)), names), edges


def _mapped(block: Block, bins: Any, how: dict[str, Any]) -> tuple[Expr, Any]:
    edges: list[Any] = []

    def function(values: pd.Series) -> pd.Series:
        made, found = pd.cut(values, bins, retbins=True, **how)
        edges.append(found)
        return made

    return map_distinct(block.columns[0], block.rel, function, what="cut"), edges[0]


def _sample(block: Block, bins: Any, how: dict[str, Any]) -> tuple[Any, Any]:
    """Cut a few values on the client, for the edges, the labels and the errors."""
    (expr,) = block.columns
    if np.ndim(bins) == 0:
        if block.nrows == 0:
            msg = "Cannot cut empty array"
            raise ValueError(msg)
        low, high = statistics(block.rel, [("min", expr), ("max", expr)])
        ends = pd.Series([low, high], dtype="float64" if expr.dtype.is_float else "int64")
        made: tuple[Any, Any] = pd.cut(ends, bins, retbins=True, **how)
        return made
    edges = np.asarray(bins)
    inside = pd.Series([float(edges[0])] if len(edges) else [0.0])
    found: tuple[Any, Any] = pd.cut(inside, bins, retbins=True, **how)
    return found


def _codes(expr: Expr, edges: Any, *, right: bool, lowest: bool) -> Expr:
    """Count the edges below each value; missing values and those outside get no bin's number."""
    op = "gt" if right else "ge"
    above = [call("cast", call(op, expr, _edge(edge)), params=(dt.INT64,)) for edge in edges]
    codes = call("sub", reduce(lambda a, b: call("add", a, b), above), lit(1))
    if lowest and right:
        codes = call("where", call("eq", expr, _edge(edges[0])), lit(0), codes)
    return codes


def _edge(edge: float) -> Expr:
    return lit(int(edge)) if float(edge).is_integer() and abs(edge) < 1 << 51 else lit(float(edge))
