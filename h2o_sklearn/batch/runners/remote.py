"""What Spark and Ray run on another machine: one partition, with what came along with the call."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from h2o_frame_compat.io.connectors import Partition
from h2o_sklearn.batch import model as models
from h2o_sklearn.batch.task import Tools, attempt, failure, read_task


@lru_cache(maxsize=2)
def _tools(task: str, model: bytes) -> Tools:
    """Keep the connectors and the model of a job from one partition to the next."""
    made = read_task(task)
    if not Path(made.model).exists():
        folder = Path(tempfile.gettempdir()) / "h2o-compat-batch"
        folder.mkdir(exist_ok=True)
        made = replace(made, model=str(models.keep(folder, model, Path(made.model).suffix)))
    return Tools(made)


def score_remotely(
    task: str, model: bytes, number: int, partition: dict[str, Any], retries: int, backoff: float
) -> dict[str, Any]:
    """Score a partition on the machine that this is called on.

    Parameters
    ----------
    task : str
        The task, as JSON.
    model : bytes
        The model's file.
    number : int
        The partition's place.
    partition : dict
        The partition.
    retries, backoff
        As for :func:`attempt`.

    Returns
    -------
    dict
        ``number``, and ``counts`` or what went wrong.
    """
    try:
        counts = attempt(_tools(task, model), Partition.from_json(partition), retries, backoff)
    except Exception as error:  # noqa: BLE001 - it is told to the driver
        return {"number": number, **failure(error)}
    return {"number": number, "counts": asdict(counts)}
