"""The driver of a job.

It plans the partitions once, hands them to a runner, remembers what comes back, and completes the output. It may be
killed at any moment; another one takes over from what the store and the sink say.
"""

from __future__ import annotations

import heapq
import importlib
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from h2o_frame_compat.io import connectors
from h2o_frame_compat.io.connectors import Partition, Sink, Source
from h2o_sklearn.batch.errors import (
    BatchError,
    CancelledError,
    JobStateError,
    StartTimeoutError,
    SubmissionError,
    TooManyDeadLettersError,
)
from h2o_sklearn.batch.options import Counts, JobState, runtime_from_dict
from h2o_sklearn.batch.store import DONE, LEASE
from h2o_sklearn.batch.task import Task, delay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from h2o_sklearn.batch.options import Runtime
    from h2o_sklearn.batch.store import Lease, Store

#: Seconds from one sign of life to the next.
BEAT = 1.0


_ENDS: dict[type[BaseException], JobState] = {
    CancelledError: JobState.CANCELLED,
    KeyboardInterrupt: JobState.CANCELLED,
    SubmissionError: JobState.SUBMISSION_FAILED,
    StartTimeoutError: JobState.TIMEOUT,
}


class Run:
    """A job that is being run: what a runner takes partitions from, and tells of them.

    Parameters
    ----------
    store : Store
        Where the job is remembered.
    lease : Lease
        The right to run it.
    spec : dict
        What it was asked for.
    """

    def __init__(self, store: Store, lease: Lease, spec: dict[str, Any]) -> None:
        self._store = store
        self._lease = lease
        self.task = Task(**spec["task"])
        self.runtime: Runtime = runtime_from_dict(spec["runtime"])
        self.kubernetes_options: dict[str, Any] = spec.get("kubernetes_options") or {}
        self.environment: dict[str, str] = spec.get("environment_variables") or {}
        self.retries: int = spec["retries"]
        self.backoff: float = spec["backoff"]
        rows = store.partitions(lease.uid)
        self.partitions = {row.number: Partition.from_json(row.partition) for row in rows}
        self._counts = {row.number: row.counts for row in rows if row.state == DONE}
        self._attempts = {row.number: row.attempts for row in rows}
        self._waiting = [(0.0, row.number) for row in rows if row.state != DONE]
        self._under_way: dict[int, int] = {}
        self._last_beat = 0.0
        self.failures: dict[int, str] = {}

    # ------------------------------------------------------------ what is to be done

    @property
    def open(self) -> int:
        """How many partitions wait or are under way."""
        return len(self._waiting) + len(self._under_way)

    @property
    def waiting(self) -> list[int]:
        """The partitions that nobody works on."""
        return sorted(number for _, number in self._waiting)

    def next(self) -> int | None:
        """Return a partition whose time has come, which is under way from now; None where there is none now."""
        if self.failures or not self._waiting or self._waiting[0][0] > time.monotonic():
            return None
        _, number = heapq.heappop(self._waiting)
        self.start(number)
        return number

    def start(self, number: int) -> None:
        """Take note that a partition is under way."""
        self._waiting = [entry for entry in self._waiting if entry[1] != number]
        heapq.heapify(self._waiting)
        self._under_way[number] = 0
        self._attempts[number] += 1
        self._store.partition_attempt(self._lease, number)

    # ------------------------------------------------------------ what became of it

    def rows(self, number: int, rows: int) -> None:
        """Take note of how many rows of a partition have been read."""
        self._under_way[number] = rows

    def done(self, number: int, counts: Counts) -> None:
        """Take note that a partition is complete."""
        self._under_way.pop(number, None)
        self._counts[number] = counts
        self._store.partition_done(self._lease, number, counts)
        limit = self.task.max_dead_letters
        total = self.total
        if limit is not None and total.dead_letters > limit:
            raise TooManyDeadLettersError(f"{total.dead_letters} rows could not be scored, and {limit} are allowed")

    def failed(self, number: int, error: str, *, transient: bool) -> None:
        """Take note that an attempt at a partition failed; it is tried again where that can help."""
        self._under_way.pop(number, None)
        attempts, name = self._attempts[number], self.partitions[number].id
        if transient and attempts <= self.retries:
            wait = delay(self.backoff, attempts - 1)
            self.log(f"partition {name}: {error}; trying again in {wait:g} s", "WARNING")
            heapq.heappush(self._waiting, (time.monotonic() + wait, number))
            return
        self.log(f"partition {name}: {error}; attempt {attempts}, given up", "ERROR")
        self.failures[number] = f"partition {name}: {error}"
        self._store.partition_failed(self._lease, number, error)

    @property
    def total(self) -> Counts:
        """Rows of complete partitions."""
        return sum(self._counts.values(), Counts())

    def beat(self) -> None:
        """Tell the store how far the job is, now and then.

        Raises
        ------
        CancelledError
            When the job was cancelled.
        """
        if time.monotonic() - self._last_beat < BEAT:
            return
        scored = self.total.rows_in + sum(self._under_way.values())
        if self._store.renew(self._lease, scored) == JobState.CANCELLING:
            raise CancelledError("the job was cancelled")
        self._last_beat = time.monotonic()

    def log(self, message: str, level: str = "INFO") -> None:
        """Write a line about the job."""
        self._store.log(self._lease.uid, message, level)

    @property
    def job(self) -> str:
        """The job's uid."""
        return self._lease.uid

    @property
    def epoch(self) -> int:
        """The number of the driver: each that takes the job has a higher one."""
        return self._lease.epoch


def run_job(store: Store, uid: str) -> JobState:
    """Run a job until it ends, whatever its end is.

    Parameters
    ----------
    store : Store
        Where it is remembered.
    uid : str
        The job.

    Returns
    -------
    JobState
        Its state.
    """
    lease = store.take(uid)
    error: str | None = None
    try:
        with _alive(store, lease):
            _drive(store, lease)
        state = JobState.FINISHED
    except JobStateError:
        raise
    except (Exception, KeyboardInterrupt) as problem:  # noqa: BLE001 - the job has to say why it failed
        state = next((state for kind, state in _ENDS.items() if isinstance(problem, kind)), JobState.FAILED)
        error = str(problem) if isinstance(problem, BatchError) else f"{type(problem).__name__}: {problem}"
    if error is not None:
        store.log(uid, error, "ERROR")
    store.log(uid, f"{state}")
    store.release(lease, state, error)
    return state


@contextmanager
def _alive(store: Store, lease: Lease) -> Iterator[None]:
    """Show a sign of life now and then, also while a step takes long."""
    ended = threading.Event()

    def show() -> None:
        while not ended.wait(LEASE / 4):
            with suppress(Exception):  # the next one may come through; a lease that is lost is noticed elsewhere
                store.touch(lease)

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _drive(store: Store, lease: Lease) -> None:
    row = store.job(lease.uid)
    if row["state"] != JobState.SUBMITTED:
        raise JobStateError(f"job {lease.uid} is {row['state']}, not {JobState.SUBMITTED}")
    spec = row["spec"]
    store.begin(lease, JobState.PENDING, started=row["started"] or time.time(), ended=None, error=None)
    if not store.partitions(lease.uid):
        store.plan(lease, spec, _planned(spec))
    store.reopen(lease)
    run = Run(store, lease, spec)
    sink = cast("Sink", connectors.from_json(run.task.sink))
    dead = cast("Sink", connectors.from_json(run.task.dead_letter)) if run.task.dead_letter else None
    if not sink.begin(lease.uid, run.task.sink_schema):
        run.log("the sink has data, and the write mode is ignore: nothing is done")
        for number in run.waiting:
            run.done(number, Counts())
        return
    if dead is not None:
        dead.begin(lease.uid, run.task.dead_schema)
    store.begin(lease, JobState.RUNNING)
    run.beat()
    run.log(f"{len(run.partitions)} partitions, {run.open} of them open; {spec['runtime']['kind']}")
    if run.open:
        importlib.import_module(f"h2o_sklearn.batch.runners.{spec['runtime']['kind']}").run(run)
    if run.failures:
        raise BatchError("; ".join(list(run.failures.values())[:3]))
    _complete(run, sink, dead)


def _planned(spec: dict[str, Any]) -> list[dict[str, Any]]:
    source = cast("Source", connectors.from_json(spec["task"]["source"]))
    return [partition.to_json() for partition in source.partitions(spec["partitions"])]


def _complete(run: Run, sink: Sink, dead: Sink | None) -> None:
    """Complete the output, and see whether every row is there."""
    total = run.total
    ids = [partition.id for partition in run.partitions.values()]
    finished = sink.finish(run.job, ids)
    if finished["rows"] != total.rows_out or total.rows_in != total.rows_out + total.dead_letters:
        raise BatchError(
            f"rows do not add up: {total.rows_in} read, {total.rows_out} scored, {total.dead_letters} dead letters,"
            f" {finished['rows']} in the sink"
        )
    if dead is not None and total.dead_letters:
        dead.finish(run.job, ids)
    elif dead is not None:
        dead.discard(run.job)
    run.log(", ".join(f"{name} {count:,}" for name, count in asdict(total).items()))
