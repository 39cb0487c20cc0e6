"""Operands of narwhals' operations, brought to the same rows, with narwhals' meaning of missing values."""

from __future__ import annotations

import operator
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from narwhals.exceptions import ShapeError

from h2o_frame_compat.core.align import side_by_side
from h2o_frame_compat.core.limits import check_size
from h2o_frame_compat.expr import call
from h2o_frame_compat.pandas.series import Series

if TYPE_CHECKING:
    from types import ModuleType

COMPARISONS = {"eq", "ne", "lt", "le", "gt", "ge"}


def plain(value: Any) -> Any:
    """Give a scalar as Python has it, None for a missing one."""
    if value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    return value.item() if isinstance(value, (np.number, np.bool_)) else value


def array_of(local: pd.Series, dtype: Any = None) -> np.ndarray[Any, Any]:
    """Give a fetched series as NumPy has it: a missing integer makes floats, times with a zone are in UTC."""
    if isinstance(local.dtype, pd.DatetimeTZDtype):
        local = local.dt.tz_convert("UTC").dt.tz_localize(None)
    masked = pd.api.types.is_numeric_dtype(local.dtype) and pd.api.types.is_extension_array_dtype(local)
    if dtype is not None or not masked:
        return np.asarray(local.to_numpy(dtype=dtype))
    if local.hasnans:
        return np.asarray(local.to_numpy(dtype="float64", na_value=np.nan))
    return np.asarray(local.to_numpy(dtype=local.dtype.numpy_dtype))


def beside(own: Any, other: Any) -> Any:
    """Give a series with the rows of another one, matched by position.

    Parameters
    ----------
    own : Series or DataFrame
        What has the rows.
    other : Series
        As many values.

    Returns
    -------
    Series

    Raises
    ------
    narwhals.exceptions.ShapeError
        When the two have different lengths.
    """
    left, right = own._block, other._block
    if left.rel.row_set is not right.rel.row_set and left.nrows != right.nrows:
        msg = f"Expected object of length {left.nrows}, got: {right.nrows}."
        raise ShapeError(msg)
    return Series._of(side_by_side(left, right)[1])


def repeated(rows: Any, value: Any, dtype: Any) -> Any:
    """Give a series that has one value in all rows of another one.

    Parameters
    ----------
    rows : Series
        Whose rows it has.
    value : scalar
        The value; None for a missing one.
    dtype : dtype
        The dtype of the result.

    Returns
    -------
    Series
    """
    frame = rows.to_frame("rows")
    frame["value"] = np.nan if value is None else value
    made = frame["value"]
    return made if made.dtype == dtype else made.astype(roomy(dtype) if value is None else dtype)


def row_numbers(native: Any) -> Any:
    """Give the number of each row of a frame or series of ours, which the cluster makes."""
    block = native._block
    return Series._of(block.with_columns([call("rownum", block.rel.fields[0].col())], [None]))


def roomy(dtype: Any) -> Any:
    """Give the masked dtype that takes a missing value where NumPy's does not."""
    if not isinstance(dtype, np.dtype) or dtype.kind not in "biu":
        return dtype
    return "boolean" if dtype.kind == "b" else f"{'U' if dtype.kind == 'u' else ''}Int{8 * dtype.itemsize}"


def native_namespace() -> ModuleType:
    """Give the module whose functions make our frames: the pandas dialect."""
    return sys.modules["h2o_frame_compat.pandas"]


def guarded(native: Any, what: str) -> Any:
    """Give a frame or series of ours that another library may fetch: a large one is refused.

    Parameters
    ----------
    native : DataFrame or Series
        Ours.
    what : str
        The method that fetches, for the message.

    Returns
    -------
    DataFrame or Series

    Raises
    ------
    FallbackError
        When it is larger than ``options.fallback_max_bytes``.
    """
    check_size(native._block.nbytes(), f"narwhals' {what}")
    return native


def positions(rows: Any) -> Any:
    """Give what ``iloc`` takes for what narwhals selects rows by."""
    return rows if isinstance(rows, (Series, int, slice)) else np.asarray(rows, dtype="int64")


def nulls_spread(op: str, left: Any, right: Any, name: Any) -> Any:
    """Compare, or combine flags, so that a missing operand gives a missing result, as narwhals asks.

    The pandas dialect does so for masked dtypes only; flags of it are taken as masked ones.
    """
    if left is None or right is None:
        known = left if right is None else right
        return repeated(known, None, np.dtype(bool)).rename(name)
    operands = [_masked(x) for x in (left, right)]
    made = getattr(operator, {"and": "and_", "or": "or_"}.get(op, op))(*operands).rename(name)
    for operand in operands if op in COMPARISONS else ():
        if isinstance(operand, Series) and operand._block.dtypes[0].kind in {"datetime", "timedelta", "category"}:
            made = made.astype("boolean").where(operand.notna())
    return made


def _masked(operand: Any) -> Any:
    """Give a series with the masked dtype of its kind, at no cost."""
    if not isinstance(operand, Series):
        return operand
    block = operand._block
    (expr,) = block.columns
    kind = expr.dtype
    if kind.nullable or not (kind.is_float or kind.kind == "str"):
        return operand
    return Series._of(block.with_columns([call("cast", expr, params=(kind.but(nullable=True),))]))


def floordiv(left: Any, right: Any) -> Any:
    """Divide and round down, missing where an integer is divided by zero."""
    made = left // right
    if made._block.dtypes[0].is_float and not made._block.dtypes[0].nullable:
        return made
    return made.where(right != 0) if isinstance(right, Series) else made.where(made.isna()) if right == 0 else made
