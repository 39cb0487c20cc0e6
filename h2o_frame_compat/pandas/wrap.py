"""Between blocks, our public objects and pandas': wrapping, unwrapping, and the spoken fallback."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.config import options
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.errors import FallbackError, FallbackWarning

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.pandas.generic import NDFrame
    from h2o_frame_compat.pandas.index import RowLabels

_OURS = str(Path(__file__).parent.parent)  # the package


def to_local(value: Any, what: str) -> Any:
    """Give the pandas counterpart of our objects, also inside lists, tuples and dicts; others as they are."""
    from h2o_frame_compat.pandas.generic import NDFrame  # noqa: PLC0415 - generic builds on this module
    from h2o_frame_compat.pandas.index import RowLabels  # noqa: PLC0415 - so does index
    from h2o_frame_compat.pandas.lazy_array import LazyArray  # noqa: PLC0415 - and arrays

    if isinstance(value, (NDFrame, RowLabels)):
        return value._to_local(guard=what)
    if isinstance(value, LazyArray):
        return value.local()
    if isinstance(value, (list, tuple)) and type(value) in {list, tuple}:
        return type(value)(to_local(v, what) for v in value)
    if isinstance(value, dict):
        return {k: to_local(v, what) for k, v in value.items()}
    return value


def from_local(value: Any) -> Any:
    """Give our counterpart of a pandas frame or series; others as they are."""
    from h2o_frame_compat.pandas.frame import DataFrame  # noqa: PLC0415 - frame builds on this module
    from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415 - series builds on this module

    if isinstance(value, pd.DataFrame):
        return DataFrame._of(Block.from_pandas(value))
    if isinstance(value, pd.Series):
        return Series._of(series_block(value))
    return value


def resolved(value: Any, obj: Any) -> Any:
    """Give what a function of an object, or an expression made with ``col``, means for it; others as they are."""
    if hasattr(type(value), "_eval_expression"):
        return value._eval_expression(obj)
    return value(obj) if callable(value) and not hasattr(value, "_block") else value


def small(value: Any) -> Any:
    """As `from_local` for a result of a few rows; one of mixed types, which H2O cannot hold, stays with pandas."""
    try:
        return from_local(value)
    except TypeError:
        return value


def series_block(series: pd.Series) -> Block:
    """Make the block of a pandas series; its label is the series' name."""
    frame = series.to_frame(name="values")
    block = Block.from_pandas(frame)
    return block.with_columns(block.columns, [series.name])


def users_level() -> int:
    """Give the stack level, for the caller, of the first line that is not ours."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OURS):
        frame, level = frame.f_back, level + 1
    return level


def fallback(name: str, run: Callable[[], Any], *moved: NDFrame | RowLabels, why: str = "") -> Any:
    """Run a method in pandas on the client, and say so.

    Parameters
    ----------
    name : str
        The method, as the user knows it (``"DataFrame.interpolate"``).
    run : callable
        Does the work on local data; what it gives is wrapped.
    *moved : DataFrame or Series
        The objects whose data is fetched, for the message.
    why : str
        The reason, where it is not simply that the method is not native.

    Returns
    -------
    object
        The result, frames and series as ours.

    Raises
    ------
    FallbackError
        When ``options.fallback`` is ``"error"``.
    """
    reason = why or "it is not native yet"
    rows = sum(len(m) for m in moved)
    if options.fallback == "error":
        msg = (
            f"{name} cannot run in the cluster ({reason}), and options.fallback is 'error'. Set it to 'warn' to let "
            f"pandas do it on the client ({rows:,} rows would be moved)."
        )
        raise FallbackError(msg)
    if options.fallback == "warn":
        msg = f"{name} runs in pandas on the client ({reason}): {rows:,} rows are moved"
        warnings.warn(msg, FallbackWarning, stacklevel=users_level())
    return small(run())  # results that H2O cannot hold, such as lists, stay with pandas
