"""Every name of `Series.dt`, for datetimes with and without a time zone and for timedeltas."""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pytest

from h2o_frame_compat.pandas.dates import DatetimeAccessor, TimedeltaAccessor

S = pd.Series
WHEN = S(
    pd.to_datetime(
        ["2021-03-28 00:59:59.999", "2021-03-28 01:00", "2021-10-31 00:30", None, "1969-12-31 23:30", "1945-04-02"],
        format="ISO8601",
    ),
    name="t",
    index=list("aabcde"),
)
ZONED = WHEN.dt.tz_localize("UTC")
TIMES = {
    "naive": WHEN,
    "UTC": ZONED,
    "Berlin": ZONED.dt.tz_convert("Europe/Berlin"),
    "fixed": ZONED.dt.tz_convert("UTC+05:30"),
    "no rows": ZONED[:0].dt.tz_convert("Europe/Berlin"),
    "nothing": S([pd.NaT, pd.NaT], dtype="datetime64[ms, Europe/Berlin]"),
    "many rows": S(pd.date_range("1970-01-01", periods=11000, freq="31h59min", tz="UTC").tz_convert("Asia/Kolkata")),
}
# what pandas gives as objects has no type in H2O
LOCAL = {"freq", "to_period", "to_pydatetime", "timetz", "to_pytimedelta"}
CALLS = {
    "as_unit": lambda s: s.dt.as_unit("s"),
    "ceil": lambda s: s.dt.ceil("15min"),
    "day_name": lambda s: s.dt.day_name(),
    "floor": lambda s: s.dt.floor("h"),
    "isocalendar": lambda s: s.dt.isocalendar(),
    "month_name": lambda s: s.dt.month_name(),
    "normalize": lambda s: s.dt.normalize(),
    "round": lambda s: s.dt.round("30min"),
    "strftime": lambda s: s.dt.strftime("%d.%m. %H:%M"),
    "strftime of days": lambda s: s.dt.strftime("%A %Y-W%V"),
    "tz_convert": lambda s: s.dt.tz_convert("Asia/Tokyo"),
    "tz_localize": lambda s: s.dt.tz_localize("Asia/Tokyo"),
    "no zone": lambda s: s.dt.tz_localize(None),
    "in UTC without a zone": lambda s: s.dt.tz_convert(None),
    "total_seconds": lambda s: s.dt.total_seconds(),
    "days": lambda s: s.dt.days,
    "round half": lambda s: s.dt.round("7s"),
    "bad frequency": lambda s: s.dt.floor("ME"),
    "bad unit": lambda s: s.dt.as_unit("h"),
    "bad zone": lambda s: s.dt.tz_convert("Mars/Phobos"),
}
PARTS = [
    "year", "month", "day", "hour", "minute", "second", "microsecond", "nanosecond", "dayofweek", "day_of_week",
    "weekday", "dayofyear", "day_of_year", "quarter", "days_in_month", "daysinmonth", "is_leap_year",
    "is_month_start", "is_month_end", "is_quarter_start", "is_quarter_end", "is_year_start", "is_year_end", "unit",
]


def parameters(function):
    return [(p.name, p.kind, repr(p.default)) for p in inspect.signature(function).parameters.values()]


@pytest.mark.parametrize(("ours", "sample", "index"), [
    (DatetimeAccessor, WHEN, pd.DatetimeIndex), (TimedeltaAccessor, WHEN - WHEN, pd.TimedeltaIndex),
])
def test_all_names_with_their_signatures(ours, sample, index):
    for name in (n for n in dir(sample.dt) if not n.startswith("_")):
        assert hasattr(ours, name), name
        theirs = getattr(index, name)
        if callable(theirs) and name != "as_unit":  # the accessor has one parameter more than the index
            assert parameters(getattr(ours, name)) == parameters(theirs), name


@pytest.mark.parametrize("times", ["naive", "Berlin", "no rows", "many rows"])
@pytest.mark.parametrize("name", PARTS)
def test_parts(agree, name, times):
    agree(lambda s: getattr(s.dt, name), TIMES[times])


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("name", CALLS)
def test_functions(agree, name, times):
    agree(CALLS[name], TIMES[times])


SHOWN = S(
    pd.to_datetime(["2021-03-28 02:30", "2021-10-31 02:30", "2021-06-01", None, "2021-10-31 02:45"], format="ISO8601")
).dt.as_unit("ms")
HOW = {
    "raise": {},
    "missing": {"ambiguous": "NaT", "nonexistent": "NaT"},
    "forward": {"ambiguous": "NaT", "nonexistent": "shift_forward"},
    "backward": {"ambiguous": "NaT", "nonexistent": "shift_backward"},
    "by an hour": {"ambiguous": "NaT", "nonexistent": pd.Timedelta("1h")},
    "unknown": {"nonexistent": "nonsense"},
}


@pytest.mark.parametrize("name", HOW)
def test_times_that_clocks_show_twice_or_never(agree, name):
    agree(lambda s: s.dt.tz_localize("Europe/Berlin", **HOW[name]), SHOWN)
    agree(lambda s: s.dt.tz_localize("Europe/Berlin", **HOW[name]), SHOWN.iloc[2:4])


def test_rounded_to_times_that_clocks_show_twice_or_never(agree):
    berlin = S(pd.date_range("2021-10-30 22:10", periods=8, freq="40min", tz="UTC").tz_convert("Europe/Berlin"))
    agree(lambda s: s.dt.floor("h"), berlin)
    agree(lambda s: s.dt.floor("h", ambiguous="NaT"), berlin)
    agree(lambda s: s.dt.floor("h", ambiguous="infer"), berlin[:2])
    agree(lambda s: s.dt.floor("h", ambiguous=np.array([True] * 8)), berlin, native=False)


def test_more_changes_than_are_added_up(agree):
    long = S(pd.date_range("1950-01-01", periods=300, freq="99D", tz="UTC").tz_convert("Europe/Berlin"))
    agree(lambda s: s.dt.hour, long)
    agree(lambda s: s.dt.tz_localize(None).dt.tz_localize("Europe/Berlin", ambiguous=True), long)


def test_which_of_the_two_is_given_by_row(agree):
    agree(lambda s: s.dt.tz_localize("Europe/Berlin", ambiguous=[True, False]), SHOWN.iloc[[1, 4]], native=False)
    agree(lambda s: s.dt.tz_localize("Europe/Berlin", ambiguous=[True]), SHOWN.iloc[[1, 4]], native=False)


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Africa/Monrovia", "Pacific/Apia", "Africa/Casablanca", "UTC"])
def test_zones_there_and_back(agree, zone):
    wall = S(pd.date_range("2008-01-01", periods=2500, freq="53h"))
    agree(lambda s: s.dt.tz_localize(zone, nonexistent="shift_forward", ambiguous="NaT"), wall)
    agree(lambda s: s.dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None), wall)
    agree(lambda s: s.dt.tz_localize("UTC").dt.tz_convert(zone).dt.hour, wall - pd.Timedelta("36500D"))


SPANS = {
    "spans": S(pd.to_timedelta(["1 days 02:03:04.005", "-1 days +23:59:59.999", "0s"]), name="d"),
    "gaps": S(pd.to_timedelta(["26h", None])),
    "no rows": S([], dtype="timedelta64[ns]"),
}
OF_SPANS = {
    "components": lambda s: s.dt.components,
    "days": lambda s: s.dt.days,
    "seconds": lambda s: s.dt.seconds,
    "microseconds": lambda s: s.dt.microseconds,
    "nanoseconds": lambda s: s.dt.nanoseconds,
    "total_seconds": lambda s: s.dt.total_seconds(),
    "unit": lambda s: s.dt.unit,
    "as_unit": lambda s: s.dt.as_unit("s"),
    "floor": lambda s: s.dt.floor("h"),
    "ceil": lambda s: s.dt.ceil("D"),
    "round": lambda s: s.dt.round("2s"),
    "year": lambda s: s.dt.year,
}


@pytest.mark.parametrize("spans", SPANS)
@pytest.mark.parametrize("name", OF_SPANS)
def test_timedeltas(agree, name, spans):
    agree(OF_SPANS[name], SPANS[spans])


def test_objects_stay_with_pandas(up):
    from h2o_frame_compat import options

    naive, spans = WHEN[:2], SPANS["spans"]
    with options.context(fallback="silent"):
        assert up(naive).dt.to_period("M").equals(naive.dt.to_period("M"))
        with pytest.warns(pd.errors.Pandas4Warning):
            assert up(S(pd.date_range("2020", periods=5))).dt.freq == "D"
    assert up(naive).dt.to_pydatetime().equals(naive.dt.to_pydatetime())
    assert list(up(spans).dt.to_pytimedelta()) == list(pd.TimedeltaIndex(spans).to_pytimedelta())
    assert up(naive).dt.timetz.to_pandas().equals(naive - naive.dt.normalize())


def test_another_zone_costs_nothing(up, cluster):
    ours = up(TIMES["Berlin"])
    with cluster.client.count() as seen:
        ours.dt.tz_convert("Asia/Tokyo").dt.tz_convert(None)
    assert not seen.calls
