"""A process that runs a job: ``python -m h2o_sklearn.batch UID``, with the store's URL in the environment."""

from __future__ import annotations

import logging
import os
import signal
import sys

from h2o_sklearn.batch.driver import run_job
from h2o_sklearn.batch.errors import StoppedError
from h2o_sklearn.batch.options import JobState
from h2o_sklearn.batch.runners.local import JAVA
from h2o_sklearn.batch.store import Store, default_url


def _stop(_number: int, _frame: object) -> None:
    raise StoppedError("the process that ran the job was asked to end; resume the job to go on")


def main(uid: str) -> int:
    """Run a job, and return 0 where it finished."""
    logging.captureWarnings(capture=True)
    signal.signal(signal.SIGTERM, _stop)
    os.environ.update({**JAVA, **os.environ})
    store = Store(default_url())
    try:
        return 0 if run_job(store, uid) == JobState.FINISHED else 1
    finally:
        store.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
