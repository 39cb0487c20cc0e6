"""Every supervised algorithm: fitted here and in the cluster, on categories and missing values, saved and loaded."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_classifier
from sklearn.metrics import accuracy_score, r2_score
from sklearn.multiclass import OneVsRestClassifier

import h2o_frame_compat.pandas as hpd
import h2o_sklearn
from h2o_sklearn import (
    H2OAdaBoostClassifier,
    H2OAutoMLClassifier,
    H2ODecisionTreeClassifier,
    H2ODeepLearningClassifier,
    H2OGeneralizedAdditiveRegressor,
    H2OGeneralizedLinearClassifier,
    H2OGeneralizedLinearRegressor,
    H2OGradientBoostingClassifier,
    H2OHierarchicalLinearRegressor,
    H2OIsotonicRegression,
    H2ORuleFitClassifier,
    H2OStackedEnsembleClassifier,
    H2OStackedEnsembleRegressor,
    H2OSupportVectorMachineClassifier,
    H2OXGBoostRegressor,
)
from h2o_sklearn.automl import _automl

pytestmark = pytest.mark.usefixtures("cluster")

RNG = np.random.default_rng(0)
N = 200
X = pd.DataFrame({"a": RNG.normal(size=N), "b": list("xyzw") * (N // 4), "c": RNG.normal(size=N)})
NUMBERS = 2 * X["a"] + (X["b"] == "x") + RNG.normal(size=N) * 0.3
TWO = np.where(NUMBERS > 0.3, "up", "down")
THREE = np.where(NUMBERS > 1, "up", np.where(NUMBERS < 0, "down", "mid"))
HOLES = X.assign(c=[np.nan, *X["c"][1:]], b=[None, "unseen", *X["b"][2:]])

SMALL = {
    "H2OAdaBoostClassifier": {"n_estimators": 4, "weak_learner": "gbm"},
    "H2ODeepLearningClassifier": {"hidden_layer_sizes": (8,), "epochs": 20.0},
    "H2ODeepLearningRegressor": {"hidden_layer_sizes": (8,), "epochs": 20.0},
    "H2OExtraTreesClassifier": {"n_estimators": 10},
    "H2OExtraTreesRegressor": {"n_estimators": 10},
    "H2ORuleFitClassifier": {"n_estimators": 5},
    "H2ORuleFitRegressor": {"n_estimators": 5},
    "H2OXGBoostClassifier": {"n_estimators": 5},
    "H2OXGBoostRegressor": {"n_estimators": 5},
    "H2OGeneralizedAdditiveClassifier": {},
    "H2OGeneralizedAdditiveRegressor": {},
    "H2ONaiveBayesClassifier": {},
    "H2ODecisionTreeClassifier": {},
    "H2OSupportVectorMachineClassifier": {},
}
NO_HOLES = {"H2ODecisionTreeClassifier", "H2OSupportVectorMachineClassifier"}


def made(name):
    estimator = getattr(h2o_sklearn, name)(**SMALL[name])
    return estimator.set_params(random_state=0)


def output(estimator, rows):
    found = estimator.predict_proba(rows) if hasattr(estimator, "predict_proba") else estimator.predict(rows)
    return found if isinstance(found, np.ndarray) else found.to_numpy()


@pytest.mark.parametrize("name", SMALL)
def test_here_in_the_cluster_and_loaded_it_is_the_same(name):
    target = NUMBERS.to_numpy() if not is_classifier(made(name)) else TWO
    model = made(name).fit(X, target)
    rows = X if name in NO_HOLES else HOLES
    found = output(model, rows)
    assert (r2_score if target is not TWO else accuracy_score)(target, model.predict(X)) > 0.75
    assert np.array_equal(output(model, hpd.DataFrame(rows)), found)
    assert np.array_equal(output(model, rows[40:41]), found[40:41])
    assert np.array_equal(output(pickle.loads(pickle.dumps(model)), rows), found)
    again = made(name).fit(hpd.DataFrame(X), hpd.Series(target))
    assert (r2_score if target is not TWO else accuracy_score)(target, again.predict(X)) > 0.75


@pytest.mark.parametrize("name", [name for name in SMALL if "Classifier" in name])
def test_three_classes_or_a_word_about_them(name):
    model = made(name)
    if model.__sklearn_tags__().classifier_tags.multi_class:
        assert model.fit(X, THREE).score(X, THREE) > 0.7
        assert model.classes_.tolist() == ["down", "mid", "up"]
        return
    with pytest.raises(ValueError, match=r"Only binary classification.*OneVsRest"):
        model.fit(X, THREE)


def test_one_against_the_rest_makes_several_classes():
    assert OneVsRestClassifier(H2ODecisionTreeClassifier()).fit(X[["a", "c"]], THREE).score(X[["a", "c"]], THREE) > 0.8


@pytest.mark.parametrize("name", sorted(NO_HOLES))
def test_algorithms_without_missing_values_say_so(name):
    with pytest.raises(ValueError, match=rf"X contains NaN.\n{name} does not accept missing values"):
        made(name).fit(HOLES, TWO)
    with pytest.raises(ValueError, match="X contains NaN"):
        made(name).fit(X, TWO).predict(HOLES)


@pytest.mark.parametrize("name", [name for name in SMALL if "Regressor" in name or name not in NO_HOLES])
@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (np.ones((60, 2)), "no column of use|none can have a spline"),
        (np.full((60, 2), np.nan), "no column of use|none can have a spline"),
        (np.full((60, 2), np.inf), "X contains infinity"),
        (np.ones((1, 2)), "at least 2 rows|only one class"),
        (np.ones((0, 2)), r"0 sample\(s\)"),
    ],
    ids=["constant", "missing", "infinite", "one row", "no row"],
)
def test_rows_that_cannot_be(name, rows, words):
    target = TWO if is_classifier(made(name)) else NUMBERS.to_numpy()
    with pytest.raises(ValueError, match=words):
        made(name).fit(rows, target[: len(rows)])


# ---------------------------------------------------------------- what is particular to one


def test_a_seed_makes_a_network_reproducible():
    first, second = (H2ODeepLearningClassifier(**SMALL["H2ODeepLearningClassifier"], random_state=3) for _ in range(2))
    assert np.array_equal(first.fit(X, TWO).predict_proba(X), second.fit(X, TWO).predict_proba(X))
    assert first.feature_importances_.sum() == pytest.approx(1)
    assert "reproducible" not in H2ODeepLearningClassifier()._checked()


def test_boosting_stops_where_nothing_is_left_to_learn():
    separable, labels = np.arange(40.0)[:, None], np.arange(40) > 19
    model = H2OAdaBoostClassifier(n_estimators=20).fit(separable, labels)
    assert model.score(separable, labels) == 1
    assert np.isfinite(model.predict_proba(separable)).all()


def test_support_vectors():
    model = H2OSupportVectorMachineClassifier(C=2.0).fit(X[["a", "c"]], TWO)
    assert 0 < model.n_support_ <= N
    assert model.n_iter_ >= 1
    assert not hasattr(model, "predict_proba")  # H2O knows the class only


@pytest.mark.parametrize("params", [{}, {"C": 2.0, "gamma": 0.3}], ids=["default", "given"])
@pytest.mark.parametrize("turned", [False, True])
def test_distances_from_the_margin(params, turned, cluster):
    rows = X[["a", "b"]].assign(same=1.0)
    other = pd.concat([rows, rows.assign(b="unheard", a=rows["a"] * 3, same=5.0)], ignore_index=True)
    labels = np.where(np.asarray(TWO) == TWO[0], "x", "y")
    model = H2OSupportVectorMachineClassifier(**params).fit(rows, labels)
    if turned:  # as a cluster may have them
        model._model.class_order, model.classes_ = model._model.class_order[::-1], model.classes_[::-1]
    found = model.decision_function(other)
    said = model.predict(hpd.DataFrame(other)).to_numpy()  # by H2O
    assert np.array_equal(model.classes_[(found > 0).astype(int)], said)
    assert len(set(said)) == 2
    assert np.array_equal(model.predict(other), said)
    assert np.array_equal(model.decision_function(hpd.DataFrame(other)).to_numpy(), found)
    with cluster.client.count() as counter:
        loaded = pickle.loads(pickle.dumps(model))
        calls = len(counter.calls)
        assert np.array_equal(loaded.decision_function(other), found)
        assert len(counter.calls) == calls  # without the cluster


def test_distances_of_models_that_were_fitted_elsewhere(cluster):
    rows = X[["a", "c"]]
    model = H2OSupportVectorMachineClassifier().fit(hpd.DataFrame(rows), TWO)  # where the rows lie
    assert np.array_equal(model.classes_[(model.decision_function(rows) > 0).astype(int)], model.predict(rows))
    other = H2OSupportVectorMachineClassifier.from_h2o_model(model.model_)
    assert np.array_equal(other.predict(rows), model.predict(rows))
    with pytest.raises(ValueError, match="fitted elsewhere"):
        other.decision_function(rows)


def test_rules_are_told():
    model = H2ORuleFitClassifier(n_estimators=5, random_state=0).fit(X, TWO)
    assert {"variable", "coefficient", "rule"} <= set(model.rules_)
    assert len(model.rules_) > 0


def test_isotonic_regression_is_that_of_scikit_learn():
    from sklearn.isotonic import IsotonicRegression

    x = RNG.permutation(np.arange(60.0))
    y = np.sqrt(x) + RNG.normal(size=60)
    weights = RNG.integers(1, 4, 60).astype(float)
    theirs = IsotonicRegression(out_of_bounds="nan").fit(x, y, weights)
    ours = H2OIsotonicRegression().fit(x, y, weights)
    at = np.linspace(-5, 65, 50)
    assert np.allclose(ours.predict(at), theirs.predict(at), equal_nan=True)
    assert np.array_equal(ours.predict(hpd.DataFrame({0: at})).to_numpy(), ours.predict(at), equal_nan=True)
    clipped = H2OIsotonicRegression(out_of_bounds="clip").fit(x[:, None], y)
    assert clipped.predict([[-9.0]])[0] == pytest.approx(clipped.predict([[0.0]])[0])
    with pytest.raises(ValueError, match="one column, it has 2"):
        H2OIsotonicRegression().fit(np.c_[x, x], y)


def test_splines_where_nobody_names_columns():
    wave = np.sin(2 * X["a"])
    model = H2OGeneralizedAdditiveRegressor(lambda_=0.0).fit(X, wave)
    assert model.score(X, wave) > 0.9
    assert H2OGeneralizedLinearRegressor().fit(X, wave).score(X, wave) < 0.5
    named = H2OGeneralizedAdditiveRegressor(gam_columns=[["a"]], num_knots=[8], scale=[0.01], lambda_=0.0).fit(X, wave)
    assert named.score(X, wave) > 0.9
    assert H2OGeneralizedAdditiveRegressor(lambda_=0.0).fit(hpd.DataFrame(X), hpd.Series(wave)).score(X, wave) > 0.9
    with pytest.raises(ValueError, match="none can have a spline"):
        H2OGeneralizedAdditiveRegressor().fit(X[["b"]], wave)


def test_a_frequent_value_does_not_stand_in_the_way_of_splines():
    often = pd.DataFrame({"a": np.where(np.arange(N) % 5, 0.0, X["a"])})
    assert H2OGeneralizedAdditiveRegressor().fit(often, often["a"] ** 2).score(often, often["a"] ** 2) > 0.5


def test_groups_have_effects_of_their_own():
    by_group = X["b"].map({"x": 3.0, "y": 0.0, "z": -1.0, "w": 1.0})
    level = RNG.choice(["p", "q"], N)
    rows = X.assign(e=level)
    target = by_group * (1 + X["a"]) + 2.0 * (level == "q") + RNG.normal(size=N) * 0.1
    model = H2OHierarchicalLinearRegressor(group_column="b", random_columns=["a"], random_state=0).fit(rows, target)
    assert model.score(rows, target) > 0.99
    assert ((model.predict(rows) - target) ** 2).mean() == pytest.approx(model.metrics_["training"]["MSE"], rel=1e-6)
    assert model.coef_["e.q"] == pytest.approx(2, abs=0.1)
    new = model.predict(rows.assign(b="never seen"))
    expected = model.intercept_ + sum(
        value * (rows[name] if name in rows else rows["e"] == name[2:]) for name, value in model.coef_.items()
    )
    assert np.allclose(new, expected)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).predict(rows), model.predict(rows))
    weights = RNG.integers(1, 3, N)
    weighted = H2OHierarchicalLinearRegressor(group_column="b", random_state=0).fit(rows, target, weights)
    repeated = H2OHierarchicalLinearRegressor(group_column="b", random_state=0)
    repeated.fit(rows.loc[rows.index.repeat(weights)], target.repeat(weights))
    assert np.allclose(weighted.predict(rows), repeated.predict(rows), atol=1e-6)
    with pytest.raises(ValueError, match="group_column"):
        H2OHierarchicalLinearRegressor().fit(X[["a", "c"]], target)
    with pytest.raises(ValueError, match="no missing values"):
        H2OHierarchicalLinearRegressor(group_column="b").fit(HOLES, target)


@pytest.mark.parametrize("group", ["b", "d"])
def test_groups_of_a_frame_in_the_cluster(cluster, group):
    rows = HOLES.assign(
        b=HOLES["b"].fillna("y"),
        d=RNG.integers(-1, 3, N),
        e=pd.Series(RNG.choice(["p", "q", "none"], N)).mask(RNG.random(N) < 0.1),
        f=pd.Series(pd.date_range("2024-01-01", periods=N)).mask(RNG.random(N) < 0.1),
    )
    by_group = rows["b"].map({"x": 3.0, "z": -1.0, "w": 1.0}).fillna(0.0)
    target = by_group + 2.0 * (rows["e"] == "q") + RNG.normal(size=N)
    estimator = H2OHierarchicalLinearRegressor(group_column=group, random_columns=["a", "e"], random_state=0)
    here = clone(estimator).fit(rows, target)
    frame = hpd.DataFrame(rows.assign(y=target))
    with cluster.client.count() as counter:
        there = clone(estimator).fit(frame.drop(columns="y"), frame["y"])
        predicted = there.predict(frame.drop(columns="y"))
    assert not any(path == "/3/Compat.get" and nbytes > 100 for _, path, _, nbytes in counter.calls)  # no rows
    assert np.allclose(there.predict(rows), here.predict(rows), rtol=1e-9)
    assert np.allclose(predicted.to_numpy(), there.predict(rows), rtol=1e-12)
    new = rows.assign(**{group: "never seen" if group == "b" else 77})
    assert np.allclose(here.predict(hpd.DataFrame(new)).to_numpy(), here.predict(new), rtol=1e-12)
    loaded = pickle.loads(pickle.dumps(there))
    assert np.allclose(loaded.predict(frame.drop(columns="y")).to_numpy(), there.predict(rows), rtol=1e-12)
    with pytest.raises(ValueError, match="column 'a' of X holds text"):
        there.predict(hpd.DataFrame(rows.assign(a="u")))
    with pytest.raises(ValueError, match="group_column must have no missing values"):
        H2OHierarchicalLinearRegressor(group_column="e").fit(frame.drop(columns="y"), frame["y"])


@pytest.mark.parametrize(
    ("family", "target"),
    [
        ("gaussian", NUMBERS),
        ("poisson", np.floor(np.exp(NUMBERS / 3))),
        ("gamma", np.exp(NUMBERS / 3)),
        ("tweedie", np.exp(NUMBERS / 3) * (NUMBERS > -1)),
        ("negativebinomial", np.floor(np.exp(NUMBERS / 3))),
        ("fractionalbinomial", 1 / (1 + np.exp(-NUMBERS))),
        ("quasibinomial", (NUMBERS > 0).astype(float)),
    ],
)
def test_families_of_linear_regression(family, target):
    extra = {"tweedie_variance_power": 1.5, "tweedie_link_power": 0.0} if family == "tweedie" else {}
    extra |= {"link": "log", "theta": 0.5} if family == "negativebinomial" else {}
    model = H2OGeneralizedLinearRegressor(family=family, lambda_=0.0, **extra).fit(X, target)
    found = model.predict(HOLES)
    assert np.corrcoef(model.predict(X), target)[0, 1] > 0.5
    assert np.array_equal(model.predict(hpd.DataFrame(HOLES)).to_numpy(), found)


def test_ordinal_classes():
    labels = np.digitize(NUMBERS, [-0.5, 1.5])
    model = H2OGeneralizedLinearClassifier(family="ordinal", lambda_=0.0, random_state=0).fit(X, labels)
    assert model.score(X, labels) > 0.6
    assert np.array_equal(model.predict_proba(hpd.DataFrame(HOLES)).to_numpy(), model.predict_proba(HOLES))


def test_threads_are_as_many_as_the_rows_are_worth(cluster):
    assert H2OXGBoostRegressor()._fitting({}, 100, 100.0) == {"nthread": 1}
    assert H2OXGBoostRegressor()._fitting({}, 10**9, 1e9) == {"nthread": cluster.cluster.total_cores}
    assert H2OXGBoostRegressor(nthread=-1)._fitting({}, 100, 100.0) == {}


# ---------------------------------------------------------------- made of other models


def stack(**params):
    estimators = [
        ("trees", H2OGradientBoostingClassifier(n_estimators=4)),
        ("linear", H2OGeneralizedLinearClassifier()),
    ]
    return H2OStackedEnsembleClassifier(estimators=estimators, nfolds=2, random_state=0, **params)


def left_in(cluster):
    cluster.executor.flush()
    models = {model["model_id"]["name"] for model in cluster.client.get("/3/Models")["models"]}
    return models | {frame["frame_id"]["name"] for frame in cluster.client.get("/3/Frames")["frames"]}


def test_a_stack_of_estimators(cluster):
    before = left_in(cluster)
    model = stack().set_params(trees__n_estimators=6)
    assert model.get_params()["trees__n_estimators"] == 6
    model.fit(X, TWO, sample_weight=np.arange(N) % 3)
    assert model.estimators[0][1].__sklearn_is_fitted__() is False
    assert model.named_estimators_["trees"]._model.facts.table("model_summary")["number_of_trees"] == [6]
    found = model.predict_proba(HOLES)
    assert model.score(X, TWO) > 0.9
    assert np.array_equal(model.predict_proba(hpd.DataFrame(HOLES)).to_numpy(), found)
    assert len(left_in(cluster) - before) == 4  # the ensemble, its metalearner, and two models
    data = pickle.dumps(model)
    del model
    assert left_in(cluster) <= before  # a model of an earlier test may go at any time
    loaded = pickle.loads(data)
    assert np.array_equal(loaded.predict_proba(HOLES), found)
    assert np.array_equal(loaded.predict_proba(hpd.DataFrame(HOLES)).to_numpy(), found)
    parts = loaded.named_estimators_["trees"]
    assert np.array_equal(parts.predict_proba(hpd.DataFrame(X)).to_numpy(), parts.predict_proba(X))
    del loaded, parts
    assert left_in(cluster) <= before  # a model of an earlier test may go at any time


def test_a_stack_of_few_rows():
    assert stack().fit(X[:24], TWO[:24], sample_weight=np.arange(24) // 20 * 4 + 1).predict(X).shape == (N,)


def test_a_stack_that_learns_from_other_rows():
    half = X[:100], TWO[:100]
    model = stack(blending_frame=half, metalearner_algorithm="gbm", metalearner_params={"ntrees": 5, "min_rows": 2})
    assert model.fit(X[100:], TWO[100:]).score(X, TWO) > 0.8


@pytest.mark.parametrize(
    ("estimators", "words"),
    [
        (None, "list of pairs"),
        ([("a", H2OGradientBoostingClassifier()), ("a", H2OGradientBoostingClassifier())], "distinct names"),
        ([("a", H2OXGBoostRegressor())], "'a' must be a classifier of h2o_sklearn"),
        ([("a", H2ODecisionTreeClassifier())], "'a' cannot be cross-validated"),
    ],
)
def test_stacks_that_cannot_be(estimators, words):
    with pytest.raises(ValueError, match=words):
        H2OStackedEnsembleClassifier(estimators=estimators).fit(X[["a"]], TWO)


@pytest.mark.slow
def test_a_search_keeps_the_best_model_only(cluster):
    before = left_in(cluster)
    search = H2OAutoMLClassifier(
        max_models=2, nfolds=2, include_algos=["glm", "gbm", "stackedensemble"], monotone_constraints={"a": 1},
        random_state=0,
    )  # fmt: skip
    model = search.fit(X, TWO)
    assert model.score(X, TWO) > 0.85
    assert len(model.leaderboard_) == 3
    assert model.leaderboard_["model_id"][0] == model._model.key
    assert np.array_equal(model.predict(hpd.DataFrame(HOLES)).to_numpy(), model.predict(HOLES))
    data, expected = pickle.dumps(model), model.predict_proba(HOLES)
    del model, search
    assert left_in(cluster) <= before  # a model of an earlier test may go at any time
    loaded = pickle.loads(data)
    assert np.array_equal(loaded.predict_proba(HOLES), expected)
    assert len(loaded.leaderboard_) == 3


def test_a_search_of_one_model(cluster):
    before = left_in(cluster)
    model = H2OAutoMLClassifier(max_models=1, nfolds=0, include_algos=["glm"], random_state=0)
    assert model.fit(hpd.DataFrame(X), hpd.Series(TWO)).score(X, TWO) > 0.85
    assert left_in(cluster) - before == {model._model.key}
    with pytest.raises(ValueError, match="'include_algos' must be one of"):
        H2OAutoMLClassifier(include_algos=["svm"]).fit(X, TWO)


def test_a_search_without_a_model_says_why(cluster, monkeypatch):
    search = H2OAutoMLClassifier(max_models=1, nfolds=0, include_algos=["glm"])
    constant = X.assign(a=1.0, b="x", c=2.0)
    with pytest.raises(ValueError, match="it has no column of use"):
        search.fit(constant, TWO)
    # Where the search's own log tells nothing, the server's does.
    told, ask = [], _automl._failed_steps
    monkeypatch.setattr(_automl, "_NO_REASON", "")
    monkeypatch.setattr(_automl, "_failed_steps", lambda *search: told.append(ask(*search)) or told[-1])
    with pytest.raises(ValueError, match="it has no column of use"):
        search.fit(constant, TWO)
    assert [len(reasons) for reasons in told] == [1]
    assert told[0][0].startswith("Illegal argument(s) for GLM model")


@pytest.mark.parametrize("own", [True, False])
def test_a_model_that_is_ready_before_its_search_is_not_lost(cluster, monkeypatch, own):
    if not own:  # H2O's own endpoint; there the model is gone, and the search is begun again
        monkeypatch.setattr(type(cluster.cluster), "offers", lambda info, endpoint: False)
        get, lost = cluster.client.get, []

        def losing(path, *args, **kwargs):
            reply = get(path, *args, **kwargs)
            if path.startswith("/99/AutoML/") and not lost:
                lost.extend(reply["leaderboard"]["models"])
                reply["leaderboard"]["models"] = []
            return reply

        monkeypatch.setattr(cluster.client, "get", losing)
        monkeypatch.setattr(_automl, "_NO_REASON", "")
        reason = 'Cannot invoke "ai.h2o.automl.AutoML.session()" because "aml" is null'
        monkeypatch.setattr(_automl, "_failed_steps", lambda *search: [reason])
    before = left_in(cluster)
    with cluster.client.count() as counter:
        model = H2OAutoMLClassifier(max_models=1, nfolds=0, include_algos=["glm"], random_state=0).fit(X, TWO)
    asked = [path for _, path, *_ in counter.calls]
    address = "/3/Compat.search" if own and cluster.cluster.extension is not None else "/99/AutoMLBuilder"
    assert asked.count(address) == (1 if own else 2)
    assert model.score(X, TWO) > 0.85
    assert left_in(cluster) - before == {model._model.key}


START, FAILED = "Project: one\n", "state: StepResultState{_id='GLM:def_1', _status=failed, _error=no luck\n"
OTHER = "Project: two\n" + FAILED.replace("luck", "memory") + "Project: two\n"


@pytest.mark.parametrize(
    ("log", "errors"),
    [
        (OTHER + START + FAILED + START + OTHER, ["no luck"]),
        (OTHER + FAILED + START + OTHER, ["no luck"]),  # the file begins after the start
        (FAILED + START, ["no luck"]),
        (START + START, []),
        (START, []),
        (OTHER, []),
        ("", []),
    ],
)
def test_errors_of_one_search_are_found_in_logs_that_were_cut(log, errors):
    assert _automl._errors_of(log, "one") == errors


def test_a_stack_of_regressors():
    estimators = [("trees", H2OXGBoostRegressor(n_estimators=4)), ("linear", H2OGeneralizedLinearRegressor())]
    assert H2OStackedEnsembleRegressor(estimators=estimators, nfolds=2).fit(X, NUMBERS).score(X, NUMBERS) > 0.8
