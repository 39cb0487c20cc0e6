"""How much longer `fit` takes than the job that trains in the cluster, for us and for h2o.sklearn.

The time of the job is the cluster's own. What `fit` adds is checking and sending the data, and waiting; then ours
fetches the model in the background, so that it can be saved and scored without a cluster. Ratios are medians over
the runs.

    python benchmarks/fit.py [--write] [--no-peer]
"""

from __future__ import annotations

import contextlib
import io
import statistics
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import h2o
from common import page
from h2o import sklearn as peer
from scoring import COLUMNS, data

import h2o_frame_compat.pandas as hpd
from h2o_frame_compat import connect, options
from h2o_sklearn import H2OGeneralizedLinearClassifier, H2OGradientBoostingClassifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.session import Session

TREES = 50
SIZES = {1_000: (20, 10), 100_000: (5, 3)}  # rows: runs of ours, of the peer
WARM = 3
MODELS = {
    "gradient boosting": lambda: H2OGradientBoostingClassifier(n_estimators=TREES, random_state=0),
    "linear": lambda: H2OGeneralizedLinearClassifier(random_state=0),
}


@dataclass
class Runs:
    """The runs of one side: seconds of `fit`, of the job inside it, and until the model's file is here after it."""

    fits: list[float] = field(default_factory=list)
    jobs: list[float] = field(default_factory=list)
    files: list[float] = field(default_factory=list)

    def cells(self) -> list[str]:
        ratio = statistics.median(fit / job for fit, job in zip(self.fits, self.jobs, strict=True))
        return [_milliseconds(self.fits), _milliseconds(self.jobs), f"{ratio:.2f}", _milliseconds(self.files)]


def _milliseconds(found: list[float]) -> str:
    return f"{statistics.median(found) * 1e3:,.0f}" if found else "-"


def runs(make: Callable[[], Any], X: Any, y: Any, job: Callable[[Any], float], times: int) -> Runs:
    """Fit new estimators, the first of them untimed: Java compiles what runs often."""
    found = Runs()
    for number in range(WARM + times):
        estimator = make()
        seconds, _ = page.timed(lambda estimator=estimator: estimator.fit(X, y))
        files = []
        if hasattr(estimator, "_model"):  # ours; its file must not come beside the next fit
            files.append(page.timed(lambda estimator=estimator: estimator.max_f1_threshold_)[0])
        if number >= WARM:
            found.fits.append(seconds)
            found.files += files
            found.jobs.append(job(estimator))
    return found


def seconds_of_job(jobs: list[dict[str, Any]], model: str) -> float:
    """What the cluster says the job took that made a model; it counts in milliseconds."""
    return next(max(job["msec"], 1) / 1e3 for job in jobs if (job.get("dest") or {}).get("name") == model)


def peers() -> tuple[dict[str, Callable[[], Any]], Callable[[Any], float]]:
    """The same models by h2o.sklearn, on a server of the same kind."""
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
        X, y = data(rows, 0)
        frame = hpd.DataFrame(X.assign(y=y))
        there = frame.drop(columns="y"), frame["y"]
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
        f"Machine: {page.machine()}. `fit` against the job in it, which the cluster times itself; {COLUMNS} columns,",
        f"{TREES} trees. Medians in milliseconds, and the median of the ratios. After `fit` the model's file comes in",
        "the background; the next fit is begun when it is there.",
        "",
        "| model | rows | X | fit | job | fit over job | file after fit |",
        "|---|---|---|---|---|---|---|",
        *lines,
    ]


def main() -> None:
    """Run both sides."""
    arguments = page.parser(__doc__).parse_args()
    options.progress = False
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lines = measured(connect("local", heap="2g"), with_peer=arguments.peer)
    print("\n".join(lines))
    if arguments.peer:
        h2o.cluster().shutdown()
    if arguments.write:
        page.write("fit", "\n".join(["## Fitting", "", *lines, ""]))


if __name__ == "__main__":
    main()
