"""The demo is plain pandas: with the one import swapped it gives the same frame and the same scores."""

from __future__ import annotations

import re
import subprocess
import sys

import joblib
import numpy as np
import pandas
import pytest

from h2o_frame_compat import options
from h2o_sklearn import demo


def prepared(rows):
    """The demo's frame from our dialect, nothing of it made by falling back to pandas, and from pandas."""
    with options.context(fallback="error"):
        ours = demo.prepare(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "pd", pandas)
        return ours, demo.prepare(rows)


def test_frame_is_that_of_pandas(cluster):
    ours, theirs = prepared(2000)
    pandas.testing.assert_frame_equal(ours.to_pandas(), theirs, rtol=1e-12)


def test_derived_columns_are_those_of_pandas(cluster):
    ours, theirs = prepared(2000)
    with options.context(fallback="error"):
        derived = demo.derive(ours)
    pandas.testing.assert_frame_equal(derived.to_pandas(), demo.derive(theirs), rtol=1e-12)


@pytest.mark.slow
def test_scores_are_those_of_pandas(cluster):
    ours, theirs = prepared(8000)
    with options.context(fallback="error"):
        search, score, hold_out = demo.train(ours)
    search_pandas, score_pandas, hold_out_pandas = demo.train(theirs)

    pandas.testing.assert_frame_equal(hold_out.to_pandas(), hold_out_pandas, rtol=1e-12)
    assert score == pytest.approx(score_pandas, abs=0.01)
    np.testing.assert_allclose(
        search.cv_results_["mean_test_score"], search_pandas.cv_results_["mean_test_score"], atol=0.01
    )
    assert score > 0.6


@pytest.mark.slow
def test_saved_model_predicts_in_a_process_that_cannot_reach_a_cluster(cluster, tmp_path, monkeypatch):
    ours, _ = prepared(3000)
    search, _, hold_out = demo.train(ours)
    model, rows = tmp_path / "model.joblib", tmp_path / "rows.csv"
    joblib.dump(search.best_estimator_, model)
    some = hold_out.to_pandas().head(20)
    some.to_csv(rows, index=False)

    monkeypatch.setenv("H2O_COMPAT_URL", "http://127.0.0.1:1")
    served = subprocess.run(
        [sys.executable, "-m", "h2o_sklearn.demo", "--serve", str(model), str(rows)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    printed = [float(line.split()[-1]) for line in served.splitlines()[1:]]
    in_cluster = np.asarray(search.best_estimator_.predict_proba(some))[:, 1]
    np.testing.assert_allclose(printed, in_cluster, atol=0.0006)  # three digits are printed


@pytest.mark.slow
def test_command_line(cluster, monkeypatch):
    monkeypatch.setenv("H2O_COMPAT_FALLBACK", "error")
    printed = subprocess.run(
        [sys.executable, "-m", "h2o_sklearn.demo", "--rows", "5000"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "336,776 flights" in printed
    assert re.search(r"AUC on the hold-out 0\.[67]", printed), printed
    assert re.search(r"done in \d+ seconds", printed), printed
