"""What the models of a job say: the same as when they are asked without a job."""

from __future__ import annotations

import os
import signal
import threading

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from h2o_sklearn import (
    H2OGenericModel,
    H2OGradientBoostingClassifier,
    H2OGradientBoostingRegressor,
    H2ONaiveBayesClassifier,
    _scoring,
)
from h2o_sklearn.batch import ContributionType, Counts, JobState, LocalRuntime, ModelRequestParameters, OptionError
from h2o_sklearn.batch.model import Scorer, load, save
from h2o_sklearn.batch.runners import local

ROWS = 300


@pytest.fixture(scope="module")
def flights():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({
        "id": np.arange(ROWS), "hour": rng.normal(size=ROWS), "carrier": rng.choice(["AA", "B6", "UA"], ROWS),
        "distance": rng.integers(1, 9, ROWS),
    })  # fmt: skip
    X.loc[3, "hour"] = np.nan
    X.loc[4, "carrier"] = None
    return X, np.where(X["distance"] + rng.normal(size=ROWS) > 4, "late", "in time")


@pytest.fixture(scope="module")
def classifier(cluster, flights):
    X, y = flights
    return H2OGradientBoostingClassifier(n_estimators=5, random_state=0).fit(X[["hour", "carrier", "distance"]], y)


def batch(X):
    return pa.RecordBatch.from_pandas(X, preserve_index=False)


def scored(model, X, **parameters):
    scorer = Scorer(model, ModelRequestParameters(**parameters))
    rows = batch(X)
    schema = scorer.schema(rows.schema, rows)
    found = scorer.score(rows, schema)
    assert found.rows.schema == schema
    return found.rows.to_pandas(), found.dead


def test_a_classifier_of_ours(classifier, flights):
    X, _ = flights
    found, dead = scored(classifier, X, id_field="id")
    assert dead == {}
    assert list(found) == ["id", "predict", "in time", "late"]
    inputs = X[["hour", "carrier", "distance"]]
    assert found["predict"].tolist() == classifier.predict(inputs).tolist()
    assert np.array_equal(found[["in time", "late"]], classifier.predict_proba(inputs))


def test_columns_in_another_order_and_more_of_them(classifier, flights):
    X, _ = flights
    found, _ = scored(classifier, X[["distance", "id", "carrier", "hour"]].assign(more=1))
    assert np.array_equal(found["late"], classifier.predict_proba(X[["hour", "carrier", "distance"]])[:, 1])


@pytest.mark.parametrize("processes", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_model_without_a_mojo_is_scored_in_the_cluster(jobs, flights, cluster, tmp_path, processes):
    X, y = flights
    inputs = X[["hour", "carrier", "distance"]]
    model = H2ONaiveBayesClassifier().fit(inputs, y)
    assert Scorer(model, ModelRequestParameters()).needs_cluster
    X.to_parquet(tmp_path / "in.parquet")
    job = jobs.create(
        source=str(tmp_path / "in.parquet"), sink=str(tmp_path / "out.parquet"), model=model, start=False,
        runtime=LocalRuntime(processes=processes),
    )  # fmt: skip
    assert job.run() == JobState.FINISHED, job.error
    found = pd.read_parquet(tmp_path / "out.parquet")
    assert np.allclose(found[["in time", "late"]], model.predict_proba(inputs), rtol=0, atol=1e-12)


def test_contributions(classifier, flights, tmp_path):
    X, _ = flights
    wanted = classifier.predict_contributions(X[["hour", "carrier", "distance"]])
    names = ["contribution_hour", "contribution_carrier", "contribution_distance", "contribution_bias"]
    found, _ = scored(classifier, X, contributions="ORIGINAL")
    assert list(found)[-4:] == names
    assert np.array_equal(found[names], wanted)
    classifier.to_mojo(tmp_path / "model.zip")
    mojo = H2OGenericModel.from_mojo(tmp_path / "model.zip")
    assert np.array_equal(scored(mojo, X, contributions="TRANSFORMED")[0][names], wanted)


def test_contributions_in_a_pipeline(cluster, flights):
    X, _ = flights
    numbers = X[["hour", "distance"]].fillna(0)
    pipeline = make_pipeline(StandardScaler(), H2OGradientBoostingRegressor(n_estimators=3, random_state=0))
    pipeline.fit(numbers, X["id"])
    found, _ = scored(pipeline, numbers, contributions=ContributionType.TRANSFORMED)
    assert list(found) == ["predict", "contribution_0", "contribution_1", "contribution_bias"]
    assert np.allclose(found.iloc[:, 1:].sum(axis=1), found["predict"])
    assert np.array_equal(found["predict"], pipeline.predict(numbers))
    with pytest.raises(OptionError, match="contributions: ORIGINAL"):
        scored(pipeline, numbers, contributions="ORIGINAL")


def test_what_is_saved_says_the_same(classifier, flights, tmp_path, cluster):
    """As an object, as a file, as a MOJO, and as the id of a model in the cluster."""
    X, _ = flights
    wanted, _ = scored(classifier, X)
    mojo = classifier.to_mojo(tmp_path / "model.zip")
    for given in (classifier, mojo, str(mojo), classifier.model_, classifier.model_.model_id):
        path = save(given, tmp_path / "models")
        assert path == save(given, tmp_path / "models") or path.suffix == ".joblib"
        pd.testing.assert_frame_equal(scored(load(path), X)[0], wanted)
        pd.testing.assert_frame_equal(scored(load(save(path, tmp_path / "again")), X)[0], wanted)


def test_a_pipeline_of_scikit_learn(flights):
    X, y = flights
    numbers = X[["hour", "distance"]].fillna(0)
    pipeline = make_pipeline(FunctionTransformer(np.abs), LogisticRegression()).fit(numbers, y)
    found, _ = scored(pipeline, X.fillna({"hour": 0}))
    assert found["predict"].tolist() == pipeline.predict(numbers).tolist()
    assert np.array_equal(found[["in time", "late"]], pipeline.predict_proba(numbers))


def test_a_model_without_names_goes_by_position(flights):
    X, y = flights
    numbers = X[["hour", "distance"]].fillna(0)
    model = LogisticRegression().fit(numbers.to_numpy(), y == "late")
    found, _ = scored(model, numbers.assign(id=X["id"]), id_field="id")
    assert np.array_equal(found["True"], model.predict_proba(numbers.to_numpy())[:, 1])
    with pytest.raises(OptionError, match="has 3 columns without the id, but the model reads 2"):
        scored(model, X[["hour", "distance", "id"]])


def test_text_is_read_as_the_numbers_of_the_fit(classifier, flights):
    """A file without types: what is no number is a dead letter, what is empty is missing."""
    X, _ = flights
    rows = X.astype({"hour": object, "distance": object}).head(6)
    rows["hour"] = ["1.5", " 2 ", "", None, "noon", "-3e1"]
    rows["distance"] = [str(value) for value in rows["distance"]]
    found, dead = scored(classifier, rows)
    assert dead == {4: "column 'hour' holds 'noon', which is no number"}
    plain = X.head(6).assign(hour=[1.5, 2, np.nan, np.nan, 0, -30]).drop(index=4)
    assert np.array_equal(found["late"], classifier.predict_proba(plain[["hour", "carrier", "distance"]])[:, 1])


def test_rows_that_the_model_refuses_are_found(classifier, flights):
    X, _ = flights
    X = X.assign(hour=X["hour"].mask(X["id"].isin([0, 77, 299]), np.inf))
    found, dead = scored(classifier, X, id_field="id")
    assert sorted(dead) == [0, 77, 299]
    assert "infinity" in dead[77]
    assert found["id"].tolist() == [i for i in range(ROWS) if i not in dead]


def dying(after=0):
    """Make a way to score of which Java is killed at one request: the first, or one after it."""
    real, asked = _scoring.Sidecar.score, []

    def score(self, *args, **more):
        asked.append(self)
        if len(asked) == after + 1:
            os.kill(self.pid, signal.SIGKILL)
            self._process.wait()
        return real(self, *args, **more)

    return score


def test_that_java_was_killed_says_nothing_about_a_row(classifier, flights, monkeypatch):
    rows = batch(flights[0].head(1))
    scorer = Scorer(classifier, ModelRequestParameters())
    schema = scorer.schema(rows.schema, rows)
    with monkeypatch.context() as patch:
        patch.setattr(_scoring.Sidecar, "score", dying())
        with pytest.raises(_scoring.ScoringError, match="the local scorer ended"):
            scorer.score(rows, schema)
    assert scorer.score(rows, schema).dead == {}


def test_java_is_killed_in_the_middle_of_a_job(jobs, classifier, flights, tmp_path, monkeypatch):
    """No worker process is started for a model that Java scores; when Java is killed, partitions are tried again."""
    X, _ = flights
    X.to_parquet(tmp_path / "in.parquet", row_group_size=40)
    job = jobs.create(
        source=str(tmp_path / "in.parquet"), sink=str(tmp_path / "out.parquet"), model=classifier, partitions=6,
        model_request_parameters={"id_field": "id"}, mini_batch_size=20, backoff=0.01, start=False,
    )  # fmt: skip
    monkeypatch.setattr(_scoring.Sidecar, "score", dying(after=3))
    assert job.run() == JobState.FINISHED, job.error
    told = "".join(line.message for line in job.logs())
    assert "worker process" not in told
    assert "the local scorer ended" in told
    assert job.counts == Counts(ROWS, ROWS, 0)
    found = pd.read_parquet(tmp_path / "out.parquet")
    assert found["id"].tolist() == X["id"].tolist()
    assert np.array_equal(found["late"], classifier.predict_proba(X[["hour", "carrier", "distance"]])[:, 1])


def test_threads_of_a_cancelled_job_end(jobs, classifier, flights, tmp_path, monkeypatch):
    flights[0].to_parquet(tmp_path / "in.parquet")
    job = jobs.create(
        source=str(tmp_path / "in.parquet"), sink=f"{tmp_path}/out/*.parquet", model=classifier, partitions=1,
        mini_batch_size=1, start=False,
    )  # fmt: skip
    monkeypatch.setattr("h2o_sklearn.batch.driver.BEAT", 0.0)
    real = _scoring.Sidecar.score

    def cancelling(self, *args, **more):
        if job.state == JobState.RUNNING:
            job.cancel(wait=False)
        return real(self, *args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(_scoring.Sidecar, "score", cancelling)
        before = threading.active_count()
        assert job.run() == JobState.CANCELLED
        assert threading.active_count() == before
    assert list((tmp_path / "out").glob("*.parquet")) == []
    job.resume(wait=True)
    assert job.counts == Counts(ROWS, ROWS, 0)


@pytest.mark.slow
def test_large_jobs_get_worker_processes_too(jobs, classifier, flights, tmp_path, monkeypatch):
    flights[0].to_parquet(tmp_path / "in.parquet", row_group_size=30)
    job = jobs.create(
        source=str(tmp_path / "in.parquet"), sink=str(tmp_path / "out.csv"), model=classifier, partitions=10,
        runtime=LocalRuntime(processes=2), start=False,
    )  # fmt: skip
    monkeypatch.setattr(local, "_WORTH", 100)
    assert job.run() == JobState.FINISHED, job.error
    assert sum("worker process" in line.message for line in job.logs()) == 1
    assert job.counts == Counts(ROWS, ROWS, 0)


def test_unseen_categories_are_told(classifier, flights):
    X, _ = flights
    rows = X.head(3).assign(carrier=["AA", "ZZ", "YY"])
    assert Scorer(classifier, ModelRequestParameters()).unseen(batch(rows)) == {"carrier": ["YY", "ZZ"]}


def test_what_cannot_be_a_model(tmp_path):
    for given, says in (
        (object(), "has no predict"),
        (LogisticRegression(), "not fitted"),
        ("nowhere/model.zip", "there is no file"),
    ):
        with pytest.raises(OptionError, match=f"model: .*{says}"):
            save(given, tmp_path)
    local = make_pipeline(FunctionTransformer(lambda X: X), LogisticRegression())
    local.fit(pd.DataFrame({"x": [0.0, 1.0]}), [0, 1])
    with pytest.raises(OptionError, match="model: cannot be pickled"):
        save(local, tmp_path)
