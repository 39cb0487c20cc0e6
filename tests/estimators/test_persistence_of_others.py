"""Estimators without a target travel as classifiers do, and those with a MOJO work without a cluster."""

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

import h2o_sklearn as h2o

RNG = np.random.default_rng(0)
X = pd.DataFrame(RNG.normal(size=(60, 3)), columns=list("abc")).assign(g=list("uvw") * 20)
FOREST = {"n_estimators": 3, "random_state": 0}
TIMES = RNG.exponential(size=60)

#: How each is fitted, and what is compared.
MODELS = {
    "pca": (lambda: h2o.H2OPCA(n_components=2).fit(X), "transform"),
    "glrm": (lambda: h2o.H2OGLRM(n_components=2, max_iter=5, random_state=0).fit(X), "transform"),
    "autoencoder": (lambda: h2o.H2OAutoencoder(hidden_layer_sizes=(2,), random_state=0).fit(X), "score_samples"),
    "isolation": (lambda: h2o.H2OIsolationForest(**FOREST).fit(X), "predict"),
    "extended": (lambda: h2o.H2OExtendedIsolationForest(**FOREST).fit(X), "predict"),
    "encoder": (lambda: h2o.H2OTargetEncoder().fit(X, X["a"]), "transform"),
    "cox": (lambda: h2o.H2OCoxPH().fit(X, TIMES), "predict_survival_function"),
    "uplift": (
        lambda: h2o.H2OUpliftRandomForest(**FOREST).fit(X, X["b"] > 0, treatment=np.arange(60) % 2),
        "predict",
    ),
    "words": (lambda: h2o.H2OWord2Vec(vec_size=2, min_word_freq=1).fit(X["g"]), "transform"),
}
WITHOUT_A_MOJO = {
    "svd": (lambda: h2o.H2OSVD(n_components=2).fit(X), "transform"),
    "selection": (lambda: h2o.H2OModelSelection().fit(X, X["a"]), "transform"),
    "aggregator": (lambda: h2o.H2OAggregator(target_num_exemplars=5).fit(X), "get_params"),
}
EVERY = {**MODELS, **WITHOUT_A_MOJO}


def through_joblib(model):
    joblib.dump(model, buffer := io.BytesIO())
    return joblib.load(buffer)


def through_skops(model):
    skops = pytest.importorskip("skops.io")
    data = skops.dumps(model)
    return skops.loads(data, trusted=skops.get_untrusted_types(data=data))


WAYS = {
    "pickle": lambda model: pickle.loads(pickle.dumps(model)),
    "cloudpickle": lambda model: pickle.loads(cloudpickle.dumps(model)),
    "joblib": through_joblib,
    "skops": through_skops,
    "deepcopy": copy.deepcopy,
}


@pytest.fixture(scope="module")
def fitted(cluster):
    return {name: make() for name, (make, _) in EVERY.items()}


def said(model, method):
    if method == "get_params":
        return model.labels_
    return np.asarray(getattr(model, method)(X["g"] if isinstance(model, h2o.H2OWord2Vec) else X))


@pytest.mark.parametrize("way", WAYS)
def test_copies_say_the_same(fitted, way):
    for name, (_, method) in EVERY.items():
        assert np.array_equal(said(WAYS[way](fitted[name]), method), said(fitted[name], method)), name


def test_a_new_process_needs_no_cluster(fitted, tmp_path):
    file, data = tmp_path / "models.joblib", tmp_path / "rows.pickle"
    joblib.dump({name: (fitted[name], method) for name, (_, method) in MODELS.items()}, file)
    X.to_pickle(data)
    code = f"""
import joblib, numpy as np, pandas
import h2o_frame_compat.session.session as session
def refuse(*args, **kwargs):
    raise AssertionError("a cluster was asked for")
session.connect = session.start_server = refuse
X = pandas.read_pickle({str(data)!r})
made = {{}}
for name, (model, method) in joblib.load({str(file)!r}).items():
    made[name] = np.asarray(getattr(model, method)(X["g"] if name == "words" else X))
joblib.dump(made, {str(tmp_path / "made.joblib")!r})
"""
    clean = {"PATH": "/usr/bin:/bin", "H2O_COMPAT_URL": "http://127.0.0.1:1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=clean)
    assert done.returncode == 0, done.stderr
    for name, found in joblib.load(tmp_path / "made.joblib").items():
        assert np.array_equal(found, said(fitted[name], MODELS[name][1])), name


def test_a_mojo_file_makes_an_estimator(fitted, tmp_path):
    for name in ("pca", "isolation", "cox"):
        model, method = fitted[name], MODELS[name][1]
        loaded = type(model).from_mojo(model.to_mojo(tmp_path / f"{name}.zip"))
        assert np.array_equal(said(loaded, method), said(model, method)), name
    coder = type(fitted["autoencoder"]).from_mojo(fitted["autoencoder"].to_mojo(tmp_path / "coder.zip"))
    assert np.array_equal(said(coder, "transform"), said(fitted["autoencoder"], "transform"))
    with pytest.raises(ValueError, match="set offset_"):
        said(coder, "predict")
    coder.offset_ = fitted["autoencoder"].offset_
    assert np.array_equal(said(coder, "predict"), said(fitted["autoencoder"], "predict"))
    with pytest.raises(ValueError, match="MOJO"):
        fitted["svd"].to_mojo(tmp_path / "svd.zip")
