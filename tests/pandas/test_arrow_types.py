"""Dates, and values that H2O has no column for: as pandas treats them, where the cluster can."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

import h2o_frame_compat.pandas as hpd
from h2o_frame_compat import options

N = 12_000  # several chunks
DAYS = [dt.date(2020, 1, 1) + dt.timedelta(days=r % 400) if r % 7 else None for r in range(N)]


@pytest.fixture(scope="module")
def table():
    rows = range(N)
    return pa.table(
        {
            "k": list(rows),
            "day": pa.array(DAYS, pa.date32()),
            "list": [[r % 5, None] if r % 3 else None for r in rows],
            "struct": [{"a": r % 4, "b": f"t{r % 2}"} for r in rows],
            "time": [dt.time(r % 24, 1, 2) for r in rows],
            "bytes": [b"a\0" if r % 2 else b"" for r in rows],
        }
    )


@pytest.fixture(scope="module")
def both(cluster, table):
    with options.context(fallback="error"):
        yield hpd.from_arrow(table), table.to_pandas(types_mapper=pd.ArrowDtype).astype({"k": "int64"})


ROWS = {
    "all": lambda f: f,
    "filter": lambda f: f[f["k"] % 5 == 3],
    "missing": lambda f: f[f["list"].isna()],
    "head": lambda f: f.head(3),
    "none": lambda f: f.head(0),
    "order": lambda f: f.sort_values("k", ascending=False).tail(20),
    "drop": lambda f: f.dropna(subset=["list", "day"]),
    "assign": lambda f: f.assign(l=f["list"], n=f["k"] + 1),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_are_kept(both, name):
    ours, theirs = both
    assert_frame_equal(ROWS[name](ours).to_pandas(), ROWS[name](theirs))


def test_rows_of_two_frames(both):
    ours, theirs = (f.head(100) for f in both)
    assert_frame_equal(hpd.concat([ours, ours]).to_pandas(), pd.concat([theirs, theirs]))
    right = pd.DataFrame({"k": [3, 5, 99], "z": [1.0, 2.0, 3.0]})
    found = ours.merge(hpd.DataFrame(right), on="k")
    assert_frame_equal(found.to_pandas(), theirs.merge(right, on="k"))


def test_missing_values_and_kinds(both, table):
    ours, theirs = both
    assert_frame_equal(ours.isna().to_pandas(), theirs.isna())
    assert ours.dtypes.map(str).tolist() == theirs.dtypes.map(str).tolist()
    assert ours["list"].nunique() == 5
    assert ours.to_arrow().equals(table)
    assert ours["struct"].iloc[2] == theirs["struct"].iloc[2]


DATES = {
    "later": lambda s: s > "2020-06-01",
    "equal": lambda s: s == dt.date(2020, 1, 9),
    "month": lambda s: s.dt.month,
    "sorted": lambda s: s.sort_values().reset_index(drop=True),
    "filled": lambda s: s.fillna(dt.date(2000, 1, 1)),
    "shifted": lambda s: s.shift(2),
    "among": lambda s: s.isin([dt.date(2020, 1, 9), dt.date(2020, 2, 9)]),
}


@pytest.mark.parametrize("name", DATES)
def test_dates(both, name):
    ours, theirs = (f["day"] for f in both)
    # pandas compares dates with dates in a column of dates, and has no .dt there
    expected = DATES[name](theirs if name in {"equal", "filled", "among"} else theirs.astype("datetime64[ms]"))
    found = DATES[name](ours).to_pandas()
    if name in {"sorted", "filled", "shifted"}:
        assert str(found.dtype) == "date32[day][pyarrow]"
        found, expected = (s.astype("datetime64[ms]") for s in (found, expected))
    elif expected.dtype == pd.ArrowDtype(pa.bool_()):
        expected = expected.fillna(False).astype(bool)
    assert_series_equal(found, expected, check_dtype=False)


def test_dates_and_times(both):
    ours, theirs = (f["day"] for f in both)
    times = theirs.astype("datetime64[ms]")
    assert_series_equal((ours + pd.Timedelta("90min")).to_pandas(), times + pd.Timedelta("90min"), check_dtype=False)
    assert_series_equal((ours - ours.shift(1)).to_pandas(), times - times.shift(1))
    assert_series_equal(ours.astype("datetime64[ms]").to_pandas(), times)
    back = (ours + pd.Timedelta("90min")).astype("date32[day][pyarrow]")
    assert_series_equal(back.to_pandas(), theirs)
    assert (ours.min(), ours.max()) == (times.min(), times.max())


def test_statistics_of_dates(both):
    ours, theirs = (f["day"] for f in both)
    times = theirs.astype("datetime64[ms]")
    assert (ours.median(), ours.quantile(0.3)) == (times.median(), times.quantile(0.3))
    assert abs(ours.mean() - times.mean()) <= pd.Timedelta("1ms")
    frame, local = both[0], both[1].assign(day=times)
    found = frame.assign(g=frame["k"] % 3).groupby("g")["day"].agg(["max", "mean"]).to_pandas()
    expected = local.assign(g=local["k"] % 3).groupby("g")["day"].agg(["max", "mean"])
    assert str(found["max"].dtype) == "date32[day][pyarrow]"
    assert (found["max"].astype("datetime64[ms]") == expected["max"]).all()
    assert ((found["mean"] - expected["mean"]).abs() <= pd.Timedelta("1ms")).all()


def test_a_date_or_a_time_is_a_time(both):
    day = both[0]["day"].head(9)
    noon = day.where(day.notna(), pd.Timestamp("2020-06-01 12:00"))
    assert noon.to_pandas().iloc[0] == pd.Timestamp("2020-06-01 12:00")


@pytest.mark.parametrize(
    "call",
    [
        lambda f: f.sort_values("list"),
        lambda f: f["list"].min(),
        lambda f: f["list"].any(),
        lambda f: f.groupby("k")["list"].max(),
        lambda f: f["struct"] == f["struct"],
        lambda f: f["list"] + f["list"],
        lambda f: f["bytes"] > f["bytes"],
        lambda f: f["list"].mean(),
    ],
)
def test_what_looks_into_values_is_refused(both, call):
    with pytest.raises(TypeError):
        call(both[0])
