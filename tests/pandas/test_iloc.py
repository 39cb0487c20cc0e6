"""iloc, iat and take: by position."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest


def named(value):
    """The id of a parameter: its text, without the address that a function shows."""
    return re.sub(r" at 0x\w+", "", repr(value))


BASE = pd.DataFrame(
    {"a": [3, 1, 2, 5, 4], "b": [0.5, np.nan, 2.0, np.inf, -1.0], "s": ["x", "", None, "q", "z"], "n": [1, 2, 3, 4, 5]}
)
FRAMES = {
    "range": BASE,
    "text": BASE.set_axis(list("vwxyz")),
    "repeated": BASE.set_axis([1, 1, 2, 2, 1]),
    "empty": BASE.iloc[:0],
}
KEYS = [
    0,
    4,
    -1,
    -5,
    5,
    -6,
    np.int64(2),
    [0, 2],
    [3, 3, 0],
    [-1, 0],
    [5],
    [],
    np.array([4, 0]),
    np.array([], dtype=int),
    slice(1, 3),
    slice(None),
    slice(None, None, -1),
    slice(-2, None),
    slice(4, 1, -2),
    slice(0, 99),
    slice(3, 1),
    [True, False, True, False, True],
    np.array([False] * 5),
    [True],
    range(1, 4),
    pd.Index([1, 2]),
    "a",
    1.5,
    lambda d: [1, 2],
]


@pytest.mark.parametrize("key", KEYS, ids=named)
def test_rows(agree, key):
    for data in FRAMES.values():
        agree(lambda d: d.iloc[key], data)
        agree(lambda d: d["n"].iloc[key], data)


@pytest.mark.parametrize(
    "columns", [0, -1, 9, [1, 0], [1, 1], slice(1, 3), [True, False, False, True], slice(None), []]
)
@pytest.mark.parametrize("rows", [2, [4, 0], slice(1, 3), slice(None)])
def test_rows_and_columns(agree, rows, columns):
    agree(lambda d: d.iloc[rows, columns], FRAMES["text"])


def test_iat(agree):
    agree(lambda d: d.iat[2, 1], BASE)
    agree(lambda d: d.iat[-1, 2], BASE)
    agree(lambda d: d.iat[9, 1], BASE)
    agree(lambda d: d.iat["a", 1], BASE)
    agree(lambda d: d.a.iat[2], BASE)


def setting(key, value):
    def change(d):
        d = d.copy()
        d.iloc[key] = value(d) if callable(value) else value
        return d

    return change


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ((2, 0), 9),
        ((-1, 1), None),
        (([0, 3], 0), 7),
        (([0, 3], 0), [7, 8]),
        (([3, 0], [0, 3]), [[1, 2], [3, 4]]),
        ((slice(1, 3), 1), 0.5),
        ((slice(1, 3), 1), [0.5, 1.5]),
        ((slice(None), 0), 1),
        ((slice(None), 0), [5, 4, 3, 2, 1]),
        ((slice(None), 2), "t"),
        ((slice(None), 0), "t"),
        ((slice(1, 3), slice(0, 2)), 0),
        ((9, 0), 1),
        ((2, 9), 1),
        (([True, False, True, False, False], 0), 6),
        (slice(0, 2), lambda d: d.iloc[2:4]),
        ((slice(0, 2), 0), lambda d: d.a.iloc[3:]),
        (([0, 1], 0), [1, 2, 3]),
        (3, [1, 2.0, "t", 4]),
        ((slice(None, None, -1), 0), [1, 2, 3, 4, 5]),
    ],
)
def test_assign(agree, key, value):
    for name in ("range", "text"):
        agree(setting(key, value), FRAMES[name])


def test_series(agree):
    agree(setting(2, 9), BASE.a)
    agree(setting([1, 2], [7, 8]), BASE.a)
    agree(setting(slice(1, 3), 0), BASE.a)


def test_take(agree):
    agree(lambda d: d.take([4, 0, -1]), FRAMES["text"])
    agree(lambda d: d.take([1, 0], axis=1), FRAMES["text"])
    agree(lambda d: d.a.take(np.array([4, 4])), FRAMES["text"])
    agree(lambda d: d.take([9]), FRAMES["text"])


def test_many_rows(agree):
    big = pd.DataFrame({"a": np.arange(20_000) % 17, "b": np.arange(20_000) / 7, "s": np.arange(20_000).astype(str)})
    rows = np.random.default_rng(0).integers(-20_000, 20_000, 30_000)
    agree(lambda d: d.iloc[rows], big)
    agree(lambda d: d.iloc[19_999:3:-7, [1, 0]], big)
    agree(lambda d: d.iloc[::1000], big)
    agree(lambda d: d[d.a > 3].iloc[[5, -1, 0]], big)


@pytest.mark.usefixtures("extension")
def test_rows_stay_in_the_cluster(cluster, up):
    ours = up(pd.DataFrame({"a": np.arange(20_000), "b": np.arange(20_000) / 7}))
    with cluster.client.count() as counted:
        picked = ours.iloc[np.arange(0, 20_000, 2)]
        assert len(picked) == 10_000
    assert counted.calls == []
    with cluster.client.count() as counted:
        assert (picked.a + picked.b).iloc[1:3].sum() > 0
    if cluster.transfer.route == "ext":  # elsewhere the client picks the rows
        assert sum(call[3] for call in counted.calls) < 10_000


@pytest.mark.parametrize("dtype", ["int64", "int8", "uint16", "Int64"])
def test_rows_whose_numbers_a_series_has(agree, dtype):
    rows = pd.Series([4, 0, 0, 3], dtype=dtype)
    agree(lambda d, r: d.iloc[r], FRAMES["text"], rows)
    agree(lambda d, r: d.iloc[r, [1, 0]], FRAMES["text"], rows)
    agree(lambda d, r: d["a"].iloc[r[r < 0]], BASE, rows)
    agree(lambda d, r: d.iloc[r + 1], FRAMES["text"], rows)  # out of bounds
    many = pd.DataFrame({"a": range(300)})
    agree(lambda d, r: d.iloc[r - 4], many, rows.astype("int8"))


def test_rows_whose_numbers_a_long_series_has(agree, up, cluster):
    big = pd.DataFrame({"a": np.arange(20_000) % 17, "s": np.arange(20_000).astype(str)})
    rows = pd.Series(np.random.default_rng(0).integers(-20_000, 20_000, 30_000))
    agree(lambda d, r: d.iloc[r], big, rows)
    agree(changed_by_a_series, big, rows.drop_duplicates())
    ours, numbers = up(big), up(rows)
    with cluster.client.count() as counted:
        assert ours["a"].iloc[numbers].max() == 16
    if cluster.transfer.route == "ext":  # elsewhere the client picks the rows
        assert sum(call[3] for call in counted.calls) < 10_000


def changed_by_a_series(data, rows):
    made = data.copy()
    made.iloc[rows, 0] = 99
    return made
