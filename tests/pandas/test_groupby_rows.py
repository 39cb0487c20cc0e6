"""Group by, one value or some rows for each row: ours equals pandas'."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

ROWS = 10_500
VALUES = ["a", "i"]


@pytest.fixture(scope="module")
def data(rows_of_groups):
    return rows_of_groups(ROWS)


@pytest.fixture(params=["k", "j"])
def key(request):
    return request.param


@pytest.mark.parametrize("name", ["cumsum", "cumprod", "cummin", "cummax"])
def test_cumulative(agree, data, key, name):
    columns = ["a"] if name == "cumprod" else VALUES
    for skipna in (True, False):
        agree(lambda d, skipna=skipna: getattr(d.groupby(key)[columns], name)(skipna=skipna), data)
    agree(lambda d: getattr(d.groupby(key)["i"], name)(), data.head(0))
    agree(lambda d: getattr(d.groupby([key, "s"], dropna=False, sort=False)["i"], name)(), data.head(50))
    if name == "cummax":
        agree(lambda d: d.groupby(key)["t"].cummax(), data)


def test_numbers_of_rows_and_groups(agree, data, key):
    for local in (data, data.head(0)):
        for up in (True, False):
            agree(lambda d, up=up: d.groupby(key).cumcount(ascending=up), local)
            agree(lambda d, up=up: d.groupby(key).ngroup(ascending=up), local)


@pytest.mark.parametrize("periods", [1, -2, 0])
def test_other_rows(agree, data, key, periods):
    for local in (data, data.head(1)):
        agree(lambda d: d.groupby(key)[["a", "i", "b", "s", "c", "t"]].shift(periods), local)
        agree(lambda d: d.groupby(key)[VALUES].shift(periods, fill_value=0), local)
        agree(lambda d: d.groupby(key)[["a", "i", "t"]].diff(periods), local)
    agree(lambda d: d.groupby(key)[VALUES].pct_change(periods), data)
    agree(lambda d: d.groupby(key)[VALUES].shift([1, 2]), data)
    agree(lambda d: d.groupby(key)["a"].shift([1, 2], suffix="z"), data)


@pytest.mark.parametrize("name", ["ffill", "bfill"])
def test_filling(agree, data, key, name):
    agree(lambda d: getattr(d.groupby(key)[["a", "i", "s", "t", "c"]], name)(), data)
    agree(lambda d: getattr(d.groupby(key)[["a"]], name)(limit=1), data)


@pytest.mark.parametrize("method", ["average", "min", "max", "first", "dense"])
def test_rank(agree, data, key, method):
    for na in ("keep", "top", "bottom"):
        agree(lambda d, na=na: d.groupby(key)[VALUES].rank(method, na_option=na), data)
    agree(lambda d: d.groupby(key)["i"].rank(method, ascending=False, pct=True), data)


def test_transform(agree, data, key):
    for name in ("mean", "count", "first", "size", "cumsum", "rank", "std"):
        agree(lambda d, name=name: d.groupby(key)["i"].transform(name), data, rtol=1e-9)
    agree(lambda d: d.groupby(key)[VALUES].transform("std", ddof=0), data, rtol=1e-9)
    agree(lambda d: d.groupby(key)[VALUES].transform(lambda x: (x - x.mean()) / x.std()), data, rtol=1e-9)
    agree(lambda d: d.groupby(key)["i"].transform(lambda x: x - x.min()), data)
    agree(lambda d: d.groupby(key)[VALUES].transform(np.mean), data, rtol=1e-9)
    agree(lambda d: d.groupby(key).transform("size"), data)
    agree(lambda d: d.groupby(key)["a"].transform(sorted), data.head(30), native=False)


def test_some_rows(agree, data, key):
    for n in (3, -3, 0):
        agree(lambda d, n=n: d.groupby(key).head(n), data)
        agree(lambda d, n=n: d.groupby(key)[VALUES].tail(n), data)
    for n in (0, -1, [0, -1], slice(1, 3), slice(None, -2), slice(-3, None), slice(0, 10, 3)):
        agree(lambda d, n=n: d.groupby(key).nth(n), data)
    agree(lambda d: d.groupby(key)["a"].nth[0:2], data)
    agree(lambda d: d.groupby(key).sample(2, random_state=3), data)
    agree(lambda d: d.groupby(key)["a"].sample(frac=0.5, random_state=3), data)
    agree(lambda d: d.groupby(key).sample(5), data.head(9))
    agree(lambda d: d.groupby(key)["a"].nlargest(2), data)
    agree(lambda d: d.groupby(key)["i"].nsmallest(3), data)


def test_functions_of_groups(agree, data, key):
    for local in (data, data.head(9)):
        agree(lambda d: d.groupby(key).filter(lambda g: len(g) > 3), local)
        agree(lambda d: d.groupby(key).filter(lambda g: g["a"].mean() > 0), local)
        agree(lambda d: d.groupby(key)["a"].filter(lambda g: g.mean() > 0), local)
        agree(lambda d: d.groupby(key)[VALUES].apply(lambda g: g["a"].max() - g["i"].min()), local)
        agree(lambda d: d.groupby(key).apply(lambda g: g.shape[0]), local)
        agree(lambda d: d.groupby(key)["a"].apply(lambda g: g.sum()), local)
        agree(lambda d: d.groupby(key)["a"].apply("sum"), local)
        agree(lambda d: d.groupby(key)[VALUES].apply(lambda g: g.head(1)), local, native=False)
    agree(lambda d: d.groupby(key).filter(lambda g: len(g) > 3, dropna=False), data.head(30), native=False)


def test_groups_themselves(agree, data, key):
    found = {"k": "p", "j": 1}[key]
    agree(lambda d: d.groupby(key).get_group(found), data)
    agree(lambda d: d.groupby([key])["a"].get_group((found,)), data)
    agree(lambda d: d.groupby(key).get_group({"k": "zz", "j": 11}[key]), data)
    agree(lambda d: {k: list(v) for k, v in d.groupby(key).groups.items()}, data)
    agree(lambda d: {k: list(v) for k, v in d.groupby([key, "c"]).indices.items()}, data)
    agree(lambda d: d.groupby(key).ngroups, data)
    agree(lambda d: (d.groupby(key).ndim, d.groupby(key)["a"].ndim, d.groupby(key).keys), data)
    agree(lambda d: d.groupby(key)["i"].dtype, data)
    agree(lambda d: d.groupby(key)["a"].is_monotonic_increasing, data)
    agree(lambda d: d.sort_values("i").groupby(key)["i"].is_monotonic_increasing, data)
    agree(lambda d: d.groupby(key)["i"].is_monotonic_decreasing, data.head(5))
    agree(lambda d: d.groupby(key).pipe(lambda g: g["a"].max() - g["a"].min()), data)


@pytest.mark.parametrize("options", [{}, {"normalize": True}, {"sort": False}, {"ascending": True}, {"dropna": False}])
def test_value_counts(agree, data, options):
    agree(lambda d: d.groupby("k")["i"].value_counts(**options), data)
    # With keys that are numbers, pandas' order of equally frequent values is that of an unstable sort.
    agree(lambda d: d.groupby("k")["s"].value_counts(**options), data[data["k"].notna()])
    agree(lambda d: d.groupby("k")[["b", "j"]].value_counts(**options), data)


def test_rows_of_no_group_stay_integers_when_there_are_none(agree, data):
    whole = data[data["k"].notna()]
    agree(lambda d: d.groupby("k")["i"].cumsum(), whole)
    agree(lambda d: d.groupby("k")["i"].transform("max"), whole)
    agree(lambda d: d.groupby("k").cumcount(), whole)


@pytest.mark.parametrize(
    "kind", ["DataFrameGroupBy", "SeriesGroupBy", "Rolling", "Expanding", "ExponentialMovingWindow"]
)
def test_all_names_are_there(up, kind):
    theirs = getattr(pd.api.typing, kind)
    ours = up(pd.DataFrame({"k": [1], "v": [2.0]}))
    instance = {
        "DataFrameGroupBy": ours.groupby("k"), "SeriesGroupBy": ours.groupby("k")["v"], "Rolling": ours.rolling(1),
        "Expanding": ours.expanding(), "ExponentialMovingWindow": ours.ewm(1),
    }[kind]  # fmt: skip
    missing = [n for n in dir(theirs) if not n.startswith("_") and n not in dir(type(instance))]
    assert not missing
