"""Tasks of Ray: one for each partition."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from h2o_sklearn.batch.errors import SubmissionError
from h2o_sklearn.batch.options import RayRuntime
from h2o_sklearn.batch.runners.remote import score_remotely
from h2o_sklearn.batch.runners.spark import take

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
        import ray  # noqa: PLC0415 - an extra
    except ImportError:
        raise SubmissionError("the runtime ray needs Ray: pip install 'h2o-compat[ray]'") from None
    assert isinstance(run.runtime, RayRuntime)
    if not ray.is_initialized():
        ray.init(address=run.runtime.address, runtime_env={"env_vars": run.environment}, log_to_driver=False)
    remote = ray.remote(num_cpus=run.runtime.cpus, max_retries=run.retries)(score_remotely)
    model, task = ray.put(Path(run.task.model).read_bytes()), json.dumps(run.task.to_json())
    asked = {}
    for number in run.waiting:
        run.start(number)
        partition = run.partitions[number].to_json()
        asked[remote.remote(task, model, number, partition, run.retries, run.backoff)] = number
    try:
        while asked:
            ready, _ = ray.wait(list(asked), timeout=_PAUSE)
            run.beat()
            for one in ready:
                number = asked.pop(one)
                try:
                    take(run, ray.get(one))
                except ray.exceptions.RayError as error:
                    run.failed(number, f"{type(error).__name__}: {error}", transient=False)
    finally:
        for one in asked:
            ray.cancel(one, force=True)
