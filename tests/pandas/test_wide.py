"""wide_to_long, lreshape, from_dummies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd

WIDE = pd.DataFrame(
    {
        "A1970": ["a", "b", None],
        "A1980": ["d", "e", "f"],
        "B1970": [2.5, 1.2, 0.7],
        "B1980": [3.2, np.nan, 0.1],
        "X": [1.0, 2.0, 3.0],
        "id": [2, 0, 1],
    }
)


def module(data):
    """Give the pandas that the data belongs to."""
    return pd if isinstance(data, (pd.DataFrame, pd.Series)) else hpd


# ---------------------------------------------------------------------- wide to long


@pytest.mark.parametrize("stubs", [["A", "B"], ["B", "A"], "B", ["A", "B", "X"]])
@pytest.mark.parametrize("ids", ["id", ["id"], ["id", "X"]])
def test_wide_to_long(agree, stubs, ids):
    agree(lambda d: module(d).wide_to_long(d, stubs, i=ids, j="year"), WIDE)


def test_wide_to_long_with_separators_and_words(agree):
    words = WIDE.rename(columns=lambda c: c.replace("1970", "_one").replace("1980", "_two"))
    agree(lambda d: module(d).wide_to_long(d, ["A", "B"], i="id", j="which", sep="_", suffix=r"\w+"), words)
    holes = WIDE.drop(columns="B1970")
    agree(lambda d: module(d).wide_to_long(d, ["A", "B"], i="id", j="year"), holes)


def test_wide_to_long_refuses(agree):
    agree(lambda d: module(d).wide_to_long(d, ["A", "X"], i="id", j="year"), WIDE)
    agree(lambda d: module(d).wide_to_long(d, "A", i="id", j="year"), WIDE.assign(id=1))
    agree(lambda d: module(d).wide_to_long(d, "A", i="no such column", j="year"), WIDE)


@pytest.mark.parametrize("dropna", [True, False])
def test_lreshape(agree, dropna):
    groups = {"A": ["A1970", "A1980"], "B": ["B1970", "B1980"]}
    agree(lambda d: module(d).lreshape(d, groups, dropna=dropna), WIDE)
    agree(lambda d: module(d).lreshape(d, {"A": ["A1970"], "B": ["B1970", "B1980"]}, dropna=dropna), WIDE)


# ---------------------------------------------------------------------- dummies

VALUES = pd.DataFrame({"g": list("xyxzy"), "h": pd.Categorical(list("ppqqp"), ["q", "p", "r"])}, index=list("vwxyz"))
DUMMIES = pd.get_dummies(VALUES, dtype=int)
GAPS = pd.get_dummies(VALUES.assign(h=["p", None, "q", None, "p"]))


@pytest.mark.parametrize("data", [DUMMIES, DUMMIES.astype(bool), DUMMIES.astype(float)], ids=["int", "bool", "float"])
def test_from_dummies(agree, data):
    agree(lambda d: module(d).from_dummies(d, sep="_"), data)
    agree(lambda d: module(d).from_dummies(d), data[["g_x", "g_y", "g_z"]])


@pytest.mark.parametrize("default", ["none", {"g": "one", "h": "two"}, {"g": "one"}])
def test_from_dummies_by_default(agree, default):
    agree(lambda d: module(d).from_dummies(d, sep="_", default_category=default), GAPS)


def test_from_dummies_refuses(agree):
    agree(lambda d: module(d).from_dummies(d, sep="_"), GAPS)
    agree(lambda d: module(d).from_dummies(d), DUMMIES)
    agree(lambda d: module(d).from_dummies(d, sep="-"), DUMMIES)
    agree(lambda d: module(d).from_dummies(d, sep=1), DUMMIES)
    agree(lambda d: module(d).from_dummies(d, sep="_"), DUMMIES * 2)
    agree(lambda d: module(d).from_dummies(d, sep="_"), VALUES)
    agree(lambda d: module(d).from_dummies(d, sep="_"), DUMMIES.astype(float).replace(1.0, np.nan))
    agree(lambda d: module(d).from_dummies(d.g_x, sep="_"), DUMMIES)


# ---------------------------------------------------------------------- bins


def test_cut_with_edges_on_values(agree):
    data = pd.Series([1, 2, 3, 6, 6, 0])
    for right in (True, False):
        agree(lambda s, right=right: module(s).cut(s, [1, 3, 6], right=right, include_lowest=True), data)


@pytest.mark.parametrize("q", [3, 7, 10, [0, 0.3, 1]])
def test_qcut(agree, q):
    data = pd.Series(np.random.default_rng(0).integers(0, 1000, 200))
    agree(lambda s: module(s).qcut(s, q, labels=False, duplicates="drop"), data)
