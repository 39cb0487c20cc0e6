"""Bad input, broken connections, locks: a clear refusal, nothing left behind, the server goes on."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import struct
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from h2o_frame_compat.session import wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Node

FRAME, END = 0x4D415246, 0x21444E45


def stream(table: pa.Table, plan: list[int] | None = None) -> bytes:
    return b"".join(wire.Outgoing(table, plan or wire.plan_chunks(table), None))


def small() -> pa.Table:
    n = 3000
    return pa.table(
        {
            "a": np.random.default_rng(0).random(n),
            "s": pa.array([None if i % 9 == 0 else f"s{i}" for i in range(n)]),
            "c": pa.array(["x", "y", "z"] * (n // 3)).dictionary_encode(),
            "i": pa.array(range(n), pa.int16()),
        }
    )


def post(node: Node, body: bytes, key: str, *, length: int | None = None, end: bool = False) -> tuple[int, str]:
    """Send raw bytes; return status and message."""
    with socket.create_connection(("127.0.0.1", node.port), timeout=30) as s:
        size = len(body) if length is None else length
        head = f"POST /3/Compat.put?frame_id={key} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n"
        s.sendall(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode())
        with contextlib.suppress(OSError):  # refused before all was sent
            s.sendall(body)
        if end:
            s.shutdown(socket.SHUT_WR)
        response = http.client.HTTPResponse(s)
        response.begin()
        return response.status, json.loads(response.read()).get("msg", "")


def replaced(body: bytes, at: int, new: bytes) -> bytes:
    return body[:at] + new + body[at + len(new) :]


BODY = stream(small(), [1000, 1000, 1000])
HEAD = 8 + struct.unpack_from("<I", BODY, 4)[0]
STRINGS = BODY.index(struct.pack("<I", FRAME), HEAD + 16 + 8000) + 16 + 125  # offsets of the first string frame

MALFORMED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "wants 8 bytes"),
    "garbage": (b"PK\x03\x04" * 100, "not a stream of this protocol"),
    "other protocol": (replaced(BODY, 8, struct.pack("<I", 99)), "unknown protocol 99"),
    "header too long": (replaced(BODY, 4, struct.pack("<I", 1 << 31)), "is refused"),
    "header beyond the body": (replaced(BODY, 4, struct.pack("<I", 1 << 27)), "wants 134217728 bytes"),
    "no columns": (replaced(BODY, 12, struct.pack("<I", 0)), "at least one column"),
    "negative columns": (replaced(BODY, 12, struct.pack("<i", -5)), "bad column count -5"),
    "too many columns": (replaced(BODY, 12, struct.pack("<I", 100_000)), "bad column count"),
    "too many batches": (replaced(BODY, 16, struct.pack("<I", 1 << 30)), "bad batch count"),
    "no batches": (replaced(BODY, 16, struct.pack("<I", 0)), "bad batch count 0"),
    "rows do not add up": (replaced(BODY, 24, struct.pack("<Q", 3001)), "do not add up"),
    "a huge batch": (replaced(BODY, 32, struct.pack("<Q", 1 << 62)), "bad batch size"),
    "an empty batch": (replaced(BODY, 32, struct.pack("<Q", 0)), "bad batch size 0"),
    "unknown type": (replaced(BODY, 56, b"q"), "bad type of column"),
    "wrong wire": (replaced(BODY, 57, b"s"), "bad type of column"),
    "lost in the stream": (replaced(BODY, HEAD, b"XXXX"), "lost in the stream at batch 0, column 0"),
    "bad length": (replaced(BODY, HEAD + 8, struct.pack("<Q", 7999)), "bad length 7999"),
    "negative length": (replaced(BODY, HEAD + 8, struct.pack("<q", -1)), "bad length -1"),
    "descending offsets": (replaced(BODY, STRINGS + 4, struct.pack("<i", 1 << 20)), "bad string offsets"),
    "a character NUL": (BODY.replace(b"s25", b"s\0005"), "NUL character"),
    "no trailer": (replaced(BODY, len(BODY) - 16, b"XXXX"), "trailer is missing"),
    "more after the trailer": (BODY + b"x" * 100, "data after the trailer"),
    "less than one batch": (BODY[: HEAD + 100], "wants 8000 bytes"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_bodies(node: Node, name: str) -> None:
    body, reason = MALFORMED[name]
    status, message = post(node, body, node.name())
    assert status == 400
    assert reason in message


def test_refused_uploads_leave_no_key(node: Node) -> None:
    post(node, MALFORMED["garbage"][0], node.name())
    before = node.keys()
    for body, _ in MALFORMED.values():
        post(node, body, node.name())
    for cut in range(HEAD, len(BODY), 5001):
        post(node, BODY[:cut], node.name(), length=len(BODY), end=True)
    assert node.settles(before)


def test_a_cut_body(node: Node) -> None:
    status, message = post(node, BODY[: len(BODY) // 2], node.name(), length=len(BODY), end=True)
    assert status == 400
    assert "bytes early" in message


def test_a_client_that_goes_away_while_sending(node: Node) -> None:
    before = node.keys()
    with socket.create_connection(("127.0.0.1", node.port)) as s:
        s.sendall(f"POST /3/Compat.put?frame_id={node.name()} HTTP/1.1\r\nHost: x\r\n".encode())
        s.sendall(f"Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY[: len(BODY) // 2])
    assert node.settles(before)


def test_fuzzed_bodies(node: Node) -> None:
    r = np.random.default_rng(5)
    key = node.name()
    statuses = []
    before = node.keys()
    for i in range(300):
        body = bytearray(BODY)
        end = 220 if i % 2 else len(body)
        for _ in range(r.integers(1, 6)):
            body[int(r.integers(0, end))] = int(r.integers(0, 256))
        status, message = post(node, bytes(body), key, end=True)
        statuses.append(status)
        assert status in (200, 400), message
        if status == 200:  # the flip hit values or names
            node.rapids(f"(rm {key})")
    assert statuses.count(400) > 50
    # every frame that came to be leaves the two keys of its group, as any removed frame in H2O does
    assert node.settles(before + 2 * statuses.count(200))


def refused(action: Callable[[], Any], status: int, reason: str) -> wire.StreamError:
    with pytest.raises(wire.StreamError, match=reason) as caught:
        action()
    assert caught.value.status == status
    return caught.value


def test_content_that_h2o_cannot_hold(node: Node) -> None:
    key = node.name()
    refused(lambda: node.put(pa.table({"s": ["a\0b"]}), key), 400, "NUL character")
    refused(lambda: node.put(pa.table({"i": [1, -(2**63)]}), key), 400, "-2\\^63 is H2O's missing value")
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    refused(lambda: node.put(twice, key), 400, "duplicate column name a")
    levels = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int8()), pa.array(["x", "x"]))
    refused(lambda: node.put(pa.table({"c": levels}), key), 400, "duplicate level in column c")
    codes = pa.DictionaryArray.from_arrays(pa.array([0, 5], pa.int8()), pa.array(["x"]), safe=False)
    refused(lambda: node.put(pa.table({"c": codes}), key), 400, "code 5 has no level")
    refused(lambda: node.put(pa.table({}), key), 400, "at least one column")


def test_content_that_the_client_refuses(node: Node) -> None:
    key = node.name()
    for values in (
        pa.array([True]),
        pa.array([1.5], pa.float32()),
        pa.array([[1]]),
        pa.array([1], pa.uint8()),
    ):
        with pytest.raises(TypeError, match="column 'a' has type"):
            node.put(pa.table({"a": values}), key)
    with pytest.raises(TypeError, match="column 'a' has type timestamp"):
        node.put(pa.table({"a": pa.array([1], pa.timestamp("us"))}), key)
    missing = pa.DictionaryArray.from_arrays(pa.array([0], pa.int8()), pa.array([None, "x"], pa.string()))
    with pytest.raises(ValueError, match="levels of column 'a'"):
        node.put(pa.table({"a": missing}), key)
    with pytest.raises(ValueError, match="the chunk plan has 2 rows, the table 1"):
        node.put(pa.table({"a": [1]}), key, plan=[2])
    assert node.get(node.frame(pa.table({"a": [1]})))["a"].to_pylist() == [1]  # the connection is still good


def test_keys(node: Node) -> None:
    table, key = small(), node.frame(small())
    refused(lambda: node.put(table, key), 400, f"key {key} already exists")
    refused(lambda: node.put(table, ""), 400, "frame_id is missing")
    refused(lambda: node.put(table, "a\nb"), 400, "control character")
    refused(lambda: node.put(table, "x" * 501), 400, "longer than 500")
    refused(lambda: node.put(table, node.name(), like="none"), 404, "frame none does not exist")
    refused(lambda: node.put(table.slice(0, 7), node.name(), like=key), 400, "differ from the chunks")
    refused(lambda: node.get("none"), 404, "frame none does not exist")
    refused(lambda: node.get(key, columns="9"), 400, "column 9 of 4")
    refused(lambda: node.get(key, columns="a"), 400, "bad number 'a'")
    refused(lambda: node.get(key, rows="-1:2"), 400, "bad number '-1'")
    refused(lambda: node.get(key, rows="1"), 400, "first:end")
    refused(lambda: node.get(key, wires="d"), 400, "one type a column")
    refused(lambda: node.get(key, wires="dddd"), 400, "column s cannot be sent as 'd'")
    refused(lambda: node.get(key, wires="q---"), 400, "column a cannot be sent as 'q'")
    refused(lambda: node.get(key, wires="l---"), 400, "which is no integer")
    refused(lambda: node.get(key, wires="---b"), 400, "128 does not fit in 1 bytes")


def test_a_value_that_does_not_fit_ends_a_long_stream(node: Node) -> None:
    key = node.frame(pa.table({"i": np.arange(200_000)}))
    error = refused(lambda: node.get(key, wires="h"), 0, "does not fit in 2 bytes")
    assert error.exception_type == "java.lang.IllegalArgumentException"
    assert node.get(key)["i"][-1].as_py() == 199_999


def test_overwrite(node: Node) -> None:
    key = node.frame(small())
    before = node.keys()
    for i in range(3):
        node.put(pa.table({"x": [i]}), key, overwrite="1")
        assert node.get(key)["x"].to_pylist() == [i]
    assert node.settles(before + 2 * 3)  # two keys of each group stay, nothing else
    fresh = node.name()
    node.put(pa.table({"x": [7]}), fresh, overwrite="1")
    assert node.get(fresh)["x"].to_pylist() == [7]


def test_a_failed_overwrite_keeps_the_old_frame(node: Node) -> None:
    key = node.frame(pa.table({"x": [1]}))
    refused(lambda: node.put(pa.table({"s": ["a\0"]}), key, overwrite="1"), 400, "NUL")
    assert node.get(key)["x"].to_pylist() == [1]


def test_overwrite_honours_the_lock_of_a_training(node: Node) -> None:
    r = np.random.default_rng(0)
    data = pa.table({"a": r.random(50_000), "b": r.random(50_000), "y": r.random(50_000)})
    key = node.frame(data)
    arguments = {"training_frame": key, "response_column": "y", "ntrees": "5000", "max_depth": "5"}
    status, answer = node.call("POST", "/3/ModelBuilders/gbm", {**arguments, "model_id": node.name()})
    assert status == 200, answer
    job = answer["job"]["key"]["name"]
    while not node.call("GET", f"/3/Jobs/{job}")[1]["jobs"][0]["progress"] > 0:
        pass  # each turn is a request; the lock is taken before progress shows
    refused(lambda: node.put(data, key, overwrite="1"), 400, "already in use")
    assert node.get(key).equals(data)
    node.call("POST", f"/3/Jobs/{job}/cancel", {})
    while node.call("GET", f"/3/Jobs/{job}")[1]["jobs"][0]["status"] == "RUNNING":
        pass
    node.put(pa.table({"x": [1]}), key, overwrite="1")
    assert node.get(key)["x"].to_pylist() == [1]


def test_a_refused_upload_stops_early(node: Node) -> None:
    key = node.frame(pa.table({"x": [1]}))
    big = pa.table({"x": np.zeros(40_000_000)})  # 320 MB
    rows: list[int] = []
    path = f"/3/Compat.put?frame_id={key}"
    with pytest.raises(wire.StreamError, match="already exists"):
        wire.put(node.connection, path, {}, big, progress=lambda done, _: rows.append(done))
    assert not rows or rows[-1] < 40_000_000
    assert node.get(key).num_rows == 1


def test_progress(node: Node) -> None:
    table, key = small(), node.name()
    up: list[tuple[int, int]] = []
    down: list[tuple[int, int]] = []
    plan = [1000, 1500, 500]
    path = f"?frame_id={key}"
    wire.put(node.connection, "/3/Compat.put" + path, {}, table, chunk_plan=plan, progress=lambda *p: up.append(p))
    wire.get(node.connection, "/3/Compat.get" + path, {}, progress=lambda *p: down.append(p))
    assert up == down == [(1000, 3000), (2500, 3000), (3000, 3000)]


def test_a_client_that_goes_away_while_reading(node: Node) -> None:
    key = node.frame(pa.table({"x": np.random.default_rng(0).random(2_000_000)}))
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", node.port)) as s:
            s.sendall(f"GET /3/Compat.get?frame_id={key} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            s.recv(100_000)
    assert node.get(key).num_rows == 2_000_000


def test_a_frame_removed_while_it_is_read(node: Node) -> None:
    n = 8_000_000
    key = node.frame(pa.table({"x": np.random.default_rng(0).random(n)}))
    other = node.twin()

    def remove(done: int, _: int) -> None:
        if key:
            other.call("DELETE", f"/3/Frames/{key}")

    with pytest.raises(wire.StreamError) as caught:
        wire.get(node.connection, f"/3/Compat.get?frame_id={key}", {}, progress=remove)
    assert caught.value.status == 0
    assert caught.value.message
    refused(lambda: node.get(key), 404, "does not exist")
    other.connection.close()


def test_other_methods_are_refused(node: Node) -> None:
    assert node.call("GET", "/3/Compat.put")[0] in (404, 405)
    assert node.call("POST", "/3/Compat.get", {})[0] in (404, 405)


def test_a_chunked_body_is_refused(node: Node) -> None:
    path = f"/3/Compat.put?frame_id={node.name()}"
    node.connection.request("POST", path, iter([BODY]), {"Transfer-Encoding": "chunked"}, encode_chunked=True)
    response = node.connection.getresponse()
    assert response.status == 400
    assert "Content-Length is needed" in json.loads(response.read())["msg"]


def test_info(node: Node) -> None:
    info = node.info()
    assert info["protocol"] == wire.PROTOCOL
    assert info["little_endian"] is True
    assert info["nodes"] == 1
    assert info["h2o"].startswith("3.46.")
    names = [
        "take",
        "rownum",
        "argsort",
        "distinct",
        "join",
        "group",
        "groupid",
        "shift",
        "stats",
        "stat",
        "rank",
        "bin",
    ]
    assert {f"compat.{n}" for n in (*names, "strcat", "strslice")} <= set(info["prims"])


def test_many_threads(node: Node) -> None:
    problems: list[BaseException] = []

    def work(seed: int) -> None:
        mine = node.twin()
        mine.session = f"{node.session}_{seed}"
        try:
            r = np.random.default_rng(seed)
            for n in r.integers(1, 60_000, 10):
                table = pa.table(
                    {
                        "x": r.random(n),
                        "i": r.integers(0, 9, n),
                        "s": pa.array(r.integers(0, 99, n).astype("U2")),
                    }
                )
                key = mine.frame(table)
                assert mine.get(key).equals(table)
                assert mine.get(key).equals(table)
                mine.rapids(f"(rm {key})")
        except BaseException as error:  # noqa: BLE001 - reported by the main thread
            problems.append(error)
        finally:
            mine.connection.close()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not problems
