"""Scoring on this machine: equal to the cluster to the last bit, safe with threads and forks, gone with its owner."""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd
from h2o_frame_compat.session.extension.build import build
from h2o_sklearn import (
    H2OGeneralizedLinearClassifier,
    H2OGeneralizedLinearRegressor,
    H2OGradientBoostingClassifier,
    H2OGradientBoostingRegressor,
    H2OKMeans,
    H2ONaiveBayesClassifier,
    H2ORandomForestClassifier,
    H2ORandomForestRegressor,
)
from h2o_sklearn._scoring import ScoringError, Sidecar, new_handle, running
from h2o_sklearn._scoring.sidecar import SCORER_JAR

ROWS = 300


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=ROWS), "b": rng.choice(list("zyx"), ROWS), "o": rng.normal(size=ROWS) / 10})
    t = 2 * X["a"] + (X["b"] == "x") + rng.normal(size=ROWS)
    other = X.copy()
    other.loc[::5, "a"] = np.nan
    other.loc[::7, "b"] = None
    other.loc[::11, "b"] = "never seen"
    return X, t, pd.concat([X, other], ignore_index=True)


TWO = [
    H2OGradientBoostingClassifier(n_estimators=10, random_state=0),
    H2ORandomForestClassifier(n_estimators=10, random_state=0),
    H2OGeneralizedLinearClassifier(),
]
CLASSIFIERS = [
    *TWO,
    H2OGradientBoostingClassifier(n_estimators=5, balance_classes=True, random_state=0),
    H2OGradientBoostingClassifier(n_estimators=5, calibrate_model=False, categorical_encoding="label_encoder"),
    H2OGeneralizedLinearClassifier(missing_values_handling="skip"),
    H2OGeneralizedLinearClassifier(missing_values_handling="plug_values", plug_values={"a": 0.5, "b": "x", "o": 0.0}),
    H2OGradientBoostingClassifier(n_estimators=5, offset_column="o"),
    H2OGeneralizedLinearClassifier(offset_column="o"),
]
REGRESSORS = [
    H2OGradientBoostingRegressor(n_estimators=10, random_state=0),
    H2ORandomForestRegressor(n_estimators=10, random_state=0),
    H2OGeneralizedLinearRegressor(),
    H2OGradientBoostingRegressor(n_estimators=5, distribution="gamma"),
    H2OGradientBoostingRegressor(n_estimators=5, distribution="huber"),
    H2OGeneralizedLinearRegressor(family="poisson"),
    H2OGeneralizedLinearRegressor(family="tweedie", tweedie_variance_power=1.5, tweedie_link_power=0.0),
]


@pytest.mark.parametrize("estimator", CLASSIFIERS, ids=str)
def test_probabilities_are_those_of_the_cluster(estimator, data, cluster):
    X, t, rows = data
    model = estimator.fit(X, t > 0)
    assert np.array_equal(
        model.predict_proba(rows), model.predict_proba(hpd.DataFrame(rows)).to_numpy(), equal_nan=True
    )
    assert np.array_equal(model.predict(rows), model.predict(hpd.DataFrame(rows)).to_numpy())


@pytest.mark.parametrize("estimator", [*TWO, H2OGeneralizedLinearClassifier(family="ordinal")], ids=str)
def test_probabilities_of_three_classes(estimator, data, cluster):
    X, t, rows = data
    model = estimator.fit(X, np.where(t > 1, "high", np.where(t > -1, "middle", "low")))
    assert np.array_equal(model.predict_proba(rows), model.predict_proba(hpd.DataFrame(rows)).to_numpy())
    assert np.array_equal(model.predict(rows), model.predict(hpd.DataFrame(rows)).to_numpy())


@pytest.mark.parametrize("estimator", REGRESSORS, ids=str)
def test_numbers_are_those_of_the_cluster(estimator, data, cluster):
    X, t, rows = data
    model = estimator.fit(X, np.exp(t / 2))
    assert np.array_equal(model.predict(rows), model.predict(hpd.DataFrame(rows)).to_numpy())


@pytest.mark.parametrize(
    "estimator",
    [
        *TWO,
        H2OGradientBoostingClassifier(n_estimators=5, offset_column="o"),
        H2OGradientBoostingClassifier(n_estimators=5, categorical_encoding="one_hot_explicit"),
        H2OGradientBoostingRegressor(n_estimators=5),
    ],
    ids=str,
)
def test_many_rows_are_scored_as_few_are(estimator, data, cluster):
    """Rows of trees are scored side by side, from 4,096 on."""
    X, t, rows = data
    model = estimator.fit(X, t > 0)
    many = pd.concat([rows] * 40, ignore_index=True)
    few = [model.predict(many.iloc[n : n + 1000]) for n in range(0, len(many), 1000)]
    assert len(many) > 4 * 4096
    assert np.array_equal(model.predict(many), np.concatenate(few))


@pytest.mark.parametrize("family", ["fractionalbinomial", "quasibinomial"])
def test_shares_are_predicted_as_shares(family, data, cluster):
    X, t, rows = data
    y = 1 / (1 + np.exp(-t)) if family == "fractionalbinomial" else (t > 0).astype(float)
    model = H2OGeneralizedLinearRegressor(family=family).fit(X, y)
    here = model.predict(rows)
    assert np.corrcoef(here[:ROWS], y)[0, 1] > 0.5
    assert np.array_equal(here, model.predict(hpd.DataFrame(rows)).to_numpy())


@pytest.mark.parametrize("standardize", [True, False])
def test_clusters_are_those_of_the_cluster(standardize, data, cluster):
    X, _, rows = data
    X = X.assign(a=X["a"].mask(X.index % 9 == 0))
    model = H2OKMeans(n_clusters=4, standardize=standardize, random_state=0).fit(X)
    assert np.array_equal(model.predict(rows), model.predict(hpd.DataFrame(rows)).to_numpy())
    assert np.array_equal(model.predict(rows), model.transform(rows).argmin(axis=1))


def test_times_and_booleans_are_those_of_the_cluster(cluster):
    rng = np.random.default_rng(1)
    X = pd.DataFrame(
        {"when": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 10**6, 200), unit="s"),
         "flag": rng.random(200) > 0.5, "whole": pd.array(rng.integers(0, 9, 200), dtype="Int64")}
    )  # fmt: skip
    y = (X["when"] > "2020-01-06") ^ X["flag"]
    model = H2OGradientBoostingClassifier(n_estimators=20, min_rows=2).fit(X, y)
    assert model.score(X, y) > 0.95
    assert np.array_equal(model.predict_proba(X), model.predict_proba(hpd.DataFrame(X)).to_numpy())


@pytest.fixture(scope="module")
def model(cluster):
    X = np.random.default_rng(0).normal(size=(200, 3))
    return H2OGradientBoostingClassifier(n_estimators=5, random_state=0).fit(X, X[:, 0] > 0)


def test_threads_take_turns(model):
    X = np.random.default_rng(1).normal(size=(500, 3))
    expected = model.predict_proba(X)
    results = {}

    def score(number):
        results[number] = [model.predict_proba(X) for _ in range(10)]

    threads = [threading.Thread(target=score, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(found, expected) for batch in results.values() for found in batch)


def _in_child(model, X, queue):
    queue.put((model.predict_proba(X), running().pid))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_has_its_own_scorer(model):
    X = np.random.default_rng(1).normal(size=(5, 3))
    expected, pid = model.predict_proba(X), running().pid
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_child, args=(model, X, queue))
    child.start()
    found, other = queue.get(timeout=60)
    child.join(timeout=60)
    assert np.array_equal(found, expected)
    assert other != pid
    assert running().pid == pid
    assert np.array_equal(model.predict_proba(X), expected)


def test_a_killed_scorer_is_replaced(model):
    X = np.random.default_rng(1).normal(size=(5, 3))
    expected = model.predict_proba(X)
    running()._process.kill()
    running()._process.wait()
    assert np.array_equal(model.predict_proba(X), expected)


def test_a_scorer_ends_with_its_owner_however_that_ends():
    code = (
        "import os, signal; from h2o_sklearn._scoring import running; print(running().pid, flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    stat = Path(f"/proc/{int(done.stdout)}")
    if not Path("/proc").is_dir():
        pytest.skip("no /proc here")
    for _ in range(100):
        if not stat.exists() or " Z " in (stat / "stat").read_text():
            return
        threading.Event().wait(0.1)
    pytest.fail("the scorer outlived its owner by ten seconds")


def test_a_model_is_forgotten_with_its_owner(model):
    sidecar = Sidecar()
    try:

        class Owner:
            pass

        owner = Owner()
        handle = new_handle(owner)
        rows = np.zeros((1, 3))
        sidecar.score(handle, model._model.mojo.data, 0, rows)
        assert handle in sidecar._loaded
        sidecar.drop(handle)
        sidecar.score(new_handle(owner), model._model.mojo.data, 0, rows)
        assert handle not in sidecar._loaded
    finally:
        sidecar.close()
    assert not sidecar.alive


def test_a_file_that_is_no_model_is_refused_and_the_scorer_lives_on(model):
    with pytest.raises(ScoringError, match="cannot be scored here"):
        running().score(-1, b"no zip", 0, np.zeros((1, 3)))
    assert model.predict(np.zeros((1, 3))).shape == (1,)


def test_no_rows_and_many_rows(model, monkeypatch):
    assert (
        model._model.predictions(model._read(np.zeros((1, 3)), reset=False).take(np.array([], dtype=int))).shape[0] == 0
    )
    X = np.random.default_rng(1).normal(size=(1000, 3))
    expected = model.predict_proba(X)
    monkeypatch.setattr("h2o_sklearn._scoring.sidecar._BLOCK_BYTES", 24 * 7)
    assert np.array_equal(model.predict_proba(X), expected)


def test_copies_score_without_sharing(model):
    import copy

    X = np.random.default_rng(1).normal(size=(5, 3))
    expected = model.predict_proba(X)
    copied = copy.deepcopy(model)
    assert np.array_equal(copied.predict_proba(X), expected)
    assert copied._model is model._model  # it does not change; a fit gives another
    del copied
    gc.collect()
    assert np.array_equal(model.predict_proba(X), expected)


def test_a_model_without_a_file_scores_rows_here_by_one_call(data, cluster, upload, monkeypatch):
    X, t, rows = data
    model = H2ONaiveBayesClassifier().fit(X, t > 0)
    frames = {frame["frame_id"]["name"] for frame in cluster.client.get("/3/Frames")["frames"]}
    with cluster.client.count() as counter:
        found = model.predict_proba(rows)
    if cluster.cluster.extension is None:  # the rows go in, become a frame, are scored and fetched
        assert len(counter.without_polls()) == upload + 5
        cluster.executor.flush()  # its temporaries leave with the next call
    else:
        assert [call[:2] for call in counter.calls] == [("POST", "/3/Compat.score")]
    assert frames >= {frame["frame_id"]["name"] for frame in cluster.client.get("/3/Frames")["frames"]}
    assert np.array_equal(found, model.predict_proba(hpd.DataFrame(rows)).to_numpy())
    monkeypatch.setenv("H2O_COMPAT_TRANSPORT", "stock")
    assert np.array_equal(found, model.predict_proba(rows))


def test_a_removed_model_without_a_file_is_put_back(data, cluster):
    X, t, rows = data
    model = H2ONaiveBayesClassifier().fit(X, t > 0)
    found = model.predict_proba(rows)
    cluster.client.delete(f"/3/Models/{model._model.key}")
    assert np.array_equal(model.predict_proba(rows), found)


def test_levels_are_read_as_they_are(cluster):
    levels = ["plain", "a\\b", "a\\nb", 'qu"ote', "comma,", "ünï", " spaces ", "[info]", "x = y"]
    X = pd.DataFrame({"c": levels * 20, "d": np.arange(180.0)})
    model = H2OGradientBoostingClassifier(n_estimators=3, min_rows=1).fit(X, X["c"].isin(levels[:4]))
    assert model._model.mojo.domains[model._model.mojo.columns.index("c")] == sorted(levels)
    assert np.array_equal(model.predict_proba(X), model.predict_proba(hpd.DataFrame(X)).to_numpy())


def test_a_mojo_is_pickled_as_its_bytes(model):
    import pickle

    mojo = model._model.mojo
    assert mojo.details["model_category"] == "Binomial"
    assert pickle.loads(pickle.dumps(mojo)).data == mojo.data


@pytest.mark.skipif(shutil.which("javac") is None, reason="building the jar needs a JDK")
def test_the_jar_is_what_its_source_builds():
    version = subprocess.run(["javac", "-version"], capture_output=True, text=True, check=True)
    if not (version.stdout + version.stderr).startswith("javac 17"):
        pytest.skip("the jar that is checked in was built by javac 17")
    assert build(SCORER_JAR.with_name("java")) == SCORER_JAR.read_bytes()
