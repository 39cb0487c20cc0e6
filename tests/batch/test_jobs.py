"""Jobs from start to end, in this process: what they write, what they say, what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from sklearn.linear_model import BayesianRidge

from h2o_sklearn.batch import (
    BatchScoringJobs,
    BatchSinkOptions,
    BatchSourceOptions,
    Counts,
    JobFailedError,
    JobNotFoundError,
    JobState,
    JobStateError,
    LocalRuntime,
    ModelRequestParameters,
    OptionError,
    PreflightError,
)

HERE = LocalRuntime(processes=0)
BY_ID = {"id_field": "id"}


@pytest.fixture
def created(jobs, numbers, doubles, tmp_path):
    """Create a job of 1000 rows, without starting it."""

    def create(source=None, **asked):
        rows = {"rows": asked.pop("rows", 1000), "poison": asked.pop("poison", ())}
        return jobs.create(
            source=source or numbers(**rows),
            sink=asked.pop("sink", str(tmp_path / "out.parquet")),
            model=asked.pop("model", None) or doubles(),
            model_request_parameters=asked.pop("model_request_parameters", BY_ID),
            runtime=asked.pop("runtime", HERE),
            partitions=asked.pop("partitions", 4),
            mini_batch_size=asked.pop("mini_batch_size", 100),
            start=False,
            **asked,
        )

    return create


def test_a_job_from_parquet_to_one_file(created, tmp_path):
    job = created()
    assert job.state == JobState.CREATED
    assert job.run() == JobState.FINISHED
    out = pd.read_parquet(tmp_path / "out.parquet")
    assert out["id"].tolist() == [f"r{i}" for i in range(1000)]  # in the order of the source
    assert out["predict"].tolist() == [2.0 * i for i in range(1000)]
    assert job.counts == Counts(1000, 1000, 0)
    stats = job.completion_stats
    assert (stats.processed_row_count, stats.finished_pipeline_count, stats.error_row_count) == (1000, 4, 0)
    assert stats.failed_pipelines == []
    assert stats.error is None
    progress = job.progress
    assert (progress.fraction, progress.partitions_done, progress.partitions) == (1.0, 4, 4)
    assert progress.eta is None
    assert job.created_time <= job.start_time <= job.end_time
    assert str(job.logs()[-1]).endswith("INFO FINISHED")


def test_what_a_job_is_asked_for_is_found_again(created, jobs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    job = created(name="nightly", dead_letter={"spec_uid": "file", "location": "dead.jsonl"})
    again = BatchScoringJobs(jobs.store.url).get(job.uid[:-2])
    assert again.uid == job.uid
    assert (again.name, again.source.spec_uid, again.sink.spec_uid) == ("nightly", "file", "file")
    assert again.dead_letter == BatchSinkOptions("file", {}, "text/jsonl", str(Path.cwd() / "dead.jsonl"))
    assert again.model_request_parameters == ModelRequestParameters(id_field="id")
    assert again.runtime == again.scoring_runtime == HERE
    assert json.loads(json.dumps(again.to_dict()))["name"] == "nightly"
    again._store.close()


def test_jobs_are_listed_and_deleted(created, jobs):
    job = created()
    assert [found.uid for found in jobs.list()] == [job.uid]
    assert jobs.list(state="FINISHED") == []
    assert jobs.count(state=JobState.CREATED) == 1
    job.run()
    job.delete()
    assert jobs.list() == []
    with pytest.raises(JobNotFoundError, match="there is no job"):
        jobs.get(job.uid)


def test_a_poison_row_is_a_dead_letter(created, tmp_path):
    job = created(poison=[3, 3 + 250, 999], dead_letter=str(tmp_path / "dead.jsonl"))
    assert job.run() == JobState.FINISHED
    assert job.counts == Counts(1000, 997, 3)
    found = job.dead_letters()
    assert [(row["id"], row["x"]) for row in found] == [("r3", -4.0), ("r253", -254.0), ("r999", -1000.0)]
    assert found[0]["dead_letter_reason"] == "ValueError: negative: -4"
    assert found[0]["dead_letter_place"] == "partition 00000, row 3"
    out = pd.read_parquet(tmp_path / "out.parquet")
    assert set(out["id"]) | {"r3", "r253", "r999"} == {f"r{i}" for i in range(1000)}
    assert job.dead_letters(limit=1) == found[:1]


def test_a_batch_of_poison(created, tmp_path):
    """Nothing of a batch, and of a whole partition, can be scored."""
    job = created(poison=range(250, 500), dead_letter=str(tmp_path / "dead.jsonl"))
    assert job.run() == JobState.FINISHED, job.error
    assert job.counts == Counts(1000, 750, 250)


def test_all_poison_is_refused(created, tmp_path):
    with pytest.raises(PreflightError, match="model: no row of the sample can be scored: ValueError: negative: -1"):
        created(poison=range(1000), dead_letter=str(tmp_path / "dead.jsonl"))


def test_without_a_place_for_dead_letters_the_job_fails_and_goes_on_when_the_row_is_right(created, jobs, tmp_path):
    job = created(poison=[600], rows=1000)
    assert job.run() == JobState.FAILED
    assert "partition 00002, row 100 cannot be scored: ValueError: negative: -601" in job.error
    assert job.completion_stats.failed_pipelines == ["00002"]
    with pytest.raises(JobFailedError, match="negative"):
        job.wait(logs=False)
    assert not (tmp_path / "out.parquet").exists()


def test_too_many_dead_letters_stop_the_job(created, tmp_path):
    job = created(poison=range(10, 20), dead_letter=str(tmp_path / "dead.jsonl"), max_dead_letters=9)
    assert job.run() == JobState.FAILED
    assert "more than 9 rows cannot be scored" in job.error


def test_no_dead_letters_leave_no_file(created, tmp_path):
    job = created(dead_letter=str(tmp_path / "dead.jsonl"))
    job.run()
    assert not (tmp_path / "dead.jsonl").exists()
    assert job.dead_letters() == []


def test_lost_connections_are_tried_again(created, doubles, tmp_path):
    flag = tmp_path / "left"
    flag.write_text("")
    job = created(model=doubles("Breaks", flag=str(flag)), retries=2, backoff=0.001)
    flag.write_text("1 2")
    assert job.run() == JobState.FINISHED
    assert job.counts == Counts(1000, 1000, 0)
    assert [line.message for line in job.logs() if line.level == "WARNING"] == [
        "partition 00000: ConnectionResetError: connection reset by peer; trying again in 0.001 s",
        "partition 00001: ConnectionResetError: connection reset by peer; trying again in 0.001 s",
    ]


def test_resume_goes_on_where_it_stopped(created, tmp_path):
    job = created(poison=[600])
    assert job.run() == JobState.FAILED
    parts = sorted(Path(tmp_path).rglob("*0000*"))
    before = {part: part.stat().st_mtime_ns for part in parts if part.is_file()}
    assert before
    with pytest.raises(JobStateError, match="FAILED"):
        job.run()
    job.resume(wait=True)
    assert job.state == JobState.FAILED
    assert before.items() <= {part: part.stat().st_mtime_ns for part in before}.items()


def test_cancel_before_the_start(created):
    job = created()
    job.cancel()
    assert job.state == JobState.CANCELLED
    with pytest.raises(JobStateError, match="has ended"):
        job.cancel()
    job.resume(wait=True)
    assert job.state == JobState.FINISHED


def test_rerun(created, jobs, tmp_path):
    job = created()
    job.run()
    with pytest.raises((PreflightError, OptionError, FileExistsError), match=r"out\.parquet"):
        job.rerun()
    again = job.rerun("again", write_mode="overwrite")
    again.wait(logs=False)
    assert again.rerun_of == job.uid
    assert again.name == "again"
    assert len(pd.read_parquet(tmp_path / "out.parquet")) == 1000


def test_inputs_may_go_out(created, tmp_path):
    created(model_request_parameters={"output_fields_type": "INCLUDE_ALL_INPUT_FEATURES"}).run()
    assert list(pd.read_parquet(tmp_path / "out.parquet")) == ["id", "x", "predict"]


@pytest.mark.parametrize("kind", ["method", "std"])
def test_prediction_intervals(created, doubles, tmp_path, kind):
    model = doubles("Intervals")
    if kind == "std":
        model = BayesianRidge().fit(pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.5]}), [0.0, 2.0, 4.0, 7.1])
    created(model=model, model_request_parameters={"prediction_intervals": True}).run()
    out = pd.read_parquet(tmp_path / "out.parquet")
    assert list(out) == ["predict", "predict_lower", "predict_upper"]
    assert (out["predict_lower"] < out["predict"]).all()
    assert (out["predict"] < out["predict_upper"]).all()


def test_a_folder_gets_parquet(created, tmp_path):
    """As in the first example of the documentation: an address that ends in a slash, and no format."""
    job = created(sink=f"{tmp_path}/late/", dead_letter=f"{tmp_path}/dead/", poison=[900])
    assert job.run() == JobState.FINISHED, job.error
    assert len(list((tmp_path / "late").glob("*.parquet"))) == 4
    assert len(pd.read_parquet(tmp_path / "late")) == 999
    assert [row["id"] for row in job.dead_letters()] == ["r900"]


def test_an_empty_source(jobs, doubles, tmp_path):
    pd.DataFrame({"id": pd.Series([], dtype=str), "x": pd.Series([], dtype=float)}).to_parquet(tmp_path / "in.parquet")
    job = jobs.create(
        source=str(tmp_path / "in.parquet"), sink=str(tmp_path / "out.csv"), model=doubles(), runtime=HERE, start=False
    )
    assert job.run() == JobState.FINISHED
    assert job.counts == Counts()
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").strip() == '"predict"'


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"source": "nowhere/*.parquet"}, "source: .*no file is there"),
        ({"source": "x.unknown"}, "source: mime_type: is missing"),
        ({"source": {"spec_uid": "tape"}}, "source: spec_uid: is one of"),
        ({"source": {"spec_uid": "s3", "location": "s3://b/x.csv", "config": {"accessKeyID": "a"}}}, "secretAccessKey"),
        ({"source": {"spec_uid": "file", "location": "x.csv", "mime_type": "text/x"}}, "mime_type: is one of"),
        ({"source": {"spec_uid": "file", "place": "x.csv"}}, "place: is no field"),
        ({"model": "nowhere.zip"}, "model: there is no file"),
        ({"mini_batch_size": 0}, "mini_batch_size: must be a whole number of at least 1"),
        ({"on_error": "dead_letter"}, "dead_letter: is missing"),
        ({"on_error": "shrug"}, "on_error: must be"),
        ({"write_mode": "maybe"}, "write_mode"),
        ({"model_request_parameters": {"id_field": "nope"}}, "id_field: the source has no column 'nope'"),
        ({"model_request_parameters": {"idField": "id"}}, r"model_request_parameters.idField: is no field"),
        ({"model_request_parameters": {"output_fields_type": "INCLUDE_ID"}}, "id_field: is needed"),
        ({"model_request_parameters": {"contributions": "ORIGINAL"}}, "does not explain"),
        ({"model_request_parameters": {"prediction_intervals": True}}, "prediction_intervals: Doubles has none"),
        ({"runtime": "cray"}, "runtime: must be one of"),
        ({"job_start_timeout": "soon"}, "job_start_timeout"),
        ({"backoff": "soon"}, "backoff: must be seconds"),
        ({"backoff": -1}, "backoff: must be seconds"),
        ({"retries": "often"}, "retries: must be a whole number"),
        ({"max_dead_letters": 3}, "max_dead_letters: is given, but"),
        ({"environment_variables": {"N": 1}}, "environment_variables: must be a dict of texts"),
        ({"kubernetes_options": {"replicas": 2}}, "kubernetes_options: is for a KubernetesRuntime"),
        ({"model_request_parameters": {"prediction_intervals": "no"}}, "prediction_intervals: must be true or false"),
        ({"sink": "/proc/1/nowhere/out.csv"}, "sink: "),
    ],
)
def test_bad_input_is_refused_with_the_name_of_the_field(created, jobs, asked, says):
    with pytest.raises((OptionError, PreflightError), match=says):
        created(**asked)
    assert jobs.list() == []


def test_a_wrong_secret_name_is_refused(created):
    secret = {"accessKeyID": {"env": "H2O_COMPAT_NO_SUCH"}, "secretAccessKey": {"env": "H2O_COMPAT_NO_SUCH"}}
    source = {"spec_uid": "s3", "location": "s3://b/x.csv", "config": secret}
    with pytest.raises((OptionError, PreflightError), match="H2O_COMPAT_NO_SUCH is not set"):
        created(source=source)


def test_the_sink_must_not_be_the_source(created, numbers, tmp_path):
    source = numbers()
    with pytest.raises(OptionError, match="sink: "):
        created(source=source, sink=str(tmp_path / "in") + "/out.parquet")
    with pytest.raises(OptionError, match="dead_letter: "):
        created(source=source, dead_letter=str(tmp_path / "out.parquet"))


def test_the_sink_must_be_empty_unless_told(created, numbers, tmp_path):
    source = numbers()
    (tmp_path / "out.parquet").write_bytes(b"precious")
    with pytest.raises((PreflightError, OptionError), match=r"sink: .*out\.parquet is there already"):
        created(source=source)
    ignored = created(source=source, write_mode="ignore")
    assert ignored.run() == JobState.FINISHED
    assert (tmp_path / "out.parquet").read_bytes() == b"precious"
    assert created(source=source, write_mode="overwrite").run() == JobState.FINISHED
    assert len(pd.read_parquet(tmp_path / "out.parquet")) == 1000


def test_a_column_that_is_missing_or_would_be_twice(created, numbers, tmp_path, doubles):
    pd.DataFrame({"id": ["a"], "y": [1.0]}).to_parquet(tmp_path / "wrong.parquet")
    with pytest.raises(PreflightError, match="has no column 'x', which the model reads"):
        created(source=str(tmp_path / "wrong.parquet"))
    pd.DataFrame({"predict": ["a"], "x": [1.0]}).to_parquet(tmp_path / "twice.parquet")
    with pytest.raises(PreflightError, match="'predict' of the source has the name of a prediction"):
        created(source=str(tmp_path / "twice.parquet"), model_request_parameters={"id_field": "predict"})


def test_preflight_says_all_of_it_and_writes_nothing(jobs, numbers, doubles, tmp_path):
    source = numbers(poison=[1])
    found = jobs.preflight(source=source, sink=str(tmp_path / "out.csv"), model=doubles())
    assert not found.ok
    assert [check.name for check in found.errors] == ["score"]
    assert "1 of the first 250 rows cannot be scored, and there is no dead_letter" in found.errors[0].message
    found = jobs.preflight(
        source=BatchSourceOptions("file", {}, None, source),
        sink=str(tmp_path / "out.csv"),
        dead_letter=str(tmp_path / "d.jsonl"),
        model=doubles(),
    )
    assert found.ok
    said = json.loads(json.dumps(found.to_dict()))
    assert said["source_columns"] == {"id": "large_string", "x": "double"}
    assert said["sink_columns"] == {"predict": "double"}
    assert said["rows"] == 1000
    assert jobs.preflight(source="x.unknown", sink="y.csv", model=doubles()).errors[0].name == "options"
    assert not list(tmp_path.glob("out*"))
    assert jobs.list() == []


def test_a_source_that_changed_stops_the_job(created, numbers, tmp_path):
    job = created(source=numbers())
    pd.DataFrame({"id": ["a"], "other": [1.0]}).to_parquet(tmp_path / "in" / "2.parquet")
    assert job.run() == JobState.FAILED
    assert "2.parquet" in job.error
    assert job.completion_stats.failed_pipelines
    pd.DataFrame({"id": [f"r{i}" for i in range(500, 750)], "x": [float(i) for i in range(500, 750)]}).to_parquet(
        tmp_path / "in" / "2.parquet"
    )
    job.resume(wait=True)
    assert job.state == JobState.FAILED  # the new file is not the one that was planned with either
