"""Everyday work on a frame: here, in h2o-py as its users write it, and in pandas; all three in one run.

The same frame lies in the cluster for the first two and in memory for pandas. Every task runs on all three in turn,
several times, and gives a number or a small frame, which is compared.

    python benchmarks/frame.py [--write] [--rows 1000000] [--repeat 5] [--heap 4g]
"""

from __future__ import annotations

import argparse
import contextlib
import io
import statistics
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas
from common.page import machine, timed, write

import h2o_frame_compat.pandas as pd
from h2o_frame_compat import connect, options
from h2o_frame_compat.session.bridge import h2o_module

if TYPE_CHECKING:
    from collections.abc import Callable


def table(rows: int) -> pandas.DataFrame:
    rng = np.random.default_rng(0)
    made = pandas.DataFrame(
        {
            "a": rng.integers(0, 100, rows),
            "b": rng.integers(0, 1_000_000, rows),
            "x": rng.normal(size=rows),
            "y": rng.normal(size=rows),
            "m": np.where(rng.random(rows) < 0.1, np.nan, rng.normal(size=rows)),
            "g": pandas.Categorical(np.array([f"group {n}" for n in range(50)])[rng.integers(0, 50, rows)]),
            "k": rng.integers(0, 1000, rows),
        }
    )
    made["t"] = pandas.to_datetime(1_500_000_000_000 + rng.integers(0, 10**11, rows), unit="ms")
    return made


def dimension() -> pandas.DataFrame:
    rng = np.random.default_rng(1)
    return pandas.DataFrame({"k": np.arange(1000), "weight": rng.random(1000)})


@dataclass(frozen=True)
class Task:
    """A task: its code in pandas, which is ours, too, and in h2o-py."""

    name: str
    pandas: Callable[[Any, Any], Any]
    h2o: Callable[[Any, Any, Any], Any]
    chain: bool = False


def total(column: Any) -> float:
    """Sum a column of h2o-py: what is asked for after a lazy operation."""
    return float(column.sum())


def ifelse(test: Any, yes: Any, no: Any) -> Any:
    return test.ifelse(yes, no)


def group_mean(frame: Any, by: str, column: str) -> Any:
    return frame.group_by(by).mean(column).get_frame()


def by_month(_: Any, d: Any, __: Any) -> Any:
    month = d["t"].month()
    month.names = ["month"]
    return d[["x"]].cbind(month).group_by("month").sum("x").get_frame().as_data_frame()


def chain_groups(d: Any, _: Any) -> Any:
    kept = d[d["a"] > 20]
    kept = kept.assign(z=kept["x"] * 2 + kept["y"])
    means = kept.groupby("g", observed=True)["z"].mean().reset_index()
    return means.sort_values("z", ascending=False).head(5)


def h2o_chain_groups(_: Any, d: Any, __: Any) -> Any:
    kept = d[d["a"] > 20, :]
    kept["z"] = kept["x"] * 2 + kept["y"]
    means = group_mean(kept, "g", "z")
    return means.sort("mean_z", ascending=[False]).head(5).as_data_frame()


def chain_columns(d: Any, _: Any) -> Any:
    filled = d["m"].fillna(d["m"].mean())
    scaled = (filled - filled.mean()) / filled.std()
    return (scaled.clip(-2, 2) * d["x"] + d["y"]).mean()


def h2o_chain_columns(_: Any, d: Any, __: Any) -> Any:
    mean = d["m"].mean(na_rm=True)[0]
    filled = ifelse(d["m"].isna(), mean, d["m"])
    scaled = (filled - filled.mean()[0]) / filled.sd()[0]
    clipped = ifelse(scaled < -2, -2, ifelse(scaled > 2, 2, scaled))
    return (clipped * d["x"] + d["y"]).mean()[0]


def chain_merge(d: Any, e: Any) -> Any:
    kept = d[d["x"] > 0]
    joined = kept.merge(e, on="k")
    joined["v"] = joined["weight"] * joined["x"]
    return joined.groupby("g", observed=True)["v"].sum().nlargest(5)


def h2o_chain_merge(_: Any, d: Any, e: Any) -> Any:
    kept = d[d["x"] > 0, :]
    joined = kept.merge(e, all_x=True)
    joined["v"] = joined["weight"] * joined["x"]
    sums = joined.group_by("g").sum("v").get_frame()
    return sums.sort("sum_v", ascending=[False]).head(5).as_data_frame()


TASKS = [
    Task("mean of a column", lambda d, _: d["x"].mean(), lambda _, d, __: d["x"].mean()[0]),
    Task("sum of a + b", lambda d, _: (d["a"] + d["b"]).sum(), lambda _, d, __: total(d["a"] + d["b"])),
    Task(
        "five statistics of three columns",
        lambda d, _: d[["x", "y", "m"]].agg(["mean", "std", "min", "max", "sum"]),
        lambda _, d, __: [[d[c].mean()[0], d[c].sd()[0], d[c].min(), d[c].max(), d[c].sum()] for c in ("x", "y", "m")],
    ),
    Task("rows of a filter", lambda d, _: len(d[d["x"] > 1.5]), lambda _, d, __: d[d["x"] > 1.5, :].nrow),
    Task(
        "first rows of a filter",
        lambda d, _: d[d["x"] > 1.5].head(10),
        lambda _, d, __: d[d["x"] > 1.5, :].head(10).as_data_frame(),
    ),
    Task(
        "mean by group",
        lambda d, _: d.groupby("g", observed=True)["x"].mean().reset_index(),
        lambda _, d, __: group_mean(d, "g", "x").as_data_frame(),
    ),
    Task(
        "median by group",
        lambda d, _: d.groupby("g", observed=True)["x"].median().reset_index(),
        lambda _, d, __: d.group_by("g").median("x").get_frame().as_data_frame(),
    ),
    Task("counts of values", lambda d, _: d["g"].value_counts(), lambda _, d, __: d["g"].table().as_data_frame()),
    Task(
        "largest ten by a sort",
        lambda d, _: d.sort_values("x", ascending=False).head(10),
        lambda _, d, __: d.sort("x", ascending=[False]).head(10).as_data_frame(),
    ),
    Task(
        "fill missing values",
        lambda d, _: d["m"].fillna(0).sum(),
        lambda _, d, __: total(ifelse(d["m"].isna(), 0, d["m"])),
    ),
    Task(
        "quantiles",
        lambda d, _: d["x"].quantile([0.1, 0.5, 0.9]),
        lambda _, d, __: d["x"].quantile([0.1, 0.5, 0.9]).as_data_frame(),
    ),
    Task("distinct values", lambda d, _: d["k"].nunique(), lambda _, d, __: d["k"].unique().nrow),
    Task("sum by month", lambda d, _: d.groupby(d["t"].dt.month)["x"].sum().reset_index(), by_month),
    Task(
        "merge",
        lambda d, e: d.merge(e, on="k")["weight"].sum(),
        lambda _, d, e: total(d.merge(e, all_x=True)["weight"]),
    ),
    Task("correlation", lambda d, _: d[["x", "y"]].corr(), lambda _, d, __: d[["x", "y"]].cor()),
    Task(
        "chain: filter, column, group, sort, head",
        chain_groups,
        h2o_chain_groups,
        chain=True,
    ),
    Task("chain: fill, scale, clip, combine, mean", chain_columns, h2o_chain_columns, chain=True),
    Task("chain: filter, merge, column, group, top", chain_merge, h2o_chain_merge, chain=True),
]


def fetched(result: Any) -> Any:
    return result.to_pandas() if hasattr(result, "to_pandas") else result


def compare(found: Any, expected: Any) -> None:
    if isinstance(expected, pandas.DataFrame):
        pandas.testing.assert_frame_equal(found, expected)
    elif isinstance(expected, pandas.Series):
        pandas.testing.assert_series_equal(found, expected)
    else:
        assert np.isclose(found, expected), (found, expected)


def shown(seconds: float) -> str:
    return f"{seconds * 1000:.1f}" if seconds < 0.1 else f"{seconds * 1000:,.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="update docs/benchmarks.md")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--heap", default="4g", help="heap of the server")
    parser.add_argument("--only", default="", help="tasks whose name contains this")
    arguments = parser.parse_args()
    options.fallback, options.progress = "error", False
    warnings.simplefilter("ignore")
    session = connect("local", heap=arguments.heap)
    h2o = h2o_module(session)
    h2o.no_progress()
    theirs = (table(arguments.rows), dimension())
    ours = tuple(pd.DataFrame(part) for part in theirs)
    frames = tuple(part.to_h2o() for part in ours)
    lines, against_h2o, chains, against_pandas = [], [], [], []
    for task in TASKS:
        if arguments.only not in task.name:
            continue
        times: dict[str, list[float]] = {"here": [], "h2o-py": [], "pandas": []}
        calls = 0
        for turn in range(arguments.repeat + 1):  # the first, when the server compiles, does not count
            with session.client.count() as counter:
                here, found = timed(lambda task=task: fetched(task.pandas(*ours)))
            calls = len(counter.calls)
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                peer, _ = timed(lambda task=task: task.h2o(h2o, *frames))
            there, expected = timed(lambda task=task: task.pandas(*theirs))
            compare(found, expected)
            if turn:
                for name, seconds in zip(times, (here, peer, there), strict=True):
                    times[name].append(seconds)
        a, b, c = (statistics.median(times[name]) for name in ("here", "h2o-py", "pandas"))
        against_h2o.append(b / a)
        against_pandas.append(a / c)
        if task.chain:
            chains.append(b / a)
        lines.append(f"| {task.name} | {shown(a)} | {shown(b)} | {shown(c)} | {b / a:.1f}x | {a / c:.1f}x | {calls} |")
        print(lines[-1], flush=True)
    text = "\n".join(
        [
            "## Frames",
            "",
            f"Machine: {machine()}; H2O {session.cluster.h2o_version}, client and server on it.",
            f"{arguments.rows:,} rows, 8 columns. Median of {arguments.repeat} runs in milliseconds, the three in turn",
            "in one process, data in place before; results compared with those of pandas. `h2o-py` is the same task",
            "written as its users do.",
            "",
            "| task | here | h2o-py | pandas | h2o-py / here | here / pandas | requests |",
            "|---|---|---|---|---|---|---|",
            *lines,
            f"| median | | | | {statistics.median(against_h2o):.1f}x | {statistics.median(against_pandas):.1f}x | |",
            f"| least of all; least of the chains | | | | {min(against_h2o):.1f}x; {min(chains or [0]):.1f}x | | |",
            "",
        ]
    )
    print("\n" + text)
    if arguments.write:
        write("frame", text)
    session.close()


if __name__ == "__main__":
    main()
