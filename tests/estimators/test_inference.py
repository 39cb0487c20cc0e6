"""Survival, uplift, and the estimators that judge columns."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd
from h2o_sklearn import H2OANOVAGLM, H2OCoxPH, H2OInfogram, H2OModelSelection, H2OUpliftRandomForest
from h2o_sklearn.survival import _times

RNG = np.random.default_rng(0)
N = 150
X = pd.DataFrame({"a": RNG.normal(size=N), "b": RNG.normal(size=N), "g": RNG.choice(["u", "v"], N)})
TIME = RNG.exponential(np.exp(-X["a"])).round(2) + 0.01
EVENT = RNG.random(N) > 0.3
SURVIVAL = np.array(list(zip(EVENT, TIME, strict=True)), dtype=[("event", bool), ("time", float)])
TREATED = RNG.integers(0, 2, N)
BOUGHT = np.where(RNG.random(N) < 0.3 + 0.4 * TREATED * (X["a"] > 0), "yes", "no")


@pytest.fixture(scope="module")
def cox(cluster):
    return H2OCoxPH(ties="breslow").fit(X, SURVIVAL)


def test_the_baseline_is_breslows(cox):
    risk = cox.predict(X)
    times = np.unique(TIME)
    hazard = np.cumsum([(EVENT & (t == TIME)).sum() / np.exp(risk)[t <= TIME].sum() for t in times])
    assert np.array_equal(cox.unique_times_, times)
    np.testing.assert_allclose(cox.cum_baseline_hazard_, hazard)
    survival = cox.predict_survival_function(X)
    np.testing.assert_allclose(survival, np.exp(-np.exp(risk)[:, None] * hazard))


def test_concordance_counts_pairs(cox):
    risk = cox.predict(X)
    agreed = pairs = 0.0
    for i in np.flatnonzero(EVENT):
        time = TIME[i]
        longer = (time < TIME) | ((time == TIME) & ~EVENT)
        pairs += longer.sum()
        agreed += (risk[longer] < risk[i]).sum() + 0.5 * (risk[longer] == risk[i]).sum()
    assert cox.score(X, SURVIVAL) == pytest.approx(agreed / pairs)
    assert _times.concordance(_times.read(SURVIVAL), np.zeros(N)) == 0.5


def test_forms_of_a_target(cox, cluster):
    there = H2OCoxPH(ties="breslow").fit(hpd.DataFrame(X), pd.DataFrame({"e": EVENT, "t": TIME}))
    assert np.array_equal(there.predict(X), cox.predict(X))
    np.testing.assert_allclose(cox.predict(hpd.DataFrame(X)).to_numpy(), cox.predict(X), rtol=1e-12)
    all_events = H2OCoxPH().fit(X, TIME)
    assert all_events.predict(X).shape == (N,)
    late = np.array(list(zip(EVENT, TIME / 2, TIME, strict=True)), dtype="?,f8,f8")
    assert H2OCoxPH().fit(X, late).coef_.shape == (3,)
    with pytest.raises(ValueError, match="no event"):
        H2OCoxPH().fit(X, pd.DataFrame({"e": False, "t": TIME}))
    with pytest.raises(ValueError, match="structured array"):
        H2OCoxPH().fit(X, pd.DataFrame({"e": TIME, "t": TIME}))
    strata = H2OCoxPH(stratify_by=["g"]).fit(X, SURVIVAL)
    np.testing.assert_allclose(strata.predict(hpd.DataFrame(X)).to_numpy(), strata.predict(X), rtol=1e-12)
    with pytest.raises(ValueError, match="stratum"):
        strata.predict_survival_function(X)


def test_uplift(cluster):
    model = H2OUpliftRandomForest(n_estimators=10, random_state=0).fit(X, BOUGHT, treatment=TREATED)
    effect, outcomes = model.predict(X), model.predict_outcomes(X)
    np.testing.assert_allclose(outcomes[:, 0] - outcomes[:, 1], effect)
    assert effect[X["a"] > 0].mean() > effect[X["a"] < 0].mean()
    assert model.classes_.tolist() == ["no", "yes"]
    assert np.array_equal(model.predict(hpd.DataFrame(X)).to_numpy(), effect)
    there = H2OUpliftRandomForest(n_estimators=10, random_state=0)
    there.fit(hpd.DataFrame(X), hpd.Series(BOUGHT), treatment=hpd.Series(TREATED))
    assert np.array_equal(there.predict(X), effect)
    with pytest.raises(ValueError, match="treatment"):
        model.fit(X, BOUGHT)
    with pytest.raises(ValueError, match="two values"):
        model.fit(X, np.arange(N) % 3, treatment=TREATED)


def test_the_columns_of_the_target_are_selected(cluster):
    y = 3 * X["a"] + 2 * (X["g"] == "v") + 0.1 * RNG.normal(size=N)
    model = H2OModelSelection(max_predictor_number=2).fit(X, y)
    assert model.get_feature_names_out().tolist() == ["a", "g"]
    assert model.transform(X).columns.tolist() == ["a", "g"]
    assert model.transform(hpd.DataFrame(X)).to_pandas().columns.tolist() == ["a", "g"]
    assert model.best_r2_[1] > 0.99
    assert [len(subset) for subset in model.subsets_] == [1, 2]
    backward = H2OModelSelection(mode="backward", min_predictor_number=1).fit(X[["a", "b"]], y)
    assert backward.get_support().tolist() == [True, False]
    tests = H2OANOVAGLM(highest_interaction_term=1).fit(X, y)
    assert tests.pvalues_["a"] < 1e-6 < tests.pvalues_["b"]


def test_information(cluster):
    rows = X.assign(noise=RNG.permutation(X["b"]))
    model = H2OInfogram(random_state=0).fit(rows, np.where(X["a"] > 0, "high", "low"))
    assert model.get_support()[0]
    assert model.scores_.index[0] == "a"
    assert model.transform(rows).columns.tolist() == model.get_feature_names_out().tolist()
    with pytest.raises(ValueError, match="classes"):
        H2OInfogram().fit(rows, X["a"])


@pytest.mark.parametrize("way", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))], ids=["copy", "file"])
def test_what_was_learnt_travels(cox, way):
    selected = H2OModelSelection().fit(X, X["a"])
    assert way(selected).get_support().tolist() == selected.get_support().tolist()
    assert np.array_equal(way(cox).predict_survival_function(X), cox.predict_survival_function(X))
