"""Statistics of columns, as pandas types and rounds them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core import convert
from h2o_frame_compat.core.block import executor
from h2o_frame_compat.core.reduce import REDUCTIONS, reduce
from h2o_frame_compat.expr import Expr, Group, Relation, call, lit
from h2o_frame_compat.rapids import text

if TYPE_CHECKING:
    from collections.abc import Sequence

COUNTS = {"count", "size", "nunique"}
_MEANS = {"mean", "median", "var", "std", "sem", "skew", "kurt"}
_OWN = {"nunique", "sum", "prod", "mean", "median", "var", "std", "sem", "skew", "kurt"}
_SAME = {"min", "max", "first", "last"}
_EXACT = 2.0**53
_PER_MS = {"ms": 1, "us": 1_000, "ns": 1_000_000}


def result_dtype(function: str, dtype: dt.DType) -> dt.DType:
    """Give the dtype of a statistic of a column, as pandas chooses it.

    Parameters
    ----------
    function : str
        Name of the statistic; quantiles are ``"q0.25"``.
    dtype : DType
        The column's dtype.

    Returns
    -------
    DType

    Raises
    ------
    TypeError
        When the statistic is not defined for the dtype.
    """
    if function in COUNTS:
        return dt.INT64
    if function in _SAME:
        if function in {"min", "max"} and dtype.kind == "packed":
            msg = f"values of dtype {dtype} have no order"
            raise TypeError(msg)
        if function in {"min", "max"} and dtype.kind == "category" and not dtype.ordered:
            msg = (
                f"Categorical is not ordered for operation {function}; you can use .as_ordered() to change it"
            )
            raise TypeError(msg)
        return dtype
    if function in {"any", "all"}:
        if dtype.kind in {"category", "datetime", "packed"}:
            msg = f"'{function}' with dtype {dtype} is not supported"
            raise TypeError(msg)
        return dt.BOOL
    if dtype.kind == "datetime" and function == "std":
        return dt.timedelta(dtype.unit)
    if dtype.kind == "timedelta" and function in {"sum", "mean", "median", "std"} | _quantiles(function):
        return dtype
    if dtype.kind == "datetime" and function in {"mean", "median"} | _quantiles(function):
        return dtype.but(arrow=None)
    if not dtype.is_numeric:
        kind = "dtype " + str(dtype)
        msg = f"Cannot perform reduction '{function}' with {kind}; select numeric columns or pass numeric_only=True"
        raise TypeError(msg)
    if function in {"sum", "prod"}:
        if dtype.is_float:
            return dtype
        return (dt.UINT64 if dtype.kind.startswith("u") else dt.INT64).but(nullable=dtype.nullable)
    if function in _MEANS | _quantiles(function):
        return dtype if dtype.is_float else dt.FLOAT64.but(nullable=dtype.nullable)
    msg = f"unknown statistic {function!r}"
    raise AttributeError(msg)


def _quantiles(function: str) -> set[str]:
    return {function} if function[0] == "q" and function[1:2].isdigit() else set()


def statistics(rel: Relation, wanted: Sequence[tuple[str, Expr]], *, skipna: bool = True) -> list[Any]:
    """Compute statistics of columns of one relation.

    Parameters
    ----------
    rel : Relation
        The relation.
    wanted : sequence of (str, Expr)
        Name of the statistic and its column.
    skipna : bool
        Whether missing values are left out; else they make the result missing.

    Returns
    -------
    list
        NumPy scalars, Timestamps, strings: what pandas gives.
    """
    types = [result_dtype(f, e.dtype) for f, e in wanted]
    plain = [
        n
        for n, (f, e) in enumerate(wanted)
        if f in REDUCTIONS and (f == "count" or e.dtype.storage in {"num", "time"})
    ]
    gaps = [n for n, (f, e) in enumerate(wanted) if not skipna and f not in COUNTS and e.dtype.holds_na]
    asked = [_as_number(*wanted[n]) for n in plain] + [("nas", wanted[n][1]) for n in gaps]
    numbers = reduce(rel, asked)
    results: dict[int, Any] = {n: scalar(v, types[n]) for n, v in zip(plain, numbers, strict=False)}
    missing = {n for n, v in zip(gaps, numbers[len(plain) :], strict=True) if v}
    inexact = [
        n
        for n in plain
        if types[n].is_integer and wanted[n][0] in {"sum", "prod"} and _large(numbers[plain.index(n)])
    ]
    others = [n for n in range(len(wanted)) if n not in results or n in inexact]
    if others:
        asked, kinds = [wanted[n] for n in others], [types[n] for n in others]
        own = "compat.stat" in executor().primitives and all(_is_own(f, e.dtype) for f, e in asked)
        found = (_by_stat if own else _by_group)(rel, asked, kinds)
        results.update(zip(others, found, strict=True))
    for n in missing:
        results[n] = _with_gaps(wanted[n][0], wanted[n][1].dtype if types[n].is_bool else types[n], results[n])
    return [results[n] for n in range(len(wanted))]


def _as_number(function: str, expr: Expr) -> tuple[str, Expr]:
    if function == "mean" and expr.dtype.kind == "datetime":
        return "mean moment", call("cast", expr, params=(dt.INT64,))
    return function, expr


def _large(number: float) -> bool:
    return not abs(number) < _EXACT


def _with_gaps(function: str, dtype: dt.DType, plain: Any) -> Any:
    """Give a statistic of a column whose missing values count, from that of the others; a missing one is true."""
    if function in {"any", "all"}:
        known = bool(plain) == (function == "any")
        return plain if known else pd.NA if dtype.nullable else np.bool_(function == "any" or plain)
    return _missing(dtype)


def _missing(dtype: dt.DType) -> Any:
    return pd.NaT if dtype.is_temporal else pd.NA if dtype.nullable else np.float64(np.nan)


def scalar(number: float, dtype: dt.DType) -> Any:
    """Give a number as the scalar that pandas has for a dtype.

    Parameters
    ----------
    number : float
        The number, in milliseconds for temporal dtypes; NaN is missing.
    dtype : DType
        The dtype.

    Returns
    -------
    NumPy scalar, Timestamp, Timedelta or a missing value
    """
    if dtype.is_temporal:
        if math.isnan(number):
            return pd.NaT
        unit = dtype.unit if dtype.unit in {"us", "ns"} else "ms"
        ticks = round(number * _PER_MS[unit])
        if dtype.kind == "timedelta":
            return pd.Timedelta(ticks, unit=unit).as_unit(dtype.unit)
        made = pd.Timestamp(ticks, unit=unit).as_unit(dtype.unit)
        return made.tz_localize("UTC").tz_convert(dtype.tz) if dtype.tz else made
    if math.isnan(number):
        return (
            pd.NA if dtype.nullable else np.float64(np.nan) if dtype.kind != "float32" else np.float32(np.nan)
        )
    return np.dtype(dtype.kind).type(number)


def _is_own(function: str, dtype: dt.DType) -> bool:
    """Whether the extension computes a statistic of a column by itself, without grouping rows."""
    return dtype.is_numeric and (function in _OWN or function in _quantiles(function))


def _by_stat(rel: Relation, wanted: Sequence[tuple[str, Expr]], types: Sequence[dt.DType]) -> list[Any]:
    """Compute statistics of numeric columns by `compat.stat`, every function of every column, in one call."""
    functions = list(dict.fromkeys(f for f, _ in wanted))
    columns = list({id(e): e for _, e in wanted}.values())
    answer = executor().evaluate(
        rel, columns, lambda c: f"(compat.stat (cbind {' '.join(c)}) {text.values(functions)})"
    ).value
    assert isinstance(answer, list)
    asked = [(f, id(e)) for e in columns for f in functions]
    found = dict(zip(asked, map(str, answer), strict=True))
    return [_read(found[f, id(e)], t) for (f, e), t in zip(wanted, types, strict=True)]


def _read(printed: str, dtype: dt.DType) -> Any:
    if dtype.is_integer and printed.lstrip("-").isdigit():
        return np.dtype(dtype.kind).type(int(printed) % (1 << 64) if dtype.kind == "uint64" else int(printed))
    return scalar(float(printed), dtype)


def _by_group(rel: Relation, wanted: Sequence[tuple[str, Expr]], types: Sequence[dt.DType]) -> list[Any]:
    """Compute statistics as aggregates of one group that has all rows."""
    one = lit(0, dt.INT8)
    group = Group(
        rel, [one], [(f, e, t) for (f, e), t in zip(wanted, types, strict=True)], dropna=False, sort=False
    )
    table = executor().fetch(group, [f.col() for f in group.fields[1:]])
    if table.num_rows == 0:
        return [_of_nothing(f, t) for (f, _), t in zip(wanted, types, strict=True)]
    columns = [convert.decode_column(table.column(n), t) for n, t in enumerate(types)]
    return [
        pd.Series(c)[0] if t.is_temporal or t.kind == "category" else c[0]
        for c, t in zip(columns, types, strict=True)
    ]


def _of_nothing(function: str, dtype: dt.DType) -> Any:
    if function in COUNTS | {"sum"}:
        return np.int64(0) if dtype.is_integer else np.float64(0)
    if function == "prod":
        return np.int64(1) if dtype.is_integer else np.float64(1)
    return np.bool_(function == "all") if function in {"any", "all"} else _missing(dtype)


def row_wise(function: str, columns: Sequence[Expr]) -> Expr | None:
    """Give a statistic across the columns of each row, as pandas' ``axis=1`` does with skipna.

    Parameters
    ----------
    function : str
        Name of the statistic.
    columns : sequence of Expr
        Numeric columns.

    Returns
    -------
    Expr or None
        None when it cannot be written as an expression.
    """
    if not columns or not all(e.dtype.is_numeric for e in columns):
        return None
    if not all(e.dtype.is_bool for e in columns):
        columns = [call("cast", e, params=(dt.INT64,)) if e.dtype.is_bool else e for e in columns]
    present = _sum([call("cast", call("not", call("isna", e)), params=(dt.INT64,)) for e in columns])
    if function == "count":
        return present
    if function in {"any", "all"}:
        truth = [call("and", call("ne", e, lit(0)), call("not", call("isna", e))) for e in columns]
        if function == "all":
            truth = [call("or", call("ne", e, lit(0)), call("isna", e)) for e in columns]
        return _fold("or" if function == "any" else "and", truth)
    if function in {"sum", "mean"}:
        total = _sum(
            [
                call("where", call("isna", e), lit(0), e) if e.dtype.holds_na else call("add", e, lit(0))
                for e in columns
            ]
        )
        return total if function == "sum" else call("truediv", total, present)
    if function in {"min", "max"}:
        best: Expr = columns[0]
        for e in columns[1:]:
            better = call("lt" if function == "min" else "gt", e, best)
            best = call("where", call("or", better, call("isna", best)), e, best)
        return best
    return None


def _sum(columns: Sequence[Expr]) -> Expr:
    return _fold("add", columns)


def _fold(op: str, columns: Sequence[Expr]) -> Expr:
    result = columns[0]
    for e in columns[1:]:
        result = call(op, result, e)
    return result
