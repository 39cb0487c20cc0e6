"""Which way a transfer goes, what it costs, and what it says when it cannot."""

from __future__ import annotations

import threading
import tracemalloc

import numpy as np
import pyarrow as pa
import pytest

from h2o_frame_compat.config import options
from h2o_frame_compat.errors import TransferError
from h2o_frame_compat.session import server as servers
from h2o_frame_compat.session import stock, transfer
from h2o_frame_compat.session.client import RestClient
from h2o_frame_compat.session.cluster import probe
from h2o_frame_compat.session.transfer import Transfer

ROWS = 500_000


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    return pa.table({f"x{i}": rng.standard_normal(ROWS) for i in range(8)})


def test_the_extension_is_taken_where_it_is(cluster, monkeypatch):
    monkeypatch.delenv("H2O_COMPAT_TRANSPORT", raising=False)
    assert cluster.transfer.route == "ext"
    assert "ext" in repr(cluster.transfer)


def test_unknown_route(cluster, monkeypatch):
    monkeypatch.setenv("H2O_COMPAT_TRANSPORT", "pigeon")
    with pytest.raises(TransferError, match="'ext' or 'stock', not 'pigeon'"):
        cluster.transfer.put(pa.table({"x": [1]}), "any")


def test_calls(transport, cluster, key):
    with cluster.client.count() as counter:
        transport.put(pa.table({"x": [1.5, 2.5]}), key)
    if transport.route == "ext":
        assert [call[:2] for call in counter.calls] == [("POST", "/3/Compat.put")]
    else:
        assert len(counter.without_polls()) <= 4
    with cluster.client.count() as counter:
        transport.get(key)
    assert len(counter.calls) == (1 if transport.route == "ext" or stock._FEW_ROWS else 2)
    assert counter.calls[-1][3] > 0


def test_calls_for_infinities(cluster, key, monkeypatch):
    monkeypatch.setenv("H2O_COMPAT_TRANSPORT", "stock")
    sent = pa.table({"x": [1.5, 2.5], "inf": [np.inf, 1.0]})
    cluster.transfer.put(sent, key)
    with cluster.client.count() as counter:
        assert cluster.transfer.get(key).equals(sent)
    assert len(counter.calls) == 1
    monkeypatch.setattr(stock, "_FEW_ROWS", 0)
    with cluster.client.count() as counter:
        assert cluster.transfer.get(key).equals(sent)
    assert len(counter.calls) == 2 + 2  # the CSV lacks them: a frame of their own is made and removed
    assert cluster.transfer.get(key, columns=[0]).column(0).equals(sent.column(0))


def test_nothing_is_held_twice_on_the_way_up(cluster, key, table, monkeypatch):
    monkeypatch.setenv("H2O_COMPAT_TRANSPORT", "ext")
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    try:
        cluster.transfer.put(table, key)
        assert tracemalloc.get_traced_memory()[1] < table.nbytes / 8
    finally:
        tracemalloc.stop()
    assert pa.total_allocated_bytes() - before < table.nbytes / 8


def test_nothing_is_held_twice_on_the_way_down(cluster, key, table, monkeypatch):
    monkeypatch.setenv("H2O_COMPAT_TRANSPORT", "ext")
    cluster.transfer.put(table, key)
    tracemalloc.start()
    try:
        found = cluster.transfer.get(key)
        assert tracemalloc.get_traced_memory()[1] < table.nbytes * 1.2
    finally:
        tracemalloc.stop()
    assert found.equals(table)


@pytest.mark.parametrize("show", [True, False])
def test_bars_only_where_they_are_wanted(transport, key, table, monkeypatch, show):
    made = []

    class Bar:
        total, n = None, 0

        def __init__(self, **settings):
            made.append(self)
            self.settings = settings

        def update(self, by):
            self.n += by

        def close(self):
            self.closed = True

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.close()

    monkeypatch.setattr(transfer, "progress_bar", Bar)
    monkeypatch.setattr(transfer, "_BAR_ROWS", 1000)
    small = pa.table({"x": [1.5]})
    with options.context(progress=show):
        transport.put(table, key, progress=True)
        transport.get(key, progress=True)
        assert len(made) == (2 if show else 0)
        assert all(bar.n > 0 and bar.closed for bar in made)
        transport.put(small, key, progress=True, overwrite=True)
    assert len(made) == (2 if show else 0)


def test_a_row_longer_than_a_block(cluster, key, monkeypatch):
    monkeypatch.setenv("H2O_COMPAT_TRANSPORT", "stock")
    monkeypatch.setattr(stock, "_BLOCK", 1 << 16)
    sent = pa.table({"s": ["a", "b" * 300_000, None], "x": [1.5, 2.5, 3.5]})
    cluster.transfer.put(sent, key)
    assert cluster.transfer.get(key).equals(sent)


def test_threads(transport, cluster):
    problems = []

    def work(seed):
        try:
            sent = pa.table({"x": np.random.default_rng(seed).standard_normal(20_000), "s": [str(seed)] * 20_000})
            for _ in range(3):
                key = cluster.new_key("thread")
                transport.put(sent, key)
                assert transport.get(key).equals(sent)
                cluster.client.rapids(f"(rm {key})")
        except BaseException as problem:  # noqa: BLE001 - raised by the test itself
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems


def test_the_session_goes_on_after_an_interrupted_transfer(transport, cluster, key, table, monkeypatch):
    class StopError(Exception):
        pass

    def stop(*_):
        raise StopError

    monkeypatch.setattr(transfer, "_BAR_ROWS", 0)
    monkeypatch.setattr(transfer, "_Rows", lambda _: type("Bar", (), {"__call__": stop, "close": lambda _: None})())
    monkeypatch.setattr(transfer, "progress_bar", lambda **_: _Raising(stop))
    with pytest.raises(StopError):
        transport.put(table, key, progress=True)
    assert key not in {f["frame_id"]["name"] for f in cluster.client.get("/3/Frames")["frames"]}
    transport.put(table, key)
    with pytest.raises(StopError):
        transport.get(key, progress=True)
    assert transport.get(key, columns=[3]).column(0).equals(table.column(3))


class _Raising:
    def __init__(self, stop):
        self.update = stop

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


@pytest.mark.slow
def test_a_server_without_our_extension(monkeypatch):
    monkeypatch.setenv("H2O_COMPAT_TRANSPORT", "stock")  # the extension is not even on the class path then
    server = servers.start_server(heap="700m")
    try:
        monkeypatch.delenv("H2O_COMPAT_TRANSPORT")
        client = RestClient(server.endpoint)
        plain = Transfer(client, probe(client, embedded=True))
        assert plain.route == "stock"
        sent = pa.table({"x": [0.1, -0.0, np.inf], "s": ["a", None, ""]})
        plain.put(sent, "plain")
        found = plain.get("plain")
        assert found.equals(sent)
        assert np.signbit(found["x"][1].as_py())
        monkeypatch.setenv("H2O_COMPAT_TRANSPORT", "ext")
        with pytest.raises(TransferError, match="does not have the extension"):
            plain.get("plain")
    finally:
        server.stop()
