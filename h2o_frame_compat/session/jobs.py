"""Waiting for the cluster's jobs: quick for short ones, gentle for long ones, cancelled by Ctrl-C."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

from h2o_frame_compat.config import options
from h2o_frame_compat.errors import (
    AuthenticationError,
    H2OCompatError,
    JobCancelledError,
    JobFailedError,
    OutOfMemoryError,
    ServerError,
)
from h2o_frame_compat.session.progress import progress_bar
from h2o_frame_compat.session.replies import plain_reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tqdm import tqdm

    from h2o_frame_compat.session.client import RestClient

FIRST_POLL = 0.01
LAST_POLL = 0.2
HELD = 0.5  # how long the cluster may keep us waiting for news of a job
_PROPERTY = "job.fetch_timeout_ms"
_held: WeakKeyDictionary[RestClient, tuple[str, dict[str, str]]] = WeakKeyDictionary()
_GROWTH = 1.4
_BAR_AFTER = 0.5
_CANCEL_SECONDS = 10.0
_APPEAR_SECONDS = 1.0
_TRAIN = "/3/Compat.train"
_RUNNING = frozenset({"CREATED", "RUNNING"})


class Jobs:
    """The jobs of a cluster.

    Parameters
    ----------
    client : RestClient
        The client to ask with.
    extended : bool, default False
        The cluster has our endpoint that builds a model and answers when it is there.
    """

    def __init__(self, client: RestClient, *, extended: bool = False) -> None:
        self._client = client
        self._extended = extended

    def build(self, builder: str, form: Mapping[str, Any], *, model: str, description: str = "") -> dict[str, Any]:
        """Have a model built, and wait until it is.

        Parameters
        ----------
        builder : str
            H2O's address of the builder, such as ``/3/ModelBuilders/gbm``.
        form : mapping
            The builder's parameters.
        model : str
            The model's name to be.
        description : str
            As for :meth:`wait`, whose errors this raises, too.

        Returns
        -------
        dict
            The finished job, as for :meth:`wait`.

        Raises
        ------
        ParameterError
            If the builder refuses a parameter or the data.

        Examples
        --------
        >>> session.jobs.build("/3/ModelBuilders/gbm", {"training_frame": "rows"}, model="m")    # doctest: +SKIP
        """
        asked = {"model_id": model, **form}
        if not self._extended:
            return self.wait(self._client.post(builder, asked)["job"]["key"]["name"], description=description)
        # One call builds small models: H2O's own answer, which we do not need, takes longer to write than they take.
        try:
            job = self._client.post(_TRAIN, asked, builder=builder, wait_ms=int(HELD * 1000))["jobs"][0]
        except KeyboardInterrupt:
            self._cancel_making(model)
            raise
        return self.wait(job["key"]["name"], description=description, known=job)

    def wait(
        self,
        job_key: str,
        *,
        progress: bool | None = None,
        description: str = "",
        known: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Wait until a job is done.

        Parameters
        ----------
        job_key : str
            The job's key.
        progress : bool, optional
            Whether to show a progress bar if it takes longer than a moment; option ``progress`` by default.
        description : str
            What to write before the bar; what the job says of itself by default.
        known : dict, optional
            The job as it stood a moment ago.

        Returns
        -------
        dict
            The finished job, as ``GET /3/Jobs/KEY`` gives it.

        Raises
        ------
        JobFailedError
            If it failed.
        JobCancelledError
            If someone else cancelled it.
        ClusterLostError
            If the cluster died meanwhile.
        KeyboardInterrupt
            On Ctrl-C, after the job was cancelled in the cluster.

        Examples
        --------
        >>> job = session.client.post("/3/Parse", {...})["job"]["key"]["name"]    # doctest: +SKIP
        >>> session.jobs.wait(job, description="parse")["status"]                 # doctest: +SKIP
        'DONE'
        """
        show = options.progress if progress is None else progress
        bar = _Bar(description) if show else None
        try:
            job = self._poll(job_key, bar, known)
        except KeyboardInterrupt:
            self._cancel_quietly(job_key)
            raise
        finally:
            if bar is not None:
                bar.close()
        return self._finished(job)

    def cancel(self, job_key: str) -> None:
        """Ask the cluster to cancel a job.

        Parameters
        ----------
        job_key : str
            The job's key.
        """
        self._client.post(f"/3/Jobs/{quote(job_key, safe='')}/cancel")

    def get(self, job_key: str) -> dict[str, Any]:
        """Return a job as it stands now.

        Parameters
        ----------
        job_key : str
            The job's key.

        Returns
        -------
        dict
            The job.
        """
        return self._get(job_key, {})

    def _get(self, job_key: str, headers: dict[str, str]) -> dict[str, Any]:
        reply = self._client.request("GET", f"/3/Jobs/{quote(job_key, safe='')}", headers=headers).json()
        jobs: list[dict[str, Any]] = reply.get("jobs") or []
        if not jobs:
            raise JobFailedError(f"The cluster knows no job {job_key!r}.")
        return jobs[0]

    def _poll(self, job_key: str, bar: _Bar | None, job: dict[str, Any] | None) -> dict[str, Any]:
        if job is not None and job["status"] not in _RUNNING:
            return job
        pause = FIRST_POLL
        headers = _holding(self._client)
        while True:
            asked = time.monotonic()
            job = self._get(job_key, headers)
            if job["status"] not in _RUNNING:
                return job
            if bar is not None:
                bar.show(job)
            if time.monotonic() - asked < LAST_POLL / 2:  # this cluster answers at once
                time.sleep(pause)
                pause = min(pause * _GROWTH, LAST_POLL)

    def _cancel_making(self, model: str) -> None:
        """Cancel the job that makes a model; it may be about to appear."""
        deadline = time.monotonic() + _APPEAR_SECONDS
        with contextlib.suppress(H2OCompatError, KeyboardInterrupt):
            while time.monotonic() < deadline:
                jobs = self._client.get("/3/Jobs")["jobs"]
                found = [job["key"]["name"] for job in jobs if (job.get("dest") or {}).get("name") == model]
                for key in found:
                    self._cancel_quietly(key)
                if found:
                    break
                time.sleep(FIRST_POLL)

    def _cancel_quietly(self, job_key: str) -> None:
        """Cancel, and wait a little for it to be so; a second Ctrl-C ends the waiting."""
        try:
            self.cancel(job_key)
            deadline = time.monotonic() + _CANCEL_SECONDS
            while time.monotonic() < deadline and self.get(job_key)["status"] in _RUNNING:
                time.sleep(LAST_POLL / 4)
        except (H2OCompatError, KeyboardInterrupt):
            pass

    @staticmethod
    def _finished(job: dict[str, Any]) -> dict[str, Any]:
        what = job.get("description") or "A job"
        if job["status"] == "DONE":
            return job
        if job["status"] == "CANCELLED":
            raise JobCancelledError(f"{what} was cancelled in the cluster.")
        reason = plain_reason(_first_line(str(job.get("exception") or ""))) or "the cluster gives no reason"
        if "OutOfMemory" in str(job.get("exception")) or "Java heap space" in reason:
            raise OutOfMemoryError(
                f"{what} failed, because the cluster ran out of memory ({reason}). It is still alive: "
                "delete frames that are no longer needed, work on fewer rows, or start it with a larger heap "
                "(option heap)."
            )
        raise JobFailedError(f"{what} failed in the cluster: {reason}")


def _holding(client: RestClient) -> dict[str, str]:
    """Return the headers with which the cluster holds its answer back until the job is done, or for a moment.

    It does so for a Rapids session that has this property; where nobody may set properties, we ask more often.
    """
    session = client.session_id
    known = _held.get(client)
    if known is None or known[0] != session:
        headers = {"Session-Key": session}
        form = {"session_key": session, "key": _PROPERTY, "value": str(int(HELD * 1000))}
        try:
            client.post("/3/SessionProperties", form)
        except (ServerError, AuthenticationError):
            headers = {}
        known = _held[client] = (session, headers)
    return known[1]


def _first_line(text: str) -> str:
    """Return the message of a Java exception; its trace, on lines that start with ``at``, is dropped."""
    lines = text.strip().splitlines()
    kept = []
    for line in lines:
        if line.strip().startswith("at "):
            break
        kept.append(line)
    return "\n".join(kept)


class _Bar:
    """A progress bar that appears only when there is something to wait for."""

    def __init__(self, description: str) -> None:
        self._description = description
        self._start = time.monotonic()
        self._bar: tqdm[Any] | None = None

    def show(self, job: dict[str, Any]) -> None:
        if self._bar is None:
            if time.monotonic() - self._start < _BAR_AFTER:
                return
            self._bar = progress_bar(
                total=100,
                desc=self._description or str(job.get("description") or "H2O"),
                bar_format="{desc}: {percentage:3.0f}%|{bar}| {elapsed}{postfix}",
                leave=False,
            )
        done = 100.0 * float(job.get("progress") or 0.0)
        self._bar.set_postfix_str(str(job.get("progress_msg") or "")[:60], refresh=False)
        self._bar.update(max(0.0, done - self._bar.n))

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
