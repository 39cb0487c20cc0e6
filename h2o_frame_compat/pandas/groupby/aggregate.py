"""One value for each group: sums, means and all the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.group_functions import label_of, meaning_of, statistic
from h2o_frame_compat.core.group_rows import extreme_labels
from h2o_frame_compat.core.group_stack import interleaved
from h2o_frame_compat.core.group_tracing import member, one_for_each_group, trace_group
from h2o_frame_compat.core.groups import Summary
from h2o_frame_compat.expr import call
from h2o_frame_compat.pandas.groupby.base import GroupByBase

if TYPE_CHECKING:
    from collections.abc import Hashable

    from h2o_frame_compat.expr import Expr

_OHLC = {"open": "first", "high": "max", "low": "min", "close": "last"}


class Aggregates(GroupByBase):
    """Methods that give one row for each group."""

    def _statistic(self, name: str, numeric_only: bool | None = False, **options: Any) -> Any:
        given = {} if numeric_only is None else {"numeric_only": numeric_only}
        if self._groups is None:
            return self._fallback(name, **given, **options)
        places = self._chosen(name, numeric_only=bool(numeric_only))
        summary = Summary(self._groups)
        exprs = [statistic(summary, name, e, **options) for e in self._columns(places)]
        known = [e for e in exprs if e is not None]
        if len(known) < len(exprs):
            return self._fallback(name, **given, **options)
        absent = "" if options.get("min_count", 0) > 0 else name
        return self._wrap(self._finished(summary, known, self._labels(places), [absent] * len(known)))

    def sum(
        self, numeric_only: bool = False, min_count: int = 0, skipna: bool = True, engine: Any = None,
        engine_kwargs: Any = None,
    ) -> Any:
        """Add up the values of each group.

        Parameters
        ----------
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.
        min_count : int, default 0
            How many values a group needs; with fewer its result is missing.
        skipna : bool, default True
            Whether missing values are left out; else they make the result missing.
        engine, engine_kwargs
            Ignored: the cluster is the engine.

        Returns
        -------
        DataFrame or Series
        """
        return self._statistic("sum", numeric_only, min_count=min_count, skipna=skipna)

    def prod(self, numeric_only: bool = False, min_count: int = 0, skipna: bool = True) -> Any:
        """Multiply the values of each group; see `sum` for the parameters."""
        return self._statistic("prod", numeric_only, min_count=min_count, skipna=skipna)

    def mean(
        self, numeric_only: bool = False, skipna: bool = True, engine: Any = None, engine_kwargs: Any = None
    ) -> Any:
        """Give the mean of each group; see `sum` for the parameters."""
        return self._statistic("mean", numeric_only, skipna=skipna)

    def median(self, numeric_only: bool = False, skipna: bool = True) -> Any:
        """Give the median of each group; see `sum` for the parameters."""
        return self._statistic("median", numeric_only, skipna=skipna)

    def min(
        self, numeric_only: bool = False, min_count: int = -1, skipna: bool = True, engine: Any = None,
        engine_kwargs: Any = None,
    ) -> Any:
        """Give the smallest value of each group; see `sum` for the parameters."""
        return self._statistic("min", numeric_only, min_count=min_count, skipna=skipna)

    def max(
        self, numeric_only: bool = False, min_count: int = -1, skipna: bool = True, engine: Any = None,
        engine_kwargs: Any = None,
    ) -> Any:
        """Give the largest value of each group; see `sum` for the parameters."""
        return self._statistic("max", numeric_only, min_count=min_count, skipna=skipna)

    def std(
        self, ddof: int = 1, engine: Any = None, engine_kwargs: Any = None, numeric_only: bool = False,
        skipna: bool = True,
    ) -> Any:
        """Give the standard deviation of each group; `ddof` is subtracted from the number of values."""
        return self._statistic("std", numeric_only, ddof=ddof, skipna=skipna)

    def var(
        self, ddof: int = 1, engine: Any = None, engine_kwargs: Any = None, numeric_only: bool = False,
        skipna: bool = True,
    ) -> Any:
        """Give the variance of each group; `ddof` is subtracted from the number of values."""
        return self._statistic("var", numeric_only, ddof=ddof, skipna=skipna)

    def sem(self, ddof: int = 1, numeric_only: bool = False, skipna: bool = True) -> Any:
        """Give the standard error of each group's mean; `ddof` is subtracted from the number of values."""
        return self._statistic("sem", numeric_only, ddof=ddof, skipna=skipna)

    def skew(self, skipna: bool = True, numeric_only: bool = False, **kwargs: Any) -> Any:
        """Give the unbiased skewness of each group; see `sum` for the parameters."""
        return self._statistic("skew", numeric_only, skipna=skipna)

    def kurt(self, skipna: bool = True, numeric_only: bool = False, **kwargs: Any) -> Any:
        """Give the unbiased excess kurtosis of each group; see `sum` for the parameters."""
        return self._statistic("kurt", numeric_only, skipna=skipna)

    def first(self, numeric_only: bool = False, min_count: int = -1, skipna: bool = True) -> Any:
        """Give the first value of each group that is present; with ``skipna=False`` it runs in pandas."""
        return self._statistic("first", numeric_only, min_count=min_count, skipna=skipna)

    def last(self, numeric_only: bool = False, min_count: int = -1, skipna: bool = True) -> Any:
        """Give the last value of each group that is present; with ``skipna=False`` it runs in pandas."""
        return self._statistic("last", numeric_only, min_count=min_count, skipna=skipna)

    def any(self, skipna: bool = True) -> Any:
        """Tell for each group whether any value is true; missing values are, unless they are skipped."""
        return self._statistic("any", None, skipna=skipna)

    def all(self, skipna: bool = True) -> Any:
        """Tell for each group whether all values are true; missing values are."""
        return self._statistic("all", None, skipna=skipna)

    def count(self) -> Any:
        """Count the present values of each group.

        Returns
        -------
        DataFrame or Series
        """
        return self._statistic("count", None)

    def nunique(self, dropna: bool = True) -> Any:
        """Count the distinct values of each group.

        Parameters
        ----------
        dropna : bool, default True
            Whether missing values do not count.

        Returns
        -------
        DataFrame or Series
        """
        return self._statistic("nunique", None, dropna=dropna)

    def quantile(self, q: Any = 0.5, interpolation: str = "linear", numeric_only: bool = False) -> Any:
        """Give quantiles of each group.

        Parameters
        ----------
        q : float or list of float, default 0.5
            Between 0 and 1; several become the last level of the index.
        interpolation : {"linear", "lower", "higher", "midpoint", "nearest"}
            What a quantile between two values is.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.

        Returns
        -------
        DataFrame or Series
        """
        if pd.api.types.is_scalar(q):
            _require_share(q)
            return self._statistic("quantile", numeric_only, q=q, interpolation=interpolation)
        listed = [float(x) for x in q]
        for one in listed:
            _require_share(one)
        if self._groups is None or self._groups.incomplete or not self._options["as_index"] or not listed:
            return self._fallback("quantile", q, interpolation, numeric_only)
        places = self._chosen("quantile", numeric_only=numeric_only)
        summary = Summary(self._groups)
        parts = [
            [statistic(summary, "quantile", e, q=one, interpolation=interpolation) for e in self._columns(places)]
            for one in listed
        ]
        made = summary.block([e for part in parts for e in part if e is not None], range(len(places) * len(listed)))
        return self._wrap(interleaved(made, listed, self._labels(places)))

    def _extreme(self, name: str, *, skipna: bool, numeric_only: bool) -> Any:
        made = None
        if self._groups is not None and not self._groups.incomplete:
            places = self._chosen(name, numeric_only=numeric_only)
            full = f"{type(self).__name__}.{name}"
            made = extreme_labels(
                self._groups, name, places, skipna=skipna, as_index=self._options["as_index"], name=full
            )
        if made is not None:
            return self._wrap(made)
        given = {} if self._single else {"numeric_only": numeric_only}
        return self._fallback(name, skipna=skipna, **given)

    def size(self) -> Any:
        """Count the rows of each group.

        Returns
        -------
        Series, or DataFrame with ``as_index=False``
        """
        if self._groups is None:
            return self._fallback("size")
        if not self._options["as_index"]:
            return self._frame(self._size_block(as_index=False))
        return self._series(self._size_block(self._labels(self._places[:1])[0] if self._single else None))

    def ohlc(self) -> Any:
        """Give the first, largest, smallest and last value of each group.

        Returns
        -------
        DataFrame
        """
        if self._groups is None or self._groups.incomplete or not self._options["as_index"]:
            return self._fallback("ohlc")
        places = self._places
        if not all(e.dtype.is_numeric for e in self._columns(places)):
            msg = "No numeric types to aggregate"
            raise pd.errors.DataError(msg)
        summary = Summary(self._groups)
        exprs = [summary.of(f, e) for e in self._columns(places) for f in _OHLC.values()]
        pairs = pd.MultiIndex.from_product([self._labels(places), list(_OHLC)])
        return self._frame(summary.block(exprs, pd.Index(list(_OHLC)) if self._single else pairs))

    def describe(self, percentiles: Any = None, include: Any = None, exclude: Any = None) -> Any:
        """Give several statistics of each group.

        Parameters
        ----------
        percentiles : list of float, optional
            Which quantiles are among them.
        include, exclude : optional
            Run in pandas on the client.

        Returns
        -------
        DataFrame
        """
        places = [] if self._groups is None else self._places
        types = [e.dtype for e in self._columns(places)]
        numbers = [d.is_numeric and not d.is_bool and not d.nullable for d in types]
        plain = bool(types) and all(numbers) and self._options["as_index"]
        if include is not None or exclude is not None or not plain or self._groups is None or self._groups.incomplete:
            return self._fallback("describe", percentiles, include, exclude)
        names = pd.Series([0.0]).describe(percentiles).index
        shares = [float(n[:-1]) / 100 for n in names if n.endswith("%")] if percentiles is None else sorted(percentiles)
        summary = Summary(self._groups)
        exprs: list[Expr] = []
        for e in self._columns(places):
            ends = [call("cast", summary.of(f, e), params=(dt.FLOAT64,)) for f in ("count", "min", "max")]
            middle = [summary.of(f"q{float(s)!r}", e) for s in shares]
            exprs += [ends[0], summary.of("mean", e), summary.of("std", e), ends[1], *middle, ends[2]]
        labels = names if self._single else pd.MultiIndex.from_product([self._labels(places), names])
        return self._frame(summary.block(exprs, labels))

    # ------------------------------------------------------------------ several aggregates

    def agg(
        self, func: Any = None, *args: Any, engine: Any = None, engine_kwargs: Any = None, **kwargs: Any
    ) -> Any:
        """Aggregate each group with one or several functions.

        Parameters
        ----------
        func : str, callable, list or dict
            What to compute. Python functions are written down as arithmetic on statistics where they can be.
        *args
            Passed on to the function.
        engine, engine_kwargs
            Ignored: the cluster is the engine.
        **kwargs
            Named aggregates, ``new=("column", "mean")`` for a frame and ``new="mean"`` for a series; otherwise
            passed on to the function.

        Returns
        -------
        DataFrame or Series

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> df = pd.DataFrame({"k": [1, 1, 2], "v": [1.0, 2.0, 3.0]})
        >>> df.groupby("k").agg(mean=("v", "mean"), n=("v", "size")).shape
        (2, 2)
        """
        if isinstance(func, str):
            return getattr(self, func)(*args, **kwargs)
        if func is None and not kwargs:
            msg = "Must provide 'func' or tuples of '(column, aggfunc)."
            raise TypeError(msg)
        spec = None
        if self._groups is not None and not args and (func is None or not kwargs):
            spec = self._spec(func, kwargs)
        found = None if spec is None else self._aggregated(*spec)
        if found is None:
            return self._fallback("agg", func, *args, **kwargs)
        return found if func is None or isinstance(func, (list, dict)) else self._wrap(found._block)

    aggregate = agg

    def _spec(self, func: Any, named: dict[str, Any]) -> tuple[list[tuple[int, Any]], Any] | None:
        """Read what `agg` takes: positions of columns with their functions, and the labels of the results."""
        raise NotImplementedError

    def _aggregated(self, pairs: list[tuple[int, Any]], labels: Any) -> Any:
        """Compute functions of columns; None when pandas has to do it."""
        assert self._groups is not None
        summary = Summary(self._groups)
        exprs: list[Expr] = []
        names: list[str] = []
        for place, function in pairs:
            column = self._groups.block.columns[place]
            known = meaning_of(function, column.dtype)
            if known is not None and not known[0].startswith("idx"):
                made = statistic(summary, known[0], column, **known[1])
            else:
                made = self._traced(function, column, summary)
            if made is None:
                return None
            exprs.append(made)
            names.append(known[0] if known is not None else "")
        return self._frame(self._finished(summary, exprs, labels, names))

    def _traced(self, function: Any, column: Expr, summary: Summary) -> Expr | None:
        assert self._groups is not None
        if not callable(function) or self._groups.incomplete:
            return None
        made = trace_group(function, lambda: member(column, summary))
        return made if made is not None and one_for_each_group(summary, made) else None


def _require_share(q: Any) -> None:
    if not 0 <= q <= 1:
        msg = f"'q' must be between 0 and 1. Got '{q}' instead"
        raise ValueError(msg)


def pairs_of(places: list[int], labels: pd.Index[Any], functions: list[Any]) -> tuple[list[tuple[int, Any]], Any]:
    """Give every function of every column, and the labels that pandas gives the results."""
    names = numbered([label_of(f) for f in functions])
    pairs = [(p, f) for p in places for f in functions]
    tuples: list[tuple[Hashable, ...]] = [
        (*(label if isinstance(label, tuple) else (label,)), n) for label in labels for n in names
    ]
    return pairs, pd.MultiIndex.from_tuples(tuples, names=[*labels.names, None])


def numbered(names: list[Any]) -> list[Any]:
    """Give functions without a name numbers, as pandas does, where there are other functions."""
    several = len(names) > 1
    count = iter(range(len(names)))
    return [f"<lambda_{next(count)}>" if n == "<lambda>" and several else n for n in names]
