"""Row labels of one level: what pandas computes with their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from h2o_frame_compat.core import index_sets as sets
from h2o_frame_compat.core import uniques
from h2o_frame_compat.core.casts import is_object
from h2o_frame_compat.pandas.borrowed import borrow
from h2o_frame_compat.pandas.index import RowLabels
from h2o_frame_compat.pandas.index_search import LabelSearch

if TYPE_CHECKING:
    from h2o_frame_compat.pandas.series import Series

_IN_CLUSTER = "Computed in the cluster."


class FlatLabels(LabelSearch):
    """Labels of one level."""

    def copy(self, name: Any = None, deep: bool = False) -> Self:
        """Give a copy, which costs nothing.

        Parameters
        ----------
        name : hashable, optional
            Another name.
        deep : bool, default False
            Without effect.

        Returns
        -------
        same type
        """
        return self if name is None else self.rename(name)

    def _wrapped(self, made: Any) -> Any:
        """Give a series over these rows as labels; one of truth values, which selects rows, stays a series."""
        if not hasattr(made, "_block") or made.ndim != 1 or made._block.dtypes[0].is_bool:
            return made
        return RowLabels._of(made._block, made._block.columns, self._names)

    def _same_rows(self, name: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._wrapped(getattr(self._level(), name)(*_series(args), **_series(kwargs)))
        except TypeError:  # values that no column holds; or pandas' own error
            return self._in_pandas(name, *args, **kwargs)

    def _other_rows(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self._moved(getattr(self._values(), name)(*args, **kwargs))

    def _truth(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return getattr(self._level(), name)(*_series(args), **_series(kwargs))

    # ------------------------------------------------------------------ values

    @property
    def hasnans(self) -> bool:
        """Whether a label is missing."""
        return bool(self._level().isna().any())

    @property
    def is_monotonic_increasing(self) -> bool:
        """Whether no label is smaller than the one before."""
        return self._in_order

    @property
    def is_monotonic_decreasing(self) -> bool:
        """Whether no label is larger than the one before."""
        return sets.is_ordered(self._bare, ascending=False)

    @property
    def inferred_type(self) -> Any:
        """What kind of values the labels are."""
        return self[:1].to_pandas().inferred_type

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """Give the labels in another dtype.

        Parameters
        ----------
        dtype : dtype
            The dtype.
        copy : bool, default True
            Without effect.

        Returns
        -------
        Index
        """
        return self._in_pandas("astype", dtype) if is_object(dtype) else self._same_rows("astype", dtype)

    def putmask(self, mask: Any, value: Any) -> Any:
        """Put a value where a mask is true.

        Parameters
        ----------
        mask : array-like of bool
            Where.
        value : scalar or array-like
            What.

        Returns
        -------
        Index
        """
        return self._same_rows("mask", mask, value)

    def where(self, cond: Any, other: Any = None) -> Any:
        """Keep labels where a condition holds, and take others elsewhere.

        Parameters
        ----------
        cond : array-like of bool
            The condition.
        other : scalar or array-like, optional
            The other labels, missing by default.

        Returns
        -------
        Index
        """
        return self._same_rows("where", cond, *([] if other is None else [other]))

    def isin(self, values: Any, level: Any = None) -> Series:
        """Tell which labels are among some values.

        Parameters
        ----------
        values : list-like
            The values.
        level : int or hashable, optional
            The only level.

        Returns
        -------
        Series
            Booleans over the same rows.
        """
        return self._level(level or 0).isin(values._level() if isinstance(values, RowLabels) else values)

    def unique(self, level: Any = None) -> Any:
        """Give the distinct labels, in the order of first appearance.

        Parameters
        ----------
        level : int or hashable, optional
            The only level.

        Returns
        -------
        Index
        """
        self._place(level or 0)
        return self._other_rows("drop_duplicates")

    def nunique(self, dropna: bool = True) -> int:
        """Count the distinct labels.

        Parameters
        ----------
        dropna : bool, default True
            Whether missing labels do not count.

        Returns
        -------
        int
        """
        return int(self._level().nunique(dropna=dropna))

    def argmin(self, axis: Any = None, skipna: bool = True, *args: Any, **kwargs: Any) -> np.intp:
        """Give the row number of the first smallest label.

        Parameters
        ----------
        axis : {None, 0}
            As in pandas.
        skipna : bool, default True
            Missing labels are left out; otherwise in pandas.
        *args, **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        numpy.intp
        """
        if not skipna:
            return np.intp(self._in_pandas("argmin", axis, skipna))
        return np.intp(uniques.position_of(self._bare, "min"))

    def argmax(self, axis: Any = None, skipna: bool = True, *args: Any, **kwargs: Any) -> np.intp:
        """Give the row number of the first largest label.

        Parameters
        ----------
        axis : {None, 0}
            As in pandas.
        skipna : bool, default True
            Missing labels are left out; otherwise in pandas.
        *args, **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        numpy.intp
        """
        if not skipna:
            return np.intp(self._in_pandas("argmax", axis, skipna))
        return np.intp(uniques.position_of(self._bare, "max"))

    def min(self, axis: Any = None, skipna: bool = True, *args: Any, **kwargs: Any) -> Any:
        """Give the smallest label.

        Parameters
        ----------
        axis : {None, 0}
            As in pandas.
        skipna : bool, default True
            Whether missing labels are left out.
        *args, **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        scalar
        """
        return self._level().min(skipna=skipna)

    def max(self, axis: Any = None, skipna: bool = True, *args: Any, **kwargs: Any) -> Any:
        """Give the largest label.

        Parameters
        ----------
        axis : {None, 0}
            As in pandas.
        skipna : bool, default True
            Whether missing labels are left out.
        *args, **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        scalar
        """
        return self._level().max(skipna=skipna)

    # ------------------------------------------------------------------ order

    def sort_values(
        self, *, return_indexer: bool = False, ascending: bool = True, na_position: str = "last", key: Any = None
    ) -> Any:
        """Order the labels.

        Parameters
        ----------
        return_indexer : bool, default False
            Whether to give the row numbers too.
        ascending : bool, default True
            Whether the smallest comes first.
        na_position : {"first", "last"}, default "last"
            Where missing labels come.
        key : callable, optional
            Runs in pandas.

        Returns
        -------
        Index, or Index and numpy.ndarray
        """
        if key is not None:
            how = {"return_indexer": return_indexer, "ascending": ascending, "na_position": na_position}
            return self._in_pandas("sort_values", key=key, **how)
        made, rows = sets.ordered(self._bare, ascending=[bool(ascending)], na_position=na_position)
        return (self._rows(made), sets.fetched(rows)) if return_indexer else self._rows(made)

    def argsort(self, *args: Any, **kwargs: Any) -> np.ndarray[Any, Any]:
        """Give the row numbers that would order the labels; they are fetched.

        Parameters
        ----------
        *args, **kwargs
            Run in pandas.

        Returns
        -------
        numpy.ndarray
        """
        if args or kwargs:
            return np.asarray(self._in_pandas("argsort", *args, **kwargs))
        return sets.fetched(sets.ordered(self._bare, ascending=[True], na_position="last")[1])

    def sortlevel(
        self, level: Any = None, ascending: Any = True, sort_remaining: Any = None, na_position: str = "first"
    ) -> Any:
        """Order the labels, and give the row numbers too.

        Parameters
        ----------
        level : int or hashable, optional
            The only level.
        ascending : bool, default True
            Whether the smallest comes first.
        sort_remaining : bool, optional
            Without effect.
        na_position : {"first", "last"}, default "first"
            Where missing labels come.

        Returns
        -------
        Index and numpy.ndarray
        """
        return self.sort_values(return_indexer=True, ascending=ascending, na_position=na_position)

    # After all annotations, in which it would hide the type.
    @property
    def str(self) -> _Texts:
        """Functions of text; texts and numbers for each label are labels again."""
        return _Texts(self)


def _series(given: Any) -> Any:
    """Give labels among arguments as series."""
    if isinstance(given, dict):
        return {k: _series(v) for k, v in given.items()}
    if isinstance(given, tuple):
        return tuple(v._level() if isinstance(v, RowLabels) else v for v in given)
    return given._level() if isinstance(given, RowLabels) else given


class _Texts:
    """The accessor `str` of labels.

    Parameters
    ----------
    labels : FlatLabels
        Texts.
    """

    def __init__(self, labels: FlatLabels) -> None:
        self._labels, self._accessor = labels, labels._level().str

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._accessor, name)
        return lambda *args, **kwargs: self._labels._wrapped(method(*args, **kwargs))

    def __getitem__(self, key: Any) -> Any:
        return self._labels._wrapped(self._accessor[key])

    def __dir__(self) -> list[str]:
        return dir(self._accessor)


borrow(FlatLabels, pd.Index, ["diff", "fillna", "map", "replace", "round"], FlatLabels._same_rows, _IN_CLUSTER)
borrow(FlatLabels, pd.Index, ["drop_duplicates", "dropna"], FlatLabels._other_rows, _IN_CLUSTER)
borrow(
    FlatLabels, pd.Index, ["all", "any", "duplicated", "isna", "isnull", "item", "notna", "notnull", "value_counts"],
    FlatLabels._truth, _IN_CLUSTER,
)
