"""The accessor ``Series.dt``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core import clock
from h2o_frame_compat.core.distinct import map_distinct
from h2o_frame_compat.expr import call, lit
from h2o_frame_compat.pandas.wrap import fallback

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.expr import Expr
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
_UNITS = ("s", "ms", "us", "ns")


class DateAccessor:
    """Parts and properties of datetimes and timedeltas; what is not native runs in pandas on the client.

    Parameters
    ----------
    series : Series
        Of datetimes or timedeltas.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> pd.to_datetime(pd.Series(["2024-02-29"])).dt.day.tolist()
    [29]
    """

    def __init__(self, series: Series) -> None:
        self._series = series
        self._expr: Expr = series._block.columns[0]
        if not self._expr.dtype.is_temporal:
            msg = "Can only use .dt accessor with datetimelike values"
            raise AttributeError(msg)

    def _new(self, expr: Expr) -> Series:
        block = self._series._block
        return type(self._series)._of(block.with_columns([expr], block.labels))

    @property
    def _kind(self) -> str:
        native = self._expr.dtype
        return "zoned" if native.tz is not None else native.kind

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if self._kind == "datetime" and name in _CLOCK:
            return self._new(self._gaps(call(_CLOCK[name], self._expr)))
        if self._kind == "datetime" and name in _PER_DAY:
            return self._new(clock.per_day(self._expr, self._series._block.rel, _property(name), f"dt.{name}"))
        return self._in_pandas(name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_CLOCK, *_PER_DAY})

    def _gaps(self, expr: Expr) -> Expr:
        return clock.with_gaps(self._series._block, expr, self._expr)

    def _in_pandas(self, name: str) -> Any:
        sample = getattr(pd.Series([0]).astype(self._series.dtype).dt, name)
        what = f"Series.dt.{name}"
        if not callable(sample):
            return fallback(what, lambda: getattr(self._series._to_local(guard=what).dt, name), self._series)

        def method(*args: Any, **kwargs: Any) -> Any:
            return fallback(
                what, lambda: getattr(self._series._to_local(guard=what).dt, name)(*args, **kwargs), self._series
            )

        return method

    # ------------------------------------------------------------------ days

    @property
    def date(self) -> Any:
        """The days, as datetimes at midnight: H2O has no type for dates alone."""
        return self.normalize()

    @property
    def time(self) -> Any:
        """The time of day, as the timedelta since midnight: H2O has no type for it."""
        if self._kind != "datetime":
            return self._in_pandas("time")
        rest = call("mod", clock.ticks(self._expr), lit(86_400_000.0))
        return self._new(call("cast", rest, params=(dt.timedelta(self._expr.dtype.unit),)))

    def normalize(self) -> Series:
        """Give the times at midnight of their day.

        Returns
        -------
        Series
        """
        if self._kind != "datetime":
            made: Series = self._in_pandas("normalize")()
            return made
        return self._new(call("normalize", self._expr))

    def day_name(self, locale: str | None = None) -> Series:
        """Give the names of the days of the week.

        Parameters
        ----------
        locale : str, optional
            The language; another one than English runs in pandas.

        Returns
        -------
        Series
        """
        return self._name("day", locale)

    def month_name(self, locale: str | None = None) -> Series:
        """Give the names of the months.

        Parameters
        ----------
        locale : str, optional
            The language; another one than English runs in pandas.

        Returns
        -------
        Series
        """
        return self._name("month", locale)

    def _name(self, kind: str, locale: str | None) -> Series:
        if self._kind != "datetime" or locale is not None:
            made: Series = self._in_pandas(f"{kind}_name")(locale)
            return made
        return self._new(clock.named(self._expr, kind))

    def strftime(self, date_format: str) -> Series:
        """Write the times as texts.

        Parameters
        ----------
        date_format : str
            As for `datetime.datetime.strftime`.

        Returns
        -------
        Series
        """
        return self._mapped(lambda values: values.dt.strftime(date_format), "dt.strftime")

    def _mapped(self, function: Callable[[pd.Series], Any], what: str) -> Series:
        return self._new(map_distinct(self._expr, self._series._block.rel, function, what=what))

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
        """Round to the nearest; computed in pandas for each distinct value.

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
        if self._kind == "zoned":
            made: Series = self._in_pandas(name)(freq, ambiguous, nonexistent)
            return made
        if step is None or name == "round":
            return self._mapped(lambda values: getattr(values.dt, name)(freq), f"dt.{name}")
        return self._new(clock.floor(self._expr, step, up=name == "ceil"))

    # ------------------------------------------------------------------ units and zones

    @property
    def unit(self) -> str:
        """The resolution."""
        return self._expr.dtype.unit

    @property
    def tz(self) -> Any:
        """The time zone, None where there is none."""
        return getattr(self._series.dtype, "tz", None)

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
        """
        if unit == "s" or unit not in _UNITS:
            made: Series = self._in_pandas("as_unit")(unit)
            return made
        return self._new(call("cast", self._expr, params=(self._expr.dtype.but(unit=unit),)))

    @property
    def microsecond(self) -> Any:
        """The microseconds within the second; the cluster keeps whole milliseconds."""
        if self._kind != "datetime":
            return self._in_pandas("microsecond")
        rest = call("mul", call("mod", clock.ticks(self._expr), lit(1000.0)), lit(1000.0))
        return self._new(self._whole(rest, dt.INT32))

    @property
    def nanosecond(self) -> Any:
        """The nanoseconds within the microsecond: none."""
        if self._kind != "datetime":
            return self._in_pandas("nanosecond")
        return self._new(self._whole(call("mul", clock.ticks(self._expr), lit(0.0)), dt.INT32))

    def _whole(self, expr: Expr, kind: dt.DType) -> Expr:
        return self._gaps(call("cast", expr, params=(kind,)))

    # ------------------------------------------------------------------ timedeltas

    @property
    def days(self) -> Any:
        """The whole days of timedeltas."""
        if self._kind != "timedelta":
            return self._in_pandas("days")
        return self._new(self._gaps(call("days", self._expr)))

    @property
    def seconds(self) -> Any:
        """The seconds of timedeltas within the day."""
        if self._kind != "timedelta":
            return self._in_pandas("seconds")
        rest = call("mod", clock.ticks(self._expr), lit(86_400_000.0))
        return self._new(self._whole(call("floor", call("truediv", rest, lit(1000.0))), dt.INT32))

    def total_seconds(self) -> Series:
        """Give timedeltas in seconds.

        Returns
        -------
        Series
        """
        if self._kind != "timedelta":
            made: Series = self._in_pandas("total_seconds")()
            return made
        return self._new(call("total_seconds", self._expr))


def _property(name: str) -> Callable[[pd.Series], Any]:
    return lambda values: getattr(values.dt, name)


