"""Bins of time: `resample`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core.align import has_repeats
from h2o_frame_compat.core.asof import rows_near
from h2o_frame_compat.core.choose import any_true
from h2o_frame_compat.core.groups import Grouping
from h2o_frame_compat.core.labels import reindex_rows
from h2o_frame_compat.core.resample import Bins, time_bins
from h2o_frame_compat.expr import call
from h2o_frame_compat.pandas.concat import concat
from h2o_frame_compat.pandas.groupby.aggregate import Aggregates, numbered, pairs_of
from h2o_frame_compat.pandas.groupby.transform import Transforms
from h2o_frame_compat.pandas.wrap import fallback, to_local

if TYPE_CHECKING:
    from collections.abc import Iterator

    from h2o_frame_compat.core.block import Block


class Resampler(Aggregates, Transforms):
    """Rows in bins of time; made by `resample`.

    Parameters
    ----------
    obj : DataFrame or Series
        The object.
    bins : Bins or None
        The bins; None when pandas has to make them.
    groups : Grouping or None
        The rows by number of their bin.
    options : dict
        The arguments of `resample`.
    selection : list of int, optional
        Positions of the columns to work on.
    single : bool
        Whether the selection is one column, not a list of them.
    """

    _pandas_class = pd.api.typing.Resampler

    def __init__(
        self, obj: Any, bins: Bins | None, groups: Grouping | None, options: dict[str, Any],
        selection: list[int] | None = None, *, single: bool = False,
    ) -> None:
        super().__init__(obj, groups, {**options, "as_index": True, "by": None}, selection, single=single)
        self._bins, self._given = bins, options

    def __repr__(self) -> str:
        return f"{type(self).__name__} [freq={self._given['rule']}]"

    def _local(self, name: str) -> Any:
        local = self._obj._to_local(guard=name)
        made = local.resample(**{k: to_local(v, name) for k, v in self._given.items()})
        if self._selection is None or isinstance(local, pd.Series):
            return made
        labels = [local.columns[n] for n in self._selection]
        return made[labels[0] if self._single else labels]

    def _fallback(self, method: str, *args: Any, **kwargs: Any) -> Any:
        name = f"{type(self).__name__}.{method}"

        def run() -> Any:
            found = getattr(self._local(name), method)
            return found(*to_local(args, name), **to_local(kwargs, name)) if callable(found) else found

        return fallback(name, run, self._obj)

    def _wrap(self, block: Block) -> Any:
        return self._series(block) if self._single and len(block.columns) == 1 else self._frame(block)

    @property
    def _in_order(self) -> bool:
        """Whether the cluster has the bins, and the rows were in the order of time."""
        return self._groups is not None and self._groups.block.rel is self._obj._block.rel

    def __getitem__(self, key: Any) -> Resampler:
        labels = key if isinstance(key, list) else [key]
        places = []
        for label in labels:
            found = self._obj._block.find(label)
            if not found:
                msg = f"Columns not found: {label!r}"
                raise KeyError(msg)
            places += found
        single = not isinstance(key, list)
        return Resampler(self._obj, self._bins, self._groups, self._given, places, single=single)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and not self._single and self._obj._block.find(name):
            return self[name]
        msg = f"'{type(self).__name__}' object has no attribute '{name}'"
        raise AttributeError(msg)

    def __len__(self) -> int:
        return self.ngroups

    def __iter__(self) -> Iterator[Any]:
        return iter(self._local(f"iterating a {type(self).__name__}"))

    # ------------------------------------------------------------------ what it is

    @property
    def ngroups(self) -> int:
        """The number of bins."""
        return int(self._fallback("ngroups")) if self._bins is None else len(self._bins.labels)

    @property
    def groups(self) -> Any:
        """A dict from the label of each bin to the number of rows before its end, as in pandas, on the client."""
        return self._local("Resampler.groups").groups

    @property
    def indices(self) -> Any:
        """A dict from the label of each bin to its row numbers, on the client."""
        return self._local("Resampler.indices").indices

    @property
    def exclusions(self) -> Any:
        """The columns that are not aggregated."""
        return frozenset() if self._given["on"] is None else frozenset([self._given["on"]])

    def get_group(self, name: Any) -> Any:
        """Give the rows of one bin; it runs in pandas on the client."""
        return self._fallback("get_group", name)

    # ------------------------------------------------------------------ one row for each bin

    def sum(self, numeric_only: bool = False, min_count: int = 0) -> Any:  # type: ignore[override]  # as pandas' Resampler
        """Add up the values of each bin.

        Parameters
        ----------
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.
        min_count : int, default 0
            How many values a bin needs; with fewer its result is missing.

        Returns
        -------
        DataFrame or Series
        """
        return self._statistic("sum", numeric_only, min_count=min_count)

    def prod(self, numeric_only: bool = False, min_count: int = 0) -> Any:  # type: ignore[override]  # as pandas' Resampler
        """Multiply the values of each bin; see `sum` for the parameters."""
        return self._statistic("prod", numeric_only, min_count=min_count)

    def min(self, numeric_only: bool = False, min_count: int = 0) -> Any:  # type: ignore[override]  # as pandas' Resampler
        """Give the smallest value of each bin; see `sum` for the parameters."""
        return self._statistic("min", numeric_only, min_count=min_count)

    def max(self, numeric_only: bool = False, min_count: int = 0) -> Any:  # type: ignore[override]  # as pandas' Resampler
        """Give the largest value of each bin; see `sum` for the parameters."""
        return self._statistic("max", numeric_only, min_count=min_count)

    def first(self, numeric_only: bool = False, min_count: int = 0, skipna: bool = True) -> Any:
        """Give the first value of each bin that is present; see `sum` for the parameters."""
        return self._statistic("first", numeric_only, min_count=min_count, skipna=skipna)

    def last(self, numeric_only: bool = False, min_count: int = 0, skipna: bool = True) -> Any:
        """Give the last value of each bin that is present; see `sum` for the parameters."""
        return self._statistic("last", numeric_only, min_count=min_count, skipna=skipna)

    def mean(self, numeric_only: bool = False) -> Any:  # type: ignore[override]  # as pandas' Resampler
        """Give the mean of each bin; see `sum` for the parameters."""
        return self._statistic("mean", numeric_only)

    def median(self, numeric_only: bool = False) -> Any:  # type: ignore[override]  # as pandas' Resampler
        """Give the median of each bin; see `sum` for the parameters."""
        return self._statistic("median", numeric_only)

    def std(self, ddof: int = 1, numeric_only: bool = False) -> Any:  # type: ignore[override]  # as pandas' Resampler
        """Give the standard deviation of each bin; `ddof` is subtracted from the number of values."""
        return self._statistic("std", numeric_only, ddof=ddof)

    def var(self, ddof: int = 1, numeric_only: bool = False) -> Any:  # type: ignore[override]  # as pandas' Resampler
        """Give the variance of each bin; `ddof` is subtracted from the number of values."""
        return self._statistic("var", numeric_only, ddof=ddof)

    def sem(self, ddof: int = 1, numeric_only: bool = False) -> Any:  # type: ignore[override]  # as pandas' Resampler
        """Give the standard error of each bin's mean; `ddof` is subtracted from the number of values."""
        return self._statistic("sem", numeric_only, ddof=ddof)

    def nunique(self) -> Any:  # type: ignore[override]  # as pandas' Resampler
        """Count the distinct values of each bin."""
        return self._statistic("nunique", None)

    def quantile(self, q: Any = 0.5, **kwargs: Any) -> Any:  # type: ignore[override]  # as pandas' Resampler
        """Give a quantile of each bin.

        Parameters
        ----------
        q : float, default 0.5
            Between 0 and 1; several run in pandas on the client.
        **kwargs
            ``interpolation`` and ``numeric_only``, as in `DataFrame.quantile`.

        Returns
        -------
        DataFrame or Series
        """
        if not pd.api.types.is_scalar(q):
            return self._fallback("quantile", q, **kwargs)
        return super().quantile(q, **kwargs)

    def ohlc(self) -> Any:
        """Give the first, largest, smallest and last value of each bin."""
        functions = {"open": "first", "high": "max", "low": "min", "close": "last"}
        if self._groups is None or not self._single:
            return self._fallback("ohlc")
        return self._aggregated([(self._places[0], f) for f in functions.values()], list(functions))

    def size(self) -> Any:
        """Count the rows of each bin."""
        if self._groups is None:
            return self._fallback("size")
        return self._series(self._size_block(self._labels(self._places)[0] if self._single else None))

    def _spec(self, func: Any, named: dict[str, Any]) -> tuple[list[tuple[int, Any]], Any] | None:
        assert self._groups is not None
        places, block = self._places, self._groups.block
        if func is None or (isinstance(func, dict) and self._single):
            return None
        if isinstance(func, dict) and not any(isinstance(f, (list, tuple)) for f in func.values()):
            found = [block.find(c) for c in func]
            if not all(found):
                return None
            return [(p[0], f) for p, f in zip(found, func.values(), strict=True)], list(func)
        if isinstance(func, list) and self._single:
            return [(places[0], f) for f in func], numbered([str(f) for f in func])
        if isinstance(func, list) and all(isinstance(f, str) for f in func):
            return pairs_of(places, self._labels(places), func)
        return None

    def aggregate(self, func: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Aggregate each bin with one or several functions.

        Parameters
        ----------
        func : str, list or dict
            Names of methods; Python functions run in pandas on the client.
        *args, **kwargs
            Passed on to the method.

        Returns
        -------
        DataFrame or Series
        """
        if isinstance(func, list) and not all(isinstance(f, str) for f in func):
            return self._fallback("aggregate", func, *args, **kwargs)
        return super().agg(func, *args, **kwargs)

    agg = aggregate

    def apply(self, func: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Aggregate each bin; see `aggregate`."""
        return self.aggregate(func, *args, **kwargs)

    def transform(self, arg: Any, *args: Any, **kwargs: Any) -> Any:
        """Give every row a value that is computed from its bin; see `DataFrameGroupBy.transform`."""
        if not self._in_order:
            return self._fallback("transform", arg, *args, **kwargs)
        return self._transformed(arg, *args, **kwargs)

    # ------------------------------------------------------------------ regular times

    def asfreq(self, fill_value: Any = None) -> Any:
        """Give the rows at the regular times.

        Parameters
        ----------
        fill_value : scalar, optional
            What stands where there is no row.

        Returns
        -------
        DataFrame or Series
        """
        if self._bins is None or self._given["on"] is not None or self._given["level"] is not None:
            return self._fallback("asfreq", fill_value)
        block = self._chosen_block
        grid = self._bins.grid.rename(block.index_names[0])
        return self._wrap(reindex_rows(block, grid, fill_value))

    def ffill(self, limit: int | None = None) -> Any:
        """Give the regular times the last row before.

        Parameters
        ----------
        limit : int, optional
            How many times in a row get it; runs in pandas on the client.

        Returns
        -------
        DataFrame or Series
        """
        return self._nearby("ffill", limit)

    def bfill(self, limit: int | None = None) -> Any:
        """Give the regular times the next row; see `ffill`."""
        return self._nearby("bfill", limit)

    def nearest(self, limit: int | None = None) -> Any:
        """Give the regular times the nearest row, of two the later one; see `ffill`."""
        return self._nearby("nearest", limit)

    def _nearby(self, name: str, limit: int | None) -> Any:
        if limit is not None or not self._regular:
            return self._fallback(name, limit)
        assert self._bins is not None
        block = self._chosen_block
        return self._wrap(rows_near(block, self._bins.grid.rename(block.index_names[0]), name))

    @property
    def _chosen_block(self) -> Block:
        block: Block = self._obj._block
        return block if self._selection is None else block.select(self._selection)

    @property
    def _regular(self) -> bool:
        """Whether the rows can be brought to regular times: they are labelled by theirs, in order and each once."""
        labelled = self._given["on"] is None and self._given["level"] is None
        return self._in_order and labelled and not has_repeats(self._obj._block)

    def interpolate(
        self, method: str = "linear", *, axis: Any = 0, limit: int | None = None, limit_direction: str = "forward",
        limit_area: Any = None, **kwargs: Any,
    ) -> Any:
        """Give the regular times values in between; see `DataFrame.interpolate` for the parameters.

        Parameters
        ----------
        method : str, default "linear"
            How.
        axis, limit, limit_direction, limit_area
            As in pandas.
        **kwargs
            For the methods that run in pandas.

        Returns
        -------
        DataFrame or Series
        """
        if self._regular and not kwargs and axis in {0, "index"}:
            return self._between(method, limit=limit, limit_direction=limit_direction, limit_area=limit_area)
        given = {"axis": axis, "limit": limit, "limit_direction": limit_direction, "limit_area": limit_area}
        return self._fallback("interpolate", method, **given, **kwargs)


    def _between(self, method: str, **how: Any) -> Any:
        """Interpolate at the regular times, between them and the rows beside them."""
        assert self._bins is not None
        found, own = self.asfreq(), self._wrap(self._chosen_block)
        between = own[~own.index.isin(self._bins.grid)]
        if not len(between):
            return found.interpolate(method, **how)
        filled = concat([found, between]).sort_index().interpolate(method, **how)
        return filled.reindex(self._bins.grid.rename(own.index.name))


def make(obj: Any, **options: Any) -> Resampler:
    """Put the rows of a frame or series into bins of time; see `DataFrame.resample` for the parameters."""
    block, on, level = obj._block, options["on"], options["level"]
    own: frozenset[int] = frozenset()
    if on is not None:
        found = block.find(on)
        if not found:
            msg = f"The grouper name {on} is not found"
            raise KeyError(msg)
        times, name, own = block.columns[found[0]], on, frozenset(found)
    elif level is not None:
        place = level if isinstance(level, int) else list(block.index_names).index(level)
        times, name = block.index_columns[place], block.index_names[place]
    else:
        times, name = block.index_columns[0], block.index_names[0]
    if not times.dtype.is_temporal or (on is None and level is None and len(block.index_names) > 1):
        kind = "MultiIndex" if len(block.index_names) > 1 and on is None else "Index"
        msg = f"Only valid with DatetimeIndex, TimedeltaIndex or PeriodIndex, but got an instance of '{kind}'"
        raise TypeError(msg)
    used = {k: options[k] for k in ("closed", "label", "origin", "offset")}
    bins = groups = None
    if times.dtype.kind == "datetime" and level is None:
        bins = time_bins(block.rel, times, options["rule"], **used)
    if bins is not None:
        ordered = block
        number = bins.number
        if any_true(block.rel, [call("lt", times, call("shift", times, params=(1,)))])[0]:
            both = block.with_columns([*block.columns, number], range(len(block.columns) + 1)).sort(
                [times], [True], na_last=True
            )
            number = both.columns[-1]
            ordered = both.with_columns(both.columns[:-1], block.labels)
        groups = Grouping(ordered, (number,), (name,), own, bins=bins)
    single = obj._pandas_class is pd.Series
    return Resampler(obj, bins, groups, options, [0] if single else None, single=single)
