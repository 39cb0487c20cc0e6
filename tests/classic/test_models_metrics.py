"""Models and metrics answer as those of the h2o package do, which looks at the same models in the same cluster."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from h2o_frame_compat.session.bridge import h2o_module
from h2o_sklearn import classic as h2o

RNG = np.random.default_rng(0)
N = 400
NUMBERS = RNG.normal(size=(N, 3))
ROWS = pd.DataFrame(NUMBERS, columns=["a", "b", "c"]).assign(
    g=RNG.choice(["u", "v", "w"], N),
    y=NUMBERS @ [1.0, -2.0, 0.0] + RNG.normal(size=N),
)
ROWS["two"] = np.where(ROWS.y + RNG.normal(size=N) > 0, "yes", "no")
ROWS["three"] = pd.cut(ROWS.y, [-np.inf, -1, 1, np.inf], labels=["low", "mid", "top"]).astype(str)
NUMBERS_OF = {
    "regression": ["mse", "rmse", "mae", "rmsle", "r2", "mean_residual_deviance"],
    "binomial": ["mse", "rmse", "r2", "logloss", "auc", "aucpr", "gini"],
    "multinomial": ["mse", "rmse", "r2", "logloss", "mean_per_class_error"],
}
DEVIANCES = ["null_deviance", "residual_deviance", "null_degrees_of_freedom", "residual_degrees_of_freedom"]
AT_THRESHOLD = [
    "F1", "F2", "F0point5", "accuracy", "error", "precision", "recall", "sensitivity", "tpr", "tnr", "specificity",
    "fnr", "missrate", "fpr", "fallout", "mcc", "max_per_class_error", "mean_per_class_error",
]  # fmt: skip
PARTS = ["train", "valid", "xval"]


@pytest.fixture(scope="module")
def frame(cluster):
    return h2o.H2OFrame(ROWS)


@pytest.fixture(scope="module")
def models(frame):
    watched = {"validation_x": frame[0:4], "nfolds": 2, "seed": 1}
    return {
        "regression": h2o.glm(x=frame[:4], y=frame["y"], validation_y=frame["y"], **watched),
        "binomial": h2o.gbm(x=frame[:4], y=frame["two"], validation_y=frame["two"], ntrees=3, **watched),
        "multinomial": h2o.gbm(x=frame[:4], y=frame["three"], validation_y=frame["three"], ntrees=2, **watched),
    }


@pytest.fixture(scope="module")
def theirs(cluster, models):
    return {kind: h2o_module(cluster).get_model(model.model_id) for kind, model in models.items()}


def same(a, b):
    np.testing.assert_allclose(np.array(a, dtype=float), np.array(b, dtype=float), rtol=1e-9)


def test_the_response_decides_the_class(models):
    assert isinstance(models["regression"], h2o.H2ORegressionModel)
    assert isinstance(models["binomial"], h2o.H2OBinomialModel)
    assert isinstance(models["multinomial"], h2o.H2OMultinomialModel)


@pytest.mark.parametrize("kind", NUMBERS_OF)
def test_numbers_on_each_part(models, theirs, kind):
    for name in NUMBERS_OF[kind]:
        for part in PARTS:
            same(getattr(models[kind], name)(**{part: True}), getattr(theirs[kind], name)(**{part: True}))
        same(getattr(models[kind], name)(), getattr(theirs[kind], name)())


@pytest.mark.filterwarnings("ignore:This is the AIC function:UserWarning")  # it is exact for this family
def test_linear_models_have_deviances(models, theirs):
    deviance = models["regression"].residual_deviance()
    rank = sum(value != 0 for value in models["regression"].coef().values())
    likelihood = -N / 2 * (math.log(2 * math.pi * deviance / N) + 1)
    assert models["regression"].aic() == pytest.approx(2 * (rank + 1) - 2 * likelihood)
    for name in [*DEVIANCES, "aic"]:
        for part in ("train", "valid"):
            value = getattr(models["regression"], name)(**{part: True})
            same(value, getattr(theirs["regression"], name)(**{part: True}))
        assert math.isfinite(getattr(models["regression"], name)(xval=True))  # which the package refuses
        assert name == "aic" or getattr(models["binomial"], name)() is None


def test_several_parts_are_a_dict(models):
    model = models["binomial"]
    found = model.auc(train=True, valid=True, xval=True)
    assert found == {part: model.auc(**{part: True}) for part in PARTS}
    assert model.F1(train=True, xval=True).keys() == {"train", "xval"}


def test_parts_may_be_given_by_position(models):
    assert models["regression"].mse(False, True) == models["regression"].mse(valid=True)
    assert models["binomial"].F1([0.4], False, False, True) == models["binomial"].F1(thresholds=[0.4], xval=True)


def test_metrics_objects_answer_the_same(models):
    model = models["binomial"]
    for part in PARTS:
        metrics = model.model_performance(**{part: True})
        assert isinstance(metrics, h2o.H2OBinomialModelMetrics)
        assert metrics.auc() == model.auc(**{part: True})
        assert metrics.F1() == model.F1(**{part: True})
        assert metrics.roc() == model.roc(**{part: True})


def test_without_validation_there_is_no_answer(frame):
    model = h2o.glm(x=frame[:3], y=frame["y"])
    assert model.mse(valid=True) is None
    assert model.mse(train=True, valid=True) == {"train": model.mse(), "valid": None}
    assert model.model_performance(xval=True) is None
    assert not model.is_cross_validated()


@pytest.mark.parametrize("name", AT_THRESHOLD)
def test_metrics_at_thresholds(models, theirs, name, capsys):
    ours, reference = models["binomial"], theirs["binomial"]
    same(getattr(ours, name)(), getattr(reference, name)())
    asked = [0.2, 0.5, 0.9]
    same(getattr(ours, name)(asked, xval=True), getattr(reference, name)(asked, xval=True))
    capsys.readouterr()  # the package prints which thresholds it takes


@pytest.mark.parametrize("metric", ["f1", "f2", "tpr", "tnr", "accuracy", "min_per_class_accuracy", "absolute_mcc"])
def test_confusion_matrices(models, theirs, metric):
    ours = models["binomial"].confusion_matrix(metric, valid=True)
    assert ours.to_list() == theirs["binomial"].confusion_matrix(metric, valid=True).to_list()
    threshold = models["binomial"].find_threshold_by_max_metric(metric)
    assert threshold == theirs["binomial"].find_threshold_by_max_metric(metric)


def test_confusion_matrix_at_a_threshold(models, theirs, capsys):
    model = models["binomial"]
    expected = theirs["binomial"].confusion_matrix(thresholds=0.3).to_list()
    capsys.readouterr()
    assert model.confusion_matrix(0.3).to_list() == expected
    assert model.confusion_matrix(thresholds=[0.3]).to_list() == expected
    both = model.confusion_matrix(metrics=["f1", "tpr"], thresholds=0.3)
    assert [matrix.to_list() for matrix in both] == [
        expected,
        model.confusion_matrix().to_list(),
        model.confusion_matrix("tpr").to_list(),
    ]
    table = model.confusion_matrix().as_data_frame()
    assert list(table.columns) == ["Actual/Predicted", "no", "yes", "Error", "Rate"]
    assert table[["no", "yes"]].iloc[:2].to_numpy().sum() == N == table[["no", "yes"]].iloc[2].sum()


def test_an_error_is_best_where_it_is_least(models):
    model = models["binomial"]
    worst = model.confusion_matrix("max_per_class_error").to_list()
    shares = [worst[0][1] / sum(worst[0]), worst[1][0] / sum(worst[1])]
    assert model.max_per_class_error()[0][1] == pytest.approx(max(shares))
    assert model.error()[0][1] == pytest.approx(1 - model.accuracy()[0][1])


def test_roc_is_the_curve_of_the_predictions(models, frame):
    model = models["binomial"]
    fpr, tpr = model.roc()
    assert np.trapezoid([0, *tpr], [0, *fpr]) == pytest.approx(model.auc())
    probabilities = model.predict(frame)["yes"].dataframe().to_pandas()
    assert roc_auc_score(ROWS.two == "yes", probabilities) == pytest.approx(model.auc(), abs=1e-6)


@pytest.mark.parametrize(
    ("ask", "word"),
    [
        (lambda m: m.confusion_matrix("best"), "no metric 'best'"),
        (lambda m: m.F1([2.0]), "between 0 and 1"),
        (lambda m: m.F1("f1"), "thresholds"),
        (lambda m: m.find_threshold_by_max_metric("nope"), "no metric 'nope'"),
        (lambda m: m.mae(), "no mae"),
        (lambda m: m.coef(), "no coefficients"),
        (lambda m: m.deepfeatures(None, 0), "neural"),
    ],
)
def test_what_there_is_not_is_said(models, ask, word):
    with pytest.raises(ValueError, match=word):
        ask(models["binomial"])


def test_several_classes(models, theirs, frame):
    model, reference = models["multinomial"], theirs["multinomial"]
    for part in PARTS:
        ratios = model.hit_ratio_table(**{part: True})
        same(ratios["hit_ratio"], reference.hit_ratio_table(**{part: True}).as_data_frame()["hit_ratio"])
    matrix = model.confusion_matrix()
    predicted = model.predict(frame)["predict"].dataframe().to_pandas().astype(str)
    assert matrix.to_list() == pd.crosstab(ROWS.three, predicted).to_numpy().tolist()
    assert model.confusion_matrix(frame).to_list() == matrix.to_list()
    assert model.confusion_matrix(train=True, valid=True).keys() == {"train", "valid"}


def test_test_data(models, frame):
    half = frame[frame["a"] > 0]
    rows = ROWS[ROWS.a > 0]
    metrics = models["regression"].model_performance(test_data=half)
    predicted = models["regression"].predict(half)[0].dataframe().to_pandas().to_numpy()
    error = rows.y.to_numpy() - predicted
    assert metrics.mse() == pytest.approx((error**2).mean())
    assert metrics.mae() == pytest.approx(np.abs(error).mean())
    assert metrics.residual_deviance() == pytest.approx((error**2).sum())
    assert metrics.null_degrees_of_freedom() == len(rows) - 1
    assert math.isfinite(metrics.aic())
    assert metrics.nobs() == len(rows)


def test_a_forest_is_measured_on_the_rows_that_are_given(frame, cluster):
    """Its metrics of the fit are of rows out of bag, which belong to no frame."""
    model = h2o.random_forest(x=frame[:4], y=frame["three"], ntrees=5, seed=1)
    predicted = model.predict(frame)["predict"].dataframe().to_pandas().astype(str)
    expected = pd.crosstab(ROWS.three, predicted).to_numpy().tolist()
    assert model.confusion_matrix().to_list() != expected
    for _ in range(2):
        assert model.confusion_matrix(frame).to_list() == expected
    cluster.executor.flush()
    kept = cluster.client.get(f"/3/ModelMetrics/models/{model.model_id}")["model_metrics"]
    assert len(kept) == 1  # those of the fit


def test_coefficients(models, theirs, frame):
    model, reference = models["regression"], theirs["regression"]
    assert model.coef() == pytest.approx(reference.coef())
    assert model.coef_norm() == pytest.approx(reference.coef_norm())
    linear = h2o.glm(x=frame[:4], y=frame["three"])
    by_class = linear.coef()
    assert by_class.keys() == {"low", "mid", "top"}
    assert by_class["low"].keys() == model.coef().keys()
    assert linear.coef_norm()["top"] != by_class["top"]


def test_importances(models, theirs, capsys):
    assert models["binomial"].varimp(return_list=True) == [tuple(row) for row in theirs["binomial"].varimp()]
    assert models["binomial"].varimp() is None
    assert "scaled_importance" in capsys.readouterr().out


def test_history(models, theirs):
    ours, reference = models["binomial"].scoring_history(), theirs["binomial"].scoring_history()
    assert list(ours["number_of_trees"]) == list(reference["number_of_trees"])
    same(ours["validation_rmse"], reference["validation_rmse"])


def test_clusters(cluster, frame):
    model = h2o.kmeans(x=frame[:3], k=3, seed=1, validation_x=frame[:3])
    reference = h2o_module(cluster).get_model(model.model_id)
    for name in ("tot_withinss", "totss", "betweenss"):
        for part in ("train", "valid"):
            same(getattr(model, name)(**{part: True}), getattr(reference, name)(**{part: True}))
    same(model.centers(), reference.centers())
    same(model.centers_std(), reference.centers_std())
    same(model.withinss(), reference.withinss())
    assert model.size() == reference.size()
    assert model.num_iterations() == reference.num_iterations()
    found = model.predict(frame)["predict"].dataframe().to_pandas()
    assert list(found.value_counts().sort_index()) == model.size()
    assert model.model_performance(frame).totss() == pytest.approx(model.totss())


def test_outliers(frame):
    model = h2o.autoencoder(x=frame[:3], hidden=[2], epochs=2, seed=1, reproducible=True)
    errors = model.anomaly(frame)
    assert errors.dim() == [N, 1]
    each = model.anomaly(frame, per_feature=True)
    np.testing.assert_allclose(
        each.dataframe().to_pandas().mean(axis=1), errors.dataframe().to_pandas().iloc[:, 0], rtol=1e-6
    )
    assert model.mse() == pytest.approx(errors[0].mean(), rel=1e-6)
    assert model.model_performance(frame).mse() == pytest.approx(errors[0].mean())
    hidden = model.deepfeatures(frame, 0)
    assert hidden.dim() == [N, 2]
    with pytest.raises(ValueError, match="layer"):
        model.deepfeatures(frame, 5)


def test_components(cluster, frame):
    model = h2o.prcomp(x=frame[:3], k=2, transform="demean", seed=1)
    reference = h2o_module(cluster).get_model(model.model_id)
    table = model.eigenvectors().as_data_frame()
    same(table[["pc1", "pc2"]], np.array(reference.rotation().cell_values)[:, 1:].astype(float))
    assert model.predict(frame).names() == ["PC1", "PC2"]
    decomposition = h2o.svd(x=frame[:3], nv=3, seed=1)
    np.testing.assert_allclose(decomposition.singular_values(), np.linalg.svd(NUMBERS)[1], rtol=1e-6)


def test_models_and_metrics_are_shown(models, frame, capsys):
    model = models["binomial"]
    model.show()
    shown = capsys.readouterr().out
    assert shown == f"{model}\n"
    for text in ("H2OBinomialModel", "Variable Importances", "training data", "cross-validation data", "max f1"):
        assert text in shown
    model.summary()
    assert "number_of_trees" in capsys.readouterr().out
    metrics = model.model_performance(frame)
    metrics.show()
    shown = capsys.readouterr().out
    assert "test data" in shown
    assert f"auc: {metrics.auc():.6g}" in shown
    assert "<table" in model.confusion_matrix()._repr_html_()
    regression = models["regression"]
    regression.show()
    shown = capsys.readouterr().out
    assert "Intercept" in shown
    assert f"aic: {regression.aic():.6g}" in shown
    assert regression.model_id not in shown  # what is shown of a model does not change from run to run
