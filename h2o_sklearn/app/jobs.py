"""Batch scoring: the jobs of a store, looked at, made and steered from a browser."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse

from h2o_frame_compat.io.connectors import ConnectorError, sink_specs, source_specs
from h2o_sklearn.app import openapi
from h2o_sklearn.app.errors import RefusedError
from h2o_sklearn.app.net import allowed
from h2o_sklearn.app.openapi import Entry
from h2o_sklearn.app.places import place
from h2o_sklearn.app.web import body
from h2o_sklearn.app.work import changes
from h2o_sklearn.batch import BatchScoringJobs
from h2o_sklearn.batch.errors import BatchError, JobFailedError
from h2o_sklearn.batch.options import JobState, runtime_from_dict

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from starlette.requests import Request

    from h2o_sklearn.app.models import Models
    from h2o_sklearn.app.settings import Settings
    from h2o_sklearn.batch import BatchScoringJob

_PLACES = ("source", "sink", "dead_letter")
_OPTIONS = {
    "name", "mini_batch_size", "model_request_parameters", "partitions", "retries", "write_mode", "max_dead_letters",
    "runtime", "kubernetes_options",
}  # fmt: skip
_HERE = re.compile(r"local(\[[\d*]+\])?")  # how Spark calls this machine
_FIELD = re.compile(r"(\w+(?:\.\w+)?): (?:(\w+): )?")
_ACTIONS = {"action": ["cancel", "resume", "rerun", "delete"]}
_LOGS, _LETTERS = 500, 100


class Jobs:
    """The jobs' routes.

    Parameters
    ----------
    settings : Settings
        How the app runs.
    models : Models
        The models that jobs may use.
    ending : asyncio.Event
        Set when the app ends.
    """

    def __init__(self, settings: Settings, models: Models, ending: asyncio.Event) -> None:
        self._settings, self._models, self._ending = settings, models, ending
        self._jobs = BatchScoringJobs(settings.store)
        self._started: dict[str, BatchScoringJob] = {}  # they know the processes that this one has to bury

    def entries(self) -> list[Entry]:
        """Return the jobs' routes.

        Returns
        -------
        list of Entry
            Its part of the API.
        """
        return [
            Entry("GET", "/api/connectors", self._specs, "Sources and sinks, with the schemas of their fields."),
            Entry("GET", "/api/jobs", self._listed, "The jobs of batch scoring."),
            Entry("GET", "/api/jobs/events", self._events, "How the jobs go on.", answer="text/event-stream"),
            Entry("POST", "/api/jobs", self._created, "Make a job and start it.", openapi.JOB, 201),
            Entry("POST", "/api/preflight", self._preflight, "Look at a job without making it.", openapi.JOB),
            Entry("GET", "/api/jobs/{uid}", self._shown, "A job and its log."),
            Entry("GET", "/api/jobs/{uid}/events", self._follow, "How a job goes on.", answer="text/event-stream"),
            Entry("GET", "/api/jobs/{uid}/letters", self._letters, "Rows that could not be scored, with the reasons."),
            Entry("POST", "/api/jobs/{uid}/{action}", self._act, "Steer a job.", openapi.RERUN, values=_ACTIONS),
        ]

    def close(self) -> None:
        """Let the store go; the jobs run on."""
        self._jobs.close()

    async def _specs(self, _: Request) -> Response:
        """List the connectors."""
        found = {"sources": source_specs(), "sinks": sink_specs()}
        return JSONResponse({side: [_spec(s) for s in specs] for side, specs in found.items()})

    async def _listed(self, _: Request) -> Response:
        """List the jobs."""
        return JSONResponse((await run_in_threadpool(self._all))[0])

    async def _events(self, _: Request) -> Response:
        """Tell how the jobs go on, as server-sent events."""
        return StreamingResponse(changes(self._all, self._ending), media_type="text/event-stream")

    async def _follow(self, request: Request) -> Response:
        """Tell how a job goes on, as server-sent events."""
        uid = request.path_params["uid"]
        await run_in_threadpool(self._job, uid)  # that there is none is an answer, not an event
        return StreamingResponse(changes(lambda: self._whole(uid), self._ending), media_type="text/event-stream")

    async def _created(self, request: Request) -> Response:
        """Make a job and start it."""
        options = self._options(await body(request))
        job = await run_in_threadpool(lambda: spoken(lambda: self._jobs.create(**options)))
        self._started[job.uid] = job
        return JSONResponse(self._described(job), 201)

    async def _preflight(self, request: Request) -> Response:
        """Look at a job without making it."""
        options = self._options(await body(request))
        options.pop("name", None)
        found = (await run_in_threadpool(lambda: self._jobs.preflight(**options))).to_dict()
        checks = [{**check, "field": field_of(check["message"])} for check in found["checks"]]
        return JSONResponse({**found, "checks": checks})

    async def _shown(self, request: Request) -> Response:
        """Show a job."""
        return JSONResponse((await run_in_threadpool(self._whole, request.path_params["uid"]))[0])

    async def _letters(self, request: Request) -> Response:
        """Show rows that could not be scored."""

        def read() -> list[dict[str, Any]]:
            rows = spoken(lambda: self._job(request.path_params["uid"]).dead_letters(_LETTERS))
            return [_plain(row) for row in rows]

        return JSONResponse({"rows": await run_in_threadpool(read)})

    async def _act(self, request: Request) -> Response:
        """Cancel, resume, run again or delete a job."""
        given, uid, action = await body(request), request.path_params["uid"], request.path_params["action"]

        def work() -> dict[str, Any]:
            job = self._job(uid)
            match action:
                case "cancel":
                    job.cancel(wait=False)
                case "resume":
                    job.resume()
                case "rerun":
                    job = job.rerun(write_mode=given.get("write_mode") or None)
                case "delete":
                    job.delete()
                    return {"uid": uid, "deleted": True}
                case other:
                    raise RefusedError(f"a job cannot be {other!r}", status=404)
            if action != "cancel":
                self._started[job.uid] = job
            return self._described(job)

        return JSONResponse(await run_in_threadpool(lambda: spoken(work)))

    def _all(self) -> tuple[dict[str, Any], bool]:
        """Describe all jobs, and say whether one is under way."""
        found = [self._described(job) for job in self._jobs.list()]
        return {"jobs": found}, any(_under_way(job) for job in found)

    def _whole(self, uid: str) -> tuple[dict[str, Any], bool]:
        """Describe a job with its log, and say whether it is under way."""
        job = self._job(uid)
        found = {**self._described(job), "logs": [str(line) for line in job.logs()][-_LOGS:]}
        return found, _under_way(found)

    def _described(self, job: BatchScoringJob) -> dict[str, Any]:
        """Describe a job; the process of one that has ended is waited for, which takes no time."""
        found = self._started.get(job.uid, job).to_dict()
        if JobState(found["state"]).ended:
            ended = self._started.pop(job.uid, None)
            if ended is not None:
                with contextlib.suppress(JobFailedError):
                    ended.wait(logs=False)
        for name in _PLACES:  # files are named as the form names them, by where they are in the folder
            if found[name] and found[name]["spec_uid"] == "file":
                location = str(found[name]["location"]).removeprefix(f"{self._settings.data.resolve()}/")
                found[name] = {**found[name], "location": location}
        return found

    def _job(self, uid: str) -> BatchScoringJob:
        try:
            found = self._jobs.get(uid)
            return self._started.get(found.uid, found)
        except (BatchError, KeyError):
            raise RefusedError("there is no such job", status=404) from None

    # ------------------------------------------------------------------ what a browser may ask for

    def _options(self, given: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(given) - _OPTIONS - {*_PLACES, "model"})
        if unknown:
            raise RefusedError(f"{unknown[0]} is no option of a job", unknown[0])
        for name in ("source", "sink", "model"):
            if not given.get(name):
                raise RefusedError(f"{name} is needed", name)
        options = {k: v for k, v in given.items() if k in _OPTIONS and v is not None and v not in ("", {})}
        options |= {name: place(given[name], name, self._settings) for name in _PLACES if given.get(name)}
        if "runtime" in options:
            options["runtime"] = self._runtime(options["runtime"])
        return {**options, "model": self._models.path(str(given["model"]))}

    def _runtime(self, given: Any) -> Any:
        if not isinstance(given, (str, dict)):
            raise RefusedError("runtime: a word, or an object with kind and options, is needed", "runtime")
        made = spoken(lambda: runtime_from_dict({"kind": given} if isinstance(given, str) else given))
        # The machines that Spark and Ray run on are contacted from here.
        for field in ("master", "address"):
            asked = str(getattr(made, field, None) or "")
            if asked and not _HERE.fullmatch(asked):
                allowed(asked, self._settings, f"runtime.{field}")
        return made


def spoken(work: Callable[[], Any]) -> Any:
    """Do something with jobs, and put what goes wrong into words for a form.

    Parameters
    ----------
    work : callable
        What to do.

    Returns
    -------
    Any
        What it returned.

    Raises
    ------
    RefusedError
        When it could not be done.
    """
    try:
        return work()
    except (BatchError, ConnectorError) as error:
        raise RefusedError(str(error), field_of(str(error))) from None


def field_of(message: str) -> str:
    """Find the form's field that a message is about.

    Parameters
    ----------
    message : str
        What batch scoring said; the field stands in front.

    Returns
    -------
    str
        Its name, as ``source.location``; empty where it is about none.
    """
    found = _FIELD.match(message)
    if found is None:
        return ""
    return f"{found[1]}.{found[2]}" if found[1] in _PLACES and found[2] else found[1]


def _under_way(described: dict[str, Any]) -> bool:
    return not JobState(described["state"]).ended


def _spec(spec: Any) -> dict[str, Any]:
    return {
        "uid": spec.uid,
        "name": spec.name,
        "schema": spec.schema,
        "mime_types": [str(m) for m in spec.supported_mime_types],
        "locations": list(spec.supported_location_paths),
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v if isinstance(v, (bool, int, float, str)) or v is None else str(v) for k, v in row.items()}
