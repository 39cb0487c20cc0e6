"""Fitting: what goes in, what comes out, what it costs, and what it says when it cannot."""

from __future__ import annotations

import gc

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp
from sklearn.exceptions import NotFittedError

from h2o_sklearn import (
    H2OGeneralizedLinearClassifier,
    H2OGeneralizedLinearRegressor,
    H2OGradientBoostingClassifier,
    H2OGradientBoostingRegressor,
    H2OKMeans,
    H2ORandomForestClassifier,
)

pytestmark = pytest.mark.usefixtures("cluster")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 3))
UP = X[:, 0] > 0
FRAME = pd.DataFrame({"a": X[:, 0], "b": np.where(X[:, 1] > 0, "x", "y"), "c": X[:, 2]})


def quick(**params):
    return H2OGradientBoostingClassifier(n_estimators=3, random_state=0, **params)


def left_in(cluster):
    gc.collect()
    cluster.executor.flush()
    frames = {entry["frame_id"]["name"] for entry in cluster.client.get("/3/Frames")["frames"]}
    models = {entry["model_id"]["name"] for entry in cluster.client.get("/3/Models")["models"]}
    return frames | models


# ---------------------------------------------------------------- what goes in


@pytest.mark.parametrize(
    ("no", "yes"),
    [(0, 1), (-1, 1), (False, True), ("no", "yes"), ("01", "02"), (0.0, 1.0), ("ü", "日本"), ("a,b", 'c"d'), (10, 9)],
    ids=str,
)
def test_labels_of_any_type_come_back(no, yes):
    y = np.where(UP, yes, no)
    model = quick().fit(X, y)
    assert model.classes_.tolist() == sorted([no, yes])
    found = model.predict(X)
    assert found.dtype == y.dtype
    assert (found == y).mean() > 0.95
    assert np.array_equal(model.classes_[model.predict_proba(X).argmax(axis=1)], found)


def test_classes_are_in_the_order_of_their_values_and_not_of_their_text():
    y = np.repeat([10, 9, 100], 67)[:200]
    assert quick().fit(y[:, None] + X[:, :1] / 100, y).predict([[10.0], [9.0], [100.0]]).tolist() == [10, 9, 100]


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "list"])
def test_every_kind_of_table_gives_the_same_model(kind):
    table = {
        "pandas": lambda: FRAME,
        "polars": lambda: pl.from_pandas(FRAME),
        "pyarrow": lambda: pa.Table.from_pandas(FRAME),
        "list": lambda: FRAME.to_numpy(dtype=object).tolist(),
    }[kind]()
    y = pl.Series(UP) if kind == "polars" else UP
    expected = quick().fit(FRAME, UP).predict_proba(FRAME)
    assert np.array_equal(quick().fit(table, y).predict_proba(table), expected)


def test_sparse_and_dense_give_the_same_model():
    S = sp.random(200, 5, density=0.3, random_state=0, format="csr")
    dense, sparse = quick().fit(S.toarray(), UP), quick().fit(S, UP)
    assert np.array_equal(dense.predict_proba(S.toarray()), sparse.predict_proba(S))


def test_names_are_kept_and_columns_matched_by_them():
    model = quick().fit(FRAME, UP)
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]
    with pytest.raises(ValueError, match="must be in the same order"):
        model.predict(FRAME[["c", "b", "a"]])
    with pytest.raises(ValueError, match="yet now missing:\n- c"):
        model.predict(FRAME[["a", "b"]])
    with pytest.raises(ValueError, match="unseen at fit time:\n- d"):
        model.predict(FRAME.assign(d=1))
    with pytest.raises(ValueError, match=r"'a'.*text.*numbers"):
        model.predict(FRAME.assign(a="text"))


def test_a_matrix_of_another_width_is_refused():
    with pytest.raises(ValueError, match="X has 2 features, but H2OGradientBoostingClassifier is expecting 3"):
        quick().fit(X, UP).predict(X[:, :2])


def test_columns_may_have_any_names():
    odd = FRAME.set_axis(["y", "sample_weight", "a b\n(1)"], axis=1)
    model = quick().fit(odd, UP, sample_weight=np.where(UP, 2.0, 1.0))
    assert model.score(odd, UP) > 0.95


def test_weights_count_rows():
    w = RNG.integers(0, 3, size=200)
    once = quick().fit(np.repeat(X, w, axis=0), np.repeat(UP, w))
    weighted = quick().fit(X, UP, sample_weight=w)
    assert np.allclose(once.predict_proba(X), weighted.predict_proba(X), atol=1e-12)


def test_parameters_name_columns_of_x():
    rising = quick(monotone_constraints={"a": -1}).fit(FRAME[["a", "c"]], UP)
    steps = rising.predict_proba(pd.DataFrame({"a": np.linspace(-2, 2, 50), "c": 0.0}))[:, 1]
    assert (np.diff(steps) <= 0).all()
    by_position = quick(monotone_constraints={0: -1}).fit(X, UP).predict_proba(X)[:, 1]
    assert by_position.std() < rising.predict_proba(FRAME[["a", "c"]])[:, 1].std() + 1
    with pytest.raises(ValueError, match="'monotone_constraints' names the column 'zz', but X has 'a'"):
        quick(monotone_constraints={"zz": 1}).fit(FRAME, UP)


def test_tables_as_parameters():
    bounds = pd.DataFrame({"names": ["a"], "lower_bounds": [0.0], "upper_bounds": [0.25]})
    model = H2OGeneralizedLinearRegressor(beta_constraints=bounds, lambda_=0.0).fit(FRAME[["a", "c"]], 2 * X[:, 0])
    assert model.coef_[0] == pytest.approx(0.25)
    points = X[:2]
    assert H2OKMeans(n_clusters=2, init="user", user_points=points).fit(X).cluster_centers_.shape == (2, 3)
    with pytest.raises(ValueError, match="'user_points' must have the 3 columns of X"):
        H2OKMeans(n_clusters=2, init="user", user_points=points[:, :2]).fit(X)


def test_a_fit_continues_from_another():
    first = quick().fit(X, UP)
    more = H2OGradientBoostingClassifier(n_estimators=6, random_state=0, checkpoint=first).fit(X, UP)
    assert more._model.facts.table("model_summary")["number_of_trees"] == [6]
    with pytest.raises(ValueError, match="'checkpoint' must be a fitted estimator"):
        quick(checkpoint=quick()).fit(X, UP)


# ---------------------------------------------------------------- what comes out


def test_importances_and_metrics():
    model = quick().fit(FRAME, UP)
    assert model.feature_importances_.sum() == pytest.approx(1)
    assert model.feature_importances_.argmax() == 0
    assert model.metrics_["training"]["AUC"] > 0.9
    assert "cross_validation" in quick(nfolds=2).fit(FRAME, UP).metrics_


def test_coefficients_are_those_of_the_linear_predictor():
    model = H2OGeneralizedLinearRegressor(lambda_=0.0).fit(X, 1.5 + X @ [2.0, -1.0, 0.5])
    assert np.allclose(model.coef_, [2.0, -1.0, 0.5], atol=1e-6)
    assert model.intercept_ == pytest.approx(1.5, abs=1e-6)
    assert np.allclose(X @ model.coef_ + model.intercept_, model.predict(X))


def test_coefficients_of_two_and_of_three_classes():
    two = H2OGeneralizedLinearClassifier().fit(X, UP)
    assert two.coef_.shape == (1, 3)
    margin = X @ two.coef_[0] + two.intercept_[0]
    assert np.allclose(1 / (1 + np.exp(-margin)), two.predict_proba(X)[:, 1])
    three = H2OGeneralizedLinearClassifier().fit(X, np.digitize(X[:, 0], [-0.5, 0.5]))
    assert three.coef_.shape == (3, 3)
    assert three.intercept_.shape == (3,)
    scores = np.exp(X @ three.coef_.T + three.intercept_)
    assert np.allclose(scores / scores.sum(axis=1, keepdims=True), three.predict_proba(X), atol=1e-8)


def test_a_category_has_a_coefficient_for_each_level():
    model = H2OGeneralizedLinearRegressor().fit(FRAME, X[:, 0])
    assert model.coef_names_.tolist() == ["a", "b.x", "b.y", "c"]
    assert model.coef_.shape == (4,)


def test_kmeans():
    centers = np.array([[-5.0, 0.0], [5.0, 0.0], [0.0, 9.0]])
    rows = np.repeat(centers, 50, axis=0) + RNG.normal(size=(150, 2)) / 10
    model = H2OKMeans(n_clusters=3, standardize=False, random_state=0).fit(rows)
    assert np.allclose(np.sort(model.cluster_centers_, axis=0), np.sort(centers, axis=0), atol=0.2)
    assert np.array_equal(model.labels_, model.predict(rows))
    distances = np.linalg.norm(rows[:, None] - model.cluster_centers_[None], axis=2)
    assert np.allclose(model.transform(rows), distances)
    assert -model.score(rows) == pytest.approx(model.inertia_)
    assert model.set_output(transform="pandas").transform(rows).columns.tolist() == [
        "h2okmeans0",
        "h2okmeans1",
        "h2okmeans2",
    ]


def test_seeds_repeat_a_fit():
    def probabilities(seed):
        model = H2ORandomForestClassifier(n_estimators=5, random_state=seed).fit(X, X[:, 1] + RNG2.normal(size=200) > 0)
        return model.predict_proba(X)

    RNG2 = np.random.default_rng(5)
    first = probabilities(3)
    RNG2 = np.random.default_rng(5)
    assert np.array_equal(first, probabilities(3))
    RNG2 = np.random.default_rng(5)
    assert not np.array_equal(first, probabilities(4))


# ---------------------------------------------------------------- what it costs


def test_a_fit_is_an_upload_and_three_calls_and_leaves_the_model_only(cluster, upload):
    before = left_in(cluster)
    with cluster.client.count() as counter:
        model = quick().fit(FRAME, UP)
        assert len(counter.without_polls()) <= upload + 3
        assert model._model.mojo.data  # which comes in the background
    assert len(counter.without_polls()) == upload + 3
    assert left_in(cluster) - before == {model._model.key}
    with cluster.client.count() as counter:
        model.predict(FRAME)
        model.predict_proba(FRAME)
    assert not counter.calls
    del model
    assert left_in(cluster) == before


def test_frames_leave_without_another_call(cluster):
    before = left_in(cluster)
    model = quick().fit(FRAME, UP)
    assert model._model.mojo.data  # fetched after they have left
    frames = {entry["frame_id"]["name"] for entry in cluster.client.get("/3/Frames")["frames"]}
    assert frames <= before


def test_a_refit_replaces_the_model(cluster):
    before = left_in(cluster)
    model = quick().fit(X, UP).fit(X, ~UP)
    assert len(left_in(cluster) - before) == 1
    assert model.score(X, ~UP) > 0.95


@pytest.mark.parametrize(
    "params",
    [{"nfolds": 2}, {"nfolds": 2, "keep_cross_validation_models": True, "keep_cross_validation_predictions": True}],
)
def test_h2os_own_cross_validation_goes_with_the_estimator(params, cluster):
    before = left_in(cluster)
    model = quick(**params).fit(X, UP)
    assert model.metrics_["cross_validation"]
    del model
    assert left_in(cluster) == before


def test_a_failed_fit_leaves_nothing(cluster):
    before = left_in(cluster)
    with pytest.raises(ValueError, match=r"gamma|Gamma"):
        H2OGradientBoostingRegressor(distribution="gamma").fit(X, X[:, 0])
    assert left_in(cluster) == before


# ---------------------------------------------------------------- what it says


def test_messages_have_the_names_used_here(cluster):
    with pytest.raises(ValueError, match=r"H2OGeneralizedLinearClassifier.*solver"):
        H2OGeneralizedLinearClassifier(solver="gradient_descent_lh").fit(X, UP)
    with pytest.raises(ValueError, match="X: it has no column of use"):
        quick().fit(np.ones((50, 2)), UP[:50])
    with pytest.raises(ValueError, match=r"y: .*single value"):
        H2OGeneralizedLinearRegressor().fit(X, np.ones(200))
    with pytest.raises(ValueError, match="n_samples=200 should be >= n_clusters=500"):
        H2OKMeans(n_clusters=500).fit(X)
    with pytest.raises(ValueError, match="eigen"):
        quick(categorical_encoding="eigen").fit(FRAME, UP)


def test_a_constant_is_predicted_as_itself():
    assert H2OGradientBoostingRegressor(n_estimators=2).fit(X, np.full(200, 7.0)).predict(X[:2]).tolist() == [7.0, 7.0]


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (np.zeros(200), "only one class"),
        (np.where(UP, np.nan, 1.0), "NaN"),
        (UP[:100], "inconsistent"),
        (X[:, :2], "1d array"),
        (None, "requires y"),
        (X[:, 0], "Unknown label type"),
    ],
    ids=["one class", "missing", "short", "two columns", "none", "continuous"],
)
def test_targets_that_cannot_be(y, words):
    with pytest.raises(ValueError, match=words):
        quick().fit(X, y)


@pytest.mark.parametrize("method", ["predict", "predict_proba", "score"])
def test_an_unfitted_estimator_says_so(method):
    arguments = (X, UP) if method == "score" else (X,)
    with pytest.raises(NotFittedError):
        getattr(H2OGradientBoostingClassifier(), method)(*arguments)
    assert not hasattr(H2OGradientBoostingClassifier(), "feature_importances_")
    assert not hasattr(H2OGeneralizedLinearClassifier(), "coef_")


def test_one_row_is_too_few():
    with pytest.raises(ValueError, match="n_samples=1"):
        H2OGradientBoostingRegressor().fit(X[:1], X[:1, 0])


def test_few_rows_are_enough():
    model = H2OGradientBoostingRegressor(n_estimators=2).fit(X[:4], X[:4, 0])
    assert np.isfinite(model.predict(X)).all()
