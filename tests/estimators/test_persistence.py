"""Fitted estimators travel: into files, other processes and copies, and work there without a cluster."""

from __future__ import annotations

import copy
import io
import pickle
import subprocess
import sys

import cloudpickle
import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from h2o_sklearn import (
    H2OGeneralizedLinearRegressor,
    H2OGradientBoostingClassifier,
    H2OKMeans,
    H2ORandomForestClassifier,
)

X = pd.DataFrame({"a": np.linspace(-1, 1, 80), "b": list("xyzw") * 20})
LABELS = np.where(X["a"] > 0, "up", "down")


@pytest.fixture(scope="module")
def fitted(cluster):
    return {
        "boosting": H2OGradientBoostingClassifier(n_estimators=5).fit(X, LABELS),
        "forest": H2ORandomForestClassifier(n_estimators=5).fit(X, LABELS),
        "linear": H2OGeneralizedLinearRegressor().fit(X, X["a"] * 2),
        "kmeans": H2OKMeans(n_clusters=3).fit(X),
        "pipeline": make_pipeline(StandardScaler(), H2OGradientBoostingClassifier(n_estimators=3)).fit(
            X[["a"]], LABELS
        ),
    }


def through_joblib(model):
    buffer = io.BytesIO()
    joblib.dump(model, buffer, compress=3)
    buffer.seek(0)
    return joblib.load(buffer)


WAYS = {
    "pickle": lambda model: pickle.loads(pickle.dumps(model)),
    "cloudpickle": lambda model: pickle.loads(cloudpickle.dumps(model)),
    "joblib": through_joblib,
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["boosting", "forest", "linear", "kmeans", "pipeline"])
def test_copies_predict_the_same(fitted, name, way):
    model = fitted[name]
    rows = X[["a"]] if name == "pipeline" else X
    copied = WAYS[way](model)
    assert np.array_equal(copied.predict(rows), model.predict(rows))
    for attribute in ("feature_importances_", "coef_", "cluster_centers_", "labels_", "classes_"):
        if hasattr(model, attribute):
            assert np.array_equal(getattr(copied, attribute), getattr(model, attribute))


@pytest.mark.parametrize("name", ["boosting", "linear", "kmeans", "pipeline"])
def test_loaded_in_a_new_process_without_a_cluster(fitted, name, tmp_path):
    rows = X[["a"]] if name == "pipeline" else X
    file, data = tmp_path / "model.joblib", tmp_path / "rows.pickle"
    joblib.dump(fitted[name], file)
    rows.to_pickle(data)
    code = f"""
import joblib, pandas, sys
import h2o_frame_compat.session.session as session
def refuse(*args, **kwargs):
    raise AssertionError("a cluster was asked for")
session.connect = session.start_server = refuse
model = joblib.load({str(file)!r})
print(model.predict(pandas.read_pickle({str(data)!r})).tolist())
assert "h2o" not in sys.modules
"""
    clean = {"PATH": "/usr/bin:/bin", "H2O_COMPAT_URL": "http://127.0.0.1:1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=clean)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(fitted[name].predict(rows).tolist())


def test_a_pickle_holds_no_secret_and_no_handle(fitted, cluster):
    data = pickle.dumps(fitted["boosting"])
    secret = cluster.client.endpoint.credentials.reveal()
    assert secret.encode() not in data
    assert fitted["boosting"]._model.key.encode() not in data


def test_a_loaded_estimator_is_fitted_again(fitted, cluster):
    loaded = pickle.loads(pickle.dumps(fitted["boosting"]))
    assert loaded.fit(X, LABELS).score(X, LABELS) > 0.9
    assert loaded._model.key is not None


def test_a_loaded_model_scores_rows_in_the_cluster(fitted, cluster):
    import h2o_frame_compat.pandas as hpd

    loaded = pickle.loads(pickle.dumps(fitted["boosting"]))
    assert np.array_equal(loaded.predict(hpd.DataFrame(X)).to_numpy(), fitted["boosting"].predict(X))
