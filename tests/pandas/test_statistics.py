"""Statistics with all their keywords, across rows and over all values; correlations, quantiles, extremes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from h2o_frame_compat import options

ROWS = 12_000  # several chunks


def numbers(n=ROWS):
    rng = np.random.default_rng(5)
    df = pd.DataFrame(
        {
            "a": rng.normal(size=n),
            "i": rng.integers(-5, 6, n),
            "r": rng.integers(0, 4, n) / 4,
            "g": rng.normal(3, 2, n),
        }
    )
    df.loc[::7, "a"] = np.nan
    df.loc[3::11, "r"] = np.nan
    if n > 8:
        df.loc[5, ["a", "r", "g"]] = np.nan
    return df


FUNCTIONS = ["sum", "prod", "mean", "median", "min", "max", "var", "std", "sem", "skew", "kurt"]


@pytest.mark.parametrize("skipna", [True, False])
@pytest.mark.parametrize("function", [*FUNCTIONS, "any", "all"])
def test_across_columns(agree, function, skipna):
    native = skipna or function not in {"any", "all"}
    agree(lambda d: getattr(d, function)(axis=1, skipna=skipna), numbers(), native=native, rtol=1e-8)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_over_all_values(agree, function):
    agree(lambda d: pd.Series([getattr(d, function)(axis=None)]), numbers(200), rtol=1e-8)


@pytest.mark.parametrize("size", [1, 2, ROWS])
@pytest.mark.parametrize("ddof", [0, 1, 2])
@pytest.mark.parametrize("function", ["var", "std", "sem"])
def test_degrees_of_freedom(agree, function, ddof, size):
    agree(lambda d: getattr(d, function)(ddof=ddof), numbers(size))
    agree(lambda d: pd.Series([getattr(d["g"], function)(ddof=ddof)]), numbers(size))
    agree(lambda d: getattr(d, function)(axis=1, ddof=ddof), numbers(size))


@pytest.mark.parametrize("function", ["sum", "prod"])
def test_least_counts(agree, function):
    df = pd.DataFrame({"a": [1.0, None, 2.0], "b": [None, None, 1.0], "i": [1, 2, 3]})
    for least in (0, 1, 2, 3):
        agree(lambda d, m=least: getattr(d, function)(min_count=m), df)
        agree(lambda d, m=least: getattr(d, function)(axis=1, min_count=m), df)
        agree(lambda d, m=least: pd.Series([getattr(d["a"], function)(min_count=m)]), df)


@pytest.mark.parametrize("function", ["any", "all"])
@pytest.mark.parametrize("dtype", ["float64", "Float64", "boolean"])
@pytest.mark.parametrize("values", [[0, None], [1, None], [0, 1, None], [None], [0], []])
def test_missing_truth(agree, function, dtype, values):
    agree(lambda s: pd.Series([getattr(s, function)(skipna=False)]), pd.Series(values, dtype=dtype))


def test_distinct_of_rows_and_modes(agree):
    agree(lambda d: d.nunique(axis=1), numbers())
    agree(lambda d: d[["i", "r"]].mode(), numbers())
    agree(lambda d: d.mode(numeric_only=True, dropna=False)[["r"]], numbers(50).assign(t="x"))


@pytest.mark.parametrize("interpolation", ["linear", "lower", "higher", "midpoint", "nearest", "no such"])
def test_quantiles(agree, interpolation):
    for q in (0, 0.3, 0.5, 1, [0.1, 0.9]):
        agree(lambda d, q=q: d.quantile(q, interpolation=interpolation), numbers())
        agree(lambda d, q=q: d["i"].quantile(q, interpolation=interpolation), numbers())
    agree(lambda d: d.quantile(0.3, axis=1), numbers())
    agree(lambda d: d["a"].quantile(2), numbers(9))
    if interpolation != "no such":
        agree(lambda d: pd.Series([d["a"].quantile(0.5, interpolation=interpolation)]), numbers(9).iloc[:0])
    agree(lambda d: (d > 0).quantile(0.5), numbers(9))


@pytest.mark.filterwarnings("ignore:An input array is constant", "ignore:invalid value")
@pytest.mark.parametrize("method", ["pearson", "spearman", "kendall"])
def test_correlations(agree, method):
    df = numbers(400).assign(one=1.0)
    agree(lambda d: d.corr(method=method), df, atol=1e-12)
    agree(lambda d: d.corr(method=method, min_periods=320), df, atol=1e-12)
    agree(lambda d: pd.Series([d["a"].corr(d["r"], method=method)]), df, atol=1e-12)
    agree(lambda d: pd.Series([d["a"].corr(d["g"][50:], method=method, min_periods=3)]), df, atol=1e-12)
    agree(lambda d: d.corrwith(d["g"], method=method), df, atol=1e-12)


def test_correlations_of_many_rows(agree):
    agree(lambda d: d.corr(method="spearman"), numbers(), atol=1e-10)
    agree(lambda d: d[["i", "r"]].corr(method="kendall"), numbers(), atol=1e-10)


@pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:Degrees of freedom", "ignore:invalid|divide by")
def test_correlations_of_little(agree):
    for size in (0, 1, 2):
        agree(lambda d: d.corr(), numbers(size))
        agree(lambda d: d.cov(), numbers(size))
    agree(lambda d: d.corr("no such"), numbers(9))


def test_corrwith_of_frames(agree):
    df, other = numbers(60), numbers(60)[["g", "a"]].assign(z=1.5) * 2
    for drop in (False, True):
        agree(lambda d, o, drop=drop: d.corrwith(o, drop=drop), df, other)
    agree(lambda d, o: d.corrwith(o), df, other[7:])
    agree(lambda d, o: d.corrwith(o, axis=1), df[["a", "g"]], other[["a", "g"]], native=False)


def test_covariances(agree):
    agree(lambda d: d.cov(), numbers())
    agree(lambda d: d.cov(min_periods=ROWS - 2000), numbers())
    agree(lambda d: d[["i", "g"]].fillna(0).cov(ddof=0), numbers())
    agree(lambda d: pd.Series([d["a"].cov(d["g"]), d["a"].cov(d["g"], ddof=0), d["i"].autocorr(2)]), numbers())


@pytest.mark.parametrize("function", ["idxmax", "idxmin"])
def test_places_of_extremes(agree, function):
    df = numbers(300).set_axis([f"r{n}" for n in range(300)])
    agree(lambda d: getattr(d, function)(), df)
    agree(lambda d: getattr(d[["i", "g"]].fillna(0), function)(axis=1), df)
    agree(lambda d: getattr(d, function)(axis=1), df)  # a row of nothing but missing values
    agree(lambda d: getattr(d, function)(skipna=False), df)
    agree(lambda d: getattr(d["i"], function)(), df)
    agree(lambda d: getattr(d["a"], function)(skipna=False), df)
    agree(lambda d: getattr(d["a"], function.replace("idx", "arg"))(), df)


def test_no_column_crosses_for_an_odd_statistic(up, cluster, extension):
    df = up(numbers())
    with options.context(fallback_max_bytes=10_000):
        assert len(df.median(axis=1)) == ROWS
        assert df.std(ddof=0).shape == (4,)
        assert df[["i", "r"]].corr("kendall").shape == (2, 2)


@pytest.mark.parametrize("skipna", [True, False])
@pytest.mark.parametrize("function", ["cumsum", "cumprod", "cummax", "cummin"])
def test_running(agree, function, skipna):
    agree(lambda d: getattr(d, function)(axis=1, skipna=skipna), numbers())
    agree(lambda d: getattr(d[["i", "g"]], function)(0, skipna), numbers(300))
    agree(lambda d: getattr(d["a"][1:9], function)(skipna=skipna), numbers(300))
    agree(lambda d: getattr(d.assign(t="x"), function)(numeric_only=True), numbers(30))


SEVERAL = {
    "functions": [np.mean, np.median, np.std, np.var, sum, len],
    "extremes": [max, min],
    "one": np.median,
    "for each": {"a": np.std, "i": "sum"},
    "several for each": {"a": [np.std, "sum"], "i": ["max", len]},
    "unknown": ["mean", lambda s: s.max() - s.min()],
    "a label that is not there": {"nothing": np.std},
}


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("func", SEVERAL.values(), ids=SEVERAL)
def test_several_functions(agree, func):
    native = func is not SEVERAL["unknown"] and func is not SEVERAL["extremes"]
    agree(lambda d: d.agg(func), numbers(200)[["a", "i"]], native=native)
    if not isinstance(func, dict) and func is not np.median:
        agree(lambda d: d["i"].agg(func), numbers(200), native=native or func is SEVERAL["extremes"])


def test_named_aggregates(agree):
    agree(lambda d: d.agg(low=("i", "min"), high=("a", "max"), mid=("i", np.median)), numbers(200))
    agree(lambda d: d.agg(low=("i", "min"), high=("i", "max")), numbers(200))
    agree(lambda d: d.agg(low=("nothing", "min")), numbers(20), native=False)
    agree(lambda d: d["i"].agg(low="min", high="max"), numbers(20))
    agree(lambda d: d.agg("mean", axis=1), numbers(200))


def test_running_sums_are_exact(agree, extension):
    """H2O accumulates in doubles."""
    rng = np.random.default_rng(3)
    agree(lambda s: s.cumsum(), pd.Series(rng.integers(-(2**62), 2**62, ROWS) // ROWS))
    agree(lambda s: s.cumsum(), pd.Series([2**53, 1, 1, -(2**60), 5, 2**61 + 1]))
    agree(lambda s: s.cumsum(), pd.Series([2**53, None, 1, -7], dtype="Int64"))
    agree(lambda s: s.cumsum(), pd.Series([2**62, 1, 3], dtype="uint64"))
    agree(lambda d: d.cumsum(skipna=False), pd.DataFrame({"a": [2**53, 1], "b": [1, 2]}))
