"""Which values of a column are among given ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.convert import pandas_dtype
from h2o_frame_compat.core.distinct import distinct_values, lookup
from h2o_frame_compat.core.levels import level_texts
from h2o_frame_compat.core.literals import is_missing
from h2o_frame_compat.core.uniques import unique
from h2o_frame_compat.expr import Expr, call, lit

# Longer lists go up as a table, which is joined.
_MAX_LISTED = 200
_EXACT = 1 << 51


def isin(expr: Expr, values: Any) -> Expr:
    """Tell which values of a column are among given ones.

    Parameters
    ----------
    expr : Expr
        The column.
    values : Block or list-like
        The values; a Block is a series of ours.

    Returns
    -------
    Expr
        Boolean; a missing value is found when a missing value is among the given ones.
    """
    if isinstance(values, Block):
        (other,) = values.columns
        if other.dtype.kind == "category":  # its distinct values are all categories, used or not
            values = unique(values)
        else:
            values = distinct_values(other, values.rel, what="Series.isin")
    given = pd.Series(list(values), dtype=object) if isinstance(values, (set, frozenset)) else pd.Series(values)
    missing = bool(given.isna().any())
    wanted = _as_held(given.dropna().drop_duplicates(), expr.dtype)
    found = _listed(expr, wanted)
    if missing and expr.dtype.holds_na:
        gap = call("isna", expr)
        found = gap if found is None else call("or", found, gap)
    elif found is None:
        found = _nowhere(expr)
    masked = expr.dtype.nullable and expr.dtype.is_numeric and expr.dtype != dt.OBJECT_BOOL
    return call("cast", found, params=(dt.BOOLEAN,)) if masked else found


def _nowhere(expr: Expr) -> Expr:
    missing = call("isna", expr)
    return call("and", missing, call("not", missing))


def _listed(expr: Expr, values: list[Any]) -> Expr | None:
    if not values:
        return None
    if len(values) <= _MAX_LISTED and all(_printable(v) for v in values):
        found: Expr = call("isin", expr, params=(tuple(values),))
        if expr.dtype.is_float and 0 in values:  # -0.0 is 0
            found = call("or", found, call("eq", expr, lit(0)))
        return call("cast", found, params=(dt.BOOL,)) if found.dtype != dt.BOOL else found
    keys = pd.Series(_keys(values, expr.dtype), dtype=pandas_dtype(expr.dtype)).drop_duplicates()
    return call("not", call("isna", lookup(expr, keys, np.ones(len(keys)))))


def _printable(value: Any) -> bool:
    """Tell whether the cluster compares a listed value exactly."""
    return "\0" not in value if isinstance(value, str) else isinstance(value, (int, float)) and abs(value) < _EXACT


def _keys(values: list[Any], dtype: dt.DType) -> Any:
    if dtype.kind != "category" or dtype.categories is None:
        return values
    known = dict(zip(level_texts(dtype.categories), dtype.categories, strict=True))
    return [known[v] for v in values]


def _as_held(given: pd.Series, dtype: dt.DType) -> list[Any]:
    """Give the values that a column of this dtype can hold at all, as it holds them."""
    values = given.tolist()
    if dtype.kind == "category" and dtype.categories is not None:
        texts = level_texts(dtype.categories)
        return [texts[dtype.categories.index(v)] for v in values if v in dtype.categories]
    if dtype.kind in {"str", "category"}:
        return [v for v in values if isinstance(v, str)]
    if dtype.is_temporal:
        kind = pd.Timestamp if dtype.kind == "datetime" else pd.Timedelta
        return [kind(v) for v in values if not isinstance(v, (str, int, float)) and not is_missing(v)]
    numbers = [v for v in values if isinstance(v, (bool, int, float))]
    if dtype.is_bool or dtype.is_integer:
        whole = [int(v) for v in numbers if math.isfinite(v) and v == int(v)]
        low, high = (0, 1) if dtype.is_bool else (np.iinfo(dtype.kind).min, np.iinfo(dtype.kind).max)
        return [v for v in whole if low <= v <= high]
    return [float(v) for v in numbers]
