"""Changing the dtype of columns, with the checks and errors of pandas.

What the cluster computes exactly it computes; everything else happens in pandas, once for each distinct value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.block import executor
from h2o_frame_compat.core.convert import from_pandas_dtype, pandas_dtype
from h2o_frame_compat.core.distinct import distinct_values, lookup, map_distinct
from h2o_frame_compat.expr import Expr, Relation, call, lit

if TYPE_CHECKING:
    from collections.abc import Sequence

_PER_MS = {"ms": 1, "us": 1000, "ns": 1_000_000}
_EXACT = 2.0**53
_SMALL = {"int8", "int16", "int32", "uint8", "uint16", "bool"}
_HUGE = "1.7976931348623157e308"


def parse(dtype: Any) -> dt.DType:
    """Read what ``astype`` takes; ``object`` is what the column is already.

    Parameters
    ----------
    dtype : str, type, numpy.dtype or pandas dtype
        The target.

    Returns
    -------
    DType
    """
    return dtype if isinstance(dtype, dt.DType) else from_pandas_dtype(dtype)


def is_object(dtype: Any) -> bool:
    """Tell whether a target is dtype object, which H2O does not have: the values stay as they are."""
    try:
        return bool(pd.api.types.pandas_dtype(dtype) == np.dtype(object))
    except TypeError:
        return False


def cast(expr: Expr, rel: Relation, dtype: Any) -> Expr:
    """Change the dtype of a column.

    Parameters
    ----------
    expr : Expr
        The column, over `rel`.
    rel : Relation
        The relation.
    dtype : str, type, numpy.dtype or pandas dtype
        The target.

    Returns
    -------
    Expr

    Raises
    ------
    TypeError, ValueError
        As pandas raises them.
    """
    if is_object(dtype):
        return expr
    target, source = parse(dtype), expr.dtype
    if target == source or (target.kind == source.kind == "category" and target.categories is None):
        same = target == source or not target.ordered
        return expr if same else call("cast", expr, params=(source.but(ordered=True),))
    if source.is_numeric and target.is_numeric:
        return _number(expr, rel, target)
    if source.kind == target.kind == "str":
        return call("cast", expr, params=(target,))
    if source.kind == target.kind == "datetime" and source.tz is target.tz is None and dt.DATE in {source, target}:
        return call("cast", call("normalize", expr) if target == dt.DATE else expr, params=(target,))
    if source.kind in _SMALL and target == dt.STR and not source.nullable:
        return _whole_as_text(expr)
    if source.is_temporal and target.kind == "int64" and not target.nullable and source.unit in _PER_MS:
        return _ticks(expr, rel, source)
    if source.kind == "category":
        return _category(expr, rel, dtype, target)
    wanted = dtype if not isinstance(dtype, dt.DType) else pandas_dtype(dtype)
    return map_distinct(expr, rel, lambda values: values.astype(wanted), what=f"astype({dtype!r})")


def _whole_as_text(expr: Expr) -> Expr:
    if expr.dtype.is_bool:
        return call("where", expr, lit("True", dt.STR), lit("False", dt.STR))
    return call("cast", expr, params=(dt.STR,))


def _number(expr: Expr, rel: Relation, target: dt.DType) -> Expr:
    source = expr.dtype
    if target.is_integer and not source.is_bool:
        if source.is_float or source.nullable:
            _check_whole(expr, rel, target)
        elif not _fits(source.kind, target.kind):
            return call("cast", _wrapped(expr, target), params=(target,))
    elif target.is_integer and source == dt.OBJECT_BOOL:
        _check_whole(expr, rel, target)
    elif target == dt.BOOLEAN and not source.is_bool and not source.nullable:
        _, infinite, fractions, low, high = _facts(expr, rel)
        if infinite or fractions or low < 0 or high > 1:
            msg = "Need to pass bool-like values"
            raise TypeError(msg)
    elif target.is_bool and not target.nullable and source.nullable and source != dt.OBJECT_BOOL:
        if _facts(expr, rel)[0]:
            msg = "cannot convert float NaN to bool"
            raise ValueError(msg)
    elif target.is_bool and not target.nullable and source.holds_na:
        return call("or", call("isna", expr), call("cast", expr, params=(dt.BOOL,)))
    return call("cast", expr, params=(target,))


def _fits(source: str, target: str) -> bool:
    return bool(np.can_cast(np.dtype(source), np.dtype(target)))


def _wrapped(expr: Expr, target: dt.DType) -> Expr:
    """Let integers that are too large wrap around, as NumPy does."""
    info = np.iinfo(target.kind)
    bits = info.bits
    if bits == 64:
        return expr
    wide = call("cast", expr, params=(dt.INT64,))
    inside = call("mod", call("sub", wide, lit(int(info.min))), lit(1 << bits))
    return call("add", inside, lit(int(info.min)))


def _facts(expr: Expr, rel: Relation) -> list[float]:
    """Give, in one call, how many values are missing, infinite, not whole, and the extremes."""
    if rel.nrows == 0:
        return [0, 0, 0, 0, 0]

    def body(c: Sequence[str]) -> str:
        (x,) = c
        parts = [
            f"(sumNA (is.na {x}))",
            f"(sumNA (> (abs {x}) {_HUGE}))",
            f"(sumNA (ifelse (is.na {x}) 0 (!= {x} (trunc {x}))))",
            f"(minNA {x})",
            f"(maxNA {x})",
        ]
        return f"(getrow (cbind {' '.join(parts)}))"

    value = executor().evaluate(rel, [expr], body).value
    assert isinstance(value, list)
    return [float(v) for v in value]


def _check_whole(expr: Expr, rel: Relation, target: dt.DType) -> None:
    source = expr.dtype
    missing, infinite, fractions, low, high = _facts(expr, rel)
    if missing and not target.nullable:
        if source == dt.OBJECT_BOOL:
            msg = "cannot convert float NaN to integer"
            raise ValueError(msg)
        if source.nullable:
            msg = "cannot convert NA to integer"
            raise ValueError(msg)
    if (missing or infinite) and not target.nullable and not source.nullable:
        msg = (
            "Cannot convert non-finite values (NA or inf) to integer. Replace or remove non-finite values or cast to "
            "an integer type that supports these values (e.g. 'Int64')"
        )
        raise pd.errors.IntCastingNaNError(msg)
    if infinite:
        msg = "cannot convert float infinity to integer"
        raise OverflowError(msg)
    if fractions and target.nullable and not source.nullable:
        msg = f"cannot safely cast non-equivalent {source.kind} to {target.kind}"
        raise TypeError(msg)
    info = np.iinfo(target.kind)
    if low < info.min or high > info.max:
        msg = f"Cannot losslessly cast from {source} to {target}: the values go from {low:g} to {high:g}"
        raise ValueError(msg)


def _ticks(expr: Expr, rel: Relation, source: dt.DType) -> Expr:
    if _facts(call("isna", expr), rel)[4]:
        msg = f"cannot convert missing values of dtype {source} to integer; fill or drop them first"
        raise ValueError(msg)
    return call("mul", call("cast", expr, params=(dt.INT64,)), lit(_PER_MS[source.unit]))


def _category(expr: Expr, rel: Relation, dtype: Any, target: dt.DType) -> Expr:
    """Cast categories: they are known on the client; whether values are missing only the cluster knows."""
    values = distinct_values(expr, rel, what=f"astype({dtype!r})")
    wanted = dtype if not isinstance(dtype, dt.DType) else pandas_dtype(dtype)
    strict = (target.is_integer or target.is_bool) and not target.nullable
    if not (strict and _facts(call("isna", expr), rel)[4]):
        values = values[values.notna()]
    return lookup(expr, values, values.astype(wanted))


def nullable(expr: Expr, rel: Relation, *, integers: bool, floats: bool, booleans: bool, strings: bool) -> Expr:
    """Give the column in the dtype that can hold missing values, as ``convert_dtypes`` chooses it.

    Parameters
    ----------
    expr : Expr
        The column.
    rel : Relation
        The relation.
    integers, floats, booleans, strings : bool
        Which dtypes are converted.

    Returns
    -------
    Expr
    """
    source = expr.dtype
    target = source
    if source.kind == "str" and strings:
        target = source.but(nullable=True)
    elif source.is_bool and booleans:
        target = dt.BOOLEAN
    elif source.is_integer and integers:
        target = source.but(nullable=True)
    elif source.is_float and (floats or integers):
        _, infinite, fractions, low, high = _facts(expr, rel)
        whole = integers and not (infinite or fractions) and max(abs(low), abs(high)) < _EXACT
        target = dt.INT64.but(nullable=True) if whole else source.but(nullable=True) if floats else source
    return expr if target == source else call("cast", expr, params=(target,))
