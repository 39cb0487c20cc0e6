"""What fitted estimators offer beyond predict: data to watch, weights of classes, going on, looking inside."""

from __future__ import annotations

import gc
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import is_classifier, is_regressor
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import FixedThresholdClassifier

import h2o_frame_compat.pandas as hpd
from h2o_sklearn import (
    H2ODeepLearningClassifier,
    H2OGeneralizedLinearClassifier,
    H2OGeneralizedLinearRegressor,
    H2OGenericModel,
    H2OGradientBoostingClassifier,
    H2OGradientBoostingRegressor,
    H2ONaiveBayesClassifier,
    H2ORandomForestClassifier,
)

pytestmark = pytest.mark.usefixtures("cluster")

RNG = np.random.default_rng(0)
N = 300
X = pd.DataFrame({"a": RNG.normal(size=N), "b": list("xyz") * (N // 3), "c": RNG.normal(size=N)})
NUMBERS = X["a"] + (X["b"] == "x") + RNG.normal(size=N)
LABELS = pd.Series(np.where(NUMBERS > 1, "yes", "no"))
TRAIN, WATCH = slice(0, 200), slice(200, N)


def booster(**params):
    return H2OGradientBoostingClassifier(n_estimators=40, random_state=0, **params)


@pytest.fixture(scope="module")
def fitted(cluster):
    model = booster(stopping_rounds=2, score_tree_interval=1, learning_rate=0.5)
    return model.fit(X[TRAIN], LABELS[TRAIN], eval_set=(X[WATCH], LABELS[WATCH]))


# ---------------------------------------------------------------- data to watch


def trees(model):
    return model._model.facts.table("model_summary")["number_of_trees"][0]


def test_early_stopping_watches_the_eval_set(fitted):
    assert fitted.n_estimators_ == trees(fitted) < 40
    metrics = fitted.metrics_
    assert set(metrics) == {"training", "validation"}
    assert metrics["validation"]["nobs"] == N - 200
    loss = -np.log(fitted.predict_proba(X[WATCH])[np.arange(N - 200), (LABELS[WATCH] == "yes").astype(int)]).mean()
    assert metrics["validation"]["logloss"] == pytest.approx(loss)


@pytest.mark.parametrize("where", ["both there", "only X there", "a list", "weights of the training data"])
def test_the_eval_set_may_be_anywhere(fitted, where):
    watch, more = (X[WATCH], LABELS[WATCH]), {}
    if where == "both there":
        watch = hpd.DataFrame(X[WATCH]), hpd.Series(LABELS[WATCH])
    elif where == "only X there":
        watch = hpd.DataFrame(X[WATCH]), LABELS[WATCH]
    elif where == "a list":
        watch = [watch]
    else:
        more = {"sample_weight": np.full(200, 1.5)}
    model = booster(stopping_rounds=2, score_tree_interval=1, learning_rate=0.5)
    model.fit(X[TRAIN], LABELS[TRAIN], eval_set=watch, **more)
    assert set(model.metrics_) == {"training", "validation"}
    if not more:
        assert np.array_equal(model.predict_proba(X), fitted.predict_proba(X))


def test_the_eval_set_beside_rows_in_the_cluster(fitted):
    model = booster(stopping_rounds=2, score_tree_interval=1, learning_rate=0.5)
    model.fit(hpd.DataFrame(X[TRAIN]), hpd.Series(LABELS[TRAIN]), eval_set=(X[WATCH], LABELS[WATCH]))
    assert trees(model) == trees(fitted)


@pytest.mark.parametrize(
    ("eval_set", "words"),
    [
        (X, r"must be \(X, y\)"),
        ((X[["a", "b"]], LABELS), "feature"),
        ((X, LABELS[:5]), "inconsistent"),
        ((X, ["maybe"] * N), "not in the y of fit"),
    ],
)
def test_an_eval_set_that_cannot_be(eval_set, words):
    with pytest.raises(ValueError, match=words):
        booster().fit(X, LABELS, eval_set=eval_set)


def test_weights_of_the_eval_set_count():
    weights = RNG.integers(1, 4, N - 200).astype(float)
    one = H2OGradientBoostingRegressor(n_estimators=3, random_state=0)
    one.fit(X[TRAIN], NUMBERS[TRAIN], eval_set=(X[WATCH], NUMBERS[WATCH], weights), sample_weight=np.full(200, 2.0))
    error = np.average((one.predict(X[WATCH]) - NUMBERS[WATCH]) ** 2, weights=weights)
    assert one.metrics_["validation"]["MSE"] == pytest.approx(error)


# ---------------------------------------------------------------- weights of classes


@pytest.mark.parametrize("class_weight", ["balanced", {"yes": 2.5, "no": 0.75}])
@pytest.mark.parametrize("where", ["here", "there", "y here"])
def test_class_weights_are_weights_of_the_rows(class_weight, where):
    from sklearn.utils import compute_sample_weight

    expected = H2OGeneralizedLinearClassifier(lambda_=0.0)
    expected.fit(X, LABELS, sample_weight=compute_sample_weight(class_weight, LABELS))
    model = H2OGeneralizedLinearClassifier(lambda_=0.0, class_weight=class_weight)
    rows = X if where == "here" else hpd.DataFrame(X)
    model.fit(rows, hpd.Series(LABELS) if where == "there" else LABELS)
    assert np.allclose(model.predict_proba(X), expected.predict_proba(X), atol=1e-6)


def test_class_weights_of_numbers_and_categories_in_the_cluster():
    numbers = pd.Series(np.where(LABELS == "yes", 3, 7))
    plain = booster(class_weight={3: 5.0, 7: 1.0}).fit(X, numbers).predict_proba(X)
    for labels in (numbers, numbers.astype("category")):
        model = booster(class_weight={3: 5.0, 7: 1.0}).fit(hpd.DataFrame(X), hpd.Series(labels))
        assert np.allclose(model.predict_proba(X), plain)


def test_class_weights_multiply_those_of_the_rows():
    weights = RNG.uniform(0.5, 2, N)
    both = booster(class_weight={"yes": 2.0, "no": 1.0}).fit(X, LABELS, sample_weight=weights)
    one = booster().fit(X, LABELS, sample_weight=weights * np.where(LABELS == "yes", 2.0, 1.0))
    assert np.array_equal(both.predict_proba(X), one.predict_proba(X))


@pytest.mark.parametrize("class_weight", ["even", 3])
def test_class_weights_that_cannot_be(class_weight):
    with pytest.raises(ValueError, match="'class_weight' must be 'balanced' or a dict"):
        booster(class_weight=class_weight).fit(X, LABELS)
    with pytest.raises(ValueError, match="'class_weight' is for classifiers"):
        H2OGradientBoostingRegressor(class_weight="balanced").fit(X, NUMBERS)


# ---------------------------------------------------------------- going on, thresholds


def test_warm_start_goes_on_from_the_last_fit():
    model = H2OGradientBoostingClassifier(n_estimators=4, warm_start=True, random_state=0).fit(X, LABELS)
    loaded = pickle.loads(pickle.dumps(model))
    whole = H2OGradientBoostingClassifier(n_estimators=9, random_state=0).fit(X, LABELS)
    for started in (model, loaded):
        started.set_params(n_estimators=9).fit(X, LABELS)
        assert trees(started) == 9
        assert np.array_equal(started.predict_proba(X), whole.predict_proba(X))
    with pytest.raises(ValueError, match="n_estimators must be higher"):
        model.set_params(n_estimators=5).fit(X, LABELS)


def test_warm_start_of_a_network():
    model = H2ODeepLearningClassifier(hidden_layer_sizes=(4,), epochs=2.0, warm_start=True, random_state=0)
    assert model.fit(X, LABELS).set_params(epochs=5.0).fit(X, LABELS).learning_curve_["epochs"].max() > 4


def test_the_threshold_of_the_best_f1_on_request(fitted):
    threshold = fitted.max_f1_threshold_
    probability = fitted.predict_proba(X)[:, 1]
    assert np.array_equal(fitted.predict(X), np.where(probability > 0.5, "yes", "no"))
    cut = FixedThresholdClassifier(FrozenEstimator(fitted), threshold=threshold, pos_label="yes").fit(X, LABELS)
    assert np.array_equal(cut.predict(X), np.where(probability >= threshold, "yes", "no"))
    several = H2ONaiveBayesClassifier().fit(X, X["b"])
    assert not hasattr(several, "max_f1_threshold_")


def test_scoring_less_often_changes_nothing():
    often = H2OGradientBoostingClassifier(n_estimators=15, random_state=0, score_tree_interval=1).fit(X, LABELS)
    seldom = H2OGradientBoostingClassifier(n_estimators=15, random_state=0).fit(X, LABELS)
    assert np.array_equal(often.predict_proba(X), seldom.predict_proba(X))
    assert often.metrics_["training"]["logloss"] == seldom.metrics_["training"]["logloss"]
    assert len(often.learning_curve_) == 16  # and the start
    assert len(seldom.learning_curve_) == 2


# ---------------------------------------------------------------- looking inside


def test_h2o_s_own_model_object(fitted, cluster):
    model = fitted.model_
    assert model.model_id == fitted._model.key
    assert model.auc(valid=True) == fitted.metrics_["validation"]["AUC"]
    alone = H2ONaiveBayesClassifier().fit(X, LABELS).model_
    cluster.executor.flush()
    assert alone.model_performance().auc() > 0.5  # the object keeps the model
    key = alone.model_id
    del alone
    gc.collect()  # the h2o package's objects refer to each other
    cluster.executor.flush()
    assert key not in {found["model_id"]["name"] for found in cluster.client.get("/3/Models")["models"]}


def test_plots(fitted):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    bars = fitted.plot_importance(max_features=2)
    assert [label.get_text() for label in bars.get_yticklabels()] == [
        X.columns[place] for place in np.argsort(fitted.feature_importances_)[-2:]
    ]
    axes = plt.subplots()[1]
    assert fitted.plot_learning_curve("logloss", ax=axes) is axes
    assert axes.get_legend_handles_labels()[1] == ["training", "validation"]
    assert axes.lines[1].get_ydata()[-1] == pytest.approx(fitted.learning_curve_["validation_logloss"].iloc[-1])
    with pytest.raises(ValueError, match=r"no curve of speed; there is .*logloss"):
        fitted.plot_learning_curve("speed")
    with pytest.raises(ValueError, match="no importances"):
        H2ONaiveBayesClassifier().fit(X, LABELS).plot_importance()
    plt.close("all")


@pytest.mark.parametrize("name", ["model_", "metrics_", "learning_curve_", "plot_importance", "to_mojo", "explain"])
def test_what_is_not_fitted_shows_nothing(name):
    with pytest.raises(NotFittedError):
        {"to_mojo": lambda m: m.to_mojo("x"), "explain": lambda m: m.explain(X)}.get(
            name, lambda m: getattr(m, name)() if name.startswith("plot") else getattr(m, name)
        )(booster())


@pytest.mark.slow
def test_explanations(fitted):
    pytest.importorskip("matplotlib").use("Agg")
    for rows, target in ((X, LABELS), (hpd.DataFrame(X), hpd.Series(LABELS))):
        found = fitted.explain(rows, target, render=False, include_explanations=["varimp", "confusion_matrix"])
        assert set(found) == {"varimp", "confusion_matrix"}


# ---------------------------------------------------------------- models from elsewhere


def test_a_mojo_file_and_back(fitted, tmp_path):
    file = fitted.to_mojo(tmp_path)
    assert file.name == "H2OGradientBoostingClassifier.zip"
    again = H2OGradientBoostingClassifier.from_mojo(file)
    model = H2OGenericModel.from_mojo(file)
    assert is_classifier(model)
    for loaded in (again, model, pickle.loads(pickle.dumps(model))):
        assert loaded.classes_.tolist() == ["no", "yes"]
        assert np.array_equal(loaded.predict_proba(X[["c", "b", "a"]].assign(more=1)), fitted.predict_proba(X))
        assert np.array_equal(loaded.predict(hpd.DataFrame(X)).to_numpy(), fitted.predict(X))
        assert loaded.score(X, LABELS) == fitted.score(X, LABELS)
    assert np.array_equal(again.feature_importances_, fitted.feature_importances_)
    assert again.fit(X, LABELS).score(X, LABELS) > 0.8
    with pytest.raises(ValueError, match="a model of gbm"):
        H2ORandomForestClassifier.from_mojo(file)
    with pytest.raises(ValueError, match="a model of gbm"):
        H2OGradientBoostingRegressor.from_mojo(file)
    with pytest.raises(ValueError, match="feature"):
        model.predict(X[["a", "c"]])


def test_files_that_are_no_mojo(tmp_path):
    file = tmp_path / "x.zip"
    file.write_bytes(b"nothing")
    with pytest.raises(ValueError, match="no MOJO file"):
        H2OGenericModel.from_mojo(file)
    with pytest.raises(ValueError, match="'mojo' must be the path"):
        H2OGenericModel().fit()
    with pytest.raises(ValueError, match="H2O writes no MOJO"):
        H2ONaiveBayesClassifier().fit(X, LABELS).to_mojo(file)


def test_a_model_of_the_cluster_becomes_an_estimator(cluster):
    owner = H2ONaiveBayesClassifier().fit(X, LABELS)
    for model in (owner.model_, owner._model.key):
        for loaded in (H2ONaiveBayesClassifier.from_h2o_model(model), H2OGenericModel.from_h2o_model(model)):
            assert np.array_equal(loaded.predict_proba(X), owner.predict_proba(X))
            del loaded
            assert np.isfinite(owner.predict_proba(hpd.DataFrame(X)).to_numpy()).all()
    line = H2OGeneralizedLinearRegressor(offset_column="c").fit(X, NUMBERS, sample_weight=np.full(N, 2.0))
    loaded = H2OGenericModel.from_h2o_model(line.model_)
    assert is_regressor(loaded)
    assert np.array_equal(loaded.predict(X), line.predict(X))
