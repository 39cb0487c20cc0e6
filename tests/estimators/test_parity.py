"""Every model that is scored on this machine says what it says in the cluster, to the last bit."""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd
import h2o_sklearn
from h2o_sklearn._algorithms import ALGORITHMS
from h2o_sklearn._base import H2OEstimator

ROWS = 200
#: What makes a fit short, by algorithm.
SHORT = {
    "automl": {"max_models": 2, "nfolds": 0, "include_algos": ["GBM", "GLM"]},
    "deep_learning": {"hidden_layer_sizes": [6, 5], "epochs": 2.0},
    "pca": {"n_components": 3},
}
#: Columns of X that an algorithm takes, where it does not take all.
COLUMNS = {"isotonic": ["a"], "target_encoder": ["b"], "coxph": ["b", "a", "c"]}
METHODS = ("predict_proba", "predict_outcomes", "predict", "transform", "decision_function", "score_samples")
#: The cluster itself takes a category that a set of rules has not seen for missing in one model and for none in
#: another, by the number of levels of columns that have nothing to do with it.
SEEN_ONLY = {"rulefit"}
#: Algorithms that are not compared here, and why.
LEFT_OUT = {
    "glrm": "a row's mixture is found by iteration, from a start that depends in the cluster on the row's number",
    "word2vec": "it takes texts instead of columns",
}
#: The library adds up the same numbers as the cluster in another order.
OTHER_ORDER = {"coxph"}
#: Three classes, which H2O's library adds up in another order than the cluster.
WITHOUT_FILE = {("H2OGeneralizedAdditiveClassifier", 1)}
#: What a class answers from rows that it fetches first.
FETCHED = {("H2OKMeans", "transform")}

ESTIMATORS = [
    kind
    for kind in (getattr(h2o_sklearn, name) for name in h2o_sklearn.__all__)
    if inspect.isclass(kind) and issubclass(kind, H2OEstimator)
    if kind._algorithm.mojo and kind._algorithm.key not in LEFT_OUT
]
SLOW = {"automl", "stacked_ensemble"}


def test_what_is_left_out_has_a_model_file():
    keys = {key for key, algorithm in ALGORITHMS.items() if algorithm.mojo}
    assert set(LEFT_OUT) | SEEN_ONLY | OTHER_ORDER <= keys
    assert keys - set(LEFT_OUT) == {kind._algorithm.key for kind in ESTIMATORS}


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(
        {
            "b": rng.choice(list("zyx"), ROWS),
            "a": rng.normal(size=ROWS),
            "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 10**6, ROWS), unit="s"),
            "c": rng.integers(0, 9, ROWS) / 4,
        }
    )
    t = 2 * X["a"] + (X["b"] == "x") + X["c"] + rng.normal(size=ROWS)
    X.loc[::17, "a"] = np.nan
    X.loc[::19, "b"] = None
    other = X.copy()
    other.loc[::5, "a"] = np.nan
    other.loc[::7, "b"] = None
    other.loc[::11, "b"] = "never seen"
    other.loc[::13, "c"] = 1e9
    other.loc[::14, "when"] = pd.NaT
    return X, t, pd.concat([X, other], ignore_index=True)


def targets(kind, t):
    """Give what a fit takes beside X, by name."""
    key = kind._algorithm.key
    if kind._task == "classifier":
        return [{"y": np.where(t > 1, "yes", "no")}, {"y": np.where(t > 2, 3, np.where(t > 0, 20, 1))}]
    if key == "coxph":
        return [{"y": np.array(list(zip(t > 0, np.exp(t), strict=True)), dtype=[("event", bool), ("time", float)])}]
    if key == "uplift":
        return [{"y": t > 1, "treatment": np.arange(len(t)) % 2}]
    return [{"y": t}] if kind._task == "regressor" or key == "target_encoder" else [{}]


def base_models(kind):
    trees, linear = (
        (h2o_sklearn.H2OGradientBoostingClassifier, h2o_sklearn.H2OGeneralizedLinearClassifier)
        if kind._task == "classifier"
        else (h2o_sklearn.H2OGradientBoostingRegressor, h2o_sklearn.H2OGeneralizedLinearRegressor)
    )
    return [("trees", trees(n_estimators=3, random_state=0)), ("linear", linear())]


def cases():
    for kind in ESTIMATORS:
        for place in range(2 if kind._task == "classifier" else 1):
            marks = [pytest.mark.slow] if kind._algorithm.key in SLOW else []
            yield pytest.param(kind, place, id=f"{kind.__name__}-{place}", marks=marks)


@pytest.mark.parametrize(("kind", "place"), list(cases()))
def test_here_as_there(kind, place, data, cluster):
    X, t, rows = data
    key = kind._algorithm.key
    words = {param.name for param in kind._algorithm.parameters}
    usual = {"n_estimators": 5, "random_state": 0, "n_clusters": 3}
    given = {**{word: value for word, value in usual.items() if word in words}, **SHORT.get(key, {})}
    if key == "stacked_ensemble":
        given["estimators"] = base_models(kind)
    columns = COLUMNS.get(key, list(X.columns))
    kept = X["a"].notna() if key == "isotonic" else X.index >= 0
    model = kind(**given)
    given = {name: np.asarray(value)[kept] for name, value in targets(kind, t)[place].items()}
    model.fit(X.loc[kept, columns], **given)
    assert (model._model.mojo is None) == ((kind.__name__, place) in WITHOUT_FILE)
    rows = rows.loc[rows["a"].notna(), columns] if key == "isotonic" else rows[columns]
    rows = rows.loc[rows["b"] != "never seen"] if key in SEEN_ONLY else rows
    there = hpd.DataFrame(rows)
    asked = [name for name in METHODS if hasattr(model, name) and (kind.__name__, name) not in FETCHED]
    assert asked
    for name in asked:
        here = np.asarray(getattr(model, name)(rows))
        with cluster.client.count() as counter:
            answer = getattr(model, name)(there)
        assert not [call for call in counter.calls if call[1] in {"/3/Compat.get", "/3/DownloadDataset.bin"}]
        found = answer.to_numpy()
        close = key in OTHER_ORDER and np.isclose(found, here, rtol=1e-12, atol=1e-12)
        differ = ~(close | (found == here) | (pd.isna(found) & pd.isna(here)))
        assert not differ.any(), f"{name}: {found[differ][:3]} there, {here[differ][:3]} here; {differ.sum()} differ"
