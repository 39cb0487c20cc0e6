"""GridSearchCV over a gradient boosting of H2O: ours, H2O's own grid and h2o.sklearn, all in one run.

Run ``python benchmarks/grid_search.py``; ``--rows`` and ``--no-peer`` choose the size and whether h2o.sklearn runs,
``--all`` adds scikit-learn's own search over our estimator.
The floor is scikit-learn's own HistGradientBoostingClassifier in the same search. CPU seconds are those of Python,
of the server and of the scorer.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GridSearchCV, StratifiedKFold

import h2o_frame_compat.pandas as pd
from h2o_frame_compat import connect, options
from h2o_frame_compat.session.bridge import h2o_module
from h2o_sklearn import H2OGradientBoostingClassifier, model_selection

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
GRID = {"max_depth": [3, 5, 7], "learning_rate": [0.05, 0.1, 0.2]}
TREES = 20


def data(rows: int) -> tuple[pandas.DataFrame, pandas.Series]:
    """Twenty numeric columns and a noisy target."""
    rng = np.random.default_rng(0)
    X = pandas.DataFrame(rng.normal(size=(rows, 20)), columns=[f"x{i}" for i in range(20)])
    signal = X["x0"] + X["x1"] * X["x2"] - np.abs(X["x3"]) + rng.normal(size=rows)
    return X, (signal > signal.median()).rename("y")


def timed(run: Any) -> tuple[float, float, Any]:
    """Seconds, CPU seconds and result of a call."""
    start, used = time.perf_counter(), cpu()
    result = run()
    return time.perf_counter() - start, cpu() - used, result


def cpu() -> float:
    """CPU seconds of this process, of the server, and of the children that live: scorer and peer's server."""
    total = time.process_time()
    server = connect().server
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == os.getpid() or (server is not None and stat.parent.name == str(server.pid)):
                total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def ours(X: pandas.DataFrame, y: pandas.Series, search_class: Any, *, resident: bool = False) -> dict[str, Any]:
    """Search with our estimator, on data of this process or on a frame that is in the cluster."""
    session = connect()
    before = {frame["frame_id"]["name"] for frame in session.client.get("/3/Frames")["frames"]}
    left, right = (pd.from_pandas(X), pd.from_pandas(y)) if resident else (X, y)
    model = H2OGradientBoostingClassifier(n_estimators=TREES, random_state=0)
    search = search_class(model, GRID, cv=3, scoring="accuracy")
    with session.client.count() as counter:
        seconds, used, _ = timed(lambda: search.fit(left, right))
    calls = counter.calls
    left = right = None  # what is left behind is counted without our own frames
    session.executor.flush()
    after = {frame["frame_id"]["name"] for frame in session.client.get("/3/Frames")["frames"]}
    return {
        "seconds": seconds,
        "cpu": used,
        "score": search.best_score_,
        "calls": len(calls),
        "up": sum(call[2] for call in calls) / 1e6,
        "left": len(after - before),
    }


def native(X: pandas.DataFrame, y: pandas.Series) -> dict[str, Any]:
    """H2O's own grid on the same folds, which it reads from a column; the data goes up first."""
    session = connect()
    h2o = h2o_module(session)
    h2o.no_progress()
    from h2o.estimators import H2OGradientBoostingEstimator  # noqa: PLC0415 - only where it runs
    from h2o.grid import H2OGridSearch  # noqa: PLC0415

    fold = np.zeros(len(X))
    for number, (_, test) in enumerate(StratifiedKFold(3).split(X, y)):
        fold[test] = number
    grid = {"max_depth": GRID["max_depth"], "learn_rate": GRID["learning_rate"]}

    def run() -> Any:
        frame = h2o.H2OFrame(X.assign(y=np.where(y, "yes", "no"), fold=fold), column_types={"y": "enum"})
        search = H2OGridSearch(H2OGradientBoostingEstimator(ntrees=TREES, seed=0, fold_column="fold"), grid)
        search.train(x=list(X.columns), y="y", training_frame=frame)
        return frame, search

    seconds, used, (_, search) = timed(run)
    for model in search.model_ids:
        h2o.remove(model)
    return {"seconds": seconds, "cpu": used}


def peer(X: pandas.DataFrame, y: pandas.Series) -> dict[str, Any]:
    """Search with h2o.sklearn on a server of the same kind."""
    import h2o  # noqa: PLC0415 - only where the peer runs
    from h2o.sklearn import H2OGradientBoostingClassifier as Peer  # noqa: PLC0415

    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        h2o.init(nthreads=2, max_mem_size="3g", bind_to_localhost=True, port=54700, name="peer")
        h2o.no_progress()
        grid = {"max_depth": GRID["max_depth"], "learn_rate": GRID["learning_rate"]}
        # Without a distribution it trains a regression on integer labels (scikit-learn >= 1.6).
        model = Peer(ntrees=TREES, seed=0, distribution="bernoulli")
        search = GridSearchCV(model, grid, cv=3, scoring="accuracy")
        seconds, used, _ = timed(lambda: search.fit(X, y.astype(int).to_numpy()))
        frames = len(h2o.ls())
        h2o.cluster().shutdown()
    return {"seconds": seconds, "cpu": used, "score": search.best_score_, "left": frames}


def main() -> None:
    """Run all sides and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--no-peer", dest="peer", action="store_false")
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    options.progress = False
    X, y = data(arguments.rows)
    connect(heap="3g")
    H2OGradientBoostingClassifier(n_estimators=2).fit(X[:1000], y[:1000])  # neither side pays for a cold start
    floor = timed(lambda: GridSearchCV(HistGradientBoostingClassifier(max_iter=TREES), GRID, cv=3).fit(X, y))
    sides = {"`model_selection.GridSearchCV`": model_selection.GridSearchCV}
    if arguments.all:
        sides["scikit-learn's `GridSearchCV`"] = GridSearchCV
    rows = {}
    for side, search_class in sides.items():
        for where, resident in (("pandas", False), ("a frame in the cluster", True)):
            rows[f"{side}, {where}"] = ours(X, y, search_class, resident=resident)
    own = native(X, y)
    other = peer(X, y) if arguments.peer else None
    lines = [
        f"9 candidates, cv=3, {TREES} trees, {arguments.rows:,} x 20; {os.cpu_count()} cores, {memory():.0f} GiB.",
        "",
        "| side | seconds | CPU seconds | CPU vs h2o.sklearn | REST calls | MB sent | frames left | accuracy |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, result in rows.items():
        ratio = f"{result['cpu'] / other['cpu']:.2f}" if other else "-"
        lines.append(
            f"| {name} | {result['seconds']:.1f} | {result['cpu']:.1f} | {ratio} | {result['calls']} "
            f"| {result['up']:.1f} | {result['left']} | {result['score']:.4f} |"
        )
    ratio = f"{own['cpu'] / other['cpu']:.2f}" if other else "-"
    lines.append(f"| H2O's grid with a fold column | {own['seconds']:.1f} | {own['cpu']:.1f} | {ratio} | | | | |")
    if other:
        lines.append(
            f"| h2o.sklearn | {other['seconds']:.1f} | {other['cpu']:.1f} | 1 | | | {other['left']} keys "
            f"| {other['score']:.4f} |"
        )
    lines.append(f"| HistGradientBoosting | {floor[0]:.1f} | {floor[1]:.1f} | | | | | |")
    print("\n".join(lines))
    replace_section("Grid search", lines)


def memory() -> float:
    """GiB of this machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def replace_section(title: str, lines: list[str]) -> None:
    """Put a section into the page of benchmarks, in place of the one with that title."""
    text = PAGE.read_text() if PAGE.exists() else "# Benchmarks\n"
    head, found, rest = text.partition(f"\n## {title}\n")
    after = ("\n## " + rest.partition("\n## ")[2]) if found and "\n## " in rest else ""
    PAGE.write_text(f"{head.rstrip()}\n\n## {title}\n\n" + "\n".join(lines) + "\n" + after)


if __name__ == "__main__":
    main()
