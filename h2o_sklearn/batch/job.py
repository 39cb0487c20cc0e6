"""A job, as a user sees it: watched, stopped and resumed, from the process that made it or from another."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.config import options
from h2o_frame_compat.io import connectors
from h2o_frame_compat.session.progress import progress_bar
from h2o_sklearn.batch.driver import run_job
from h2o_sklearn.batch.errors import JobFailedError, JobStateError
from h2o_sklearn.batch.options import (
    BatchKubernetesOptions,
    BatchSinkOptions,
    BatchSourceOptions,
    CompletionStats,
    Counts,
    JobState,
    ModelRequestParameters,
    Progress,
    from_dict,
    runtime_from_dict,
)
from h2o_sklearn.batch.store import DONE, FAILED, STORE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from h2o_sklearn.batch.jobs import BatchScoringJobs
    from h2o_sklearn.batch.options import Runtime
    from h2o_sklearn.batch.store import PartitionRow

_BAR = "{desc}: {percentage:3.0f}%|{bar}| {postfix}"
_PAUSE = 0.2
_READ = 1000
_UNDER_WAY = (JobState.SUBMITTED, JobState.PENDING, JobState.RUNNING, JobState.CANCELLING)
_RESUMABLE = (JobState.FAILED, JobState.CANCELLED, JobState.TIMEOUT, JobState.SUBMISSION_FAILED)
_GONE = "the process that ran the job is gone; resume the job to go on"


@dataclass(frozen=True)
class LogLine:
    """A line about a job."""

    time: datetime
    level: str
    message: str

    def __str__(self) -> str:
        return f"{self.time:%Y-%m-%d %H:%M:%S} {self.level} {self.message}"


class BatchScoringJob:
    """A job of batch scoring.

    It is a view of what the store says; every property asks it anew.

    Parameters
    ----------
    jobs : BatchScoringJobs
        Where it belongs.
    uid : str
        Its name in the store.
    """

    def __init__(self, jobs: BatchScoringJobs, uid: str) -> None:
        self._jobs = jobs
        self._store = jobs.store
        self.uid = uid
        self._driver: subprocess.Popen[bytes] | None = None

    def __repr__(self) -> str:
        return f"BatchScoringJob({self.uid!r}, name={self.name!r}, state={self.state!s})"

    @property
    def _row(self) -> dict[str, Any]:
        return self._store.job(self.uid)

    @property
    def _spec(self) -> dict[str, Any]:
        spec: dict[str, Any] = self._row["spec"]
        return spec

    # ------------------------------------------------------------ what it is

    @property
    def name(self) -> str:
        """Its name."""
        return str(self._row["name"])

    @property
    def creator(self) -> str:
        """Who made it."""
        return str(self._row["creator"])

    @property
    def created_time(self) -> datetime:
        """When it was made."""
        return datetime.fromtimestamp(self._row["created"], UTC)

    @property
    def start_time(self) -> datetime | None:
        """When it started."""
        return _time(self._row["started"])

    @property
    def end_time(self) -> datetime | None:
        """When it ended."""
        return _time(self._row["ended"])

    @property
    def rerun_of(self) -> str | None:
        """The uid of the job that it runs again."""
        found: str | None = self._spec["rerun_of"]
        return found

    @property
    def source(self) -> BatchSourceOptions:
        """Where its rows come from; secrets are references."""
        made: BatchSourceOptions = _place(BatchSourceOptions, self._spec["task"]["source"])
        return made

    @property
    def sink(self) -> BatchSinkOptions:
        """Where its predictions go; secrets are references."""
        made: BatchSinkOptions = _place(BatchSinkOptions, self._spec["task"]["sink"])
        return made

    @property
    def dead_letter(self) -> BatchSinkOptions | None:
        """Where its rows go that cannot be scored."""
        found = self._spec["task"]["dead_letter"]
        made: BatchSinkOptions | None = None if found is None else _place(BatchSinkOptions, found)
        return made

    @property
    def runtime(self) -> Runtime:
        """Where it runs."""
        return runtime_from_dict(self._spec["runtime"])

    scoring_runtime = runtime

    @property
    def kubernetes_options(self) -> BatchKubernetesOptions:
        """What its pods get."""
        made: BatchKubernetesOptions = from_dict(BatchKubernetesOptions, self._spec["kubernetes_options"] or {})
        return made

    @property
    def model_request_parameters(self) -> ModelRequestParameters:
        """What the model is asked for."""
        made: ModelRequestParameters = from_dict(ModelRequestParameters, self._spec["task"]["parameters"])
        return made

    # ------------------------------------------------------------ how it is

    @property
    def state(self) -> JobState:
        """Its state. A job whose process is gone has failed, and can be resumed."""
        row = self._row
        state = JobState(row["state"])
        if state not in _UNDER_WAY or self._store.is_held(row):
            return state
        if state == JobState.SUBMITTED:
            self._reap_submission(row)
        elif state == JobState.CANCELLING:
            self._store.move(self.uid, JobState.CANCELLED, of=[state])
        else:
            self._store.move(self.uid, JobState.FAILED, of=[state], error=_GONE)
        return JobState(self._row["state"])

    def _reap_submission(self, row: dict[str, Any]) -> None:
        waited = time.time() - row["submitted"]
        if self._driver is not None and self._driver.poll() is not None:
            error = f"its process ended with exit code {self._driver.returncode}; see {self._log_file}"
            self._store.move(self.uid, JobState.SUBMISSION_FAILED, of=[JobState.SUBMITTED], error=error)
        elif waited > row["spec"]["job_start_timeout"]:
            error = f"it did not start in {row['spec']['job_start_timeout']:g} seconds"
            self._store.move(self.uid, JobState.TIMEOUT, of=[JobState.SUBMITTED], error=error)

    @property
    def error(self) -> str | None:
        """Why it failed."""
        found: str | None = self._row["error"]
        return found

    @property
    def counts(self) -> Counts:
        """Rows read, rows written and dead letters, of complete partitions: the first is the sum of the others."""
        return _total(self._store.partitions(self.uid))

    @property
    def completion_stats(self) -> CompletionStats:
        """What came of it, in h2o-mlops' words."""
        rows = self._store.partitions(self.uid)
        total = _total(rows)
        failed = [row.partition["id"] for row in rows if row.state == FAILED]
        done = sum(row.state == DONE for row in rows)
        return CompletionStats(total.rows_in, done, failed, total.dead_letters, error=self.error)

    @property
    def progress(self) -> Progress:
        """How far it is, how fast, and how long it will still take."""
        row = self._row
        parts = self._store.partitions(self.uid)
        total = _total(parts)
        done = [part for part in parts if part.state == DONE]
        known = [part.partition["rows"] for part in parts]
        if parts and None not in known and sum(known):
            fraction = min(max(row["scored"], total.rows_in) / sum(known), 1.0)
        else:
            fraction = len(done) / len(parts) if parts else 0.0
        if parts and len(done) == len(parts):
            fraction = 1.0
        took = (row["ended"] or time.time()) - row["started"] if row["started"] else 0.0
        speed = max(row["scored"], total.rows_in) / took if took and max(row["scored"], total.rows_in) else None
        eta = took * (1 - fraction) / fraction if fraction and took and not row["ended"] else None
        return Progress(
            fraction, total.rows_in, total.rows_out, total.dead_letters, len(done), len(parts), speed, eta
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what is known of it, as plain JSON; secrets are references.

        Returns
        -------
        dict
            ``uid``, ``name``, ``state``, ``error``, times, ``progress``, the places, the runtime and the parameters.
        """
        times = {"created": self.created_time, "started": self.start_time, "ended": self.end_time}
        spec = self._spec
        task = spec["task"]
        return {
            "uid": self.uid,
            "name": self.name,
            "creator": self.creator,
            "state": str(self.state),
            "error": self.error,
            **{name: None if moment is None else moment.isoformat() for name, moment in times.items()},
            "progress": self.progress._asdict(),
            **{name: task[name] for name in ("source", "sink", "dead_letter", "parameters", "mini_batch_size")},
            "runtime": spec["runtime"],
            "rerun_of": spec["rerun_of"],
        }

    def logs(self, since_time: datetime | None = None) -> list[LogLine]:
        """Return what was written about it.

        Parameters
        ----------
        since_time : datetime, optional
            Only lines of that time and later.

        Returns
        -------
        list of LogLine
            The lines, which print as text.
        """
        since = None if since_time is None else since_time.timestamp()
        return [_line(row) for row in self._store.logs(self.uid, since=since)]

    def dead_letters(self, limit: int = 100) -> list[dict[str, Any]]:
        """Return rows that could not be scored, from where they were written.

        Parameters
        ----------
        limit : int
            The most rows.

        Returns
        -------
        list of dict
            The source's columns, and ``dead_letter_reason``, ``dead_letter_place`` and ``dead_letter_text``, the
            text of a row that could not even be read.
        """
        place = self._spec["task"]["dead_letter"]
        if place is None or not self.counts.dead_letters:
            return []
        given = {key: place[key] for key in ("config", "location", "mime_type")}
        source = connectors.source(place["spec_uid"], given.pop("config"), **given)
        batches = (
            batch for partition in source.partitions(1) for batch in source.read(partition, _READ)
        )
        return list(islice((row for batch in batches for row in batch.to_pylist()), limit))

    def refresh(self) -> None:
        """Do nothing: what is shown is never old. It is here because h2o-mlops' jobs have it."""

    # ------------------------------------------------------------ what is done with it

    def submit(self) -> None:
        """Start a process that runs it."""
        self._store.submit(self.uid, of=[JobState.CREATED])
        self._launch()

    def run(self) -> JobState:
        """Run it in this process, which then waits for its end.

        Returns
        -------
        JobState
            Its last state.
        """
        self._store.submit(self.uid, of=[JobState.CREATED])
        return run_job(self._store, self.uid)

    @property
    def _log_file(self) -> Path:
        return self._store.files / "logs" / f"{self.uid}.log"

    def _launch(self) -> None:
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        url = self._store.engine.url.render_as_string(hide_password=False)
        with self._log_file.open("ab") as log:
            self._driver = subprocess.Popen(  # noqa: S603 - this Python
                [sys.executable, "-m", "h2o_sklearn.batch", self.uid],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, STORE: url},  # not among the arguments, which everybody can see
                start_new_session=True,  # an interrupt in a notebook is not one of its jobs
            )

    def wait(self, logs: bool = True, timeout: float | None = None) -> None:
        """Wait until it has ended.

        Parameters
        ----------
        logs : bool
            Print what is written about it meanwhile.
        timeout : float, optional
            The longest time to wait, in seconds.

        Raises
        ------
        JobFailedError
            When it failed.
        TimeoutError
            When it took longer; it goes on.
        """
        end = None if timeout is None else time.monotonic() + timeout
        seen = 0
        with progress_bar(total=1.0, desc=self.name, disable=not options.progress, bar_format=_BAR) as bar:
            while True:
                state = self.state
                if logs:
                    for row in self._store.logs(self.uid, after=seen):
                        bar.write(str(_line(row)))
                        seen = row["number"]
                now = self.progress
                bar.update(max(0.0, now.fraction - bar.n))
                left = "" if now.eta is None else f", {now.eta:.0f} s left"
                bar.set_postfix_str(f"{now.rows_in:,} rows, {now.dead_letters:,} dead letters{left}")
                if state.ended:
                    break
                if end is not None and time.monotonic() > end:
                    raise TimeoutError(f"job {self.uid} is {state} after {timeout:g} seconds")
                time.sleep(_PAUSE)
        if self._driver is not None:
            self._driver.wait()
        if state not in {JobState.FINISHED, JobState.CANCELLED}:
            raise JobFailedError(f"job {self.uid} is {state}: {self.error}")

    def cancel(self, wait: bool = True) -> None:
        """Stop it; partitions that are complete stay so, and it can be resumed.

        Parameters
        ----------
        wait : bool
            Return when it has stopped.

        Raises
        ------
        JobStateError
            When it has ended.
        """
        if self._store.move(self.uid, JobState.CANCELLED, of=[JobState.CREATED]):
            return
        if self.state.ended or not self._store.move(self.uid, JobState.CANCELLING, of=_UNDER_WAY):
            raise JobStateError(f"job {self.uid} has ended: it is {self.state}")
        while wait and not self.state.ended:
            time.sleep(_PAUSE)

    def delete(self) -> None:
        """Forget it; what it wrote stays.

        Raises
        ------
        JobStateError
            When it has not ended.
        """
        if not (self.state.ended or self.state == JobState.CREATED):
            raise JobStateError(f"job {self.uid} is {self.state}; cancel it first")
        self._store.delete(self.uid)
        self._log_file.unlink(missing_ok=True)

    def resume(self, *, environment_variables: dict[str, str] | None = None, wait: bool = False) -> None:
        """Go on where it stopped: only partitions that are not complete are scored.

        Parameters
        ----------
        environment_variables : dict, optional
            More variables for its process, such as secrets under another name.
        wait : bool
            Run it in this process, and return when it has ended.

        Raises
        ------
        JobStateError
            When it is under way, or has finished.
        """
        _ = self.state  # a process that is gone is noticed here
        self._store.submit(self.uid, of=_RESUMABLE)
        self._store.log(self.uid, "resumed")
        os.environ.update(environment_variables or {})
        if wait:
            run_job(self._store, self.uid)
        else:
            self._launch()

    def rerun(self, name: str | None = None, *, write_mode: str | None = None) -> BatchScoringJob:
        """Run the same again, as another job with the model as it was.

        Parameters
        ----------
        name : str, optional
            Its name.
        write_mode : str, optional
            What to do about what is at the sink; the default is what this job did.

        Returns
        -------
        BatchScoringJob
            The new job, which has started.
        """
        return self._jobs.again(self, name, write_mode)


def _total(rows: Sequence[PartitionRow]) -> Counts:
    return sum((row.counts for row in rows), Counts())


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _line(row: dict[str, Any]) -> LogLine:
    return LogLine(datetime.fromtimestamp(row["time"], UTC), row["level"], row["message"])


def _place(kind: type[BatchSourceOptions], described: dict[str, Any]) -> Any:
    return kind(described["spec_uid"], described["config"], described["mime_type"], described["location"])
