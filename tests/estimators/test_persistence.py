"""Fitted estimators travel: into files, other processes and copies, and work there without a cluster."""

from __future__ import annotations

import copy
import dataclasses
import gc
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
    _binary,
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


def through_skops(model):
    skops = pytest.importorskip("skops.io")
    data = skops.dumps(model)
    ours = skops.get_untrusted_types(data=data)
    assert all(name.startswith("h2o_sklearn.") for name in ours), ours
    return skops.loads(data, trusted=ours)


WAYS = {
    "pickle": lambda model: pickle.loads(pickle.dumps(model)),
    "cloudpickle": lambda model: pickle.loads(cloudpickle.dumps(model)),
    "joblib": through_joblib,
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
    "skops": through_skops,
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


def test_a_pickle_holds_no_secret_and_no_address(fitted, cluster):
    data = pickle.dumps(fitted["boosting"])
    endpoint = cluster.client.endpoint
    for text in (endpoint.credentials.reveal(), endpoint.credentials.header(), endpoint.url, cluster.client.session_id):
        assert text.encode() not in data


def test_a_loaded_estimator_is_fitted_again(fitted, cluster):
    loaded = pickle.loads(pickle.dumps(fitted["boosting"]))
    assert loaded.fit(X, LABELS).score(X, LABELS) > 0.9
    assert loaded._model.key is not None


def test_a_loaded_model_scores_rows_in_the_cluster(fitted, cluster):
    import h2o_frame_compat.pandas as hpd

    loaded = pickle.loads(pickle.dumps(fitted["boosting"]))
    assert np.array_equal(loaded.predict(hpd.DataFrame(X)).to_numpy(), fitted["boosting"].predict(X))


# ---------------------------------------------------------------- models without a MOJO


def interacting():
    return H2OGeneralizedLinearRegressor(interactions=["a", "b"], lambda_=0.0).fit(X, X["a"] * (X["b"] == "x"))


def models_in(cluster):
    cluster.executor.flush()
    return {model["model_id"]["name"] for model in cluster.client.get("/3/Models")["models"]}


@pytest.mark.parametrize("gone", ["collected", "removed by somebody", "still there"])
def test_a_model_without_a_mojo_is_put_back_where_it_is_needed(cluster, gone):
    before = models_in(cluster)
    model = interacting()
    expected = model.predict(X)
    data, key = pickle.dumps(model), model._model.key
    if gone != "still there":
        model = None
        gc.collect()
    if gone == "removed by somebody":
        model = pickle.loads(data)
        assert np.array_equal(model.predict(X), expected)
        cluster.client.delete(f"/3/Models/{key}")
        assert np.array_equal(model.predict(X), expected)
    loaded = pickle.loads(data)
    assert loaded._model.key is None
    assert np.array_equal(loaded.predict(X), expected)
    assert models_in(cluster) == before | {key}
    if model is not None:  # copies share the model: it stays as long as one of them
        loaded = None
        gc.collect()
        assert np.array_equal(model.predict(X), expected)
    del model, loaded
    assert models_in(cluster) == before


def test_a_model_of_another_process_is_used_and_left_there(cluster):
    model = interacting()
    data = pickle.dumps(model)
    lease = _binary._leases.pop((model._model.lease.cluster_id, model._model.key))  # as if it were not ours
    loaded = pickle.loads(data)
    assert np.array_equal(loaded.predict(X), model.predict(X))
    del loaded
    assert lease.key in models_in(cluster)


def test_interactions_do_not_depend_on_the_rows_beside(cluster):
    import h2o_frame_compat.pandas as hpd

    model = interacting()
    rows = X.assign(b=["unseen", None, *X["b"][2:]])
    whole = model.predict(rows)
    assert np.allclose(whole[2:], model.predict(X)[2:], rtol=0, atol=0)
    for some in (rows.head(3), rows.iloc[[0]], rows[5:9]):
        assert np.array_equal(model.predict(some), whole[some.index])
        assert np.array_equal(model.predict(hpd.DataFrame(some)).to_numpy(), whole[some.index])


@pytest.mark.parametrize("encoding", ["one_hot_explicit", "binary"])
def test_encodings_without_a_mojo(cluster, encoding):
    import h2o_frame_compat.pandas as hpd

    model = H2OGradientBoostingClassifier(n_estimators=3, learning_rate=0.9, categorical_encoding=encoding)
    model.fit(X, X["b"] == "x")
    assert model.score(X, X["b"] == "x") == 1
    rows = X.assign(b=["unseen", *X["b"][1:]])
    found = model.predict_proba(rows)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).predict_proba(rows), found)
    assert np.array_equal(model.predict_proba(hpd.DataFrame(rows)).to_numpy(), found)
    assert model.feature_importances_.argmax() == 1


def of_another_version(model):
    state = model._model
    return dataclasses.replace(state, lease=None, binary=dataclasses.replace(state.lease.binary(), version="3.1.0.1"))


def test_another_version_takes_the_mojo_or_says_what_to_do(fitted, cluster):
    import h2o_frame_compat.pandas as hpd

    with_mojo, without = copy.copy(fitted["boosting"]), copy.copy(interacting())
    with_mojo._model, without._model = of_another_version(with_mojo), of_another_version(without)
    assert np.array_equal(with_mojo.predict(hpd.DataFrame(X)).to_numpy(), fitted["boosting"].predict(X))
    with pytest.raises(ValueError, match=r"saved by H2O 3\.1\.0\.1.*fit it again"):
        without.predict(X)
    with pytest.raises(ValueError, match="saved by the version"):
        H2OGradientBoostingClassifier(n_estimators=9, checkpoint=with_mojo).fit(X, LABELS)


def test_a_loaded_model_goes_on_from_its_checkpoint(fitted, cluster):
    loaded = pickle.loads(pickle.dumps(fitted["boosting"]))
    more = H2OGradientBoostingClassifier(n_estimators=9, checkpoint=loaded).fit(X, LABELS)
    assert more._model.facts.table("model_summary")["number_of_trees"] == [9]
