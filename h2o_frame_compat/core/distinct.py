"""Client steps over distinct values: what the cluster has no primitive for is computed once for each value.

The distinct values of a column come to the client, pandas computes there, and the small table of old and new
values goes up again. The result is an expression over the same rows, so it combines freely with its frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from h2o_frame_compat.core import convert
from h2o_frame_compat.core.block import executor
from h2o_frame_compat.core.levels import category_index
from h2o_frame_compat.core.limits import check_size
from h2o_frame_compat.expr import (
    Distinct,
    Expr,
    Field,
    Local,
    Project,
    Relation,
    Table,
    Take,
    call,
    fresh_id,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def distinct_values(expr: Expr, rel: Relation, *, what: str = "this") -> pd.Series:
    """Give the distinct values of a column, in the order of first appearance.

    Parameters
    ----------
    expr : Expr
        The column, over `rel`.
    rel : Relation
        The relation.
    what : str
        What asks for them, for the message of the size limit.

    Returns
    -------
    pandas.Series
        Each value once, a missing value too where there is one; of the column's pandas dtype. The values of
        a categorical column are its categories, used or not, and missing: they are known without asking.
    """
    if expr.dtype.kind == "category" and expr.dtype.categories is not None:
        dtype = convert.pandas_dtype(expr.dtype)
        codes = [*range(len(expr.dtype.categories)), -1]
        return pd.Series(pd.Categorical.from_codes(codes, dtype=dtype))
    source = Project(rel, [expr])
    found = Take(source, Distinct(source, [source.fields[0].col()], "first"), [Field(fresh_id(), expr.dtype)])
    check_size(8 * executor().nrows(found), what)
    table = executor().fetch(found, [found.fields[0].col()])
    return pd.Series(convert.decode_column(table.column(0), expr.dtype))


def map_distinct(expr: Expr, rel: Relation, function: Callable[[pd.Series], Any], *, what: str = "this") -> Expr:
    """Compute a column in pandas, once for each distinct value.

    Parameters
    ----------
    expr : Expr
        The column, over `rel`.
    rel : Relation
        The relation.
    function : callable
        Takes the distinct values as a `pandas.Series`, gives as many values.
    what : str
        What asks for it, for the message of the size limit.

    Returns
    -------
    Expr
        The new column, over the same relation.

    Raises
    ------
    TypeError, ValueError
        What the function raises, and for values that H2O cannot hold.
    """
    values = distinct_values(expr, rel, what=what)
    return lookup(expr, values, function(values))


def lookup(expr: Expr, keys: pd.Series, values: Any) -> Expr:
    """Replace the values of a column by others; a value that is not listed becomes missing.

    Parameters
    ----------
    expr : Expr
        The column.
    keys : pandas.Series
        Old values, each once.
    values : array-like
        The new value of each.

    Returns
    -------
    Expr
        Over the relation of `expr`.
    """
    values = pd.Series(values, copy=True)  # the caller may write to it before it is uploaded
    old, _ = convert.encode_series(keys, "key")
    new, dtype = convert.encode_series(values, "value")
    fields = [Field(fresh_id(), expr.dtype), Field(fresh_id(), dtype)]
    table = pa.table([old, new], names=[f.id for f in fields])
    return call("lookup", expr, params=(Table(Local(table, fields, len(old))), dtype))


def categories_of(expr: Expr, rel: Relation) -> pd.Index[Any]:
    """Give the categories of a categorical column, as pandas has them; asks the cluster when it alone knows."""
    if expr.dtype.categories is not None:
        return category_index(expr.dtype.categories, expr.dtype.categories_kind)
    source = Project(rel, [expr])
    table = executor().fetch(source, [source.fields[0].col()])
    return pd.Index(pd.Series(convert.decode_column(table.column(0), expr.dtype)).cat.categories)
