"""NumPy's functions on frames and series, Python's builtins, and iteration in batches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from h2o_frame_compat import options

ROWS = 12_000  # several chunks


def frame(n=ROWS):
    rng = np.random.default_rng(9)
    df = pd.DataFrame(
        {
            "x": rng.choice([0.5, np.nan, 2.0, 7.0], n),
            "n": rng.integers(0, 9, n),
            "k": rng.choice(["p", "q"], n),
            "b": rng.random(n) > 0.5,
        }
    )
    return df.set_axis(range(5, n + 5))


CHOICES = {
    "numbers": (1, 0),
    "mixed numbers": (1, 2.5),
    "texts": ("high", "lo"),
    "column and number": (lambda d: d["n"], -1),
    "columns": (lambda d: d["x"], lambda d: d["n"]),
    "column and missing": (lambda d: d["n"], np.nan),
    "texts of a column": (lambda d: d["k"], "none"),
    "truth": (True, lambda d: d["b"]),
    "truth and number": (lambda d: d["b"], 5),
    "one of another": (lambda d: np.where(d["n"] > 6, 3, 2), 1),
}


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
def test_where_makes_a_column(agree, choice):
    def run(d):
        yes, no = (c(d) if callable(c) else c for c in choice)
        d["z"] = np.where(d["x"] > 1, yes, no)
        return d

    agree(run, frame())


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
def test_where_is_an_array(up, choice):
    df = frame(50)

    def run(d):
        yes, no = (c(d) if callable(c) else c for c in choice)
        return np.where(d["x"] > 1, yes, no)

    found, expected = run(up(df)), run(df)
    assert (found.dtype, found.shape, len(found)) == (expected.dtype, expected.shape, len(expected))
    np.testing.assert_array_equal(np.asarray(found), expected)
    assert found.tolist() == expected.tolist() or expected.dtype.kind == "f"


def test_where_stays_in_the_cluster(up, cluster, extension):
    df = up(frame())
    with options.context(fallback="error", fallback_max_bytes=1000):
        df["z"] = np.where(df["x"] > 1, "high", "low")
        df["w"] = np.where(df["z"] == "high", df["n"], 0)
        assert int(df["w"].sum()) == frame().query("x > 1")["n"].sum()


OTHERS = [(lambda d: d["k"], 1), (lambda d: np.arange(len(d)), 0), (None, 1), (pd.Timestamp("2024-01-01"), pd.NaT)]


@pytest.mark.parametrize(("yes", "no"), OTHERS)
def test_where_of_other_things(up, yes, no):
    df = frame(20)
    results = [np.asarray(np.where(d["n"] > 3, yes(d) if callable(yes) else yes, no)) for d in (up(df), df)]
    assert results[0].tolist() == results[1].tolist()


def test_an_array_is_an_array(up):
    df = frame(30)
    found, expected = np.where(up(df)["n"] > 3, 1, 0), np.where(df["n"] > 3, 1, 0)
    assert (found + expected).tolist() == (2 * expected).tolist()
    assert (found == 1).sum() == expected.sum() == found.sum() == sum(found)
    assert found[3] == expected[3]
    assert found[2:5].tolist() == expected[2:5].tolist()
    assert np.concatenate([found, expected]).tolist() == [*expected, *expected]
    assert pd.Series(found).equals(pd.Series(expected))
    found[0] = expected[0] = 9
    assert found.tolist() == expected.tolist()
    assert repr(found) == repr(expected)


@pytest.mark.parametrize(
    "function",
    [
        np.mean, np.std, np.var, np.sum, np.min, np.max, np.median, np.prod, np.ptp,
        lambda s: np.percentile(s, 30), lambda s: np.quantile(s, [0.1, 0.9]), lambda s: np.std(s, ddof=1),
        np.unique, lambda s: np.unique(s, return_counts=True)[1], np.zeros_like, np.ones_like,
        lambda s: np.full_like(s, 7), lambda s: np.zeros_like(s, dtype="int8"), np.argmax, np.cumsum, np.isnan,
        np.array, np.cumprod, np.round, np.count_nonzero, lambda s: np.isin(s, [1, 2]), lambda s: np.dot(s, s),
        np.sort, np.average,
        lambda s: np.corrcoef(s, s), lambda s: np.clip(s, 1, 3), np.diff, lambda s: np.hstack([s, s]),
        sum, min, max, lambda s: set(s.fillna(0)), list, sorted, len, any, all,
        lambda s: list(zip(s, s, strict=True))[:9], lambda s: list(map(str, s))[:5],
        lambda s: dict(s.items()), lambda s: 3 in s.values,
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", ["n", "x"])
def test_functions(up, function, column):
    s = frame(400)[column]
    with options.context(fallback="silent"):
        found = function(up(s))
    expected = function(s)
    if isinstance(expected, (np.ndarray, pd.Series)):
        found = found.to_pandas() if hasattr(found, "to_pandas") else found
        assert np.asarray(found).dtype == np.asarray(expected).dtype
        np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=1e-12)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-12, nan_ok=True)
    else:
        assert repr(found) == repr(expected)


def test_functions_of_frames(agree):
    df = frame()[["x", "n"]]
    agree(lambda d: pd.Series([np.mean(d), np.sum(d)]), df)
    agree(np.sqrt, df)
    agree(lambda d: d.apply(np.mean), df)
    agree(lambda d: np.log1p(d["n"]), df)


def test_rows_come_in_batches(up, cluster, monkeypatch):
    from h2o_frame_compat.pandas import iterating

    monkeypatch.setattr(iterating, "_ROWS_AT_ONCE", 700)
    df = frame(2_000)
    ours = up(df)
    assert list(ours["n"]) == list(df["n"])
    assert list(ours["k"].items()) == list(df["k"].items())
    assert list(ours[["n", "k"]].itertuples()) == list(df[["n", "k"]].itertuples())
    for (label, row), (own, expected) in zip(ours.iterrows(), df.iterrows(), strict=True):
        assert label == own
        assert row.equals(expected)
    with options.context(fallback_max_bytes=10_000):
        assert sum(ours[ours["n"] > 4]["n"]) == sum(df[df["n"] > 4]["n"])


@pytest.mark.parametrize("size", [0, 1])
def test_few_rows(up, size):
    df = frame(size)
    assert list(up(df)["n"]) == list(df["n"])
    assert list(up(df.fillna(0)).itertuples()) == list(df.fillna(0).itertuples())
    assert len(list(up(df).iterrows())) == size
