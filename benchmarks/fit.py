"""How much longer `fit` takes than the job that trains in the cluster, for us and for h2o.sklearn.

The time of the job is the cluster's own. What `fit` adds is checking and sending the data, waiting, and fetching
the model, which ours does so that it can be saved and scored without a cluster. Ratios are medians over the runs.

    python benchmarks/fit.py [--write] [--no-peer]
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import statistics
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from common.page import timed
from grid_search import replace_section

import h2o_frame_compat.pandas as hpd
from h2o_frame_compat import connect, options
from h2o_sklearn import H2OGeneralizedLinearClassifier, H2OGradientBoostingClassifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.session import Session

COLUMNS, TREES = 20, 50
SIZES = {1_000: (20, 10), 100_000: (5, 3)}  # rows: runs of ours, of the peer
WARM = 3
MODELS = {
    "gradient boosting": lambda: H2OGradientBoostingClassifier(n_estimators=TREES, random_state=0),
    "linear": lambda: H2OGeneralizedLinearClassifier(random_state=0),
}


@dataclass
class Runs:
    """The runs of one side: seconds of `fit`, and of the job inside it."""

    fits: list[float] = field(default_factory=list)
    jobs: list[float] = field(default_factory=list)

    def cells(self) -> list[str]:
        if not self.fits:
            return ["-", "-", "-"]
        ratio = statistics.median(fit / job for fit, job in zip(self.fits, self.jobs, strict=True))
        return [*(f"{statistics.median(found) * 1e3:,.0f}" for found in (self.fits, self.jobs)), f"{ratio:.2f}"]


def data(rows: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Numeric columns and a noisy target."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(rows, COLUMNS)), columns=[f"x{i}" for i in range(COLUMNS)])
    return X, (X["x0"] + X["x1"] * X["x2"] + rng.normal(size=rows) > 0).to_numpy()


def runs(make: Callable[[], Any], X: Any, y: Any, job: Callable[[Any], float], times: int) -> Runs:
    """Fit new estimators, the first of them untimed: Java compiles what runs often."""
    found = Runs()
    for number in range(WARM + times):
        estimator = make()
        seconds, _ = timed(lambda estimator=estimator: estimator.fit(X, y))
        if number >= WARM:
            found.fits.append(seconds)
            found.jobs.append(job(estimator))
    return found


def seconds_of_job(jobs: list[dict[str, Any]], model: str) -> float:
    """What the cluster says the job took that made a model; it counts in milliseconds."""
    return next(max(job["msec"], 1) / 1e3 for job in jobs if (job.get("dest") or {}).get("name") == model)


def peers() -> tuple[dict[str, Callable[[], Any]], Callable[[Any], float]]:
    """The same models by h2o.sklearn, on a server of the same kind."""
    import h2o  # noqa: PLC0415 - only where the peer runs
    from h2o import sklearn as peer  # noqa: PLC0415

    h2o.init(nthreads=2, max_mem_size="2g", bind_to_localhost=True, port=54712, name="peer")
    h2o.no_progress()
    # Without a distribution it trains a regression on integer labels (scikit-learn >= 1.6).
    models = {
        "gradient boosting": lambda: peer.H2OGradientBoostingClassifier(ntrees=TREES, seed=0, distribution="bernoulli"),
        "linear": lambda: peer.H2OGeneralizedLinearClassifier(seed=0, family="binomial"),
    }
    return models, lambda fitted: seconds_of_job(h2o.api("GET /3/Jobs")["jobs"], fitted.estimator.model_id)


def measured(session: Session, *, with_peer: bool) -> list[str]:
    """Measure, and give the section of the page."""

    def job(estimator: Any) -> float:
        key = estimator._model.key  # noqa: SLF001 - `model_` would connect the peer's h2o package to our server
        return seconds_of_job(session.client.get("/3/Jobs")["jobs"], key)

    theirs, their_job = peers() if with_peer else ({}, None)
    lines = []
    for rows, (times, peer_times) in SIZES.items():
        X, y = data(rows)
        there = hpd.DataFrame(X), hpd.Series(y)
        for title, make in MODELS.items():
            sides = {
                "a frame in the cluster": runs(make, *there, job, times),
                "a pandas frame": runs(make, X, y, job, times),
            }
            if their_job is not None:
                sides["h2o.sklearn, a pandas frame"] = runs(theirs[title], X, y.astype(int), their_job, peer_times)
            lines += [
                f"| {title} | {rows:,} | {side} | " + " | ".join(found.cells()) + " |" for side, found in sides.items()
            ]
    return [
        f"`fit` against the job in it, which the cluster times itself; {COLUMNS} columns, {TREES} trees. Medians in",
        f"milliseconds, and the median of the ratios. {os.cpu_count()} cores.",
        "",
        "| model | rows | X | fit | job | fit over job |",
        "|---|---|---|---|---|---|",
        *lines,
    ]


def main() -> None:
    """Run both sides."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="update docs/benchmarks.md")
    parser.add_argument("--no-peer", dest="peer", action="store_false")
    arguments = parser.parse_args()
    options.progress = False
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lines = measured(connect("local", heap="2g"), with_peer=arguments.peer)
    print("\n".join(lines))
    if arguments.peer:
        import h2o  # noqa: PLC0415

        h2o.cluster().shutdown()
    if arguments.write:
        replace_section("Fitting", lines)


if __name__ == "__main__":
    main()
