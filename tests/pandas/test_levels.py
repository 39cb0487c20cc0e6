"""Labels of several levels, and labels brought to those of another object."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.PerformanceWarning")

ROWS = pd.DataFrame(
    {"v": [1, 2, 3, 4, 5], "w": [1.0, 2.0, np.nan, 4.0, 5.0]},
    index=pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1), ("b", 2), ("c", 1)], names=["k", "n"]),
)
UNSORTED = ROWS.iloc[[3, 0, 4, 2, 1]]
REPEATED = ROWS.iloc[[0, 0, 2, 4, 4]]
CATEGORIES = ROWS.set_axis(
    pd.MultiIndex.from_arrays([pd.Categorical(list("aabbc")), [1, 2, 1, 2, 1]], names=["k", "n"])
)
DATES = ROWS.set_axis(pd.MultiIndex.from_arrays([pd.date_range("2020-01-30", periods=5), [1, 2, 1, 2, 1]]))
FRAMES = {"sorted": ROWS, "unsorted": UNSORTED, "repeated": REPEATED, "categories": CATEGORIES, "dates": DATES}
COLUMNS = pd.DataFrame(
    np.arange(12.0).reshape(3, 4),
    columns=pd.MultiIndex.from_product([["a", "b"], ["x", "y"]], names=["one", "two"]),
    index=list("rst"),
)
ORDERED = pd.DataFrame({"v": [1.0, np.nan, 3.0], "n": [1, 2, 3], "s": list("pqr")}, index=[1, 3, 5])
OTHER = pd.DataFrame({"v": [20.0, 30.0, np.nan], "z": [7, 8, 9]}, index=[3, 5, 7])


@pytest.fixture(params=FRAMES)
def frame(request):
    return FRAMES[request.param]


# ---------------------------------------------------------------------- rows by levels

KEYS = ["a", "zz", ("a",), ("a", 1), ("a", 9), ("zz", 1), slice("a", "b"), ["a", "c"], [("a", 1), ("c", 1)]]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_loc(agree, frame, key):
    agree(lambda d: d.loc[key], frame)
    agree(lambda d: d.w.loc[key], frame)
    agree(lambda d: d.loc[key, "v"], frame)


@pytest.mark.parametrize(
    "key",
    [(slice(None), 1), (slice(None), [1, 2]), (["a", "c"], slice(None)), ("a", slice(1, 1)), (slice("a", "b"), 2)],
)
def test_loc_by_slices_of_levels(agree, key):
    agree(lambda d: d.loc[key, :], ROWS)
    agree(lambda d: d.loc[key, ["w"]], ROWS)
    agree(lambda d: d.v.loc[key], ROWS)


def test_loc_of_dates(agree):
    first = pd.Timestamp("2020-01-30")
    agree(lambda d: d.loc[first], DATES)
    agree(lambda d: d.loc[(first, 1), "w"], DATES)
    agree(lambda d: d.loc["2020-01"], DATES)


@pytest.mark.parametrize(
    "how",
    [
        {"key": "a"},
        {"key": ("a", 1)},
        {"key": ("a",), "drop_level": False},
        {"key": 1, "level": "n"},
        {"key": 1, "level": -1, "drop_level": False},
        {"key": ("a", 1), "level": ["k", "n"]},
        {"key": ("a", 1), "level": [0, 1], "drop_level": False},
        {"key": 9, "level": 1},
        {"key": "a", "level": "no such level"},
        {"key": ["a"]},
    ],
    ids=str,
)
def test_xs(agree, frame, how):
    if frame is DATES and how.get("key") != 1:
        how = {"key": pd.Timestamp("2020-01-30"), "level": 0}
    agree(lambda d: d.xs(**how), frame)
    agree(lambda d: d.w.xs(**how), frame)


def test_xs_of_one_level(agree):
    agree(lambda d: d.xs(3)["n"], ORDERED)
    agree(lambda d: d[["v", "n"]].xs(3, drop_level=False), ORDERED)
    agree(lambda d: d.n.xs(3), ORDERED)
    agree(lambda d: d.xs(3, level=0), ORDERED)
    agree(lambda d: d.xs("n", axis=1), ORDERED)


@pytest.mark.parametrize("how", [{"key": "a"}, {"key": ("a", "x")}, {"key": "x", "level": "two"}, {"key": "q"}])
@pytest.mark.parametrize("drop_level", [True, False])
def test_xs_of_columns(agree, how, drop_level):
    agree(lambda d: d.xs(**how, axis=1, drop_level=drop_level), COLUMNS)


# ---------------------------------------------------------------------- levels in another order


@pytest.mark.parametrize("pair", [(), (0, 1), ("n", "k"), (0, 0), (0, 7)])
def test_swaplevel(agree, pair):
    agree(lambda d: d.swaplevel(*pair), ROWS)
    agree(lambda d: d.w.swaplevel(*pair), ROWS)
    agree(lambda d: d.swaplevel(*pair), COLUMNS)


def test_swaplevel_of_columns(agree):
    agree(lambda d: d.swaplevel(axis=1), COLUMNS)
    agree(lambda d: d.swaplevel("one", "two", axis="columns"), COLUMNS)
    agree(lambda d: d.swaplevel(axis=1), ROWS)


@pytest.mark.parametrize("order", [["n", "k"], [1, 0], [0], ["k", "zz"]])
def test_reorder_levels(agree, order):
    agree(lambda d: d.reorder_levels(order), ROWS)
    agree(lambda d: d.w.reorder_levels(order), ROWS)
    agree(lambda d: d.reorder_levels([1, 0], axis=1), COLUMNS)


def test_numbers_as_names(agree):
    index = pd.MultiIndex.from_product([["u", "v"], [1, 2]], names=[1, 0])
    data = pd.DataFrame({"x": [1, 2, 3, 4]}, index=index)
    agree(lambda d: d, data)
    agree(lambda d: d.reset_index(), data)
    agree(lambda d: d.swaplevel(), data)


# ---------------------------------------------------------------------- levels that come and go


@pytest.mark.parametrize(
    "how", [{}, {"col_level": 1}, {"col_level": "two", "col_fill": "f"}, {"names": "label"}, {"drop": True}]
)
def test_reset_index_beside_labels_with_levels(agree, how):
    agree(lambda d: d.reset_index(**how), COLUMNS)
    agree(lambda d: d.rename_axis("key").reset_index(**how), COLUMNS)


def test_drop_by_level(agree):
    agree(lambda d: d.drop("a", level="k"), ROWS)
    agree(lambda d: d.drop([1], level=1), ROWS)
    agree(lambda d: d.w.drop(1, level="n"), ROWS)
    agree(lambda d: d.drop("zz", level="k"), ROWS)
    agree(lambda d: d.drop("zz", level="k", errors="ignore"), ROWS)
    agree(lambda d: d.drop(columns="x", level="two"), COLUMNS)
    agree(lambda d: d.drop(columns="x", level=1, index="r"), COLUMNS[["a"]])


# ---------------------------------------------------------------------- along other labels


@pytest.mark.parametrize("method", ["ffill", "pad", "bfill", "backfill", "nearest"])
@pytest.mark.parametrize("labels", [[0, 1, 2, 3, 4, 5, 6], [5, 1], [2], []])
def test_reindex_along_the_labels(agree, method, labels):
    agree(lambda d: d.reindex(labels, method=method), ORDERED)
    agree(lambda d: d.n.reindex(labels, method=method), ORDERED)


@pytest.mark.parametrize(
    "how",
    [
        {"method": "ffill", "limit": 1},
        {"method": "nearest", "tolerance": 0.5},
        {"method": "bfill", "fill_value": 0},
        {"method": "sideways"},
    ],
)
def test_reindex_with_limits(agree, how):
    agree(lambda d: d[["v", "n"]].reindex(range(9), **how), ORDERED)
    agree(lambda d: d.n.reindex(range(9), **how), ORDERED)
    agree(lambda d: d.n.reindex(range(9), **how), ORDERED.iloc[::-1])
    agree(lambda d: d.n.reindex(range(9), **how), ORDERED.iloc[[1, 0, 2]])


def test_reindex_a_level(agree):
    agree(lambda d: d.reindex(["b", "a"], level=0), ROWS)
    agree(lambda d: d.w.reindex([2, 1], level="n"), ROWS)
    agree(lambda d: d.reindex(columns=["y", "x"], level=1), COLUMNS)


def test_reindex_fills_with_another_kind_of_number(agree):
    agree(lambda d: d[["n", "v"]].reindex([1, 2], fill_value=0.5), ORDERED)


def test_reindex_like(agree):
    agree(lambda a, b: a.reindex_like(b), ORDERED, OTHER)
    agree(lambda a, b: a.reindex_like(b, method="ffill"), ORDERED[["v", "n"]], ORDERED[["v", "n"]].set_axis([2, 4, 6]))
    agree(lambda a, b: a.v.reindex_like(b.z), ORDERED, OTHER)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("join", ["outer", "inner", "left", "right"])
@pytest.mark.parametrize("fill_value", [None, 0])
def test_align(agree, join, fill_value, which):
    how = {"join": join, "fill_value": fill_value}
    numbers = ORDERED[["v", "n"]]
    agree(lambda a, b: a.align(b, **how)[which], numbers, OTHER)
    agree(lambda a, b: a.align(b, axis=0, **how)[which], numbers, OTHER)
    agree(lambda a, b: a.align(b, axis=1, **how)[which], numbers, OTHER)
    agree(lambda a, b: a.v.align(b.z, **how)[which], numbers, OTHER)
    agree(lambda a, b: a.align(b.z, axis=0, **how)[which], numbers, OTHER)
    agree(lambda a: a.align(a, **how)[which], numbers)


def test_align_refuses(agree):
    agree(lambda a, b: a.align(b.z)[0], ORDERED, OTHER)
    agree(lambda a, b: a.align(b, join="sideways")[0], ORDERED, OTHER)


# ---------------------------------------------------------------------- one row more


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (9, [1.0, 2, "t"]),
        (9, {"v": 1.0, "s": "t"}),
        (9, pd.Series([1.5, 2, "t"], index=["v", "n", "s"])),
        ((9, "v"), 4.5),
        ((9, "new"), 4.5),
        ((9, ["v", "n"]), 7),
        (9, [1.0, 2]),
    ],
    ids=str,
)
def test_a_new_row(agree, key, value):
    def put(d):
        d = d.copy()
        d.loc[key] = value
        return d

    agree(put, ORDERED)


def test_a_new_row_after_a_range(agree):
    def put(d):
        d = d.reset_index(drop=True)
        for n in range(3):
            d.loc[len(d)] = [n / 2, n, "t"]
        d.at[len(d), "n"] = 7
        return d

    agree(put, ORDERED)


def test_a_new_row_of_other_labels(agree):
    def put(key):
        def run(d):
            d = d.copy()
            d.loc[key] = 7
            return d

        return run

    agree(put((("c", 9), slice(None))), ROWS)
    agree(put((("c", 9), "v")), ROWS)
    agree(put(pd.Timestamp("2021-01-01")), ROWS.set_axis(pd.date_range("2020-01-01", periods=5)))
    agree(put("new"), COLUMNS)
    agree(put("new"), COLUMNS.a.x)


def test_assign_a_dict_to_a_row(agree):
    def put(d):
        d = d.copy()
        d.loc[3] = {"n": 7, "v": 2.5, "s": "t"}
        return d

    agree(put, ORDERED)


@pytest.mark.parametrize("name", ["a", "zz"])
def test_assign_to_columns_under_a_label(agree, name):
    def put(value):
        def run(d):
            d = d.copy()
            d[name] = value(d)
            return d

        return run

    agree(put(lambda d: d["b"]), COLUMNS)
    agree(put(lambda d: d["b"][["y", "x"]].iloc[1:]), COLUMNS)
    agree(put(lambda d: d["b"].rename(columns={"x": "q"})), COLUMNS)
    agree(put(lambda d: d["b"][["x"]]), COLUMNS)
    agree(put(lambda _: 5.0), COLUMNS)
    agree(put(lambda d: d["b"]["x"]), COLUMNS)
