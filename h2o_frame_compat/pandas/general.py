"""The functions of the top level: conversions, encodings, tests for missing values."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core import bins as binning
from h2o_frame_compat.core import clock
from h2o_frame_compat.core.distinct import distinct_values, lookup
from h2o_frame_compat.core.dummies import dummies
from h2o_frame_compat.core.uniques import unique as distinct_rows
from h2o_frame_compat.expr import call
from h2o_frame_compat.pandas.borrowed import presented
from h2o_frame_compat.pandas.frame import DataFrame
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.index import RowLabels
from h2o_frame_compat.pandas.lazy_array import LazyArray
from h2o_frame_compat.pandas.series import Series
from h2o_frame_compat.pandas.wrap import fallback, from_local, to_local

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.expr import Expr

NO_DEFAULT = pd.api.extensions.no_default


def _ours(value: Any) -> bool:
    return isinstance(value, (NDFrame, RowLabels))


def _like(series: Series, expr: Expr) -> Series:
    return Series._of(series._block.with_columns([expr], series._block.labels))


def _of_labels(labels: RowLabels, function: Callable[[Series], Any]) -> Any:
    """Apply a function of a series to row labels, and give its result as labels."""
    made = function(labels._level())
    return RowLabels._of(made._block, made._block.columns, labels.names) if isinstance(made, Series) else made


def _in_pandas(name: str, *args: Any, **kwargs: Any) -> Any:
    """Run a function of pandas on fetched data, and say so; without data of ours, simply run it."""
    moved = [a for a in (*args, *kwargs.values()) if _ours(a)]

    def run() -> Any:
        return getattr(pd, name)(*to_local(args, name), **to_local(kwargs, name))

    return fallback(name, run, *moved) if moved else run()


# ---------------------------------------------------------------------- conversions


def to_datetime(
    arg: Any, errors: str = "raise", dayfirst: bool = False, yearfirst: bool = False, utc: bool = False,
    format: str | None = None, exact: Any = NO_DEFAULT, unit: str | None = None, origin: Any = "unix",
    cache: bool = True,
) -> Any:
    """Convert to datetimes: texts and numbers, or columns of years, months, days and so on.

    Parameters
    ----------
    arg : Series, DataFrame, dict, scalar, list or others
        What is converted. Texts are read by pandas, once for each distinct text; parts are put together in
        the cluster.
    errors : {"raise", "coerce"}
        What happens with what is no datetime: an error, or a missing value.
    dayfirst, yearfirst, utc, format, exact, unit, origin, cache
        As in pandas.

    Returns
    -------
    Series, or what pandas gives for data that is not ours

    Raises
    ------
    ValueError
        When something is no datetime.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> pd.to_datetime(pd.DataFrame({"year": [2024], "month": [2], "day": [29]})).dt.day_name().tolist()
    ['Thursday']
    """
    how: dict[str, Any] = {
        "errors": errors, "dayfirst": dayfirst, "yearfirst": yearfirst, "utc": utc, "format": format, "unit": unit,
        "origin": origin,
    }
    how |= {} if exact is NO_DEFAULT else {"exact": exact}
    if isinstance(arg, RowLabels):
        return _of_labels(arg, lambda values: to_datetime(values, **how))
    if isinstance(arg, dict) and any(isinstance(v, Series) for v in arg.values()):
        arg = _frame_of(arg)
    if isinstance(arg, DataFrame):
        made = None if unit else clock.assemble(arg._block, errors=errors)
        if made is None:
            return _in_pandas("to_datetime", arg, **how)
        made = call("cast", made, params=(made.dtype.but(tz="UTC"),)) if utc else made
        return Series._of(arg._block.with_columns([made], [None]))
    if isinstance(arg, Series):
        return _like(arg, clock.to_datetime(arg._block, **how))
    return pd.to_datetime(arg, cache=cache, **how)


def _frame_of(parts: dict[Any, Any]) -> DataFrame:
    first = next(v for v in parts.values() if isinstance(v, Series))
    frame = DataFrame._of(first._block.with_columns([], []))
    for label, values in parts.items():
        frame[label] = values
    return frame


def to_numeric(
    arg: Any, errors: str = "raise", downcast: str | None = None, dtype_backend: Any = NO_DEFAULT
) -> Any:
    """Convert to numbers.

    Parameters
    ----------
    arg : Series, scalar, list or others
        What is converted; texts are read by pandas, once for each distinct text.
    errors : {"raise", "coerce"}
        What happens with what is no number: an error, or a missing value.
    downcast : {"integer", "signed", "unsigned", "float"}, optional
        Asks for the smallest dtype of that kind.
    dtype_backend : str, optional
        As in pandas.

    Returns
    -------
    Series, or what pandas gives for data that is not ours

    Raises
    ------
    ValueError
        When a text is no number.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> pd.to_numeric(pd.Series(["1.5", "x"]), errors="coerce").tolist()
    [1.5, nan]
    """
    how: dict[str, Any] = {"errors": errors, "downcast": downcast}
    how |= {} if dtype_backend is NO_DEFAULT else {"dtype_backend": dtype_backend}
    if isinstance(arg, RowLabels):
        return _of_labels(arg, lambda values: to_numeric(values, **how))
    if isinstance(arg, Series):
        return _like(arg, clock.to_numeric(arg._block, **how))
    return _in_pandas("to_numeric", arg, **how)


def to_timedelta(arg: Any, unit: str | None = None, errors: str = "raise") -> Any:
    """Convert to timedeltas.

    Parameters
    ----------
    arg : Series, scalar, list or others
        What is converted; by pandas, once for each distinct value.
    unit : str, optional
        What numbers count, such as ``"s"``.
    errors : {"raise", "coerce"}
        What happens with what is no timedelta: an error, or a missing value.

    Returns
    -------
    Series, or what pandas gives for data that is not ours

    Raises
    ------
    ValueError
        When something is no timedelta.
    """
    if isinstance(arg, RowLabels):
        return _of_labels(arg, lambda values: to_timedelta(values, unit, errors))
    if isinstance(arg, Series):
        return _like(arg, clock.to_timedelta(arg._block, unit, errors))
    return _in_pandas("to_timedelta", arg, unit=unit, errors=errors)


# ---------------------------------------------------------------------- encodings


def get_dummies(
    data: Any, prefix: Any = None, prefix_sep: Any = "_", dummy_na: bool = False, columns: Any = None,
    sparse: bool = False, drop_first: bool = False, dtype: Any = None,
) -> Any:
    """Make one column of truth values for each value of columns of text or categories.

    Parameters
    ----------
    data : DataFrame or Series
        The data.
    prefix, prefix_sep : str, list or dict, optional
        What the new labels begin with, and what separates it from the value.
    dummy_na : bool, default False
        Whether missing values get a column.
    columns : list of labels, optional
        The columns that are encoded; all of text and categories by default.
    sparse : bool, default False
        Runs in pandas on the client.
    drop_first : bool, default False
        Whether the first value gets no column.
    dtype : dtype, default bool
        The dtype of the new columns.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> list(pd.get_dummies(pd.DataFrame({"c": ["a", "b"]})).columns)
    ['c_a', 'c_b']
    """
    how = {"prefix": prefix, "prefix_sep": prefix_sep, "dummy_na": dummy_na, "columns": columns}
    how |= {"drop_first": drop_first, "dtype": dtype}
    if sparse or not _ours(data):
        return _in_pandas("get_dummies", data, sparse=sparse, **how)
    if columns is not None and (isinstance(columns, str) or not pd.api.types.is_list_like(columns)):
        msg = "Input must be a list-like for parameter `columns`"
        raise TypeError(msg)
    how["columns"] = None if columns is None else list(columns)
    return DataFrame._of(dummies(data._block, series=isinstance(data, Series), **how))


def cut(
    x: Any, bins: Any, right: bool = True, labels: Any = None, retbins: bool = False, precision: int = 3,
    include_lowest: bool = False, duplicates: str = "raise", ordered: bool = True,
) -> Any:
    """Sort values into bins.

    Parameters
    ----------
    x : Series or array-like
        The values.
    bins : int, sequence or IntervalIndex
        How many bins of equal width, or their edges.
    right, labels, retbins, precision, include_lowest, duplicates, ordered
        As in pandas.

    Returns
    -------
    Series, or what pandas gives for data that is not ours
        With ``retbins=True`` in a tuple with the edges.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> pd.cut(pd.Series([1, 7]), [0, 5, 10], labels=["low", "high"]).tolist()
    ['low', 'high']
    """
    how: dict[str, Any] = {
        "right": right, "labels": labels, "precision": precision, "include_lowest": include_lowest,
        "duplicates": duplicates, "ordered": ordered,
    }
    if not isinstance(x, Series):
        return _in_pandas("cut", x, bins, retbins=retbins, **how)
    made, edges = binning.cut(x._block, bins, **how)
    return (_like(x, made), edges) if retbins else _like(x, made)


def qcut(
    x: Any, q: Any, labels: Any = None, retbins: bool = False, precision: int = 3, duplicates: str = "raise"
) -> Any:
    """Sort values into bins that hold equally many.

    Parameters
    ----------
    x : Series or array-like
        The values.
    q : int or sequence of float
        How many bins, or the quantiles at their edges.
    labels, retbins, precision, duplicates
        As in pandas.

    Returns
    -------
    Series, or what pandas gives for data that is not ours
        With ``retbins=True`` in a tuple with the edges.
    """
    if not isinstance(x, Series):
        return _in_pandas("qcut", x, q, labels=labels, retbins=retbins, precision=precision, duplicates=duplicates)
    quantiles = np.linspace(0, 1, q + 1) if np.ndim(q) == 0 else np.asarray(q)
    if np.ndim(q) == 0:  # as pandas: up where the share is not exact
        quantiles = np.where(q * quantiles != np.arange(q + 1), np.nextafter(quantiles, 1), quantiles)
    edges = np.asarray(x.dropna().quantile(list(quantiles)))
    how: dict[str, Any] = {"labels": labels, "precision": precision, "duplicates": duplicates}
    return cut(x, edges, retbins=retbins, include_lowest=True, **how)


def factorize(
    values: Any, sort: bool = False, use_na_sentinel: bool = True, size_hint: int | None = None
) -> tuple[Any, Any]:
    """Give each distinct value a number.

    Parameters
    ----------
    values : Series or array-like
        The values.
    sort : bool, default False
        Whether the distinct values are numbered in their order.
    use_na_sentinel : bool, default True
        Whether missing values get -1; otherwise they are a value like others.
    size_hint : int, optional
        Without effect.

    Returns
    -------
    codes : LazyArray
        The number of each value: an array that is fetched when it is looked at.
    uniques : pandas.Index
        The distinct values.
    """
    if isinstance(values, RowLabels) and values.nlevels == 1:
        return factorize(values._level(), sort=sort, use_na_sentinel=use_na_sentinel)
    if not isinstance(values, Series):
        made: tuple[Any, Any] = _in_pandas(
            "factorize", values, sort=sort, use_na_sentinel=use_na_sentinel, size_hint=size_hint
        )
        return made
    block = values._block
    (expr,) = block.columns
    if expr.dtype.kind == "category":  # its distinct values are all categories, in their own order
        found = pd.Series(distinct_rows(block))
    else:
        found = distinct_values(expr, block.rel, what="factorize")
    numbers, uniques = found.factorize(sort=sort, use_na_sentinel=use_na_sentinel)
    codes = lookup(expr, found, numbers)
    return LazyArray(block.with_columns([codes], [None]), np.dtype(np.intp)), uniques


def unique(values: Any) -> Any:
    """Give the distinct values, in the order of first appearance.

    Parameters
    ----------
    values : Series or array-like
        The values.

    Returns
    -------
    numpy.ndarray or pandas array
    """
    return values.unique() if _ours(values) else pd.unique(values)


# ---------------------------------------------------------------------- missing values


def isna(obj: Any) -> Any:
    """Tell what is missing.

    Parameters
    ----------
    obj : DataFrame, Series, scalar or array-like
        Anything.

    Returns
    -------
    DataFrame, Series, bool or numpy.ndarray
    """
    return obj.isna() if _ours(obj) else pd.isna(obj)


def notna(obj: Any) -> Any:
    """Tell what is present.

    Parameters
    ----------
    obj : DataFrame, Series, scalar or array-like
        Anything.

    Returns
    -------
    DataFrame, Series, bool or numpy.ndarray
    """
    return obj.notna() if _ours(obj) else pd.notna(obj)


isnull, notnull = isna, notna


# ---------------------------------------------------------------------- other shapes


def moved(module: Any, name: str, *, quiet: bool = False) -> Callable[..., Any]:
    """Make a function that has the name and the signature of one of pandas', and runs it on fetched data.

    Parameters
    ----------
    module : module
        Where pandas has it.
    name : str
        Its name.
    quiet : bool, default False
        Whether it looks at all the data by its nature, so that nothing need be said.

    Returns
    -------
    function
    """
    theirs = getattr(module, name)
    signature = inspect.signature(theirs)

    def function(*args: Any, **kwargs: Any) -> Any:
        signature.bind(*args, **kwargs)
        ours = [a for a in (*args, *kwargs.values()) if _ours(a)]

        def run() -> Any:
            return theirs(*to_local(args, name), **to_local(kwargs, name))

        if quiet:
            return run()
        return fallback(name, run, *ours) if ours else from_local(run())

    function.__qualname__ = name
    doc = f"As `{module.__name__}.{name}`, which it runs on the client for data of ours."
    return presented(function, name, doc, signature)


infer_freq, json_normalize, read_iceberg = (
    moved(pd, name) for name in ("infer_freq", "json_normalize", "read_iceberg")
)
array, to_pickle = (moved(pd, name, quiet=True) for name in ("array", "to_pickle"))
