"""What every source and every sink can do.

A source gives partitions, which are plain values, and reads each as a stream of Arrow batches. A sink takes one part
for each partition of a job; a part is there as a whole or not at all, and a second attempt at it changes nothing.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Self

from h2o_frame_compat.io.connectors.secret import SecretRef

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    import pyarrow as pa


class MimeType(StrEnum):
    """The formats, by the names that H2O MLOps has for them."""

    CSV = "text/csv"
    CSV_WITH_HEADER = "text/csv; header=present"
    JSON = "application/json"
    JSONL = "text/jsonl"
    PARQUET = "application/parquet"
    JDBC = "jdbc"


class WriteMode(StrEnum):
    """What a job does about what is at its sink already."""

    APPEND = "append"
    ERROR = "error"
    IGNORE = "ignore"
    OVERWRITE = "overwrite"


class ConnectorError(Exception):
    """Base class of what goes wrong between us and a source or a sink."""


class AccessError(ConnectorError, PermissionError):
    """The credentials are refused, or do not allow what is asked; trying again does not help."""


class MissingError(ConnectorError, FileNotFoundError):
    """There is nothing at the location."""


class SinkNotEmptyError(ConnectorError, FileExistsError):
    """There is something at the sink, and the write mode is ``error``."""


class DriftError(ConnectorError, ValueError):
    """A file or table is no longer what it was when the job was planned: its columns, its types or its content."""


class NoSpaceError(ConnectorError, OSError):
    """The disk, or the quota, is full; the job can be resumed when there is room."""


class TransientError(ConnectorError, ConnectionError):
    """The connection broke, or the service is busy; trying again later may help."""


class RowError(ConnectorError, ValueError):
    """A row cannot be read, and nobody takes bad rows.

    Parameters
    ----------
    row : BadRow
        It.
    """

    def __init__(self, row: BadRow) -> None:
        super().__init__(f"{row.where}: {row.reason}")
        self.row = row


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be read.

    Attributes
    ----------
    where : str
        The file, and the number of the row in it where that is known.
    text : str
        The row as it is in the source.
    reason : str
        What is wrong with it.
    """

    where: str
    text: str
    reason: str


@dataclass(frozen=True)
class Partition:
    """A part of a source: what one worker reads. The same question gives the same partitions.

    Attributes
    ----------
    id : str
        A name that sorts in the order of the source, as ``"00003"``.
    what : dict
        What the connector needs to find it; plain JSON, and no secrets.
    rows : int or None
        How many rows it has, where that is known without reading it.
    size : int or None
        How many bytes it has, where that is known.
    """

    id: str
    what: dict[str, Any] = field(default_factory=dict)
    rows: int | None = None
    size: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Give plain JSON.

        Returns
        -------
        dict
        """
        return {"id": self.id, "what": self.what, "rows": self.rows, "size": self.size}

    @classmethod
    def from_json(cls, made: Mapping[str, Any]) -> Partition:
        """Take back what `to_json` gave.

        Parameters
        ----------
        made : mapping
            It.

        Returns
        -------
        Partition
        """
        return cls(**made)


@dataclass(frozen=True)
class PartResult:
    """A part that is committed.

    Attributes
    ----------
    partition_id : str
        Of which partition.
    rows : int
        How many rows it has.
    location : str
        Where it is, without secrets.
    extra : dict
        What the writer of the part wanted to be kept with it.
    repeated : bool
        Whether it had been there before, from an earlier or a concurrent attempt; nothing was written then.
    """

    partition_id: str
    rows: int
    location: str
    extra: dict[str, Any] = field(default_factory=dict)
    repeated: bool = False


class PartWriter(abc.ABC):
    """Takes the batches of one part; nothing is visible before `commit`. As a context it aborts unless committed.

    Parameters
    ----------
    job_id : str
        The job.
    partition_id : str
        The partition.
    """

    def __init__(self, job_id: str, partition_id: str) -> None:
        self.job_id, self.partition_id, self.rows = job_id, partition_id, 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Write a batch of the schema that the part was opened with.

        Parameters
        ----------
        batch : pyarrow.RecordBatch
            It.
        """
        self._take(batch)
        self.rows += batch.num_rows

    @abc.abstractmethod
    def _take(self, batch: pa.RecordBatch) -> None:
        """Write a batch; its rows are counted afterwards."""

    @abc.abstractmethod
    def commit(self, extra: Mapping[str, Any] | None = None) -> PartResult:
        """Make the part visible, all at once; when it was there already, nothing changes.

        Parameters
        ----------
        extra : mapping, optional
            Plain JSON to keep with the part, such as counts; `Sink.committed` gives it back.
        """

    @abc.abstractmethod
    def abort(self) -> None:
        """Leave nothing behind; may be called twice, and after `commit`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abort()


@dataclass(repr=False)
class Connector:
    """A configured source or sink; made by `connectors.source` and `connectors.sink`.

    Attributes
    ----------
    spec_uid : str
        Which kind of connector it is.
    config : dict
        The fields given, by their documented names; secrets are `SecretRef`.
    location : str or None
        The address.
    mime_type : MimeType or None
        The format.
    """

    spec_uid: str
    config: dict[str, Any]
    location: str | None
    mime_type: MimeType | None

    role: ClassVar[str] = ""

    def __post_init__(self) -> None:
        """Check what the specification does not; a connector without more to check has nothing here."""

    @property
    def secrets(self) -> list[SecretRef]:
        """Every secret of the configuration."""
        values = [*self.config.values(), *(self.config.get("secretParams") or {}).values()]
        return [value for value in values if isinstance(value, SecretRef)]

    def portable(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Describe the connector for another process, so that the description may be written down.

        Returns
        -------
        description : dict
            Plain JSON for `connectors.from_json`; secrets are references.
        environment : dict
            Variables that the other process needs, for secrets that were given as text. These are secret.
        """
        environment: dict[str, str] = {}

        def plain(value: Any) -> Any:
            if isinstance(value, dict):
                return {key: plain(inner) for key, inner in value.items()}
            if not hasattr(value, "portable"):
                return value
            reference, more = value.portable()
            environment.update(more)
            return reference

        mime_type = None if self.mime_type is None else str(self.mime_type)
        made = {"role": self.role, "spec_uid": self.spec_uid, "config": plain(self.config), "location": self.location}
        return {**made, "mime_type": mime_type, **self._described()}, environment

    def _described(self) -> dict[str, Any]:
        return {}

    @property
    def place(self) -> str:
        """The place in a form that is equal for equal places, without secrets."""
        return f"{self.spec_uid} {self.location}"

    def check(self) -> None:
        """See whether the credentials work and the location is there; a sink also tries whether it may write.

        Raises
        ------
        ConnectorError
            One of its kinds.
        ValueError
            When a field is wrong, or a secret cannot be found; the message names the field.
        """
        raise NotImplementedError

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.config.items())
        format_ = "" if self.mime_type is None else f", {str(self.mime_type)!r}"
        return f"{type(self).__name__}({self.spec_uid!r}, {self.location!r}{format_}{', ' if shown else ''}{shown})"


class Source(Connector):
    """Rows come from here."""

    role = "source"

    @abc.abstractmethod
    def schema(self) -> pa.Schema:
        """Give names and types of the columns; found out once, from the beginning of the source where need be."""

    @abc.abstractmethod
    def partitions(self, n: int) -> list[Partition]:
        """Divide the source, in order.

        Parameters
        ----------
        n : int
            How many partitions are wanted; there are fewer where it cannot be divided so, never none.
        """

    @abc.abstractmethod
    def read(
        self,
        partition: Partition,
        batch_rows: int,
        *,
        schema: pa.Schema | None = None,
        on_bad_row: Callable[[BadRow], None] | None = None,
    ) -> Generator[pa.RecordBatch, None, None]:
        """Read a partition as a stream; the same every time.

        Parameters
        ----------
        partition : Partition
            One of `partitions`.
        batch_rows : int
            The most rows of a batch.
        schema : pyarrow.Schema, optional
            Types for columns by name, where they shall differ from those of `schema()`; the others stay.
        on_bad_row : callable, optional
            Gets each row that cannot be read; without it the first one raises `RowError`.
        """


class Sink(Connector):
    """Rows go there.

    Attributes
    ----------
    write_mode : WriteMode
        What happens to what is there already.
    """

    role = "sink"
    write_mode: WriteMode = WriteMode.ERROR

    def _described(self) -> dict[str, Any]:
        return {"write_mode": str(self.write_mode)}

    @property
    def atomic_create(self) -> bool | None:
        """Whether the store refuses to create what exists; None before `check` has tried.

        Without it a part has its name all the same, so that a second attempt replaces it by the same rows.
        """
        return None

    @abc.abstractmethod
    def begin(self, job_id: str, schema: pa.Schema) -> bool:
        """Prepare the sink for a job, once for all its partitions; again, when it is resumed.

        What is there from other jobs is treated as `write_mode` says; what this job has committed stays.

        Parameters
        ----------
        job_id : str
            The job: letters, digits, ``-``, ``_`` and ``.``.
        schema : pyarrow.Schema
            Of all parts.

        Returns
        -------
        bool
            False when there is nothing to do: something is there, and the mode is ``ignore``.
        """

    @abc.abstractmethod
    def open_part(self, job_id: str, partition_id: str, schema: pa.Schema) -> PartWriter:
        """Start writing the part of a partition."""

    @abc.abstractmethod
    def committed(self, job_id: str, partition_id: str) -> PartResult | None:
        """Give what is known about the part of a partition; None when it is not committed."""

    def is_committed(self, job_id: str, partition_id: str) -> bool:
        """Tell whether the part of a partition is there.

        Parameters
        ----------
        job_id : str
            The job.
        partition_id : str
            The partition.

        Returns
        -------
        bool
        """
        return self.committed(job_id, partition_id) is not None

    @abc.abstractmethod
    def finish(self, job_id: str, partition_ids: Sequence[str]) -> dict[str, Any]:
        """Complete the output when all parts are committed; may be done again.

        A single file is put together here, in the order of the partitions; other sinks get a manifest.

        Returns
        -------
        dict
            ``rows``, and ``parts``: the locations.
        """

    @abc.abstractmethod
    def discard(self, job_id: str) -> None:
        """Remove what the job has left, committed or not."""
