"""Group by: ours equals pandas'."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

ROWS = 20_000
VALUES = ["a", "i"]


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    df = pd.DataFrame(
        {
            "a": rng.normal(size=ROWS),
            "i": rng.integers(-50, 50, ROWS),
            "b": rng.random(ROWS) > 0.5,
            "s": rng.choice(["x", "y", "", "q'"], ROWS),
            "c": pd.Categorical(rng.choice(list("uvw"), ROWS), categories=list("wvuz")),
            "t": pd.Timestamp("2013-01-01") + pd.to_timedelta(rng.integers(0, 10**6, ROWS), unit="s"),
            "k": rng.choice(list("pqr"), ROWS),
            "j": rng.integers(0, 4, ROWS),
        }
    )
    df.loc[::7, "a"] = np.nan
    df.loc[::11, "s"] = np.nan
    df.loc[::13, "k"] = None
    return df


@pytest.mark.parametrize(
    "function",
    [
        "sum", "mean", "min", "max", "std", "var", "median", "count", "nunique", "first", "last", "prod", "size", "sem",
        "skew", "any", "all",
    ],
)
def test_aggregates(agree, data, function):
    agree(lambda d: getattr(d.groupby("k")[VALUES], function)(), data, rtol=1e-9)
    agree(lambda d: getattr(d.groupby(["k", "j"], dropna=False, sort=False)["a"], function)(), data, rtol=1e-9)


@pytest.mark.parametrize("function", ["min", "max", "first", "last", "count", "nunique"])
def test_aggregates_of_other_types(agree, data, function):
    agree(lambda d: getattr(d.groupby("j")[["s", "t", "b", "k"]], function)(), data)


@pytest.mark.parametrize("key", ["c", "b", "t", "s", "i", "a"])
def test_keys_of_all_types(agree, data, key):
    agree(lambda d: d.groupby(key)["j"].sum(), data.head(3000))


def test_shapes_of_results(agree, data):
    agree(lambda d: d.groupby("k", as_index=False)[VALUES].mean(), data)
    agree(lambda d: d.groupby("k", as_index=False).size(), data)
    agree(lambda d: d.groupby("k")[VALUES].agg(["mean", "max"]), data)
    agree(lambda d: d.groupby("k").agg({"a": "mean", "i": ["min", "max"]}), data)
    agree(lambda d: d.groupby("k").agg({"a": "mean", "i": np.sum}), data)
    agree(lambda d: d.groupby(["k", "j"]).agg(m=("a", "mean"), n=("i", "size")), data)
    agree(lambda d: d.groupby(["k", "j"], as_index=False).agg(m=("a", "mean"), n=("i", "size")), data)
    agree(lambda d: d.groupby("k")["a"].agg(["mean", "count"]), data)
    agree(lambda d: d.groupby("k")["a"].agg(x="mean", y="max"), data)
    agree(lambda d: d.groupby("k")["a"].agg("mean"), data)
    agree(lambda d: d.groupby("k")[VALUES].quantile(0.3), data, rtol=1e-9)


def test_keys_as_series_levels_and_functions(agree, data):
    agree(lambda d: d["a"].groupby(d["k"]).sum(), data)
    agree(lambda d: d.groupby([d["k"], "j"])["a"].sum(), data)
    agree(lambda d: d.groupby("k")["a"].sum().groupby(level=0).max(), data)
    agree(lambda d: d.groupby(lambda label: label % 2)["a"].sum(), data.head(100))
    agree(lambda d: d.groupby("c", observed=False)["a"].sum(), data.head(100))


def test_values_handed_back_to_rows(agree, data):
    agree(lambda d: d.groupby("k")["a"].transform("mean"), data, rtol=1e-9)
    agree(lambda d: d.groupby("j")[VALUES].transform("max"), data)
    agree(lambda d: d.groupby("j").ngroup(), data)


def test_groups_one_by_one(up, data):
    ours = up(data)
    for (key, rows), (other, expected) in zip(ours.groupby("k"), data.groupby("k"), strict=True):
        assert key == other
        pd.testing.assert_frame_equal(rows.to_pandas(), expected)
    assert len(ours.groupby("k")) == 3


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(agree, data, rows):
    agree(lambda d: d.groupby("j")[VALUES].sum(), data.head(rows))
    agree(lambda d: d.groupby(["j", "s"])["a"].agg(["mean", "count"]), data.head(rows))


def test_errors(agree, data):
    agree(lambda d: d.groupby("zzz"), data)
    agree(lambda d: d.groupby("j").mean(), data)
    agree(lambda d: d.groupby("j")["zzz"], data)
    agree(lambda d: d.groupby(), data)


def test_pandas_does_the_rest_and_says_so(up, data):
    from h2o_frame_compat.errors import FallbackError, FallbackWarning

    small = data.head(200)
    ours = up(small)
    with pytest.warns(FallbackWarning, match=r"DataFrameGroupBy.apply.*200 rows"):
        found = ours.groupby("j")[["a"]].apply(lambda g: max(g["a"]))
    pd.testing.assert_series_equal(found.to_pandas(), small.groupby("j")[["a"]].apply(lambda g: max(g["a"])))
    import h2o_frame_compat as hc

    with hc.options.context(fallback="error"), pytest.raises(FallbackError, match=r"DataFrameGroupBy.apply"):
        ours.groupby("j").apply(len)


@pytest.mark.usefixtures("extension")
def test_calls(cluster, up, data):
    ours = up(data)
    with cluster.client.count() as counter:
        ours.groupby("k").agg({"a": "mean", "i": ["min", "max"]}).to_pandas()
    assert len(counter) == 2


def test_a_tuple_in_brackets_is_no_label(agree):
    flat = pd.DataFrame([[1, 2], [1, 3]], columns=pd.Index(["p", ("x", "y")], tupleize_cols=False))
    for data in (flat, flat.set_axis(pd.MultiIndex.from_tuples([("p", "q"), ("x", "y")]), axis=1)):
        agree(lambda d: d.groupby([d.columns[0]])[("x", "y")].sum(), data)
        agree(lambda d: d.groupby([d.columns[0]])[[("x", "y")]].sum(), data)
