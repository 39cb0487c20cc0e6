"""`pivot_table` and `crosstab`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd
from h2o_frame_compat.core import limits

RNG = np.random.default_rng(0)
SIZE = 200
DATA = pd.DataFrame(
    {
        "g": RNG.choice(["b", "a", "c", None], SIZE),
        "h": RNG.choice([2.0, 1.0, np.nan], SIZE),
        "i": RNG.integers(0, 9, SIZE),
        "f": RNG.normal(size=SIZE),
        "c": pd.Categorical(RNG.choice(["x", "y"], SIZE), ["z", "y", "x"]),
        "s": RNG.choice(["p", "q"], SIZE),
    }
)


def module(data):
    """Give the pandas that the data belongs to."""
    return pd if isinstance(data, (pd.DataFrame, pd.Series)) else hpd


# ---------------------------------------------------------------------- pivot_table

TABLES = {
    "mean": {"index": "g", "columns": "c", "values": "i"},
    "several values": {"index": "g", "columns": "h", "values": ["f", "i"], "aggfunc": "sum"},
    "all values": {"index": ["g", "h", "s"], "columns": "c", "aggfunc": "count"},
    "no columns": {"index": "g", "values": ["i", "f"], "aggfunc": "median"},
    "several columns": {"index": "i", "columns": ["h", "g"], "values": "f", "aggfunc": "sum"},
    "filled": {"index": "i", "columns": "h", "values": "f", "aggfunc": "max", "fill_value": 0},
    "list": {"index": "g", "columns": "c", "values": "i", "aggfunc": ["sum", "mean"]},
    "dict": {"index": "g", "columns": "c", "values": ["i", "f"], "aggfunc": {"i": "sum", "f": "mean"}},
    "dict of lists": {"index": "g", "values": ["i", "f"], "aggfunc": {"i": "sum", "f": ["min", "max"]}},
    "function": {"index": "g", "columns": "c", "values": "i", "aggfunc": np.sum},
    "len": {"index": "g", "columns": "c", "values": "f", "aggfunc": len},
    "size": {"index": "g", "columns": "c", "values": "f", "aggfunc": "size"},
    "std": {"index": "g", "columns": "c", "values": "f", "aggfunc": "std"},
    "unsorted": {"index": "g", "columns": "c", "values": "f", "sort": False},
    "missing keys": {"index": ["g", "c"], "columns": "h", "values": "f", "dropna": False},
    "no such column": {"index": "g", "columns": "c", "values": "zz"},
}


@pytest.mark.parametrize("how", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("limit", [limits.FEW_CELLS, 0], ids=["few", "many"])
def test_pivot_table(agree, monkeypatch, how, limit):
    monkeypatch.setattr(limits, "FEW_CELLS", limit)
    agree(lambda d: d.pivot_table(**how), DATA)
    agree(lambda d: module(d).pivot_table(d, **how), DATA.iloc[:7])


MARGINS = ["mean", "several values", "no columns", "several columns", "list", "filled", "len"]


@pytest.mark.parametrize("name", MARGINS)
def test_totals(agree, name):
    how = TABLES[name]
    agree(lambda d: d.pivot_table(**how, margins=True), DATA)
    agree(lambda d: d.pivot_table(**how, margins=True, margins_name="Total"), DATA)


def test_pivot_table_refuses(agree):
    agree(lambda d: d.pivot_table(index="g", columns="c", values="i", margins=True, margins_name="a"), DATA)
    agree(lambda d: d.pivot_table(index="g", columns="c", values="i", margins=True, margins_name=1), DATA)


def test_pivot_table_without_rows(agree):
    agree(lambda d: d.pivot_table(columns="c", values="i", aggfunc="sum"), DATA)
    agree(lambda d: d.pivot_table(columns="c", values="i", aggfunc="sum", margins=True), DATA)


def test_pivot_table_by_series(agree):
    agree(lambda d: d.pivot_table(index=d.i % 2, columns="c", values="f"), DATA)


# ---------------------------------------------------------------------- crosstab


@pytest.mark.parametrize("margins", [False, True])
@pytest.mark.parametrize("normalize", [False, True, "all", "index", "columns", 0, 1, "sideways"])
def test_crosstab(agree, normalize, margins):
    agree(lambda d: module(d).crosstab(d.g, d.c, normalize=normalize, margins=margins), DATA)
    agree(lambda d: module(d).crosstab([d.g, d.s], d.h, normalize=normalize, margins=margins), DATA)


@pytest.mark.parametrize("limit", [limits.FEW_CELLS, 0], ids=["few", "many"])
@pytest.mark.parametrize("normalize", [False, True, "index", "columns"])
def test_crosstab_on_both_sides_of_the_limit(agree, monkeypatch, normalize, limit):
    monkeypatch.setattr(limits, "FEW_CELLS", limit)
    agree(lambda d: module(d).crosstab(d.i, [d.g, d.c], normalize=normalize), DATA)


def test_crosstab_of_values(agree):
    agree(lambda d: module(d).crosstab(d.g, d.c, values=d.f, aggfunc="mean"), DATA)
    agree(lambda d: module(d).crosstab(d.g, d.c, values=d.i, aggfunc=np.sum, margins=True), DATA)
    agree(lambda d: module(d).crosstab(d.g, d.c, values=d.i), DATA)
    agree(lambda d: module(d).crosstab(d.g, d.c, aggfunc="sum"), DATA)


def test_crosstab_names(agree):
    agree(lambda d: module(d).crosstab(d.g, d.c, rownames=["R"], colnames=["C"]), DATA)
    agree(lambda d: module(d).crosstab(d.g, d.g), DATA)
    agree(lambda d: module(d).crosstab(d.g.rename(None), d.i > 3), DATA)
    agree(lambda d: module(d).crosstab(d.g, d.c, rownames=["R", "S"]), DATA)


def test_crosstab_of_other_rows_and_arrays(agree):
    agree(lambda d: module(d).crosstab(d.g[d.i > 2], d.c), DATA)
    agree(lambda d: module(d).crosstab(d.g, d.i.to_numpy()), DATA)


def test_many_rows(agree):
    rng = np.random.default_rng(1)
    columns = {"a": rng.choice(list("xyz"), 20_000), "b": rng.integers(0, 5, 20_000), "v": rng.random(20_000)}
    data = pd.DataFrame(columns)
    agree(lambda d: module(d).crosstab(d.a, d.b), data)
    agree(lambda d: d.pivot_table("v", "a", "b"), data)
