"""Columns that become rows and rows that become columns, on the client for few cells and in the cluster for more."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from h2o_frame_compat.core import limits, reshape

RNG = np.random.default_rng(0)
SIZE = 120
DATA = pd.DataFrame(
    {
        "g": RNG.choice(["b", "a", "c", None], SIZE),
        "h": RNG.choice([2.0, 1.0, np.nan], SIZE),
        "i": RNG.integers(0, 9, SIZE),
        "f": RNG.normal(size=SIZE),
        "c": pd.Categorical(RNG.choice(["x", "y"], SIZE), ["z", "y", "x"]),
        "b": RNG.random(SIZE) < 0.5,
        "d": pd.to_datetime(RNG.integers(0, 10**9, SIZE), unit="s"),
    }
)
PAIRS = DATA.drop_duplicates(["g", "h"])
KEYED = PAIRS.set_index(["g", "h"])
TRIPLES = DATA.drop_duplicates(["g", "h", "c"]).dropna().set_index(["g", "h", "c"])
CODES = DATA.drop_duplicates(["i", "c"]).set_index(["i", "c"])
TWO_LEVELS = pd.DataFrame(
    np.arange(12.0).reshape(3, 4),
    columns=pd.MultiIndex.from_product([["a", "b"], ["x", "y"]], names=["one", None]),
    index=list("rst"),
)


@pytest.fixture(params=["client", "cluster"], autouse=True)
def place(request, monkeypatch):
    """Do everything on both sides of the limit."""
    if request.param == "cluster":
        monkeypatch.setattr(limits, "FEW_CELLS", 0)
    return request.param


# ---------------------------------------------------------------------- melt


@pytest.mark.parametrize(
    "how",
    [
        {"value_vars": ["i", "f"]},
        {"id_vars": "g", "value_vars": ["f", "h"], "var_name": "which", "value_name": "what"},
        {"id_vars": ["g", "c"], "value_vars": "b", "ignore_index": False},
        {"id_vars": ["d"], "value_vars": ["g", "c"]},
        {"id_vars": ["g", "i"], "value_vars": []},
        {"id_vars": "no such column"},
        {"id_vars": "g", "value_vars": ["i"], "value_name": "g"},
    ],
)
def test_melt(agree, how):
    agree(lambda d: d.melt(**how), DATA)
    agree(lambda d: d.iloc[:0].melt(**how), DATA)


@pytest.mark.parametrize("how", [{}, {"var_name": ["A", "B"]}, {"col_level": 0}, {"id_vars": [("a", "x")]}])
def test_melt_of_labels_with_levels(agree, how):
    agree(lambda d: d.melt(**how), TWO_LEVELS)


@pytest.mark.parametrize("labels", [[10, 20, 30], ["p", "q", "p"], pd.Index(["p", "q", "r"], name="n")])
def test_melt_of_odd_labels(agree, labels):
    agree(lambda d: d[["i", "f", "h"]].set_axis(labels, axis=1).melt(), DATA)


def test_melt_of_kinds_that_do_not_mix(agree, place):
    agree(lambda d: d.melt("i", ["g", "f"]), DATA, native=place == "client")


# ---------------------------------------------------------------------- stack and unstack


@pytest.mark.parametrize("columns", [["i", "f"], ["g"], ["i"], ["b"]])
def test_stack(agree, columns):
    agree(lambda d: d[columns].stack(), DATA)
    agree(lambda d: d[columns].rename_axis("name", axis=1).stack(), KEYED if "g" not in columns else DATA)
    agree(lambda d: d[columns].iloc[:0].stack(), DATA)


@pytest.mark.parametrize("level", [-1, 0, "one", [0, 1], [1, 0]])
def test_stack_of_labels_with_levels(agree, level):
    agree(lambda d: d.stack(level), TWO_LEVELS)
    agree(lambda d: d.iloc[:, [0, 1, 2]].stack(level), TWO_LEVELS)


def test_stack_the_older_way(agree, place):
    agree(lambda d: d[["i", "f"]].stack(future_stack=False), DATA, native=place == "client")


@pytest.mark.parametrize("level", [-1, 0, "g"])
@pytest.mark.parametrize("columns", ["i", "f", "c", "b", "d", ["i", "f"], ["f", "c"]])
def test_unstack(agree, columns, level):
    agree(lambda d: d[columns].unstack(level), KEYED)
    agree(lambda d: d[columns].unstack(level), KEYED.iloc[2:])
    agree(lambda d: d[columns].iloc[:0].unstack(level), KEYED)


@pytest.mark.parametrize("value", [0, 0.5, -7])
def test_unstack_fills(agree, value):
    agree(lambda d: d.i.unstack("g", fill_value=value), KEYED.iloc[2:])
    agree(lambda d: d[["i", "f"]].unstack(fill_value=value), KEYED.iloc[2:])


@pytest.mark.parametrize("level", [0, 1])
@pytest.mark.parametrize("sort", [True, False])
def test_unstack_categories(agree, level, sort):
    agree(lambda d: d.f.unstack(level, sort=sort), CODES)


@pytest.mark.parametrize("level", [["g", "c"], [2, 0], "h", 2])
def test_unstack_some_of_three_levels(agree, level):
    agree(lambda d: d.f.unstack(level), TRIPLES)
    agree(lambda d: d[["i", "f"]].unstack(level), TRIPLES)


def test_unstack_columns_with_levels(agree):
    index = pd.MultiIndex.from_product([["u", "v"], [1, 2]], names=["k", 0])
    agree(lambda d: d.unstack(), pd.DataFrame(np.arange(16).reshape(4, 4), index=index, columns=TWO_LEVELS.columns))
    agree(lambda d: d.unstack(), TWO_LEVELS)


def test_unstack_refuses(agree):
    agree(lambda d: d.f.unstack(), DATA)
    agree(lambda d: d.f.unstack("no such level"), KEYED)
    agree(lambda d: d.f.unstack(), DATA.set_index(["g", "h"]))


def test_group_and_unstack(agree):
    agree(lambda d: d.groupby(["g", "c"])["f"].mean().unstack(), DATA)
    agree(lambda d: d.groupby(["i", "c"]).size().unstack(fill_value=0), DATA)


# ---------------------------------------------------------------------- pivot


@pytest.mark.parametrize(
    "how",
    [
        {"index": "g", "columns": "h", "values": "i"},
        {"index": "g", "columns": "h", "values": ["i", "f"]},
        {"index": ["g"], "columns": ["h"], "values": "d"},
        {"columns": "h", "values": "f"},
        {"index": "g", "columns": "b", "values": "f"},
        {"index": "no such column", "columns": "h", "values": "f"},
    ],
)
def test_pivot(agree, how):
    agree(lambda d: d.pivot(**how), PAIRS)


def test_pivot_of_all_other_columns(agree):
    agree(lambda d: d.pivot(index="g", columns="h"), PAIRS[["g", "h", "i", "f"]])
    agree(lambda d: d.pivot(columns="h"), PAIRS[["h", "i", "f"]])


def test_pivot_with_several_keys(agree):
    flat = TRIPLES.reset_index()
    agree(lambda d: d.pivot(index=["g", "h"], columns="c", values="f"), flat)
    agree(lambda d: d.pivot(index="g", columns=["h", "c"], values="f"), flat)


def test_many_chunks(agree, place):
    if place == "client":
        pytest.skip("the limit decides")
    rows = 20_000
    rng = np.random.default_rng(1)
    long = pd.DataFrame({"k": np.arange(rows) // 4, "c": np.arange(rows) % 4, "v": rng.normal(size=rows)})
    long = long.sample(frac=0.9, random_state=0)
    agree(lambda d: d.pivot(index="k", columns="c", values="v"), long)
    agree(lambda d: d.pivot(index="k", columns="c", values="v").stack(), long)
    agree(lambda d: d.melt("k"), long)


# ---------------------------------------------------------------------- T and explode


def test_transpose(agree, place):
    few = place == "client"
    agree(lambda d: d[["i", "f"]].T, KEYED, native=few)
    agree(lambda d: d.describe().T, DATA[["i", "f"]], native=few)
    agree(lambda d: d.transpose(), TWO_LEVELS, native=few)
    agree(lambda d: d.f.T, DATA)


def test_transpose_of_mixed_kinds_stays_with_pandas(up, place):
    if place == "client":
        assert isinstance(up(DATA).T, pd.DataFrame)
        pd.testing.assert_frame_equal(up(DATA).T, DATA.T)


def test_explode(agree):
    agree(lambda d: d.explode("g"), DATA)
    agree(lambda d: d.explode(["g", "i"], ignore_index=True), KEYED.set_index("c").assign(g="a"))
    agree(lambda d: d.g.explode(ignore_index=True), DATA)
    agree(lambda d: d.explode("no such column"), DATA)
    agree(lambda d: d.explode([]), DATA)


# ---------------------------------------------------------------------- requests


def test_few_cells_take_one_request(up, cluster, extension, place):
    if place == "cluster":
        pytest.skip("the limit decides")
    sums = up(DATA).groupby(["g", "c"])["f"].sum()
    len(sums)
    with cluster.client.count() as counter:
        sums.unstack().to_pandas()
    assert len(counter.calls) == 1


def test_too_many_columns_fall_back(agree, monkeypatch, place):
    monkeypatch.setattr(reshape, "_MANY_COLUMNS", 2)
    agree(lambda d: d.pivot(index="g", columns="h", values="i"), PAIRS, native=place == "client")
    agree(lambda d: d.pivot(index="g", columns="h", values="i"), PAIRS[PAIRS.h.notna()])
