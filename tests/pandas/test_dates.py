"""Datetimes: made of texts, numbers and parts; taken apart and rounded."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd

S = pd.Series
WHEN = S(
    pd.to_datetime(
        [
            "2020-02-29 23:59:59.123",
            "1969-12-31 00:00:01",
            "2021-01-01",
            "1900-03-01 12:30:00",
            "2024-12-31 05:06:07.890",
        ],
        format="mixed",
    ),
    name="t",
)
SHAPES = {
    "times": WHEN,
    "gaps": S([*WHEN[:3], pd.NaT], index=list("abca")),
    "no rows": WHEN.iloc[:0],
    "many rows": S(pd.date_range("1950-01-01", periods=12000, freq="61h37min")),
}
PROPERTIES = [
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "dayofweek",
    "weekday",
    "day_of_week",
    "dayofyear",
    "day_of_year",
    "quarter",
    "days_in_month",
    "is_leap_year",
    "is_month_end",
    "is_year_start",
    "microsecond",
    "nanosecond",
]
METHODS = {
    "normalize": lambda s: s.dt.normalize(),
    "day_name": lambda s: s.dt.day_name(),
    "month_name": lambda s: s.dt.month_name(),
    "strftime": lambda s: s.dt.strftime("%Y/%m"),
    "floor": lambda s: s.dt.floor("h"),
    "floor days": lambda s: s.dt.floor("7D"),
    "ceil": lambda s: s.dt.ceil("15min"),
    "round": lambda s: s.dt.round("h"),
    "as_unit": lambda s: s.dt.as_unit("ns"),
    "days": lambda s: (s - pd.Timestamp("2020-01-01")).dt.days,
    "seconds": lambda s: (s - pd.Timestamp("2020-01-01")).dt.seconds,
    "total_seconds": lambda s: (s - pd.Timestamp("2020-01-01")).dt.total_seconds(),
    "unknown": lambda s: s.dt.nonsense,
}


def either(name):
    """Give a function that takes pandas' data to pandas and ours to us."""

    def function(data, *args, **kwargs):
        theirs = isinstance(data, (pd.DataFrame, pd.Series))
        return getattr(pd if theirs else hpd, name)(data, *args, **kwargs)

    return function


to_datetime, to_numeric, to_timedelta = map(either, ["to_datetime", "to_numeric", "to_timedelta"])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", PROPERTIES)
def test_properties(agree, name, shape):
    agree(lambda s: getattr(s.dt, name), SHAPES[shape])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", METHODS)
def test_methods(agree, name, shape):
    agree(METHODS[name], SHAPES[shape])


def test_dates_and_times_of_day_stay_times(up):
    ours = up(WHEN).dt
    assert ours.date.to_pandas().equals(WHEN.dt.normalize())
    assert ours.time.to_pandas().equals(WHEN - WHEN.dt.normalize())


def test_only_for_times(agree):
    agree(lambda s: s.dt.year, S([1, 2]))


def test_zones(agree):
    agree(lambda s: s.dt.tz_localize("Europe/Berlin").dt.hour, WHEN[:1])


TEXTS = S(["2020-01-01", "2020-01-05", None, "2020-01-01"])
MADE = {
    "texts": (TEXTS, {}),
    "format": (TEXTS, {"format": "%Y-%m-%d"}),
    "not a time": (S(["01/02/2020", "x"]), {}),
    "coerced": (S(["01/02/2020", "x"]), {"errors": "coerce"}),
    "day first": (S(["01/02/2020", "03/04/2021"]), {"dayfirst": True}),
    "seconds": (S([0, 1577836800, 5]), {"unit": "s"}),
    "days": (S([0, -3], dtype="int32"), {"unit": "D"}),
    "fractions of seconds": (S([0.5, np.nan]), {"unit": "s"}),
    "nanoseconds": (S([10**18, 5 * 10**17]), {}),
    "times": (WHEN, {}),
    "categories": (TEXTS.astype("category"), {}),
    "digits": (S([20200101, 20211231]), {"format": "%Y%m%d"}),
    "no rows": (TEXTS[:0], {}),
}


@pytest.mark.parametrize("name", MADE)
def test_to_datetime(agree, name):
    data, how = MADE[name]
    agree(lambda s: to_datetime(s, **how), data)


PARTS = pd.DataFrame({"year": [2013, 2020], "month": [2, 12], "day": [28, 31]}, index=["a", "b"])


def test_parts_are_put_together_in_the_cluster(agree, up, cluster):
    agree(to_datetime, PARTS)
    agree(to_datetime, PARTS.iloc[:0])
    agree(to_datetime, PARTS.astype(float))
    agree(to_datetime, PARTS.assign(hour=[1, 23], minute=5))
    agree(to_datetime, PARTS.assign(day=[30, 1]))  # no such day
    agree(lambda d: to_datetime(d, errors="coerce"), PARTS.assign(day=[30, 1]))
    agree(to_datetime, PARTS[["year", "month"]])
    agree(to_datetime, PARTS.assign(colour=1))
    agree(lambda d: to_datetime(d).dt.day_of_week, PARTS)
    ours = up(PARTS)
    with cluster.client.count() as seen:
        hpd.to_datetime({"year": ours["year"], "month": ours["month"], "day": ours["day"]}, errors="coerce")
    assert not seen.calls


def test_numbers_and_spans(agree):
    agree(to_numeric, S(["1", "2.5"]))
    agree(to_numeric, S(["1", "2"]))
    agree(to_numeric, S(["1", "x"]))
    agree(to_numeric, S(["1", "2"], dtype="category"))
    agree(lambda s: to_numeric(s, errors="coerce"), S(["1", "x", None]))
    agree(lambda s: to_numeric(s, downcast="integer"), S([1, 2, 300]))
    agree(to_timedelta, S(["1 days", "2h", None]))
    agree(lambda s: to_timedelta(s, unit="s"), S([1, 2]))
    agree(lambda s: to_timedelta(s, unit="h"), S([1.5, np.nan]))


def test_data_that_is_not_ours_is_left_to_pandas():
    assert hpd.to_datetime("2020-01-01") == pd.Timestamp("2020-01-01")
    assert hpd.to_numeric(["1", "2"]).tolist() == [1, 2]
    assert hpd.isna(None)
    assert hpd.NaT is pd.NaT
