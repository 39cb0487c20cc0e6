"""Columns of groups beside each other, values and rows of groups, as pandas gives them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


def rows(n):
    rng = np.random.default_rng(1)
    data = pd.DataFrame(
        {
            "k": rng.choice(["p", "q", "r", None], n),
            "j": rng.integers(0, 4, n),
            "x": rng.normal(size=n),
            "y": rng.choice([0.1, 2.0, np.nan, -3.5], n),
            "n": rng.integers(-5, 5, n),
            "b": rng.random(n) > 0.5,
            "c": 0.1,
            "s": rng.choice(["u", "v", None], n),
            "t": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 5, n), unit="D"),
            "g": pd.Categorical(rng.choice(["lo", "hi"], n), categories=["lo", "mid", "hi"]),
        }
    )
    data.loc[data["j"] == 3, "y"] = np.nan  # a group without a value
    return data


SHAPES = {"some": rows(60), "one": rows(1).assign(k="p"), "many": rows(12_000)}
NUMBERS = ["x", "y", "n", "b", "c"]
OTHER = pd.Series(np.arange(60.0), name="o").sort_index(ascending=False)


@pytest.mark.filterwarnings("ignore:Degrees of freedom", "ignore:divide by zero", "ignore:invalid value")  # NumPy's
@pytest.mark.parametrize("shape", SHAPES)
def test_matrices(agree, shape):
    data = SHAPES[shape]
    agree(lambda d: d.groupby("k")[NUMBERS].corr(), data, rtol=1e-9, atol=1e-12)
    agree(lambda d: d.groupby("k")[NUMBERS].cov(), data, rtol=1e-9, atol=1e-12)
    agree(lambda d: d.groupby(["k", "j"], sort=False, dropna=False)[["x", "n"]].corr(min_periods=3), data, rtol=1e-9)
    agree(lambda d: d.drop(columns="t").groupby("j").cov(numeric_only=True), data, rtol=1e-9, atol=1e-12)
    agree(lambda d: d.groupby("j")[["x", "y", "n"]].corr("spearman"), data, rtol=1e-9, atol=1e-12)


def test_other_matrices(agree):
    data = SHAPES["some"]
    agree(lambda d: d.groupby("j")[["x", "n"]].corr("kendall"), data, native=False)
    agree(lambda d: d.groupby("j")[["x", "n"]].cov(ddof=0), data, native=False)
    agree(lambda d: d.groupby("j")[["x", "s"]].corr(), data)
    agree(lambda d: d.groupby("j")[["x", "n"]].corr(), data.rename_axis(columns="of"), rtol=1e-9)
    agree(lambda d: d.groupby("j", as_index=False)[["x", "n"]].corr(), data, native=False)


@pytest.mark.parametrize("shape", SHAPES)
def test_with_another_series(agree, shape):
    data = SHAPES[shape]
    agree(lambda d: d.groupby("k")["x"].corr(d["n"]), data, rtol=1e-9)
    agree(lambda d: d.groupby("j", sort=False)["y"].cov(d["x"], min_periods=2), data, rtol=1e-9)
    agree(lambda d: d.groupby("j")["x"].corr(d["y"], method="spearman"), data, rtol=1e-9)
    agree(lambda d: d.groupby("k")["n"].cov(d["x"], ddof=0), data, rtol=1e-9)


def test_with_another_series_that_is_matched_by_labels(agree):
    data = SHAPES["some"]
    agree(lambda d, o: d.groupby("k")["x"].corr(o), data, OTHER, rtol=1e-9)
    agree(lambda d, o: d.groupby("k")["x"].cov(o), data, OTHER.iloc[::2], rtol=1e-9)
    agree(lambda d, o: d["x"].groupby(d["k"]).corr(o), data, OTHER, rtol=1e-9)
    twice = pd.Series([1.0, 2.0, 3.0], index=[1, 1, 2])
    agree(lambda d, o: d.groupby("k")["x"].corr(o), data, twice, native=False)


def test_spreads_beside_large_values(agree):
    data = SHAPES["some"].assign(x=1e9 + SHAPES["some"]["x"], n=1e9 + SHAPES["some"]["n"])
    agree(lambda d: d.groupby("j")[["x", "n"]].corr(), data, rtol=1e-6)


@pytest.mark.parametrize("column", ["s", "n", "y", "t", "g", "b"])
def test_distinct_values(up, column):
    for data in SHAPES.values():
        ours = up(data)
        for by, how in (("k", {}), (["k", "j"], {"dropna": False}), ("j", {"sort": False}), (["j"], {})):
            expected = data.groupby(by, **how)[column].unique()
            found = ours.groupby(by, **how)[column].unique()
            pd.testing.assert_index_equal(found.index, expected.index)
            assert found.name == expected.name
            for one, two in zip(found, expected, strict=True):
                pd.testing.assert_series_equal(pd.Series(one), pd.Series(two), check_dtype=column != "t")


@pytest.mark.parametrize("shape", ["some", "many"])
def test_taken(agree, shape):
    data = SHAPES[shape]
    agree(lambda d: d.groupby("j").take([1, 0, -1]), data)
    agree(lambda d: d.groupby("k", sort=False)[["s", "t"]].take([0, 0]), data)
    agree(lambda d: d.groupby(["j"])["g"].take(np.array([2])), data.set_index("t"))
    agree(lambda d: d.groupby("j").take([9_999]), data)
    agree(lambda d: d.groupby("j", group_keys=False).take([0]), data, native=False)
