"""``h2o-compat host``: what it hosts, what it prints, and how it ends."""

from __future__ import annotations

import datetime
import json
import os
import queue
import signal
import subprocess
import sys

import pandas as pd
import pytest

from h2o_frame_compat.io.orbitdb import OrbitNode, process
from h2o_sklearn.cli import main

services = pytest.mark.services


@pytest.fixture
def host(node, tmp_path):
    """Run the command in a process of its own; give it and what its first line says."""
    del node
    running = []

    def start(*arguments):
        command = [sys.executable, "-c", "import sys, h2o_sklearn.cli as c; sys.exit(c.main())", "host"]
        errors = (tmp_path / f"errors {len(running)}").open("w+")
        started = subprocess.Popen(
            [*command, *map(str, arguments)], stdout=subprocess.PIPE, stderr=errors, text=True, cwd=tmp_path
        )
        running.append((started, errors))
        line = started.stdout.readline()
        assert line, (tmp_path / f"errors {len(running) - 1}").read_text()
        return started, json.loads(line)

    yield start
    for started, errors in running:
        started.kill()
        started.wait()
        started.stdout.close()
        errors.close()


@pytest.fixture
def fetch(node):
    """Replicate what a host printed, with a node that knows nobody else."""
    del node

    def get(said):
        with OrbitNode() as one:
            return one.replicate(said["address"], 60, said["peers"])

    return get


def ends(started):
    started.send_signal(signal.SIGTERM)
    return started.wait(60)


@services
def test_json_of_h2o_host(host, fetch, tmp_path):
    (tmp_path / "data.json").write_text('{"x": [1.5, 2.5], "y": [3, 4.5], "t": []}')
    started, said = host("data.json")
    assert sorted(said) == ["address", "peers"]
    assert said["address"].startswith("/orbitdb/zdpu")
    assert [peer.startswith("/ip4/127.0.0.1/tcp/") for peer in said["peers"]] == [True]
    assert fetch(said).to_pydict() == {"x": [1.5, 2.5], "y": [3.0, 4.5]}
    assert ends(started) == 0


@services
@pytest.mark.parametrize("kind", ["csv", "parquet", "json"])
def test_tables(host, fetch, tmp_path, kind):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [1.5, None]})
    file = tmp_path / f"table.{kind}"
    if kind == "json":
        frame.to_json(file, orient="records")
    elif kind == "csv":
        frame.to_csv(file, index=False)
    else:
        frame.to_parquet(file)
    started, said = host(file, "--name", "a name")
    pd.testing.assert_frame_equal(fetch(said).to_pandas(), frame)
    started.send_signal(signal.SIGINT)
    assert started.wait(60) == 0


@services
def test_csv_without_header(host, fetch, tmp_path):
    (tmp_path / "uber.csv").write_text("2014-08-14 20:31:00,40.6468,-73.7896,B02682\n")
    _, said = host("uber.csv", "--names", "when,lat,lon,base", "--dates", "when")
    assert fetch(said).to_pydict() == {
        "when": [datetime.datetime(2014, 8, 14, 20, 31)], "lat": [40.6468], "lon": [-73.7896], "base": ["B02682"],
    }  # fmt: skip


@services
def test_generated_points(host, fetch):
    _, said = host("--generate", 60, "--centers", 3, "--seed", 0)
    found = fetch(said)
    assert found.column_names == ["x", "y", "t"]
    assert found.num_rows == 60
    assert set(found["t"].to_pylist()) == {0, 1, 2}


@services
def test_every_so_often_what_has_changed(host, node, tmp_path):
    del node
    file = tmp_path / "data.json"
    file.write_text('{"x": [1]}')
    _, said = host(file, "--every", 0.2)
    seen = queue.SimpleQueue()
    with OrbitNode(peers=said["peers"]) as one:
        assert one.replicate(said["address"]).to_pydict() == {"x": [1]}
        one.on_update(said["address"], seen.put)
        file.write_text('{"x": [1, 2')  # half written
        (tmp_path / "new").write_text('{"x": [1, 2]}')
        (tmp_path / "new").replace(file)
        assert seen.get(timeout=60).to_pydict() == {"x": [1, 2]}


@services
def test_the_same_address_from_the_same_directory(host, tmp_path):
    (tmp_path / "data.json").write_text('{"x": [1]}')
    started, first = host("data.json", "--directory", "kept")
    ends(started)
    _, second = host("data.json", "--directory", "kept")
    assert second["address"] == first["address"]


@services
def test_a_node_that_dies_ends_the_host(host, tmp_path):
    (tmp_path / "data.json").write_text('{"x": [1]}')
    started, _ = host("data.json", "--directory", "kept")
    os.kill(int((tmp_path / "kept" / "process").read_text()), signal.SIGKILL)
    assert started.wait(60) == 1
    assert "the OrbitDB process has ended" in (tmp_path / "errors 0").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.json"], "No such file"),
        (["data.txt"], "is none of .json, .csv and .parquet"),
        (["ragged.json"], "different lengths"),
        (["broken.json"], "Expecting"),
    ],
)
def test_nothing_to_host(tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.txt").write_text("")
    (tmp_path / "ragged.json").write_text('{"x": [1], "y": [1, 2]}')
    (tmp_path / "broken.json").write_text('{"x": ')
    before = signal.getsignal(signal.SIGINT)
    assert main(["host", *arguments]) == 1
    assert signal.getsignal(signal.SIGINT) is before
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err


@pytest.mark.parametrize(
    "arguments",
    [[], ["a.json", "--generate", "5"], ["--generate", "0"], ["a.json", "--every", "-1"], ["a.json", "--every", "x"]],
)
def test_arguments_that_make_no_sense(capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main(["host", *arguments])
    assert ended.value.code == 2
    assert "usage: h2o-compat host" in capsys.readouterr().err


def test_without_node(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(process, "_packaged", lambda: None)
    monkeypatch.setattr(process, "find_node", process.find_node.__wrapped__)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("H2O_COMPAT_NODE", raising=False)
    (tmp_path / "data.json").write_text('{"x": [1]}')
    assert main(["host", str(tmp_path / "data.json")]) == 1
    assert "pip install 'h2o-compat[orbitdb]'" in capsys.readouterr().err
