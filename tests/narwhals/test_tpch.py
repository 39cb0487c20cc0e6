"""The queries of TPC-H as narwhals expressions give on our frames what the same queries give in pandas."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import SimpleNamespace

import narwhals as nw
import pandas
import pytest

import h2o_frame_compat.pandas as pd
from h2o_frame_compat import options

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
QUICK = (1, 4, 13, 17, 22)  # in the fast tier, on little data


@pytest.fixture(scope="module")
def common():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        names = ("tpch_data", "tpch_queries", "tpch_narwhals")
        yield SimpleNamespace(**{name: importlib.import_module(f"common.{name}") for name in names})


@pytest.fixture(scope="module")
def made(cluster, common):
    """The tables of a scale, made once: in pandas, and as lazy frames of ours."""
    kept = {}

    def at(scale):
        if scale not in kept:
            theirs = common.tpch_data.tables(scale)
            ours = {name: nw.from_native(pd.DataFrame(table)).lazy() for name, table in vars(theirs).items()}
            kept[scale] = theirs, SimpleNamespace(**ours)
        return kept[scale]

    return at


def check(common, made, number):
    theirs, ours = made
    expected = common.tpch_queries.QUERIES[number - 1](theirs).reset_index(drop=True)
    if number == 14:
        expected = expected.head(1)  # the pandas form gives the whole's share of itself too
    with options.context(fallback="error"):
        found = common.tpch_narwhals.QUERIES[number - 1](ours).collect("pandas").to_native().reset_index(drop=True)
    pandas.testing.assert_frame_equal(found[list(expected.columns)], expected, check_dtype=False)
    assert len(found.columns) == len(expected.columns)


@pytest.mark.parametrize("number", QUICK)
def test_query_on_little_data(common, made, number):
    check(common, made(0.003), number)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("number", range(1, 23))
def test_query_at_scale_one_tenth(common, made, number):
    check(common, made(0.1), number)
