"""The searches and validations of our own give what scikit-learn's give, and leave nothing behind."""

from __future__ import annotations

import gc
import inspect

import numpy as np
import pandas as pd
import pytest
import sklearn.model_selection as original
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - makes the halving searches importable
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import h2o_frame_compat.pandas as hpd
from h2o_sklearn import H2OGeneralizedLinearRegressor, H2OGradientBoostingClassifier, model_selection

RNG = np.random.default_rng(0)
X = RNG.normal(size=(6_000, 6))
Y = X[:, 0] + X[:, 1] * X[:, 2] + RNG.normal(size=len(X)) > 0
GRID = {"max_depth": [2, 3]}


def booster():
    return H2OGradientBoostingClassifier(n_estimators=2, random_state=0)


def frames(cluster):
    gc.collect()
    cluster.executor.flush()
    return {entry["frame_id"]["name"] for entry in cluster.client.get("/3/Frames")["frames"]}


def same(ours, theirs):
    assert ours.keys() == theirs.keys()
    for name, values in theirs.items():
        if "time" not in name and "rank" not in name:
            assert list(ours[name]) == list(values), name


SEARCHES = {
    "GridSearchCV": (GRID, {"cv": 2}),
    "RandomizedSearchCV": (GRID, {"cv": 2, "n_iter": 1, "random_state": 0}),
    "HalvingGridSearchCV": (GRID, {"cv": 2, "random_state": 0, "min_resources": 1500}),
    "HalvingRandomSearchCV": (GRID, {"cv": 2, "random_state": 0, "min_resources": 1500, "n_candidates": 2}),
}


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_gives_what_scikit_learns_gives(cluster, name):
    space, options = SEARCHES[name]
    before = frames(cluster)
    ours = getattr(model_selection, name)(booster(), space, scoring="roc_auc", **options).fit(X, Y)
    assert frames(cluster) == before
    theirs = getattr(original, name)(booster(), space, scoring="roc_auc", **options).fit(X, Y)
    same(ours.cv_results_, theirs.cv_results_)
    assert ours.best_params_ == theirs.best_params_
    assert np.array_equal(ours.predict_proba(X[:10]), theirs.predict_proba(X[:10]))
    assert list(inspect.signature(type(ours)).parameters) == list(inspect.signature(type(theirs)).parameters)


@pytest.mark.parametrize("name", ["cross_validate", "cross_val_score"])
def test_a_validation_gives_what_scikit_learns_gives(cluster, name):
    groups = np.arange(len(X)) % 7
    before = frames(cluster)
    options = {"cv": GroupKFold(2), "groups": groups}
    ours = getattr(model_selection, name)(booster(), X, Y, **options)
    assert frames(cluster) == before
    theirs = getattr(original, name)(booster(), X, Y, **options)
    if name == "cross_validate":
        same(ours, theirs)
    else:
        assert np.array_equal(ours, theirs)


def test_on_a_frame_in_the_cluster_too(cluster):
    data = pd.DataFrame(X).add_prefix("x").assign(k=np.where(X[:, 3] > 0, "p", "q"))
    search = model_selection.GridSearchCV(booster(), GRID, cv=2)
    there = search.fit(hpd.DataFrame(data), hpd.Series(Y)).cv_results_
    same(there, search.fit(data, Y).cv_results_)


def test_pipelines_and_numbers(cluster):
    pipeline = make_pipeline(StandardScaler(), H2OGeneralizedLinearRegressor())
    grid = {"h2ogeneralizedlinearregressor__lambda_": [0.0, 0.1]}
    ours = model_selection.GridSearchCV(pipeline, grid, cv=2).fit(X, X[:, 0])
    same(ours.cv_results_, original.GridSearchCV(pipeline, grid, cv=2).fit(X, X[:, 0]).cv_results_)


def uploads(counter):
    return sum(call[2] for call in counter.calls if call[1] == "/3/Compat.put")


def test_row_numbers_of_a_fold_are_sent_once(cluster, extension):
    rows = np.repeat(X, 2, axis=0)
    y = np.repeat(Y, 2)
    sent = []
    for depths in ([2], [2, 3, 4]):
        with cluster.client.count() as counter:
            original.GridSearchCV(booster(), {"max_depth": depths}, cv=2, refit=False).fit(rows, y)
        sent.append(uploads(counter))
    fits, numbers = 4, 4 * len(rows) // 2  # of 2 more candidates; each would send its rows' numbers in 4 bytes
    assert sent[1] - sent[0] < fits * numbers


def test_row_numbers_of_a_fold_of_a_frame_are_sent_once(cluster, extension):
    frame, y = hpd.DataFrame(X), hpd.Series(Y)
    cluster.executor.store(frame._block.rel)
    cluster.executor.store(y._block.rel)
    sent = []
    for depths in ([2], [2, 3, 4]):
        with cluster.client.count() as counter:
            original.GridSearchCV(booster(), {"max_depth": depths}, cv=2, refit=False).fit(frame, y)
        sent.append(uploads(counter))
    # What is left of a candidate are the labels that the scorer cuts.
    assert sent[1] - sent[0] <= 2 * 2 * 8 * len(X)
