"""Both ways into the cluster, under the same tests; and a column of each dtype."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from h2o_frame_compat.session import stock

TIMES = pd.DatetimeIndex(["1900-01-01 00:00:00.001", None, "2262-01-01 00:00:00"])
COLUMNS = {
    "bool": pd.Series([True, False, True]),
    "boolean": pd.Series([True, None, False], dtype="boolean"),
    **{k: pd.Series([np.iinfo(k).min + 1, 0, np.iinfo(k).max], dtype=k) for k in ("int8", "int16", "int32", "int64")},
    **{k: pd.Series([0, 7, np.iinfo(k).max], dtype=k) for k in ("uint8", "uint16", "uint32")},
    "uint64": pd.Series([0, 7, 2**63 - 1], dtype="uint64"),
    "Int64": pd.Series([2**63 - 1, None, -(2**63) + 1], dtype="Int64"),
    "UInt8": pd.Series([255, None, 0], dtype="UInt8"),
    "Float64": pd.Series([1.5, None, -0.0], dtype="Float64"),
    "Float32": pd.Series([1.5, None, 0.1], dtype="Float32"),
    "float64": pd.Series([5e-324, np.nan, -np.inf]),
    "float32": pd.Series([0.1, np.nan, np.inf], dtype="float32"),
    "str": pd.Series(["", None, 'a"\n,é😀']),
    "string": pd.Series(["NA", None, "nan"], dtype="string"),
    "no text": pd.Series([None, None, None], dtype="str"),
    "category": pd.Series(pd.Categorical(["b", None, "a"], categories=["z", "b", "a", ""], ordered=True)),
    "no category": pd.Series(pd.Categorical([None, None, None])),
    "integer category": pd.Series(pd.Categorical([3, 1, None], categories=[3, 2, 1])),
    "float category": pd.Series([1.5, 0.1, None]).astype("category"),
    "bool category": pd.Series([True, False, None]).astype("category"),
    "mixed category": pd.Series(pd.Categorical([1, "1", None], categories=["1", 1, "1 (int)"])),
    "tuple category": pd.Series(pd.Categorical.from_codes([0, 1, -1], pd.Index([(1, 2), (3,)], tupleize_cols=False))),
    "interval category": pd.cut(pd.Series([0.5, 1.5, 9.0]), [0, 1, 2]),
    "time category": pd.Series(TIMES).astype("category"),
    **{f"datetime {u}": pd.Series(TIMES.floor("s").as_unit(u)) for u in ("s", "ms", "us", "ns")},
    "zoned": pd.Series(TIMES.tz_localize("Europe/Berlin")),
    "utc": pd.Series(TIMES.tz_localize("UTC").as_unit("ns")),
    "fixed": pd.Series(TIMES.tz_localize(dt.timezone(dt.timedelta(hours=2)))),
    **{
        f"timedelta {u}": pd.Series(pd.to_timedelta([1, None, -5], unit="s")).dt.as_unit(u)
        for u in ("s", "ms", "us", "ns")
    },
}


def pytest_generate_tests(metafunc):
    if "each_column" in metafunc.fixturenames:
        metafunc.parametrize("each_column", COLUMNS.values(), ids=COLUMNS.keys())


@pytest.fixture
def columns():
    """A column of each dtype by its name."""
    return COLUMNS


@pytest.fixture(params=["ext", "stock", "stock, as many rows"])
def transport(request, cluster, monkeypatch):
    """The cluster's Transfer, forced to one of its routes; few rows come down another way than many."""
    route, _, many = request.param.partition(", ")
    monkeypatch.setenv("H2O_COMPAT_TRANSPORT", route)
    if many:
        monkeypatch.setattr(stock, "_FEW_ROWS", 0)
    assert cluster.transfer.route == route
    return cluster.transfer


@pytest.fixture
def key(cluster):
    """A name for a frame, which is gone afterwards."""
    name = cluster.new_key("transfer")
    yield name
    cluster.client.rapids(f"(rm {name})")
