"""Processes are killed at every moment that matters, and no row is lost or written twice."""

from __future__ import annotations

import errno
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pandas as pd
import pytest

from h2o_frame_compat.io.connectors import AccessError, DriftError, from_json, parts
from h2o_sklearn.batch import Counts, JobState, JobStateError, LocalRuntime
from h2o_sklearn.batch.driver import run_job
from h2o_sklearn.batch.task import Task, Tools, score_partition

ROWS = 400


def wanted():
    return [(f"r{i}", 2.0 * i) for i in range(ROWS)]


def written(sink):
    """Rows of a sink, in any order."""
    if str(sink).startswith("sqlite"):
        path, _, table = str(sink).removeprefix("sqlite:///").partition("#")
        with sqlite3.connect(path) as connection:
            rows = connection.execute(f"SELECT id, predict FROM {table}").fetchall()
        connection.close()
    else:
        rows = pd.read_parquet(sink, columns=["id", "predict"]).itertuples(index=False, name=None)
    return sorted(rows, key=lambda row: int(row[0][1:]))


@pytest.fixture(params=["folder", "database"])
def sink(request, tmp_path):
    if request.param == "folder":
        (tmp_path / "out").mkdir()
        return {"spec_uid": "file", "location": f"{tmp_path}/out/*.parquet"}, tmp_path / "out"
    url = f"sqlite:///{tmp_path / 'out.db'}"
    return {"spec_uid": "jdbc", "location": url, "config": {"table": "scores"}}, f"{url}#scores"


@pytest.fixture
def job(jobs, numbers, sink):
    """Create a job of four partitions for a model, without starting it."""

    def create(model, **asked):
        return jobs.create(
            source=numbers(ROWS),
            sink=sink[0],
            model=model,
            model_request_parameters={"id_field": "id"},
            runtime=asked.pop("runtime", LocalRuntime(processes=1)),
            partitions=4,
            mini_batch_size=50,
            retries=2,
            backoff=0.01,
            start=False,
            **asked,
        )

    return create


class Killed(BaseException):
    """Stands for kill -9: nothing that comes after it runs."""


@pytest.mark.parametrize("moment", ["open_part", "write", "before commit", "after commit"])
def test_an_attempt_that_ends_at_any_moment_is_made_good_by_the_next(job, doubles, sink, monkeypatch, moment, tmp_path):
    """The same as killing a process, without the process: what is in memory is dropped, nothing is tidied up."""
    made = job(doubles(), dead_letter=str(tmp_path / "dead.jsonl"))
    task = made._spec["task"]
    task = Task(**task)
    partition = from_json(task.source).partitions(4)[1]
    tools = Tools(task)
    tools.sink.begin(task.job, task.sink_schema)
    tools.dead_sink.begin(task.job, task.dead_schema)
    real = type(tools.sink).open_part
    abandoned = []

    def open_part(self, *args):
        if moment == "open_part":
            raise Killed
        part = real(self, *args)
        write, commit = part.write, part.commit

        def dying_write(batch):
            write(batch)
            if moment == "write":
                raise Killed

        def dying_commit(extra=None):
            if moment == "before commit":
                raise Killed
            commit(extra)
            raise Killed

        abandoned.append(part.abort)
        part.write, part.commit, part.abort = dying_write, dying_commit, lambda: None
        return part

    with monkeypatch.context() as patch:
        patch.setattr(type(tools.sink), "open_part", open_part)
        with pytest.raises(Killed):
            score_partition(tools, partition)
    if isinstance(sink[1], str):  # a database forgets the transaction of a connection that is gone
        for forget in abandoned:
            forget()
    again = Tools(task)
    assert score_partition(again, partition) == Counts(100, 100, 0)
    assert score_partition(again, partition) == Counts(100, 100, 0)  # and once more
    again.sink.finish(task.job, [partition.id])
    for close in abandoned:
        close()
    assert written(sink[1]) == wanted()[100:200]


def test_dead_letters_of_a_killed_attempt_are_not_doubled(jobs, numbers, doubles, monkeypatch, tmp_path):
    made = jobs.create(
        source=numbers(ROWS, poison=[150, 160]), sink=str(tmp_path / "out.parquet"), model=doubles(),
        dead_letter=str(tmp_path / "dead.jsonl"), runtime=LocalRuntime(processes=0), partitions=4, start=False,
    )  # fmt: skip
    committed = []
    commit = parts._FilePart.commit

    def killed(part, extra=None):
        result = commit(part, extra)
        if "dead" in str(part._sink.location):
            committed.append(result)
            raise Killed
        return result

    with monkeypatch.context() as patch:
        patch.setattr(parts._FilePart, "commit", killed)
        with pytest.raises(Killed):
            made.run()
    assert committed
    jobs.store.engine.dispose()
    jobs.store.move(made.uid, JobState.FAILED, of=list(JobState))
    _let_go(jobs.store, made.uid)
    made.resume(wait=True)
    assert made.state == JobState.FINISHED
    assert made.counts == Counts(ROWS, ROWS - 2, 2)
    assert len(made.dead_letters()) == 2
    assert len(pd.read_parquet(tmp_path / "out.parquet")) == ROWS - 2


def _let_go(store, uid):
    """Forget that this process, which played the killed one, holds the job."""
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE h2o_batch_jobs SET holder = NULL WHERE uid = ?", (uid,))


def slow(moment):
    return pytest.param(moment, marks=pytest.mark.slow)


@pytest.mark.parametrize("moment", [slow("score"), slow("before commit"), "after commit"])
def test_a_worker_that_is_killed_is_replaced(jobs, numbers, doubles, tmp_path, moment):
    made = jobs.create(
        source=numbers(ROWS), sink=str(tmp_path / "out.parquet"), runtime=LocalRuntime(processes=1), partitions=4,
        model=doubles("Killer", moment=moment, flag=str(tmp_path / "killed"), after=150.0), mini_batch_size=50,
        model_request_parameters={"id_field": "id"}, backoff=0.01, start=False,
    )  # fmt: skip
    assert made.run() == JobState.FINISHED
    assert (tmp_path / "killed").exists()
    assert any("killed by signal 9" in line.message for line in made.logs())
    assert made.counts == Counts(ROWS, ROWS, 0)
    assert written(tmp_path / "out.parquet") == wanted()


@pytest.mark.slow
def test_a_worker_that_is_always_killed_ends_the_job_and_not_the_driver(jobs, numbers, doubles, tmp_path):
    model = doubles("Killer", moment="score", flag="/proc/self/nowhere", after=150.0)
    made = jobs.create(
        source=numbers(ROWS), sink=str(tmp_path / "out.parquet"), runtime=LocalRuntime(processes=1), partitions=4,
        model=model, mini_batch_size=50, retries=1, backoff=0.01, start=False,
    )  # fmt: skip
    assert made.run() == JobState.FAILED
    assert "FileNotFoundError" in made.error or "killed by signal 9" in made.error


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["score", "before commit", "after commit"])
def test_a_driver_that_is_killed_is_resumed(jobs, job, doubles, sink, tmp_path, moment):
    model = doubles("Killer", moment=moment, victim="driver", flag=str(tmp_path / "killed"), after=150.0)
    if moment != "score" and isinstance(sink[1], str):
        pytest.skip("the moment is one of files")
    made = job(model)
    made.submit()
    made._driver.wait(120)
    assert made._driver.returncode == -signal.SIGKILL
    assert made.state == JobState.FAILED
    assert "is gone; resume" in made.error
    made.resume(wait=True)
    assert made.state == JobState.FINISHED
    assert made.counts == Counts(ROWS, ROWS, 0)
    assert written(sink[1]) == wanted()


@pytest.mark.slow
def test_a_driver_that_is_killed_again_and_again_at_any_moment(jobs, job, doubles, sink):
    """Moments by chance, from its start to its end, until one comes through."""
    chance = random.Random(7)
    made = job(doubles(), runtime=LocalRuntime(processes=2))
    made.submit()
    for _ in range(8):
        time.sleep(chance.uniform(0.5, 4.0))  # the moment of the kill, not a wait for something
        if made._driver.poll() is None:
            os.kill(made._driver.pid, signal.SIGKILL)
        made._driver.wait()
        if made.state == JobState.FINISHED:
            break
        made.resume()
    if made.state != JobState.FINISHED:
        made._driver.wait()
        if made.state != JobState.FINISHED:
            made.resume(wait=True)
    assert made.state == JobState.FINISHED
    assert made.counts == Counts(ROWS, ROWS, 0)
    assert written(sink[1]) == wanted()


_FINISH = """
import os, signal, sys
from h2o_sklearn.batch.store import Store
from h2o_sklearn.batch.driver import run_job
from h2o_frame_compat.io.connectors import base, parts
from h2o_sklearn.batch import driver
moment = sys.argv[3]
finish = parts.FileSink.finish
def dying(self, job, ids):
    if moment == "before finish":
        os.kill(os.getpid(), signal.SIGKILL)
    done = finish(self, job, ids)
    os.kill(os.getpid(), signal.SIGKILL)
put = parts.FileSink._put_together
def between(self, *args):
    put(self, *args)
    os.kill(os.getpid(), signal.SIGKILL)
if moment == "in finish":
    parts.FileSink._put_together = between
else:
    parts.FileSink.finish = dying
run_job(Store(sys.argv[1]), sys.argv[2])
"""


@pytest.mark.parametrize("moment", [slow("before finish"), "in finish", slow("after finish")])
def test_a_driver_that_is_killed_while_it_completes_the_output(jobs, numbers, doubles, tmp_path, moment):
    made = jobs.create(
        source=numbers(ROWS), sink=str(tmp_path / "out.parquet"), model=doubles(), partitions=4,
        model_request_parameters={"id_field": "id"}, runtime=LocalRuntime(processes=0), start=False,
    )  # fmt: skip
    jobs.store.submit(made.uid, of=[JobState.CREATED])
    ended = subprocess.run([sys.executable, "-c", _FINISH, jobs.store.url, made.uid, moment], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert made.state == JobState.FAILED
    made.resume(wait=True)
    assert made.state == JobState.FINISHED
    assert made.counts == Counts(ROWS, ROWS, 0)
    assert written(tmp_path / "out.parquet") == wanted()


def test_two_drivers_of_one_job(jobs, numbers, doubles, tmp_path):
    """The second is refused while the first lives, and what one that lost its lease says is not taken."""
    made = jobs.create(
        source=numbers(ROWS), sink=str(tmp_path / "out.parquet"), model=doubles(), partitions=4,
        runtime=LocalRuntime(processes=0), start=False,
    )  # fmt: skip
    jobs.store.submit(made.uid, of=[JobState.CREATED])
    old = jobs.store.take(made.uid)
    with pytest.raises(JobStateError, match="is being run by"):
        run_job(jobs.store, made.uid)
    _let_go(jobs.store, made.uid)
    new = jobs.store.take(made.uid)
    assert new.epoch == old.epoch + 1
    for late in (
        lambda: jobs.store.renew(old, 5),
        lambda: jobs.store.partition_done(old, 0, Counts()),
        lambda: jobs.store.release(old, JobState.FINISHED, None),
        lambda: jobs.store.plan(old, {}, []),
    ):
        with pytest.raises(JobStateError, match="taken over"):
            late()
    assert jobs.store.renew(new, 5) == JobState.SUBMITTED


def test_a_cancelled_job_stops_its_workers(jobs, numbers, doubles, tmp_path, monkeypatch):
    made = jobs.create(
        source=numbers(ROWS), sink=str(tmp_path / "out.parquet"), model=doubles(), partitions=4, mini_batch_size=10,
        runtime=LocalRuntime(processes=0), start=False,
    )  # fmt: skip
    monkeypatch.setattr("h2o_sklearn.batch.driver.BEAT", 0.0)
    begin = jobs.store.begin

    def cancelling(lease, state, **values):
        begin(lease, state, **values)
        if state == JobState.RUNNING:
            made.cancel(wait=False)

    monkeypatch.setattr(jobs.store, "begin", cancelling)
    assert made.run() == JobState.CANCELLED
    monkeypatch.undo()
    made.resume(wait=True)
    assert made.counts == Counts(ROWS, ROWS, 0)


TROUBLE = [
    OSError(errno.ENOSPC, "No space left on device"),
    AccessError("the credentials were revoked"),
    DriftError("the column x is gone"),
]


@pytest.mark.parametrize("trouble", TROUBLE, ids=lambda trouble: type(trouble).__name__)
def test_what_waiting_does_not_mend_stops_the_job_cleanly(jobs, numbers, doubles, tmp_path, monkeypatch, trouble):
    made = jobs.create(
        source=numbers(ROWS), sink=str(tmp_path / "out.parquet"), model=doubles(), partitions=4,
        runtime=LocalRuntime(processes=0), start=False,
    )  # fmt: skip
    with monkeypatch.context() as patch:

        def troubled(*_):
            raise trouble

        patch.setattr(parts._FilePart, "write", troubled)
        assert made.run() == JobState.FAILED
    assert str(trouble) in made.error
    assert [line for line in made.logs() if "trying again" in line.message] == []
    made.resume(wait=True)
    assert made.state == JobState.FINISHED
    assert made.counts == Counts(ROWS, ROWS, 0)
