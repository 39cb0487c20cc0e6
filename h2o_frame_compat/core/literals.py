"""Python scalars -> literals as the cluster holds them."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.decoding import from_pandas_dtype
from h2o_frame_compat.core.levels import level_texts
from h2o_frame_compat.expr import Lit, lit


def is_scalar(value: Any) -> bool:
    """Tell whether a value is one value and not a column: what pandas calls a scalar."""
    return bool(pd.api.types.is_scalar(value)) or isinstance(value, (datetime.date, datetime.timedelta))


def is_missing(value: Any) -> bool:
    """Tell whether a scalar is None, NaN, NaT or NA."""
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def to_lit(value: Any, like: dt.DType | None = None) -> Lit:
    """Make a literal of a scalar, as a column of dtype `like` would take it.

    Parameters
    ----------
    value : scalar
        A Python, NumPy or pandas scalar.
    like : DType, optional
        The dtype of the column it meets: decides how strings are read next to datetimes and categories.

    Returns
    -------
    Lit
        For a value that is no category of `like`, a missing literal: it equals nothing.

    Raises
    ------
    TypeError
        For a value H2O cannot hold.
    """
    if is_missing(value):
        return lit(None)
    if like is not None and like.kind == "category":
        return category_lit(value, like)
    if like is not None and like.kind == "datetime" and isinstance(value, (str, datetime.date)):
        value = pd.Timestamp(value)
    if like is not None and like.kind == "timedelta" and isinstance(value, str):
        value = pd.Timedelta(value)
    if isinstance(value, (pd.Timestamp, datetime.datetime, np.datetime64)):
        return _instant(pd.Timestamp(value), like)
    if isinstance(value, (pd.Timedelta, datetime.timedelta, np.timedelta64)):
        span = pd.Timedelta(value)
        return lit(_milliseconds(span.value, span), dt.timedelta(span.unit))
    if isinstance(value, (bool, np.bool_)):
        return lit(bool(value))
    if isinstance(value, np.generic) and value.dtype.kind in "iuf":
        weak = value.dtype in (np.dtype("int64"), np.dtype("float64")) and (
            like is None or like.kind != "float32"
        )
        return lit(value.item()) if weak else lit(value.item(), from_pandas_dtype(value.dtype))
    if isinstance(value, (int, float, str)):
        return lit(str(value) if isinstance(value, str) else value)
    msg = f"a value of type {type(value).__name__} cannot be held by H2O; use numbers, strings, booleans or dates"
    raise TypeError(msg)


def category_lit(value: Any, dtype: dt.DType) -> Lit:
    """Make the literal of a category value: the level text that stands for it, missing when it is none."""
    categories = dtype.categories or ()
    try:
        where = categories.index(value)
    except ValueError:
        return lit(None)
    return lit(level_texts(categories)[where], dt.STR)


def _instant(when: pd.Timestamp, like: dt.DType | None) -> Lit:
    if like is not None and like.kind == "datetime" and (like.tz is None) != (when.tz is None):
        msg = "Cannot compare tz-naive and tz-aware datetime-like objects"
        raise TypeError(msg)
    unit = "ms" if when.unit == "s" else when.unit
    return lit(
        _milliseconds(when.value, when), dt.datetime(unit, str(when.tz) if when.tz is not None else None)
    )


def _milliseconds(nanoseconds: int, what: object) -> int:
    ms, rest = divmod(nanoseconds, 1_000_000)
    if rest:
        msg = f"{what} has digits below a millisecond, which H2O cannot hold; round it first"
        raise ValueError(msg)
    return ms
