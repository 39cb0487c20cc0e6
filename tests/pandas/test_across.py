"""Shifts, differences, ranks and fills across the columns of each row, as pandas gives them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


def numbers(rows):
    """Give columns of few values, so that many of a row are equal, with gaps."""
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "a": rng.choice([1.0, 2.0, np.nan, 3.0], rows),
            "b": rng.integers(0, 4, rows),
            "c": rng.choice([np.nan, 2.0, 3.0, -1.0], rows),
            "d": rng.choice([1.0, 2.0, np.nan], rows),
        }
    )


WHOLE = numbers(30)[["b"]].assign(x=range(30), y=1)
MIXED = numbers(30).assign(s="x", t=pd.Timestamp("2020-01-01"), q=True)[["s", "a", "t", "b", "q"]]
SHAPES = {"some": numbers(30), "one": numbers(1), "none": numbers(0), "many": numbers(12_000), "whole": WHOLE}


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("na_option", ["keep", "top", "bottom"])
@pytest.mark.parametrize("method", ["average", "min", "max", "first", "dense"])
def test_ranks(agree, method, na_option, ascending):
    for pct in (False, True):
        agree(lambda d, pct=pct: d.rank(1, method, False, na_option, ascending, pct), SHAPES["some"])


@pytest.mark.parametrize("shape", SHAPES)
def test_ranks_of_shapes(agree, shape):
    for how in ({}, {"method": "dense", "pct": True}, {"method": "first", "ascending": False}):
        agree(lambda d, how=how: d.rank(axis="columns", **how), SHAPES[shape])
    agree(lambda d: d.rank(axis=1, numeric_only=True), SHAPES[shape].assign(s="x"))


def test_ranks_of_many_columns_run_in_pandas(agree):
    wide = pd.DataFrame(np.random.default_rng(0).integers(0, 9, (5, 40)))
    agree(lambda d: d.rank(axis=1), wide, native=False)
    agree(lambda d: d[[0, 1]].astype("str").rank(axis=1), wide, native=False)


@pytest.mark.parametrize("periods", [1, -2, 0, 7])
@pytest.mark.parametrize("shape", [*SHAPES, "mixed"])
def test_shifts(agree, shape, periods):
    data = {**SHAPES, "mixed": MIXED}[shape]
    agree(lambda d: d.shift(periods, axis=1), data)
    if shape != "mixed":
        agree(lambda d: d.shift(periods, axis="columns", fill_value=0), data)
        agree(lambda d: d.shift(periods, axis=1, fill_value=0.5), data)
        agree(lambda d: d.diff(periods, axis=1), data)
        agree(lambda d: d.pct_change(periods, axis=1), data)


LISTS = {
    "two": lambda d: d.shift([1, -2]),
    "suffix": lambda d: d.shift((0, 3), suffix="_by", fill_value=9),
    "series": lambda d: d["a"].shift([1, 2]),
    "unnamed": lambda d: d["a"].rename(None).shift(np.array([1])),
    "across": lambda d: d.shift([1], axis=1),
    "none": lambda d: d.shift([]),
    "no number": lambda d: d.shift([1.5]),
    "suffix of one": lambda d: d.shift(1, suffix="k"),
    "freq and value": lambda d: d.shift(1, freq="D", fill_value=0),
}


@pytest.mark.parametrize("name", LISTS)
def test_several_shifts(agree, name):
    for shape in ("some", "none", "many"):
        agree(LISTS[name], SHAPES[shape])


@pytest.mark.parametrize("name", ["ffill", "bfill"])
@pytest.mark.parametrize("shape", SHAPES)
def test_fills(agree, shape, name):
    agree(lambda d: getattr(d, name)(axis=1), SHAPES[shape])
    agree(lambda d: getattr(d, name)(axis="columns", limit=1), SHAPES[shape].head(20), native=False)


def test_fills_change_the_object(up):
    frame = up(SHAPES["some"])
    frame.ffill(axis=1, inplace=True)
    pd.testing.assert_frame_equal(frame.to_pandas(), SHAPES["some"].ffill(axis=1))
