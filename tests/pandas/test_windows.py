"""Rolling, expanding and exponentially weighted windows: ours equal pandas'."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

ROWS = 10_500
STATISTICS = [
    "count", "sum", "mean", "median", "min", "max", "first", "last", "nunique", "skew", "kurt", "std", "var", "sem",
]  # fmt: skip
SIZES = [ROWS, 1]


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    when = pd.Timestamp("2013-01-28 05:30") + pd.to_timedelta(np.sort(rng.integers(0, 86_400 * 40, ROWS)), unit="s")
    df = pd.DataFrame(
        {
            "a": rng.normal(size=ROWS),
            "x": rng.normal(size=ROWS),
            "i": rng.integers(0, 50, ROWS),
            "b": rng.random(ROWS) > 0.5,
            "s": rng.choice(["x", "y"], ROWS),
            "t": when,
            "k": rng.choice(np.array(["p", "q", None], object), ROWS),
            "j": rng.integers(0, 4, ROWS),
        }
    )
    df["k"] = df["k"].astype("str")
    df.loc[::7, "a"] = np.nan
    df.loc[5, "a"] = np.inf
    return df


@pytest.mark.parametrize("name", STATISTICS)
def test_statistics(agree, data, name):
    columns = ["a", "x"] if name in {"skew", "kurt", "std", "var", "sem"} else ["a", "i", "b"]
    for n in (ROWS, 1, 0):
        agree(lambda d: getattr(d.rolling(4, min_periods=2), name)(), data[columns].head(n), atol=1e-7)
    agree(lambda d: getattr(d.expanding(2), name)(), data[columns], atol=1e-7)
    agree(lambda d: getattr(d.groupby("k")["a"].rolling(3, min_periods=1), name)(), data, atol=1e-7)
    agree(lambda d: getattr(d.groupby(["j", "k"])[["a", "x"]].expanding(), name)(), data.head(300), atol=1e-7)
    agree(lambda d: getattr(d.set_index("t")["a"].rolling("6h"), name)(), data, atol=1e-6)


@pytest.mark.parametrize("closed", ["right", "left", "both", "neither"])
def test_bounds(agree, data, closed):
    for n in SIZES:
        local = data.head(n)
        agree(lambda d: d["a"].rolling(5, min_periods=1, closed=closed).sum(), local)
        agree(lambda d: d["a"].rolling(4, min_periods=0, center=True, closed=closed).mean(), local)
        agree(lambda d: d.set_index("t")[["a", "i"]].rolling("90min", closed=closed).sum(), local)
        agree(lambda d: d.set_index("t")["i"].rolling("2h", center=True, closed=closed).max(), local)
    agree(lambda d: d[["i"]].rolling(7, step=3, closed=closed).median(), data)


def test_windows_along_a_column(agree, data):
    agree(lambda d: d[["i", "t", "a"]].rolling("6h", on="t").mean(), data)
    agree(lambda d: d.rolling("6h", on="t")["a"].sum(), data)
    agree(lambda d: d[["j", "i", "t", "a"]].groupby("j").rolling("6h", on="t").max(), data)
    agree(lambda d: d.groupby("j").rolling("6h", on="t")["a"].sum(), data)
    agree(lambda d: d.set_index("t")["a"].rolling("6h", min_periods=3).sum(), data[::-1].reset_index(drop=True))
    agree(lambda d: d["i"].rolling("3D").sum(), data.head(20).set_index(data["t"].head(20).astype("datetime64[ns]")))


@pytest.mark.parametrize("interpolation", ["linear", "lower", "higher", "midpoint", "nearest"])
def test_quantiles_and_ranks(agree, data, interpolation):
    agree(lambda d: d["a"].rolling(6, min_periods=2).quantile(0.3, interpolation=interpolation), data)
    agree(lambda d: d["i"].rolling(9).rank("min"), data)
    agree(lambda d: d["a"].rolling(9, min_periods=2).rank("max", ascending=False, pct=True), data)


@pytest.mark.parametrize("name", ["cov", "corr"])
def test_two_columns(agree, data, name):
    agree(lambda d: getattr(d["a"].rolling(5, min_periods=3), name)(d["x"]), data, atol=1e-7)
    agree(lambda d: getattr(d["x"].rolling(5), name)(), data, atol=1e-7)
    agree(lambda d: getattr(d["a"].expanding(), name)(d["x"], ddof=0), data, atol=1e-7)
    agree(lambda d: getattr(d["a"].ewm(span=5), name)(d["x"]), data, atol=1e-7)
    agree(lambda d: getattr(d[["a", "x"]].rolling(5), name)(), data.head(50), native=False, atol=1e-7)


@pytest.mark.parametrize("weights", [{"com": 2}, {"span": 5, "adjust": False}, {"halflife": 3, "ignore_na": True},
                                     {"alpha": 0.3, "min_periods": 3}])
def test_exponential_weights(agree, data, weights):
    for name in ("mean", "sum", "var", "std"):
        for n in SIZES:
            agree(lambda d, name=name: getattr(d[["a", "i"]].ewm(**weights), name)(), data.head(n))
        agree(lambda d, name=name: getattr(d.groupby("k")["a"].ewm(**weights), name)(), data)
    agree(lambda d: d["a"].ewm(**weights).var(bias=True), data)


def test_exponential_weights_along_times(agree, data):
    agree(lambda d: d["a"].ewm(halflife="2h", times=d["t"]).mean(), data)
    agree(lambda d: d["a"].ewm(halflife="2h", times=d["t"]).var(), data)


def test_several_statistics(agree, data):
    agree(lambda d: d["a"].rolling(3).agg(["mean", "sum"]), data)
    agree(lambda d: d[["a", "i"]].rolling(3).agg(["mean", "sum"]), data)
    agree(lambda d: d[["a", "i"]].expanding().agg("max"), data)
    agree(lambda d: d["a"].rolling(3).pipe(lambda w: w.mean()), data)
    agree(lambda d: d[["a", "i"]].rolling(3)["i"].sum(), data)
    agree(lambda d: d.rolling(3).count(), data)
    agree(lambda d: d.rolling(3).sum(numeric_only=True), data)
    agree(lambda d: d["a"].rolling(3).apply(max), data.head(50), native=False)


def test_errors(agree, data):
    local = data.head(50)
    for function in (
        lambda d: d.rolling(3).sum(), lambda d: d.rolling(-1), lambda d: d["a"].rolling("3D"),
        lambda d: d["a"].rolling(3, closed="x"), lambda d: d["s"].rolling(3).sum(),
        lambda d: d["s"].rolling(3).sum(numeric_only=True), lambda d: d.ewm(com=1, span=2), lambda d: d.ewm(),
        lambda d: d.rolling(3, on="zz"), lambda d: d["a"].rolling("ME"), lambda d: d["a"].rolling(3).quantile(2),
        lambda d: d.set_index("t").sort_values("a")["a"].rolling("3D").sum(),
        lambda d: d["a"].ewm(com=1, adjust=False).sum(), lambda d: d["a"].rolling(2, min_periods=3),
    ):  # fmt: skip
        agree(function, local)


@pytest.mark.usefixtures("extension")
def test_calls(cluster, up, data):
    ours = up(data)
    with cluster.client.count() as counter:
        ours["a"].rolling(5).mean().to_pandas()
    assert len(counter) == 2
