"""Frames and estimators take whatever narwhals reads."""

from __future__ import annotations

import datetime as dt

import dask.dataframe as dd
import duckdb
import ibis
import narwhals as nw
import numpy as np
import pandas
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone

import h2o_frame_compat.pandas as pd
from h2o_frame_compat.io import tables
from h2o_frame_compat.session import current_session
from h2o_sklearn.linear_model import H2OGeneralizedLinearClassifier, H2OGeneralizedLinearRegressor

N = 12_000  # several chunks
EMPTY = pa.table({"a": pa.array([], pa.int64()), "s": pa.array([], pa.string())})


@pytest.fixture(scope="module")
def data():
    rows = range(N)
    return pa.table(
        {
            "i": pa.array([r % 97 if r % 5 else None for r in rows], pa.int32()),
            "x": [r / 3 if r % 11 else None for r in rows],
            "s": [f"k{r % 13} ß" if r % 7 else None for r in rows],
            "t": [dt.datetime(2020, 1, 1) + dt.timedelta(hours=r) for r in rows],
            "b": [bool(r % 2) for r in rows],
        }
    )


def in_duckdb(table):
    connection = duckdb.connect()
    connection.register("rows", table)
    return connection.sql("select * from rows")


FORMS = {
    "pandas": lambda t: t.to_pandas(),
    "polars": pl.from_arrow,
    "polars lazy": lambda t: pl.from_arrow(t).lazy(),
    "pyarrow": lambda t: t,
    "a stream": lambda t: pa.RecordBatchReader.from_batches(t.schema, t.to_batches(max_chunksize=700)),
    "duckdb": in_duckdb,
    "dask": lambda t: dd.from_pandas(t.to_pandas(), npartitions=3),
    "ibis": ibis.memtable,
    "narwhals": lambda t: nw.from_native(pl.from_arrow(t)),
    "narwhals lazy": lambda t: nw.from_native(in_duckdb(t)),
}
MAKERS = [pd.from_arrow, pd.from_polars, pd.from_pandas, pd.from_narwhals]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("rows", [1_000_000, 5_000])
def test_frames_of_each_library(cluster, data, monkeypatch, name, rows):
    monkeypatch.setattr(tables, "batch_rows", lambda _: rows)
    frame = pd.from_arrow(FORMS[name](data))
    found = frame.to_arrow()
    wanted = data if found.schema.field("i").type == pa.int32() else pa.Table.from_pandas(data.to_pandas())
    assert found.cast(wanted.schema).sort_by("t").equals(wanted)
    assert frame["b"].sum() == N // 2


@pytest.mark.parametrize("make", MAKERS)
def test_every_way_in_takes_every_form(cluster, data, make):
    few = data.slice(0, 3)
    for form in FORMS.values():
        assert make(form(few)).to_arrow().column("s").to_pylist() == few.column("s").to_pylist()


@pytest.mark.parametrize("name", ["polars", "a stream", "duckdb", "ibis", "dask"])
def test_tables_without_rows(cluster, name):
    frame = pd.from_arrow(FORMS[name](EMPTY))
    assert frame.shape == (0, 2)
    assert list(frame.columns) == ["a", "s"]


def test_streams_are_sent_in_batches(cluster, data, monkeypatch):
    monkeypatch.setattr(tables, "batch_rows", lambda _: 5_000)
    held = []
    reader = pa.RecordBatchReader.from_batches(
        data.schema, (held.append(current_session().client) or batch for batch in data.to_batches(max_chunksize=700))
    )
    with current_session().client.count() as calls:
        frame = pd.from_arrow(reader)
    assert len(held) == -(-N // 700)
    assert sum(c[0] == "POST" for c in calls.calls) >= 3  # what was read is in the cluster before the rest is
    assert len(frame) == N


def test_what_is_no_table_is_refused(cluster):
    for value in (5, "x", [1, 2], object()):
        for make in MAKERS:
            with pytest.raises(TypeError, match="table"):
                make(value)


@pytest.mark.parametrize("name", [n for n in FORMS if n != "a stream"])
def test_estimators_take_each_form(cluster, data, name):
    few = data.slice(1, 400).select(["x", "b", "s"])
    y = np.arange(400) % 2
    model = H2OGeneralizedLinearClassifier()
    expected = clone(model).fit(few.to_pandas(), y).predict_proba(few.to_pandas())
    X = FORMS[name](few)
    fitted = model.fit(X, y)
    assert list(fitted.feature_names_in_) == ["x", "b", "s"]
    np.testing.assert_allclose(fitted.predict_proba(X), expected, atol=1e-6)


def test_targets_of_one_column(cluster, data):
    few = data.slice(1, 200).select(["b"])
    y = pa.table({"y": np.arange(200.0)})
    expected = H2OGeneralizedLinearRegressor().fit(few, y.column(0)).predict(few)
    for form in ("polars lazy", "duckdb", "ibis", "dask"):
        target = FORMS[form](y)
        np.testing.assert_allclose(H2OGeneralizedLinearRegressor().fit(few, target).predict(few), expected)


def test_lists_are_no_features(cluster):
    table = pa.table({"l": [[1], [2], [3]]})
    with pytest.raises(TypeError, match="'l' of X holds values of type list"):
        H2OGeneralizedLinearRegressor().fit(table, pandas.Series([1.0, 2.0, 3.0]))
