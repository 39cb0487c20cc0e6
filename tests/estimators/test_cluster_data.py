"""Data that lies in the cluster: fitted and predicted there, nothing of X crosses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split

import h2o_frame_compat.pandas as hpd
from h2o_frame_compat import options
from h2o_frame_compat.session.bridge import h2o_module
from h2o_sklearn import (
    H2OGeneralizedAdditiveRegressor,
    H2OGeneralizedLinearRegressor,
    H2OGradientBoostingClassifier,
    H2OGradientBoostingRegressor,
    H2OHierarchicalLinearRegressor,
    H2OKMeans,
)
from h2o_sklearn._scoring import Mojo

RNG = np.random.default_rng(0)
N = 400
LOCAL = pd.DataFrame(
    {"a": RNG.normal(size=N), "b": RNG.choice(["x", "y", None], N), "c": pd.Categorical(RNG.choice(list("pqr"), N))}
)
UP = LOCAL["a"] + (LOCAL["b"] == "x") > 0.2
TARGETS = {
    "bool": UP,
    "int": UP.astype(int),
    "float": UP.astype(float),
    "text": pd.Series(np.where(UP, "yes", "no")),
    "category": pd.Series(pd.Categorical(np.where(UP, "yes", "no"), categories=["yes", "unused", "no"])),
    "numbers": pd.Series(np.where(UP, 10, 9)),
    "three": pd.Series(np.where(LOCAL["a"] > 1, "high", np.where(UP, "mid", "low"))),
}


@pytest.fixture
def native(cluster):
    """Nothing may fall back to pandas."""
    with options.context(fallback="error"):
        yield


@pytest.fixture(scope="module")
def X(cluster):
    frame = hpd.DataFrame(LOCAL)
    cluster.executor.store(frame._block.rel)
    return frame


def booster(**params):
    return H2OGradientBoostingClassifier(n_estimators=5, random_state=0, **params)


@pytest.mark.parametrize("name", TARGETS)
def test_a_fit_there_is_a_fit_here(X, name, native):
    y = TARGETS[name]
    there, here = booster().fit(X, hpd.Series(y)), booster().fit(LOCAL, y)
    assert there.classes_.tolist() == here.classes_.tolist()
    assert there.classes_.dtype == here.classes_.dtype
    assert np.array_equal(there.predict_proba(LOCAL), here.predict_proba(LOCAL))
    assert np.array_equal(there.predict_proba(X).to_numpy(), here.predict_proba(LOCAL))
    found = there.predict(X)
    assert isinstance(found, hpd.Series)
    assert found.to_pandas().tolist() == here.predict(LOCAL).tolist()


def test_the_budget(X, cluster, native):
    frame = hpd.DataFrame(LOCAL.assign(y=UP))
    cluster.executor.store(frame._block.rel)
    columns = frame[["a", "b", "c"]]
    with cluster.client.count() as counter:
        model = booster().fit(columns, frame["y"])
        assert model.n_estimators_ == 5  # known once the model is here, which is fetched in the background
    assert len(counter.without_polls()) <= 4
    assert sum(call[2] for call in counter.calls) < 4096
    calls = 3 if cluster.cluster.extension is None else 1  # H2O scores stored frames, by an endpoint of its own
    with cluster.client.count() as counter:
        model.predict(columns)
    assert len(counter.calls) == calls
    with cluster.client.count() as counter:
        assert model.predict_proba(columns).shape == (N, 2)
    assert len(counter.calls) == calls


@pytest.mark.parametrize("name", TARGETS)
def test_the_classes_are_known_before_the_models_file_is_here(X, name, extension, monkeypatch):
    monkeypatch.setattr("h2o_sklearn._binary.Lease.mojo", lambda lease: Mojo(b"none"))
    y = TARGETS[name]
    for weights in (None, hpd.Series(np.arange(1.0, N + 1))):
        model = booster().fit(X[["a"]], hpd.Series(y), weights)
        assert model.classes_.tolist() == np.unique(y).tolist()


def test_regression_weights_and_rows(X, native):
    y, w = LOCAL["a"] * 2, RNG.integers(1, 3, N).astype(float)
    there = H2OGradientBoostingRegressor(n_estimators=5).fit(X, hpd.Series(y), sample_weight=hpd.Series(w))
    mixed = H2OGradientBoostingRegressor(n_estimators=5).fit(X, y.to_numpy(), sample_weight=w)
    here = H2OGradientBoostingRegressor(n_estimators=5).fit(LOCAL, y, sample_weight=w)
    assert np.array_equal(there.predict(LOCAL), here.predict(LOCAL))
    assert np.array_equal(mixed.predict(LOCAL), here.predict(LOCAL))
    assert np.array_equal(there.predict(X).to_numpy(), here.predict(LOCAL))


@pytest.mark.parametrize("texts", [("FALSE", "TRUE"), ("false", "true")])
def test_booleans_are_the_truth_values_of_a_file(texts, cluster, tmp_path):
    flags = LOCAL["a"] > 0
    written = pd.DataFrame({"flag": np.where(flags, *texts[::-1])})
    model = H2OGradientBoostingRegressor(n_estimators=5).fit(written, flags * 3.0)
    rows = pd.DataFrame({"flag": flags})
    loaded = H2OGradientBoostingRegressor.from_mojo(model.to_mojo(tmp_path / "m.zip"))
    for found in (model.predict(rows), loaded.predict(rows), model.predict(hpd.DataFrame(rows)).to_numpy()):
        assert r2_score(flags * 3.0, found) > 0.6


@pytest.mark.parametrize(
    "estimator",
    [H2OGradientBoostingRegressor(n_estimators=5), H2OHierarchicalLinearRegressor(group_column="b", random_state=0)],
    ids=lambda estimator: type(estimator).__name__,
)
def test_booleans_are_those_of_an_h2o_frame(estimator, cluster):
    rows = pd.DataFrame({"a": LOCAL["a"], "b": LOCAL["c"].astype("str"), "flag": LOCAL["a"] > 0})
    y = rows["flag"] * 3.0 + rows["a"]
    theirs = h2o_module(cluster).H2OFrame(rows.assign(y=y))  # which makes categories of booleans
    assert theirs.types["flag"] == "enum"
    model = clone(estimator).fit(theirs[["a", "b", "flag"]], theirs["y"])
    expected = model.predict(theirs[["a", "b", "flag"]]).to_numpy()
    assert r2_score(y, expected) > 0.6
    for same in (rows, rows[["a", "b", "flag"]].convert_dtypes(), hpd.DataFrame(rows), rows.astype({"flag": str})):
        assert np.allclose(np.asarray(model.predict(same)), expected, rtol=1e-9)
    assert not np.allclose(model.predict(rows.assign(flag=~rows["flag"])), expected)


@pytest.mark.parametrize(
    "estimator",
    [
        H2OGeneralizedLinearRegressor(lambda_=0.1),
        H2OGeneralizedAdditiveRegressor(lambda_=0.0),
        H2OHierarchicalLinearRegressor(group_column="b", random_state=0),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_whole_weights_repeat_rows(estimator, extension):
    rows = LOCAL.fillna({"b": "x"})
    y, w = rows["a"].fillna(0.0) * 2 + (rows["b"] == "x"), RNG.integers(0, 3, N).astype(float)
    here = clone(estimator).fit(rows, y, sample_weight=w)
    for target, weights in ((hpd.Series(y), hpd.Series(w)), (y.to_numpy(), w), (hpd.Series(y), w.tolist())):
        there = clone(estimator).fit(hpd.DataFrame(rows), target, sample_weight=weights)
        assert np.allclose(there.predict(rows), here.predict(rows), rtol=1e-9)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        clone(estimator).fit(hpd.DataFrame(rows), y[:-1], sample_weight=w)


def test_predictions_have_the_rows_labels(X, native):
    model = booster().fit(X, hpd.Series(TARGETS["text"]))
    some = X[X["a"] > 1]
    assert model.predict(some).to_pandas().index.tolist() == LOCAL.index[LOCAL["a"] > 1].tolist()


def test_a_target_there_for_rows_here(cluster):
    model = booster().fit(LOCAL, hpd.Series(TARGETS["text"]))
    assert model.classes_.tolist() == ["no", "yes"]


def test_names_are_checked_there_too(X, cluster):
    model = booster().fit(X, hpd.Series(UP))
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]
    with pytest.raises(ValueError, match="yet now missing:\n- c"):
        model.predict(X[["a", "b"]])
    with pytest.raises(ValueError, match="1D array"):
        booster().fit(X["a"], hpd.Series(UP))


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (pd.Series([1.0] * (N - 1) + [np.nan]), "y contains NaN"),
        (pd.Series(["a"] * N), "one class"),
        (pd.Series([1, 2]), "inconsistent"),
    ],
    ids=["missing", "one class", "short"],
)
def test_targets_that_cannot_be(X, y, words, cluster):
    with pytest.raises(ValueError, match=words):
        booster().fit(X, hpd.Series(y))


def test_kmeans_there(X, native):
    model = H2OKMeans(n_clusters=3, random_state=0).fit(X)
    assert np.array_equal(model.labels_.to_numpy(), model.predict(LOCAL))


def test_folds_are_cut_there(X, cluster):
    y = hpd.Series(TARGETS["int"])
    search = GridSearchCV(booster(), {"max_depth": [2, 3]}, cv=3)
    with cluster.client.count() as counter:
        search.fit(X, y)
    down = sum(call[3] for call in counter.calls if call[1] == "/3/Compat.get")
    fetched_columns_of_y = 10 * 7  # y and the predictions, for the scores of train and test
    assert down < fetched_columns_of_y * (N * 8 + 500)
    assert search.best_score_ == pytest.approx(
        GridSearchCV(booster(), {"max_depth": [2, 3]}, cv=3).fit(LOCAL, TARGETS["int"]).best_score_
    )


def test_scorers_take_probabilities_from_there(X, cluster):
    there = cross_val_score(booster(), X, hpd.Series(TARGETS["int"]), cv=2, scoring="roc_auc")
    here = cross_val_score(booster(), LOCAL, TARGETS["int"], cv=2, scoring="roc_auc")
    assert np.allclose(there, here)


def test_a_split_stays_there(X, cluster):
    parts = train_test_split(X, hpd.Series(UP), random_state=0)
    assert all(isinstance(part, (hpd.DataFrame, hpd.Series)) for part in parts)
    train, test, y_train, y_test = parts
    assert booster().fit(train, y_train).score(test, y_test) > 0.8


def test_h2os_own_frames(cluster):
    h2o = h2o_module(cluster)
    h2o.no_progress()
    frame = h2o.H2OFrame(
        LOCAL.assign(y=np.where(UP, "yes", "no")), column_types={"b": "enum", "c": "enum", "y": "enum"}
    )
    model = booster().fit(frame[["a", "b", "c"]], frame["y"])
    assert model.classes_.tolist() == ["no", "yes"]
    assert np.array_equal(
        model.predict_proba(frame[["a", "b", "c"]]).to_numpy(), model.predict_proba(frame[["a", "b", "c"]]).to_numpy()
    )
    assert (model.predict(frame[["a", "b", "c"]]).to_numpy() == np.where(UP, "yes", "no")).mean() > 0.9


def test_a_cluster_without_the_primitive_predicts_too(X, cluster, monkeypatch):
    model = booster().fit(X, hpd.Series(TARGETS["three"]))
    monkeypatch.setattr(cluster.executor, "primitives", cluster.executor.primitives - {"compat.predict"})
    assert np.array_equal(model.predict_proba(X).to_numpy(), model.predict_proba(LOCAL))
    number = H2OGradientBoostingRegressor(n_estimators=3).fit(X, hpd.Series(LOCAL["a"]))
    assert np.array_equal(number.predict(X).to_numpy(), number.predict(LOCAL))
