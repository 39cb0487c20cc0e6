"""Merges and joins in the cluster: rows, order, labels, dtypes and errors of pandas."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

LEFT = pd.DataFrame(
    {
        "k": [3, 1, 2, 1, 5],
        "k2": ["a", "b", None, "b", "z"],
        "v": [1, 2, 3, 4, 5],
        "f": [1.0, np.nan, 2, 5, np.nan],
        "c": pd.Categorical(["u", "v", "u", None, "w"]),
        "t": pd.to_datetime(["2020-01-01", "2020-01-02", None, "2020-01-01", "2021-01-01"]),
    },
    index=list("pqrst"),
)
RIGHT = pd.DataFrame(
    {
        "k": [1, 2, 2, 7],
        "k2": ["b", None, "q", "a"],
        "v": [10, 20, 30, 40],
        "f": [np.nan, 1, 2, 9],
        "b": [True, False, True, False],
        "c": pd.Categorical(["u", "v", "x", "u"]),
        "t": pd.to_datetime(["2020-01-01", "2020-01-03", None, "2020-01-01"]),
        "w": [1.5, 2.5, 3.5, 4.5],
    },
    index=list("qrqx"),
)
HOWS = ["inner", "left", "right", "outer", "left_anti", "right_anti"]
KEYS = {
    "int": {"on": "k"},
    "str": {"on": "k2"},
    "float": {"on": "f"},
    "time": {"on": "t"},
    "categories": {"on": "c"},
    "two": {"on": ["k", "k2"]},
    "str and float": {"on": ["k2", "f"]},
    "all common": {},
    "other names": {"left_on": "k", "right_on": "v"},
    "int and float": {"left_on": "k", "right_on": "w"},
    "int and float, matching": {"left_on": "k", "right_on": "f"},
    "two with other names": {"left_on": ["k", "f"], "right_on": ["k", "w"]},
    "labels": {"left_index": True, "right_index": True},
    "column and labels": {"left_on": "k2", "right_index": True},
    "labels and column": {"left_index": True, "right_on": "k2"},
    "suffix on one side": {"on": ["k"], "suffixes": ("", "_r")},
    "no suffixes": {"on": "k", "suffixes": (None, None)},
    "not unique": {"on": "k", "validate": "1:1"},
    "right not unique": {"on": "k", "validate": "m:1"},
    "right unique": {"on": "k2", "validate": "m:1"},
    "bad validate": {"on": "k", "validate": "zz"},
    "unknown key": {"on": "nope"},
    "half a key": {"left_on": "k"},
    "kinds that never match": {"left_on": "k", "right_on": "k2"},
}


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="You are merging on int and float")
        yield


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("key", KEYS)
def test_merge(agree, how, key):
    agree(lambda left, right: left.merge(right, how=how, **KEYS[key]), LEFT, RIGHT)


@pytest.mark.parametrize("how", HOWS[:4])
@pytest.mark.parametrize("key", ["int", "str", "time", "two"])
@pytest.mark.parametrize("extra", [{"sort": True}, {"indicator": True}, {"indicator": "source"}], ids=str)
def test_sorted_and_marked(agree, how, key, extra):
    agree(lambda left, right: left.merge(right, how=how, **KEYS[key], **extra), LEFT, RIGHT)


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("empty", ["left", "right", "both"])
def test_no_rows(agree, how, empty):
    left = LEFT.iloc[:0] if empty != "right" else LEFT
    right = RIGHT.iloc[:0] if empty != "left" else RIGHT
    agree(lambda a, b: a.merge(b, how=how, on="k"), left, right)


@pytest.mark.parametrize("how", HOWS)
def test_join(agree, how):
    agree(lambda a, b: a[["v"]].join(b[["w", "b"]], how=how), LEFT, RIGHT)
    agree(lambda a, b: a.join(b, how=how, suffixes=("", "_r")), LEFT, RIGHT)
    agree(lambda a, b: a.join(b, how=how), LEFT, RIGHT)  # overlapping labels
    agree(lambda a, b: a.join(b["w"], on="k2", how=how), LEFT, RIGHT)
    agree(lambda a: a[["v"]].join(a[["k"]], how=how), LEFT)


def test_cross(agree):
    agree(lambda a, b: a.merge(b, how="cross"), LEFT, RIGHT)
    agree(lambda a, b: a.merge(b, how="cross", on="k"), LEFT, RIGHT)
    agree(lambda a, b: a.merge(b, how="sideways", on="k"), LEFT, RIGHT)


def test_with_itself(agree):
    agree(lambda a: a.merge(a, on="k"), LEFT)
    agree(lambda a: a.merge(a, on="k", how="outer"), LEFT)


@pytest.mark.parametrize("how", HOWS[:4])
def test_many_rows(agree, how):
    rng = np.random.default_rng(0)
    left = pd.DataFrame({"k": rng.integers(0, 5000, 20000), "x": np.arange(20000)})
    right = pd.DataFrame({"k": np.arange(0, 6000, 2), "y": np.arange(3000)})
    agree(lambda a, b: a.merge(b, how=how, on="k"), left, right)


@pytest.mark.parametrize("how", HOWS)
def test_without_the_extension(agree, cluster, monkeypatch, how):
    monkeypatch.setattr(cluster.executor, "primitives", frozenset())
    for key in ("str", "two", "labels"):
        agree(lambda left, right, key=key: left.merge(right, how=how, **KEYS[key]), LEFT, RIGHT)


def test_arrays_as_keys_run_in_pandas(agree):
    keys = np.array([1, 2, 3, 4, 5])
    agree(lambda a, b: a.merge(b, left_on=keys, right_on="k"), LEFT, RIGHT, native=False)


@pytest.mark.usefixtures("extension")
def test_left_merge_with_unique_keys_leaves_the_left_rows_where_they_are(up, cluster):
    left, right = up(LEFT), up(RIGHT.drop_duplicates("k"))
    with cluster.client.count() as seen:
        merged = left.merge(right, on="k", how="left")
    assert len(seen.calls) == 1
    assert merged._block.rel.row_set is left._block.rel.row_set


def test_a_series_needs_a_name(up):
    with pytest.raises(ValueError, match="without a name"):
        up(LEFT).merge(up(pd.Series([1, 2])), left_index=True, right_index=True)
    with pytest.raises(TypeError, match="Can only merge"):
        up(LEFT).merge([1, 2])


_KEY = st.one_of(st.none(), st.integers(0, 4))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_KEY, max_size=8), st.lists(_KEY, max_size=8), st.sampled_from(HOWS))
def test_any_keys(agree, left, right, how):
    a = pd.DataFrame({"k": pd.Series(left, dtype="float64"), "x": range(len(left))})
    b = pd.DataFrame({"k": pd.Series(right, dtype="float64"), "y": range(len(right))})
    agree(lambda a, b: a.merge(b, on="k", how=how), a, b)


# ---------------------------------------------------------------------- levels of the row labels

ONE = pd.DataFrame({"k": list("aabb"), "n": [1, 2, 1, 2], "v": [1.0, 2.0, 3.0, 4.0]}).set_index(["k", "n"])
TWO = pd.DataFrame({"k": list("abbc"), "n": [1, 1, 3, 2], "w": [5, 6, 7, 8]}).set_index(["k", "n"])


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
@pytest.mark.parametrize("on", ["k", ["k"], ["k", "n"], ["n", "k"]])
def test_levels_as_keys(agree, how, on):
    agree(lambda a, b: a.merge(b, on=on, how=how), ONE, TWO)
    agree(lambda a, b: a.merge(b.reset_index(), on=on, how=how), ONE, TWO)
    agree(lambda a, b: a.reset_index("n").merge(b, on=on, how=how), ONE, TWO)


@pytest.mark.parametrize("how", ["inner", "left"])
def test_columns_matched_with_several_levels(agree, how):
    agree(lambda a, b: a.merge(b, left_on=["k", "n"], right_index=True, how=how), ONE.reset_index(), TWO)
    agree(lambda a, b: a.join(b, on=["k", "n"], how=how), ONE.reset_index(), TWO)


def test_join_on_one_of_several_levels(agree):
    other = pd.DataFrame({"z": [1, 2]}, index=pd.Index(["c", "b"], name="k"))
    agree(lambda a, b: a.join(b), ONE, other)
    agree(lambda a, b: a.iloc[::-1].join(b.rename_axis("n")), ONE, other.set_axis([1, 2]))
    agree(lambda a, b: a.merge(b, left_index=True, right_index=True, how="left"), ONE, other)
    agree(lambda a, b: a.join(b.rename_axis("no such level")), ONE, other)


# ---------------------------------------------------------------------- several frames


@pytest.mark.parametrize("how", ["left", "right", "outer", "inner"])
def test_join_several(agree, how):
    one = pd.DataFrame({"a": [1, 2, 3]}, index=[3, 1, 2])
    two = pd.DataFrame({"b": [1.0, 2.0]}, index=[1, 9])
    agree(lambda x, y: x.join([y, y.rename(columns={"b": "c"})], how=how), one, two)
    agree(lambda x, y: x.join([y.b, y.b.rename("c")], how=how, sort=True), one, two)
    agree(lambda x, y: x.join([y.loc[[1, 1]], y.rename(columns={"b": "c"})], how=how), one, two)


def test_join_several_refuses(agree):
    one = pd.DataFrame({"a": [1, 2, 3]})
    agree(lambda x: x.join([x, x]), one)
    agree(lambda x: x.join([x.rename(columns={"a": "b"})], on="a"), one)
    agree(lambda x: x.join([x.rename(columns={"a": "b"})], lsuffix="_x"), one)
