"""merge_asof and merge_ordered."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd

RNG = np.random.default_rng(0)


def module(data):
    """Give the pandas that the data belongs to."""
    return pd if isinstance(data, (pd.DataFrame, pd.Series)) else hpd


def ordered(size, column, start=0):
    when = np.sort(RNG.integers(start, 40, size))
    return pd.DataFrame(
        {"n": when, "t": pd.to_datetime(when, unit="s"), "k": RNG.choice(["a", "b", "c"], size), column: range(size)}
    )


LEFT, RIGHT = ordered(25, "x"), ordered(30, "y", 3)
SPARSE = RIGHT.iloc[::7].drop(columns="t").rename(columns={"k": "x"})


@pytest.mark.parametrize("direction", ["backward", "forward", "nearest"])
@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(
    "how",
    [
        {"on": "n"},
        {"on": "n", "by": "k"},
        {"on": "t", "tolerance": pd.Timedelta("2s")},
        {"on": "n", "by": ["k"], "tolerance": 1},
        {"left_on": "n", "right_on": "y", "suffixes": ("_l", "_r")},
    ],
    ids=str,
)
def test_merge_asof(agree, direction, exact, how):
    how = how | {"direction": direction, "allow_exact_matches": exact}
    agree(lambda a, b: module(a).merge_asof(a, b, **how), LEFT, RIGHT)


def test_merge_asof_of_few_rows(agree):
    agree(lambda a, b: module(a).merge_asof(a, b, on="n"), LEFT, SPARSE)
    agree(lambda a, b: module(a).merge_asof(a, b.iloc[:0], on="n"), LEFT, SPARSE)
    agree(lambda a, b: module(a).merge_asof(a.iloc[:0], b, on="n"), LEFT, SPARSE)
    agree(lambda a, b: module(a).merge_asof(a, b, on="n", left_by="k", right_by="x"), LEFT, SPARSE)


def test_merge_asof_by_row_labels(agree):
    left, right = LEFT.set_index("n"), RIGHT.set_index("n")[["y"]]
    agree(lambda a, b: module(a).merge_asof(a, b, left_index=True, right_index=True), left, right)
    agree(lambda a, b: module(a).merge_asof(a, b, left_on="n", right_index=True), LEFT.iloc[::-1].iloc[::-1], right)


def test_merge_asof_refuses(agree):
    agree(lambda a, b: module(a).merge_asof(a.iloc[::-1], b, on="n"), LEFT, RIGHT)
    agree(lambda a, b: module(a).merge_asof(a, b.iloc[::-1], on="n"), LEFT, RIGHT)
    agree(lambda a, b: module(a).merge_asof(a, b, on="k"), LEFT, RIGHT)
    agree(lambda a, b: module(a).merge_asof(a, b, on="n", direction="sideways"), LEFT, RIGHT)
    agree(lambda a, b: module(a).merge_asof(a, b, on="t", tolerance=3), LEFT, RIGHT)
    agree(lambda a, b: module(a).merge_asof(a, b, on="n"), LEFT.astype({"n": float}).replace({"n": {3.0: None}}), RIGHT)


def test_merge_asof_of_many_rows(agree):
    left = pd.DataFrame({"t": np.sort(RNG.random(20_000)), "k": RNG.integers(0, 50, 20_000)})
    right = pd.DataFrame({"t": np.sort(RNG.random(12_000)), "k": RNG.integers(0, 50, 12_000), "v": range(12_000)})
    agree(lambda a, b: module(a).merge_asof(a, b, on="t", by="k"), left, right)


@pytest.mark.parametrize("how", ["outer", "left", "right", "inner"])
def test_merge_ordered(agree, how):
    agree(lambda a, b: module(a).merge_ordered(a, b, on="n", how=how), LEFT, RIGHT)
    agree(lambda a, b: module(a).merge_ordered(a, b, left_on="n", right_on="y", how=how), LEFT, RIGHT)
    agree(lambda a, b: module(a).merge_ordered(a, b, how=how, suffixes=("", "_r")), LEFT, SPARSE)


def test_merge_ordered_fills(agree):
    left, right = LEFT.drop_duplicates("n"), RIGHT.drop_duplicates("n").assign(y=lambda d: d.y.where(d.y % 3 > 0))
    agree(lambda a, b: module(a).merge_ordered(a, b, on="n", fill_method="ffill"), left, right)
    agree(lambda a, b: module(a).merge_ordered(a, b, on=["n", "k"], fill_method="ffill"), left, right)


def test_merge_ordered_in_groups(agree):
    left = LEFT.drop_duplicates("n")
    agree(lambda a, b: module(a).merge_ordered(a, b[["n", "y"]], on="n", left_by="k"), left, RIGHT, native=False)
