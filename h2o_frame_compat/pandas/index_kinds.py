"""The public classes of indexes: pandas' own on the client, and row labels in the cluster.

Each class here is both: calling it makes a pandas index of the client's data, or labels in the cluster of a series
of ours; `isinstance` is true for either. So scripts need not know where labels lie.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from h2o_frame_compat.core import index_sets as sets
from h2o_frame_compat.core.uniques import unique
from h2o_frame_compat.expr import call
from h2o_frame_compat.pandas.borrowed import borrow
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.index import RowLabels
from h2o_frame_compat.pandas.index_flat import FlatLabels
from h2o_frame_compat.pandas.index_sets import LabelSets
from h2o_frame_compat.pandas.wrap import to_local

if TYPE_CHECKING:
    from collections.abc import Iterable

    from h2o_frame_compat.pandas.series import Series

_ON_CLIENT = "Runs in pandas on the client."
_AS_INHERITED = "Computed as for other labels."
_LABELS_THEMSELVES = ["array", "to_numpy", "values"]


class _Counterpart(type):
    """The type of a class that stands for one of pandas', too."""

    _pandas_class: type[Any]

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        data = args[0] if args else kwargs.get("data")
        if isinstance(data, RowLabels) or (isinstance(data, NDFrame) and data.ndim == 1):
            return cls._in_cluster(data, *args[1:], **{k: v for k, v in kwargs.items() if k != "data"})
        return cls._pandas_class(*to_local(args, cls.__name__), **to_local(kwargs, cls.__name__))

    def _in_cluster(cls, data: Any, dtype: Any = None, copy: bool = False, name: Any = None, **more: Any) -> Any:
        """Make labels of a series or of other labels."""
        if more or data.__class__ is cls._class_of_several:
            return cls._pandas_class(to_local(data, cls.__name__), dtype=dtype, name=name, **more)
        if isinstance(data, NDFrame):
            data = RowLabels._of(data._block, data._block.columns, data._block.labels)
        made = data if dtype is None else data.astype(dtype)
        wanted = cls._pandas_class(made._no_labels).dtype
        made = made if wanted == made.dtype else made.astype(wanted)
        return made if name is None else made.rename(name)

    @property
    def _class_of_several(cls) -> type:
        return RowLabels._classes["several"]

    def __instancecheck__(cls, instance: Any) -> bool:
        return type.__instancecheck__(cls, instance) or isinstance(instance, cls._pandas_class) or (
            cls._pandas_class is pd.Index and isinstance(instance, RowLabels)
        )

    def __subclasscheck__(cls, subclass: type) -> bool:
        return type.__subclasscheck__(cls, subclass) or issubclass(subclass, cls._pandas_class) or (
            cls._pandas_class is pd.Index and issubclass(subclass, RowLabels)
        )


class Index(FlatLabels, metaclass=_Counterpart):
    """Labels of numbers, texts or truth values; calling it makes what `pandas.Index` makes.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> frame = pd.DataFrame({"a": [1, 2]}, index=["x", "y"])
    >>> isinstance(frame.index, pd.Index), frame.index.str.upper().tolist()
    (True, ['X', 'Y'])
    """

    _pandas_class: ClassVar[type[Any]] = pd.Index


class _TimeLabels(FlatLabels):
    """What labels of datetimes and of timedeltas have."""

    def _of_time(self, name: str, *args: Any, **kwargs: Any) -> Any:
        found = getattr(self._level().dt, name)
        return self._wrapped(found(*args, **kwargs) if callable(found) else found)

    def _framed(self, name: str) -> Any:
        """Give a frame: with these labels for a method, with numbered rows for a property."""
        found = getattr(self._level().dt, name)
        if callable(found):
            made = found()
            return made._result(made._block.with_index(self._levels, self._names))
        return found.reset_index(drop=True)

    def _statistic(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return getattr(self._level(), name)(**kwargs) if not args else self._in_pandas(name, *args, **kwargs)

    @property
    def freq(self) -> None:
        """None: the cluster keeps the labels, not how they were made; see `inferred_freq`."""
        return

    @property
    def freqstr(self) -> None:
        """None, as `freq`."""
        return

    @property
    def asi8(self) -> np.ndarray[Any, Any]:
        """The labels as numbers of their unit since 1970, fetched."""
        return np.asarray(self._by_nature("asi8"))

    def shift(self, periods: int = 1, freq: Any = None) -> Any:
        """Move the labels in time.

        Parameters
        ----------
        periods : int, default 1
            By how many steps.
        freq : str or offset
            The step.

        Returns
        -------
        same type
        """
        offset = pd.tseries.frequencies.to_offset(freq)
        if offset is None:
            msg = "Cannot shift with no freq"
            raise pd.errors.NullFrequencyError(msg)
        return self + periods * offset


class DatetimeIndex(_TimeLabels, metaclass=_Counterpart):
    """Labels of datetimes; calling it makes what `pandas.DatetimeIndex` makes.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> frame = pd.DataFrame({"a": [1]}, index=pd.to_datetime(["2024-02-29"]))
    >>> isinstance(frame.index, pd.DatetimeIndex), frame.index.month.tolist()
    (True, [2])
    """

    _pandas_class: ClassVar[type[Any]] = pd.DatetimeIndex

    @property
    def tzinfo(self) -> Any:
        """The time zone, as `tz`."""
        return getattr(self.dtype, "tz", None)

    @property
    def is_normalized(self) -> bool:
        """Whether all labels are at midnight."""
        own: Any = self._level()
        return bool((own.dt.normalize() == own).all())

    def to_pydatetime(self) -> np.ndarray[Any, Any]:
        """Fetch the labels as objects of the module `datetime`.

        Returns
        -------
        numpy.ndarray
        """
        return np.asarray(self._by_nature("to_pydatetime"))

    def indexer_between_time(
        self, start_time: Any, end_time: Any, include_start: bool = True, include_end: bool = True
    ) -> np.ndarray[Any, Any]:
        """Give the numbers of the rows between two times of the day.

        Parameters
        ----------
        start_time, end_time : datetime.time or str
            From when to when.
        include_start, include_end : bool, default True
            Whether the ends belong to it.

        Returns
        -------
        numpy.ndarray
        """
        inclusive = {(True, True): "both", (True, False): "left", (False, True): "right"}
        chosen = inclusive.get((include_start, include_end), "neither")
        return np.asarray(self._numbers().between_time(start_time, end_time, inclusive=chosen)).astype(np.intp)

    def indexer_at_time(self, time: Any, asof: bool = False) -> np.ndarray[Any, Any]:
        """Give the numbers of the rows at a time of the day.

        Parameters
        ----------
        time : datetime.time or str
            When.
        asof : bool, default False
            As in pandas.

        Returns
        -------
        numpy.ndarray
        """
        return np.asarray(self._numbers().at_time(time, asof=asof)).astype(np.intp)

    def _numbers(self) -> Series:
        """Give the numbers of the rows, as a series with these labels."""
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415 - series builds on indexes

        block = self._block.with_columns([call("rownum", self._block.rel.fields[0].col())], [None])
        return Series._of(block.with_index(self._levels, self._names))


class TimedeltaIndex(_TimeLabels, metaclass=_Counterpart):
    """Labels of timedeltas; calling it makes what `pandas.TimedeltaIndex` makes."""

    _pandas_class: ClassVar[type[Any]] = pd.TimedeltaIndex

    def to_pytimedelta(self) -> np.ndarray[Any, Any]:
        """Fetch the labels as objects of the module `datetime`.

        Returns
        -------
        numpy.ndarray
        """
        return np.asarray(self._by_nature("to_pytimedelta"))


class CategoricalIndex(FlatLabels, metaclass=_Counterpart):
    """Labels of categories; calling it makes what `pandas.CategoricalIndex` makes."""

    _pandas_class: ClassVar[type[Any]] = pd.CategoricalIndex

    def _of_categories(self, name: str, *args: Any, **kwargs: Any) -> Any:
        found = getattr(self._level().cat, name)
        return self._wrapped(found(*args, **kwargs)) if callable(found) else found

    @property
    def codes(self) -> Series:
        """The number of each label's category, as a series over the same rows."""
        return self._level().cat.codes


class MultiIndex(LabelSets, metaclass=_Counterpart):
    """Labels of several levels; calling it makes what `pandas.MultiIndex` makes.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> frame = pd.DataFrame({"a": ["x", "y"], "b": [1, 2], "c": [3, 4]}).set_index(["a", "b"])
    >>> frame.index.get_level_values("b").tolist()
    [1, 2]
    """

    _pandas_class: ClassVar[type[Any]] = pd.MultiIndex

    @staticmethod
    def from_frame(df: Any, sortorder: int | None = None, names: Any = None) -> Any:
        """Make labels of the columns of a frame.

        Parameters
        ----------
        df : DataFrame
            The frame; of one of ours in the cluster.
        sortorder : int, optional
            As in pandas.
        names : sequence of hashable, optional
            Names of the levels; the column labels by default.

        Returns
        -------
        MultiIndex
        """
        if not isinstance(df, NDFrame):
            return pd.MultiIndex.from_frame(df, sortorder=sortorder, names=names)
        return RowLabels._of(df._block, df._block.columns, list(df._block.labels) if names is None else names)

    @property
    def levels(self) -> Any:
        """The distinct values of each level in their order, fetched."""
        made = []
        for n, (expr, name) in enumerate(zip(self._levels, self._names, strict=True)):
            values = pd.Index(unique(self._block.with_columns([expr], [n])), name=name)
            made.append(values.dropna().sort_values() if expr.dtype.kind != "category" else values)
        return self._no_labels.set_levels(made).levels

    @property
    def levshape(self) -> tuple[int, ...]:
        """How many distinct values each level has."""
        return tuple(len(level) for level in self.levels)

    @property
    def dtypes(self) -> pd.Series:
        """The dtype of each level."""
        return self._no_labels.dtypes

    def remove_unused_levels(self) -> MultiIndex:
        """Give the labels themselves: there are no unused values in the cluster.

        Returns
        -------
        MultiIndex
        """
        return self

    def reorder_levels(self, order: Any) -> MultiIndex:
        """Put the levels into another order.

        Parameters
        ----------
        order : list of int or hashable
            All of them.

        Returns
        -------
        MultiIndex
        """
        self._no_labels.reorder_levels(order)  # pandas' errors
        places = [self._place(level) for level in order]
        levels, names = [self._levels[n] for n in places], [self._names[n] for n in places]
        made: MultiIndex = RowLabels._of(self._block, levels, names)
        return made

    def swaplevel(self, i: Any = -2, j: Any = -1) -> MultiIndex:
        """Exchange two levels.

        Parameters
        ----------
        i, j : int or hashable
            The levels.

        Returns
        -------
        MultiIndex
        """
        order = list(range(self.nlevels))
        a, b = self._place(i), self._place(j)
        order[a], order[b] = order[b], order[a]
        return self.reorder_levels(order)

    def _bare_frame(self) -> Any:
        return self.to_frame(index=False, name=list(range(self.nlevels)))

    def duplicated(self, keep: Any = "first") -> Series:
        """Tell which labels repeat another one.

        Parameters
        ----------
        keep : {"first", "last", False}
            Which of equal labels is none; False: all are.

        Returns
        -------
        Series
            Booleans over the same rows.
        """
        from h2o_frame_compat.pandas.frame import DataFrame  # noqa: PLC0415 - frame builds on indexes

        return DataFrame._of(self._columns).duplicated(keep=keep)

    def drop_duplicates(self, *, keep: Any = "first") -> MultiIndex:
        """Leave out labels that repeat another one.

        Parameters
        ----------
        keep : {"first", "last", False}
            Which of equal labels stays; False: none.

        Returns
        -------
        MultiIndex
        """
        made: MultiIndex = self._rows(self._bare_frame().drop_duplicates(keep=keep)._block)
        return made

    def unique(self, level: Any = None) -> Any:
        """Give the distinct labels, in the order of first appearance.

        Parameters
        ----------
        level : int or hashable, optional
            Only this level.

        Returns
        -------
        Index
        """
        return self.drop_duplicates() if level is None else self.get_level_values(level).unique()

    def nunique(self, dropna: bool = True) -> int:
        """Count the distinct labels.

        Parameters
        ----------
        dropna : bool, default True
            Without effect, as in pandas: no label is missing as a whole.

        Returns
        -------
        int
        """
        return len(self.drop_duplicates())

    def copy(self, names: Any = None, deep: bool = False, name: Any = None) -> Any:
        """Give a copy, which costs nothing.

        Parameters
        ----------
        names : sequence of hashable, optional
            Other names.
        deep : bool, default False
            Without effect.
        name : sequence of hashable, optional
            As `names`.

        Returns
        -------
        MultiIndex
        """
        given = name if names is None else names
        return self if given is None else self.rename(given)

    def dropna(self, how: str = "any") -> MultiIndex:
        """Leave out labels with missing values.

        Parameters
        ----------
        how : {"any", "all"}
            Whether one missing value is enough.

        Returns
        -------
        MultiIndex
        """
        made: MultiIndex = self._rows(self._bare_frame().dropna(how=how)._block)
        return made

    def isin(self, values: Any, level: Any = None) -> Any:
        """Tell which labels are among some values.

        Parameters
        ----------
        values : list-like
            The values.
        level : int or hashable, optional
            The level; without one `values` are tuples.

        Returns
        -------
        Series or numpy.ndarray
            Booleans over the same rows.
        """
        if level is not None:
            return self._level(level).isin(values)
        found = self._other(values) if len(values) else None
        if found is None:
            return self._in_pandas("isin", values)
        return self._level()._result(sets.found(self._block, self._bare, found[0]))

    def sort_values(
        self, *, return_indexer: bool = False, ascending: Any = True, na_position: str = "last", key: Any = None
    ) -> Any:
        """Order the labels, level by level.

        Parameters
        ----------
        return_indexer : bool, default False
            Whether to give the row numbers too.
        ascending : bool, default True
            Whether the smallest comes first.
        na_position : {"first", "last"}, default "last"
            Where missing values come.
        key : callable, optional
            Runs in pandas.

        Returns
        -------
        MultiIndex, or MultiIndex and numpy.ndarray
        """
        if key is not None or not ascending:  # downwards pandas turns the order round, missing values included
            how = {"return_indexer": return_indexer, "ascending": ascending, "na_position": na_position}
            return self._in_pandas("sort_values", key=key, **how)
        made, rows = sets.ordered(self._bare, ascending=[True] * self.nlevels, na_position=na_position)
        return (self._rows(made), sets.fetched(rows)) if return_indexer else self._rows(made)

    @property
    def is_monotonic_increasing(self) -> bool:
        """Whether no label is smaller than the one before."""
        return sets.in_place(self._bare, ascending=True)

    @property
    def is_monotonic_decreasing(self) -> bool:
        """Whether no label is larger than the one before."""
        return sets.in_place(self._bare, ascending=False)

    @property
    def inferred_type(self) -> str:
        """What kind of values the labels are: tuples of several."""
        return "mixed"

    def _refused(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Raise what pandas raises for labels of several levels, whatever they are."""
        found = getattr(self._no_labels, name)
        found(*args, **kwargs)
        return self._in_pandas(name, *args, **kwargs)

    def to_series(self, index: Any = None, name: Any = None) -> Any:
        """Give the labels as a series of tuples, which H2O cannot hold: it is one of pandas.

        Parameters
        ----------
        index : array-like, optional
            Other labels.
        name : hashable, optional
            The name.

        Returns
        -------
        pandas.Series
        """
        return self._in_pandas("to_series", index=index, name=name)


RowLabels._classes.update(
    {"": Index, "several": MultiIndex, "datetime": DatetimeIndex, "timedelta": TimedeltaIndex,
     "category": CategoricalIndex}
)  # fmt: skip


def _names(kind: type) -> list[str]:
    return [name for name in dir(kind) if not name.startswith("_")]


def _only(kind: type) -> list[str]:
    return [name for name in _names(kind) if not hasattr(pd.Index, name)]


def _complete(ours: type[Any], remaining: Iterable[str]) -> None:
    """Give a class the rest of the names of its counterpart: those of classmethods, and those that pandas computes."""
    theirs = ours._pandas_class
    ours.__signature__ = inspect.signature(theirs)
    borrow(ours, theirs, [n for n in _LABELS_THEMSELVES if not hasattr(ours, n)], ours._by_nature, "Fetched.")
    borrow(ours, theirs, [n for n in ("ravel", "transpose", "infer_objects", "to_flat_index", "view")
                          if not hasattr(ours, n) and not (theirs is pd.MultiIndex and n in _OTHERS)],
           _unchanged, "The labels themselves.")
    for name in remaining:
        if name in vars(ours):
            continue
        if isinstance(inspect.getattr_static(theirs, name, None), classmethod):
            setattr(ours, name, staticmethod(getattr(theirs, name)))
        elif hasattr(ours, name):
            _with_their_parameters(ours, theirs, name)
        else:
            borrow(ours, theirs, [name], ours._in_pandas, _ON_CLIENT)


def _with_their_parameters(ours: type, theirs: type, name: str) -> None:
    """Give an inherited method the signature that it has in the class of pandas."""
    own, wanted = inspect.getattr_static(ours, name), getattr(theirs, name)
    if name in vars(ours) or not inspect.isfunction(own) or not callable(wanted):
        return
    if [*inspect.signature(own).parameters] != [*inspect.signature(wanted).parameters]:
        borrow(ours, theirs, [name], lambda labels, _, *args, **kwargs: own(labels, *args, **kwargs), _AS_INHERITED)


# What a MultiIndex gives as something else, or refuses.
_OTHERS = {"to_flat_index"}


def _unchanged(labels: RowLabels, name: str, *args: Any, **kwargs: Any) -> Any:
    given = [a for a in (*args, *kwargs.values()) if a is not None and name == "view"]
    return labels._in_pandas(name, *given) if given else labels


borrow(DatetimeIndex, pd.DatetimeIndex, ["isocalendar"], DatetimeIndex._framed, "Computed once for each day.")
borrow(DatetimeIndex, pd.DatetimeIndex, ["mean", "std"], DatetimeIndex._statistic, "Computed in the cluster.")
borrow(DatetimeIndex, pd.DatetimeIndex, ["round"], DatetimeIndex._of_time, "Computed as `Series.dt` does.")
borrow(TimedeltaIndex, pd.TimedeltaIndex, ["round"], TimedeltaIndex._of_time, "Computed as `Series.dt` does.")
_LEFT = {"freqstr", "inferred_freq", "resolution", "snap", "to_julian_date", "to_period"}
borrow(DatetimeIndex, pd.DatetimeIndex, [n for n in _only(pd.DatetimeIndex) if n not in _LEFT and not hasattr(
    DatetimeIndex, n)], DatetimeIndex._of_time, "Computed as `Series.dt` does.")
borrow(TimedeltaIndex, pd.TimedeltaIndex, ["components"], TimedeltaIndex._framed, "Computed in the cluster.")
borrow(TimedeltaIndex, pd.TimedeltaIndex, ["mean", "median", "std", "sum"], TimedeltaIndex._statistic,
       "Computed in the cluster.")
borrow(TimedeltaIndex, pd.TimedeltaIndex, [n for n in _only(pd.TimedeltaIndex) if n not in _LEFT and not hasattr(
    TimedeltaIndex, n)], TimedeltaIndex._of_time, "Computed as `Series.dt` does.")
borrow(
    MultiIndex, pd.MultiIndex,
    ["all", "any", "astype", "fillna", "hasnans", "infer_objects", "isna", "isnull", "notna", "notnull",
     "replace", "round", "shift", "where"],
    MultiIndex._refused, "Pandas does not define it for several levels.",
)  # fmt: skip
borrow(CategoricalIndex, pd.CategoricalIndex, [n for n in _only(pd.CategoricalIndex) if n != "codes"],
       CategoricalIndex._of_categories, "Computed as `Series.cat` does.")
for _ours in (Index, MultiIndex, DatetimeIndex, TimedeltaIndex, CategoricalIndex):
    _complete(_ours, _names(_ours._pandas_class))
