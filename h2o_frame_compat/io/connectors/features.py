"""A feature store as a source and a sink, whichever store it is."""

from __future__ import annotations

import contextlib
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from h2o_frame_compat.config import options
from h2o_frame_compat.io.connectors import writing
from h2o_frame_compat.io.connectors.base import (
    Connector,
    MimeType,
    MissingError,
    PartResult,
    Sink,
    SinkNotEmptyError,
    WriteMode,
)
from h2o_frame_compat.io.connectors.files import FileSource
from h2o_frame_compat.io.connectors.places import Item, LocalPlace, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa


class FeatureStore(Protocol):
    """What a feature store does for us. Feature sets have versions, and a version is a list of Parquet files."""

    def files(self, feature_set: str, version: str) -> list[str]:
        """Give the files of a version, on this machine; raises `MissingError` when there is no such version."""

    def begin(self, job_id: str, target: Mapping[str, str], schema: pa.Schema, mode: WriteMode) -> bool:
        """Begin to write, once for a job: into a new version of a feature set, or into a new feature set.

        `target` has ``featureSetID`` and ``featureSetVersion``, or ``projectID`` and ``featureSetName``. False when
        the mode is ``ignore`` and rows are there.
        """

    def add(self, job_id: str, partition_id: str, file: str, rows: int, extra: Mapping[str, Any]) -> bool:
        """Take a file; false when the partition has one already."""

    def added(self, job_id: str, partition_id: str) -> tuple[int, dict[str, Any]] | None:
        """Give the rows and the extra of a partition that was added."""

    def finish(self, job_id: str) -> str:
        """Make the version readable; gives its name. Finishing again changes nothing."""

    def discard(self, job_id: str) -> None:
        """Take back what an unfinished job has added."""


def opened(where: str | None = None) -> FeatureStore:
    """Open the feature store that ``options.feature_store`` names.

    Parameters
    ----------
    where : str, optional
        Another one.

    Returns
    -------
    FeatureStore

    Raises
    ------
    ImportError
        When its package is not installed.
    """
    kind, colon, name = (where or options.feature_store).partition(":")
    if colon and kind in {"feast", "h2o"}:
        from h2o_frame_compat.io.connectors import features_elsewhere  # noqa: PLC0415 - needs other packages

        return features_elsewhere.feast_store(name) if kind == "feast" else features_elsewhere.h2o_store(name)
    from h2o_frame_compat.io.connectors.features_embedded import EmbeddedFeatureStore  # noqa: PLC0415 - one of three

    return EmbeddedFeatureStore(where or options.feature_store)


class _Featured(Connector):
    @property
    def place(self) -> str:
        """The place in a form that is equal for equal places; a version that is written is always a new one."""
        return f"feature store, {self.role} {' '.join(map(str, self.config.values()))}"

    @cached_property
    def store(self) -> FeatureStore:
        """The store."""
        return opened()


class FeatureSource(_Featured, FileSource):
    """A version of a feature set."""

    def __post_init__(self) -> None:
        self.format = MimeType.PARQUET

    @cached_property
    def _where(self) -> tuple[Place, str]:
        return LocalPlace(), ""

    @cached_property
    def items(self) -> list[Item]:
        """The files of the version.

        Raises
        ------
        MissingError
            When there is none with rows.
        """
        name, version = self.config["featureSetID"], self.config["featureSetVersion"]
        found = [self.files.head(path.lstrip("/")) for path in self.store.files(name, version)]
        items = [item for item in found if item is not None]
        if not items:
            msg = f"feature set {name} has nothing in version {version}"
            raise MissingError(msg)
        return items


class FeatureSink(_Featured, Sink):
    """A new version of a feature set, or a new feature set."""

    @property
    def atomic_create(self) -> bool | None:
        """Whether a second attempt at a part is refused: always, by the registry."""
        return True

    def check(self) -> None:
        """See whether the store is there, and the version that is built on.

        Raises
        ------
        MissingError
            When there is no such feature set or version.
        """
        if "featureSetID" in self.config:
            self.store.files(self.config["featureSetID"], self.config["featureSetVersion"])
        else:
            _ = self.store  # opening it is the check

    def begin(self, job_id: str, schema: pa.Schema) -> bool:
        """Begin a version: the next minor one, or, to overwrite, the next major one, which has nothing in it."""
        return self.store.begin(job_id, self.config, schema, self.write_mode)

    def open_part(self, job_id: str, partition_id: str, schema: pa.Schema) -> writing.WrittenPart:
        """Start writing the part of a partition."""
        return _FeaturePart(self, job_id, partition_id, schema)

    def committed(self, job_id: str, partition_id: str) -> PartResult | None:
        """Give what is known about the part of a partition; None when it is not committed."""
        found = self.store.added(job_id, partition_id)
        if found is None:
            return None
        return PartResult(partition_id, found[0], f"feature store, job {job_id}", found[1], repeated=True)

    def finish(self, job_id: str, partition_ids: Sequence[str]) -> dict[str, Any]:
        """Make the version readable."""
        found = [self.committed(job_id, partition_id) for partition_id in partition_ids]
        return {"rows": sum(part.rows for part in found if part is not None), "parts": [self.store.finish(job_id)]}

    def discard(self, job_id: str) -> None:
        """Take back what an unfinished job has added."""
        self.store.discard(job_id)


class _FeaturePart(writing.WrittenPart):
    """A Parquet file that the store takes when it is committed."""

    def __init__(self, sink: FeatureSink, job_id: str, partition_id: str, schema: pa.Schema) -> None:
        self._sink = sink
        self._folder = tempfile.TemporaryDirectory(prefix="h2o-compat-")
        self._path = Path(self._folder.name) / "part.parquet"
        self._file = self._path.open("wb")
        super().__init__(job_id, partition_id, MimeType.PARQUET, self._file, schema)

    def commit(self, extra: Mapping[str, Any] | None = None) -> PartResult:
        self._end()
        self._file.close()
        kept = dict(extra or {})
        new = self._sink.store.add(self.job_id, self.partition_id, str(self._path), self.rows, kept)
        self.abort()
        there = None if new else self._sink.committed(self.job_id, self.partition_id)
        return there or PartResult(self.partition_id, self.rows, f"feature store, job {self.job_id}", kept)

    def abort(self) -> None:
        self._forget()
        with contextlib.suppress(OSError):
            self._file.close()
        self._folder.cleanup()


def refuse_if_there(rows: int, name: str, mode: WriteMode) -> bool:
    """Say what a write mode says about rows that are there.

    Parameters
    ----------
    rows : int
        How many there are.
    name : str
        The feature set, for the message.
    mode : WriteMode
        The mode.

    Returns
    -------
    bool
        False when nothing is to be done.

    Raises
    ------
    SinkNotEmptyError
        When the mode is ``error``.
    """
    if rows and mode is WriteMode.ERROR:
        msg = f"feature set {name} has rows already; write_mode append makes a version with more"
        raise SinkNotEmptyError(msg)
    return not (rows and mode is WriteMode.IGNORE)
