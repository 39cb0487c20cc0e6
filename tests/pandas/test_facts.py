"""equals, dot, order, flags and notes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

ROWS = 12_000  # several chunks


def mixed(n=ROWS):
    rng = np.random.default_rng(4)
    return pd.DataFrame(
        {
            "n": rng.integers(0, 9, n),
            "x": rng.choice([0.5, np.nan, 2.0], n),
            "k": rng.choice(["p", "q", None], n),
            "c": pd.Categorical(rng.choice(["u", "v"], n)),
            "t": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 9, n), unit="D"),
            "N": pd.array(rng.choice([1, 2, None], n), dtype="Int64"),
        }
    )


@pytest.mark.parametrize("size", [0, 1, ROWS])
@pytest.mark.parametrize("column", ["n", "x", "k", "c", "t", "N"])
def test_equal(up, column, size):
    df = mixed(size)
    assert up(df).equals(up(df))
    assert up(df[column]).equals(up(df[column].rename("other")))
    if size > 1:
        moved = df[column].shift(1)
        assert up(df[column]).equals(up(moved)) == df[column].equals(moved)
        changed = df[column].copy()
        changed.iloc[-1] = changed[changed != changed.iloc[-1]].dropna().iloc[0]
        assert not up(df[column]).equals(up(changed))


def test_unequal(up):
    df = mixed(5)[["n", "x"]]
    for other in (
        df.astype({"n": "float64"}),
        df.rename(columns={"n": "m"}),
        df.set_axis(range(1, 6)),
        df.set_axis(list("abcde")),
        df.head(4),
        df[["x", "n"]],
        df.fillna(0),
    ):
        assert not up(df).equals(up(other))
    assert not up(df).equals(up(df["n"]))
    assert not up(df).equals(None)


@pytest.mark.parametrize(
    "other",
    [
        [1, 2],
        [0.5, 2.0],
        pd.Series([3, 1], index=["x", "n"]),
        pd.DataFrame({"p": [1, 2], "q": [0.5, 1.0]}, index=["n", "x"]),
        np.array([[1, 2, 3], [4, 5, 6]]),
        np.array([1, 2, 3]),
        pd.Series([1, 2], index=["n", "z"]),
        5,
    ],
    ids=str,
)
def test_product_of_a_frame(agree, other):
    agree(lambda d, o: d.dot(o), mixed()[["n", "x"]], other)
    agree(lambda d, o: d @ o, mixed(7)[["n", "x"]].fillna(0).astype(int), other)


def test_product_of_series(agree):
    df = mixed(300)[["n", "x"]]
    agree(lambda d: pd.Series([d["n"].dot(d["n"]), d["n"] @ d["n"]]), df)
    agree(lambda d: pd.Series([d["x"].dot(d["n"])]), df)
    agree(lambda d: d["n"].dot(d), df)
    agree(lambda d: pd.Series([d["n"].dot(list(range(300))), list(range(300)) @ d["n"]]), df)
    agree(lambda d: d["n"].dot(d["n"][1:]), df)
    agree(lambda d: d["n"].dot([1, 2]), df)


@pytest.mark.parametrize(
    "values", [[1, 2, 2, 5], [5, 2, 2, 1], [1, 3, 2], [1.0, None, 3.0], [], [7], ["a", "b"], ["b", "a"]], ids=str
)
def test_order(agree, values):
    for name in ("is_monotonic_increasing", "is_monotonic_decreasing", "hasnans"):
        agree(lambda s, name=name: bool(getattr(s, name)), pd.Series(values))


def test_order_over_chunks(agree):
    rising = pd.Series(range(ROWS))
    broken = rising.copy()
    broken.iloc[ROWS // 2] = 0
    agree(lambda s: bool(s.is_monotonic_increasing), rising)
    agree(lambda s: bool(s.is_monotonic_increasing), broken)


def test_notes_and_flags(up):
    df = up(mixed(3))
    df.attrs["source"] = "here"
    assert df.copy().attrs == {"source": "here"}
    assert up(mixed(3)).attrs == {}
    assert df.flags.allows_duplicate_labels
    assert df.set_flags(allows_duplicate_labels=True).equals(df)
    with pytest.raises(NotImplementedError, match="is_unique"):
        df.set_flags(allows_duplicate_labels=False)
