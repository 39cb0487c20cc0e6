"""The queries of TPC-H run in the cluster from end to end and give what pandas gives."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def tpch():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        queries = importlib.import_module("common.tpch_queries")
        return queries.QUERIES, importlib.import_module("common.tpch_data").tables(0.003)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, 23))
def test_query(tpch, up, number):
    from h2o_frame_compat import options

    queries, theirs = tpch
    ours = SimpleNamespace(**{name: up(table) for name, table in vars(theirs).items()})
    with options.context(fallback="error"):
        found = queries[number - 1](ours).to_pandas()
    pd.testing.assert_frame_equal(found, queries[number - 1](theirs))
