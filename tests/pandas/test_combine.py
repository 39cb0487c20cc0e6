"""combine, combine_first, update, compare."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

ONE = pd.DataFrame(
    {
        "i": [1, 2, 3, 4],
        "f": [1.0, np.nan, 3.0, np.nan],
        "s": ["a", None, "c", "d"],
        "d": pd.to_datetime(["2020-01-01", None, "2020-01-03", "2020-01-04"]),
    },
    index=[1, 3, 5, 7],
)
TWO = pd.DataFrame(
    {
        "f": [20.0, 30.0, np.nan, 50.0],
        "s": ["x", None, "y", "z"],
        "i": [7, 8, 9, 10],
        "z": [0.5, 1.5, np.nan, 3.5],
    },
    index=[3, 7, 9, 1],
)
SAME = pd.DataFrame(
    {"i": [1, 2, 30, 4], "f": [1.0, 2.0, np.nan, np.nan], "s": ["a", "b", "c", None], "d": ONE.d.to_numpy()},
    index=ONE.index,
)
ROWS = pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["k", None])


def changed(change):
    def run(one, *others):
        one = one.copy()
        change(one, *others)
        return one

    return run


# ---------------------------------------------------------------------- combine_first


def test_combine_first(agree):
    agree(lambda a, b: a.combine_first(b), ONE, TWO)
    agree(lambda a, b: b.combine_first(a), ONE, TWO)
    agree(lambda a, b: a.combine_first(b), ONE, SAME)
    agree(lambda a, b: a.combine_first(b), ONE[["i"]], TWO[["z"]])


@pytest.mark.parametrize("column", ["i", "f", "s"])
def test_combine_first_of_series(agree, column):
    agree(lambda a, b: a[column].combine_first(b[column]), ONE, TWO)
    agree(lambda a, b: a[column].combine_first(b[column].rename("other")), ONE, SAME)


def test_combine_first_of_levels(agree):
    left = pd.DataFrame({"v": [1.0, np.nan, 3.0]}, index=ROWS)
    right = pd.DataFrame({"v": [7.0, 8.0], "w": [1, 2]}, index=ROWS[1:].set_names(["k", None]))
    agree(lambda a, b: a.combine_first(b), left, right)


def test_combine_first_of_many_rows(agree):
    rng = np.random.default_rng(0)
    left = pd.DataFrame({"v": np.where(rng.random(20_000) < 0.3, np.nan, 1.0)}, index=rng.permutation(20_000))
    right = pd.DataFrame({"v": rng.normal(size=15_000), "w": 1}, index=rng.permutation(30_000)[:15_000])
    agree(lambda a, b: a.combine_first(b), left, right)


# ---------------------------------------------------------------------- combine


@pytest.mark.parametrize("how", [{}, {"fill_value": 0}, {"overwrite": False}])
def test_combine(agree, how):
    left, right = ONE[["i", "f"]], TWO[["f", "i", "z"]]
    agree(lambda a, b: a.combine(b, lambda x, y: x.where(x > y, y), **how), left, right)
    agree(lambda a, b: a.combine(b, lambda x, y: x + y, **how), left, SAME[["i", "f"]])
    agree(lambda a, b: a.combine(b, lambda x, y: (x + y) / 2, **how), left, SAME[["i", "f"]] + 1)
    agree(lambda a, b: a.combine(b, np.minimum, **how), left, right)


# ---------------------------------------------------------------------- update


@pytest.mark.parametrize(
    "how", [{}, {"overwrite": False}, {"errors": "raise"}, {"errors": "loudly"}, {"join": "outer"}], ids=str
)
def test_update(agree, how):
    agree(changed(lambda a, b: a.update(b, **how)), ONE, TWO)
    agree(changed(lambda a, b: a.update(b, **how)), ONE, SAME)


def test_update_where_a_function_says_so(agree):
    agree(changed(lambda a, b: a.update(b, filter_func=lambda x: x > 1)), ONE[["i", "f"]], SAME[["i", "f"]])


def test_update_refuses(agree):
    agree(changed(lambda a, b: a.update(b)), ONE, pd.concat([TWO, TWO]))
    agree(changed(lambda a, b: a.update(b)), ONE[["i"]], TWO[["f"]].rename(columns={"f": "i"}) + 0.5)


@pytest.mark.parametrize("column", ["i", "f", "s"])
def test_update_a_series(agree, column):
    agree(changed(lambda a, b: a.update(b)), ONE[column], TWO[column])
    agree(changed(lambda a, b: a.update(b)), ONE[column], SAME[column].iloc[:0])


# ---------------------------------------------------------------------- compare


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"align_axis": 0},
        {"keep_shape": True},
        {"keep_equal": True},
        {"keep_shape": True, "keep_equal": True, "align_axis": "index"},
        {"result_names": ("left", "right")},
        {"result_names": ["left", "right"]},
    ],
    ids=str,
)
def test_compare(agree, how):
    agree(lambda a, b: a.compare(b, **how), ONE, SAME)
    agree(lambda a, b: a.f.compare(b.f, **how), ONE, SAME)
    agree(lambda a, b: a.compare(b, **how), ONE.set_axis(list("wxyz")).iloc[:3], SAME.set_axis(list("wxyz")).iloc[:3])


def test_compare_without_differences(agree):
    agree(lambda a: a.compare(a), ONE[["i", "s"]])


def test_compare_refuses(agree):
    agree(lambda a, b: a.compare(b), ONE, TWO)
    agree(lambda a, b: a.compare(b.f), ONE, TWO)
