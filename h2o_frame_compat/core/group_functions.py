"""Statistics of groups with all their options, put together from the plain aggregates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.functions import NAMES, function_name
from h2o_frame_compat.core.statistics import result_dtype
from h2o_frame_compat.expr import Expr, call, lit

if TYPE_CHECKING:
    from h2o_frame_compat.core.groups import Summary

_ABSENT: dict[str, Any] = {"size": 0, "count": 0, "nunique": 0, "sum": 0, "prod": 1, "any": False, "all": True}
# What pandas calls as it is, so that it means something else than the method of the same name.
_AS_CALLED: dict[Any, tuple[str, dict[str, Any]]] = {
    sum: ("sum", {"skipna": False}),
    np.median: ("median", {"skipna": False}),
    np.std: ("std", {"ddof": 0}),
    np.var: ("var", {"ddof": 0}),
}
_BUILTINS: dict[Any, str] = {min: "min", max: "max"}


def absent(name: str) -> Any:
    """Give what a statistic is for a group without rows; None for a missing value."""
    return _ABSENT.get(name)


def label_of(function: Any) -> Any:
    """Give the column label that a function has in the result of `agg`."""
    return function if isinstance(function, str) else getattr(function, "__name__", str(function))


def meaning_of(function: Any, dtype: dt.DType) -> tuple[str, dict[str, Any]] | None:
    """Give the statistic, and its options, that a function means for a column; None when it is none of ours."""
    name = function_name(function)
    if name is not None:
        return name, {}
    if isinstance(function, str):
        return (function, {}) if function in {"idxmin", "idxmax"} | NAMES else None
    try:
        if function in _BUILTINS:
            return None if dtype.holds_na else (_BUILTINS[function], {})
        return _AS_CALLED.get(function)
    except TypeError:  # not hashable
        return None


def statistic(summary: Summary, name: str, expr: Expr, **options: Any) -> Expr | None:
    """Give a statistic of a column as an expression of aggregates.

    Parameters
    ----------
    summary : Summary
        Where the aggregates come from.
    name : str
        Its name, as a method of a group-by has it.
    expr : Expr
        The column.
    **options
        ``skipna``, ``min_count``, ``ddof``, ``dropna``, ``q`` and ``interpolation``, as the methods have them.

    Returns
    -------
    Expr or None
        None when pandas has to compute it.
    """
    d = expr.dtype
    if name == "sum" and d.kind == "str":  # pandas joins the texts
        return None
    if name == "size":
        return summary.of("size")
    if name == "count":
        made = summary.of("count", expr)
        return call("cast", made, params=(dt.INT64.but(nullable=True),)) if d.nullable and d.is_numeric else made
    if name == "quantile":
        return _quantile(summary, expr, options.get("q", 0.5), options.get("interpolation", "linear"))
    if name == "nunique":
        return _distinct(summary, expr, dropna=options.get("dropna", True))
    skipna = options.get("skipna", True) or not d.holds_na
    if name in {"any", "all"}:
        truth = summary.of(name, expr)
        return truth if skipna or name == "all" else call("or", truth, _has_missing(summary, expr))
    if name in {"first", "last"} and not skipna:
        return None
    ddof = options.get("ddof", 1)
    found = summary.of(name, expr) if ddof == 1 else _spread(summary, name, expr, ddof)
    if found is None:
        return None
    if not skipna:
        found = call("where", _has_missing(summary, expr), lit(None, found.dtype), found)
    least = options.get("min_count", -1)
    if least > 1 and not found.dtype.holds_na:
        return None
    if least > 1 or (least == 1 and d.holds_na):
        few = call("lt", summary.of("count", expr), lit(least))
        found = call("where", few, lit(None, found.dtype), found)
    return found


def _has_missing(summary: Summary, expr: Expr) -> Expr:
    return call("lt", summary.of("count", expr), summary.of("size"))


def _distinct(summary: Summary, expr: Expr, *, dropna: bool) -> Expr:
    found = summary.of("nunique", expr)
    if dropna or not expr.dtype.holds_na:
        return found
    return call("add", found, call("cast", _has_missing(summary, expr), params=(dt.INT64,)))


def _spread(summary: Summary, name: str, expr: Expr, ddof: int) -> Expr | None:
    """Give a variance, or what is made of it, with another divisor."""
    if not expr.dtype.is_numeric:
        return None
    count = summary.of("count", expr)
    number = call("cast", count, params=(dt.FLOAT64,))
    variance = summary.of("var", expr)
    squares = call("mul", variance, call("sub", number, lit(1.0)))
    squares = call("where", call("eq", count, lit(1)), lit(0.0, variance.dtype), squares)
    made = call("truediv", squares, call("sub", number, lit(float(ddof))))
    if name == "sem":
        made = call("truediv", made, number)
    made = call("where", call("gt", count, lit(ddof)), made, lit(None, made.dtype))
    made = made if name == "var" else call("sqrt", made)
    wanted = result_dtype(name, expr.dtype)
    return made if made.dtype == wanted else call("cast", made, params=(wanted,))


def _quantile(summary: Summary, expr: Expr, q: float, interpolation: str) -> Expr:
    d = expr.dtype
    plain = f"q{float(q)!r}"
    if interpolation == "linear":
        return summary.of(plain, expr)
    kept = d if d.is_integer and interpolation in {"lower", "higher", "nearest"} else result_dtype(plain, d)
    return summary.of(f"{plain}/{interpolation}", expr, kept)
