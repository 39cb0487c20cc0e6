"""GridSearchCV over a gradient boosting of H2O: ours, H2O's own grid and h2o.sklearn, all in one run.

Each side has a server of its own, which has fitted one small model before. CPU seconds are those of Python and of
Java: the server and, for ours, the scorer. The floor is scikit-learn's own HistGradientBoostingClassifier in the
same search.

    python benchmarks/grid_search.py [--write] [--rows N] [--no-peer] [--all]
"""

from __future__ import annotations

import contextlib
import gc
import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import h2o
import numpy as np
import pandas
from common import page
from common.usage import Usage, used
from h2o.estimators import H2OGradientBoostingEstimator
from h2o.grid import H2OGridSearch
from h2o.sklearn import H2OGradientBoostingClassifier as Peer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GridSearchCV, StratifiedKFold

import h2o_frame_compat.pandas as pd
from h2o_frame_compat import connect, options
from h2o_frame_compat.session.bridge import h2o_module
from h2o_sklearn import H2OGradientBoostingClassifier, model_selection
from h2o_sklearn._scoring import running

if TYPE_CHECKING:
    from h2o_frame_compat.session import Session

GRID = {"max_depth": [3, 5, 7], "learning_rate": [0.05, 0.1, 0.2]}
H2O_GRID = {"max_depth": GRID["max_depth"], "learn_rate": GRID["learning_rate"]}
TREES, FOLDS = 20, 3
HEAP = "3g"
MINE = "`model_selection.GridSearchCV`"


@dataclass
class Side:
    """What one side used, what it found and how many frames it left."""

    usage: Usage
    score: float | None = None
    left: int | None = None


def data(rows: int) -> tuple[pandas.DataFrame, pandas.Series]:
    """Twenty numeric columns and a noisy target."""
    rng = np.random.default_rng(0)
    X = pandas.DataFrame(rng.normal(size=(rows, 20)), columns=[f"x{i}" for i in range(20)])
    signal = X["x0"] + X["x1"] * X["x2"] - np.abs(X["x3"]) + rng.normal(size=rows)
    return X, (signal > signal.median()).rename("y")


def ours(X: pandas.DataFrame, y: pandas.Series, search_class: Any, *, resident: bool = False) -> Side:
    """Search with our estimator, on data of this process or on a frame that is in the cluster."""
    with connect("local", heap=HEAP) as session:
        model = H2OGradientBoostingClassifier(n_estimators=TREES, random_state=0)
        model.fit(X[:1000], y[:1000]).predict(X[:10])
        before = frames(session)
        left, right = (pd.from_pandas(X), pd.from_pandas(y)) if resident else (X, y)
        search = search_class(model, GRID, cv=FOLDS, scoring="accuracy")
        with used(session.server.pid, running().pid) as usage:
            search.fit(left, right)
        left = right = None  # what is left behind is counted without our own frames
        return Side(usage, search.best_score_, len(frames(session) - before))


def frames(session: Session) -> set[str]:
    """Names of the frames in a cluster of ours, without those that nobody has any more."""
    gc.collect()
    session.executor.flush()
    return {frame["frame_id"]["name"] for frame in session.client.get("/3/Frames")["frames"]}


def native(X: pandas.DataFrame, y: pandas.Series) -> Side:
    """H2O's own grid on the same folds, which it reads from a column; the data goes up first."""
    fold = np.zeros(len(X))
    for number, (_, test) in enumerate(StratifiedKFold(FOLDS).split(X, y)):
        fold[test] = number
    table = X.assign(y=np.where(y, "yes", "no"), fold=fold)
    with connect("local", heap=HEAP) as session:
        h2o_module(session).no_progress()
        small = h2o.H2OFrame(table[:1000], column_types={"y": "enum"})
        H2OGradientBoostingEstimator(ntrees=TREES, seed=0).train(x=list(X.columns), y="y", training_frame=small)
        before = frames(session)
        with used(session.server.pid) as usage:
            frame = h2o.H2OFrame(table, column_types={"y": "enum"})
            search = H2OGridSearch(H2OGradientBoostingEstimator(ntrees=TREES, seed=0, fold_column="fold"), H2O_GRID)
            search.train(x=list(X.columns), y="y", training_frame=frame)
        del frame
        return Side(usage, None, len(frames(session) - before))


def peer(X: pandas.DataFrame, y: pandas.Series) -> Side:
    """Search with h2o.sklearn on a server of the same kind."""
    h2o.init(nthreads=2, max_mem_size=HEAP, bind_to_localhost=True, port=54700, name="peer")
    h2o.no_progress()
    # Without a distribution it trains a regression on integer labels (scikit-learn >= 1.6).
    model = Peer(ntrees=TREES, seed=0, distribution="bernoulli")
    numbers = y.astype(int).to_numpy()
    model.fit(X[:1000], numbers[:1000]).predict(X[:10])
    before = len(h2o.api("GET /3/Frames")["frames"])
    search = GridSearchCV(model, H2O_GRID, cv=FOLDS, scoring="accuracy")
    with used(int(h2o.api("GET /3/Cloud")["nodes"][0]["pid"])) as usage:
        search.fit(X, numbers)
    gc.collect()
    left = len(h2o.api("GET /3/Frames")["frames"]) - before
    h2o.cluster().shutdown()
    return Side(usage, search.best_score_, left)


def measured(rows: int, *, with_peer: bool, every: bool) -> list[str]:
    """Measure, and give the section of the page."""
    X, y = data(rows)
    with used() as usage:
        floor = GridSearchCV(HistGradientBoostingClassifier(max_iter=TREES), GRID, cv=FOLDS, scoring="accuracy")
        floor.fit(X, y)
    sides = {f"{MINE}, pandas": ours(X, y, model_selection.GridSearchCV)}
    other = peer(X, y) if with_peer else None
    sides[f"{MINE}, a frame in the cluster"] = ours(X, y, model_selection.GridSearchCV, resident=True)
    if every:
        sides["scikit-learn's `GridSearchCV`, pandas"] = ours(X, y, GridSearchCV)
        sides["scikit-learn's `GridSearchCV`, a frame in the cluster"] = ours(X, y, GridSearchCV, resident=True)
    sides["H2O's grid with a fold column"] = native(X, y)
    if other is not None:
        sides["h2o.sklearn"] = other
    sides["HistGradientBoosting"] = Side(usage, floor.best_score_)
    return [
        f"Machine: {page.machine()}. {len(GRID['max_depth']) ** 2} candidates, cv={FOLDS}, {TREES} trees,",
        f"{rows:,} x {X.shape[1]}. Each side has a server of its own that has fitted one small model before. CPU is of",
        "Python and Java together, seconds; requests and MB are what Python sent.",
        "",
        "| side | seconds | CPU | of it Java | CPU vs h2o.sklearn | requests | MB sent | frames left | accuracy |",
        "|---|---|---|---|---|---|---|---|---|",
        *(f"| {name} | " + " | ".join(cells(side, other)) + " |" for name, side in sides.items()),
    ]


def cells(side: Side, other: Side | None) -> list[str]:
    """Print what a side used."""
    usage = side.usage
    return [
        f"{usage.seconds:.1f}",
        f"{usage.cpu:.1f}",
        f"{usage.others:.1f}",
        f"{usage.cpu / other.usage.cpu:.2f}" if other else "-",
        f"{usage.calls:,}",
        f"{usage.sent / 1e6:,.1f}",
        "-" if side.left is None else str(side.left),
        "-" if side.score is None else f"{side.score:.4f}",
    ]


def main() -> None:
    """Run all sides."""
    parser = page.parser(__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--all", action="store_true", help="scikit-learn's own search over our estimator, too")
    arguments = parser.parse_args()
    options.progress = False
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lines = measured(arguments.rows, with_peer=arguments.peer, every=arguments.all)
    print("\n".join(lines))
    if arguments.write:
        page.write("grid_search", "\n".join(["## Grid search", "", *lines, ""]))


if __name__ == "__main__":
    main()
