"""Contributions, leaves and stages of trees: those of the cluster, to the last bit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd
from h2o_sklearn import (
    H2OExtraTreesRegressor,
    H2OGradientBoostingClassifier,
    H2OGradientBoostingRegressor,
    H2ORandomForestClassifier,
    H2ORandomForestRegressor,
    H2OXGBoostClassifier,
    H2OXGBoostRegressor,
)

ROWS = 300
SMALL = {"n_estimators": 4, "max_depth": 4, "random_state": 0}
CLASSIFIERS = [H2OGradientBoostingClassifier, H2ORandomForestClassifier, H2OXGBoostClassifier]
REGRESSORS = [H2OGradientBoostingRegressor, H2ORandomForestRegressor, H2OExtraTreesRegressor, H2OXGBoostRegressor]


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"b": rng.choice(list("zyx"), ROWS), "a.b": rng.normal(size=ROWS), "c": rng.normal(size=ROWS)})
    X["constant"] = 1.0
    t = 2 * X["a.b"] + (X["b"] == "x") + rng.normal(size=ROWS)
    X.loc[::9, "a.b"] = np.nan
    X.loc[::7, "b"] = None
    return X, t


def log_odds(p):
    return np.log(p / (1 - p))


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_contributions_to_a_class(kind, data, cluster):
    X, t = data
    model = kind(**SMALL).fit(X, np.where(t > 0, "no", "yes"))
    found = model.predict_contributions(X)
    assert found.shape == (ROWS, 5)
    probability = model.predict_proba(X)[:, 1]
    expected = probability if kind is H2ORandomForestClassifier else log_odds(probability)
    assert np.allclose(found.sum(axis=1), expected, atol=1e-5)
    there = model.predict_contributions(hpd.DataFrame(X))
    assert list(there.columns) == ["b", "a.b", "c", "constant", "BiasTerm"]
    assert np.array_equal(there.to_numpy(), found)
    same_leaves(model, X)
    # As a cluster may have them.
    model._model.class_order, model.classes_ = model._model.class_order[::-1], model.classes_[::-1]
    turned = model.predict_contributions(X)
    assert np.allclose(turned[:, :-1], -found[:, :-1])
    assert np.allclose(turned.sum(axis=1), 1 - expected if kind is H2ORandomForestClassifier else -expected, atol=1e-5)
    assert np.array_equal(model.predict_contributions(hpd.DataFrame(X)).to_numpy(), turned)


def same_leaves(model, X):
    found = model.apply(X)
    assert found.shape == (ROWS, 4)
    assert len(np.unique(found[:, 0])) > 2
    assert np.array_equal(model.apply(hpd.DataFrame(X)).to_numpy(), found)


@pytest.mark.parametrize("kind", REGRESSORS)
def test_contributions_to_a_number(kind, data, cluster):
    X, t = data
    model = kind(**SMALL).fit(X, t)
    found = model.predict_contributions(X)
    assert np.allclose(found.sum(axis=1), model.predict(X), atol=1e-5)
    assert np.array_equal(model.predict_contributions(hpd.DataFrame(X)).to_numpy(), found)
    same_leaves(model, X)


def test_three_classes_are_not_explained(data, cluster):
    X, t = data
    model = H2OGradientBoostingClassifier(n_estimators=2).fit(X, pd.cut(t, 3, labels=["l", "m", "h"]).to_numpy())
    with pytest.raises(ValueError, match="tells 3 classes apart"):
        model.predict_contributions(X)


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_leaves_of_three_classes(kind, data, cluster):
    X, t = data
    model = kind(**SMALL).fit(X, np.where(t > 1, 3, np.where(t > -1, 2, 1)))
    found = model.apply(X)
    assert found.shape == (ROWS, 4, 3)
    assert np.array_equal(model.apply(hpd.DataFrame(X)).to_numpy().reshape(ROWS, 4, 3), found)


@pytest.mark.parametrize("held", [1, 10**9])
def test_stages(data, cluster, monkeypatch, held):
    monkeypatch.setattr("h2o_sklearn._persistence._STAGED", held)
    X, t = data
    y = np.where(t > 1, "high", np.where(t > -1, "middle", "low"))
    model = H2OGradientBoostingClassifier(**SMALL).fit(X, y)
    stages = list(model.staged_predict_proba(X))
    for number, stage in enumerate(stages, 1):
        fewer = H2OGradientBoostingClassifier(**{**SMALL, "n_estimators": number}).fit(X, y)
        assert np.array_equal(stage, fewer.predict_proba(X))
    labels = list(model.staged_predict(hpd.DataFrame(X)))
    assert len(stages) == len(labels) == 4
    assert np.array_equal(labels[-1], model.predict(X))
    assert not np.array_equal(labels[0], labels[-1])


@pytest.mark.parametrize("classes", [2, 3])
def test_stages_in_the_cluster(data, cluster, classes):
    X, t = data
    y = np.where(t > 1, "high", np.where(t > -1, "middle", "low")) if classes == 3 else t > 0
    model, there = H2OGradientBoostingClassifier(**SMALL).fit(X, y), hpd.DataFrame(X)
    with cluster.client.count() as counter:
        found = list(model.staged_predict_proba(there)), list(model.staged_predict(there))
    assert not any("Compat.get" in call[1] for call in counter.calls)  # nothing is fetched
    for proba, labels, here in zip(*found, model.staged_predict_proba(X), strict=True):
        assert list(proba.columns) == list(model.classes_)
        assert np.allclose(proba.to_numpy(), here, rtol=1e-14, atol=0)
        assert np.array_equal(labels.to_numpy(), model.classes_[here.argmax(axis=1)])


def test_stages_of_a_number_and_an_offset(data, cluster):
    X, t = data
    X = X.assign(o=np.linspace(-1, 1, ROWS))
    model = H2OGradientBoostingRegressor(**SMALL, distribution="poisson", offset_column="o").fit(X, np.exp(t / 2))
    stages = list(model.staged_predict(X))
    assert len(stages) == 4
    assert np.array_equal(stages[-1], model.predict(X))
    there = np.array([stage.to_numpy() for stage in model.staged_predict(hpd.DataFrame(X))])
    assert np.array_equal(there, stages)


@pytest.mark.parametrize("kind", [H2OGradientBoostingRegressor, H2OXGBoostRegressor])
def test_a_removed_model_explains_itself_again(kind, data, cluster):
    X, t = data
    model, there = kind(**SMALL).fit(X, t), hpd.DataFrame(X)
    leaves, contributions = model.apply(there), model.predict_contributions(there)
    cluster.client.delete(f"/3/Models/{model._model.key}")
    assert model.apply(there).to_pandas().equals(leaves.to_pandas())
    assert model.predict_contributions(there).to_pandas().equals(contributions.to_pandas())
