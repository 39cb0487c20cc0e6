"""Datetimes and timedeltas: made of texts, numbers and parts; rounded; taken apart."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.choose import any_true
from h2o_frame_compat.core.convert import from_pandas_dtype, pandas_dtype
from h2o_frame_compat.core.distinct import lookup, map_distinct
from h2o_frame_compat.core.missing import has_missing
from h2o_frame_compat.expr import Expr, Relation, call, lit

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.core.block import Block

_MS = {"D": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_PARTS = ("year", "month", "day", "hour", "minute", "second", "millisecond")
_PART_NAMES = {**{p: p for p in _PARTS}, **{p + "s": p for p in _PARTS}, "h": "hour", "m": "minute", "s": "second"}
_PART_NAMES |= {"ms": "millisecond"}


def with_gaps(block: Block, expr: Expr, source: Expr) -> Expr:
    """Give a column of whole numbers as pandas does: as floats when values are missing in its source."""
    if expr.dtype.holds_na or not has_missing(block, source):
        return expr
    return call("cast", expr, params=(dt.FLOAT64,))


def ticks(expr: Expr) -> Expr:
    """Give times as plain milliseconds."""
    return call("cast", expr, params=(dt.FLOAT64,))


def rounded(expr: Expr, step: int, how: str) -> Expr:
    """Round times to a whole number of steps of so many milliseconds; `how` is "floor", "ceil" or "round"."""
    number = ticks(expr)
    if how == "round":  # half to even
        made = call("mul", call("rint", call("truediv", number, lit(float(step)))), lit(float(step)))
        return call("cast", made, params=(expr.dtype,))
    rest = call("mod", number, lit(float(step)))
    down = call("sub", number, rest)
    if how == "ceil":
        down = call("add", down, call("where", call("gt", rest, lit(0)), lit(float(step)), lit(0.0)))
    return call("cast", down, params=(expr.dtype,))


def step_of(freq: Any) -> int | None:
    """Give the milliseconds of a fixed frequency, None when it is not a whole number of them."""
    span = pd.Timedelta(pd.tseries.frequencies.to_offset(freq).nanos)
    ms, rest = divmod(span.value, 1_000_000)
    return None if rest or ms == 0 else int(ms)


def named(expr: Expr, kind: str, locale: str | None = None) -> Expr:
    """Give the names of days or months in a language, English by default."""
    if kind == "day":
        keys = pd.Series(range(7), dtype="int32")
        days = pd.Series(pd.to_datetime(keys, unit="D", origin="2024-01-01"))
        return lookup(call("dayofweek", expr), keys, days.dt.day_name(locale))
    keys = pd.Series(range(1, 13), dtype="int32")
    months = pd.Series(pd.to_datetime([f"2024-{m:02d}-01" for m in keys]))
    return lookup(call("month", expr), keys, months.dt.month_name(locale))


def time_of_day(expr: Expr) -> Expr:
    """Give the milliseconds since midnight."""
    return call("mod", ticks(expr), lit(float(_MS["D"])))


def components(block: Block, expr: Expr) -> list[Expr]:
    """Take timedeltas apart into days, hours, minutes, seconds, milliseconds, microseconds and nanoseconds."""
    rest = time_of_day(expr)
    parts: list[Expr] = [call("days", expr)]
    for unit, within in (("h", "D"), ("m", "h"), ("s", "m"), ("ms", "s")):
        inside = call("mod", rest, lit(float(_MS[within])))
        parts.append(call("floor", call("truediv", inside, lit(float(_MS[unit])))))
    none = call("mul", rest, lit(0.0))
    return [with_gaps(block, call("cast", p, params=(dt.INT64,)), expr) for p in (*parts, none, none)]


_OF_DAYS = re.compile(r"%[-_^#0]?([^aAwdbBmyYjUWGuVxCeDFhgnt%])")


def of_days(date_format: str) -> bool:
    """Tell whether a format of `strftime` shows nothing but the day.

    Examples
    --------
    >>> of_days("%Y-%m"), of_days("%d. %B, %H:%M")
    (True, False)
    """
    return _OF_DAYS.search(date_format) is None


def per_day(expr: Expr, rel: Relation, function: Callable[[pd.Series], Any], what: str) -> Expr:
    """Compute in pandas what depends on the day alone, once for each distinct day."""
    return map_distinct(call("normalize", expr), rel, function, what=what)


# ---------------------------------------------------------------------- making


def to_datetime(block: Block, **how: Any) -> Expr:
    """Make a column of datetimes.

    Parameters
    ----------
    block : Block
        A series.
    **how
        The arguments of `pandas.to_datetime`.

    Returns
    -------
    Expr
    """
    (expr,) = block.columns
    unit, plain = how.get("unit"), how.get("origin") == "unix" and not how.get("utc")
    if expr.dtype.kind == "datetime":
        return call("cast", expr, params=(expr.dtype.but(tz="UTC"),)) if how.get("utc") else expr
    if expr.dtype.is_integer and not expr.dtype.nullable and unit in _MS and plain:
        made = pd.to_datetime(pd.Series([0], dtype=expr.dtype.kind), unit=unit)
        span = call("mul", call("cast", expr, params=(dt.INT64,)), lit(_MS[unit]))
        return call("cast", span, params=(from_pandas_dtype(made.dtype),))
    text = call("cast", expr, params=(dt.STR,)) if expr.dtype.kind == "category" else expr

    def convert(values: pd.Series) -> pd.Series:
        return pd.to_datetime(values, **how)

    return map_distinct(text, block.rel, convert, what="to_datetime")


def assemble(block: Block, *, errors: str) -> Expr | None:
    """Make a column of datetimes of columns of years, months, days and so on.

    Parameters
    ----------
    block : Block
        A frame whose columns have the names of the parts.
    errors : {"raise", "coerce"}
        What happens with parts that make no date.

    Returns
    -------
    Expr or None
        None when pandas has to do it.

    Raises
    ------
    ValueError
        As pandas: for missing or unknown parts, and for those that make no date.
    """
    ones = {n: [2000 if "year" in str(label).lower() else 1] for n, label in enumerate(block.labels)}
    template = pd.DataFrame(ones).set_axis(block.labels, axis=1)
    made = pd.to_datetime(template, errors=errors)
    parts: dict[str, Expr] = {}
    for label, column in zip(block.labels, block.columns, strict=True):
        part = _PART_NAMES.get(str(label).lower())
        if part is None or not (column.dtype.is_integer or column.dtype.is_float) or column.dtype.nullable:
            return None
        parts[part] = column
    if block.nrows == 0:  # H2O's moment refuses to make nothing
        return lookup(block.columns[0], pd.Series([], dtype=pandas_dtype(block.dtypes[0])), made[:0])
    columns = [parts.get(part, lit(0)) for part in _PARTS]
    moment = call("moment", *columns, params=(from_pandas_dtype(made.dtype),))
    if errors == "raise":
        given = [call("not", call("isna", column)) for column in parts.values()]
        wrong = call("isna", moment)
        for present in given:
            wrong = call("and", wrong, present)
        if any_true(block.rel, [wrong])[0]:
            msg = "cannot assemble the datetimes: a part is out of range, such as a day that its month does not have"
            raise ValueError(msg)
    return moment


def to_timedelta(block: Block, unit: Any, errors: str) -> Expr:
    """Make a column of timedeltas of texts or numbers; see `pandas.to_timedelta`."""
    (expr,) = block.columns
    if expr.dtype.kind == "timedelta":
        return expr
    return map_distinct(
        expr, block.rel, lambda values: pd.to_timedelta(values, unit=unit, errors=errors), what="to_timedelta"
    )


def to_numeric(block: Block, **how: Any) -> Expr:
    """Make a column of numbers of texts; see `pandas.to_numeric`."""
    (expr,) = block.columns
    if expr.dtype.is_numeric and how.get("downcast") is None and "dtype_backend" not in how:
        return expr
    text = call("cast", expr, params=(dt.STR,)) if expr.dtype.kind == "category" else expr
    return map_distinct(text, block.rel, lambda values: _numbers(values, how), what="to_numeric")


def _numbers(values: pd.Series, how: dict[str, Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        made = pd.to_numeric(values, **how)
    return made if len(made) else np.asarray(made)
