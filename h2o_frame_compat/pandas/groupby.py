"""`DataFrame.groupby` and `Series.groupby`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core import groups as grouping
from h2o_frame_compat.core.functions import function_name
from h2o_frame_compat.expr import call, lit
from h2o_frame_compat.pandas.wrap import fallback, to_local

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from h2o_frame_compat.core.block import Block
    from h2o_frame_compat.core.groups import Grouping
    from h2o_frame_compat.pandas.frame import DataFrame
    from h2o_frame_compat.pandas.generic import NDFrame
    from h2o_frame_compat.pandas.series import Series


class GroupBy:
    """Groups of rows; made by `groupby`.

    Parameters
    ----------
    obj : DataFrame or Series
        What is grouped.
    groups : Grouping or None
        The groups; None when pandas has to make them.
    options : dict
        The arguments of `groupby`, for the fallback.
    selection : list of int, optional
        Positions of the columns to work on.
    """

    def __init__(
        self,
        obj: NDFrame,
        groups: Grouping | None,
        options: dict[str, Any],
        selection: list[int] | None = None,
        *,
        single: bool = False,
    ) -> None:
        self._obj = obj
        self._groups = groups
        self._options = options
        self._selection = selection
        self._single = single

    def __repr__(self) -> str:
        return f"<h2o_frame_compat {type(self).__name__} of {self._options['by']!r}>"

    # ------------------------------------------------------------------ pandas on the client

    def _local(self, name: str) -> Any:
        local = self._obj._to_local(guard=name)
        options = {k: to_local(v, name) for k, v in self._options.items()}
        made = local.groupby(**options)
        if self._selection is None:
            return made
        labels = [local.columns[n] for n in self._selection]
        return made[labels[0] if self._single else labels]

    def _fallback(self, method: str, *args: Any, **kwargs: Any) -> Any:
        name = f"{type(self).__name__}.{method}"

        def run() -> Any:
            found = getattr(self._local(name), method)
            return found(*to_local(args, name), **to_local(kwargs, name)) if callable(found) else found

        return fallback(name, run, self._obj)

    # ------------------------------------------------------------------ aggregates

    @property
    def _places(self) -> list[int]:
        assert self._groups is not None
        return self._groups.values if self._selection is None else self._selection

    def _chosen(self, *, numeric_only: bool) -> list[int]:
        assert self._groups is not None
        types = self._groups.block.dtypes
        return [n for n in self._places if types[n].is_numeric] if numeric_only else self._places

    def _aggregate(self, function: str, *, numeric_only: bool = False) -> Any:
        if self._groups is None:
            return self._fallback(function, **({"numeric_only": True} if numeric_only else {}))
        places = self._chosen(numeric_only=numeric_only)
        labels = self._groups.block.labels[places]
        wanted = [(function, n) for n in places]
        return self._wrap(
            grouping.aggregate(self._groups, wanted, labels, as_index=self._options["as_index"])
        )

    def _wrap(self, block: Block) -> Any:
        raise NotImplementedError

    def sum(
        self,
        numeric_only: bool = False,
        min_count: int = 0,
        skipna: bool = True,
        engine: Any = None,
        engine_kwargs: Any = None,
    ) -> Any:
        """Add up the values of each group.

        Parameters
        ----------
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.
        min_count : int, default 0
            How many values a group needs; other than 0 runs in pandas.
        skipna : bool, default True
            Whether missing values are left out; else it runs in pandas.
        engine, engine_kwargs
            Ignored: the cluster is the engine.

        Returns
        -------
        DataFrame or Series
        """
        if min_count or not skipna:
            return self._fallback("sum", numeric_only=numeric_only, min_count=min_count, skipna=skipna)
        return self._aggregate("sum", numeric_only=numeric_only)

    def prod(self, numeric_only: bool = False, min_count: int = 0, skipna: bool = True) -> Any:
        """Multiply the values of each group; see `sum` for the parameters."""
        if min_count or not skipna:
            return self._fallback("prod", numeric_only=numeric_only, min_count=min_count, skipna=skipna)
        return self._aggregate("prod", numeric_only=numeric_only)

    def mean(
        self, numeric_only: bool = False, skipna: bool = True, engine: Any = None, engine_kwargs: Any = None
    ) -> Any:
        """Give the mean of each group; see `sum` for the parameters."""
        if not skipna:
            return self._fallback("mean", numeric_only=numeric_only, skipna=skipna)
        return self._aggregate("mean", numeric_only=numeric_only)

    def median(self, numeric_only: bool = False, skipna: bool = True) -> Any:
        """Give the median of each group; see `sum` for the parameters."""
        if not skipna:
            return self._fallback("median", numeric_only=numeric_only, skipna=skipna)
        return self._aggregate("median", numeric_only=numeric_only)

    def min(
        self,
        numeric_only: bool = False,
        min_count: int = -1,
        skipna: bool = True,
        engine: Any = None,
        engine_kwargs: Any = None,
    ) -> Any:
        """Give the smallest value of each group; see `sum` for the parameters."""
        if min_count > 0 or not skipna:
            return self._fallback("min", numeric_only=numeric_only, min_count=min_count, skipna=skipna)
        return self._aggregate("min", numeric_only=numeric_only)

    def max(
        self,
        numeric_only: bool = False,
        min_count: int = -1,
        skipna: bool = True,
        engine: Any = None,
        engine_kwargs: Any = None,
    ) -> Any:
        """Give the largest value of each group; see `sum` for the parameters."""
        if min_count > 0 or not skipna:
            return self._fallback("max", numeric_only=numeric_only, min_count=min_count, skipna=skipna)
        return self._aggregate("max", numeric_only=numeric_only)

    def std(
        self,
        ddof: int = 1,
        engine: Any = None,
        engine_kwargs: Any = None,
        numeric_only: bool = False,
        skipna: bool = True,
    ) -> Any:
        """Give the standard deviation of each group; `ddof` other than 1 runs in pandas."""
        if ddof != 1 or not skipna:
            return self._fallback("std", ddof=ddof, numeric_only=numeric_only, skipna=skipna)
        return self._aggregate("std", numeric_only=numeric_only)

    def var(
        self,
        ddof: int = 1,
        engine: Any = None,
        engine_kwargs: Any = None,
        numeric_only: bool = False,
        skipna: bool = True,
    ) -> Any:
        """Give the variance of each group; `ddof` other than 1 runs in pandas."""
        if ddof != 1 or not skipna:
            return self._fallback("var", ddof=ddof, numeric_only=numeric_only, skipna=skipna)
        return self._aggregate("var", numeric_only=numeric_only)

    def sem(self, ddof: int = 1, numeric_only: bool = False, skipna: bool = True) -> Any:
        """Give the standard error of each group's mean; `ddof` other than 1 runs in pandas."""
        if ddof != 1 or not skipna:
            return self._fallback("sem", ddof=ddof, numeric_only=numeric_only, skipna=skipna)
        return self._aggregate("sem", numeric_only=numeric_only)

    def skew(self, skipna: bool = True, numeric_only: bool = False, **kwargs: Any) -> Any:
        """Give the unbiased skewness of each group; see `sum` for the parameters."""
        if not skipna:
            return self._fallback("skew", skipna=skipna, numeric_only=numeric_only)
        return self._aggregate("skew", numeric_only=numeric_only)

    def first(self, numeric_only: bool = False, min_count: int = -1, skipna: bool = True) -> Any:
        """Give the first present value of each group; see `sum` for the parameters."""
        if min_count > 0 or not skipna:
            return self._fallback("first", numeric_only=numeric_only, min_count=min_count, skipna=skipna)
        return self._aggregate("first", numeric_only=numeric_only)

    def last(self, numeric_only: bool = False, min_count: int = -1, skipna: bool = True) -> Any:
        """Give the last present value of each group; see `sum` for the parameters."""
        if min_count > 0 or not skipna:
            return self._fallback("last", numeric_only=numeric_only, min_count=min_count, skipna=skipna)
        return self._aggregate("last", numeric_only=numeric_only)

    def any(self, skipna: bool = True) -> Any:
        """Tell for each group whether any value is true."""
        return self._aggregate("any") if skipna else self._fallback("any", skipna=skipna)

    def all(self, skipna: bool = True) -> Any:
        """Tell for each group whether all values are true."""
        return self._aggregate("all") if skipna else self._fallback("all", skipna=skipna)

    def count(self) -> Any:
        """Count the present values of each group.

        Returns
        -------
        DataFrame or Series
        """
        return self._aggregate("count")

    def nunique(self, dropna: bool = True) -> Any:
        """Count the distinct values of each group.

        Parameters
        ----------
        dropna : bool, default True
            Whether missing values do not count; else it runs in pandas.

        Returns
        -------
        DataFrame or Series
        """
        return self._aggregate("nunique") if dropna else self._fallback("nunique", dropna=dropna)

    def quantile(self, q: Any = 0.5, interpolation: str = "linear", numeric_only: bool = False) -> Any:
        """Give a quantile of each group.

        Parameters
        ----------
        q : float, default 0.5
            Between 0 and 1; several run in pandas.
        interpolation : str, default "linear"
            Other methods run in pandas.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.

        Returns
        -------
        DataFrame or Series
        """
        if interpolation != "linear" or not isinstance(q, (int, float)) or self._groups is None:
            return self._fallback("quantile", q, interpolation, numeric_only)
        return self._aggregate(f"q{float(q)!r}", numeric_only=numeric_only)

    @property
    def ngroups(self) -> int:
        """The number of groups."""
        if self._groups is None:
            return int(self._fallback("ngroups"))
        return grouping.aggregate(self._groups, [("size", -1)], ["size"], as_index=True).nrows

    def __len__(self) -> int:
        return self.ngroups

    def size(self) -> Any:
        """Count the rows of each group.

        Returns
        -------
        Series, or DataFrame with ``as_index=False``
        """
        from h2o_frame_compat.pandas.frame import DataFrame  # noqa: PLC0415 - frame builds on this module
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415

        if self._groups is None:
            return self._fallback("size")
        if not self._options["as_index"]:
            return DataFrame._of(grouping.aggregate(self._groups, [("size", -1)], ["size"], as_index=False))
        name = self._groups.block.labels[self._places[0]] if self._single else None
        return Series._of(grouping.aggregate(self._groups, [("size", -1)], [name], as_index=True))

    # ------------------------------------------------------------------ several aggregates

    def agg(
        self, func: Any = None, *args: Any, engine: Any = None, engine_kwargs: Any = None, **kwargs: Any
    ) -> Any:
        """Aggregate each group with one or several functions.

        Parameters
        ----------
        func : str, callable, list or dict
            What to compute.
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
        name = None if isinstance(func, (list, dict)) or args or kwargs else function_name(func)
        if name is not None:
            return self.size() if name == "size" and self._single else self._aggregate(name)
        spec = None if self._groups is None or args else self._spec(func, kwargs)
        if spec is None:
            return self._fallback("agg", func, *args, **kwargs)
        wanted, labels = spec
        assert self._groups is not None
        return self._frame(
            grouping.aggregate(self._groups, wanted, labels, as_index=self._options["as_index"])
        )

    aggregate = agg

    def _spec(self, func: Any, named: dict[str, Any]) -> tuple[list[tuple[str, int]], Any] | None:
        raise NotImplementedError

    @staticmethod
    def _frame(block: Block) -> DataFrame:
        from h2o_frame_compat.pandas.frame import DataFrame  # noqa: PLC0415

        return DataFrame._of(block)

    # ------------------------------------------------------------------ rows of groups

    def transform(
        self, func: Any, *args: Any, engine: Any = None, engine_kwargs: Any = None, **kwargs: Any
    ) -> Any:
        """Give every row the aggregate of its group.

        Parameters
        ----------
        func : str or callable
            The aggregate; other functions run in pandas.
        *args
            Passed on to the function.
        engine, engine_kwargs
            Ignored: the cluster is the engine.
        **kwargs
            Passed on to the function.

        Returns
        -------
        DataFrame or Series
            With the rows of the original.
        """
        name = None if args or kwargs else function_name(func)
        if name is None or self._groups is None:
            return self._fallback("transform", func, *args, **kwargs)
        return self._wrap(grouping.transform(self._groups, name, self._places))

    def ngroup(self, ascending: bool = True) -> Series:
        """Give every row the number of its group.

        Parameters
        ----------
        ascending : bool, default True
            Whether the first group is number 0; else it runs in pandas.

        Returns
        -------
        Series
        """
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415

        if not ascending or self._groups is None:
            return self._fallback("ngroup", ascending)  # type: ignore[no-any-return]
        block = self._groups.block
        return Series._of(block.with_columns([grouping.group_number(self._groups)], [None]))

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self._groups is None:
            yield from self._local(f"iterating a {type(self).__name__}")
            return
        index = grouping.aggregate(self._groups, [("size", -1)], ["size"], as_index=True).to_pandas().index
        block, number = grouping.members(self._groups)
        listed = isinstance(self._options["by"], list)
        for n, key in enumerate(index):
            rows = block.filter(call("eq", number, lit(n)))
            yield ((key,) if listed and not isinstance(key, tuple) else key), self._of_rows(rows)

    def _of_rows(self, block: Block) -> Any:
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415

        if self._selection is None:
            return type(self._obj)._of(block)
        chosen = block.select(self._selection)
        return Series._of(chosen) if self._single else self._frame(chosen)

    def __getattr__(self, name: str) -> Any:
        target = pd.core.groupby.SeriesGroupBy if self._single else pd.core.groupby.DataFrameGroupBy
        if name.startswith("_") or not hasattr(target, name):
            msg = f"'{type(self).__name__}' object has no attribute '{name}'"
            raise AttributeError(msg)
        if not callable(getattr(target, name)):
            return self._fallback(name)
        return lambda *args, **kwargs: self._fallback(name, *args, **kwargs)


class DataFrameGroupBy(GroupBy):
    """Groups of the rows of a frame."""

    def _wrap(self, block: Block) -> Any:
        return self._frame(block)

    def __getitem__(self, key: Any) -> GroupBy:
        block = self._obj._block
        labels = key if isinstance(key, list) else [key]
        places = []
        for label in labels:
            found = block.find(label)
            if not found:
                msg = f"Column not found: {label}"
                raise KeyError(msg)
            places += found
        kind = DataFrameGroupBy if isinstance(key, list) else SeriesGroupBy
        return kind(self._obj, self._groups, self._options, places, single=not isinstance(key, list))

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and self._obj._block.find(name):
            return self[name]
        return super().__getattr__(name)

    def _spec(self, func: Any, named: dict[str, Any]) -> tuple[list[tuple[str, int]], Any] | None:
        assert self._groups is not None
        block = self._groups.block
        pairs: list[tuple[Hashable, Any]]
        labels: Any = None
        if func is None:
            pairs = [(column, function) for column, function in named.values()]
            labels = list(named)
        elif isinstance(func, dict):
            pairs = [(c, f) for c, fs in func.items() for f in (fs if isinstance(fs, list) else [fs])]
            if not any(isinstance(fs, list) for fs in func.values()):
                labels = [c for c, _ in pairs]
        elif isinstance(func, list):
            pairs = [(block.labels[n], f) for n in self._places for f in func]
        else:
            return None
        names = [function_name(f) for _, f in pairs]
        if any(n is None for n in names):
            return None
        places = []
        for column, _ in pairs:
            found = block.find(column)
            if not found:
                msg = f"Label(s) [{column!r}] do not exist"
                raise KeyError(msg)
            places.append(found[0])
        if labels is None:
            labels = pd.MultiIndex.from_tuples([(c, n) for (c, _), n in zip(pairs, names, strict=True)])
        return [(n, p) for n, p in zip(names, places, strict=True) if n is not None], labels


class SeriesGroupBy(GroupBy):
    """Groups of the values of a series, or of one column of a frame."""

    def _wrap(self, block: Block) -> Any:
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415

        return Series._of(block) if len(block.columns) == 1 else self._frame(block)

    def _spec(self, func: Any, named: dict[str, Any]) -> tuple[list[tuple[str, int]], Any] | None:
        functions = list(named.values()) if func is None else func
        if not isinstance(functions, list):
            return None
        names = [function_name(f) for f in functions]
        if any(n is None for n in names):
            return None
        place = self._places[0]
        return [(n, place) for n in names if n is not None], list(named) if func is None else names


def make(
    obj: NDFrame,
    by: Any,
    level: Any,
    *,
    as_index: bool,
    sort: bool,
    group_keys: bool,
    observed: bool,
    dropna: bool,
) -> GroupBy:
    """Make the groups of a frame or series; see `DataFrame.groupby` for the parameters."""
    from h2o_frame_compat.pandas.generic import NDFrame  # noqa: PLC0415 - generic does not know groups
    from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415

    if by is None and level is None:
        msg = "You have to supply one of 'by' and 'level'"
        raise TypeError(msg)
    options = {
        "by": by,
        "level": level,
        "as_index": as_index,
        "sort": sort,
        "group_keys": group_keys,
        "observed": observed,
        "dropna": dropna,
    }
    single = isinstance(obj, Series)
    block = obj._block
    groups: Grouping | None
    if by is None:
        groups = grouping.by_level(block, level, dropna=dropna, sort=sort)
    else:
        listed = by if isinstance(by, list) else [by]
        if isinstance(by, tuple) and not block.find(by):
            listed = [by]
        keys = [key._block if isinstance(key, NDFrame) else key for key in listed]
        groups = grouping.grouping(block, keys, dropna=dropna, sort=sort) if level is None else None
    if groups is not None and not observed and any(k.dtype.kind == "category" for k in groups.keys):
        groups = None  # categories that do not occur are groups, too: pandas' way to make them
    kind = SeriesGroupBy if single else DataFrameGroupBy
    return kind(obj, groups, options, [0] if single else None, single=single)
