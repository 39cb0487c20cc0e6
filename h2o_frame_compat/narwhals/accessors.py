"""Narwhals' ``str``, ``dt`` and ``cat`` of our series."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from narwhals._compliant.any_namespace import CatNamespace, DateTimeNamespace, StringNamespace
from narwhals._duration import Interval
from narwhals._utils import str_slice_stop
from narwhals.dtypes import Date

from h2o_frame_compat.narwhals import nested
from h2o_frame_compat.narwhals.refusals import refusing_all
from h2o_frame_compat.pandas.frame import DataFrame
from h2o_frame_compat.pandas.general import to_datetime

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.narwhals.series import EagerSeries

_PER_SECOND = {"ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
# What pandas calls narwhals' units of time.
_UNITS = {"y": "YS", "mo": "MS", "d": "D", "h": "h", "m": "min", "s": "s", "ms": "ms", "us": "us", "ns": "ns"}


class _Accessor:
    def __init__(self, series: EagerSeries) -> None:
        self._series = series

    @property
    def native(self) -> Any:
        """Our series."""
        return self._series.native

    @property
    def compliant(self) -> Any:
        """The series of narwhals that it belongs to."""
        return self._series

    def _made(self, native: Any) -> Any:
        return self._series._with_native(native, preserve_broadcast=True)


@refusing_all
class Text(_Accessor, StringNamespace["EagerSeries"]):
    """Functions of text."""

    def _applied(self, given: Any, function: Callable[[pd.Series, str], Any]) -> Any:
        """Apply a function of texts and one word; a column of words goes by the distinct pairs of both."""
        word = given._scalar() if getattr(given, "_broadcast", False) else given
        if isinstance(word, str):
            return function(self.native, word)
        own, words = self._series._other(word)
        pairs = own.to_frame("text").assign(word=words)
        known = pairs.drop_duplicates().to_pandas()
        made = [
            None if pd.isna(t) or pd.isna(w) else function(pd.Series([t]), w).iloc[0]
            for t, w in zip(known["text"], known["word"], strict=True)
        ]
        flags = all(m is None or isinstance(m, (bool, np.bool_)) for m in made)
        table = known.assign(made=pd.array(made, dtype="boolean" if flags else "str"))
        return pairs.merge(DataFrame(table), on=["text", "word"], how="left")["made"].rename(self._series.name)

    def len_chars(self) -> Any:
        """Give lengths."""
        return self._made(self.native.str.len())

    def replace(self, value: Any, pattern: Any, *, literal: bool, n: int) -> Any:
        """Replace the first matches."""
        if n == 0:
            return self._series

        def replaced(texts: Any, word: str) -> Any:
            pattern_word = pattern if literal else re.compile(pattern)
            return texts.str.replace(pattern_word, word if literal else _groups(word), n=n, regex=not literal)

        return self._made(self._applied(value, replaced))

    def replace_all(self, value: Any, pattern: Any, *, literal: bool) -> Any:
        """Replace all matches."""
        return self.replace(value, pattern, literal=literal, n=-1)

    def strip_chars(self, characters: str | None) -> Any:
        """Remove characters at both ends."""
        return self._made(self.native.str.strip(characters))

    def strip_chars_start(self, characters: str | None) -> Any:
        """Remove characters at the start."""
        return self._made(self.native.str.lstrip(characters))

    def strip_chars_end(self, characters: str | None) -> Any:
        """Remove characters at the end."""
        return self._made(self.native.str.rstrip(characters))

    def _flags(self, native: Any) -> Any:
        return self._made(native.astype("boolean").where(self.native.notna()))

    def starts_with(self, prefix: Any) -> Any:
        """Tell which texts start with a word."""
        return self._flags(self._applied(prefix, lambda texts, word: texts.str.startswith(word)))

    def ends_with(self, suffix: Any) -> Any:
        """Tell which texts end with a word."""
        return self._flags(self._applied(suffix, lambda texts, word: texts.str.endswith(word)))

    def contains(self, pattern: Any, *, literal: bool) -> Any:
        """Tell which texts contain a pattern."""
        found = self._applied(pattern, lambda texts, word: texts.str.contains(word, regex=not literal))
        return self._flags(found)

    def slice(self, offset: int, length: int | None) -> Any:
        """Cut out a part."""
        return self._made(self.native.str.slice(offset, str_slice_stop(offset, length)))

    def to_datetime(self, format: str | None) -> Any:
        """Read dates."""
        utc = bool(format and ("%z" in format or "Z" in format))
        return self._made(to_datetime(self.native, format=format, utc=utc))

    def to_uppercase(self) -> Any:
        """Give capitals."""
        return self._made(self.native.str.upper())

    def to_lowercase(self) -> Any:
        """Give small letters."""
        return self._made(self.native.str.lower())

    def to_titlecase(self) -> Any:
        """Give capitals at the start of words."""
        return self._made(self.native.str.title())

    def zfill(self, width: int) -> Any:
        """Put zeros in front."""
        return self._made(self.native.str.zfill(width)) if width else self._series

    def pad_start(self, length: int, fill_char: str) -> Any:
        """Fill up at the start."""
        return self._made(self.native.str.pad(length, side="left", fillchar=fill_char))

    def pad_end(self, length: int, fill_char: str) -> Any:
        """Fill up at the end."""
        return self._made(self.native.str.pad(length, side="right", fillchar=fill_char))

    def split(self, by: str) -> Any:
        """Give lists of the parts between separators."""
        return nested.computed(self._series, lambda s: s.str.split(by), "str.split")

    def to_date(self, format: str | None) -> Any:
        """Read dates."""
        return self.to_datetime(format).dt.date()

    def to_time(self, format: str | None) -> Any:
        """Read times of day."""
        return nested.computed(self._series, lambda s: s.str.to_time(format), "str.to_time")


@refusing_all
class Clock(_Accessor, DateTimeNamespace["EagerSeries"]):
    """Functions of dates and durations."""

    def _as_times(self) -> Any:
        """Give dates as the times at which they begin."""
        return self._made(self.native.astype("datetime64[ms]"))

    def _part(self, word: str) -> Any:
        return self._made(getattr(self.native.dt, word))

    def year(self) -> Any:
        """Give the year."""
        return self._part("year")

    def month(self) -> Any:
        """Give the month."""
        return self._part("month")

    def day(self) -> Any:
        """Give the day of the month."""
        return self._part("day")

    def hour(self) -> Any:
        """Give the hour."""
        return self._part("hour")

    def minute(self) -> Any:
        """Give the minute."""
        return self._part("minute")

    def second(self) -> Any:
        """Give the second."""
        return self._part("second")

    def millisecond(self) -> Any:
        """Give the millisecond."""
        return self.microsecond() // 1000

    def microsecond(self) -> Any:
        """Give the microsecond."""
        return self._part("microsecond")

    def nanosecond(self) -> Any:
        """Give the nanosecond."""
        return self.microsecond() * 1000

    def ordinal_day(self) -> Any:
        """Give the day of the year."""
        return self._part("day_of_year")

    def weekday(self) -> Any:
        """Give the day of the week, Monday is 1."""
        return self._part("day_of_week") + 1

    def _total(self, per_second: float) -> Any:
        """Give durations in a unit, rounded towards zero."""
        counted = self.native.dt.total_seconds() * per_second
        whole = counted.abs().round(6) // 1
        signed = whole.where(counted >= 0, -whole)
        return self._made(signed.astype("Int64" if self.native.hasnans else "int64"))

    def total_minutes(self) -> Any:
        """Give durations in minutes."""
        return self._total(1 / 60)

    def total_seconds(self) -> Any:
        """Give durations in seconds."""
        return self._total(1)

    def total_milliseconds(self) -> Any:
        """Give durations in milliseconds."""
        return self._total(1_000)

    def total_microseconds(self) -> Any:
        """Give durations in microseconds."""
        return self._total(1_000) * 1_000

    def total_nanoseconds(self) -> Any:
        """Give durations in nanoseconds."""
        return self._total(1_000) * 1_000_000

    def to_string(self, format: str) -> Any:
        """Write as text."""
        return self._made(self.native.dt.strftime(format.replace("%S%.f", "%S.%f")))

    def replace_time_zone(self, time_zone: str | None) -> Any:
        """Set the time zone, the clock stays."""
        naive = self.native.dt.tz_localize(None)
        return self._made(naive if time_zone is None else naive.dt.tz_localize(time_zone))

    def convert_time_zone(self, time_zone: str) -> Any:
        """Set the time zone, the instant stays."""
        own = self.native if self._series.dtype.time_zone else self.native.dt.tz_localize("UTC")
        return self._made(own.dt.tz_convert(time_zone))

    def timestamp(self, time_unit: str) -> Any:
        """Give the time since 1970 in a unit."""
        if isinstance(self._series.dtype, Date):
            return self._as_times().dt.timestamp(time_unit)
        if getattr(self._series.dtype, "time_unit", None) is None:
            msg = "Input should be either of Date or Datetime type"
            raise TypeError(msg)
        own = self.native.dt.tz_convert("UTC").dt.tz_localize(None) if self._series.dtype.time_zone else self.native
        since = own - pd.Timestamp(0)
        spans = self._series._with_native(since)
        return spans.dt.total_milliseconds() * (_PER_SECOND[time_unit] // 1_000)

    def truncate(self, every: str) -> Any:
        """Round down to a multiple of a unit."""
        if isinstance(self._series.dtype, Date):
            return self._as_times().dt.truncate(every).dt.date()
        interval = Interval.parse(every)
        multiple, unit = interval.multiple, interval.unit
        if unit in {"y", "q", "mo"}:
            return self._period_start(multiple * {"y": 12, "q": 3, "mo": 1}[unit])
        return self._made(self.native.dt.floor(f"{multiple}{_UNITS[unit]}"))

    def _period_start(self, months: int) -> Any:
        """Give the first instant of the span of so many months that a date lies in."""

        def start(dates: pd.Series) -> pd.Series:
            naive = dates.dt.tz_localize(None)
            count = (naive.dt.year - 1970) * 12 + naive.dt.month - 1
            first = count // months * months
            whole = first.to_numpy().astype("datetime64[M]").astype("datetime64[ms]")
            made = pd.Series(whole, index=dates.index)
            return made.dt.tz_localize(dates.dt.tz) if dates.dt.tz is not None else made

        return self._made(self._series._by_distinct(start, "dt.truncate").astype(self.native.dtype))

    def offset_by(self, by: str) -> Any:
        """Move by a span."""
        if isinstance(self._series.dtype, Date):
            return self._as_times().dt.offset_by(by).dt.date()
        interval = Interval.parse_no_constraints(by)
        months = interval.multiple * {"y": 12, "q": 3, "mo": 1}.get(interval.unit, 0)
        if months:
            moved = self._series._by_distinct(lambda dates: dates + pd.DateOffset(months=months), "dt.offset_by")
            return self._made(moved.astype(self.native.dtype))
        span = pd.Timedelta(interval.multiple, "ns") if interval.unit == "ns" else interval.to_timedelta()
        zone = getattr(self._series.dtype, "time_zone", None)
        if interval.unit == "d" and zone:
            return self._made((self.native.dt.tz_localize(None) + span).dt.tz_localize(zone))
        return self._made(self.native + span)

    def date(self) -> Any:
        """Give the date."""
        return self._made(self.native.dt.tz_localize(None).astype(pd.ArrowDtype(pa.date32())))


@refusing_all
class Categories(_Accessor, CatNamespace["EagerSeries"]):
    """Functions of categories."""

    def get_categories(self) -> Any:
        """Give the categories."""
        own = self.native
        return self._series._with_native(type(own)(own.cat.categories, name=own.name))


def _groups(word: str) -> str:
    """Write what is put in place of a match as Python does: narwhals names groups ``$1`` or ``${name}``."""
    escaped = word.replace("\\", "\\\\").replace("$$", "\0")
    return re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", escaped).replace("\0", "$")
