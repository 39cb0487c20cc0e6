"""The connectors there are: what each is configured with, and how one is made."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from h2o_frame_compat.io.connectors import fields as fields_
from h2o_frame_compat.io.connectors.base import Connector, MimeType, Sink, Source, WriteMode
from h2o_frame_compat.io.connectors.fields import Field

if TYPE_CHECKING:
    from collections.abc import Callable

_MIB = 1 << 20
_BY_FILES = ("files:FileSource", "parts:FileSink")
_ROLES = ("source", "sink")
_FILES = (MimeType.CSV, MimeType.CSV_WITH_HEADER, MimeType.JSONL, MimeType.JSON, MimeType.PARQUET)
_DRIVERS = ("postgres", "mysql", "mssql", "oracle", "sqlite")

_WRITE = Field("writeConcurrency", "integer", "How many parts of an object are sent at once.", least=1)
_S3 = (
    Field("accessKeyID", "secret", "The access key; without it the environment's, and else requests are not signed."),
    Field("secretAccessKey", "secret", "The secret of the access key."),
    Field("sessionToken", "secret", "The token of a temporary access key."),
    Field("pathStyle", "boolean", "Whether the bucket is in the path of addresses and not in the name of the host."),
    Field("region", "string", "The region of the bucket."),
    Field("endpoint", "string", "The address of the service, where it is not Amazon's."),
    Field("partSize", "integer", "Bytes of a part of an object, in reading and in writing.", least=5 * _MIB),
    _WRITE,
)
_AZURE = (
    Field("accountKey", "secret", "The key of the storage account; this or sasToken."),
    Field("sasToken", "secret", "A shared access signature; this or accountKey."),
    Field("containerName", "string", "The container, where the location does not name it."),
    Field("partitionSize", "integer", "Bytes of a block of a blob, in reading and in writing.", least=_MIB),
    _WRITE,
)
_GCS = (
    Field("credentials", "secret", "The JSON of a service account's key."),
    Field("projectID", "string", "The project; the service account decides what it may do there."),
    Field("endpoint", "string", "The address of the service, where it is not Google's."),
    Field("partSize", "integer", "Bytes of a part of an object, in reading and in writing.", least=5 * _MIB),
    _WRITE,
)
_SQL = (
    Field("secretParams", "secrets", "Secrets by name; each replaces {{name}} in the location."),
    Field("driver", "string", "The kind of database.", choices=_DRIVERS),
)
_JDBC_SINK = (*_SQL, Field("table", "string", "The table that is written.", required=True))
_JDBC_SOURCE = (
    *_SQL,
    Field("table", "string", "The table that is read, or a query in parentheses.", required=True),
    Field("numPartitions", "integer", "In how many parts partitionColumn divides the table.", least=1),
    Field("lowerBound", "bound", "Where the second part begins at the earliest; rows below are in the first part."),
    Field("upperBound", "bound", "Where the last part ends at the earliest; rows above are in the last part."),
    Field("partitionColumn", "string", "A column of numbers, dates or times."),
)
# What belongs together, as JSON schema says it.
_KEYS = {
    "dependentRequired": {
        "accessKeyID": ["secretAccessKey"],
        "secretAccessKey": ["accessKeyID"],
        "sessionToken": ["accessKeyID"],
    }
}
_STRIDES = ("partitionColumn", "lowerBound", "upperBound", "numPartitions")
_TOGETHER = {"dependentRequired": {name: [o for o in _STRIDES if o != name] for name in _STRIDES[:3]}}
_KNOWN = {"required": ["featureSetID", "featureSetVersion"]}
_NEW = {"required": ["projectID", "featureSetName"]}
_EITHER = [{"required": ["accountKey"]}, {"required": ["sasToken"]}]
_FEATURES = (
    Field("featureSetID", "string", "The feature set; with featureSetVersion."),
    Field("featureSetVersion", "string", "Its version, as 1.0."),
)
_NEW_FEATURES = (
    Field("projectID", "string", "The project in which a feature set is made; with featureSetName."),
    Field("featureSetName", "string", "The name of the feature set that is made."),
)


@dataclass(frozen=True)
class ConnectorSpec:
    """A kind of source or sink.

    Attributes
    ----------
    uid : str
        Its name in code, as ``"s3"``.
    name : str
        Its name for people.
    role : {"source", "sink"}
        Which of them.
    fields : tuple of Field
        What it is configured with.
    supported_mime_types : tuple of str
        The formats; none where the format is not chosen.
    supported_location_paths : tuple of str
        How an address may begin; none where there is no address.
    """

    uid: str
    name: str
    role: str
    fields: tuple[Field, ...]
    supported_mime_types: tuple[str, ...]
    supported_location_paths: tuple[str, ...]
    _rules: tuple[Callable[[str, dict[str, Any]], None], ...] = field(default=(), repr=False)
    _made_by: str = field(default="", repr=False)
    _schema: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def schema(self) -> dict[str, Any]:
        """The configuration as a JSON schema; secrets are ``writeOnly``."""
        made: dict[str, Any] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"{self.name} {self.role}",
            "type": "object",
            "properties": {f.name: f.json_schema() for f in self.fields},
            "additionalProperties": False,
        }
        required = [f.name for f in self.fields if f.required]
        return {**made, **({"required": required} if required else {}), **self._schema}

    def validated(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Check a configuration.

        Parameters
        ----------
        config : mapping
            The fields given, in either spelling.

        Returns
        -------
        dict
            By documented names.
        """
        made = fields_.read(self.fields, config)
        for rule in self._rules:
            rule(self.role, made)
        return made

    def made_by(self) -> Callable[..., Connector]:
        """Give the class of its connectors.

        Returns
        -------
        type of Connector

        Raises
        ------
        ImportError
            When a package that it needs is not installed; the message names the extra.
        """
        module, _, name = self._made_by.partition(":")
        try:
            made: Callable[..., Connector] = getattr(importlib.import_module(f"{__package__}.{module}"), name)
        except ModuleNotFoundError as error:
            msg = f"{self.name} needs {error.name}: pip install 'h2o-compat[batch]'"
            raise ImportError(msg) from None
        return made


def _s3_rules(_: str, config: dict[str, Any]) -> None:
    for given, needed in _KEYS["dependentRequired"].items():
        for name in needed:
            if given in config and name not in config:
                msg = f"{name}: is missing, and {given} is given"
                raise ValueError(msg)


def _minio_rules(_: str, config: dict[str, Any]) -> None:
    if "endpoint" not in config:
        raise ValueError("endpoint: is missing. The address of the MinIO server.")
    config.setdefault("pathStyle", True)


def _azure_rules(_: str, config: dict[str, Any]) -> None:
    if "accountKey" in config and "sasToken" in config:
        raise ValueError("sasToken: accountKey is given as well; only one of the two is used")


def _jdbc_rules(role: str, config: dict[str, Any]) -> None:
    if role == "sink":
        if config["table"].lstrip().startswith("("):
            raise ValueError("table: a query in parentheses cannot be written to")
        return
    asked = [name for name in _STRIDES[:3] if name in config]
    if asked:
        for name in _STRIDES:
            if name not in config:
                msg = f"{name}: is missing, and {asked[0]} is given; the four belong together"
                raise ValueError(msg)
    elif config.get("numPartitions", 1) > 1:
        raise ValueError("partitionColumn: is missing, and numPartitions is given; the column says which row is where")


def _feature_rules(role: str, config: dict[str, Any]) -> None:
    known, new = (("featureSetID", "featureSetVersion"), ("projectID", "featureSetName"))
    if any(name in config for name in known) and any(name in config for name in new):
        name = next(name for name in new if name in config)
        msg = f"{name}: featureSetID and featureSetVersion are given; a feature set is either there or made"
        raise ValueError(msg)
    pair = new if role == "sink" and any(name in config for name in new) else known
    for name in pair:
        if name not in config:
            hint = ", or projectID and featureSetName for a new feature set" if role == "sink" and pair is known else ""
            msg = f"{name}: is missing; a feature set is named by {pair[0]} and {pair[1]}{hint}"
            raise ValueError(msg)


_SPELLINGS = {"local": "file", "gcs": "gcp", "feature_store": "feature-store", "featurestore": "feature-store"}
_AZURE_PATHS = ("az://", "azure://", "abfs://", "abfss://", "wasb://", "wasbs://", "https://", "http://")
_JDBC_PATHS = (
    "jdbc:postgresql:", "postgresql://", "postgres://", "jdbc:mysql:", "jdbc:mariadb:", "mysql://", "mariadb://",
    "jdbc:sqlserver:", "mssql://", "sqlserver://", "jdbc:oracle:", "oracle://", "jdbc:sqlite:", "sqlite://",
)  # fmt: skip


def _both(
    uid: str,
    name: str,
    paths: tuple[str, ...],
    source: tuple[Field, ...],
    sink: tuple[Field, ...],
    *rules: Callable[[str, dict[str, Any]], None],
    made_by: tuple[str, str] = _BY_FILES,
    mime_types: tuple[MimeType, ...] = _FILES,
    schemas: tuple[dict[str, Any], dict[str, Any]] = ({}, {}),
) -> list[ConnectorSpec]:
    return [
        ConnectorSpec(uid, name, role, fields, tuple(map(str, mime_types)), paths, rules, kind, schema)
        for role, fields, kind, schema in zip(_ROLES, (source, sink), made_by, schemas, strict=True)
    ]


_ENDPOINT = {**_KEYS, "required": ["endpoint"]}
_S3_PATHS = ("s3://", "s3a://")
_SPECS = [
    *_both("file", "Local files", ("", "file://"), (), ()),
    *_both("s3", "Amazon S3", _S3_PATHS, _S3, _S3, _s3_rules, schemas=(_KEYS, _KEYS)),
    *_both("minio", "MinIO", _S3_PATHS, _S3, _S3, _s3_rules, _minio_rules, schemas=(_ENDPOINT, _ENDPOINT)),
    *_both(
        "azure", "Azure Blob Storage", _AZURE_PATHS, _AZURE, _AZURE, _azure_rules,
        schemas=({"not": {"required": ["accountKey", "sasToken"]}}, {"oneOf": _EITHER}),
    ),
    *_both("gcp", "Google Cloud Storage", ("gs://", "gcs://"), _GCS, _GCS),
    *_both(
        "jdbc", "JDBC", _JDBC_PATHS, _JDBC_SOURCE, _JDBC_SINK, _jdbc_rules,
        made_by=("sql_source:SqlSource", "sql_sink:SqlSink"), mime_types=(MimeType.JDBC,), schemas=(_TOGETHER, {}),
    ),
    *_both(
        "feature-store", "Feature Store", (), _FEATURES, (*_FEATURES, *_NEW_FEATURES), _feature_rules,
        made_by=("features:FeatureSource", "features:FeatureSink"), mime_types=(),
        schemas=(_KNOWN, {"oneOf": [_KNOWN, _NEW]}),
    ),
]  # fmt: skip


def source_specs() -> list[ConnectorSpec]:
    """Give the kinds of sources.

    Returns
    -------
    list of ConnectorSpec
    """
    return [spec for spec in _SPECS if spec.role == "source"]


def sink_specs() -> list[ConnectorSpec]:
    """Give the kinds of sinks.

    Returns
    -------
    list of ConnectorSpec
    """
    return [spec for spec in _SPECS if spec.role == "sink"]


def spec_uid_of(location: str) -> str:
    """Tell which connector an address is for.

    Parameters
    ----------
    location : str
        An address, or a local path.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When no connector knows such addresses.
    """
    for spec in source_specs():
        if any(path and location.lower().startswith(path) for path in spec.supported_location_paths):
            return spec.uid
    if "://" in location:
        msg = f"location: no connector is for {location.partition('://')[0]}://"
        raise ValueError(msg)
    return "file"


def source(
    spec_uid: str, config: Mapping[str, Any] | None = None, *, location: str | None = None, mime_type: str | None = None
) -> Source:
    """Make a source.

    Parameters
    ----------
    spec_uid : str
        Which kind; one of `source_specs`.
    config : mapping, optional
        Its fields, as ``{"accessKeyID": ...}`` or ``{"access_key_id": ...}``.
    location : str, optional
        The address: a file, a folder, a path with ``*``, a database.
    mime_type : str, optional
        The format; without it the ending of the location says it.

    Returns
    -------
    Source

    Raises
    ------
    ValueError
        When a field is unknown, missing, wrong or contradicts another; the message begins with its name.
    """
    return cast("Source", _made("source", spec_uid, config or {}, location, mime_type))


def sink(
    spec_uid: str,
    config: Mapping[str, Any] | None = None,
    *,
    location: str | None = None,
    mime_type: str | None = None,
    write_mode: str = "error",
) -> Sink:
    """Make a sink.

    Parameters
    ----------
    spec_uid : str
        Which kind; one of `sink_specs`.
    config : mapping, optional
        Its fields.
    location : str, optional
        The address: a folder, for one file for each partition; a file such as ``scores.csv``, for all in one; or
        a database.
    mime_type : str, optional
        The format; without it the ending of the location says it.
    write_mode : {"error", "append", "ignore", "overwrite"}
        What to do about what is there already.

    Returns
    -------
    Sink

    Raises
    ------
    ValueError
        When a field is unknown, missing, wrong or contradicts another; the message begins with its name.
    """
    if write_mode not in list(WriteMode):
        msg = f"write_mode: is one of {', '.join(WriteMode)}, not {write_mode!r}"
        raise ValueError(msg)
    made = cast("Sink", _made("sink", spec_uid, config or {}, location, mime_type))
    made.write_mode = WriteMode(write_mode)
    return made


def from_json(description: Mapping[str, Any]) -> Source | Sink:
    """Make again what `Connector.portable` described.

    Parameters
    ----------
    description : mapping
        It.

    Returns
    -------
    Source or Sink
    """
    given = dict(description)
    make = source if given.pop("role") == "source" else sink
    return make(given.pop("spec_uid"), **given)


def refuse_overlap(source: Source, sink: Sink) -> None:
    """Refuse a sink that is the source, or lies where the source would read it.

    Parameters
    ----------
    source : Source
        Where rows come from.
    sink : Sink
        Where rows go.

    Raises
    ------
    ValueError
        When they overlap.
    """
    a, b = source.place, sink.place
    if a == b or b.startswith(a.rstrip("/") + "/") or a.startswith(b.rstrip("/") + "/"):
        msg = f"sink: {sink.location} is at the source, {source.location}; what is written would be read"
        raise ValueError(msg)


def _made(
    role: str, spec_uid: str, config: object, location: str | None, mime_type: str | None
) -> Connector:
    if not isinstance(config, Mapping):
        msg = f"config: is a mapping of fields to values, not {type(config).__name__}"
        raise ValueError(msg)  # noqa: TRY004 - whatever is wrong with a configuration is a ValueError
    specs = {spec.uid: spec for spec in _SPECS if spec.role == role}
    uid = _SPELLINGS.get(spec_uid, spec_uid)
    if uid not in specs:
        msg = f"spec_uid: is one of {', '.join(specs)}, not {spec_uid!r}"
        raise ValueError(msg)
    spec = specs[uid]
    checked = spec.validated(config)
    _check_location(spec, location)
    if mime_type is not None and mime_type not in spec.supported_mime_types:
        known = ", ".join(map(repr, spec.supported_mime_types))
        says = f"is one of {known}, not {mime_type!r}" if known else "a feature store has its own format; leave it out"
        msg = f"mime_type: {says}"
        raise ValueError(msg)
    return spec.made_by()(uid, checked, location, None if mime_type is None else MimeType(mime_type))


def _check_location(spec: ConnectorSpec, location: str | None) -> None:
    paths = spec.supported_location_paths
    if not paths:
        if location is not None:
            raise ValueError("location: a feature store is named by its fields; leave it out")
        return
    if not isinstance(location, str) or not location.strip():
        shown = f" It begins with {' or '.join(path for path in paths if path)}" if all(paths) else " A path."
        msg = f"location: is missing.{shown}"
        raise ValueError(msg)
    plain = "" in paths and "://" not in location
    if not plain and not any(path and location.lower().startswith(path) for path in paths):
        scheme = location.partition("://")[0] + "://" if "://" in location else location.partition(":")[0]
        msg = f"location: begins with {' or '.join(p for p in paths if p)} for {spec.uid}, not with {scheme}"
        raise ValueError(msg)
