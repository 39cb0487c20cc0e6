"""The questions of db-benchmark (ten of group-by, five of join): here, and in pandas, on the same generated data.

Each question runs in turn on both, several times, and the results are compared. H2O's own script for that benchmark
leaves three of the group-by questions unanswered (median, regression, and the two largest of each group).

    python benchmarks/db.py [--write] [--rows 1000000] [--repeat 3] [--heap 4g]
"""

from __future__ import annotations

import argparse
import statistics
from functools import partial
from typing import Any

import numpy as np
import pandas
from common.page import machine, timed, write

import h2o_frame_compat.pandas as pd
from h2o_frame_compat import connect, options


def groups(rows: int, kinds: int = 100) -> pandas.DataFrame:
    """Make the table of the group-by questions: 100 large groups, and rows / 100 small ones."""
    rng = np.random.default_rng(108)

    def names(pattern: str, many: int) -> Any:
        levels = np.array([pattern % n for n in range(1, many + 1)])
        return pandas.Series(levels[rng.integers(0, many, rows)], dtype="str")

    return pandas.DataFrame(
        {
            "id1": names("id%03d", kinds),
            "id2": names("id%03d", kinds),
            "id3": names("id%010d", rows // kinds),
            "id4": rng.integers(1, kinds + 1, rows),
            "id5": rng.integers(1, kinds + 1, rows),
            "id6": rng.integers(1, rows // kinds + 1, rows),
            "v1": rng.integers(1, 6, rows),
            "v2": rng.integers(1, 16, rows),
            "v3": np.round(rng.uniform(0, 100, rows), 6),
        }
    )


def sides(rows: int) -> tuple[pandas.DataFrame, ...]:
    """Make the tables of the join questions: the left one, and a small, a medium and a large right one."""
    rng = np.random.default_rng(109)
    sizes = [10, max(10, rows // 1000), rows]  # of the right tables, whose keys are those of the left one

    def keys(many: int, count: int, *, once: bool = False) -> Any:
        known = rng.permutation(int(many * 1.1) + 1)[:many] + 1  # nine of ten are on the other side, too
        return known[:count] if once else known[rng.integers(0, many, count)]

    left = pandas.DataFrame({f"id{n + 1}": keys(size, rows) for n, size in enumerate(sizes)})
    for n in (1, 2, 3):
        left[f"id{n + 3}"] = pandas.Series("id" + left[f"id{n}"].astype(str), dtype="str")
    left["v1"] = np.round(rng.uniform(0, 100, rows), 6)
    right = []
    for n, size in enumerate(sizes):
        table = pandas.DataFrame({f"id{n + 1}": keys(size, size, once=True)})
        table[f"id{n + 4}"] = pandas.Series("id" + table[f"id{n + 1}"].astype(str), dtype="str")
        table["v2"] = np.round(rng.uniform(0, 100, len(table)), 6)
        right.append(table)
    return (left, *right)


def regression(x: Any) -> Any:
    """Square the correlation of v1 and v2 by group, out of sums, as one does it without a function per group."""
    parts = x.assign(a=x["v1"] * x["v1"], b=x["v2"] * x["v2"], ab=x["v1"] * x["v2"], n=1)
    s = parts.groupby(["id2", "id4"], as_index=False)[["n", "v1", "v2", "a", "b", "ab"]].sum()
    top = s["n"] * s["ab"] - s["v1"] * s["v2"]
    s["r2"] = top**2 / ((s["n"] * s["a"] - s["v1"] ** 2) * (s["n"] * s["b"] - s["v2"] ** 2))
    return s[["id2", "id4", "r2"]]


def largest(x: Any) -> Any:
    ordered = x[["id6", "v3"]].dropna().sort_values("v3", ascending=False, kind="stable")
    return ordered.groupby("id6").head(2)


GROUPS = {
    "sum v1 by id1": lambda x: x.groupby("id1", as_index=False).agg({"v1": "sum"}),
    "sum v1 by id1, id2": lambda x: x.groupby(["id1", "id2"], as_index=False).agg({"v1": "sum"}),
    "sum v1, mean v3 by id3": lambda x: x.groupby("id3", as_index=False).agg({"v1": "sum", "v3": "mean"}),
    "mean v1 to v3 by id4": lambda x: x.groupby("id4", as_index=False).agg({"v1": "mean", "v2": "mean", "v3": "mean"}),
    "sum v1 to v3 by id6": lambda x: x.groupby("id6", as_index=False).agg({"v1": "sum", "v2": "sum", "v3": "sum"}),
    "median, sd v3 by id4, id5": lambda x: x.groupby(["id4", "id5"], as_index=False).agg({"v3": ["median", "std"]}),
    "max v1 - min v2 by id3": lambda x: (
        x.groupby("id3", as_index=False).agg({"v1": "max", "v2": "min"}).assign(range=lambda d: d["v1"] - d["v2"])
    ),
    "two largest v3 by id6": largest,
    "regression v1, v2 by id2, id4": regression,
    "sum v3, count by id1 to id6": lambda x: x.groupby(["id1", "id2", "id3", "id4", "id5", "id6"], as_index=False).agg(
        {"v3": "sum", "v1": "size"}
    ),
}
JOINS = {
    "small inner on integer": lambda x, small, _medium, _big: x.merge(small, on="id1"),
    "medium inner on integer": lambda x, _small, medium, _big: x.merge(medium, on="id2"),
    "medium outer on integer": lambda x, _small, medium, _big: x.merge(medium, on="id2", how="left"),
    "medium inner on text": lambda x, _small, medium, _big: x.merge(medium, on="id5"),
    "big inner on integer": lambda x, _small, _medium, big: x.merge(big, on="id3"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="update docs/benchmarks.md")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--heap", default="4g", help="heap of the server")
    arguments = parser.parse_args()
    options.fallback, options.progress = "error", False
    session = connect("local", heap=arguments.heap)
    lines, ratios = [], []
    for questions, theirs in ((GROUPS, (groups(arguments.rows),)), (JOINS, sides(arguments.rows))):
        ours = [pd.DataFrame(table) for table in theirs]
        for table in ours:
            session.executor.store(table._block.rel)  # noqa: SLF001 - uploads it
        for name, question in questions.items():
            here, there = [], []
            for _ in range(arguments.repeat):
                seconds, found = timed(partial(answer, session, question, ours))
                here.append(seconds)
                seconds, expected = timed(partial(question, *theirs))
                there.append(seconds)
            pandas.testing.assert_frame_equal(found.to_pandas(), expected)
            del found, expected
            a, b = statistics.median(here), statistics.median(there)
            ratios.append(a / b)
            lines.append(f"| {name} | {a:.3f} | {b:.3f} | {a / b:.1f} |")
            print(lines[-1], flush=True)
    text = "\n".join(
        [
            "## db-benchmark",
            "",
            f"Machine: {machine()}; H2O {session.cluster.h2o_version}, client and server on it.",
            f"{arguments.rows:,} rows. Median of {arguments.repeat} runs in seconds, both in turn in one process; data",
            "and results in the cluster here, in memory for pandas. Every result was equal to that of pandas",
            '(`assert_frame_equal`, order included); `options.fallback` was `"error"`.',
            "",
            "| question | here | pandas | ratio |",
            "|---|---|---|---|",
            *lines,
            f"| median | | | {statistics.median(ratios):.1f} |",
            "",
        ]
    )
    print("\n" + text)
    if arguments.write:
        write("db", text)
    session.close()


def answer(session: Any, question: Any, tables: Any) -> Any:
    """Compute every column of a result in the cluster."""
    frame = question(*tables)
    block = frame._block.rooted_with_labels  # noqa: SLF001 - a frame is computed when it is looked at
    session.executor.store(block.rel)
    return type(frame)._of(block)  # noqa: SLF001 - as the dialect makes its own


if __name__ == "__main__":
    main()
