"""A search sends each row once, trains on exactly scikit-learn's folds, and leaves no frame behind."""

from __future__ import annotations

import gc

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import GridSearchCV, cross_val_score

from h2o_sklearn import H2OGradientBoostingClassifier, H2OGradientBoostingRegressor

pytestmark = pytest.mark.usefixtures("cluster")


def frames(cluster):
    gc.collect()
    cluster.executor.flush()
    return {entry["frame_id"]["name"] for entry in cluster.client.get("/3/Frames")["frames"]}


def data(rows, columns=6):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, columns))
    return X, X[:, 0] + X[:, 1] * X[:, 2] + rng.normal(size=rows) > 0


def sent(counter):
    return sum(call[2] for call in counter.calls if call[1] == "/3/Compat.put")


@pytest.fixture
def needs_extension(cluster):
    if cluster.cluster.extension is None:
        pytest.skip("a cluster without the extension is sent whole folds")


def check_search(cluster, X, y, grid, **params):
    before = frames(cluster)
    model = H2OGradientBoostingClassifier(random_state=0, subsample=0.8, score_tree_interval=1000, **params)
    with cluster.client.count() as counter:
        search = GridSearchCV(model, grid, cv=3).fit(X, y)
    fits = 3 * np.prod([len(values) for values in grid.values()]) + 1
    numbers = fits * len(y) * 5  # row numbers in 4 bytes, classes in 1
    assert X.nbytes < sent(counter) < X.nbytes + numbers + fits * 4096
    assert frames(cluster) == before
    alone = model.set_params(**search.best_params_).fit(X, y)
    assert np.array_equal(alone.predict_proba(X), search.predict_proba(X))


def test_a_search_sends_each_row_once(cluster, needs_extension):
    check_search(cluster, *data(12_000), {"max_depth": [2, 3]}, n_estimators=3)


@pytest.mark.slow
def test_a_search_of_the_size_that_was_promised(cluster, needs_extension):
    grid = {"max_depth": [2, 3, 4], "learning_rate": [0.05, 0.1, 0.2]}
    check_search(cluster, *data(100_000, 20), grid, n_estimators=5)


def test_scores_are_those_of_folds_that_are_sent_whole(cluster, needs_extension, monkeypatch):
    X, _ = data(12_000)
    table = (
        pd.DataFrame(X).add_prefix("c").assign(k=pd.Categorical(np.where(X[:, 3] > 0, "p", "q")), n=np.arange(len(X)))
    )
    model = H2OGradientBoostingRegressor(n_estimators=3, random_state=0, subsample=0.7)
    once = cross_val_score(model, table, X[:, 0], cv=3)
    monkeypatch.setattr("h2o_sklearn._uploads._SMALL", 1 << 60)
    assert np.array_equal(once, cross_val_score(model, table, X[:, 0], cv=3))


def test_rows_kept_for_an_estimator_leave_with_it(cluster, needs_extension):
    before = frames(cluster)
    X, y = data(12_000)
    model = H2OGradientBoostingClassifier(n_estimators=2)
    cross_val_score(model, X, y, cv=2)
    assert len(frames(cluster) - before) >= 1
    del model
    assert frames(cluster) == before


def test_small_data_is_sent_with_each_fit(cluster, upload):
    X, y = data(200)
    for thread in list(cluster._background):  # it brings home the model of another test
        thread.join()
    with cluster.client.count() as counter:
        cross_val_score(H2OGradientBoostingClassifier(n_estimators=2), X, y, cv=2)
    assert len(counter.without_polls()) == 2 * (upload + 3)
