"""The functions of the module that take frames and vecs."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.classic.columns import joined, split
from h2o_frame_compat.classic.data import Data, only_column
from h2o_frame_compat.classic.frame import H2OFrame
from h2o_frame_compat.classic.kinds import of_kind
from h2o_frame_compat.classic.rows import plain
from h2o_frame_compat.classic.vec import H2OVec
from h2o_frame_compat.expr import call, lit

if TYPE_CHECKING:
    from collections.abc import Callable

# Their name here -> that of the operation, or of the primitive of the cluster.
_OPERATIONS = {
    "cos": "cos", "sin": "sin", "tan": "tan", "acos": "arccos", "asin": "arcsin", "atan": "arctan", "cosh": "cosh",
    "sinh": "sinh", "tanh": "tanh", "acosh": "arccosh", "asinh": "arcsinh", "atanh": "arctanh", "abs": "abs",
    "sign": "sign", "sqrt": "sqrt", "trunc": "trunc", "ceil": "ceil", "floor": "floor", "log": "log",
    "log10": "log10", "log1p": "log1p", "log2": "log2", "exp": "exp", "expm1": "expm1",
}
_PRIMITIVES = ("cospi", "sinpi", "tanpi", "gamma", "lgamma", "digamma", "trigamma")
_METHODS = {
    "all": "Tell whether no value is 0.", "isna": "Give 1 where a value is missing.",
    "logical_negation": "Give 1 where it is 0, and 0 elsewhere.",
    "min": "Give the smallest value.", "max": "Give the largest value.", "sum": "Give the sum.",
    "sd": "Give the standard deviation of a sample.", "var": "Give the variance, of a frame the covariances.",
    "mean": "Give the mean.", "median": "Give the median.", "asnumeric": "Make numbers of factors.",
    "transpose": "Give rows as columns.", "anyfactor": "Tell whether a column is a factor.",
    "signif": "Round to some significant digits.", "round": "Round to some decimal places.",
    "match": "Find values in a list.", "table": "Count the rows of each value.",
    "scale": "Move to the mean 0 and divide by the standard deviation.",
    "setLevel": "Give a factor whose values are all one level.", "setLevels": "Give the levels other texts.",
    "levels": "Give the levels of a factor.", "nlevels": "Give the number of levels.",
    "as_date": "Read times from texts.", "year": "Give the year.", "month": "Give the month.", "week": "Give the week.",
    "day": "Give the day of the month.", "dayOfWeek": "Give the day of the week.", "hour": "Give the hour.",
    "minute": "Give the minute.", "second": "Give the second.", "runif": "Draw a number for each row.",
    "quantile": "Compute quantiles.", "cut": "Make a factor of intervals.", "unique": "Give the distinct values.",
    "which": "Give the numbers of the rows where it is true.", "hist": "Count the values of intervals.",
    "kfold_column": "Draw a fold for each row.", "strsplit": "Split texts.", "countmatches": "Count occurrences.",
    "trim": "Take white space from both ends.", "sub": "Replace the first match.", "gsub": "Replace every match.",
    "toupper": "Write in capitals.", "tolower": "Write in small letters.", "nchar": "Count the characters.",
    "substring": "Cut a piece out.", "entropy": "Give the entropy of the characters.", "grep": "Find matches.",
    "group_by": "Compute aggregates of groups.", "ddply": "Apply a function to each group.",
    "merge": "Join two frames on the columns whose names they share.", "apply": "Apply a function.",
    "describe": "Print a description.", "summary": "Summarize the columns.",
}


def _checked(data: Any, name: str) -> H2OFrame | H2OVec:
    if isinstance(data, (H2OFrame, H2OVec)):
        return data
    msg = f"{name} takes a frame or a vec, not a {type(data).__name__}"
    raise ValueError(msg)


def _frame(data: Any, name: str) -> H2OFrame:
    return of_kind(data, H2OFrame, f"{name} takes a frame, not a {type(data).__name__}")


def _mathematical(name: str) -> Callable[[Any], Any]:
    def function(data: Any) -> Any:
        given = _checked(data, name)
        if name in _OPERATIONS:
            return given._math(_OPERATIONS[name])
        if name.endswith("pi"):
            return (given * math.pi)._math(name.removesuffix("pi"))
        return given._math("primitive", name, (), dt.FLOAT64)

    return _named(function, name, f"Compute `{name}` of each value; of factors and texts it is missing.")


def _method(name: str, what: str) -> Callable[..., Any]:
    def function(data: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(_checked(data, name), name)(*args, **kwargs)

    return _named(function, name, f"{what} See the method `{name}` of frames and vecs.")


def _named(function: Callable[..., Any], name: str, doc: str) -> Callable[..., Any]:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


EACH: dict[str, Callable[..., Any]] = {
    **{name: _mathematical(name) for name in (*_OPERATIONS, *_PRIMITIVES)},
    **{name: _method(name, what) for name, what in _METHODS.items()},
}
"""The functions that only call a method, or an operation, by name; the module has each of them."""


def cbind(left: Any, right: Any) -> H2OFrame:
    """Put columns side by side, in a new frame.

    Parameters
    ----------
    left, right : H2OFrame or H2OVec
        The columns, of one length.

    Returns
    -------
    H2OFrame
    """
    return H2OFrame(vecs=[*_checked(left, "cbind")._copies(), *_checked(right, "cbind")._copies()])


def rbind(first: Any, *others: Any) -> Any:
    """Put rows below each other, in a new frame or vec.

    Parameters
    ----------
    first : H2OFrame or H2OVec
        The first rows.
    *others : H2OFrame or H2OVec
        The other ones, with the same columns.

    Returns
    -------
    H2OFrame or H2OVec
    """
    return _checked(first, "rbind").rbind(list(others))


def ifelse(test: Any, yes: Any, no: Any) -> Any:
    """Choose from one of two where a condition is true, and from the other where it is false.

    Parameters
    ----------
    test : H2OFrame, H2OVec or bool
        The condition.
    yes, no : H2OFrame, H2OVec, number, str or None
        What is chosen from.

    Returns
    -------
    Expr, H2OVec, or what was chosen by a bool
    """
    return (yes if test else no) if isinstance(test, bool) else _checked(test, "ifelse").ifelse(yes, no)


def impute(
    data: H2OFrame, column: Any, method: Any = ("mean", "median", "mode"),
    combine_method: Any = ("interpolate", "average", "low", "high"), by: Any = None, inplace: bool = True,
) -> H2OFrame:
    """Fill the missing values of a column; see `H2OFrame.impute`.

    Parameters
    ----------
    data : H2OFrame
        The frame.
    column, method, combine_method, by, inplace
        As the method has them.

    Returns
    -------
    H2OFrame
    """
    return _frame(data, "impute").impute(column, method, combine_method, by, inplace)


def as_list(data: Any, use_pandas: bool = True, header: bool = True) -> Any:
    """Fetch data.

    Parameters
    ----------
    data : H2OFrame or H2OVec
        The data; another value is given back as it is.
    use_pandas : bool
        Whether a pandas frame is made, else a list of rows of texts.
    header : bool
        Whether the first of the rows has the names.

    Returns
    -------
    pandas.DataFrame or list
    """
    if not isinstance(data, Data):
        return data
    data.eager()
    local = data._block.to_pandas(guard="as_list")
    if use_pandas:
        for place, kind in enumerate(local.dtypes):
            if kind.name in {"bool", "boolean"}:
                own = local.iloc[:, place]
                local.isetitem(place, own.astype("Int8" if own.isna().any() else "int8"))
        return local
    rows = [[_exact(v) for v in row] for row in local.itertuples(index=False, name=None)]
    return [data.names(), *rows] if header else rows


def _exact(value: Any) -> str:
    """Write a value as it is; a missing one is an empty text."""
    found = plain(value)
    if isinstance(found, float):
        return "" if math.isnan(found) else repr(found)
    return str(found)


def split_frame(data: H2OFrame, ratios: Any = (0.75,), destination_frames: Any = None) -> list[H2OFrame]:
    """Split the rows of a frame in their order.

    Parameters
    ----------
    data : H2OFrame
        The frame.
    ratios : list of float
        The part of the rows of each but the last piece.
    destination_frames : list of str, optional
        Keys under which the cluster keeps the pieces.

    Returns
    -------
    list of H2OFrame
        One piece more than there are ratios.
    """
    _frame(data, "split_frame")
    parts = [ratios] if isinstance(ratios, (int, float)) else list(ratios)
    if not parts or any(p <= 0 for p in parts) or sum(parts) >= 1:
        msg = f"ratios are greater than 0, and less than 1 together, not {parts}"
        raise ValueError(msg)
    count = data.nrow()
    edges = [0, *(int(count * sum(parts[: n + 1]) + 1e-9) for n in range(len(parts))), count]
    pieces = [data._rows(slice(a, b)) for a, b in pairwise(edges)]
    keys = list(destination_frames or [])
    if keys and len(keys) != len(pieces):
        msg = f"there are {len(pieces)} pieces, and {len(keys)} keys were given"
        raise ValueError(msg)
    for key, piece in zip(keys, pieces, strict=False):
        piece.keep_as(key)
    return pieces


def mktime(
    year: Any = 1970, month: Any = 0, day: Any = 0, hour: Any = 0, minute: Any = 0, second: Any = 0, msec: Any = 0
) -> Any:
    """Make times of their parts; months and days count from 0.

    Parameters
    ----------
    year, month, day, hour, minute, second, msec : int or H2OVec
        The parts.

    Returns
    -------
    H2OVec or float
        Milliseconds since 1970.
    """
    parts = [year, month, day, hour, minute, second, msec]
    vecs = [p for p in parts if isinstance(p, Data)]
    if not vecs:
        return mktime(H2OVec("year", [year]), *parts[1:])[0]
    columns = [only_column(v, "mktime") for v in vecs]
    block = joined(columns)
    found = iter(block.columns)
    exprs = [call("cast", next(found), params=(dt.FLOAT64,)) if isinstance(p, Data) else lit(float(p)) for p in parts]
    exprs[1], exprs[2] = (call("add", e, lit(1.0)) for e in exprs[1:3])
    moment = call("cast", call("moment", *exprs, params=(dt.DATETIME_MS,)), params=(dt.FLOAT64,))
    return H2OVec._named("mktime", split(block.with_columns([moment], range(1)), columns)[0])
