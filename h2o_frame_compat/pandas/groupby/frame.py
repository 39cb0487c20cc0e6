"""Groups of the rows of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core.group_counts import counted
from h2o_frame_compat.pandas.borrowed import borrow
from h2o_frame_compat.pandas.groupby.aggregate import Aggregates, pairs_of
from h2o_frame_compat.pandas.groupby.pairs import FramePairs
from h2o_frame_compat.pandas.groupby.select import Selects
from h2o_frame_compat.pandas.groupby.series import SeriesGroupBy
from h2o_frame_compat.pandas.groupby.transform import Transforms
from h2o_frame_compat.pandas.groupby.windows import GroupWindows

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block

_LABEL = "Label(s) [{!r}] do not exist"


class DataFrameGroupBy(Aggregates, Transforms, Selects, GroupWindows, FramePairs):
    """Groups of the rows of a frame."""

    _pandas_class = pd.core.groupby.DataFrameGroupBy

    def _wrap(self, block: Block) -> Any:
        return self._frame(block)

    def transform(
        self, func: Any = None, *args: Any, engine: Any = None, engine_kwargs: Any = None, **kwargs: Any
    ) -> Any:
        """Give every row a value that is computed from its group.

        Parameters
        ----------
        func : str or callable
            An aggregate, or a method of this object. Python functions are written down as arithmetic on the
            column and its statistics where they can be; others run in pandas.
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
        return self._transformed(func, *args, **kwargs)

    def idxmin(self, skipna: bool = True, numeric_only: bool = False) -> Any:
        """Give the row label of each group's smallest value; see `sum` for the parameters."""
        return self._extreme("idxmin", skipna=skipna, numeric_only=numeric_only)

    def idxmax(self, skipna: bool = True, numeric_only: bool = False) -> Any:
        """Give the row label of each group's largest value; see `sum` for the parameters."""
        return self._extreme("idxmax", skipna=skipna, numeric_only=numeric_only)

    def __getitem__(self, key: Any) -> DataFrameGroupBy | SeriesGroupBy:
        block = self._obj._block
        if isinstance(key, tuple) and len(key) > 1:
            msg = "Cannot subset columns with a tuple with more than one element. Use a list instead."
            raise ValueError(msg)
        labels = key if isinstance(key, (list, pd.Index)) else [key]
        places = []
        for label in labels:
            found = block.find(label)
            if not found:
                msg = f"Column not found: {label}"
                raise KeyError(msg)
            places += found
        single = labels is not key
        kind = SeriesGroupBy if single else DataFrameGroupBy
        return kind(self._obj, self._groups, self._options, places, single=single)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and self._obj._block.find(name):
            return self[name]
        msg = f"'{type(self).__name__}' object has no attribute '{name}'"
        raise AttributeError(msg)

    def _spec(self, func: Any, named: dict[str, Any]) -> tuple[list[tuple[int, Any]], Any] | None:
        assert self._groups is not None
        block = self._groups.block
        if func is None:
            pairs = [(_found(block, column), function) for column, function in named.values()]
            return pairs, list(named)
        if isinstance(func, dict):
            several = any(isinstance(fs, (list, tuple)) for fs in func.values())
            if not several:
                return [(_found(block, c), f) for c, f in func.items()], list(func)
            spec: list[tuple[int, Any]] = []
            labels: list[Any] = []
            for column, functions in func.items():
                listed = list(functions) if isinstance(functions, (list, tuple)) else [functions]
                place = _found(block, column)
                own, names = pairs_of([place], block.labels[[place]], listed)
                spec += own
                labels += list(names)
            return spec, pd.MultiIndex.from_tuples(labels)
        if isinstance(func, list):
            return pairs_of(self._places, self._labels(self._places), func)
        if not callable(func):
            return None
        return [(p, func) for p in self._places], self._labels(self._places)

    def value_counts(
        self, subset: Any = None, normalize: bool = False, sort: bool = True, ascending: bool = False,
        dropna: bool = True,
    ) -> Any:
        """Count the distinct rows of each group.

        Parameters
        ----------
        subset : list of labels, optional
            The columns to look at.
        normalize : bool, default False
            Whether shares are given.
        sort : bool, default True
            Whether the most frequent come first.
        ascending : bool, default False
            Whether the least frequent come first instead.
        dropna : bool, default True
            Whether rows with missing values are left out.

        Returns
        -------
        Series
        """
        groups, made = self._groups, None
        places = [] if groups is None else self._places
        if groups is not None and subset is not None:
            places = [p for p in places if groups.block.labels[p] in list(subset)]
        if groups is not None and places and self._options["as_index"]:
            made = counted(groups, places, normalize=normalize, sort=sort, ascending=ascending, dropna=dropna)
        if made is None:
            return self._fallback("value_counts", subset, normalize, sort, ascending, dropna)
        return self._series(made)


def _found(block: Block, column: Any) -> int:
    found = block.find(column)
    if not found:
        raise KeyError(_LABEL.format(column))
    return found[0]


def _plotted(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    return self._by_nature(name, *args, **kwargs)


borrow(DataFrameGroupBy, DataFrameGroupBy._pandas_class, ["plot", "hist", "boxplot"], _plotted, "Drawn on the client.")
borrow(
    DataFrameGroupBy, DataFrameGroupBy._pandas_class,
    [n for n in dir(DataFrameGroupBy._pandas_class) if not n.startswith("_") and not hasattr(Aggregates, n)
     and not any(hasattr(c, n) for c in (Transforms, Selects, GroupWindows, FramePairs))],
    lambda self, name, *args, **kwargs: self._fallback(name, *args, **kwargs), "Runs in pandas on the client.",
)
