"""Indicator columns, bins and numbered values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd

FRAME = pd.DataFrame(
    {
        "a": ["x", "y", None, "x"],
        "b": pd.Categorical(["p", None, "q", "p"], categories=["q", "p", "zz"]),
        "n": [1, 2, 1, 3],
        "f": [1.5, np.nan, 2.5, 1.5],
    },
    index=[5, 6, 7, 8],
)


def either(name):
    def function(data, *args, **kwargs):
        theirs = isinstance(data, (pd.DataFrame, pd.Series))
        return getattr(pd if theirs else hpd, name)(data, *args, **kwargs)

    return function


get_dummies, cut, qcut = map(either, ["get_dummies", "cut", "qcut"])
DUMMIES = {
    "all": get_dummies,
    "without the first": lambda d: get_dummies(d, drop_first=True),
    "gaps": lambda d: get_dummies(d, dummy_na=True),
    "columns": lambda d: get_dummies(d, columns=["n", "f"]),
    "prefixes": lambda d: get_dummies(d, prefix=["A", "B"]),
    "prefixes by column": lambda d: get_dummies(d, prefix={"a": "A", "b": "B"}, prefix_sep="."),
    "ints": lambda d: get_dummies(d, dtype=int),
    "floats": lambda d: get_dummies(d, dtype=float, dummy_na=True, drop_first=True),
    "too few prefixes": lambda d: get_dummies(d, prefix=["A"]),
    "unknown column": lambda d: get_dummies(d, columns=["zzz"]),
    "columns as text": lambda d: get_dummies(d, columns="n"),
    "nothing to do": lambda d: get_dummies(d[["n"]]),
    "text": lambda d: get_dummies(d["a"]),
    "numbers": lambda d: get_dummies(d["n"], prefix="k"),
    "floats with gaps": lambda d: get_dummies(d["f"]),
    "categories": lambda d: get_dummies(d["b"], dummy_na=True),
}


@pytest.mark.parametrize("rows", [4, 0, 12000])
@pytest.mark.parametrize("name", DUMMIES)
def test_get_dummies(agree, name, rows):
    if rows == 0 and name in {"floats with gaps", "numbers", "columns"}:
        pytest.skip("no values, no columns: the label dtype is a matter of taste")
    data = pd.concat([FRAME] * (rows // 4), ignore_index=True) if rows > 4 else FRAME.iloc[:rows]
    agree(DUMMIES[name], data, check_column_type=rows > 0)


VALUES = {
    "floats": pd.Series([1.0, 5, 10, np.nan, 0, -3, 7.5], name="v"),
    "ints": pd.Series([1, 5, 10, 0, 3, 7, 8]),
    "many": pd.Series(np.random.default_rng(0).normal(size=12000)),
}
BINS = {
    "equal width": lambda s: cut(s, 3),
    "edges": lambda s: cut(s, [0, 5, 10]),
    "closed left": lambda s: cut(s, [0, 5, 10], right=False),
    "with the lowest": lambda s: cut(s, [0, 5, 10], include_lowest=True),
    "labels": lambda s: cut(s, [0, 5, 10], labels=["lo", "hi"]),
    "numbers": lambda s: cut(s, [0, 5, 10], labels=False),
    "numbers, all inside": lambda s: cut(s, 4, labels=False),
    "repeated edges": lambda s: cut(s, [0, 0, 10]),
    "repeated edges dropped": lambda s: cut(s, [0, 0, 10], duplicates="drop"),
    "too few labels": lambda s: cut(s, [0, 5, 10], labels=["a"]),
    "one label twice": lambda s: cut(s, [0, 5, 10], labels=["a", "a"], ordered=False),
    "precision": lambda s: cut(s, 3, precision=1, right=False),
    "infinite": lambda s: cut(s, [-np.inf, 2, np.inf]),
    "no bins": lambda s: cut(s, 0),
    "edges given back": lambda s: list(cut(s, 3, retbins=True)[1]),
    "quartiles": lambda s: qcut(s, 4),
    "quantiles with labels": lambda s: qcut(s, [0, 0.5, 1], labels=["a", "b"]),
    "quantile numbers": lambda s: qcut(s, 3, labels=False),
}


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("name", BINS)
def test_bins(agree, name, values):
    agree(BINS[name], VALUES[values])


@pytest.mark.parametrize("sort", [False, True])
@pytest.mark.parametrize("column", ["a", "n", "f"])
def test_factorize(up, column, sort):
    codes, uniques = up(FRAME)[column].factorize(sort=sort)
    wanted, known = pd.factorize(FRAME[column], sort=sort)
    np.testing.assert_array_equal(codes, wanted)
    assert codes.dtype == wanted.dtype
    pd.testing.assert_index_equal(uniques, known)


def test_other_shapes_run_in_pandas(up):
    from h2o_frame_compat import options

    with options.context(fallback="silent"):
        ours = hpd.crosstab(up(FRAME)["a"], up(FRAME)["n"])
    pd.testing.assert_frame_equal(ours.to_pandas(), pd.crosstab(FRAME["a"], FRAME["n"]))
