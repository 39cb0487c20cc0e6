"""The order of rows, and choosing rows by it, by chance, or by their repeats."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest


def named(value):
    """The id of a parameter: its text, without the address that a function shows."""
    return re.sub(r" at 0x\w+", "", repr(value))


pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

BASE = pd.DataFrame(
    {
        "a": [3, 1, 3, 1, 2],
        "b": [0.5, np.nan, -np.inf, np.inf, np.nan],
        "s": ["x", "B", None, "b", ""],
        "c": pd.Categorical(["u", "v", None, "u", "v"], categories=["v", "u"], ordered=True),
        "t": pd.to_datetime(["2013-01-01", None, "2020-02-29", "1969-12-31", "2013-01-01"]),
        "f": [True, False, True, True, False],
    }
)
TEXT = BASE.set_axis(pd.Index(list("zyxwv"), name="key"))
LEVELS = BASE.set_axis(pd.MultiIndex.from_tuples([("b", 1), ("a", 2), ("b", 0), ("a", 3), ("c", 1)], names=["u", "w"]))
FRAMES = {
    "range": BASE,
    "text": TEXT,
    "integers": BASE.set_axis([7, 3, 9, 0, 3]),
    "levels": LEVELS,
    "empty": BASE.iloc[:0],
}


def changed(change):
    def run(d):
        d = d.copy()
        change(d)
        return d

    return run


@pytest.mark.parametrize("na_position", ["last", "first"])
@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("by", ["a", "b", "s", "c", "t", "f", ["a"], ["a", "b"], ["f", "s", "a"], ["c", "t"]])
def test_sort_values(agree, by, ascending, na_position):
    for data in FRAMES.values():
        agree(lambda d: d.sort_values(by, ascending=ascending, na_position=na_position, kind="stable"), data)
        if isinstance(by, str):
            agree(lambda d: d[by].sort_values(ascending=ascending, na_position=na_position, kind="stable"), data)


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((["a", "b"],), {"ascending": [True, False]}),
        ((["a", "b"],), {"ascending": [True]}),
        (("nope",), {}),
        (("b",), {"ignore_index": True}),
        (("key",), {}),
        ((["a", "key"],), {}),
        (("b",), {"na_position": "middle"}),
        (("a",), {"key": lambda s: -s, "kind": "stable"}),
        ((["a", "b"],), {"key": lambda s: s * -1}),
        (("a",), {"ascending": "yes"}),
        (([],), {}),
        (("b",), {"axis": 0}),
    ],
)
def test_sort_values_options(agree, args, kwargs):
    agree(lambda d: d.sort_values(*args, **kwargs), TEXT)


def test_sort_in_place(agree):
    agree(changed(lambda d: d.sort_values("b", inplace=True)), TEXT)
    agree(changed(lambda d: d.sort_index(inplace=True)), TEXT)
    agree(changed(lambda s: s.sort_values(inplace=True)), TEXT.b)


@pytest.mark.parametrize(
    "kwargs",
    [
        {},
        {"ascending": False},
        {"ignore_index": True},
        {"axis": 1},
        {"axis": 1, "ascending": False},
        {"level": 0},
        {"level": "w"},
        {"level": ["w", "u"], "ascending": [False, True]},
        {"key": lambda i: -i},
    ],
    ids=named,
)
def test_sort_index(agree, kwargs):
    for name, data in FRAMES.items():
        if ("key" in kwargs and name in {"text", "levels"}) or (kwargs.get("level") and name != "levels"):
            continue
        agree(lambda d: d.sort_index(**({"kind": "stable"} | kwargs)), data)
        if "axis" not in kwargs:
            agree(lambda d: d.a.sort_index(**({"kind": "stable"} | kwargs)), data)


@pytest.mark.parametrize("n", [0, 1, 3, 99])
def test_extremes(agree, n):
    agree(lambda d: d.nlargest(n, "a"), TEXT)
    agree(lambda d: d.nsmallest(n, ["a", "b"]), TEXT)
    agree(lambda d: d.a.nlargest(n), TEXT)
    agree(lambda d: d.a.nsmallest(n), BASE)


def test_extremes_refused_or_in_pandas(agree):
    agree(lambda d: d.nlargest(2, "s"), TEXT)
    agree(lambda d: d.nlargest(2, "a", keep="all"), TEXT, native=False)
    agree(lambda d: d.a.nlargest(2, keep="last"), TEXT, native=False)


@pytest.mark.parametrize(
    "kwargs",
    [
        {"n": 3},
        {"frac": 0.5},
        {},
        {"n": 9, "replace": True},
        {"n": 9},
        {"frac": 1},
        {"n": 2, "ignore_index": True},
        {"n": 2, "axis": 1},
        {"n": 2, "weights": "a"},
        {"n": 2, "weights": [0, 0, 1, 1, 0]},
        {"n": 1, "frac": 0.5},
    ],
    ids=named,
)
def test_sample(agree, kwargs):
    agree(lambda d: d.sample(random_state=3, **kwargs), TEXT)
    agree(lambda d: d.sample(random_state=np.random.default_rng(5), **kwargs), BASE)
    if kwargs.get("weights") != "a" and "axis" not in kwargs:
        agree(lambda d: d.b.sample(random_state=3, **kwargs), TEXT)


@pytest.mark.parametrize("keep", ["first", "last", False, "some"])
@pytest.mark.parametrize("subset", [None, "a", ["a", "f"], ["b"], "s", "c", "nope", ["a", "nope"]])
def test_duplicates(agree, subset, keep):
    twice = pd.concat([BASE, BASE.iloc[[1, 3, 4]]])
    for data in (twice, twice.reset_index(drop=True), BASE, BASE.iloc[:0]):
        if not len(data) and (keep == "some" or "nope" in (subset or [])):
            continue  # pandas looks at the arguments only if there are rows
        agree(lambda d: d.drop_duplicates(subset, keep=keep), data)
        agree(lambda d: d.duplicated(subset, keep=keep), data)
    agree(lambda d: d.drop_duplicates(subset, keep=keep, ignore_index=True), twice)


@pytest.mark.parametrize("keep", ["first", "last", False])
@pytest.mark.parametrize("label", list("absctf"))
def test_duplicates_of_series(agree, label, keep):
    agree(lambda d: d[label].drop_duplicates(keep=keep), TEXT)
    agree(lambda d: d[label].duplicated(keep=keep), TEXT)


def test_many_rows(agree):
    rng = np.random.default_rng(1)
    big = pd.DataFrame(
        {"a": rng.integers(0, 50, 20_000), "b": rng.normal(size=20_000), "s": rng.integers(0, 999, 20_000).astype(str)}
    )
    agree(lambda d: d.sort_values(["a", "s"], ascending=[False, True]), big)
    agree(lambda d: d[d.a > 10].sort_values("b").head(50), big)
    agree(lambda d: d.sort_values("b").sort_index(), big)
    agree(lambda d: d.drop_duplicates(["a", "s"]), big)
    agree(lambda d: d[d.duplicated("s")], big)
    agree(lambda d: d.sample(frac=0.3, random_state=0).b, big)
    agree(lambda d: d.nlargest(10, "b"), big)


@pytest.mark.parametrize("keep", ["first", "last", "all", "none"])
@pytest.mark.parametrize("n", [0, 1, 3, 9, 500])
def test_which_of_equal_rows(agree, n, keep):
    rng = np.random.default_rng(3)
    df = pd.DataFrame({"n": rng.integers(0, 9, 300), "x": rng.normal(size=300)}).set_axis(range(7, 307))
    for name in ("nlargest", "nsmallest"):
        agree(lambda d, name=name: getattr(d, name)(n, "n", keep=keep), df)
        agree(lambda d, name=name: getattr(d["n"], name)(n, keep=keep), df)
