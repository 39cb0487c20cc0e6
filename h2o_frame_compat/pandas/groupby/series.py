"""Groups of the values of a series, or of one column of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core import group_rows as rows
from h2o_frame_compat.core.convert import pandas_dtype
from h2o_frame_compat.core.group_counts import counted, largest
from h2o_frame_compat.core.group_functions import label_of
from h2o_frame_compat.core.groups import Summary
from h2o_frame_compat.expr import call, lit
from h2o_frame_compat.pandas.borrowed import borrow
from h2o_frame_compat.pandas.groupby.aggregate import Aggregates, numbered
from h2o_frame_compat.pandas.groupby.pairs import SeriesPairs
from h2o_frame_compat.pandas.groupby.select import Selects
from h2o_frame_compat.pandas.groupby.transform import Transforms
from h2o_frame_compat.pandas.groupby.windows import GroupWindows

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block


class SeriesGroupBy(Aggregates, Transforms, Selects, GroupWindows, SeriesPairs):
    """Groups of the values of a series, or of one column of a frame."""

    _pandas_class = pd.core.groupby.SeriesGroupBy

    def _wrap(self, block: Block) -> Any:
        return self._series(block) if len(block.columns) == 1 else self._frame(block)

    def _spec(self, func: Any, named: dict[str, Any]) -> tuple[list[tuple[int, Any]], Any] | None:
        (place,) = self._places
        if func is None:
            return [(place, f) for f in named.values()], list(named)
        if isinstance(func, list):
            return [(place, f) for f in func], numbered([label_of(f) for f in func])
        return [(place, func)], self._labels([place])

    @property
    def dtype(self) -> Any:
        """The dtype of each group."""
        if self._groups is None or not self._options["as_index"] or not len(self._obj):
            return self._fallback("dtype")
        made = self._size_block().labels_on_client
        return pd.Series([pandas_dtype(self._columns(self._places)[0].dtype)] * len(made), made, name=self._name)

    @property
    def _name(self) -> Any:
        return self._labels(self._places)[0]

    def value_counts(
        self, normalize: bool = False, sort: bool = True, ascending: bool = False, bins: Any = None, dropna: bool = True
    ) -> Any:
        """Count the distinct values of each group.

        Parameters
        ----------
        normalize : bool, default False
            Whether shares are given.
        sort : bool, default True
            Whether the most frequent come first.
        ascending : bool, default False
            Whether the least frequent come first instead.
        bins : int or list, optional
            Runs in pandas on the client.
        dropna : bool, default True
            Whether missing values are left out.

        Returns
        -------
        Series
        """
        made = None
        if self._groups is not None and bins is None and self._options["as_index"]:
            made = counted(
                self._groups, self._places, normalize=normalize, sort=sort, ascending=ascending, dropna=dropna
            )
        if made is None:
            return self._fallback("value_counts", normalize, sort, ascending, bins, dropna)
        return self._series(made)

    def transform(
        self, func: Any, *args: Any, engine: Any = None, engine_kwargs: Any = None, **kwargs: Any
    ) -> Any:
        """Give every row a value that is computed from its group; see `DataFrameGroupBy.transform`."""
        return self._transformed(func, *args, **kwargs)

    def idxmin(self, skipna: bool = True) -> Any:
        """Give the row label of each group's smallest value; with ``skipna=False`` there must not be missing ones."""
        return self._extreme("idxmin", skipna=skipna, numeric_only=False)

    def idxmax(self, skipna: bool = True) -> Any:
        """Give the row label of each group's largest value; with ``skipna=False`` there must not be missing ones."""
        return self._extreme("idxmax", skipna=skipna, numeric_only=False)

    def nlargest(self, n: int = 5, keep: str = "first") -> Any:
        """Give the largest values of each group.

        Parameters
        ----------
        n : int, default 5
            How many.
        keep : {"first", "last", "all"}
            Which of equal values; others than the first ones run in pandas.

        Returns
        -------
        Series
        """
        return self._extremes("nlargest", n, keep)

    def nsmallest(self, n: int = 5, keep: str = "first") -> Any:
        """Give the smallest values of each group; see `nlargest`."""
        return self._extremes("nsmallest", n, keep)

    def _extremes(self, name: str, n: int, keep: str) -> Any:
        groups = self._groups
        number = groups is not None and self._columns(self._places)[0].dtype.is_numeric
        if groups is None or keep != "first" or groups.incomplete or not number or not len(self._obj):
            return self._fallback(name, n, keep)
        return self._series(largest(groups, self._places[0], n, ascending=name == "nsmallest"))

    @property
    def is_monotonic_increasing(self) -> Any:
        """Whether the values of each group never fall."""
        return self._monotonic("is_monotonic_increasing", "ge")

    @property
    def is_monotonic_decreasing(self) -> Any:
        """Whether the values of each group never rise."""
        return self._monotonic("is_monotonic_decreasing", "le")

    def _monotonic(self, name: str, op: str) -> Any:
        groups = self._groups
        column = None if groups is None else self._columns(self._places)[0]
        if groups is None or column is None or groups.incomplete or not (
            column.dtype.is_numeric or column.dtype.is_temporal
        ) or not self._options["as_index"] or not len(self._obj):
            return self._fallback(name)
        grows = call(op, column, rows.shifted(groups, column, 1))
        grows = call("or", grows, call("eq", rows.place(groups), lit(0)))
        grows = call("and", grows, call("not", call("isna", column)))
        summary = Summary(groups)
        return self._series(summary.block([summary.of("all", grows)], [self._name]))


def _plotted(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    return self._by_nature(name, *args, **kwargs)


borrow(SeriesGroupBy, SeriesGroupBy._pandas_class, ["plot", "hist"], _plotted, "Drawn on the client.")
borrow(
    SeriesGroupBy, SeriesGroupBy._pandas_class,
    [n for n in dir(SeriesGroupBy._pandas_class) if not n.startswith("_") and not hasattr(Aggregates, n)
     and not any(hasattr(c, n) for c in (Transforms, Selects, GroupWindows, SeriesPairs))],
    lambda self, name, *args, **kwargs: self._fallback(name, *args, **kwargs), "Runs in pandas on the client.",
)
