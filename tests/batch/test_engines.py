"""The adapters for Spark and Ray, where they are installed: `pip install 'h2o-compat[spark,ray]'`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from h2o_sklearn.batch import Counts, JobState, RayRuntime, SparkRuntime
from h2o_sklearn.batch.runners.remote import score_remotely
from h2o_sklearn.batch.task import Task, Tools

ROWS = 300
RUNTIMES = {"pyspark": SparkRuntime("local[2]"), "ray": RayRuntime(cpus=0.5)}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # theirs
@pytest.mark.parametrize("engine", RUNTIMES)
def test_a_job_from_start_to_end(jobs, numbers, doubles, tmp_path, engine):
    pytest.importorskip(engine, reason=f"{engine} is an extra, and too large for the environment of tests")
    made = jobs.create(
        source=numbers(ROWS, files=3, poison=[7]), sink=str(tmp_path / "out.parquet"), model=doubles(), partitions=3,
        model_request_parameters={"id_field": "id"}, dead_letter=str(tmp_path / "dead.jsonl"),
        runtime=RUNTIMES[engine], start=False,
    )  # fmt: skip
    assert made.run() == JobState.FINISHED, made.error
    assert made.counts == Counts(ROWS, ROWS - 1, 1)
    assert pd.read_parquet(tmp_path / "out.parquet")["predict"].tolist() == [2.0 * i for i in range(ROWS) if i != 7]


@pytest.mark.parametrize("engine", RUNTIMES)
def test_without_the_package_the_job_says_what_to_install(jobs, numbers, doubles, tmp_path, engine, monkeypatch):
    monkeypatch.setitem(sys.modules, engine, None)
    made = jobs.create(
        source=numbers(ROWS), sink=str(tmp_path / "out.parquet"), model=doubles(), runtime=RUNTIMES[engine], start=False
    )
    assert made.run() == JobState.SUBMISSION_FAILED
    assert "pip install 'h2o-compat[" in made.error


@pytest.mark.parametrize("engine", RUNTIMES)
def test_what_they_run_on_another_machine(jobs, numbers, doubles, tmp_path, engine):
    """The function itself, with a model that only came along as bytes."""
    made = jobs.create(
        source=numbers(ROWS, files=3), sink=str(tmp_path / "out") + "/*.parquet", model=doubles(), partitions=3,
        runtime=RUNTIMES[engine], start=False,
    )  # fmt: skip
    task = Task(**{**made._spec["task"], "model": "/nowhere/model.joblib"})
    model = Path(made._spec["task"]["model"]).read_bytes()
    tools = Tools(task)
    tools.sink.begin(task.job, task.sink_schema)
    for number, partition in enumerate(tools.source.partitions(3)):
        found = score_remotely(json.dumps(task.to_json()), model, number, partition.to_json(), 0, 0.0)
        assert found == {"number": number, "counts": {"rows_in": 100, "rows_out": 100, "dead_letters": 0}}
    broken = {**partition.to_json(), "what": {"files": []}, "id": "x"}
    assert score_remotely("{", model, 9, broken, 0, 0.0)["transient"] is False
