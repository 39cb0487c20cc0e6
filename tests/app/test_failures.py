"""What breaks beside a browser loses nothing: the cluster, a peer, the disk, the page itself."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import signal
import socket
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from h2o_sklearn.app import reading, studio

ADDRESS = "/orbitdb/zdpuArRAALmEUvscza17LFHS9PLhWdZbqHPLSdA4LCBRd5cvG"
PEER = "12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf"
MANY = pd.DataFrame(np.random.default_rng(0).normal(size=(30_000, 2)), columns=["x", "y"])


def server_of(process):
    """Find the server of H2O that a process, or one that it started, has started."""
    parents, found = {}, []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may have ended
            parents[int(entry.name)] = int(re.search(r"\) \w (\d+)", (entry / "stat").read_text())[1])
            if b"water.H2OApp" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))

    def ours(pid):
        return pid == process.pid or (pid in parents and ours(parents[pid]))

    (pid,) = [pid for pid in found if ours(pid)]
    return pid


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_a_cluster_that_is_lost_while_a_model_is_trained(command, tmp_path):
    with command() as (browser, process):
        browser.uploaded("points.csv", b"x,y\n1,2\n2,2\n9,9\n8,9\n")
        assert browser.followed(browser.post("/api/train", {"clusters": 2}))[0] == "done"
        browser.uploaded("points.csv", MANY.to_csv(index=False).encode())
        events = browser.events(f"/api/tasks/{browser.post('/api/train', {}).json()['task']}/events")
        assert next(events) == ("progress", "clustering")
        os.kill(server_of(process), signal.SIGKILL)
        *_, (kind, error) = events
        assert kind == "failed"
        assert "The cluster was lost; your data are still here" in error["message"]
        assert browser.get("/api/data").json()["data"]["rows"] == 30_000
        kind, report, _ = browser.followed(browser.post("/api/train", {"clusters": 3}))
        assert (kind, report["n_rows"]) == ("done", 30_000)
        # What was there before is there without a cluster, too.
        os.kill(server_of(process), signal.SIGKILL)
        assert len(browser.get("/api/clusters").json()["data"]) == 30_000


def test_a_peer_that_is_dead(opened, tmp_path, monkeypatch):
    from h2o_frame_compat.io.orbitdb.process import find_node

    try:
        find_node()
    except ImportError as error:
        pytest.skip(f"{error}; `make test-services` sets it up")
    monkeypatch.setenv("H2O_COMPAT_CACHE", str(tmp_path / "cache"))  # nodes of others are out of sight
    monkeypatch.setattr(studio, "_FETCH", 1.0)
    browser = opened(allowed=("127.0.0.1",))
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # nobody listens there
        for port in (free.getsockname()[1], silent.getsockname()[1]):
            peers = [f"/ip4/127.0.0.1/tcp/{port}/p2p/{PEER}"]
            kind, error, _ = browser.followed(browser.post("/api/orbit", {"address": ADDRESS, "peers": peers}))
            assert (kind, error["field"]) == ("failed", "peers")
            assert str(port) in error["message"]
    kind, error, _ = browser.followed(browser.post("/api/orbit", {"address": ADDRESS}))
    assert (kind, error["field"]) == ("failed", "peers")
    assert browser.uploaded("points.csv", b"x,y\n1,2\n")[0] == "done"


def full():
    """Let no file of this process grow beyond 1 MB, as on a disk that has no more."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


@pytest.mark.slow
def test_a_disk_that_is_full(command, settings):
    wide = pd.DataFrame({"distance": np.arange(40_000.0), "hour": 1.0, "flight": "a name of some length, " * 2})
    wide.to_csv(settings.data / "wide.csv", index=False)
    body = {
        "model": "late.pkl",
        "source": {"spec_uid": "file", "location": "wide.csv"},
        "sink": {"spec_uid": "file", "location": "out.csv"},
        "runtime": {"kind": "local", "processes": 0},
        "model_request_parameters": {"id_field": "flight"},
        "partitions": 2,
        "retries": 0,
    }
    with command(preexec_fn=full) as (browser, _):
        answer = browser.post("/api/upload", files={"file": ("points.csv", b"x,y\n" + b"1,2\n" * 500_000)})
        assert (answer.status_code, answer.json()["error"]["field"]) == (507, "file")
        assert "cannot keep this file" in answer.json()["error"]["message"]
        assert browser.uploaded("points.csv", b"x,y\n1,2\n")[0] == "done"
        failed = browser.ended(browser.post("/api/jobs", body).json()["uid"])
        assert failed["state"] == "FAILED"
        assert "too large" in failed["error"]
    with command() as (browser, _):  # there is room again
        assert browser.get("/api/jobs").json()["jobs"][0]["state"] == "FAILED"
        assert browser.post(f"/api/jobs/{failed['uid']}/resume").status_code == 200
        ended = browser.ended(failed["uid"])
        assert (ended["state"], ended["progress"]["rows_out"]) == ("FINISHED", 40_000)
    assert len(pd.read_csv(settings.data / "out.csv")) == 40_000


def test_a_store_of_jobs_that_is_full(opened):
    body = {
        "model": "late.pkl",
        "source": {"spec_uid": "file", "location": "rows.csv"},
        "sink": {"spec_uid": "file", "location": "out.csv"},
        "runtime": {"kind": "local", "processes": 0},
    }
    assert opened().get("/api/jobs").json() == {"jobs": []}

    def no_room(connection, _):
        connection.execute("PRAGMA max_page_count = 1")  # not one page more than there are

    sa.event.listen(sa.Engine, "connect", no_room)
    try:
        answer = opened().post("/api/jobs", {**body, "name": "long " * 10_000})
    finally:
        sa.event.remove(sa.Engine, "connect", no_room)
    assert (answer.status_code, answer.json()["error"]["field"]) == (503, "")
    assert "disk is full" in answer.json()["error"]["message"]
    browser = opened()
    assert browser.get("/api/jobs").json() == {"jobs": []}
    assert browser.ended(browser.post("/api/jobs", body).json()["uid"])["state"] == "FINISHED"


def test_a_page_that_is_closed_and_opened_again(browser, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    read = reading.read

    def slow(*given):
        begun.set()
        assert go_on.wait(60)
        return read(*given)

    monkeypatch.setattr(reading, "read", slow)
    task = browser.post("/api/upload", files={"file": ("points.csv", b"x,y\n1,2\n")}).json()["task"]
    assert begun.wait(60)
    (running,) = browser.get("/api/data").json()["running"]
    assert (running["id"], running["kind"], running["said"]) == (task, "upload", ["reading points.csv"])
    go_on.set()
    assert list(browser.events(f"/api/tasks/{task}/events"))[-1][0] == "done"
    again = browser.get("/api/data").json()
    assert (again["running"], again["data"]["rows"]) == ([], 1)


def test_a_step_that_takes_too_long_is_given_up(opened, monkeypatch):
    go_on = threading.Event()
    monkeypatch.setattr(reading, "read", lambda *_: go_on.wait(60))
    browser = opened(seconds=0.2)
    kind, error, _ = browser.uploaded("points.csv", b"x,y\n1,2\n")
    go_on.set()
    assert (kind, error["message"]) == ("failed", "this step took more than 0.2 seconds and was given up")
