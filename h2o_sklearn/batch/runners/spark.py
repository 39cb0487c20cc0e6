"""Tasks of Spark: one for each partition."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from h2o_sklearn.batch.errors import SubmissionError
from h2o_sklearn.batch.options import Counts, SparkRuntime
from h2o_sklearn.batch.runners.remote import score_remotely

if TYPE_CHECKING:
    from h2o_sklearn.batch.driver import Run

_PAUSE = 0.5


def run(run: Run) -> None:
    """Score the open partitions of a job.

    Parameters
    ----------
    run : Run
        The job.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra
    except ImportError:
        raise SubmissionError("the runtime spark needs PySpark: pip install 'h2o-compat[spark]'") from None
    assert isinstance(run.runtime, SparkRuntime)
    builder = SparkSession.builder.appName(f"h2o-compat {run.job}")
    if run.runtime.master is not None:
        builder = builder.master(run.runtime.master)
    for name, value in run.environment.items():
        builder = builder.config(f"spark.executorEnv.{name}", value)
    context = builder.getOrCreate().sparkContext
    task, retries, backoff = json.dumps(run.task.to_json()), run.retries, run.backoff
    model = context.broadcast(Path(run.task.model).read_bytes())
    asked = [(number, run.partitions[number].to_json()) for number in run.waiting]
    for number, _ in asked:
        run.start(number)
    results: list[dict[str, Any]] = []
    problems: list[Exception] = []

    def collect() -> None:
        try:
            context.setJobGroup(run.job, "batch scoring", interruptOnCancel=True)
            scored = context.parallelize(asked, len(asked)).map(
                lambda one: score_remotely(task, model.value, one[0], one[1], retries, backoff)
            )
            results.extend(scored.collect())
        except Exception as error:  # noqa: BLE001 - raised below, in the thread that waits
            problems.append(error)

    thread = threading.Thread(target=collect)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(_PAUSE)
            run.beat()
    finally:
        context.cancelJobGroup(run.job)
        thread.join()
    if problems:
        raise problems[0]
    for result in results:
        take(run, result)


def take(run: Run, result: dict[str, Any]) -> None:
    """Tell the job what became of a partition that was tried as often as it may be.

    Parameters
    ----------
    run : Run
        The job.
    result : dict
        What :func:`score_remotely` gave.
    """
    if "counts" in result:
        run.done(result["number"], Counts(**result["counts"]))
    else:
        run.failed(result["number"], result["error"], transient=False)
