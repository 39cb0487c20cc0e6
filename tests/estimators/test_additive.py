"""Additive models on this machine: their splines are made of the columns of the row."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd
from h2o_sklearn import H2OGeneralizedAdditiveClassifier, H2OGeneralizedAdditiveRegressor, H2OGenericModel

pytestmark = pytest.mark.usefixtures("cluster")

ROWS = 300
RNG = np.random.default_rng(0)
X = pd.DataFrame(
    {
        "a": RNG.normal(size=ROWS),
        "g": RNG.choice(list("xyz"), ROWS),
        "b": RNG.uniform(size=ROWS),
        "c": RNG.normal(size=ROWS),
    }
)
Y = np.sin(X["a"]) + X["b"] ** 2 + (X["g"] == "x") + RNG.normal(size=ROWS) / 10
TWO, THREE = Y > 0.5, np.where(Y > 1, "high", np.where(Y > 0, "middle", "low"))
OTHER = X.assign(
    a=X["a"].mask(X.index % 5 == 0).mask(X.index % 7 == 0, 40.0),  # missing, and beyond the knots
    b=X["b"].mask(X.index % 10 == 0),
    c=X["c"].mask(X.index % 4 == 0),
    g=X["g"].mask(X.index % 3 == 0, "never seen").mask(X.index % 8 == 0),
)
NEW = pd.concat([X, OTHER], ignore_index=True)
SPLINES = {"gam_columns": [["b"], ["a"]], "num_knots": [5, 6]}


def said(model, rows):
    return model.predict_proba(rows) if hasattr(model, "predict_proba") else model.predict(rows)


def same_here_and_there(model):
    assert model._model.mojo is not None
    here = said(model, NEW)
    assert np.array_equal(here, said(model, hpd.DataFrame(NEW)).to_numpy())
    return here


@pytest.mark.parametrize(
    ("kind", "params", "y"),
    [
        (H2OGeneralizedAdditiveRegressor, {}, Y),
        (H2OGeneralizedAdditiveRegressor, {**SPLINES, "bs": [2, 0], "standardize": True}, Y),
        (H2OGeneralizedAdditiveRegressor, {**SPLINES, "family": "gamma", "link": "log"}, np.exp(Y)),
        (H2OGeneralizedAdditiveClassifier, {}, TWO),
        (H2OGeneralizedAdditiveClassifier, {**SPLINES, "family": "ordinal"}, THREE),
    ],
    ids=["cubic", "monotone and cubic", "gamma", "two classes", "ordinal"],
)
def test_predictions_are_those_of_the_cluster(kind, params, y):
    model = kind(**params).fit(X, y)
    found = same_here_and_there(model)
    assert np.array_equal(said(pickle.loads(pickle.dumps(model)), NEW), found)


def test_three_classes_are_the_clusters():
    model = H2OGeneralizedAdditiveClassifier(**SPLINES).fit(X, THREE)
    there = model.predict_proba(hpd.DataFrame(NEW)).to_numpy()
    assert model._model.mojo is None
    assert np.array_equal(model.predict_proba(NEW), there)
    taken = H2OGenericModel.from_h2o_model(model.model_)  # by its file
    assert np.allclose(taken.predict_proba(NEW), there, rtol=1e-14, atol=0)


def test_a_file_and_a_model_of_the_cluster(cluster, tmp_path):
    model = H2OGeneralizedAdditiveRegressor(**SPLINES).fit(X, Y)
    expected = model.predict(NEW)
    turned = NEW[["c", "b", "a", "g"]]  # columns go by name
    file = model.to_mojo(tmp_path)
    with cluster.client.count() as counter:
        assert np.array_equal(H2OGeneralizedAdditiveRegressor.from_mojo(file).predict(turned), expected)
        assert np.array_equal(H2OGenericModel(file).fit().predict(turned), expected)
    assert not counter.calls
    assert np.array_equal(H2OGenericModel.from_h2o_model(model.model_).predict(turned), expected)


@pytest.mark.parametrize(
    "params",
    [{"gam_columns": [["a", "b"]], "num_knots": [12]}, {**SPLINES, "bs": [3, 0]}],
    ids=["thin plates", "M-splines"],
)
def test_other_splines_are_the_clusters(params, tmp_path):
    model = H2OGeneralizedAdditiveRegressor(**params).fit(X, Y)
    expected = model.predict(hpd.DataFrame(NEW)).to_numpy()
    assert model._model.mojo is None
    assert np.array_equal(model.predict(NEW), expected)
    model.model_.download_mojo(str(tmp_path / "model.zip"))
    with pytest.raises(ValueError, match="thin plates or M-splines"):
        H2OGenericModel.from_mojo(tmp_path / "model.zip")
    taken = H2OGenericModel.from_h2o_model(model.model_)
    assert taken._model.mojo is None
    assert np.array_equal(taken.predict(NEW), expected)
