from __future__ import annotations

import os
import signal
import time

import pytest

from h2o_frame_compat import errors
from h2o_frame_compat.session import connect
from h2o_frame_compat.session import jobs as jobs_module

RANDOM_X, RANDOM_Y = "(h2o.runif (seq_len 20000) 1)", "(h2o.runif (seq_len 20000) 2)"


@pytest.fixture(scope="module")
def training(cluster):
    key = cluster.new_key("training")
    cluster.client.rapids(f'(tmp= {key} (colnames= (cbind {RANDOM_X} {RANDOM_Y}) [0 1] ["x" "y"]))')
    yield key
    cluster.client.rapids(f"(rm {key})")


def fit(session, training, trees, **more):
    form = {"training_frame": training, "response_column": "y", "ntrees": trees, "seed": 1} | more
    return session.client.post("/3/ModelBuilders/gbm", form)["job"]["key"]["name"]


def test_a_job_is_waited_for(cluster, training):
    with cluster.client.count() as counter:
        job = cluster.jobs.wait(fit(cluster, training, 3), progress=False)
    assert job["status"] == "DONE"
    assert job["dest"]["name"]
    assert [call[:2] for call in counter.without_polls()] == [("POST", "/3/ModelBuilders/gbm")]
    assert len(counter) > len(counter.without_polls())


def build(jobs, training, trees, model, **more):
    form = {"training_frame": training, "response_column": "y", "ntrees": trees, "seed": 1} | more
    return jobs.build("/3/ModelBuilders/gbm", form, model=model)


def test_a_small_model_is_built_with_one_call(cluster, training, monkeypatch):
    monkeypatch.setattr(jobs_module, "HELD", 60.0)
    model = cluster.new_key("small")
    with cluster.client.count() as counter:
        job = build(cluster.jobs, training, 2, model)
    assert job["status"] == "DONE"
    assert job["dest"]["name"] == model
    assert job == cluster.jobs.get(job["key"]["name"])
    assert [call[:2] for call in counter.calls] == [("POST", "/3/Compat.train")]
    assert cluster.client.get(f"/3/Models/{model}")["models"][0]["output"]["model_summary"]
    cluster.client.rapids(f"(rm {model})")


def test_a_larger_model_is_waited_for(cluster, training, monkeypatch):
    monkeypatch.setattr(jobs_module, "HELD", 0.001)
    model = cluster.new_key("larger")
    with cluster.client.count() as counter:
        assert build(cluster.jobs, training, 30, model)["status"] == "DONE"
    assert [call[:2] for call in counter.without_polls()] == [("POST", "/3/Compat.train")]
    assert len(counter) > 1
    cluster.client.rapids(f"(rm {model})")


def test_where_the_extension_is_not_the_builder_itself_is_asked(cluster, training):
    model = cluster.new_key("stock")
    with cluster.client.count() as counter:
        assert build(jobs_module.Jobs(cluster.client), training, 2, model)["dest"]["name"] == model
    assert [call[:2] for call in counter.without_polls()] == [("POST", "/3/ModelBuilders/gbm")]
    cluster.client.rapids(f"(rm {model})")


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"ntrees": -1}, errors.ParameterError),
        ({"ntrees": "many"}, errors.ServerError),
        ({"no_such_parameter": 1}, errors.ServerError),
        ({"training_frame": "no_such_frame"}, errors.H2OCompatError),
        ({"response_column": "no_such_column"}, errors.ParameterError),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_both_ways_refuse_alike(cluster, training, wrong, kind):
    said = []
    for jobs in (cluster.jobs, jobs_module.Jobs(cluster.client)):
        with pytest.raises(kind) as caught:
            build(jobs, training, 2, "never", **wrong)
        said.append((type(caught.value), getattr(caught.value, "fields", None)))
        assert "\tat " not in str(caught.value)
    assert said[0] == said[1]


def test_no_builder(cluster):
    with pytest.raises(errors.H2OCompatError, match="no builder of models at /3/Frames"):
        cluster.jobs.build("/3/Frames", {}, model="never")


def test_ctrl_c_while_the_building_call_is_under_way(cluster, training, monkeypatch):
    model = cluster.new_key("interrupted")
    begun = fit(cluster, training, 5000, model_id=model)

    def interrupt(*args, **more):
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(cluster.client, "post", interrupt)
    with pytest.raises(KeyboardInterrupt):
        build(cluster.jobs, training, 5000, model)
    assert cluster.jobs.get(begun)["status"] == "CANCELLED"


def test_the_cluster_says_when_a_job_is_done(cluster, training):
    cluster.jobs.wait(fit(cluster, training, 3), progress=False)  # asks for that, once for a session
    job = fit(cluster, training, 20)
    with cluster.client.count() as counter:
        took = cluster.jobs.wait(job, progress=False)["msec"]
    assert len(counter) <= 2 + took // (jobs_module.HELD * 1000)
    assert counter.without_polls() == []


def test_where_no_properties_can_be_set_the_cluster_is_asked_again(cluster, training, monkeypatch):
    def refused(path, *args):
        raise errors.ServerError("Using session properties is disabled by the admin.")

    job = fit(cluster, training, 20)
    monkeypatch.setattr(jobs_module, "_held", {})
    monkeypatch.setattr(cluster.client, "post", refused)
    assert jobs_module.Jobs(cluster.client).wait(job, progress=False)["status"] == "DONE"
    assert jobs_module._held[cluster.client][1] == {}


def test_polling_slows_down(cluster, monkeypatch):
    pauses = []
    answers = [{"status": "RUNNING"}] * 30 + [{"status": "DONE"}]
    jobs = jobs_module.Jobs(cluster.client)
    monkeypatch.setattr(jobs, "_get", lambda key, headers: answers.pop(0))
    monkeypatch.setattr(jobs_module.time, "sleep", pauses.append)
    jobs.wait("any", progress=False)
    assert pauses[0] == 0.01
    assert pauses == sorted(pauses)
    assert max(pauses) == 0.2
    assert sum(pauses[:5]) < 0.15


def test_a_failed_job_says_why_without_a_trace(cluster, training):
    # The frame is torn away under the job, which H2O does not prevent.
    key = cluster.new_key("torn")
    cluster.client.rapids(f"(assign {key} (+ {training} 0))")
    job = fit(cluster, key, 5000)
    while cluster.jobs.get(job)["progress"] == 0:
        time.sleep(0.01)
    cluster.client.rapids(f"(rm {key})")
    with pytest.raises(errors.JobFailedError) as caught:
        cluster.jobs.wait(job, progress=False)
    assert "GBM failed in the cluster" in str(caught.value)
    assert "\tat " not in str(caught.value)
    assert cluster.client.rapids("(+ 1 1)").value == 2.0


def test_a_job_that_ran_out_of_memory():
    job = {
        "status": "FAILED",
        "description": "GBM",
        "exception": "java.lang.OutOfMemoryError: Java heap space\n\tat x",
    }
    with pytest.raises(errors.OutOfMemoryError, match="GBM failed, because the cluster ran out of memory"):
        jobs_module.Jobs._finished(job)


def test_someone_else_cancels(cluster, training):
    job = fit(cluster, training, 5000)
    cluster.jobs.cancel(job)
    with pytest.raises(errors.JobCancelledError, match="GBM was cancelled"):
        cluster.jobs.wait(job, progress=False)


def test_a_job_that_is_not_there(cluster):
    with pytest.raises(errors.ServerError, match="Job is missing"):
        cluster.jobs.wait("no_such_job")


def test_ctrl_c_cancels_the_job_in_the_cluster(cluster, training, monkeypatch):
    job = fit(cluster, training, 5000)

    def interrupt(key, headers):
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(cluster.jobs, "_get", interrupt)
    with pytest.raises(KeyboardInterrupt):
        cluster.jobs.wait(job, progress=False)
    assert cluster.jobs.get(job)["status"] == "CANCELLED"
    assert cluster.client.rapids("(+ 1 1)").value == 2.0


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_ctrl_c_for_real(cluster, script, training):
    """The signal reaches the process wherever it happens to be; the job must not run on."""
    child = script(
        f"""
        from h2o_frame_compat.session import connect
        session = connect()
        form = dict(training_frame={training!r}, response_column="y", ntrees=5000)
        job = session.client.post("/3/ModelBuilders/gbm", form)["job"]["key"]["name"]
        print(job, flush=True)
        try:
            session.jobs.wait(job, progress=False)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        """,
        **{name: value for name, value in os.environ.items() if name.startswith("H2O_COMPAT_")},
    )
    job = child.stdout.readline().strip()
    while cluster.jobs.get(job)["progress"] == 0:
        time.sleep(0.01)
    child.send_signal(signal.SIGINT)
    assert child.stdout.readline().strip() == "interrupted"
    assert cluster.jobs.get(job)["status"] == "CANCELLED"


def test_the_server_is_killed_in_the_middle_of_a_fit(fresh, monkeypatch):
    session = connect("local", heap="512m")
    key = "killed"
    session.client.rapids(f'(tmp= {key} (colnames= (cbind {RANDOM_X} {RANDOM_Y}) [0 1] ["x" "y"]))')
    job = fit(session, key, 5000)
    while session.jobs.get(job)["progress"] == 0:
        time.sleep(0.01)
    os.kill(session.server.pid, signal.SIGKILL)
    with pytest.raises(errors.ClusterLostError, match="died; its frames and models are gone"):
        session.jobs.wait(job, progress=False)


@pytest.mark.parametrize("shown", [True, False])
def test_a_progress_bar(cluster, training, capsys, monkeypatch, shown):
    monkeypatch.setattr(jobs_module, "_BAR_AFTER", 0.0)
    monkeypatch.setattr(jobs_module, "_held", {cluster.client: (cluster.client.session_id, {})})  # answers at once
    with cluster.client.count() as counter:
        cluster.jobs.wait(fit(cluster, training, 50), progress=shown, description="my model")
    assert len(counter) > 3  # it was asked for while it ran
    assert ("my model" in capsys.readouterr().err) is shown


def test_the_option_turns_bars_off(cluster, training, capsys, monkeypatch):
    monkeypatch.setattr(jobs_module, "_BAR_AFTER", 0.0)
    monkeypatch.setattr(jobs_module.options, "progress", False)
    cluster.jobs.wait(fit(cluster, training, 20))
    assert capsys.readouterr().err == ""


def test_short_jobs_show_nothing(cluster, training, capsys):
    cluster.jobs.wait(fit(cluster, training, 1), progress=True)
    assert capsys.readouterr().err == ""
