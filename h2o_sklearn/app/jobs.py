"""Batch scoring: the jobs of a store, looked at, made and steered from a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from h2o_frame_compat.io.connectors import ConnectorError, sink_specs, source_specs
from h2o_sklearn.app.errors import RefusedError
from h2o_sklearn.app.net import allowed
from h2o_sklearn.app.web import body
from h2o_sklearn.batch import BatchScoringJobs
from h2o_sklearn.batch.errors import BatchError

if TYPE_CHECKING:
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
_ADDRESSES = ("endpoint",)
_STORES = {"s3", "s3a", "gs", "gcs", "az", "azure", "abfs", "abfss", "wasb", "wasbs"}  # names of buckets, not of hosts
ACTIONS = ["cancel", "resume", "rerun", "delete"]
_LOGS, _LETTERS = 500, 100


class Jobs:
    """The jobs' routes.

    Parameters
    ----------
    settings : Settings
        How the app runs.
    models : Models
        The models that jobs may use.
    """

    def __init__(self, settings: Settings, models: Models) -> None:
        self._settings, self._models = settings, models
        self._jobs = BatchScoringJobs(settings.store)

    def close(self) -> None:
        """Let the store go; the jobs run on."""
        self._jobs.close()

    async def specs(self, _: Request) -> Response:
        """List the connectors.

        Parameters
        ----------
        _ : Request
            Nothing in it.

        Returns
        -------
        Response
            ``sources`` and ``sinks``, each with the JSON schema of its fields.
        """
        found = {"sources": source_specs(), "sinks": sink_specs()}
        return JSONResponse({side: [_spec(s) for s in specs] for side, specs in found.items()})

    async def listed(self, _: Request) -> Response:
        """List the jobs.

        Parameters
        ----------
        _ : Request
            Nothing in it.

        Returns
        -------
        Response
            The jobs, newest first.
        """
        return JSONResponse({"jobs": await run_in_threadpool(lambda: [job.to_dict() for job in self._jobs.list()])})

    async def created(self, request: Request) -> Response:
        """Make a job and start it.

        Parameters
        ----------
        request : Request
            What ``BatchScoringJobs.create`` takes, as JSON.

        Returns
        -------
        Response
            The job, with status 201.
        """
        options = self._options(await body(request))
        job = await run_in_threadpool(lambda: spoken(lambda: self._jobs.create(**options)))
        return JSONResponse(job.to_dict(), 201)

    async def preflight(self, request: Request) -> Response:
        """Look at a job without making it.

        Parameters
        ----------
        request : Request
            As for `created`.

        Returns
        -------
        Response
            What was found.
        """
        options = self._options(await body(request))
        options.pop("name", None)
        found = await run_in_threadpool(lambda: self._jobs.preflight(**options))
        return JSONResponse(found.to_dict())

    async def shown(self, request: Request) -> Response:
        """Show a job.

        Parameters
        ----------
        request : Request
            The path has its uid.

        Returns
        -------
        Response
            What is known of it, its log, and rows that could not be scored.
        """

        def read() -> dict[str, Any]:
            job = self._job(request)
            letters = spoken(lambda: job.dead_letters(_LETTERS))
            lines = [str(line) for line in job.logs()][-_LOGS:]
            return {**job.to_dict(), "logs": lines, "letters": [_plain(row) for row in letters]}

        return JSONResponse(await run_in_threadpool(read))

    async def act(self, request: Request) -> Response:
        """Cancel, resume, run again or delete a job.

        Parameters
        ----------
        request : Request
            The path has its uid and ``cancel``, ``resume``, ``rerun`` or ``delete``.

        Returns
        -------
        Response
            The job; of a job that runs again, the new one.
        """
        given = await body(request)

        def work() -> dict[str, Any]:
            job = self._job(request)
            match request.path_params["action"]:
                case "cancel":
                    job.cancel(wait=False)
                case "resume":
                    job.resume()
                case "rerun":
                    job = job.rerun(write_mode=given.get("write_mode") or None)
                case "delete":
                    job.delete()
                    return {"uid": request.path_params["uid"], "deleted": True}
                case other:
                    raise RefusedError(f"a job cannot be {other!r}", status=404)
            return job.to_dict()

        return JSONResponse(await run_in_threadpool(lambda: spoken(work)))

    def _job(self, request: Request) -> BatchScoringJob:
        try:
            return self._jobs.get(request.path_params["uid"])
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
        options |= {name: self._place(given[name], name) for name in _PLACES if given.get(name)}
        return {**options, "model": self._models.path(str(given["model"]))}

    def _place(self, given: Any, name: str) -> dict[str, Any]:
        if not isinstance(given, dict) or not isinstance(given.get("config") or {}, dict):
            raise RefusedError(f"{name}: an object with spec_uid, location, mime_type and config is needed", name)
        config = dict(given.get("config") or {})
        for field, value in config.items():
            if isinstance(value, dict) and field != "secretParams":
                place = f"{name}.{field}"
                raise RefusedError(f"{place}: type the value; references are for the command line", place)
        for field in _ADDRESSES:
            if config.get(field):
                allowed(str(config[field]), self._settings, f"{name}.{field}")
        location = str(given.get("location") or "")
        if given.get("spec_uid") == "file":
            location = self._inside(location, f"{name}.location")
        else:
            self._contactable(location, f"{name}.location")
        return {"spec_uid": given.get("spec_uid"), "config": config, "mime_type": given.get("mime_type") or None,
                "location": location or None}  # fmt: skip

    def _inside(self, location: str, field: str) -> str:
        """Give a path in the folder for data: everything else on this machine is none of a browser's business."""
        if not location:
            raise RefusedError("a path is needed", field)
        bare = unquote(urlsplit(location).path) if location.startswith("file:") else location
        root = self._settings.data.resolve()
        path = (root / bare).resolve()
        if not path.is_relative_to(root):
            raise RefusedError(f"files are read and written in the folder {root.name} only (--data)", field)
        return f"{path}/" if bare.endswith("/") else str(path)

    def _contactable(self, location: str, field: str) -> None:
        bare = location.removeprefix("jdbc:")
        scheme = urlsplit(bare).scheme
        if scheme == "sqlite":
            self._inside(bare.partition("///")[2].partition("#")[0], field)
        elif scheme and scheme not in _STORES:
            allowed(bare, self._settings, field)


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
        raise RefusedError(str(error), getattr(error, "field", "") or "") from None


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
