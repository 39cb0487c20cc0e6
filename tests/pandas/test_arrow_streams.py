"""What reads Arrow streams reads our frames, in batches and within the size limit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from h2o_frame_compat import options
from h2o_frame_compat.errors import FallbackError
from h2o_frame_compat.io import leave

N = 12_000  # several chunks


@pytest.fixture
def data():
    rows = range(N)
    return pd.DataFrame(
        {
            "i": list(rows),
            "x": [r / 3 if r % 5 else None for r in rows],
            "s": [f"t{r % 7}" if r % 11 else None for r in rows],
            "c": pd.Categorical([("u", "v", "w")[r % 3] for r in rows]),
            "n": pd.array([r if r % 4 else None for r in rows], dtype="Int64"),
        }
    )


@pytest.mark.parametrize("rows", [N * 2, 5_000])
def test_readers_of_arrow_streams(up, data, monkeypatch, rows):
    monkeypatch.setattr(leave, "batch_rows", lambda _: rows)
    frame = up(data)[["i", "x", "s", "c", "n"]]
    expected = pa.Table.from_pandas(data).cast(pa.table(frame).schema)
    assert pa.table(frame).equals(expected)
    assert pl.DataFrame(frame).drop("c").equals(pl.from_arrow(expected).drop("c"))
    filtered = frame[frame["i"] >= N - 3]
    assert pa.table(filtered).column("i").to_pylist() == [N - 3, N - 2, N - 1]
    assert pa.table(frame.head(0)).num_rows == 0


def test_a_schema_is_known_without_the_rows(up, data):
    from h2o_frame_compat.session import current_session

    wide = data.drop(columns="c").assign(
        b=data["i"] > 5, t=pd.Timestamp("2020-01-01"), d=pd.Timedelta("1h"), u=data["i"].astype("uint16")
    )
    frame = up(wide)
    list(frame.head(1).items())
    rows = pa.table(frame)
    with current_session().client.count() as calls:
        schema = pa.RecordBatchReader.from_stream(frame).schema
    assert schema == rows.schema
    assert sum(received for *_, received in calls.calls) < 1_000


def test_duckdb_asks_a_frame_in_the_cluster(up, data):
    duckdb = pytest.importorskip("duckdb")
    frame = up(data)  # noqa: F841 - duckdb finds it by its name
    found = duckdb.sql("select s, count(*), sum(i) from frame group by s order by s nulls first").fetchall()
    theirs = data.groupby("s", dropna=False)["i"].agg(["size", "sum"]).sort_index(na_position="first")
    labels = [None if pd.isna(s) else s for s in theirs.index]
    assert found == list(zip(labels, theirs["size"], theirs["sum"], strict=True))


def test_a_series_and_the_interchange_protocol(up, data):
    frame = up(data)
    assert pa.chunked_array(frame["n"]).to_pylist() == [r if r % 4 else None for r in range(N)]
    assert frame.__dataframe__().num_rows() == N


@pytest.mark.parametrize("rows", [N * 2, 5_000])
def test_a_schema_may_be_asked_for(up, data, monkeypatch, rows):
    monkeypatch.setattr(leave, "batch_rows", lambda _: rows)
    frame = up(data)[["i", "x", "s"]]
    wanted = pa.schema({"i": pa.int32(), "x": pa.float32(), "s": pa.large_string()})
    found = pa.table(frame, schema=wanted)
    assert found.schema == wanted
    assert found.equals(pa.Table.from_pandas(data[["i", "x", "s"]]).cast(wanted))


def test_arrays(up, data):
    frame = up(data)
    for name in ("i", "x", "s", "n"):
        expected = pa.array(data[name], from_pandas=True)
        found = pa.array(frame[name])
        assert found.to_pylist() == expected.to_pylist()
    assert pa.array(frame["i"], type=pa.int16()).type == pa.int16()
    np.testing.assert_array_equal(np.asarray(frame[["i", "x"]]), data[["i", "x"]].to_numpy())
    assert np.asarray(frame["i"], dtype="float32").dtype == np.float32
    assert np.asarray(frame["s"]).tolist()[:3] == data["s"].to_numpy().tolist()[:3]


def test_nothing_large_is_fetched_unasked(up, data):
    frame = up(data)
    readers = [pa.table, pl.DataFrame, lambda f: f.__dataframe__(), np.asarray, lambda f: pa.array(f["i"])]
    for read in [*readers, lambda f: np.asarray(f["i"]), lambda f: pa.chunked_array(f["i"])]:
        with options.context(fallback_max_bytes=1000), pytest.raises(FallbackError, match="fallback_max_bytes"):
            read(frame)
