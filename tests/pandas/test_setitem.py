"""Brackets that assign, and the methods that mean the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

FRAME = pd.DataFrame(
    {
        "a": [3, 1, 2, 5, 4],
        "b": [0.5, np.nan, 2.0, np.inf, -1.0],
        "s": ["x", "", None, 'q"\n', "ünï"],
        "f": [True, False, True, True, False],
        "c": pd.Categorical(["u", "v", None, "u", "v"], categories=["v", "u", "w"]),
        "t": pd.to_datetime(["2013-01-01", None, "2020-02-29", "1969-12-31", "2013-01-01"]),
    }
)
TEXT = FRAME.set_axis(list("vwxyz"))
EMPTY = FRAME.iloc[:0]


def changed(change):
    """Apply a statement to a copy."""

    def run(d, *more):
        d = d.copy()
        change(d, *more)
        return d

    return run


def put(key, value):
    def change(d):
        d[key] = value(d) if callable(value) else value

    return changed(change)


VALUES = {
    "int": 7, "big": 2**53 + 1, "float": 0.1, "nan": np.nan, "text": 'a"b', "bool": True, "numpy": np.float32(0.5),
    "int8": np.int8(3), "date": pd.Timestamp("2020-01-01 12:00"), "span": pd.Timedelta(hours=3),
    "list": [1, 2, 3, 4, 5], "texts": ["a", None, "c", "d", "e"], "array": np.arange(5) / 3,
    "range": range(5), "tuple": (5, 4, 3, 2, 1), "bools": np.array([True, False, True, False, True]),
    "dates": pd.date_range("2020-01-01", periods=5), "categories": pd.Categorical(list("xyxyx")),
    "masked": pd.array([1, None, 3, 4, 5], dtype="Int64"), "short": [1, 2], "one": [1], "none": [],
    "index": pd.Index([9, 8, 7, 6, 5]), "generator": lambda d: (n for n in range(5)),
    "column": lambda d: d["a"], "expression": lambda d: d.a * 2 + d["b"], "mask": lambda d: d.a > 2,
    "reversed": lambda d: d.a[::-1], "filtered": lambda d: d[d.a > 2]["b"], "part": lambda d: d.a.head(2),
    "others": lambda d: d.a.iloc[[4, 0, 2, 1, 3]],
}  # fmt: skip


@pytest.mark.parametrize("label", ["new", "a", "s"])
@pytest.mark.parametrize("value", VALUES)
def test_assign_column(agree, label, value):
    for data in (FRAME, TEXT):
        agree(put(label, VALUES[value]), data)


@pytest.mark.parametrize("value", [7, "x", [], [1], lambda d: d.a + 1, np.nan])
def test_assign_to_no_rows(agree, value):
    agree(put("new", value), EMPTY)


def test_assign_to_nothing(agree):
    agree(put("x", [1, 2, 3]), pd.DataFrame())
    agree(changed(lambda d, s: d.__setitem__("x", s)), pd.DataFrame(), TEXT.a)


def test_assign_series_of_another_frame(agree):
    other = pd.DataFrame({"v": [10, 20, 30, 40, 50, 60]}, index=list("zyxwvu"))
    agree(changed(lambda d, o: d.__setitem__("v", o.v)), TEXT, other)
    agree(changed(lambda d, o: d.__setitem__("v", o.v)), TEXT, other.iloc[:3])
    agree(changed(lambda d, o: d.__setitem__("v", o.v)), FRAME, other.reset_index(drop=True))
    repeated = pd.concat([other, other])
    agree(changed(lambda d, o: d.__setitem__("v", o.v)), TEXT, repeated)


def test_assign_to_repeated_labels(agree):
    repeated = FRAME.set_axis(list("aabba"))
    agree(put("n", lambda d: d.a * 2), repeated)
    agree(changed(lambda d, s: d.__setitem__("v", s)), repeated, pd.Series([1.5, 2.5], index=["b", "a"]))


def test_copies_do_not_see_assignments(up):
    ours = up(FRAME)
    copy, column, some = ours.copy(), ours["a"], ours[ours.a > 2]
    ours["a"] = 0
    some["b"] = 1.0
    pd.testing.assert_frame_equal(copy.to_pandas(), FRAME)
    pd.testing.assert_series_equal(column.to_pandas(), FRAME.a)
    assert ours.a.tolist() == [0] * 5
    assert ours.b.isna().tolist() == FRAME.b.isna().tolist()


@pytest.mark.parametrize("value", [0, 2.5, "x", np.nan, None, True, pd.Timestamp("2020-01-01"), [1, 2, 3], [1, 2]])
@pytest.mark.parametrize("label", list("absfct"))
def test_masked(agree, label, value):
    def change(d):
        d.loc[d.a > 2, label] = value

    agree(changed(change), FRAME)


def test_masked_rows_of_a_frame(agree):
    numbers = FRAME[["a", "b"]]
    agree(put(lambda d: d.a > 2, 0), numbers)
    agree(put(lambda d: d > 1, 0), numbers)
    agree(put(slice(1, 3), 9), numbers)
    agree(put(["a", "b"], 1), numbers)
    agree(put(["a", "z"], [[1, 2]] * 5), numbers)
    agree(put(["a", "z"], lambda d: d[["b", "a"]]), numbers)
    agree(put(["a", "z"], [[1, 2, 3]] * 5), numbers)


def test_attribute(up):
    ours = up(FRAME)
    ours.a = ours.a + 1
    assert ours.a.tolist() == (FRAME.a + 1).tolist()
    assert list(ours) == list(FRAME)


def test_delete_pop_insert(agree):
    agree(changed(lambda d: d.__delitem__("a")), FRAME)
    agree(changed(lambda d: d.__delitem__("zz")), FRAME)
    agree(changed(lambda d: d.pop("s")), FRAME)
    agree(lambda d: d.copy().pop("s"), FRAME)
    agree(changed(lambda d: d.insert(1, "n", d.a * 2)), FRAME)
    agree(changed(lambda d: d.insert(0, "n", 1.5)), TEXT)
    agree(changed(lambda d: d.insert(0, "a", 1)), FRAME)
    agree(changed(lambda d: d.insert(99, "n", 1)), FRAME)
    agree(changed(lambda d: d.isetitem(0, d.b)), FRAME)


def test_assign_method(agree):
    agree(lambda d: d.assign(x=1, y=lambda e: e.x + e.a, a="t"), FRAME)


@pytest.mark.parametrize("value", [0, 2.5, "x", None])
def test_series(agree, value):
    agree(put(lambda s: s > 2, value), FRAME.a)
    agree(put("x", value), TEXT.a)
    agree(put(["x", "v"], value), TEXT.a)
    agree(put(slice(1, 3), value), TEXT.a)
    if value == 0:
        agree(put("new", value), TEXT.a, native=False)


def test_budget(cluster, up):
    ours = up(FRAME)
    with cluster.client.count() as counted:
        ours["n"] = ours.a * 2
        assert ours.shape == (5, 7)
        assert str(ours.dtypes["n"]) == "int64"
    assert counted.calls == []


def test_constants_are_columns_like_others(agree):
    def run(d):
        d = d.copy()
        d["when"], d["n"], d["s2"], d["none"] = pd.Timestamp("2020-02-03"), 7, "t", pd.NaT
        d.loc[d.a > 2, "when"] = pd.Timestamp("2021-05-06")
        return d.assign(y=d.when.dt.year, m=d.n + d.a, s3=d.s2 + d.s, e=d.none.isna(), k=d.when.sort_values())

    agree(run, FRAME)
    agree(lambda d: run(d).drop_duplicates("when"), FRAME)
    agree(lambda d: d.assign(z=1).z.sum(), FRAME)
    agree(lambda d: d.assign(z=1.5).z.mean(), FRAME)
