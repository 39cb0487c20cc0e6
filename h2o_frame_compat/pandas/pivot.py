"""`pivot_table` and `crosstab`: the cluster aggregates the groups, pandas arranges the table of their results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core.limits import few
from h2o_frame_compat.pandas.concat import concat
from h2o_frame_compat.pandas.frame import DataFrame
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.series import Series
from h2o_frame_compat.pandas.wrap import from_local, small

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator


class _Large(Exception):  # noqa: N818 - not an error: the cluster arranges the table instead
    """Raised when there are so many groups that their results stay in the cluster."""


class _Data:
    """What `pandas.pivot_table` asks of its data; groups are aggregated in the cluster.

    Parameters
    ----------
    frame : DataFrame
        The data.
    whole : bool
        Whether the results of however many groups are fetched, up to the size limit.
    """

    _constructor_sliced = pd.Series  # what the row of totals is made as

    def __init__(self, frame: DataFrame, *, whole: bool) -> None:
        self._frame, self._whole = frame, whole

    @property
    def columns(self) -> pd.Index[Any]:
        return self._frame.columns

    def __contains__(self, key: Hashable) -> bool:
        return key in self._frame

    def __getitem__(self, key: Any) -> _Data:
        return _Data(self._frame[key], whole=self._whole)

    def items(self) -> Iterator[tuple[Hashable, Series]]:
        return self._frame.items()

    def notna(self) -> DataFrame:
        return self._frame.notna()

    def groupby(self, by: list[Any], **options: Any) -> _Groups:
        labels = [c for c in self._frame.columns if not any(isinstance(key, str | int) and c == key for key in by)]
        return _Groups(self._frame.groupby(by, **options), labels, options, whole=self._whole)


class _Groups:
    """What `pandas.pivot_table` asks of a group-by.

    Parameters
    ----------
    grouped : DataFrameGroupBy
        Ours.
    labels : list of hashable
        The columns that are aggregated.
    options : dict
        The arguments of the group-by.
    whole : bool
        See `_Data`.
    """

    def __init__(self, grouped: Any, labels: list[Any], options: dict[str, Any], *, whole: bool) -> None:
        self._grouped, self._labels, self._options, self._whole = grouped, labels, options, whole

    def __getitem__(self, labels: list[Any]) -> _Groups:
        return _Groups(self._grouped[labels], labels, self._options, whole=self._whole)

    def agg(self, function: Any, **kwargs: Any) -> Any:
        made = self._grouped.size() if function is len else self._grouped.agg(function, **kwargs)
        if not isinstance(made, NDFrame):  # of mixed kinds, which pandas keeps
            return made
        if not self._whole and not few(made._block):
            raise _Large
        local = _with_levels(made._to_local(guard="pivot_table"), self._options)
        return pd.DataFrame(dict.fromkeys(self._labels, local)) if function is len else local


def _with_levels(local: Any, options: dict[str, Any]) -> Any:
    """Give the index the levels that a group-by of pandas gives it: unsorted ones, and missing ones, are in them."""
    index = local.index
    if index.nlevels > 1 and not (options.get("sort", True) and options["dropna"]):
        rows = pd.Series(0, index=index)
        made = rows.groupby(level=list(range(index.nlevels)), **options | {"observed": True}).size()
        local.index = made.index
    return local


def _listed(keys: Any) -> list[Any]:
    if keys is None:
        return []
    one = pd.api.types.is_scalar(keys) or isinstance(keys, (NDFrame, pd.Series, pd.Index, pd.Grouper)) or callable(keys)
    return [keys] if one or hasattr(keys, "dtype") else list(keys)


def pivot_table(
    data: Any, values: Any = None, index: Any = None, columns: Any = None, aggfunc: Any = "mean",
    fill_value: Any = None, margins: bool = False, dropna: bool = True, margins_name: Hashable = "All",
    observed: bool = True, sort: bool = True, **kwargs: Any,
) -> Any:
    """Aggregate groups, and arrange the results as a table with rows and columns.

    Parameters
    ----------
    data : DataFrame
        The data.
    values : label or list of labels, optional
        What is aggregated; all other columns by default.
    index, columns : label, list of labels, Series or array, optional
        The keys of the rows and of the columns.
    aggfunc : str, function, list or dict, default "mean"
        What is computed of each group.
    fill_value : scalar, optional
        What stands where there was no group.
    margins : bool, default False
        Whether there are totals of rows and columns.
    dropna : bool, default True
        Whether columns without any value are left out, and rows with a missing key.
    margins_name : str, default "All"
        The label of the totals.
    observed : bool, default True
        Whether categories that do not occur are left out.
    sort : bool, default True
        Whether the keys are sorted.
    **kwargs
        Passed on to `aggfunc`.

    Returns
    -------
    DataFrame
        One whose labels or columns would mix kinds stays a pandas frame.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> df = pd.DataFrame({"a": ["x", "x", "y"], "b": ["p", "q", "p"], "n": [1, 2, 3]})
    >>> pd.pivot_table(df, values="n", index="a", columns="b", fill_value=0)["p"].tolist()
    [1.0, 3.0]
    """
    frame = from_local(data)
    down, across = _listed(index), _listed(columns)
    if values is None:
        keys = [key for key in (*down, *across) if pd.api.types.is_hashable(key)]
        values = [label for label in frame.columns if label not in keys]
    how: dict[str, Any] = {"fill_value": fill_value, "dropna": dropna, "observed": observed, "sort": sort, **kwargs}
    proxy: Any = _Data(frame, whole=margins or not (dropna and sort))
    try:
        return small(
            pd.pivot_table(
                proxy, values, down, across, aggfunc, margins=margins, margins_name=margins_name, **how
            )
        )
    except _Large:
        return _large(frame, values, down, across, aggfunc, **how)


def _large(
    frame: DataFrame, values: Any, down: list[Any], across: list[Any], aggfunc: Any, *, fill_value: Any,
    dropna: bool, observed: bool, sort: bool, **kwargs: Any,
) -> Any:
    """Arrange the results of many groups in the cluster."""
    how: dict[str, Any] = {"fill_value": fill_value, "dropna": dropna, "observed": observed, "sort": sort, **kwargs}
    if isinstance(aggfunc, list):
        pieces = [_large(frame, values, down, across, function, **how) for function in aggfunc]
        return concat(pieces, keys=[getattr(f, "__name__", f) for f in aggfunc], axis=1)
    listed = list(values) if pd.api.types.is_list_like(values) else [values]
    grouped = frame.groupby([*down, *across], observed=observed, sort=sort, dropna=dropna)[listed]
    if aggfunc is len:
        sizes = grouped.size()
        table: Any = DataFrame(dict.fromkeys(listed, sizes))
    else:
        table = grouped.agg(aggfunc, **kwargs).dropna(how="all")
    if across and down:
        table = table.unstack(list(range(len(down), len(down) + len(across))), fill_value=fill_value)
    if sort and isinstance(table, DataFrame):
        table = table.sort_index(axis=1)
    if fill_value is not None:
        table = table.fillna(fill_value)
    if not pd.api.types.is_list_like(values) and table.columns.nlevels > 1:
        table = table.droplevel(0, axis=1)
    return table.T if across and not down else table.dropna(how="all", axis=1)


# ---------------------------------------------------------------------- counts of combinations


def crosstab(
    index: Any, columns: Any, values: Any = None, rownames: Any = None, colnames: Any = None, aggfunc: Any = None,
    margins: bool = False, margins_name: Hashable = "All", dropna: bool = True, normalize: Any = False,
) -> Any:
    """Count how often values occur together, or aggregate other values for each combination.

    Parameters
    ----------
    index, columns : Series, array, or list of them
        The keys of the rows and of the columns.
    values : Series or array, optional
        What is aggregated, with `aggfunc`.
    rownames, colnames : list of hashable, optional
        Names of the keys; those of the series by default.
    aggfunc : str or function, optional
        What is computed of the values.
    margins : bool, default False
        Whether there are totals of rows and columns.
    margins_name : str, default "All"
        The label of the totals.
    dropna : bool, default True
        Whether categories and combinations that do not occur are left out.
    normalize : bool, {"all", "index", "columns", 0, 1}, default False
        Gives shares: of all, of each row, or of each column.

    Returns
    -------
    DataFrame
        One whose labels or columns would mix kinds stays a pandas frame.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> pd.crosstab(pd.Series(["x", "x", "y"]), pd.Series(["p", "q", "p"]))["p"].tolist()
    [1, 1]
    """
    if (values is None) != (aggfunc is None):
        alone, absent = ("values", "an aggfunc") if aggfunc is None else ("aggfunc", "values")
        msg = f"{alone} cannot be used without {absent}."
        raise ValueError(msg)
    down, across = _keys(index), _keys(columns)
    names = _names(down, rownames, "row"), _names(across, colnames, "col")
    labels = [f"row {n}" for n in range(len(down))], [f"column {n}" for n in range(len(across))]
    frame = _side_by_side([*down, *across], [*labels[0], *labels[1]])
    frame["values"] = 0 if values is None else values
    counted: dict[str, Any] = {"aggfunc": len, "fill_value": 0} if values is None else {"aggfunc": aggfunc}
    table = pivot_table(
        frame, "values", *labels, margins=margins, margins_name=margins_name, dropna=dropna, observed=dropna, **counted
    )
    if normalize is not False and isinstance(table, NDFrame) and (margins or few(table._block)):
        table = table._to_local(guard="crosstab")
    if normalize is not False:
        table = _normalized(table, normalize, margins=margins)
    table = table.rename_axis(index=names[0]).rename_axis(columns=names[1])
    return small(table)


def _keys(keys: Any) -> list[Any]:
    several = isinstance(keys, (list, tuple)) and len(keys) and all(pd.api.types.is_list_like(k) for k in keys)
    return [from_local(k) for k in (keys if several else [keys])]


def _names(keys: list[Any], given: Any, prefix: str) -> list[Any]:
    if given is not None:
        if len(given) != len(keys):
            msg = "arrays and names must have the same length"
            raise AssertionError(msg)
        return list(given)
    own = [getattr(key, "name", None) if isinstance(key, NDFrame) else None for key in keys]
    return [f"{prefix}_{n}" if name is None else name for n, name in enumerate(own)]


def _side_by_side(keys: list[Any], labels: list[str]) -> DataFrame:
    """Put the keys side by side, the rows that all series among them have."""
    series = [n for n, key in enumerate(keys) if isinstance(key, Series)]
    if not series:
        return DataFrame(dict(zip(labels, keys, strict=True)))
    frame: DataFrame = concat([keys[n] for n in series], axis=1, join="inner", keys=[labels[n] for n in series])
    for n, key in enumerate(keys):
        if n not in series:
            frame[labels[n]] = key
    return frame


def _normalized(table: Any, normalize: Any, *, margins: bool) -> Any:
    """Turn counts into shares; totals become shares of their own sum."""
    kind = "all" if normalize is True else {0: "index", 1: "columns"}.get(normalize, normalize)
    if kind not in {"all", "index", "columns"}:
        msg = "Not a valid normalize argument"
        raise ValueError(msg)
    body = table.iloc[:-1, :-1] if margins else table
    if kind == "all":
        shares = body / body.sum(axis=1).sum(axis=0)
    else:
        shares = body / body.sum() if kind == "columns" else body.div(body.sum(axis=1), axis=0)
    shares = shares.fillna(0)
    if not margins:
        return shares
    if kind != "index":
        right = table.iloc[:-1, -1]
        shares = pd.concat([shares, right / right.sum()], axis=1)
    if kind != "columns":
        below = table.iloc[-1, :-1]
        below = below / below.sum()
        if kind == "all":
            below.loc[table.columns[-1]] = 1.0
        shares = pd.concat([shares, below.to_frame(table.index[-1]).T])
    shares = shares.fillna(0)
    shares.columns = table.columns[: shares.shape[1]]
    shares.index = table.index[: len(shares)]
    return shares
