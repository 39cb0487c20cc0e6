"""scikit-learn's own tools around our estimators, on data of this machine."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone, is_classifier, is_clusterer, is_regressor
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.feature_selection import RFE, SelectFromModel
from sklearn.inspection import PartialDependenceDisplay, partial_dependence, permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    TunedThresholdClassifierCV,
    cross_val_predict,
    cross_val_score,
    learning_curve,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from h2o_sklearn import (
    H2OGeneralizedLinearClassifier,
    H2OGradientBoostingClassifier,
    H2OGradientBoostingRegressor,
    H2OKMeans,
)

pytestmark = pytest.mark.usefixtures("cluster")

RNG = np.random.default_rng(0)
N = 150
FRAME = pd.DataFrame({"a": RNG.normal(size=N), "b": RNG.choice(list("xyz"), N), "c": RNG.normal(size=N)})
X = FRAME[["a", "c"]].to_numpy()
Y = np.where(FRAME["a"] + (FRAME["b"] == "x") > 0.3, "yes", "no")
NUMBERS = X[:, 0] * 2 + RNG.normal(size=N)


def booster(**params):
    return H2OGradientBoostingClassifier(n_estimators=5, random_state=0, **params)


def test_kinds_of_estimators():
    assert is_classifier(booster())
    assert is_regressor(H2OGradientBoostingRegressor())
    assert is_clusterer(H2OKMeans())


def test_clone_takes_parameters_only():
    fitted = booster(learning_rate=0.3).fit(X, Y)
    copied = clone(fitted)
    assert copied.get_params() == fitted.get_params()
    assert not copied.__sklearn_is_fitted__()


def test_pipeline():
    assert make_pipeline(StandardScaler(), booster()).fit(X, Y).score(X, Y) > 0.8


def test_column_transformer():
    prepare = ColumnTransformer([("n", StandardScaler(), ["a", "c"]), ("c", OneHotEncoder(), ["b"])])
    assert make_pipeline(prepare, booster()).fit(FRAME, Y).score(FRAME, Y) > 0.8
    passed = ColumnTransformer([("n", StandardScaler(), ["a", "c"])], remainder="passthrough")
    passed.set_output(transform="pandas")
    model = make_pipeline(passed, booster()).fit(FRAME, Y)
    assert model.score(FRAME, Y) > 0.8
    assert model[-1].n_features_in_ == 3


def test_kmeans_as_a_step():
    model = make_pipeline(StandardScaler(), H2OKMeans(n_clusters=4, random_state=0), LogisticRegression()).fit(X, Y)
    assert model[:-1].transform(X).shape == (N, 4)


def test_grid_search():
    grid = {"max_depth": [2, 3], "learning_rate": [0.1, 0.3]}
    search = GridSearchCV(booster(), grid, cv=2, scoring=["accuracy", "roc_auc"], refit="roc_auc").fit(FRAME, Y)
    assert search.best_score_ > 0.7
    assert search.predict(FRAME).shape == (N,)


@pytest.mark.parametrize("scoring", ["accuracy", "roc_auc", "neg_log_loss"])
def test_cross_val_score(scoring):
    assert np.isfinite(cross_val_score(booster(), FRAME, Y, cv=2, scoring=scoring)).all()


def test_cross_val_predict():
    found = cross_val_predict(booster(), FRAME, Y, cv=2, method="predict_proba")
    assert np.allclose(found.sum(axis=1), 1)


@pytest.mark.parametrize(
    "model",
    [
        CalibratedClassifierCV(booster(), cv=2),
        VotingClassifier([("a", booster()), ("b", LogisticRegression())], voting="soft"),
        StackingClassifier([("a", booster())], LogisticRegression(), cv=2),
        BaggingClassifier(booster(), n_estimators=2, random_state=0),
        OneVsRestClassifier(booster()),
        TunedThresholdClassifierCV(booster(), cv=2),
        make_pipeline(SelectFromModel(booster()), LogisticRegression()),
        RFE(booster(), n_features_to_select=1),
        RFE(H2OGeneralizedLinearClassifier(), n_features_to_select=1),
    ],
    ids=lambda model: type(model).__name__,
)
def test_meta_estimators(model):
    labels = (Y == "yes").astype(int)
    assert model.fit(X, labels).score(X, labels) > 0.6


def test_meta_regressors():
    regressor = H2OGradientBoostingRegressor(n_estimators=5)
    positive = np.exp(NUMBERS / 4)
    both = TransformedTargetRegressor(regressor, func=np.log, inverse_func=np.exp).fit(X, positive)
    assert both.score(X, positive) > 0.3
    assert MultiOutputRegressor(regressor).fit(X, np.c_[NUMBERS, -NUMBERS]).predict(X).shape == (N, 2)


def test_inspection():
    model = booster().fit(X, Y)
    assert permutation_importance(model, X, Y, n_repeats=2, random_state=0).importances_mean.argmax() == 0
    curve = partial_dependence(model, X, [0], kind="average")["average"]
    assert curve[0, -1] > curve[0, 0]


def test_partial_dependence_is_drawn():
    pytest.importorskip("matplotlib").use("Agg")
    from matplotlib import pyplot as plt

    model = booster().fit(FRAME, Y)
    display = PartialDependenceDisplay.from_estimator(model, FRAME, ["a", "b"], categorical_features=["b"])
    assert len(display.pd_results) == 2
    plt.close("all")


def test_halving_search():
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - makes the search importable
    from sklearn.model_selection import HalvingGridSearchCV

    search = HalvingGridSearchCV(booster(), {"max_depth": [2, 3, 4]}, cv=2, min_resources=50, random_state=0)
    assert search.fit(FRAME, Y).score(FRAME, Y) > 0.7


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of shap's own dependencies
def test_shap_explains_predict_proba():
    shap = pytest.importorskip("shap")
    model = booster().fit(X, Y)
    found = shap.Explainer(model.predict_proba, X)(X[:4])
    total = found.values.sum(axis=1) + found.base_values
    assert np.allclose(total, model.predict_proba(X[:4]))


def test_learning_curve():
    sizes, train, _ = learning_curve(booster(), X, Y, cv=2, train_sizes=[0.5, 1.0], random_state=0, shuffle=True)
    assert train.shape == (2, 2)
    assert sizes[-1] == N // 2


def test_weights_are_routed():
    weights = np.ones(N)
    with sklearn.config_context(enable_metadata_routing=True):
        model = booster().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        search = GridSearchCV(model, {"max_depth": [2]}, cv=2).fit(X, Y, sample_weight=weights)
    assert np.isfinite(search.best_score_)


@pytest.mark.slow
def test_workers_join_the_cluster_of_their_parent(cluster):
    alone = GridSearchCV(booster(), {"max_depth": [2, 3]}, cv=2).fit(X, Y)
    with cluster.client.count() as counter:
        search = GridSearchCV(booster(), {"max_depth": [2, 3]}, cv=2, n_jobs=2).fit(X, Y)
    assert len(counter.without_polls()) <= 4 + 1  # the refit alone is made here, the fits of the folds are not
    models = {entry["model_id"]["name"] for entry in cluster.client.get("/3/Models")["models"]}
    assert search.best_estimator_._model.key in models
    assert np.array_equal(search.cv_results_["mean_test_score"], alone.cv_results_["mean_test_score"])
    assert np.array_equal(search.predict_proba(X), alone.predict_proba(X))
