"""Frames and series whose row labels are times, and arithmetic of times."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

S = pd.Series
TIMES = pd.DatetimeIndex(
    ["2020-01-01 23:30", "2020-01-02 00:00", "2020-01-02 09:00", "2020-01-03 12:00:00.250", "2020-01-31 09:00"]
)
FRAMES = {
    "naive": pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [1.0, np.nan, 3.0, np.nan, 5.0]}, index=TIMES.rename("when")),
    "zoned": pd.DataFrame({"a": [1, 2, 3, 4, 5]}, index=TIMES.tz_localize("UTC").tz_convert("Asia/Kolkata")),
    "many": pd.DataFrame({"a": range(11000)}, index=pd.date_range("2020", periods=11000, freq="31min").as_unit("ms")),
    "no rows": pd.DataFrame({"a": [1, 2]}, index=TIMES[:2]).iloc[:0],
}
CALLS = {
    "at_time": lambda d: d.at_time("09:00"),
    "at_time of the module": lambda d: d.at_time(datetime.time(9)),
    "at_time asof": lambda d: d.at_time("09:00", asof=True),
    "at a wrong time": lambda d: d.at_time("nonsense"),
    "between_time": lambda d: d.between_time("00:00", "09:00"),
    "between_time open": lambda d: d.between_time("00:00", "09:00", inclusive="neither"),
    "between_time past midnight": lambda d: d.between_time("23:00", "01:00"),
    "between_time left": lambda d: d.between_time(datetime.time(9), datetime.time(12), inclusive="left"),
    "between wrong ends": lambda d: d.between_time("00:00", "09:00", inclusive="nonsense"),
    "truncate": lambda d: d.truncate("2020-01-02", "2020-01-10"),
    "truncate before": lambda d: d.truncate(before=d.index[:1].min() + pd.Timedelta("1h")),
    "truncate the wrong way": lambda d: d.truncate("2021", "2020"),
    "tz_localize": lambda d: d.tz_localize("Europe/Berlin"),
    "tz_convert": lambda d: d.tz_convert("Asia/Tokyo"),
    "no zone": lambda d: d.tz_localize(None),
    "shift": lambda d: d.shift(2, freq="h"),
    "shift by months": lambda d: d.shift(1, freq="ME"),
    "shift by days": lambda d: d.shift(-1, freq="D"),
    "to_timestamp": lambda d: d.to_timestamp(),
    "first_valid_index": lambda d: d["b" if "b" in d else "a"].first_valid_index(),
    "last_valid_index": lambda d: d.last_valid_index(),
    "a series": lambda d: d["a"].between_time("08:00", "13:00"),
    "no such axis": lambda d: d["a"].at_time("09:00", axis=1),
}


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("name", CALLS)
def test_rows(agree, name, frame):
    agree(CALLS[name], FRAMES[frame], check_freq=False) if not name.endswith("index") else agree(
        CALLS[name], FRAMES[frame]
    )


@pytest.mark.parametrize("name", ["at_time", "between_time", "tz_localize", "tz_convert", "to_timestamp", "shift"])
def test_labels_that_are_no_times(agree, name):
    agree(CALLS[name], pd.DataFrame({"a": [1, 2]}))
    agree(CALLS[name], pd.DataFrame({"a": [1, 2]}, index=["x", "y"]))


def test_truncate_other_labels(agree):
    numbers = pd.DataFrame({"a": [1, 2, 3]}, index=[1, 5, 9])
    agree(lambda d: d.truncate(2, 9), numbers)
    agree(lambda d: d.truncate(2, 9), numbers[::-1])
    agree(lambda d: d.truncate(1, 2), numbers.iloc[[1, 0, 2]])
    agree(lambda d: d.truncate(1, 1), numbers.reset_index(drop=True))
    agree(lambda d: d.truncate("b", "c"), pd.DataFrame({"a": [1, 2, 3]}, index=list("abd")))
    agree(lambda d: d.truncate("a", "b", axis=1), pd.DataFrame({"a": [1], "b": [2], "c": [3]}))


def test_columns_that_are_times(agree):
    wide = pd.DataFrame([[1, 2, 3]], columns=TIMES[:3])
    agree(lambda d: d.between_time("00:00", "09:00", axis=1), wide)
    agree(lambda d: d.at_time("09:00", axis=1), wide)
    agree(lambda d: d.tz_localize("UTC", axis=1), wide)
    agree(lambda d: d.to_period("D", axis=1), wide)
    agree(lambda d: d.to_period("D", axis=1).to_timestamp(axis=1), wide)


def test_zone_of_one_of_several_levels(agree):
    several = FRAMES["naive"].set_index(["a"], append=True)
    agree(lambda d: d.tz_localize("UTC", level="when"), several)
    agree(lambda d: d.tz_localize("UTC", level="a"), several)


def test_rows_asof(agree):
    frame = FRAMES["naive"]
    agree(lambda d: d["b"].asof("2020-01-04"), frame)
    agree(lambda d: d["b"].asof(pd.Timestamp("2020-01-02 05:00")), frame)
    agree(lambda d: d["b"].asof(pd.Timestamp("2019-01-02")), frame)
    agree(lambda d: d.asof(pd.Timestamp("2020-01-04")), frame[["b"]])
    agree(lambda d: d.asof(pd.Timestamp("2020-01-04"), subset="b"), frame.astype("float64"))
    agree(lambda d: d.asof(pd.Timestamp("2019-01-04")), frame.astype("float64"))
    agree(lambda d: d["b"].asof([pd.Timestamp("2020-01-04")]), frame, native=False)
    agree(lambda d: d["b"].asof(pd.Timestamp("2020-01-04")), frame[::-1])


WHEN = S(TIMES, name="t")
SPAN = S(pd.to_timedelta(["1D", "36h", None, "-5min", "250ms"]), name="d")
ARITHMETIC = {
    "a month": lambda t, d: t + pd.DateOffset(months=1),
    "a month before": lambda t, d: t - pd.DateOffset(months=1),
    "end of the month": lambda t, d: t + pd.offsets.MonthEnd(),
    "business days": lambda t, d: t + pd.offsets.BDay(2),
    "hours": lambda t, d: t + pd.offsets.Hour(3),
    "a day": lambda t, d: pd.offsets.Day(1) + t,
    "minutes of spans": lambda t, d: d + pd.offsets.Minute(3),
    "difference": lambda t, d: t - t.shift(1),
    "later": lambda t, d: t + d,
    "by a timedelta": lambda t, d: t - datetime.timedelta(hours=1),
    "by NumPy's": lambda t, d: t + np.timedelta64(90, "m"),
    "twice": lambda t, d: d * 2,
    "by a factor": lambda t, d: 1.5 * d,
    "half": lambda t, d: d / 2,
    "ratio": lambda t, d: d / pd.Timedelta("1h"),
    "whole hours": lambda t, d: d // pd.Timedelta("1h"),
    "rest": lambda t, d: d % pd.Timedelta("1h"),
    "one by another": lambda t, d: d / d,
    "negative": lambda t, d: -d,
    "absolute": lambda t, d: d.abs(),
    "sum of spans": lambda t, d: d.sum(),
    "mean of spans": lambda t, d: d.mean(),
    "longest": lambda t, d: d.max(),
    "first": lambda t, d: t.min(),
    "mean time": lambda t, d: t.mean(),
    "compared": lambda t, d: t > "2020-01-02",
    "compared with a date": lambda t, d: t >= pd.Timestamp("2020-01-02"),
    "spans compared": lambda t, d: d > pd.Timedelta("1h"),
    "spans compared with text": lambda t, d: d > "1h",
    "summed up": lambda t, d: d.cumsum(),
    "gaps filled": lambda t, d: d.fillna(pd.Timedelta(0)),
    "times added": lambda t, d: t + t,
    "times multiplied": lambda t, d: t * 2,
    "a number added": lambda t, d: t + 1,
    "between": lambda t, d: t.between("2020-01-02", "2020-01-03"),
    "isin": lambda t, d: t.isin([pd.Timestamp("2020-01-02")]),
    "in seconds": lambda t, d: d.dt.total_seconds() / 60,
    "in days": lambda t, d: (t.max() - t).dt.days,
}


@pytest.mark.parametrize("name", ARITHMETIC)
def test_arithmetic(agree, name):
    agree(ARITHMETIC[name], WHEN, SPAN)


def test_offsets_of_zoned_times(agree):
    berlin = WHEN.dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin") + pd.Timedelta("86D")
    agree(lambda t: t + pd.offsets.Day(3), berlin)
    agree(lambda t: t + pd.DateOffset(months=1), berlin)
    agree(lambda t: t + pd.offsets.Hour(3), berlin)
