"""What H2O's own ways in and out do to data, and that none of it reaches ours.

Each trap is shown in the server, so that we notice when H2O mends it.
"""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from h2o_frame_compat.errors import H2OCompatError, ServerError
from h2o_frame_compat.session.client import RestClient

FLOATS = np.random.default_rng(0).standard_normal(2000)


@pytest.fixture
def stock(cluster, monkeypatch):
    monkeypatch.setenv("H2O_COMPAT_TRANSPORT", "stock")
    return cluster.transfer


@pytest.fixture
def parse(cluster):
    """Put a file into the cluster as H2O's clients do; the frames go at the end."""
    made = []

    def put(body, kind, types, names):
        client, key = cluster.client, cluster.new_key("trap")
        source = client.post_file(body, f"{key}.{kind.lower()}")
        form = {
            "source_frames": [source], "destination_frame": key, "parse_type": kind, "separator": 44,
            "number_columns": len(types), "column_names": names, "column_types": types, "check_header": -1,
            "delete_on_done": "true", "blocking": "true",
        }  # fmt: skip
        client.post("/3/Parse", form)
        made.append(key)
        return cluster.transfer.get(key)

    yield put
    for key in made:
        cluster.client.rapids(f"(rm {key})")


def parquet(table, compression="snappy"):
    sink = io.BytesIO()
    pq.write_table(table, sink, compression=compression)
    return sink.getvalue()


def test_parquet_alters_floats(parse, stock, key):
    sent = pa.table({"x": FLOATS})
    came = parse(parquet(sent), "PARQUET", ["Numeric"], ["x"])["x"].to_numpy()
    assert np.allclose(came, FLOATS, rtol=1e-14)
    assert (came != FLOATS).mean() > 0.5
    stock.put(sent, key)
    assert stock.get(key).equals(sent)


def test_csv_alters_floats_and_infinities_are_lost(parse, stock, key):
    sent = pa.table({"x": np.append(FLOATS, [np.inf, -np.inf])})
    body = "\n".join(map(repr, sent["x"].to_pylist())).encode()
    came = parse(body, "CSV", ["Numeric"], ["x"])["x"].to_numpy()
    assert (came[:-2] != FLOATS).any()
    assert np.isnan(came[-2:]).all()
    stock.put(sent, key)
    assert stock.get(key).equals(sent)


def test_blank_lines_of_a_csv_are_dropped(parse, stock, key):
    came = parse(b"1.5\n\n2.5\n", "CSV", ["Numeric"], ["x"])
    assert came["x"].to_pylist() == [1.5, 2.5]
    sent = pa.table({"x": pa.array(["a", None, ""] * 300)})
    stock.put(sent, key)
    assert stock.get(key).equals(sent)


@pytest.mark.parametrize("codec", ["lz4", "brotli"])
def test_codecs_that_h2o_does_not_read_are_not_written(parse, stock, key, monkeypatch, codec):
    sent = pa.table({"x": np.arange(7), "y": np.arange(7) / 3})
    with pytest.raises(ServerError):
        parse(parquet(sent, codec), "PARQUET", ["Numeric", "Numeric"], ["x", "y"])
    written, write = set(), pq.write_table

    def watched(*args, compression, **more):
        written.add(compression)
        write(*args, compression=compression, **more)

    monkeypatch.setattr(pq, "write_table", watched)
    stock.put(sent, key)
    assert written == {"snappy"}
    assert stock.get(key, wires="ld").equals(sent)


def test_what_another_session_removes_takes_shared_columns_along(cluster):
    """Temporaries share columns with their source, and only their own session counts that."""
    client = cluster.client
    source, part = cluster.new_key("source"), cluster.new_key("part")
    client.rapids(f"(tmp= {source} (seq_len 100))")
    client.rapids(f"(tmp= {part} (cbind {source} {source}))")
    other = RestClient(client.endpoint)
    other.rapids(f"(rm {source})")
    with pytest.raises(H2OCompatError):
        client.rapids(f"(sumaxis {part} 1 0)")
    other.end_sessions()
    other.close()
    kept, shared = cluster.new_key("kept"), cluster.new_key("shared")
    client.rapids(f"(, (tmp= {kept} (seq_len 100)) (tmp= {shared} (cbind {kept} {kept})) (rm {kept}))")
    assert client.rapids(f"(sumNA {shared})").value == 2 * 5050
    client.rapids(f"(rm {shared})")


def test_a_frame_in_training_is_not_replaced(transport, cluster, key):
    """H2O's assign and rm take a frame away from a job, which then fails; DELETE and we are refused."""
    rng = np.random.default_rng(0)
    sent = pa.table({"x": rng.random(20_000), "y": rng.random(20_000)})
    transport.put(sent, key)
    form = {"training_frame": key, "response_column": "y", "ntrees": 5000, "seed": 1}
    job = cluster.client.post("/3/ModelBuilders/gbm", form)["job"]["key"]["name"]
    try:
        while not cluster.jobs.get(job)["progress"] > 0:
            pass  # each turn is a request; the lock is taken before progress shows
        with pytest.raises(H2OCompatError, match="in use"):
            transport.put(sent.slice(0, 5), key, overwrite=True)
        assert transport.get(key).equals(sent)
        assert cluster.jobs.get(job)["status"] == "RUNNING"
    finally:
        cluster.client.post(f"/3/Jobs/{job}/cancel", {})
        while cluster.jobs.get(job)["status"] == "RUNNING":
            pass
