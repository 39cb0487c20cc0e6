"""The accessor ``Series.dt``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core import clock, zones
from h2o_frame_compat.core.distinct import distinct_values, lookup, map_distinct
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.expr import call, lit
from h2o_frame_compat.pandas.borrowed import borrow
from h2o_frame_compat.pandas.wrap import fallback

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.expr import Expr
    from h2o_frame_compat.pandas.frame import DataFrame
    from h2o_frame_compat.pandas.series import Series

_CLOCK = {
    "year": "year", "month": "month", "day": "day", "hour": "hour", "minute": "minute", "second": "second",
    "dayofweek": "dayofweek", "day_of_week": "dayofweek", "weekday": "dayofweek", "dayofyear": "dayofyear",
    "day_of_year": "dayofyear", "quarter": "quarter",
}
_PER_DAY = (
    "days_in_month", "daysinmonth", "is_leap_year", "is_month_start", "is_month_end", "is_quarter_start",
    "is_quarter_end", "is_year_start", "is_year_end",
)
_IN_CLUSTER = "Computed in the cluster."
_ON_CLIENT = "Runs in pandas on the client: H2O has no type for its result."


def accessor(series: Series) -> DatetimeAccessor | TimedeltaAccessor:
    """Give the accessor of a series of datetimes or timedeltas.

    Parameters
    ----------
    series : Series
        The series.

    Returns
    -------
    DatetimeAccessor or TimedeltaAccessor

    Raises
    ------
    AttributeError
        For a series of anything else.
    """
    kind = series._block.columns[0].dtype
    if not kind.is_temporal:
        msg = "Can only use .dt accessor with datetimelike values"
        raise AttributeError(msg)
    return DatetimeAccessor(series) if kind.kind == "datetime" else TimedeltaAccessor(series)


class _Accessor:
    """What both have.

    Parameters
    ----------
    series : Series
        Of datetimes or timedeltas.
    """

    def __init__(self, series: Series) -> None:
        self._series = series
        self._block = series._block
        self._expr: Expr = series._block.columns[0]

    def _new(self, expr: Expr) -> Series:
        return type(self._series)._of(self._block.with_columns([expr], self._block.labels))

    def _frame(self, columns: list[Expr], labels: Any) -> DataFrame:
        from h2o_frame_compat.pandas.frame import DataFrame  # noqa: PLC0415 - frames are made of series

        return DataFrame._of(self._block.with_columns(columns, labels))

    def _gaps(self, expr: Expr) -> Expr:
        return clock.with_gaps(self._block, expr, self._expr)

    def _whole(self, expr: Expr) -> Series:
        return self._new(self._gaps(call("cast", expr, params=(dt.INT32,))))

    def _in_pandas(self, name: str, *args: Any, **kwargs: Any) -> Any:
        what = f"Series.dt.{name}"

        def run() -> Any:
            found = getattr(self._series._to_local(guard=what).dt, name)
            return found(*args, **kwargs) if callable(found) else found

        return fallback(what, run, self._series, why="H2O has no type for its result")

    def _mapped(self, function: Callable[[pd.Series], Any], what: str) -> Series:
        return self._new(map_distinct(self._expr, self._block.rel, function, what=what))

    # ------------------------------------------------------------------ rounding

    def floor(self, freq: Any, ambiguous: Any = "raise", nonexistent: Any = "raise") -> Series:
        """Round down.

        Parameters
        ----------
        freq : str or offset
            A fixed frequency, such as ``"h"``.
        ambiguous, nonexistent
            As in pandas, for time zones.

        Returns
        -------
        Series
        """
        return self._rounded("floor", freq, ambiguous, nonexistent)

    def ceil(self, freq: Any, ambiguous: Any = "raise", nonexistent: Any = "raise") -> Series:
        """Round up.

        Parameters
        ----------
        freq : str or offset
            A fixed frequency, such as ``"h"``.
        ambiguous, nonexistent
            As in pandas, for time zones.

        Returns
        -------
        Series
        """
        return self._rounded("ceil", freq, ambiguous, nonexistent)

    def round(self, freq: Any, ambiguous: Any = "raise", nonexistent: Any = "raise") -> Series:
        """Round to the nearest, a half to an even number of steps.

        Parameters
        ----------
        freq : str or offset
            A fixed frequency, such as ``"h"``.
        ambiguous, nonexistent
            As in pandas, for time zones.

        Returns
        -------
        Series
        """
        return self._rounded("round", freq, ambiguous, nonexistent)

    def _rounded(self, name: str, freq: Any, ambiguous: Any, nonexistent: Any) -> Series:
        step = clock.step_of(freq)
        if step is None:
            return self._mapped(lambda values: getattr(values.dt, name)(freq, ambiguous, nonexistent), f"dt.{name}")
        return self._new(clock.rounded(self._expr, step, name))

    # ------------------------------------------------------------------ units

    @property
    def unit(self) -> str:
        """The resolution."""
        return self._expr.dtype.unit

    def as_unit(self, unit: str, round_ok: bool = True) -> Series:
        """Change the resolution.

        Parameters
        ----------
        unit : {"s", "ms", "us", "ns"}
            The new one.
        round_ok : bool, default True
            Whether digits may be lost.

        Returns
        -------
        Series

        Raises
        ------
        ValueError
            For another unit, or when digits would be lost that may not be.
        """
        made = pd.Series([0]).astype(f"m8[{self.unit}]").dt.as_unit(unit)
        target = self._expr.dtype.but(unit=made.dt.unit)
        if unit != "s":
            return self._new(call("cast", self._expr, params=(target,)))
        if not round_ok:
            return self._mapped(lambda values: values.dt.as_unit(unit, round_ok=False), "dt.as_unit")
        return self._new(call("cast", clock.rounded(self._expr, 1000, "floor"), params=(target,)))


class DatetimeAccessor(_Accessor):
    """Parts and properties of datetimes; those with a time zone are taken apart as their clocks show them.

    Parameters
    ----------
    series : Series
        Of datetimes.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> pd.to_datetime(pd.Series(["2024-02-29"])).dt.day.tolist()
    [29]
    """

    @property
    def _wall(self) -> Expr:
        """What the clocks show."""
        return zones.local(self._block, self._expr)

    def _part(self, name: str) -> Series:
        return self._new(self._gaps(call(_CLOCK[name], self._wall)))

    def _of_day(self, name: str) -> Series:
        return self._per_day(lambda values: getattr(values.dt, name), f"dt.{name}")

    def _per_day(self, function: Callable[[pd.Series], Any], what: str) -> Series:
        return self._new(clock.per_day(self._wall, self._block.rel, function, what))

    @property
    def microsecond(self) -> Series:
        """The microseconds within the second; the cluster keeps whole milliseconds."""
        return self._whole(call("mul", call("mod", clock.ticks(self._expr), lit(1000.0)), lit(1000.0)))

    @property
    def nanosecond(self) -> Series:
        """The nanoseconds within the microsecond: none."""
        return self._whole(call("mul", clock.ticks(self._expr), lit(0.0)))

    # ------------------------------------------------------------------ days

    @property
    def date(self) -> Series:
        """The days, as datetimes at midnight: H2O has no type for dates alone."""
        return self._new(call("normalize", self._wall))

    @property
    def time(self) -> Series:
        """The time of day, as the timedelta since midnight: H2O has no type for it."""
        span = dt.timedelta(self._expr.dtype.unit)
        return self._new(call("cast", clock.time_of_day(self._wall), params=(span,)))

    @property
    def timetz(self) -> Any:
        """The time of day, as `time`; of datetimes with a time zone in pandas, on the client."""
        return self.time if self.tz is None else self._in_pandas("timetz")

    def normalize(self) -> Series:
        """Give the times at midnight of their day.

        Returns
        -------
        Series
        """
        return self._zoned(call("normalize", self._wall), "normalize")

    def isocalendar(self) -> DataFrame:
        """Give the year, week and day of the ISO calendar.

        Returns
        -------
        DataFrame
        """
        days = call("normalize", self._wall)
        values = distinct_values(days, self._block.rel, what="dt.isocalendar")
        made = values.dt.isocalendar()
        return self._frame([lookup(days, values, made[c]) for c in made.columns], made.columns)

    def day_name(self, locale: str | None = None) -> Series:
        """Give the names of the days of the week.

        Parameters
        ----------
        locale : str, optional
            The language, English by default.

        Returns
        -------
        Series
        """
        return self._new(clock.named(self._wall, "day", locale))

    def month_name(self, locale: str | None = None) -> Series:
        """Give the names of the months.

        Parameters
        ----------
        locale : str, optional
            The language, English by default.

        Returns
        -------
        Series
        """
        return self._new(clock.named(self._wall, "month", locale))

    def strftime(self, date_format: str) -> Series:
        """Write the times as texts; in pandas, once for each day where the format shows no more.

        Parameters
        ----------
        date_format : str
            As for `datetime.datetime.strftime`.

        Returns
        -------
        Series
        """
        if clock.of_days(date_format):
            return self._per_day(lambda values: values.dt.strftime(date_format), "dt.strftime")
        return self._mapped(lambda values: values.dt.strftime(date_format), "dt.strftime")

    def _rounded(self, name: str, freq: Any, ambiguous: Any, nonexistent: Any) -> Series:
        step = clock.step_of(freq)
        if step is None or self.tz is None:
            return super()._rounded(name, freq, ambiguous, nonexistent)
        made = clock.rounded(self._wall, step, name)
        return self._zoned(made, name, freq, ambiguous=ambiguous, nonexistent=nonexistent)

    def _zoned(self, wall: Expr, name: str, *args: Any, **how: Any) -> Series:
        """Give the series in its own time zone, for what its clocks show; else run the named method in pandas."""
        made = wall if self.tz is None else None
        if made is None and is_scalar(how.get("ambiguous", "raise")):
            made = zones.localized(self._block, wall, self.tz, **how)
        return self._in_pandas(name, *args, **how) if made is None else self._new(made)

    def to_pydatetime(self) -> pd.Series:
        """Fetch the times as objects of the module `datetime`.

        Returns
        -------
        pandas.Series
        """
        return self._series._to_local(guard="Series.dt.to_pydatetime").dt.to_pydatetime()

    # ------------------------------------------------------------------ zones

    @property
    def tz(self) -> Any:
        """The time zone, None where there is none."""
        return getattr(self._series.dtype, "tz", None)

    def tz_localize(self, tz: Any, ambiguous: Any = "raise", nonexistent: Any = "raise") -> Series:
        """Say in which time zone the clocks show these times; None takes the zone away.

        Parameters
        ----------
        tz : str, tzinfo or None
            The zone.
        ambiguous, nonexistent
            What happens with times that are shown twice or never, as in pandas. What depends on other rows
            (``"infer"``, an array) runs there, on the client.

        Returns
        -------
        Series

        Raises
        ------
        TypeError
            When the times have a zone.
        ValueError
            For times that are shown twice or never.
        """
        if tz is None:
            return self._new(self._wall)
        if self.tz is not None:
            msg = "Already tz-aware, use tz_convert to convert."
            raise TypeError(msg)
        how = {"ambiguous": ambiguous, "nonexistent": nonexistent}
        made = zones.localized(self._block, self._expr, tz, **how) if is_scalar(ambiguous) else None
        return self._in_pandas("tz_localize", tz, **how) if made is None else self._new(made)

    def tz_convert(self, tz: Any) -> Series:
        """Give the same instants in another time zone; None gives them without one, in UTC.

        Parameters
        ----------
        tz : str, tzinfo or None
            The zone.

        Returns
        -------
        Series

        Raises
        ------
        TypeError
            When the times have no zone.
        """
        zone = None if tz is None else str(pd.DatetimeTZDtype("ms", tz).tz)
        if self.tz is None:
            msg = "Cannot convert tz-naive timestamps, use tz_localize to localize"
            raise TypeError(msg)
        return self._new(call("cast", self._expr, params=(self._expr.dtype.but(tz=zone),)))


borrow(DatetimeAccessor, pd.DatetimeIndex, _CLOCK, DatetimeAccessor._part, _IN_CLUSTER)
borrow(DatetimeAccessor, pd.DatetimeIndex, _PER_DAY, DatetimeAccessor._of_day, "Computed once for each day.")
borrow(DatetimeAccessor, pd.DatetimeIndex, ["freq", "to_period"], DatetimeAccessor._in_pandas, _ON_CLIENT)


class TimedeltaAccessor(_Accessor):
    """Parts and properties of timedeltas.

    Parameters
    ----------
    series : Series
        Of timedeltas.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> pd.to_timedelta(pd.Series(["26h"])).dt.days.tolist()
    [1]
    """

    @property
    def days(self) -> Series:
        """The whole days."""
        return self._new(self._gaps(call("days", self._expr)))

    @property
    def seconds(self) -> Series:
        """The whole seconds within the day."""
        return self._whole(call("floor", call("truediv", clock.time_of_day(self._expr), lit(1000.0))))

    @property
    def microseconds(self) -> Series:
        """The microseconds within the second; the cluster keeps whole milliseconds."""
        return self._whole(call("mul", call("mod", clock.ticks(self._expr), lit(1000.0)), lit(1000.0)))

    @property
    def nanoseconds(self) -> Series:
        """The nanoseconds within the microsecond: none."""
        return self._whole(call("mul", clock.ticks(self._expr), lit(0.0)))

    @property
    def components(self) -> DataFrame:
        """Days, hours, minutes, seconds, milliseconds, microseconds and nanoseconds."""
        labels = pd.Series([pd.Timedelta(0)]).dt.components.columns
        return self._frame(clock.components(self._block, self._expr), labels)

    def total_seconds(self) -> Series:
        """Give the timedeltas in seconds.

        Returns
        -------
        Series
        """
        return self._new(call("total_seconds", self._expr))

    def to_pytimedelta(self) -> np.ndarray[Any, Any]:
        """Fetch the timedeltas as objects of the module `datetime`.

        Returns
        -------
        numpy.ndarray
        """
        return np.asarray(pd.TimedeltaIndex(self._series._to_local(guard="Series.dt.to_pytimedelta")).to_pytimedelta())


borrow(TimedeltaAccessor, pd.TimedeltaIndex, ["freq"], TimedeltaAccessor._in_pandas, _ON_CLIENT)
