"""loc and at: by label."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

BASE = pd.DataFrame(
    {"a": [3, 1, 2, 5, 4], "b": [0.5, np.nan, 2.0, np.inf, -1.0], "s": ["x", "", None, "q", "z"], "n": [1, 2, 3, 4, 5]}
)
FRAMES = {
    "range": BASE,
    "shifted": BASE.set_axis(pd.RangeIndex(10, 0, -2)),
    "text": BASE.set_axis(list("vwxyz")),
    "repeated": BASE.set_axis(list("aabba")),
    "integers": BASE.set_axis([7, 3, 9, 0, 4]),
    "floats": BASE.set_axis([0.5, 1.0, 2.0, 2.5, 7.0]),
    "bools": BASE.iloc[:2].set_axis([True, False]),
    "dates": BASE.set_axis(pd.DatetimeIndex(["2020-01-30", "2020-01-31", "2020-02-01", "2020-02-02", "2020-03-01"])),
    "levels": BASE.set_axis(pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1), ("b", 3), ("c", 1)])),
    "missing": BASE.set_axis(["a", None, "c", "d", "e"]),
    "categories": BASE.set_axis(pd.CategoricalIndex(list("pqrst"))),
    "empty": BASE.iloc[:0],
}
KEYS = [
    0,
    3,
    4,
    10,
    -1,
    1.0,
    2.5,
    "v",
    "a",
    "zz",
    True,
    pd.Timestamp("2020-02-01"),
    "2020-02",
    "2020-02-01",
    None,
    [0, 2],
    [3, 3, 0],
    ["w", "v"],
    ["a"],
    ["w", "nope"],
    [99],
    [],
    ["a", "a"],
    [7, 4],
    np.array([4, 0]),
    pd.Index([2]),
    slice(1, 3),
    slice(None, 3),
    slice("w", "y"),
    slice("y", None),
    slice(None),
    slice(3, 9),
    slice(8, 4),
    slice(4, 0, -2),
    slice("a", "b"),
    slice("2020-01-31", "2020-02"),
    slice(0.7, 2.2),
    slice("b", None, 2),
    ("a", 1),
    ("a", 9),
]


@pytest.fixture(params=FRAMES)
def frame(request):
    return FRAMES[request.param]


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_rows(agree, frame, key):
    agree(lambda d: d.loc[key], frame)
    agree(lambda d: d["n"].loc[key], frame)


@pytest.mark.parametrize(
    "columns", ["a", ["b", "a"], slice("b", "n"), slice(None), [True, False, True, False], "nope", ["a", "nope"], []]
)
@pytest.mark.parametrize("rows", [2, [0, 3], slice(1, 3), slice(None), 99, lambda d: d.a > 2])
def test_rows_and_columns(agree, rows, columns):
    agree(lambda d: d.loc[rows, columns], FRAMES["range"])


@pytest.mark.parametrize("columns", ["a", ["b", "a"], slice("b", "n")])
@pytest.mark.parametrize("rows", ["x", ["y", "v"], slice("w", "y"), ("nope",), lambda d: d.a.isin([1, 4])])
def test_labels_and_columns(agree, rows, columns):
    agree(lambda d: d.loc[rows, columns], FRAMES["text"])


def test_masks(agree, frame):
    agree(lambda d: d.loc[d.a > 2], frame)
    agree(lambda d: d.loc[(d.a > 2) & (d.s != "q"), ["s", "a"]], frame)
    agree(lambda d: d.loc[(d.a > 2).to_numpy(), "s"], frame)
    agree(lambda d: d.a.loc[d.a > 2], frame)
    agree(lambda d: d.loc[[True, False]], frame)


def test_levels(agree):
    agree(lambda d: d.loc[("b", 3), "a"], FRAMES["levels"])
    agree(lambda d: d.loc["a", "b"], FRAMES["levels"])
    agree(lambda d: d.loc[[("b", 3), ("a", 1)]], FRAMES["levels"])
    agree(lambda d: d.loc[("a", 2) : ("b", 3)], FRAMES["levels"])


def test_at(agree):
    agree(lambda d: d.at["x", "a"], FRAMES["text"])
    agree(lambda d: d.at["x", "nope"], FRAMES["text"])
    agree(lambda d: d.at["nope", "a"], FRAMES["text"])
    agree(lambda d: d.at[3, "b"], FRAMES["range"])
    agree(lambda d: d.a.at[3], FRAMES["range"])
    agree(lambda d: d.a.at["x"], FRAMES["text"])


def setting(indexer, key, value):
    def change(d):
        d = d.copy()
        getattr(d, indexer)[key(d) if callable(key) else key] = value(d) if callable(value) else value
        return d

    return change


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (("x", "a"), 9),
        (("x", "a"), 0.5),
        (("x", "b"), None),
        ((["x", "v"], "a"), 0),
        ((["x", "v"], "a"), [7, 8]),
        ((["x", "v"], ["a", "b"]), 0),
        ((["x", "v"], ["a", "b"]), [[1, 2], [3, 4]]),
        ((["x", "v"], ["a", "b"]), [1, 2]),
        ((slice("w", "y"), "b"), 1.5),
        ((slice("w", "y"), "b"), [1, 2, 3]),
        ((slice("w", "y"), "b"), [1, 2]),
        ((slice(None), "a"), 5),
        ((slice(None), "a"), 5.5),
        ((slice(None), "a"), [5, 4, 3, 2, 1]),
        ((slice(None), "new"), 5),
        ((slice(None), "new"), lambda d: d.a * 2),
        ((slice(None), "a"), lambda d: d.a * 2),
        ((slice(None), "a"), lambda d: d.b),
        ((slice(None), "b"), lambda d: d.a),
        (lambda d: (d.a > 2, "new"), 1),
        (lambda d: (d.a > 2, "new"), "t"),
        (lambda d: (d.a > 2, ["new", "a"]), 1),
        (lambda d: (d.a > 2, "b"), lambda d: d.a),
        (lambda d: (d.a > 2, "a"), lambda d: d.a * 10),
        (lambda d: (d.a > 2, "b"), lambda d: d.a[d.a > 2] / 3),
        (lambda d: (d.a > 2, "a"), lambda d: d.b),
        (lambda d: (d.a > 2, "s"), lambda d: d.s + "!"),
        (lambda d: (d.a > 2, "a"), np.array([10, 20, 30])),
        (lambda d: (d.a > 2, ["a", "n"]), lambda d: d[["a", "n"]] * 2),
        (lambda d: d.a > 2, 0),
        (lambda d: (d.a > 99, "a"), 0),
        ("x", [1, 2.0, "t", 4]),
        ("x", 0),
        (lambda d: (d.a > 2, "s"), ["p", "q", "r"]),
        (lambda d: ((d.a > 2).to_numpy(), "b"), 7.0),
        (lambda d: (d.a > 2, "n"), lambda d: d.n.iloc[[4, 3, 2, 1, 0]]),
        ((["x", "nope"], "a"), 1),
    ],
)
def test_assign(agree, key, value):
    agree(setting("loc", key, value), FRAMES["text"])


def test_assign_by_numbers(agree):
    agree(setting("loc", (3, "a"), 7), FRAMES["range"])
    agree(setting("loc", (slice(1, 3), "a"), 7), FRAMES["range"])
    agree(setting("loc", ([4, 0], "a"), [7, 8]), FRAMES["range"])
    agree(setting("at", (3, "a"), 7), FRAMES["range"])
    agree(setting("at", ("x", "s"), "new"), FRAMES["text"])


def test_new_rows_in_pandas(agree):
    agree(setting("loc", "new", [1, 2.0, "t", 4]), FRAMES["text"], native=False)
    agree(setting("loc", (9, "a"), 7), FRAMES["range"], native=False)


def test_many_rows(agree):
    big = pd.DataFrame({"a": np.arange(20_000) % 17, "b": np.arange(20_000) / 7}, index=np.arange(20_000) * 2)
    agree(lambda d: d.loc[2_000:30_000:3], big)
    agree(lambda d: d.loc[[39_998, 0, 7_000, 0], "b"], big)
    agree(setting("loc", lambda d: (d.a == 3, "b"), lambda d: d.b * 2), big)
    agree(setting("loc", lambda d: (d.a == 3, "b"), np.arange((big.a == 3).sum()) / 3), big)
    agree(setting("loc", (slice(500, 900), "b"), 0.0), big)


@pytest.mark.usefixtures("extension")
def test_scalar_needs_two_calls(cluster, up):
    ours = up(FRAMES["text"])
    with cluster.client.count() as counted:
        assert ours.loc["x", "a"] == 2
    assert len(counted.calls) <= 2


def put(key, value):
    def apply(data):
        made = data.copy()
        made.loc[key(made) if callable(key) else key] = value
        return made

    return apply


@pytest.mark.parametrize("columns", [("x", "y"), ("p", "y"), ("p", "q")])
def test_assigned_to_a_tuple(agree, columns):
    flat = pd.DataFrame([[1, 0.5, 3], [2, None, 4]], columns=pd.Index(["p", ("x", "y"), "q"], tupleize_cols=False))
    deep = flat.set_axis(pd.MultiIndex.from_tuples([("p", "q"), ("x", "y"), ("x", "z")]), axis=1)
    for data in (flat, deep):
        agree(put((slice(None), columns), 0), data)
        agree(put(lambda d: (d[d.columns[0]] > 1, columns), 7), data)
        agree(put((0, columns), 5.5), data)


@pytest.mark.parametrize("rows", [slice(None), ["x", "v"], "x", lambda d: d.a > 2], ids=["all", "some", "one", "mask"])
def test_nothing_as_a_label_is_a_label(agree, rows):
    data = BASE.set_axis(list("vwxyz")).rename(columns={"n": None})

    def key(d):
        return (rows(d) if callable(rows) else rows), None

    agree(put(key, 7), data)
    agree(lambda d: d.loc[key(d)], data)
