"""Group by, one row for each group, with all options: ours equals pandas'."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

ROWS = 10_500
VALUES = ["a", "i"]
BOTH = ["k", "j"]


@pytest.fixture(scope="module")
def data(rows_of_groups):
    return rows_of_groups(ROWS)


@pytest.mark.parametrize("name", ["sum", "prod", "min", "max", "first", "last"])
def test_min_count(agree, data, name):
    for least in (0, 1, 2, 100):
        agree(lambda d, least=least: getattr(d.groupby(BOTH)["a"], name)(min_count=least), data.head(60))


@pytest.mark.parametrize("name", ["sum", "mean", "std", "median", "max", "skew", "kurt", "prod", "any", "all"])
def test_missing_values_not_skipped(agree, data, name):
    for local in (data, data.head(9)):
        agree(lambda d: getattr(d.groupby(BOTH)[VALUES], name)(skipna=False), local)


@pytest.mark.parametrize("name", ["std", "var", "sem"])
def test_ddof(agree, data, name):
    for ddof in (0, 2):
        for local in (data, data.head(9)):
            agree(lambda d, ddof=ddof: getattr(d.groupby(BOTH)[VALUES], name)(ddof=ddof), local)


@pytest.mark.parametrize("interpolation", ["linear", "lower", "higher", "midpoint", "nearest"])
def test_quantiles(agree, data, interpolation):
    agree(lambda d: d.groupby("j")[VALUES].quantile(0.3, interpolation=interpolation), data)
    agree(lambda d: d.groupby(BOTH)[VALUES].quantile([0.3, 0.1, 0.9], interpolation=interpolation), data)
    agree(lambda d: d.groupby("k")["a"].quantile([0.5]), data)
    agree(lambda d: d.groupby("k")["a"].quantile(2), data)


@pytest.mark.parametrize("name", ["idxmin", "idxmax"])
def test_labels_of_extremes(agree, data, name):
    for local in (data, data.head(9)):
        agree(lambda d: getattr(d.groupby("j")[["a", "i", "t"]], name)(), local)
        agree(lambda d: getattr(d.groupby("k", as_index=False)["i"], name)(), local)
        agree(lambda d: getattr(d.set_index("s").groupby("j")["i"], name)(), local)
        agree(lambda d: getattr(d.groupby("j")["a"], name)(skipna=False), local)


def test_tables_of_statistics(agree, data):
    agree(lambda d: d.groupby("j")[["a", "s", "t", "k"]].nunique(dropna=False), data)
    agree(lambda d: d.groupby("k")["a"].ohlc(), data)
    agree(lambda d: d.groupby("k")[VALUES].ohlc(), data)
    agree(lambda d: d.groupby("k")["a"].describe(), data)
    agree(lambda d: d.groupby("k")[VALUES].describe(percentiles=[0.1, 0.5]), data)
    agree(lambda d: d.groupby("j").mean(numeric_only=True), data)
    agree(lambda d: d.groupby("j")["s"].mean(numeric_only=True), data)


def test_functions(agree, data):
    for local in (data, data.head(9)):
        agree(lambda d: d.groupby("k")[VALUES].agg(lambda x: x.max() - x.min()), local)
        agree(lambda d: d.groupby("k")["a"].agg([lambda x: x.max() - x.min(), "mean", lambda x: x.sum() * 2]), local)
        agree(lambda d: d.groupby("k")[VALUES].agg(["mean", lambda x: x.sum() / len(x)]), local)
        agree(lambda d: d.groupby("k").agg({"a": "mean", "i": [np.sum, max, len]}), local)
        agree(lambda d: d.groupby("k")[VALUES].agg([sum, np.median, np.std, np.var, np.mean]), local)
        agree(lambda d: d.groupby("k").agg(x=("a", lambda v: v.quantile(0.25)), n=("i", "nunique")), local)
    agree(lambda d: d.groupby("k")["a"].agg("std", ddof=0), data)
    agree(lambda d: d.groupby("k")["a"].agg(["mean", "mean"]), data)
    agree(lambda d: d.groupby(BOTH, as_index=False).agg({"a": ["mean", "max"]}), data)
    agree(lambda d: d.groupby("k").agg(), data)
    agree(lambda d: d.groupby("k")["a"].agg(lambda x: x.iloc[0]), data.head(40), native=False)


@pytest.mark.parametrize("options", [{}, {"as_index": False}])
def test_categories_that_do_not_occur(agree, data, options):
    for name in ("sum", "mean", "size", "count", "min", "nunique"):
        agree(lambda d, name=name: getattr(d.groupby("c", observed=False, **options)[VALUES], name)(), data)
        agree(lambda d, name=name: getattr(d.groupby(["c", "k"], observed=False, **options)[VALUES], name)(), data)


def test_keys(agree, data):
    for local in (data, data.head(9)):
        for options in ({"dropna": False}, {"sort": False}, {"dropna": False, "sort": False}):
            agree(lambda d, options=options: d.groupby(["k", "s"], **options)[VALUES].sum(), local)
        agree(lambda d: d.groupby(lambda label: label % 3)["a"].sum(), local)
        agree(lambda d: d.groupby({0: "x", 1: "y", 5: "x"})["a"].sum(), local)
        agree(lambda d: d.set_index("s").groupby({"x": 1, "y": 2})["a"].sum(), local)
        agree(lambda d: d.set_index("s").groupby(str)["a"].sum(), local)
        agree(lambda d: d.groupby(np.arange(len(d)) % 3)["a"].sum(), local)
        agree(lambda d: d.groupby(pd.Grouper(key="k"))["a"].sum(), local)
        agree(lambda d: d.set_index(BOTH).groupby(level=["j"])["a"].sum(), local)
        agree(lambda d: d.set_index(BOTH).groupby(level=1)[VALUES].mean(), local)
    backwards = pd.Series(np.arange(ROWS)[::-1] % 3, index=np.arange(ROWS)[::-1], name="z")
    agree(lambda d: d.groupby(backwards)["a"].sum(), data)
    for wrong in ({"level": "zz"}, {"level": 3}, {"by": ("k", "j")}):
        agree(lambda d, wrong=wrong: d.groupby(**wrong), data)
    agree(lambda d: d["a"].groupby(d["k"], as_index=False), data)


@pytest.mark.parametrize("name", ["sum", "mean", "min", "std", "median", "count", "nunique", "first"])
def test_masked_integers(agree, data, name):
    local = data[["i", "j"]].astype({"i": "Int64"})
    local.loc[::5, "i"] = pd.NA
    agree(lambda d: getattr(d.groupby("j")[["i"]], name)(), local)


def test_texts_are_joined_in_pandas(agree, data):
    agree(lambda d: d.groupby("j")["s"].sum(), data.head(50), native=False)


def test_bins_of_time_as_keys(agree, data):
    by_day, by_week = pd.Grouper(key="t", freq="D"), pd.Grouper(freq="W")
    local = data.sort_values("t").reset_index(drop=True)
    for name in ("sum", "count", "first", "min"):
        agree(lambda d, name=name: getattr(d[["i", "t"]].groupby(by_day), name)(), local.head(40), check_freq=False)
        agree(lambda d, name=name: getattr(d[["a", "i", "t", "k"]].groupby([by_day, "k"]), name)(), local)
        agree(lambda d, name=name: getattr(d.set_index("t")["a"].groupby(by_week), name)(), local, check_freq=False)
    agree(lambda d: d.set_index("t")[[*VALUES, "k"]].groupby(["k", by_week]).mean(), local)
    agree(lambda d: d[["a", "i", "t"]].groupby(by_day).transform("mean"), local)
    agree(lambda d: d.groupby(by_day).agg(x=("a", "mean"), y=("i", "max")), local, check_freq=False)
    agree(lambda d: d.groupby(by_day)["i"].sum(), data.head(60), native=False, check_freq=False)
