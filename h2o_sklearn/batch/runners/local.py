"""Processes on this machine.

A model of H2O is scored by Java, which is a process of its own: the job's process reads and writes for it, in threads,
and worker processes come in addition where there is much to do. Any other model is scored by worker processes only, so
that whatever it does, the job's process lives.
"""

from __future__ import annotations

import json
import math
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from functools import partial
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from h2o_sklearn.batch.errors import CancelledError, JobStateError, StoppedError
from h2o_sklearn.batch.options import Counts, LocalRuntime
from h2o_sklearn.batch.task import Tools, failure, score_partition

if TYPE_CHECKING:
    from h2o_frame_compat.io.connectors import Partition
    from h2o_sklearn.batch.driver import Run
    from h2o_sklearn.batch.model import Scorer

_PAUSE = 0.2
JAVA = {"JDK_JAVA_OPTIONS": "-Xmn64m"}
"""Java's own options: the scorer makes short-lived arrays, for which more room is only more memory."""
_LANES = 2  # while Java has the rows of one, the other reads and writes
_WORTH = 1_000_000  # rows that wait for a worker process: to start it takes as long as to score a good part of them
_ROW = 100  # bytes, where only those are known
_ENOUGH = 60.0  # seconds for a batch that is under way when the job ends

_Events: TypeAlias = "queue.Queue[tuple[_Worker | _Lane, dict[str, Any] | None]]"


class _Lane:
    """A thread of this process and the partition it has."""

    def __init__(self, run: Run, scorer: Scorer, events: _Events) -> None:
        self.number: int | None = None
        self._tools = Tools(run.task, scorer)
        self._events = events
        self._asked: queue.SimpleQueue[tuple[int, Partition] | None] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def ask(self, run: Run, number: int) -> None:
        self.number = number
        self._asked.put((number, run.partitions[number]))

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            number, partition = asked
            try:
                counts = score_partition(self._tools, partition, partial(self._tell, number))
                self._events.put((self, {"number": number, "counts": asdict(counts)}))
            except Exception as error:  # noqa: BLE001 - whatever it is, the driver decides what follows
                self._events.put((self, {"number": number, **failure(error)}))

    def _tell(self, number: int, rows: int) -> None:
        if self._ended.is_set():
            raise CancelledError("the job has ended")
        self._events.put((self, {"number": number, "rows": rows}))

    def close(self) -> None:
        """End it, after the batch that it has."""
        self._ended.set()
        self._asked.put(None)
        self._thread.join(_ENOUGH)


class _Worker:
    """A process and the partition it has."""

    def __init__(self, run: Run, events: _Events) -> None:
        self.number: int | None = None
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "h2o_sklearn.batch.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**JAVA, **os.environ, **run.environment},
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
    _Crew(run, run.runtime.processes or os.cpu_count() or 1).work()


class _Crew:
    """Who scores the partitions of a job."""

    def __init__(self, run: Run, processes: int) -> None:
        self._run = run
        self._events: _Events = queue.Queue()
        self._members: list[_Worker | _Lane] = []
        scorer = Tools(run.task).scorer
        self._lanes = 0
        if scorer.in_java and not run.environment:  # which is for the processes that score, and not for this one
            self._lanes = min(_LANES, run.open)
            self._members += [_Lane(run, scorer, self._events) for _ in range(self._lanes)]
        self._workers = processes - bool(self._lanes)

    def work(self) -> None:
        """Score all partitions, or all that can be."""
        run = self._run
        try:
            while run.open and not (run.failures and all(member.number is None for member in self._members)):
                run.beat()
                self._hand_out()
                try:
                    member, event = self._events.get(timeout=_PAUSE)
                except queue.Empty:
                    continue
                if member in self._members:
                    self._take(member, event)
        finally:
            for member in self._members:
                member.close()

    def _hand_out(self) -> None:
        """Give each idle member a partition; a worker is started when there is one for it."""
        while True:
            idle = next((member for member in self._members if member.number is None), None)
            if idle is None and not self._is_short():
                return
            number = self._run.next()
            if number is None:
                return
            if idle is None:
                idle = _Worker(self._run, self._events)
                self._members.append(idle)
                self._run.log(f"worker process {idle.pid}")
            idle.ask(self._run, number)

    def _is_short(self) -> bool:
        """Say whether another worker process is wanted."""
        there = len(self._members) - self._lanes
        if there >= self._workers:
            return False
        if not self._lanes:
            return True
        waiting = [_rows_of(self._run.partitions[number]) for number in self._run.waiting]
        return sum(waiting) > _WORTH * (there + 1)

    def _take(self, member: _Worker | _Lane, event: dict[str, Any] | None) -> None:
        number = member.number
        if event is None:
            assert isinstance(member, _Worker), "threads stay"
            self._members.remove(member)
            words = member.last_words()
            member.close()
            if number is not None:
                self._run.failed(number, words, transient=True)
            return
        assert number is not None
        if "rows" in event:
            self._run.rows(number, event["rows"])
            return
        member.number = None
        if "counts" in event:
            self._run.done(number, Counts(**event["counts"]))
        else:
            self._run.failed(number, event["error"], transient=event["transient"])


def _rows_of(partition: Partition) -> float:
    """Say how many rows a partition has, or about how many; many where nothing is known."""
    if partition.rows is not None:
        return partition.rows
    return math.inf if partition.size is None else partition.size / _ROW


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
