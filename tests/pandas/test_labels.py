"""Labels of rows and columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd

pytestmark = [
    pytest.mark.filterwarnings("ignore:The inplace keyword"),
    pytest.mark.filterwarnings("ignore:The 'verify_integrity' keyword"),
]

BASE = pd.DataFrame(
    {"a": [3, 1, 2, 5, 4], "b": [0.5, np.nan, 2.0, np.inf, -1.0], "s": ["x", "y", "z", "q", "p"], "n": [1, 1, 3, 1, 5]}
)
TEXT = BASE.set_axis(pd.Index(list("vwxyz"), name="key"))
LEVELS = BASE.set_axis(pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1), ("b", 3), ("c", 1)], names=["u", None]))
FRAMES = {
    "range": BASE,
    "named": BASE.rename_axis("key"),
    "shifted": BASE.set_axis(pd.RangeIndex(10, 0, -2)),
    "text": TEXT,
    "repeated": BASE.set_axis(list("aabba")),
    "integers": BASE.set_axis([7, 3, 9, 0, 4]),
    "levels": LEVELS,
    "dates": BASE.set_axis(pd.DatetimeIndex(["2020-01-30", None, "2020-02-01", "2020-02-02", "2020-03-01"])),
    "empty": BASE.iloc[:0],
}


@pytest.fixture(params=FRAMES)
def frame(request):
    return FRAMES[request.param]


def changed(change):
    def run(d):
        d = d.copy()
        change(d)
        return d

    return run


# ---------------------------------------------------------------------- index


def test_index_object(up, frame):
    ours, theirs = up(frame).index, frame.index
    assert len(ours) == len(theirs)
    assert list(ours) == list(theirs) or theirs.hasnans
    assert ours.name == theirs.name
    assert list(ours.names) == list(theirs.names)
    assert ours.nlevels == theirs.nlevels
    assert ours.shape == theirs.shape
    assert ours.empty == theirs.empty
    assert str(ours.dtype) == str(theirs.dtype)
    assert ours.is_unique == theirs.is_unique
    assert ours.equals(theirs)
    assert repr(ours) == repr(theirs)
    distinct = ours.unique()
    pd.testing.assert_index_equal(distinct if isinstance(ours, pd.Index) else distinct.to_pandas(), theirs.unique())
    pd.testing.assert_index_equal(ours if isinstance(ours, pd.Index) else ours.to_pandas(), theirs, exact="equiv")
    np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))


def test_virtual_index_is_a_range(up):
    assert isinstance(up(BASE).index, pd.RangeIndex)
    assert up(BASE)[2:4].index.equals(pd.RangeIndex(2, 4))


def test_index_in_the_cluster(agree, cluster, up):
    ours = up(TEXT)
    with cluster.client.count() as counted:
        kept = ours[ours.index != "x"]
    assert counted.calls == []
    pd.testing.assert_frame_equal(kept.to_pandas(), TEXT[TEXT.index != "x"])
    agree(lambda d: d[d.index.isin(["v", "nope", "z"])], TEXT)
    agree(lambda d: d[d.index > 3], FRAMES["integers"])
    agree(lambda d: d[(d.index > 3) & (d.a > 1)], FRAMES["integers"])
    agree(lambda d: d.index.to_frame(), LEVELS)
    agree(lambda d: d.index.to_series(), TEXT)
    agree(lambda d: d.index.get_level_values("u").tolist(), LEVELS)
    agree(lambda d: d.index.get_level_values(1).tolist(), LEVELS)
    agree(lambda d: d.index.nunique(), FRAMES["repeated"])


@pytest.mark.parametrize(
    "labels",
    [
        [9, 8, 7, 6, 5],
        list("abcde"),
        pd.RangeIndex(5, 10),
        pd.Index(list("abcde"), name="k"),
        [1, 2],
        5,
        range(5),
        pd.MultiIndex.from_product([["p"], range(5)], names=["x", "y"]),
        np.arange(5) / 2,
        pd.date_range("2020", periods=5)._with_freq(None),
        lambda d: d.s,
        lambda d: d["a"] * 2,
        lambda d: d.index,
        lambda d: [d.a, d.s],
    ],
)
def test_set_index_attribute(agree, labels):
    for data in (BASE, TEXT, LEVELS):
        agree(changed(lambda d: setattr(d, "index", labels(d) if callable(labels) else labels)), data)
    agree(changed(lambda d: setattr(d, "index", labels(d) if callable(labels) else labels)), BASE.iloc[:0])


def test_set_columns_attribute(agree):
    agree(changed(lambda d: setattr(d, "columns", list("wxyz"))), BASE)
    agree(changed(lambda d: setattr(d, "columns", d.columns.str.upper())), BASE)
    agree(changed(lambda d: setattr(d, "columns", ["a"])), BASE)
    agree(lambda d: d.set_axis(list("wxyz"), axis=1), BASE)
    agree(lambda d: d.set_axis(list("vwxyz")), BASE)
    agree(lambda d: d.a.set_axis(list("vwxyz")), BASE)
    agree(lambda d: d.columns.tolist(), BASE)


# ---------------------------------------------------------------------- drop, rename


@pytest.mark.parametrize(
    "kwargs",
    [
        {"columns": "a"},
        {"columns": ["a", "s"]},
        {"labels": "a", "axis": 1},
        {"labels": ["a"], "axis": "columns"},
        {"columns": "nope"},
        {"columns": ["a", "nope"]},
        {"columns": ["a", "nope"], "errors": "ignore"},
        {},
        {"index": 2},
        {"index": [2, 0]},
        {"index": "w"},
        {"labels": ["w", "x"]},
        {"index": "a"},
        {"index": 99},
        {"index": [1, 99], "errors": "ignore"},
        {"index": [], "columns": []},
        {"index": [2], "columns": "b"},
        {"columns": pd.Index(["b"])},
        {"labels": "a", "columns": "a"},
        {"index": ("b", 1)},
        {"index": "b"},
    ],
)
def test_drop(agree, frame, kwargs):
    agree(lambda d: d.drop(**kwargs), frame)
    if "columns" not in kwargs and "axis" not in kwargs:
        agree(lambda d: d.a.drop(**kwargs), frame)


def test_drop_by_results(agree):
    agree(lambda d: d.drop(d[d.a > 3].index), BASE)
    agree(lambda d: d.drop(d[d.a > 3].index), TEXT)
    agree(lambda d: d.drop(columns=[c for c in d.columns if c != "a"]), BASE)
    agree(changed(lambda d: d.drop(columns="a", inplace=True)), BASE)
    agree(lambda d: d.copy().drop("a", axis=1, inplace=True) is None, BASE)


@pytest.mark.parametrize(
    "kwargs",
    [
        {"columns": {"a": "z", "nope": "y"}},
        {"columns": str.upper},
        {"mapper": {"a": "z"}, "axis": 1},
        {"mapper": str.upper, "axis": "columns"},
        {"index": {"v": "V", 0: 100}},
        {"index": lambda x: f"{x}!"},
        {"columns": {"nope": "y"}, "errors": "raise"},
        {},
        {"mapper": {0: 9}},
        {"index": {9: 1}, "errors": "raise"},
    ],
)
def test_rename(agree, kwargs):
    for data in (TEXT, FRAMES["integers"] if "index" not in kwargs or callable(kwargs["index"]) else TEXT):
        agree(lambda d: d.rename(**kwargs), data)
    agree(changed(lambda d: d.rename(columns={"a": "z"}, inplace=True)), BASE)


def test_rename_numbers(agree):
    agree(lambda d: d.rename(index={0: 100, 3: -1}), BASE)
    agree(lambda d: d.rename(index=lambda n: n * 10), FRAMES["integers"])
    agree(lambda d: d.rename(index={"b": "B"}, level="u"), LEVELS)


def test_rename_series(agree):
    agree(lambda d: d.a.rename("z"), TEXT)
    agree(lambda d: d.a.rename(None), TEXT)
    agree(lambda d: d.a.rename({"v": "V"}), TEXT)
    agree(lambda d: d.a.rename(str.upper), TEXT)
    agree(lambda d: d.a.rename(("p", 1)), TEXT)
    agree(changed(lambda s: s.rename("z", inplace=True)), TEXT.a)
    agree(changed(lambda s: setattr(s, "name", "z")), TEXT.a)


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        (("k",), {}),
        ((None,), {}),
        ((["k"],), {}),
        (("c",), {"axis": 1}),
        ((), {"index": "k", "columns": "c"}),
        ((), {"index": {"key": "K"}}),
        ((str.upper,), {}),
        ((), {"columns": None}),
    ],
)
def test_rename_axis(agree, args, kwargs):
    for data in (TEXT, BASE if str.upper not in args else TEXT):
        agree(lambda d: d.rename_axis(*args, **kwargs), data)
    if "columns" not in kwargs and "axis" not in kwargs:
        agree(lambda d: d.a.rename_axis(*args, **kwargs), TEXT)


def test_affixes(agree):
    agree(lambda d: d.add_prefix("p_"), TEXT)
    agree(lambda d: d.add_suffix("_s", axis=0), TEXT)
    agree(lambda d: d.a.add_prefix("p_"), TEXT)
    agree(lambda d: d.a.add_suffix("_s"), BASE)


# ---------------------------------------------------------------------- set_index, reset_index


@pytest.mark.parametrize(
    ("keys", "kwargs"),
    [
        ("s", {}),
        (["s"], {}),
        (["n", "s"], {}),
        ("a", {"drop": False}),
        ("s", {"append": True}),
        ("nope", {}),
        (["s", "nope"], {}),
        ("n", {"verify_integrity": True}),
        ("s", {"verify_integrity": True}),
        ("b", {}),
        (lambda d: d.a * 2, {}),
        (lambda d: [d.a * 2, "s"], {}),
        (lambda d: list("abcde"), {}),
        (lambda d: [list("abcde")], {}),
        (lambda d: pd.Index(range(5), name="r"), {}),
        (lambda d: [np.arange(3)], {}),
        (lambda d: d.index, {}),
        (lambda d: [np.arange(5), "s"], {"append": True}),
    ],
)
def test_set_index(agree, keys, kwargs):
    for data in (BASE, TEXT, LEVELS):
        agree(lambda d: d.set_index(keys(d) if callable(keys) else keys, **kwargs), data)
    agree(changed(lambda d: d.set_index("s", inplace=True)), BASE)


@pytest.mark.parametrize(
    "kwargs",
    [
        {},
        {"drop": True},
        {"level": 0},
        {"level": "u"},
        {"level": [1]},
        {"level": "nope"},
        {"names": "z"},
        {"level": 5},
        {"names": ["z", "y"]},
        {"level": 0, "drop": True},
        {"inplace": True},
    ],
)
def test_reset_index(agree, frame, kwargs):
    agree(
        lambda d: d.reset_index(**kwargs) if "inplace" not in kwargs else d.copy().reset_index(**kwargs) is None, frame
    )
    if "names" not in kwargs:
        agree(lambda d: d.a.reset_index(**kwargs), frame)


def test_levels_named_by_numbers_keep_their_names(agree):
    numbered = pd.DataFrame([[1, 2, 3, 4], [1, 2, 3, 4], [1, 3, 3, 5]])
    agree(lambda d: d.groupby([1, 3]).size().reset_index(name="count"), numbered)
    agree(lambda d: d.groupby([1, 3])[[0]].sum().reset_index(), numbered)


def test_reset_index_clashes(agree):
    agree(lambda d: d.reset_index(), BASE.rename(columns={"a": "index"}))
    agree(lambda d: d.reset_index(), BASE.rename_axis("a"))
    agree(lambda d: d.reset_index(allow_duplicates=True), BASE.rename_axis("a"))
    agree(lambda d: d.a.reset_index(name="v"), TEXT)
    agree(lambda d: (d.a * d.b).reset_index(), TEXT)
    agree(lambda d: d[d.a > 2].reset_index(drop=True), TEXT)
    agree(lambda d: d[d.a > 2].reset_index(), BASE)
    agree(lambda d: d.a.to_frame(), BASE)
    agree(lambda d: d.a.to_frame("z"), BASE)


# ---------------------------------------------------------------------- reindex, filter, the rest


@pytest.mark.parametrize(
    "kwargs",
    [
        {"index": [3, 0, 99]},
        {"index": list("zzv")},
        {"index": ["z", "nope", "v"]},
        {"columns": ["s", "zz", "a"]},
        {"index": ["x"], "columns": ["n"]},
        {"labels": ["s", "a"], "axis": 1},
        {"index": ["w", "n"], "fill_value": 0},
        {"columns": ["a", "zz"], "fill_value": 7},
        {"index": pd.Index(["v", "w"], name="other")},
        {"index": range(2, 9)},
        {"index": []},
    ],
)
def test_reindex(agree, kwargs):
    for data in (BASE[["a", "b", "n"]], TEXT[["a", "b", "n"]], FRAMES["repeated"], FRAMES["integers"][["a", "b", "n"]]):
        agree(lambda d: d.reindex(**kwargs), data)
    if "index" in kwargs and "columns" not in kwargs:
        agree(lambda d: d.a.reindex(**kwargs), TEXT)


def test_reindex_text(agree):
    agree(lambda d: d.reindex(index=["z", "nope"]), TEXT)
    agree(lambda d: d.a.reindex(d.s), TEXT.set_axis(list("pqrst")))


def test_filter(agree):
    agree(lambda d: d.filter(["a", "nope"]), TEXT)
    agree(lambda d: d.filter(like="a"), TEXT)
    agree(lambda d: d.filter(regex="[ab]"), TEXT)
    agree(lambda d: d.filter(["x", "v"], axis=0), TEXT)
    agree(lambda d: d.a.filter(like="x"), TEXT)


@pytest.mark.parametrize(
    "kwargs", [{"include": "number"}, {"exclude": "number"}, {"include": ["int64"]}, {"include": "str"}, {}]
)
def test_select_dtypes(agree, kwargs):
    agree(lambda d: d.select_dtypes(**kwargs), BASE)


def test_squeeze_and_valid(agree):
    agree(lambda d: d[["a"]].squeeze(), BASE)
    agree(lambda d: d.squeeze(), BASE)
    agree(lambda d: d[["a"]].head(1).squeeze(), BASE)
    agree(lambda d: d.head(1)[["a", "n"]].squeeze(), BASE)
    agree(lambda d: d.a.head(1).squeeze(), BASE)
    agree(lambda d: d.b.iloc[1:].first_valid_index(), TEXT)
    agree(lambda d: d.b.last_valid_index(), BASE)
    agree(lambda d: d.iloc[:0].first_valid_index(), BASE)
    agree(lambda d: d.droplevel("u"), LEVELS)
    agree(lambda d: d.droplevel(0), TEXT)
    agree(lambda d: d.a.droplevel(1), LEVELS)


def test_transposed_in_pandas(agree):
    agree(lambda d: d[["a", "n"]].T, TEXT, native=False)


def test_construct_from_ours(up):
    text = up(TEXT)
    made = hpd.DataFrame({"x": text.a, "y": text.b * 2, "z": 1})
    pd.testing.assert_frame_equal(made.to_pandas(), pd.DataFrame({"x": TEXT.a, "y": TEXT.b * 2, "z": 1}))
    made = hpd.DataFrame({"x": text.a, "y": text.b.iloc[3:]})
    pd.testing.assert_frame_equal(made.to_pandas(), pd.DataFrame({"x": TEXT.a, "y": TEXT.b.iloc[3:]}))
    made = hpd.DataFrame(text, columns=["s", "a"])
    pd.testing.assert_frame_equal(made.to_pandas(), pd.DataFrame(TEXT, columns=["s", "a"]))
    made = hpd.DataFrame(text, index=["x", "v"])
    pd.testing.assert_frame_equal(made.to_pandas(), pd.DataFrame(TEXT, index=["x", "v"]))
    made = hpd.DataFrame({"x": text.a, "y": list("abcde")}, index=list("vwxyz"))
    pd.testing.assert_frame_equal(
        made.to_pandas(), pd.DataFrame({"x": TEXT.a, "y": list("abcde")}, index=list("vwxyz"))
    )
    made = hpd.Series(text.a, index=["x", "v"])
    pd.testing.assert_series_equal(made.to_pandas(), pd.Series(TEXT.a, index=["x", "v"]))
    made = hpd.Series(text.a, name="z")
    pd.testing.assert_series_equal(made.to_pandas(), pd.Series(TEXT.a, name="z"))


def test_filter_by_a_condition(agree):
    df = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, None, 2.5]}, index=list("xyz"))
    agree(lambda d: d.filter(lambda f: f["a"] > 1), df)
    agree(lambda d: d.filter(cond=d["b"] > 1), df)
    agree(lambda d: d.filter(pd.col("a") > 1), df)
    agree(lambda d: d.filter(cond=[True, False], axis=1), df)
    agree(lambda d: d["a"].filter(lambda s: s > 1), df)
    agree(lambda d: d["a"].filter(["x", "z"]), df)
    agree(lambda d: d.filter(["a"], like="b"), df)
    agree(lambda d: d.filter(), df)


@pytest.mark.parametrize("axis", [0, 1, "index", "columns", "rows", "sideways", 2])
def test_labels_of_an_axis(agree, axis):
    data = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    agree(lambda d: d.set_axis(["x", "y"], axis=axis), data)
    agree(lambda d: d.set_axis(["x", "y"], axis=axis), data["a"])
