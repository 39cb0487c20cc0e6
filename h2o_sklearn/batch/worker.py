"""A worker process: ``python -m h2o_sklearn.batch.worker``.

It is told what to do by lines of JSON on standard input, and answers by lines on standard output; everything else that
is printed goes to standard error. It ends when its input does, so that it does not outlive its driver.

With ``H2O_COMPAT_BATCH_TASK`` in its environment, the folder of a task, it scores the partition whose number is in
``JOB_COMPLETION_INDEX`` and ends: that is how a pod runs it.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any

from h2o_frame_compat.io.connectors import Partition
from h2o_sklearn.batch.task import Task, Tools, attempt, failure, read_task, score_partition

#: Exit codes of a worker that is a pod: 42 says that trying again does not help.
PERMANENT = 42
TASK = "H2O_COMPAT_BATCH_TASK"
RESULT = "H2O_COMPAT_BATCH_RESULT"


def serve() -> None:
    """Score partition after partition, as the driver asks."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not disturb the protocol
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    tools = Tools(read_task(lines.get()))
    while True:
        asked = json.loads(lines.get())
        _say(out, _answer(tools, asked, out))


def _answer(tools: Tools, asked: dict[str, Any], out: IO[str]) -> dict[str, Any]:
    number = asked["number"]
    try:
        counts = score_partition(
            tools, Partition.from_json(asked["partition"]), lambda rows: _say(out, {"number": number, "rows": rows})
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the driver decides what follows
        return {"number": number, **failure(error)}
    return {"number": number, "counts": asdict(counts)}


def _listen(lines: queue.Queue[str]) -> None:
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)  # the driver is gone, or has nothing more to ask; a part that is being written stays invisible


def _say(out: IO[str], what: dict[str, Any]) -> None:
    out.write(json.dumps(what) + "\n")
    out.flush()


def pod(folder: Path, number: int) -> int:
    """Score one partition of a task that lies in a folder.

    Parameters
    ----------
    folder : path
        With ``task.json``, ``partitions.json`` and, unless the task names another file, ``model``.
    number : int
        Which partition.

    Returns
    -------
    int
        The exit code.
    """
    task: Task = read_task((folder / "task.json").read_text(encoding="utf-8"))
    if (folder / "model").exists():
        task = replace(task, model=str(folder / "model"))
    plan = json.loads((folder / "partitions.json").read_text(encoding="utf-8"))
    partition = Partition.from_json(plan["partitions"][number])
    try:
        counts = attempt(Tools(task), partition, plan["retries"], plan["backoff"])
        result, code = {"number": number, "counts": asdict(counts)}, 0
    except Exception as error:  # noqa: BLE001 - it is told to whoever looks after the pod
        result = {"number": number, **failure(error)}
        code = 1 if result["transient"] else PERMANENT
    line = json.dumps(result)
    print(line, flush=True)  # noqa: T201 - the log of a pod
    message = Path(os.environ.get(RESULT, "/dev/termination-log"))
    if message.parent.exists():
        message.write_text(line, encoding="utf-8")
    return code


if __name__ == "__main__":
    if TASK in os.environ:
        sys.exit(pod(Path(os.environ[TASK]), int(os.environ["JOB_COMPLETION_INDEX"])))
    serve()
