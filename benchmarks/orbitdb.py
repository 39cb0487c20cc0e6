"""How long a table takes into OrbitDB, and from one node to another, both on this machine.

Every table is compared with what arrives. The results go to standard output and, with ``--write``, into the section
of docs/benchmarks.md that this script owns.

    python benchmarks/orbitdb.py [--write] [--repeat 3]
"""

from __future__ import annotations

import argparse
import queue
import statistics
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from common.page import machine, timed, write

from h2o_frame_compat import options
from h2o_frame_compat.io.orbitdb import OrbitNode

if TYPE_CHECKING:
    from collections.abc import Callable


def points(rows: int) -> pa.Table:
    rng = np.random.default_rng(0)
    return pa.table({"x": rng.normal(size=rows), "y": rng.normal(size=rows)})


def mixed(rows: int) -> pa.Table:
    rng = np.random.default_rng(0)
    return points(rows).append_column("i", pa.array(rng.integers(-(2**62), 2**62, rows))) \
        .append_column("when", pa.array(rng.integers(0, 2**60, rows)).cast(pa.timestamp("ns"))) \
        .append_column("text", pa.array(np.char.add("id_", rng.integers(0, 10**9, rows).astype(str))))  # fmt: skip


TABLES: dict[str, Callable[[], pa.Table]] = {
    "200 x 2 floats": lambda: points(200),
    "5,000 x 2 floats": lambda: points(5_000),
    "50,000 x 2 floats": lambda: points(50_000),
    "50,000 x 5 mixed": lambda: mixed(50_000),
    "1,000,000 x 2 floats": lambda: points(1_000_000),
}


def shown(times: list[float]) -> str:
    return f"{min(times):.2f} / {statistics.median(times):.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="update docs/benchmarks.md")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each table")
    parser.add_argument("--only", default="", help="tables whose name contains this")
    arguments = parser.parse_args()
    options.progress = False
    lines = []
    start, host = timed(OrbitNode)
    with host, OrbitNode(peers=host.peers) as other:
        for title, make in TABLES.items():
            if arguments.only not in title:
                continue
            table, hosting, fetching, again = make(), [], [], []
            for run in range(arguments.repeat):
                seconds, hosted = timed(partial(host.host, table, f"{title}, {run}"))
                hosting.append(seconds)
                seconds, found = timed(partial(other.replicate, hosted.address, 300))
                fetching.append(seconds)
                assert found.equals(table)
                again.append(timed(partial(other.replicate, hosted.address))[0])
            lines.append(f"| {title} | {shown(hosting)} | {shown(fetching)} | {shown(again)} |")
            print(lines[-1], flush=True)
        live = host.host(points(200), "live", live=True)
        other.replicate(live.address)
        seen: queue.SimpleQueue[pa.Table] = queue.SimpleQueue()
        other.on_update(live.address, seen.put)
        updates = []
        for run in range(5):
            live.update(points(201 + run))
            updates.append(timed(lambda: seen.get(timeout=60))[0])
    text = "\n".join(
        [
            "## OrbitDB",
            "",
            f"Machine: {machine()}; two nodes on it, Python and Node beside each other.",
            f"Best / median of {arguments.repeat} runs, each of a table that neither node has seen; what arrives is",
            "compared. `host` writes and signs a table, `replicate` fetches it from the other node, verifies it and",
            "makes an Arrow table, `again` does so with the blocks at hand, which is mostly the verification.",
            "",
            "| table | host | replicate | again |",
            "|---|---|---|---|",
            *lines,
            "",
            f"A node starts in {start:.1f} s. When `update` of 200 rows has returned, the other node has them",
            f"verified in {shown(updates)}.",
            "",
        ]
    )
    print(text)
    if arguments.write:
        write("orbitdb", text)


if __name__ == "__main__":
    main()
