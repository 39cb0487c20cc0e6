"""Trees as machine code: equal to the MOJO, and out of the way where they are not."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sys
import threading

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from h2o_sklearn import (
    H2OExtraTreesClassifier,
    H2OGradientBoostingClassifier,
    H2OGradientBoostingRegressor,
    H2ORandomForestClassifier,
    H2ORandomForestRegressor,
    H2OXGBoostRegressor,
)
from h2o_sklearn._scoring import compiled

pytest.importorskip("tl2cgen")

ROWS = 300
SMALL = {"n_estimators": 4, "max_depth": 4, "min_rows": 5, "random_state": 0}
RNG = np.random.default_rng(0)
X = pd.DataFrame(
    {
        "a": RNG.normal(size=ROWS),
        "few": RNG.choice(list("zyx"), ROWS),
        "many": [f"level {number}" for number in RNG.integers(0, 70, ROWS)],
        "o": RNG.normal(size=ROWS) / 10,
        "holes": np.where(RNG.random(ROWS) < 0.5, np.nan, 1.0),
    }
)
T = 2 * X["a"] + (X["few"] == "x") + X["holes"].isna() + RNG.normal(size=ROWS)
TWO, THREE = T > 0, np.where(T > 2, "high", np.where(T > 0, "middle", "low"))
NEW = pd.concat([X, X.assign(a=X["a"].mask(X.index % 3 == 0), few="never seen", many=None)], ignore_index=True)


def both(model, rows=NEW):
    """What the MOJO says, and the machine code."""
    method = "predict_proba" if hasattr(model, "predict_proba") else "predict"
    return [getattr(model.set_params(backend=backend), method)(rows) for backend in ("mojo", "compiled")]


@pytest.mark.filterwarnings("error")  # it does not step aside
@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (H2OGradientBoostingRegressor(**SMALL), T),
        pytest.param(H2OGradientBoostingRegressor(**SMALL, distribution="laplace"), T, marks=pytest.mark.slow),
        pytest.param(H2ORandomForestRegressor(**SMALL), T, marks=pytest.mark.slow),
        pytest.param(H2ORandomForestClassifier(**SMALL), TWO, marks=pytest.mark.slow),
        pytest.param(H2ORandomForestClassifier(**SMALL, binomial_double_trees=True), TWO, marks=pytest.mark.slow),
        (H2OExtraTreesClassifier(**SMALL), THREE),
    ],
    ids=["gaussian", "laplace", "forest of numbers", "forest of two", "forest of two, twice", "extra trees of three"],
)
def test_results_are_equal(estimator, y, cluster):
    expected, found = both(clone(estimator).fit(X, y))
    assert np.array_equal(found, expected)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (H2OGradientBoostingClassifier(**SMALL, offset_column="o"), TWO),
        pytest.param(H2OGradientBoostingClassifier(**SMALL), THREE, marks=pytest.mark.slow),
        pytest.param(
            H2OGradientBoostingRegressor(**SMALL, distribution="tweedie"), np.exp(T), marks=pytest.mark.slow
        ),
    ],
    ids=["bernoulli with an offset", "multinomial", "tweedie"],
)
def test_results_with_an_exponential_are_equal_to_the_last_digit(estimator, y, cluster):
    model = clone(estimator).fit(X, y)
    expected, found = both(model)
    assert np.allclose(found, expected, rtol=compiled.TOLERANCE, atol=compiled.TOLERANCE)
    if hasattr(model, "classes_"):
        assert np.array_equal(model.predict(NEW), model.set_params(backend="mojo").predict(NEW))


@pytest.fixture(scope="module")
def model(cluster):
    return H2OGradientBoostingRegressor(n_estimators=6, min_rows=20, random_state=0, backend="compiled").fit(
        X[["a", "holes"]], T
    )


def test_what_a_compiled_model_goes_through(model, tmp_path):
    rows = NEW[["a", "holes"]]
    expected = model.predict(rows)
    assert model._model.compiled.exact
    assert model._model.compiled is model._model.compiled
    assert model.predict(rows[:1]) == expected[:1]
    loaded = pickle.loads(pickle.dumps(model))
    assert "compiled" not in loaded._model.__dict__  # it belongs to this machine
    assert np.array_equal(loaded.predict(rows), expected)
    from_file = H2OGradientBoostingRegressor.from_mojo(model.to_mojo(tmp_path)).set_params(backend="compiled")
    assert np.array_equal(from_file.predict(rows), expected)
    assert from_file._model.compiled is not None


def test_threads_take_turns(model):
    rows = NEW[["a", "holes"]]
    expected, results = model.predict(rows), []
    threads = [threading.Thread(target=lambda: results.append(model.predict(rows))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert all(np.array_equal(found, expected) for found in results)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_has_it(model):
    rows = NEW[["a", "holes"]]
    expected = model.predict(rows)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=lambda: queue.put(model.predict(rows)))
    child.start()
    assert np.array_equal(queue.get(timeout=60), expected)
    child.join(timeout=60)


# ---------------------------------------------------------------- where it steps aside


def unseen(rows):
    """Take no missing value for one."""
    return np.nan_to_num(rows, nan=-5.0)


def fresh(model):
    """The same model, not yet compiled."""
    return pickle.loads(pickle.dumps(model))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda patch: patch.setattr(compiled, "MOST_NODES", 3), "its trees have .* nodes, more than 3"),
        (lambda patch: patch.setattr(compiled.shutil, "which", lambda _: None), "there is no C compiler"),
        (lambda patch: patch.setitem(sys.modules, "tl2cgen", None), r"pip install 'h2o-compat\[compiled\]'"),
        (lambda patch: patch.setenv("PATH", ""), "there is no C compiler"),
        (lambda patch: patch.setattr(compiled, "_seen", unseen), "differ from the MOJO's by up to"),
    ],
    ids=["large", "no compiler", "no library", "no path", "other results"],
)
def test_it_says_why_it_steps_aside(model, change, reason, monkeypatch):
    expected = fresh(model).set_params(backend="mojo").predict(NEW[["a", "holes"]])
    other = fresh(model)
    change(monkeypatch)
    with pytest.warns(UserWarning, match=f"steps aside, the MOJO scores this model: .*{reason}"):
        found = other.predict(NEW[["a", "holes"]])
    assert np.array_equal(found, expected)
    assert other._model.compiled is None


@pytest.mark.parametrize(
    ("entry", "value", "reason"),
    [
        ("balance_classes", "true", "its classes were balanced"),
        ("distribution", "custom", "distribution='custom' is not compiled"),
        ("mojo_version", "1.30", "an old format"),
        ("algo", "isolationforest", "only gradient boosting and random forests"),
    ],
)
def test_models_that_are_not_compiled(model, entry, value, reason):
    info = {**model._model.mojo.info, entry: value}
    with pytest.raises(compiled.NotCompiledError, match=reason):
        compiled._link(info)


def test_a_backend_that_there_is_not(model):
    with pytest.raises(ValueError, match="'backend' must be one of"):
        fresh(model).set_params(backend="C").predict(NEW[["a", "holes"]])
    with pytest.raises(ValueError, match="'backend' must be one of"):
        H2OGradientBoostingRegressor(backend="C").fit(X, T)


def test_the_backend_of_xgboost_is_another(cluster):
    model = H2OXGBoostRegressor(n_estimators=2, backend="cpu").fit(X[["a"]], T)
    assert model.predict(X[["a"]]).shape == (ROWS,)
    assert "compiled" not in model._model.__dict__


@given(st.floats(allow_nan=False), st.floats(width=32, allow_nan=False))
def test_no_test_of_a_tree_turns_on_a_changed_bit(number, edge):
    near = np.array([[number, edge], [np.nextafter(edge, -np.inf), np.nextafter(edge, np.inf)], [np.nan, 0.0]])
    seen = compiled._seen(near)
    assert np.array_equal(seen < edge, near < edge)
    assert np.array_equal(np.isnan(seen), np.isnan(near))
    assert not (seen.view(np.uint32)[:, ::2] == 0xFFFFFFFF).any()
