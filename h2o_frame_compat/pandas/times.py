"""Frames and series whose row labels are times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from h2o_frame_compat.core import clock, zones
from h2o_frame_compat.core import labels as labelling
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.expr import call, lit
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.index import RowLabels
from h2o_frame_compat.pandas.labels import NO, ROWS, shadow_of

if TYPE_CHECKING:
    import datetime

    from h2o_frame_compat.expr import Expr


class Times(NDFrame):
    """What frames and series share."""

    index: Any

    # ------------------------------------------------------------------ rows by time

    def at_time(self, time: Any, asof: bool = False, axis: Any = None) -> Self:
        """Keep the rows at a time of the day.

        Parameters
        ----------
        time : datetime.time or str
            When.
        asof : bool, default False
            As in pandas.
        axis : {0, 1}, optional
            Whose labels are the times.

        Returns
        -------
        same type

        Raises
        ------
        TypeError
            When the labels are no times.
        """
        if self._axis(axis):
            return self._by_column_labels("at_time", time, asof=asof)
        sample = pd.Series([0], index=pd.DatetimeIndex(["2024-01-01"], tz=self._zone()))
        sample.at_time(time, asof=asof)  # pandas' errors
        when = pd.Timestamp(time).time() if isinstance(time, str) else time
        if when.tzinfo is not None:
            result: Self = self._fallback("at_time", time, asof=asof, why="a time with a zone")
            return result
        return self._where(call("eq", self._time_of_day(), _milliseconds(when)))

    def between_time(self, start_time: Any, end_time: Any, inclusive: str = "both", axis: Any = None) -> Self:
        """Keep the rows between two times of the day.

        Parameters
        ----------
        start_time, end_time : datetime.time or str
            From when to when; past midnight where the end comes before the start.
        inclusive : {"both", "neither", "left", "right"}
            Which ends belong to it.
        axis : {0, 1}, optional
            Whose labels are the times.

        Returns
        -------
        same type

        Raises
        ------
        TypeError
            When the labels are no times.
        """
        if self._axis(axis):
            return self._by_column_labels("between_time", start_time, end_time, inclusive)
        sample = pd.Series([0], index=pd.DatetimeIndex(["2024-01-01"], tz=self._zone()))
        sample.between_time(start_time, end_time, inclusive)  # pandas' errors
        start, end = (pd.Timestamp(t).time() if isinstance(t, str) else t for t in (start_time, end_time))
        own = self._time_of_day()
        after = call("ge" if inclusive in {"both", "left"} else "gt", own, _milliseconds(start))
        before = call("le" if inclusive in {"both", "right"} else "lt", own, _milliseconds(end))
        return self._where(call("and" if start <= end else "or", after, before))

    def truncate(self, before: Any = None, after: Any = None, axis: Any = None, copy: Any = NO) -> Self:
        """Keep the rows from one label to another one.

        Parameters
        ----------
        before, after : label, optional
            The first and the last that stay.
        axis : {0, 1}, optional
            Whose labels.
        copy : bool
            Without effect, as in pandas.

        Returns
        -------
        same type

        Raises
        ------
        ValueError
            When the labels are in no order.
        """
        if self._axis(axis):
            return self._by_column_labels("truncate", before, after)
        index = self.index
        increasing = index.is_monotonic_increasing if index.nlevels == 1 else None
        if increasing is None:
            result: Self = self._fallback("truncate", before, after, why="labels of several levels")
            return result
        if not increasing and not index.is_monotonic_decreasing:
            msg = "truncate requires a sorted index"
            raise ValueError(msg)
        if str(index.dtype).startswith("datetime64"):
            before, after = (None if t is None else pd.to_datetime(t) for t in (before, after))
        if before is not None and after is not None and before > after:
            msg = f"Truncate: {after} must be after {before}"
            raise ValueError(msg)
        if isinstance(index, pd.RangeIndex):
            ends = (before, after) if increasing or len(index) < 2 else (after, before)
            kept: Self = self.loc[slice(*ends)]
            return kept
        made = self
        for op, end in (("ge", before), ("le", after)):
            if end is not None:
                level = made.index._level()
                made = type(self)._of(made._block.filter(level._binary(op, end)._block.columns[0]))
        return made

    def asof(self, where: Any, subset: Any = None) -> Any:
        """Give the last row with values at or before a label.

        Parameters
        ----------
        where : label or list of labels
            Where to look; several labels run in pandas on the client.
        subset : label or list of labels, optional
            Of a frame the columns that must have values.

        Returns
        -------
        scalar, Series or DataFrame

        Raises
        ------
        ValueError
            When the labels are not in order.
        """
        where = pd.Timestamp(where) if isinstance(where, str) else where
        index = self.index
        if not is_scalar(where) or index.nlevels > 1:
            return self._fallback("asof", where, subset=subset, why="several labels")
        if not index.is_monotonic_increasing:
            msg = "asof requires a sorted index"
            raise ValueError(msg)
        valid = self.dropna() if self.ndim == 1 else self.dropna(subset=subset)
        last = valid.truncate(after=where).tail(1)
        if self.ndim == 1:
            return last.to_pandas().iloc[0] if len(last) else float("nan")
        found = last if len(last) else self.head(1).isna().astype("float64").replace(0.0, float("nan"))
        row = found.iloc[0] if len(last) else found.replace(1.0, float("nan")).iloc[0]
        return row.rename(where)

    def asfreq(
        self, freq: Any, method: Any = None, how: Any = None, normalize: bool = False, fill_value: Any = None
    ) -> Self:
        """Give the rows at regular times, from the first to the last one.

        Parameters
        ----------
        freq : str or offset
            The step.
        method : {"ffill", "bfill"}, optional
            Which row stands in where there is none.
        how : {"start", "end"}, optional
            For periods, as in pandas; without effect on times.
        normalize : bool, default False
            Whether the labels are moved to midnight.
        fill_value : scalar, optional
            What stands where there is no row.

        Returns
        -------
        same type
        """
        index = self.index
        if index.nlevels > 1 or not str(index.dtype).startswith("datetime64") or not len(self):
            local: Self = self._fallback("asfreq", freq, method, how, normalize, fill_value)
            return local
        times = pd.date_range(index.min(), index.max(), freq=freq, unit=index.unit, name=index.name)
        made: Self = self.reindex(times, method=method, fill_value=fill_value)
        return made.set_axis(times.normalize()) if normalize else made

    # ------------------------------------------------------------------ labels in time

    def tz_localize(
        self, tz: Any, axis: Any = 0, level: Any = None, copy: Any = NO, ambiguous: Any = "raise",
        nonexistent: Any = "raise",
    ) -> Self:
        """Say in which time zone the clocks show the labels.

        Parameters
        ----------
        tz : str, tzinfo or None
            The zone; None takes it away.
        axis : {0, 1}, default 0
            Whose labels.
        level : int or hashable, optional
            Of labels with several levels the one that is meant.
        copy : bool
            Without effect, as in pandas.
        ambiguous, nonexistent
            What happens with times that are shown twice or never, as in pandas.

        Returns
        -------
        same type

        Raises
        ------
        TypeError
            When the labels are no times, or have a zone.
        """
        how = {"ambiguous": ambiguous, "nonexistent": nonexistent}
        return self._in_zone("tz_localize", tz, axis, level, **how)

    def tz_convert(self, tz: Any, axis: Any = 0, level: Any = None, copy: Any = NO) -> Self:
        """Give the labels in another time zone.

        Parameters
        ----------
        tz : str, tzinfo or None
            The zone; None gives them without one, in UTC.
        axis : {0, 1}, default 0
            Whose labels.
        level : int or hashable, optional
            Of labels with several levels the one that is meant.
        copy : bool
            Without effect, as in pandas.

        Returns
        -------
        same type

        Raises
        ------
        TypeError
            When the labels are no times, or have no zone.
        """
        return self._in_zone("tz_convert", tz, axis, level)

    def _in_zone(self, name: str, tz: Any, axis: Any, level: Any, **how: Any) -> Self:
        if self._axis(axis):
            return self._with_column_labels(name, tz, level=level, **how)
        index = self.index
        place = 0 if level is None and index.nlevels == 1 else index._get_level_number(level) if isinstance(
            index, pd.Index) else index._place(level)
        one = index if index.nlevels == 1 else index.get_level_values(place)
        if not str(one.dtype).startswith("datetime64"):
            msg = "index is not a valid DatetimeIndex or PeriodIndex"
            raise TypeError(msg)
        made = getattr(one, name)(tz, **how)
        if not isinstance(made, RowLabels):
            relabelled: Self = self.set_axis(made)
            return relabelled
        levels = [*index._levels]
        levels[place] = made._levels[0]
        return type(self)._of(self._block.with_index(tuple(levels), self._block.index_names))

    def to_timestamp(self, freq: Any = None, how: str = "start", axis: Any = 0, copy: Any = NO) -> Self:
        """Give labels that are periods as times; the rows of H2O have none, so this is for columns.

        Parameters
        ----------
        freq : str, optional
            The frequency.
        how : {"start", "end"}
            Which end of the period.
        axis : {0, 1}, default 0
            Whose labels.
        copy : bool
            Without effect, as in pandas.

        Returns
        -------
        same type

        Raises
        ------
        TypeError
            When the labels are no periods.
        """
        if self._axis(axis):
            return self._with_column_labels("to_timestamp", freq, how)
        msg = f"unsupported Type {type(self.index).__name__}"
        raise TypeError(msg)

    def to_period(self, freq: Any = None, axis: Any = 0, copy: Any = NO) -> Any:
        """Give labels that are times as periods; H2O has no type for them, so rows become an object of pandas.

        Parameters
        ----------
        freq : str, optional
            The frequency.
        axis : {0, 1}, default 0
            Whose labels.
        copy : bool
            Without effect, as in pandas.

        Returns
        -------
        pandas.DataFrame or pandas.Series; for the labels of columns the same type as this
        """
        if self._axis(axis):
            return self._with_column_labels("to_period", freq)
        return self._fallback("to_period", freq, why="H2O has no type for periods")

    # ------------------------------------------------------------------ inside

    def _axis(self, axis: Any) -> bool:
        """Tell whether the columns are meant; a series has none."""
        if axis is None or axis in ROWS:
            return False
        if axis not in {1, "columns"} or self.ndim == 1:
            msg = f"No axis named {axis} for object type {type(self).__name__}"
            raise ValueError(msg)
        return True

    def _zone(self) -> Any:
        """Give the time zone of the row labels, which must be times."""
        dtype = self.index.dtype
        if self.index.nlevels > 1 or not str(dtype).startswith("datetime64"):
            msg = "Index must be DatetimeIndex"
            raise TypeError(msg)
        return getattr(dtype, "tz", None)

    def _time_of_day(self) -> Expr:
        return clock.time_of_day(zones.local(self._block, self._block.index_columns[0]))

    def _where(self, mask: Expr) -> Self:
        return type(self)._of(self._block.filter(mask))

    def _by_column_labels(self, name: str, *args: Any, **kwargs: Any) -> Self:
        """Keep columns by their labels."""
        kept = getattr(shadow_of(self._block.labels), name)(*args, axis=1, **kwargs)
        return type(self)._of(replace(self._block.select([int(n) for n in kept.iloc[0]]), labels=kept.columns))

    def _with_column_labels(self, name: str, *args: Any, **kwargs: Any) -> Self:
        """Change the labels of the columns."""
        made = getattr(shadow_of(self._block.labels), name)(*args, axis=1, **kwargs)
        return type(self)._of(replace(self._block, labels=made.columns))


def shifted_labels(obj: Any, periods: int, freq: Any) -> Any:
    """Move the row labels of a frame or series in time.

    Parameters
    ----------
    obj : DataFrame or Series
        The object.
    periods : int
        By how many steps.
    freq : str or offset
        The step; ``"infer"`` reads it off the labels, in pandas.

    Returns
    -------
    same type
    """
    if freq == "infer":
        freq = obj.index.inferred_freq
    moved = obj.index.shift(periods, freq)
    if isinstance(moved, RowLabels):
        return type(obj)._of(obj._block.with_index(moved._levels, obj._block.index_names))
    return type(obj)._of(labelling.set_labels(obj._block, moved))


def _milliseconds(time: datetime.time) -> Expr:
    seconds = 3600 * time.hour + 60 * time.minute + time.second
    return lit(1000.0 * seconds + time.microsecond / 1000)
