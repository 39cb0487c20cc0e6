"""Bins of time: ours equal pandas', but for the frequency of an index, which a cluster does not keep."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

ROWS = 10_500
STATISTICS = [
    "sum", "mean", "min", "max", "first", "last", "count", "size", "nunique", "median", "std", "var", "sem", "prod",
]  # fmt: skip


def made(n):
    rng = np.random.default_rng(n)
    when = pd.Timestamp("2013-01-28 05:30") + pd.to_timedelta(np.sort(rng.integers(0, 86_400 * 90, n)), unit="s")
    index = pd.DatetimeIndex(when, name="when")
    df = pd.DataFrame({"a": rng.normal(size=n), "i": rng.integers(0, 50, n), "s": rng.choice(["x", "y"], n)}, index)
    df.iloc[::5, 0] = np.nan
    return df


@pytest.fixture(scope="module")
def data():
    return made(ROWS)


@pytest.fixture
def same(agree):
    return lambda *args, **kwargs: agree(*args, check_freq=False, **kwargs)


@pytest.mark.parametrize(
    "rule", ["D", "7D", "6h", "90min", "ME", "MS", "2ME", "W", "W-WED", "QE", "QS", "YE", "B", "BME", "SME"]
)
def test_rules(same, rule):
    local = made(300)[["a", "i"]]
    same(lambda d: d.resample(rule).sum(), local)
    same(lambda d: d.resample(rule, closed="right")["i"].max(), local)
    same(lambda d: d.resample(rule, closed="left", label="right").mean(), local)
    same(lambda d: d.resample(rule, label="left").count(), made(1))


@pytest.mark.parametrize("name", STATISTICS)
def test_statistics(same, data, name):
    same(lambda d: getattr(d["i"].resample("8h"), name)(), made(40))
    same(lambda d: getattr(d.resample("W")["a"], name)(), data)
    same(lambda d: getattr(d.resample("D"), name)(), data[["a", "i"]].sample(frac=1, random_state=1))
    same(lambda d: getattr(d.resample("D", on="when"), name)(), made(100)[["a", "i"]].reset_index())


def test_where_bins_begin(same):
    local = made(200)[["a", "i"]]
    for origin in ("start", "epoch", "end", "end_day", pd.Timestamp("2013-01-01 01:00")):
        same(lambda d, origin=origin: d.resample("7h", origin=origin).sum(), local)
    same(lambda d: d.resample("D", offset="2h").sum(), local)
    for unit in ("s", "ms", "ns"):
        same(lambda d: d.resample("D").sum(), local.set_axis(local.index.as_unit(unit)))


def test_several_statistics(same, data):
    numbers = data[["a", "i"]]
    same(lambda d: d.resample("ME")[["a", "i"]].agg(["mean", "sum"]), data)
    same(lambda d: d.resample("D").agg({"a": "mean", "i": "max"}), numbers)
    same(lambda d: d["a"].resample("D").agg(["mean", "sum"]), numbers)
    same(lambda d: d["a"].resample("6h").ohlc(), made(50))
    same(lambda d: d.resample("6h").sum(min_count=2), made(50)[["a"]])
    same(lambda d: d.resample("D").quantile(0.3), numbers)
    same(lambda d: d.resample("D").transform("mean"), numbers)
    same(lambda d: d.resample("D").first(), data)
    same(lambda d: d.resample("D").mean(numeric_only=True), data)
    same(lambda d: d.resample("D").apply(lambda g: g.max()), made(50)[["a"]], native=False)


def test_regular_times(same):
    local = pd.DataFrame({"v": range(5), "w": [1.5, None, 2, 3, 4]}, index=pd.date_range("2020", periods=5, freq="3D"))
    same(lambda d: d.resample("D").asfreq(), local)
    same(lambda d: d.resample("D").asfreq(fill_value=0), local)
    same(lambda d: d.resample("6D").asfreq(), local)
    for rule in ("D", "36h", "6D", "ME"):
        same(lambda d, rule=rule: d.resample(rule).ffill(), local)
        same(lambda d, rule=rule: d.resample(rule).bfill(), local)
    same(lambda d: d["v"].resample("D", closed="right").ffill(), local)
    same(lambda d: d.resample("D").ffill(limit=1), local, native=False)
    same(lambda d: d.resample("D").nearest(limit=1), local, native=False)
    same(lambda d: d.resample("D").interpolate("nearest"), local, native=False)


@pytest.mark.parametrize("rows", [1, 5, 9_000])
def test_times_between(same, rows):
    numbers = np.arange(rows)
    local = pd.DataFrame({"v": numbers, "w": numbers / 2, "s": "x"}, pd.date_range("2020", periods=rows, freq="3h"))
    local.iloc[1::4, 1] = np.nan
    some = local[["v", "w"]].iloc[numbers % 7 != 3]  # not regular
    for rule in ("h", "90min", "5h", "12h"):  # the second and third do not meet all rows
        same(lambda d, rule=rule: d.resample(rule).nearest(), local)
        same(lambda d, rule=rule: d.resample(rule).interpolate(), some)
    same(lambda d: d["w"].resample("h").interpolate("time"), local)
    same(lambda d: d["w"].resample("h").interpolate(limit=1, limit_direction="both"), local)


@pytest.mark.parametrize("rows", [1, 5, 9_000])
def test_frequencies(same, rows):
    local = pd.DataFrame({"v": range(rows), "w": 1.5}, pd.date_range("2020", periods=rows, freq="D", name="day"))
    local.iloc[::3, 1] = np.nan
    for how in ({}, {"method": "ffill"}, {"method": "bfill"}, {"fill_value": 0}, {"normalize": True}):
        same(lambda d, how=how: d.asfreq("12h", **how), local)
        same(lambda d, how=how: d["v"].asfreq("2D", **how), local)
    same(lambda d: d.asfreq("W"), local.iloc[[0, -1]].drop_duplicates())
    same(lambda d: d.asfreq("D"), local.iloc[[0, 0]])  # a label that repeats
    same(lambda d: d.asfreq("D"), local.head(0), native=False)


@pytest.mark.parametrize("method", ["ffill", "pad", "bfill", "backfill", "nearest", "oops"])
def test_rows_near_labels(same, method):
    local = pd.DataFrame({"v": range(9), "s": list("abcdefghi")}, pd.date_range("2020", periods=9, freq="2D"))
    times = pd.date_range("2019-12-30", periods=40, freq="12h", unit=local.index.unit)
    same(lambda d: d.reindex(times, method=method), local)
    same(lambda d: d["v"].reindex(times.as_unit("ns"), method=method), local)
    same(lambda d: d.reindex(times[::-1], method=method), local)
    same(lambda d: d.reindex(times, method=method, limit=1), local)
    same(lambda d: d.reindex([0.5, 1, 7.25], method=method), local.reset_index(drop=True))
    same(lambda d: d.reindex([0, 1, 2, 30], method=method), local.set_axis(range(0, 27, 3)))
    same(lambda d: d.reindex([-0.5, 1, 2], method=method, fill_value=-1)["v"], local.set_axis(np.arange(9) / 2))
    same(lambda d: d.reindex(times, method=method), local.iloc[::-1])
    same(lambda d: d.reindex(times, method=method), local.iloc[[2, 0, 1]])
    same(lambda d: d.reindex(times, method=method), local.iloc[[0, 0, 1]])
    same(lambda d: d.reindex(list("abx"), method=method), local.set_index("s"))


def test_rows_near_many_labels(same):
    local = pd.DataFrame({"v": range(12_000)}, index=np.arange(12_000) * 1.5)
    labels = np.sort(np.random.default_rng(0).uniform(-5, 19_000, 15_000)).round(1)
    for method in ("ffill", "bfill", "nearest"):
        same(lambda d, method=method: d.reindex(labels, method=method), local)


def test_errors(same, data):
    local = data.head(30)
    same(lambda d: d.reset_index(drop=True).resample("D"), local)
    same(lambda d: d.resample("qq"), local)
    same(lambda d: d.resample("D", on="zz"), local)
    same(lambda d: d.resample("D").mean(), local)
    same(lambda d: d.resample("D")["zz"], local)
    same(lambda d: d[["a"]].resample("D").sum(), local.tz_localize("Europe/Berlin"), native=False)
    same(lambda d: d[["a"]].resample("D").sum(), local.head(0), native=False)
