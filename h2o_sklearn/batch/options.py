"""What a job is asked for: plain values with the names of h2o-mlops, each of which can be written as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from h2o_sklearn.batch.errors import OptionError

if TYPE_CHECKING:
    from h2o_frame_compat.io.connectors import MimeType


class ContributionType(StrEnum):
    """Whose contributions to a prediction are wanted: of the source's columns, or of what a pipeline makes of them."""

    NONE = "NONE"
    ORIGINAL = "ORIGINAL"
    TRANSFORMED = "TRANSFORMED"


class OutputFieldsType(StrEnum):
    """What stands beside a prediction: the id column, or every column of the source."""

    INCLUDE_ID = "INCLUDE_ID"
    INCLUDE_ALL_INPUT_FEATURES = "INCLUDE_ALL_INPUT_FEATURES"


class JobState(StrEnum):
    """States of a job."""

    CREATED = "CREATED"
    SUBMITTED = "SUBMITTED"
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    CANCELLING = "CANCELLING"
    CANCELLED = "CANCELLED"
    SUBMISSION_FAILED = "SUBMISSION_FAILED"
    TIMEOUT = "TIMEOUT"

    @property
    def ended(self) -> bool:
        """Whether nothing more happens in this state."""
        return self in _ENDED


_ENDED = {JobState.FINISHED, JobState.FAILED, JobState.CANCELLED, JobState.SUBMISSION_FAILED, JobState.TIMEOUT}


class CompletionStats(NamedTuple):
    """What came of a job, in h2o-mlops' words; a pipeline is a partition here.

    Attributes
    ----------
    processed_row_count : int
        Rows that were read.
    finished_pipeline_count : int
        Partitions that are complete.
    failed_pipelines : list of str
        Partitions that failed.
    error_row_count : int
        Rows that could not be scored, which are dead letters.
    feature_store_job_id : str or None
        Always None: the feature store is written as any other sink.
    error : str or None
        Why the job failed.
    """

    processed_row_count: int
    finished_pipeline_count: int
    failed_pipelines: list[str]
    error_row_count: int
    feature_store_job_id: str | None = None
    error: str | None = None


class Progress(NamedTuple):
    """How far a job is.

    Attributes
    ----------
    fraction : float
        From 0 to 1, by partitions; one that is being scored counts by its rows where their number is known.
    rows_in, rows_out, dead_letters : int
        Rows of complete partitions.
    partitions_done, partitions : int
        Complete partitions, and all of them.
    rows_per_second : float or None
        Rows read in a second, those of partitions under way among them; None before the first.
    eta : float or None
        Seconds that remain at this speed; None before the first partition is complete.
    """

    fraction: float
    rows_in: int
    rows_out: int
    dead_letters: int
    partitions_done: int
    partitions: int
    rows_per_second: float | None
    eta: float | None


@dataclass(frozen=True)
class BatchSourceOptions:
    """Where rows come from, or where they go: the same four fields.

    Attributes
    ----------
    spec_uid : str
        The connector, such as ``"s3"``; ``source_specs()`` and ``sink_specs()`` list them.
    config : dict
        Its fields. A secret is best a reference: ``{"env": "NAME"}`` or ``{"file": "path"}``.
    mime_type : str, optional
        The format.
    location : str, optional
        A path, glob or prefix.
    """

    spec_uid: str
    config: dict[str, Any] = field(default_factory=dict, repr=False)  # it may hold secrets
    mime_type: MimeType | str | None = None
    location: str | None = None

    def __post_init__(self) -> None:
        if not self.spec_uid:
            raise OptionError("spec_uid", "must be the name of a connector")
        if not isinstance(self.config, dict):
            raise OptionError("config", f"must be a dict, got {type(self.config).__name__}")


@dataclass(frozen=True)
class BatchSinkOptions(BatchSourceOptions):
    """Where predictions go; the fields are those of :class:`BatchSourceOptions`."""


@dataclass(frozen=True)
class ModelRequestParameters:
    """What to ask the model for.

    Attributes
    ----------
    id_field : str, optional
        A column of the source that goes out with each prediction.
    contributions : ContributionType, optional
        How much each column adds to each prediction, for models that can say.
    prediction_intervals : bool
        A lower and an upper bound with each prediction, for models that have them.
    output_fields_type : OutputFieldsType, optional
        What else goes out; the default is the id column, if there is one.
    """

    id_field: str | None = None
    contributions: ContributionType | None = None
    prediction_intervals: bool = False
    output_fields_type: OutputFieldsType | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.prediction_intervals, bool):
            raise OptionError("prediction_intervals", f"must be true or false, got {self.prediction_intervals!r}")
        object.__setattr__(self, "contributions", _member("contributions", ContributionType, self.contributions))
        kind = _member("output_fields_type", OutputFieldsType, self.output_fields_type)
        object.__setattr__(self, "output_fields_type", kind)
        if kind == OutputFieldsType.INCLUDE_ID and self.id_field is None:
            raise OptionError("id_field", "is needed for output_fields_type INCLUDE_ID")


@dataclass(frozen=True)
class BatchKubernetesOptions:
    """What the pods of a job get, as in h2o-mlops.

    Attributes
    ----------
    replicas : int
        Pods at a time.
    requests, limits : dict, optional
        Resources by name, such as ``{"cpu": "1", "memory": "2Gi"}``.
    affinity, toleration : str, optional
        A label ``key=value`` of the nodes to be on; a taint ``key=value:Effect`` to bear.
    replica_spread : str, optional
        A label of nodes, such as ``"kubernetes.io/hostname"``, over whose values pods are spread evenly.
    """

    replicas: int = 1
    requests: dict[str, str] | None = None
    limits: dict[str, str] | None = None
    affinity: str | None = None
    toleration: str | None = None
    replica_spread: str | None = None

    def __post_init__(self) -> None:
        _at_least("replicas", self.replicas, 1)


# ---------------------------------------------------------------- runtimes


@dataclass(frozen=True)
class LocalRuntime:
    """Worker processes on this machine, the default.

    Attributes
    ----------
    processes : int, optional
        How many; by default as many as there are cores. One of them is Java where it scores the model by itself;
        then others are started for large jobs only. With 0 the job's own process scores, one partition after the
        other: the least work for a small job, but what ends the process ends the job.
    """

    processes: int | None = None

    def __post_init__(self) -> None:
        if self.processes is not None:
            _at_least("processes", self.processes, 0)


@dataclass(frozen=True)
class KubernetesRuntime:
    """An Indexed Job: a pod for each partition, ``replicas`` of :class:`BatchKubernetesOptions` at a time.

    Attributes
    ----------
    image : str
        An image with Python and this package.
    namespace : str
        The namespace.
    secrets : dict
        Environment variable, as in ``{"env": "NAME"}`` of a connector: ``"secret-name/key"``.
    model_path : str, optional
        Where the model is in the image or in the volume; without it a ConfigMap carries the model, up to 1 MB.
    volume_claim : str, optional
        A PersistentVolumeClaim, mounted at ``/data``.
    service_account, image_pull_secret : str, optional
        Names of what the pods use.
    active_deadline_seconds : int, optional
        The longest time for the Job.
    ttl_seconds_after_finished : int
        How long the Job stays to be looked at.
    """

    image: str
    namespace: str = "default"
    secrets: dict[str, str] = field(default_factory=dict)
    model_path: str | None = None
    volume_claim: str | None = None
    service_account: str | None = None
    image_pull_secret: str | None = None
    active_deadline_seconds: int | None = None
    ttl_seconds_after_finished: int = 86400

    def __post_init__(self) -> None:
        if not isinstance(self.secrets, dict):
            raise OptionError("secrets", f"must be a dict, got {type(self.secrets).__name__}")
        for name, where in self.secrets.items():
            parts = str(where).split("/")
            if len(parts) != 2 or not all(parts):
                raise OptionError("secrets", f"{name}: must be 'secret-name/key', got {where!r}")


@dataclass(frozen=True)
class SparkRuntime:
    """Tasks of the active Spark session, or of one made with ``master``."""

    master: str | None = None


@dataclass(frozen=True)
class RayRuntime:
    """Tasks of a Ray cluster.

    Attributes
    ----------
    address : str, optional
        The cluster; without it one is started on this machine.
    cpus : float
        Cores for each task.
    """

    address: str | None = None
    cpus: float = 1.0


Runtime = LocalRuntime | KubernetesRuntime | SparkRuntime | RayRuntime
_RUNTIMES: dict[str, type[Any]] = {
    "local": LocalRuntime,
    "kubernetes": KubernetesRuntime,
    "spark": SparkRuntime,
    "ray": RayRuntime,
}


def runtime_of(given: Runtime | str | None) -> Runtime:
    """Return a runtime from one, or from its name.

    Parameters
    ----------
    given : runtime, str or None
        None stands for this machine.

    Returns
    -------
    runtime
        The runtime.

    Raises
    ------
    OptionError
        When there is none of this name.
    """
    if given is None:
        return LocalRuntime()
    if isinstance(given, str):
        if given == "kubernetes":
            raise OptionError("runtime", "give a KubernetesRuntime: it needs to know the image")
        if given not in _RUNTIMES:
            raise OptionError("runtime", f"must be one of {', '.join(_RUNTIMES)}, got {given!r}")
        made: Runtime = _RUNTIMES[given]()
        return made
    if not isinstance(given, tuple(_RUNTIMES.values())):
        raise OptionError("runtime", f"must be a runtime or its name, got {type(given).__name__}")
    return given


def runtime_to_dict(runtime: Runtime) -> dict[str, Any]:
    """Return a runtime as JSON has it, its name under ``kind``."""
    kind = next(name for name, made in _RUNTIMES.items() if isinstance(runtime, made))
    return {"kind": kind, **asdict(runtime)}


def runtime_from_dict(data: dict[str, Any]) -> Runtime:
    """Read what :func:`runtime_to_dict` gave."""
    kind = data.get("kind", "local")
    if kind not in _RUNTIMES:
        raise OptionError("runtime", f"kind must be one of {', '.join(_RUNTIMES)}, got {kind!r}")
    rest = {key: value for key, value in data.items() if key != "kind"}
    runtime: Runtime = from_dict(_RUNTIMES[kind], rest)
    return runtime


# ---------------------------------------------------------------- JSON


def from_dict(kind: type[Any], data: Any) -> Any:
    """Make an option object of what JSON or YAML say of it.

    Parameters
    ----------
    kind : type
        The class.
    data : dict or object of the class
        Its fields.

    Returns
    -------
    object
        The object.

    Raises
    ------
    OptionError
        When a field is unknown or missing; the message has its name.
    """
    if is_dataclass(data):
        return data
    if not isinstance(data, dict):
        raise OptionError(kind.__name__, f"must be a dict, got {type(data).__name__}")
    known = {entry.name for entry in fields(kind)}
    for name in data:
        if name not in known:
            raise OptionError(str(name), f"is no field of {kind.__name__}; there are {', '.join(sorted(known))}")
    try:
        return kind(**data)
    except TypeError as error:
        missing = str(error).rpartition("argument")[2].strip(" :s'\"")
        raise OptionError(missing or kind.__name__, f"is missing in {kind.__name__}") from None


def _member(name: str, kind: type[StrEnum], value: Any) -> Any:
    if value is None:
        return None
    try:
        return kind(value)
    except ValueError:
        raise OptionError(name, f"must be one of {', '.join(kind)}, got {value!r}") from None


def _at_least(name: str, value: Any, low: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < low:
        raise OptionError(name, f"must be a whole number of at least {low}, got {value!r}")


def checked(name: str, value: int | None, low: int) -> int | None:
    """Return a whole number that is at least ``low``, or None.

    Parameters
    ----------
    name : str
        The field, for the message.
    value : int or None
        Its value.
    low : int
        The least it may be.

    Returns
    -------
    int or None
        The value.
    """
    if value is not None:
        _at_least(name, value, low)
    return value


@dataclass(frozen=True)
class Counts:
    """Rows of a partition or of a job: what was read is what went out and what could not be scored."""

    rows_in: int = 0
    rows_out: int = 0
    dead_letters: int = 0

    def __add__(self, other: Self) -> Counts:
        return Counts(
            self.rows_in + other.rows_in, self.rows_out + other.rows_out, self.dead_letters + other.dead_letters
        )
