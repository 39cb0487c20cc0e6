"""How fast tables go into the cluster and out: our two routes, h2o-py, and a plain loopback copy.

Both sides run in one process, in turn, against one embedded server. The results go to standard output and, with
``--write``, into the section of docs/benchmarks.md that this script owns.

    python benchmarks/transfer.py [--write] [--repeat 3] [--heap 4g]
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import socket
import statistics
import time
import warnings
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core.convert import decode_pandas, encode_pandas, wire_of
from h2o_frame_compat.session import connect
from h2o_frame_compat.session.bridge import h2o_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from h2o_frame_compat.dtypes import DType
    from h2o_frame_compat.session import Session

DOCS = Path(__file__).parent.parent / "docs" / "benchmarks.md"
START, END = "<!-- transfer: written by benchmarks/transfer.py -->", "<!-- transfer: end -->"
PIECE = 1 << 20
WARM = 200
BLOCK = 20  # small tables one after the other, as in a loop


# ------------------------------------------------------------------------------------------------- tables


def floats(rows: int, columns: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame({f"f{i}": rng.standard_normal(rows) for i in range(columns)})


def mixed(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    df = pd.DataFrame(
        {
            "i": rng.integers(-(10**6), 10**6, rows),
            "small": rng.integers(0, 100, rows),
            "x": rng.standard_normal(rows),
            "price": np.round(rng.standard_normal(rows), 3),
            "few": np.array(["red", "green", "blue", "a,b"])[rng.integers(0, 4, rows)],
            "many": np.array([f"level{i}" for i in range(200)])[rng.integers(0, 200, rows)],
            "text": np.char.add("id_", rng.integers(0, 10**9, rows).astype(str)),
            "when": pd.to_datetime(1_500_000_000_000 + rng.integers(0, 10**11, rows), unit="ms"),
            "flag": rng.random(rows) < 0.5,
            "y": rng.standard_normal(rows),
        }
    )
    df.loc[rng.random(rows) < 0.1, "x"] = np.nan
    return df.astype({"few": "category", "many": "category"})


LARGE: dict[str, Callable[[], pd.DataFrame]] = {
    "1,000,000 x 10 floats": lambda: floats(1_000_000, 10),
    "1,000,000 x 10 mixed": lambda: mixed(1_000_000),
    "200,000 x 100 floats": lambda: floats(200_000, 100),
}
SMALL: dict[str, Callable[[], pd.DataFrame]] = {
    "1 x 4 floats": lambda: floats(1, 4),
    "150 x 4 floats": lambda: floats(150, 4),
    "150 x 10 mixed": lambda: mixed(150),
    "10,000 x 10 floats": lambda: floats(10_000, 10),
}


# -------------------------------------------------------------------------------------------- the four ways


@contextmanager
def route(name: str) -> Iterator[None]:
    before = os.environ.get("H2O_COMPAT_TRANSPORT")
    os.environ["H2O_COMPAT_TRANSPORT"] = name
    try:
        yield
    finally:
        os.environ.pop("H2O_COMPAT_TRANSPORT")
        if before is not None:
            os.environ["H2O_COMPAT_TRANSPORT"] = before


class Ours:
    def __init__(self, session: Session) -> None:
        self.session, self.key = session, session.new_key("bench")
        self.dtypes: list[DType] = []
        self.labels: pd.Index[Any] = pd.Index([])

    def up(self, df: pd.DataFrame) -> None:
        encoded = encode_pandas(df)
        self.session.transfer.put(encoded.table, self.key)
        self.dtypes, self.labels = encoded.dtypes, df.columns  # as a frame keeps them

    def down(self) -> pd.DataFrame:
        table = self.session.transfer.get(self.key, wires="".join(map(wire_of, self.dtypes)))
        return decode_pandas(table, self.dtypes, self.labels, consume=True)

    def clean(self) -> None:
        self.session.client.rapids(f"(rm {self.key})")


class Theirs:
    def __init__(self, h2o: Any) -> None:
        self.h2o, self.frame = h2o, h2o

    def up(self, df: pd.DataFrame) -> None:
        self.frame = self.h2o.H2OFrame(df)

    def down(self) -> pd.DataFrame:
        return self.frame.as_data_frame()

    def clean(self) -> None:
        self.h2o.remove(self.frame.frame_id)


class Floor:
    """The same bytes through loopback HTTP, to and from a process that does nothing with them."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.connection = http.client.HTTPConnection(*address)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.size = 0

    def up(self, df: pd.DataFrame) -> float:
        buffers = [b for c in encode_pandas(df).table.columns for k in c.chunks for b in k.buffers() if b is not None]
        self.size = sum(b.size for b in buffers)
        start = time.perf_counter()
        self.connection.putrequest("POST", "/")
        self.connection.putheader("Content-Length", str(self.size))
        self.connection.endheaders()
        for buffer in buffers:
            self.connection.send(memoryview(buffer))
        self.connection.getresponse().read()
        return time.perf_counter() - start

    def down(self) -> None:
        self.connection.request("GET", f"/{self.size}")
        response = self.connection.getresponse()
        view = np.empty(self.size, np.uint8).data
        while view.nbytes:
            view = view[response.readinto(view) :]
        response.read()

    def clean(self) -> None:
        pass


def serve_floor(pipe: Connection) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    pipe.send(listener.getsockname())
    data = bytes(PIECE)
    scratch = bytearray(PIECE)
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    pending = b""
    while True:
        while b"\r\n\r\n" not in pending:
            got = connection.recv(65536)
            if not got:
                return
            pending += got
        head, _, pending = pending.partition(b"\r\n\r\n")
        if head.startswith(b"POST"):
            left = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]) - len(pending)
            while left > 0:
                left -= connection.recv_into(scratch, min(left, PIECE))
            pending = b""
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            continue
        size = int(head.split()[1][1:])
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        while size > 0:
            connection.sendall(memoryview(data)[: min(size, PIECE)])
            size -= PIECE


# ------------------------------------------------------------------------------------------------ measuring


@dataclass
class Times:
    up: list[float]
    down: list[float]


def measure(ways: dict[str, Any], df: pd.DataFrame, rounds: int, block: int = 1) -> dict[str, Times]:
    """Time each way in turn, so that a busy moment hits all of them; `block` transfers in a row."""
    times = {name: Times([], []) for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            with route(name) if isinstance(way, Ours) else nullcontext():  # users do not change it for every call
                for _ in range(block):
                    turn(way, df, times[name])
    return times


def turn(way: Any, df: pd.DataFrame, times: Times) -> None:
    start = time.perf_counter()
    inner = way.up(df)
    times.up.append(inner if inner is not None else time.perf_counter() - start)
    start = time.perf_counter()
    found = way.down()
    times.down.append(time.perf_counter() - start)
    if isinstance(way, Ours):
        pd.testing.assert_frame_equal(found, df, check_exact=True)
    del found
    way.clean()


def seconds(values: list[float]) -> str:
    best, middle = min(values), statistics.median(values)
    if best < 0.1:
        return f"{best * 1e3:.2f} / {middle * 1e3:.2f} ms"
    return f"{best:.2f} / {middle:.2f} s"


def rows_of(title: str, times: dict[str, Times]) -> list[str]:
    lines = []
    for direction in ("up", "down"):
        usual = {name: statistics.median(getattr(t, direction)) for name, t in times.items()}
        cells = [title if direction == "up" else "", direction]
        cells += [seconds(getattr(times[name], direction)) for name in ("ext", "stock", "h2o-py", "floor")]
        cells += [f"{usual['h2o-py'] / usual['ext']:.0f}x", f"{usual['h2o-py'] / usual['stock']:.1f}x"]
        cells += [f"{usual['ext'] / usual['floor']:.1f}x"]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB of memory"


def report(lines: list[str], session: Session) -> str:
    head = [
        "## Transfer",
        "",
        f"Machine: {machine()}; H2O {session.cluster.h2o_version}, client and server on it.",
        f"Best / median of the runs, after {WARM} transfers that are not timed and one run of each way; small tables",
        f"{BLOCK} times in a row before the next way has its turn; the ratios are of medians. `ext` and `stock`",
        "take a pandas frame to the cluster and back by our two routes (compared for equality in the run), `h2o-py`",
        "is `h2o.H2OFrame(df)` and `as_data_frame()`, `floor` sends the same bytes through loopback HTTP to a",
        "process that drops them.",
        "",
        "| table | | ext | stock | h2o-py | floor | ext vs h2o-py | stock vs h2o-py | ext vs floor |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *lines, ""])


def write(text: str) -> None:
    old = DOCS.read_text(encoding="utf-8") if DOCS.exists() else "# Benchmarks\n"
    section = f"{START}\n{text}\n{END}"
    if START in old:
        before, _, rest = old.partition(START)
        old = before + section + rest.partition(END)[2]
    else:
        old = f"{old.rstrip()}\n\n{section}\n"
    DOCS.write_text(old, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="update docs/benchmarks.md")
    parser.add_argument("--repeat", type=int, default=3, help="runs of the large tables")
    parser.add_argument("--heap", default="4g", help="heap of the server")
    parser.add_argument("--only", default="", help="tables whose name contains this")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve_floor, args=(theirs,), daemon=True)
    server.start()
    session = connect("local", heap=arguments.heap)
    h2o = h2o_module(session)
    h2o.no_progress()
    floor = Floor(ours.recv())
    lines = []
    for tables, rounds, block in ((SMALL, 3, BLOCK), (LARGE, arguments.repeat, 1)):
        for title, make in tables.items():
            if arguments.only not in title:
                continue
            df = make()
            ways = {
                "ext": Ours(session),
                "stock": Ours(session),
                "h2o-py": Theirs(h2o),
                "floor": floor,
            }
            # Java compiles what runs often; a session that is at work has come to that.
            measure({name: ways[name] for name in ("ext", "stock")}, df.head(1000), WARM)
            measure(ways, df, 1)
            lines += rows_of(title, measure(ways, df, rounds, block))
            print("\n".join(lines[-2:]), flush=True)
    text = report(lines, session)
    print("\n" + text)
    if arguments.write:
        write(text)
    session.close()


if __name__ == "__main__":
    main()
