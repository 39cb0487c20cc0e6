"""How long predictions for rows of this machine take: ours, without a cluster, and h2o.sklearn's, in one run.

A gradient boosting of 50 trees on 20 columns scores 1, 100 and 10,000 rows; then as many as show what a second of
CPU gives, Java's and Python's together. Ratios are of medians.

    python benchmarks/scoring.py [--write] [--no-peer]
"""

from __future__ import annotations

import contextlib
import io
import os
import statistics
import time
import warnings
from typing import TYPE_CHECKING, Any

import h2o
import numpy as np
import pandas as pd
from common import page
from common.usage import used
from h2o import sklearn as peers

from h2o_frame_compat import connect, options
from h2o_sklearn import H2OGradientBoostingClassifier
from h2o_sklearn._scoring import running

if TYPE_CHECKING:
    from collections.abc import Callable

TREES, COLUMNS, MANY = 50, 20, 200_000
SIZES = {1: (300, 10), 100: (200, 10), 10_000: (20, 5)}


def data(rows: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Numeric columns and a noisy target."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(rows, COLUMNS)), columns=[f"x{i}" for i in range(COLUMNS)])
    return X, (X["x0"] + X["x1"] * X["x2"] + rng.normal(size=rows) > 0).to_numpy()


def seconds(run: Callable[[], Any], times: int) -> list[float]:
    """Seconds of some calls, after as many that are not timed as Java takes to compile what runs often."""
    for _ in range(max(3, times // 3)):
        run()
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return found


def rows_per_cpu_second(model: Any, X: Any) -> float:
    """Rows of a large table that a second of CPU scores."""
    seconds(lambda: model.predict_proba(X), 3)
    with used(running().pid) as usage:
        for _ in range(5):
            model.predict_proba(X)
    return 5 * len(X) / usage.cpu


def peer(X: pd.DataFrame, y: np.ndarray) -> Any:
    """The same model by h2o.sklearn, on a server of the same kind."""
    h2o.init(nthreads=2, max_mem_size="2g", bind_to_localhost=True, port=54710, name="peer")
    h2o.no_progress()
    # Without a distribution it trains a regression on integer labels (scikit-learn >= 1.6).
    return peers.H2OGradientBoostingClassifier(ntrees=TREES, seed=0, distribution="bernoulli").fit(X, y.astype(int))


def measured(X: pd.DataFrame, y: np.ndarray, *, with_peer: bool) -> list[str]:
    """Measure, and give the section of the page."""
    model = H2OGradientBoostingClassifier(n_estimators=TREES, random_state=0).fit(X, y)
    plain = H2OGradientBoostingClassifier(n_estimators=TREES, random_state=0).fit(X.to_numpy(), y)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = peer(X, y) if with_peer else None
        lines = []
        for rows, (times, peer_times) in SIZES.items():
            part = X.head(rows)
            array = part.to_numpy()
            frame = seconds(lambda part=part: model.predict_proba(part), times)
            numpy = seconds(lambda array=array: plain.predict_proba(array), times)
            theirs = seconds(lambda part=part: other.predict_proba(part), peer_times) if other else []
            ratio = f"{statistics.median(theirs) / statistics.median(frame):,.0f}x" if theirs else "-"
            cells = [f"{rows:,}", *(_milliseconds(found) for found in (numpy, frame, theirs)), ratio]
            lines.append("| " + " | ".join(cells) + " |")
    large, _ = data(MANY, 1)
    speed = rows_per_cpu_second(plain, large.to_numpy())
    compiled = rows_per_cpu_second(plain.set_params(backend="compiled"), large.to_numpy())
    return [
        f"Gradient boosting, {TREES} trees, {COLUMNS} columns, `predict_proba` of rows of this machine; best / median",
        f"in milliseconds; the ratio is of medians, a pandas frame on both sides. {os.cpu_count()} cores.",
        "",
        "| rows | ours, numpy | ours, pandas | h2o.sklearn, pandas | ours vs h2o.sklearn |",
        "|---|---|---|---|---|",
        *lines,
        "",
        f'A second of CPU scores {speed:,.0f} rows, of {MANY:,} at once; with `backend="compiled"` {compiled:,.0f}.',
    ]


def _milliseconds(found: list[float]) -> str:
    return f"{min(found) * 1e3:.2f} / {statistics.median(found) * 1e3:.2f}" if found else "-"


def main() -> None:
    """Run both sides."""
    arguments = page.parser(__doc__).parse_args()
    options.progress = False
    connect("local", heap="2g")
    lines = measured(*data(10_000, 0), with_peer=arguments.peer)
    print("\n".join(lines))
    if arguments.peer:
        h2o.cluster().shutdown()
    if arguments.write:
        page.write("scoring", "\n".join(["## Scoring", "", *lines, ""]))


if __name__ == "__main__":
    main()
