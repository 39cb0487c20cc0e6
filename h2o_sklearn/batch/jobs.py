"""The jobs of a store: made, checked before they start, and found again."""

from __future__ import annotations

import getpass
import os
import secrets
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from h2o_frame_compat.io import connectors
from h2o_frame_compat.io.connectors import ConnectorError, MimeType, Partition
from h2o_frame_compat.io.connectors.databases import without_password
from h2o_sklearn.batch import model as models
from h2o_sklearn.batch.errors import OptionError, PreflightError
from h2o_sklearn.batch.job import BatchScoringJob
from h2o_sklearn.batch.options import (
    BatchKubernetesOptions,
    BatchSinkOptions,
    BatchSourceOptions,
    KubernetesRuntime,
    LocalRuntime,
    ModelRequestParameters,
    checked,
    from_dict,
    runtime_from_dict,
    runtime_of,
    runtime_to_dict,
)
from h2o_sklearn.batch.preflight import Check, Preflight, preflight
from h2o_sklearn.batch.runners import kubernetes
from h2o_sklearn.batch.store import Store, default_url
from h2o_sklearn.batch.task import DEAD_LETTER, FAIL, Task, schema_to_text

if TYPE_CHECKING:
    from h2o_frame_compat.io.connectors import Connector, Sink, Source
    from h2o_sklearn.batch.options import Runtime

MINI_BATCH = 50_000
_PER_WORKER = 4
Place = BatchSourceOptions | dict[str, Any] | str | Path


class BatchScoringJobs:
    """The jobs of a store.

    Parameters
    ----------
    store : str, optional
        A URL as SQLAlchemy takes it. The default is ``H2O_COMPAT_BATCH_STORE``, and else a SQLite file in
        ``~/.h2o-compat/batch``.

    Examples
    --------
    >>> from h2o_sklearn.batch import BatchScoringJobs
    >>> jobs = BatchScoringJobs()                                                       # doctest: +SKIP
    >>> job = jobs.create(source="flights.parquet", sink="late/", model=pipeline)       # doctest: +SKIP
    >>> job.wait()                                                                      # doctest: +SKIP
    """

    def __init__(self, store: str | None = None) -> None:
        self._url = store
        self._opened: Store | None = None

    def __repr__(self) -> str:
        return f"BatchScoringJobs({self.store.engine.url!r})"

    @property
    def store(self) -> Store:
        """The store, opened when it is first needed."""
        if self._opened is None:
            self._opened = Store(self._url or default_url())
        return self._opened

    def close(self) -> None:
        """Close the store; jobs go on."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def create(
        self,
        *,
        source: Place,
        sink: Place,
        model: Any,
        scoring_runtime: Runtime | str | None = None,
        runtime: Runtime | str | None = None,
        environment_variables: dict[str, str] | None = None,
        kubernetes_options: BatchKubernetesOptions | dict[str, Any] | None = None,
        mini_batch_size: int | None = None,
        model_request_parameters: ModelRequestParameters | dict[str, Any] | None = None,
        name: str | None = None,
        job_start_timeout: float | str | None = None,
        rerun_of: BatchScoringJob | str | None = None,
        on_error: str | None = None,
        dead_letter: Place | None = None,
        max_dead_letters: int | None = None,
        retries: int = 3,
        backoff: float = 1.0,
        partitions: int | None = None,
        write_mode: str = "error",
        start: bool = True,
    ) -> BatchScoringJob:
        """Make a job, look whether it can work, and start it.

        Parameters
        ----------
        source : BatchSourceOptions, dict or str
            Where rows come from; a path or an address stands for the connector that it belongs to.
        sink : BatchSinkOptions, dict or str
            Where predictions go.
        model : object or str
            A fitted pipeline or estimator; a file with one, or with a MOJO; a model in the cluster, or its id.
        scoring_runtime, runtime : LocalRuntime, KubernetesRuntime, SparkRuntime, RayRuntime or str, optional
            Where it runs: two words for the same. The default is processes on this machine.
        environment_variables : dict, optional
            For the processes that score.
        kubernetes_options : BatchKubernetesOptions, optional
            What pods get.
        mini_batch_size : int, optional
            Rows that a process holds at a time; the default is 50,000.
        model_request_parameters : ModelRequestParameters, optional
            What to ask the model for.
        name : str, optional
            A name to find it by.
        job_start_timeout : float or str, optional
            Seconds in which it has to start, also as ``"300s"``; the default is 300.
        rerun_of : BatchScoringJob or str, optional
            The job that it runs again.
        on_error : {"dead_letter", "fail"}, optional
            What to do about a row that cannot be scored. The default is the first where there is a place for it.
        dead_letter : BatchSinkOptions, dict or str, optional
            Where rows go that cannot be scored.
        max_dead_letters : int, optional
            How many of them the job bears.
        retries : int
            How often a partition is tried again when the connection breaks, or its process does.
        backoff : float
            Seconds before the second attempt; before each later one twice as many.
        partitions : int, optional
            How many parts to divide the source into; the default is four for each process.
        write_mode : {"error", "append", "ignore", "overwrite"}
            What to do about what is at the sink already.
        start : bool
            Start it; else ``submit`` or ``run`` do.

        Returns
        -------
        BatchScoringJob
            The job.

        Raises
        ------
        OptionError
            When a field is missing, wrong, or contradicts another.
        PreflightError
            When it cannot work as it is; nothing was written.
        """
        spec = self._described(
            source=source,
            sink=sink,
            model=model,
            scoring_runtime=scoring_runtime,
            runtime=runtime,
            environment_variables=environment_variables,
            kubernetes_options=kubernetes_options,
            mini_batch_size=mini_batch_size,
            model_request_parameters=model_request_parameters,
            job_start_timeout=job_start_timeout,
            on_error=on_error,
            dead_letter=dead_letter,
            max_dead_letters=max_dead_letters,
            retries=retries,
            backoff=backoff,
            partitions=partitions,
            write_mode=write_mode,
        )
        return self._added(spec, name, rerun_of.uid if isinstance(rerun_of, BatchScoringJob) else rerun_of, start=start)

    def again(self, job: BatchScoringJob, name: str | None = None, write_mode: str | None = None) -> BatchScoringJob:
        """Make a job that does what another one did, and start it: see ``BatchScoringJob.rerun``."""
        row = self.store.job(job.uid)
        spec = row["spec"]
        for place in (spec["task"]["sink"], spec["task"]["dead_letter"]):
            if place is not None and write_mode is not None:
                place["write_mode"] = write_mode
        return self._added(spec, name or row["name"], job.uid, start=True)

    def preflight(self, *, source: Place, sink: Place, model: Any, **others: Any) -> Preflight:
        """Look at a job without making it.

        Parameters
        ----------
        source, sink, model
            As for :meth:`create`.
        **others
            What else :meth:`create` takes.

        Returns
        -------
        Preflight
            What was found; an option that is wrong is among the errors.
        """
        try:
            return _looked(self._described(source=source, sink=sink, model=model, **others))
        except (OptionError, ConnectorError) as error:
            return Preflight([Check("options", "error", str(error))])

    def dry_run(self, *, source: Place, sink: Place, model: Any, **others: Any) -> list[str]:
        """Return what would be done, as YAML: Kubernetes' manifests, or the plan.

        Parameters
        ----------
        source, sink, model
            As for :meth:`create`.
        **others
            What else :meth:`create` takes.

        Returns
        -------
        list of str
            Documents of YAML.

        Raises
        ------
        PreflightError
            When the job cannot work as it is.
        """
        import yaml  # noqa: PLC0415 - an extra

        spec = _ready(self._described(source=source, sink=sink, model=model, **others), "dry-run")[0]
        partitions = cast("Source", connectors.from_json(spec["task"]["source"])).partitions(spec["partitions"])
        if not isinstance(runtime_from_dict(spec["runtime"]), KubernetesRuntime):
            plan = {"task": spec["task"], "partitions": [one.to_json() for one in partitions]}
            return [yaml.safe_dump(plan, sort_keys=False)]
        return [f"---\n{yaml.safe_dump(one, sort_keys=False)}" for one in _manifests(spec, partitions)]

    # ------------------------------------------------------------ finding

    def get(self, uid: str) -> BatchScoringJob:
        """Return a job.

        Parameters
        ----------
        uid : str
            Its uid; so much of its beginning as makes it the only one.

        Returns
        -------
        BatchScoringJob
            The job.

        Raises
        ------
        JobNotFoundError
            When there is none.
        """
        found = [row["uid"] for row in self.store.jobs() if row["uid"].startswith(uid)] if uid else []
        return BatchScoringJob(self, found[0] if len(found) == 1 else self.store.job(uid)["uid"])

    def list(self, **selectors: Any) -> list[BatchScoringJob]:
        """Return jobs, the newest first.

        Parameters
        ----------
        **selectors
            What they are to have, such as ``state="FAILED"`` or ``name="nightly"``.

        Returns
        -------
        list of BatchScoringJob
            The jobs.
        """
        jobs = [BatchScoringJob(self, row["uid"]) for row in self.store.jobs()]
        return [job for job in jobs if all(getattr(job, word) == value for word, value in selectors.items())]

    def count(self, **selectors: Any) -> int:
        """Return how many jobs :meth:`list` would give."""
        return len(self.list(**selectors))

    # ------------------------------------------------------------ making

    def _described(
        self,
        *,
        source: Place,
        sink: Place,
        model: Any,
        scoring_runtime: Runtime | str | None = None,
        runtime: Runtime | str | None = None,
        environment_variables: dict[str, str] | None = None,
        kubernetes_options: BatchKubernetesOptions | dict[str, Any] | None = None,
        mini_batch_size: int | None = None,
        model_request_parameters: ModelRequestParameters | dict[str, Any] | None = None,
        job_start_timeout: float | str | None = None,
        on_error: str | None = None,
        dead_letter: Place | None = None,
        max_dead_letters: int | None = None,
        retries: int = 3,
        backoff: float = 1.0,
        partitions: int | None = None,
        write_mode: str = "error",
    ) -> dict[str, Any]:
        """Write down what is asked for; secrets that were given as text go into this process's environment."""
        if scoring_runtime is not None and runtime is not None:
            raise OptionError("runtime", "scoring_runtime is given as well; the two are the same")
        where = runtime_of(scoring_runtime if runtime is None else runtime)
        if kubernetes_options and not isinstance(where, KubernetesRuntime):
            raise OptionError("kubernetes_options", "is for a KubernetesRuntime, which the runtime is not")
        pods: BatchKubernetesOptions = _given(BatchKubernetesOptions, "kubernetes_options", kubernetes_options)
        asked: ModelRequestParameters = _given(
            ModelRequestParameters, "model_request_parameters", model_request_parameters
        )
        task = {
            "job": "",
            **_places(source, sink, dead_letter, write_mode),
            "parameters": asdict(asked),
            "mini_batch_size": checked("mini_batch_size", mini_batch_size, 1) or MINI_BATCH,
            "on_error": _on_error(on_error, dead_letter),
            "max_dead_letters": _most(max_dead_letters, dead_letter),
            "model": str(models.save(model, self.store.files / "models")),
        }
        return {
            "task": task,
            "runtime": runtime_to_dict(where),
            "kubernetes_options": asdict(pods),
            "environment_variables": _variables(environment_variables),
            "job_start_timeout": _seconds("job_start_timeout", 300 if job_start_timeout is None else job_start_timeout),
            "retries": checked("retries", retries, 0),
            "backoff": _seconds("backoff", backoff),
            "partitions": checked("partitions", partitions, 1) or _PER_WORKER * _workers(where, pods),
        }

    def _added(self, spec: dict[str, Any], name: str | None, rerun_of: str | None, *, start: bool) -> BatchScoringJob:
        uid = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        spec, found = _ready(spec, uid)
        if spec["task"]["sink"]["write_mode"] == "error":
            _begin(spec, uid)
        self.store.add(uid, name or f"batch-{uid}", _user(), {**spec, "rerun_of": rerun_of})
        for check in found.warnings:
            self.store.log(uid, check.message, "WARNING")
        job = BatchScoringJob(self, uid)
        if start:
            job.submit()
        return job


def _looked(spec: dict[str, Any]) -> Preflight:
    """Look at a job as it is written down."""
    task = spec["task"]
    dead = cast("Sink", connectors.from_json(task["dead_letter"])) if task["dead_letter"] else None
    parameters: ModelRequestParameters = from_dict(ModelRequestParameters, task["parameters"])
    return preflight(
        cast("Source", connectors.from_json(task["source"])),
        cast("Sink", connectors.from_json(task["sink"])),
        dead,
        models.Scorer(models.load(task["model"]), parameters),
        partitions=spec["partitions"],
        batch_rows=task["mini_batch_size"],
    )


def _ready(spec: dict[str, Any], uid: str) -> tuple[dict[str, Any], Preflight]:
    """Look at a job, and write down what was found out; raise where it cannot work."""
    found = _looked(spec)
    if not found.ok:
        raise PreflightError(found)
    assert found.source_schema is not None
    assert found.sink_schema is not None
    known = {"reads": schema_to_text(found.source_schema), "writes": schema_to_text(found.sink_schema)}
    made = {**spec, "task": {**spec["task"], "job": uid, **known}}
    if isinstance(runtime_from_dict(spec["runtime"]), KubernetesRuntime):
        _manifests(made, [Partition("00000")])  # which says what is wrong with the options
    return made, found


def _manifests(spec: dict[str, Any], partitions: list[Partition]) -> list[dict[str, Any]]:
    runtime, task = runtime_from_dict(spec["runtime"]), Task(**spec["task"])
    assert isinstance(runtime, KubernetesRuntime)
    pods: BatchKubernetesOptions = from_dict(BatchKubernetesOptions, spec["kubernetes_options"])
    return kubernetes.manifests(
        task,
        partitions,
        runtime,
        pods,
        retries=spec["retries"],
        backoff=spec["backoff"],
        environment=spec["environment_variables"],
        name=f"h2o-batch-{task.job}",
    )


def _begin(spec: dict[str, Any], uid: str) -> None:
    """Refuse a sink that is not empty at once, where that is what was asked for."""
    task = Task(**spec["task"])
    for name, place, schema in (
        ("sink", task.sink, task.sink_schema),
        ("dead_letter", task.dead_letter, task.dead_schema),
    ):
        if place is not None:
            try:
                cast("Sink", connectors.from_json(place)).begin(uid, schema)
            except ConnectorError as error:
                raise OptionError(name, str(error)) from error


def _given(kind: type[Any], name: str, value: Any) -> Any:
    if isinstance(value, kind):
        return value
    try:
        return from_dict(kind, value or {})
    except OptionError as error:
        raise OptionError(f"{name}.{error.field}", str(error).partition(": ")[2]) from None


def _places(source: Place, sink: Place, dead_letter: Place | None, write_mode: str) -> dict[str, Any]:
    """Describe where rows come from and go to, none of which may be in another."""
    made: dict[str, Connector] = {"source": _connector("source", source, BatchSourceOptions)}
    made["sink"] = _connector("sink", sink, BatchSinkOptions, write_mode=write_mode)
    if dead_letter is not None:
        made["dead_letter"] = _connector("dead_letter", dead_letter, BatchSinkOptions, write_mode=write_mode)
    for name in list(made)[1:]:
        try:
            connectors.refuse_overlap(cast("Source", made["source"]), cast("Sink", made[name]))
        except ValueError as error:
            raise OptionError(name, str(error).partition(": ")[2]) from None
    if dead_letter is not None and made["dead_letter"].place == made["sink"].place:
        raise OptionError("dead_letter", "is the sink")
    described: dict[str, Any] = {"dead_letter": None}
    for name, one in made.items():
        described[name], environment = one.portable()
        os.environ.update(environment)
    return described


def _connector(name: str, given: Place, kind: type[BatchSourceOptions], **more: Any) -> Connector:
    """Make a connector of options, of a dict with the same fields, or of an address."""
    if isinstance(given, (str, Path)):
        given = at(str(given), kind)
    options: BatchSourceOptions = _given(kind, name, given)
    make = connectors.source if kind is BatchSourceOptions else connectors.sink
    location = options.location
    if location is not None and options.spec_uid == "file" and "://" not in location:
        location = os.path.join(Path.cwd(), Path(location).expanduser())  # noqa: PTH118 - a / at the end stays
    try:
        return make(options.spec_uid, options.config, location=location, mime_type=options.mime_type, **more)
    except ValueError as error:
        raise OptionError(name, str(error)) from None


def at(address: str, kind: type[BatchSourceOptions] = BatchSourceOptions) -> BatchSourceOptions:
    """Return the options of an address: a path, ``s3://bucket/key``, or ``postgres://host/database#table``.

    Credentials are those of the environment. A sink that is a folder, with ``/`` at its end, gets Parquet.

    Parameters
    ----------
    address : str
        The address.
    kind : type
        Which options are wanted.

    Returns
    -------
    BatchSourceOptions
        The options.
    """
    try:
        uid = connectors.spec_uid_of(address)
    except ValueError as error:
        raise OptionError("location", str(error).partition(": ")[2]) from None
    if uid != "jdbc":
        folder = kind is BatchSinkOptions and address.endswith("/")
        return kind(uid, {}, MimeType.PARQUET if folder else None, address)
    location, _, table = address.rpartition("#")
    if not location:
        raise OptionError("table", "is missing: a database is given as postgres://host/database#table")
    location, password = without_password(location)
    secrets = {} if password is None else {"secretParams": {"password": password}}
    return kind(uid, {"table": table, **secrets}, None, location)


def _on_error(on_error: str | None, dead_letter: Place | None) -> str:
    if on_error is None:
        return FAIL if dead_letter is None else DEAD_LETTER
    if on_error not in {DEAD_LETTER, FAIL}:
        raise OptionError("on_error", f"must be {DEAD_LETTER} or {FAIL}, got {on_error!r}")
    if on_error == DEAD_LETTER and dead_letter is None:
        raise OptionError("dead_letter", "is missing, and on_error is dead_letter")
    if on_error == FAIL and dead_letter is not None:
        raise OptionError("on_error", "is fail, but there is a place for dead letters; leave one of them out")
    return on_error


def _most(max_dead_letters: int | None, dead_letter: Place | None) -> int | None:
    if max_dead_letters is not None and dead_letter is None:
        raise OptionError("max_dead_letters", "is given, but there is no place for dead letters")
    return checked("max_dead_letters", max_dead_letters, 0)


def _variables(given: object) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(isinstance(word, str) for pair in given.items() for word in pair):
        raise OptionError("environment_variables", "must be a dict of texts")
    return given


def _seconds(name: str, given: float | str) -> float:
    try:
        found = float(given.removesuffix("s") if isinstance(given, str) else given)
    except (TypeError, ValueError):
        found = -1.0
    if not 0 <= found < float("inf"):
        raise OptionError(name, f"must be seconds, as 300 or '300s', got {given!r}")
    return found


def _workers(runtime: Runtime, pods: BatchKubernetesOptions) -> int:
    if isinstance(runtime, LocalRuntime) and runtime.processes is not None:
        return max(runtime.processes, 1)
    return pods.replicas if isinstance(runtime, KubernetesRuntime) else os.cpu_count() or 1


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
