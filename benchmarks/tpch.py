"""The 22 queries of TPC-H: here, with nothing fetched but results, and in pandas.

Each query runs in turn on both, several times; every result is compared with that of pandas. The tables lie in the
cluster, and in memory for pandas, before the clock starts.

    python benchmarks/tpch.py [--write] [--scale 0.1] [--repeat 3] [--heap 4g]
"""

from __future__ import annotations

import argparse
import statistics
from types import SimpleNamespace

import pandas
from common.page import machine, timed, write
from common.tpch_data import tables
from common.tpch_queries import QUERIES

import h2o_frame_compat.pandas as pd
from h2o_frame_compat import connect, options


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="update docs/benchmarks.md")
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--heap", default="4g", help="heap of the server")
    arguments = parser.parse_args()
    options.fallback, options.progress = "error", False
    session = connect("local", heap=arguments.heap)
    theirs = tables(arguments.scale)
    ours = SimpleNamespace(**{name: pd.DataFrame(table) for name, table in vars(theirs).items()})
    for table in vars(ours).values():
        session.executor.store(table._block.rel)  # noqa: SLF001 - uploads it
    lines, ratios = [], []
    for query in QUERIES:
        here, there, calls = [], [], 0
        for _ in range(arguments.repeat):
            with session.client.count() as counter:
                seconds, found = timed(lambda query=query: query(ours).to_pandas())
            here.append(seconds)
            calls = len(counter.calls)
            seconds, expected = timed(lambda query=query: query(theirs))
            there.append(seconds)
            pandas.testing.assert_frame_equal(found, expected)
        a, b = statistics.median(here), statistics.median(there)
        ratios.append(a / b)
        lines.append(f"| {query.__name__} | {a:.3f} | {b:.3f} | {a / b:.1f} | {calls} |")
        print(lines[-1], flush=True)
    text = "\n".join(
        [
            "## TPC-H",
            "",
            f"Machine: {machine()}; H2O {session.cluster.h2o_version}, client and server on it.",
            f"Scale {arguments.scale} ({len(theirs.lineitem):,} lines). Median of {arguments.repeat} runs in seconds,",
            "both in turn in one process, from the query to a pandas frame, data in place before. Every result was",
            'equal to that of pandas (`assert_frame_equal`); `options.fallback` was `"error"`.',
            "",
            "| query | here | pandas | ratio | requests |",
            "|---|---|---|---|---|",
            *lines,
            f"| median | | | {statistics.median(ratios):.1f} | |",
            "",
        ]
    )
    print("\n" + text)
    if arguments.write:
        write("tpch", text)
    session.close()


if __name__ == "__main__":
    main()
