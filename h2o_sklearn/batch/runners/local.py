"""Worker processes on this machine."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from h2o_sklearn.batch.errors import CancelledError, JobStateError, StoppedError
from h2o_sklearn.batch.options import Counts, LocalRuntime
from h2o_sklearn.batch.task import Tools, failure, score_partition

if TYPE_CHECKING:
    from h2o_sklearn.batch.driver import Run

_PAUSE = 0.2
_JAVA = "-Xmn64m"  # the scorer makes short-lived arrays: more room for them is only more memory


class _Worker:
    """A process and the partition it has."""

    def __init__(self, run: Run, events: queue.Queue[tuple[_Worker, dict[str, Any] | None]]) -> None:
        self.number: int | None = None
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "h2o_sklearn.batch.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={"JDK_JAVA_OPTIONS": _JAVA, **os.environ, **run.environment},
            encoding="utf-8",
        )
        self._events = events
        threading.Thread(target=self._listen, daemon=True).start()
        self._tell(run.task.to_json())

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, run: Run, number: int) -> None:
        self.number = number
        self._tell({"number": number, "partition": run.partitions[number].to_json()})

    def _tell(self, what: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(what) + "\n")
            self._process.stdin.flush()
        except OSError:
            return  # it is gone, which its other pipe says

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._events.put((self, json.loads(line)))
        self._process.wait()
        self._events.put((self, None))

    def last_words(self) -> str:
        """Why it ended, as far as it said."""
        code = self._process.wait()
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        return f"the worker process ended: {how}" + (f"; {lines[-1]}" if lines else "")

    def close(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue  # what it had not read
        self._log.close()


def run(run: Run) -> None:
    """Score the open partitions of a job.

    Parameters
    ----------
    run : Run
        The job.
    """
    assert isinstance(run.runtime, LocalRuntime)
    if run.runtime.processes == 0:
        _run_here(run)
        return
    wanted = min(run.runtime.processes or os.cpu_count() or 1, run.open)
    events: queue.Queue[tuple[_Worker, dict[str, Any] | None]] = queue.Queue()
    workers: list[_Worker] = []
    try:
        while run.open and not (run.failures and all(worker.number is None for worker in workers)):
            run.beat()
            _hand_out(run, workers, wanted, events)
            try:
                worker, event = events.get(timeout=_PAUSE)
            except queue.Empty:
                continue
            if worker in workers:
                _take(run, workers, worker, event)
    finally:
        for worker in workers:
            worker.close()


def _run_here(run: Run) -> None:
    """Score in this process, one partition after the other."""
    tools = Tools(run.task)
    while run.open and not run.failures:
        run.beat()
        number = run.next()
        if number is None:
            time.sleep(_PAUSE)
            continue
        try:
            counts = score_partition(tools, run.partitions[number], partial(_rows, run, number))
        except (CancelledError, StoppedError, JobStateError):
            raise
        except Exception as error:  # noqa: BLE001 - it may pass
            run.failed(number, **failure(error))
        else:
            run.done(number, counts)


def _rows(run: Run, number: int, rows: int) -> None:
    run.rows(number, rows)
    run.beat()


def _hand_out(run: Run, workers: list[_Worker], wanted: int, events: Any) -> None:
    """Give each idle worker a partition; a worker is started when there is one for it."""
    while True:
        idle = next((worker for worker in workers if worker.number is None), None)
        if idle is None and len(workers) == wanted:
            return
        number = run.next()
        if number is None:
            return
        if idle is None:
            idle = _Worker(run, events)
            workers.append(idle)
            run.log(f"worker process {idle.pid}")
        idle.ask(run, number)


def _take(run: Run, workers: list[_Worker], worker: _Worker, event: dict[str, Any] | None) -> None:
    number = worker.number
    if event is None:
        workers.remove(worker)
        words = worker.last_words()
        worker.close()
        if number is not None:
            run.failed(number, words, transient=True)
        return
    assert number is not None
    if "rows" in event:
        run.rows(number, event["rows"])
        return
    worker.number = None
    if "counts" in event:
        run.done(number, Counts(**event["counts"]))
    else:
        run.failed(number, event["error"], transient=event["transient"])
