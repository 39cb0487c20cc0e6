"""A feature store in a folder: Parquet files, and a registry in SQLite that says which version has which.

A version that is finished never changes. Writing makes the next one: ``1.1`` has what ``1.0`` has and more, ``2.0``
begins anew.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import sqlite3
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.io.connectors.base import DriftError, MissingError, WriteMode
from h2o_frame_compat.io.connectors.features import refuse_if_there
from h2o_frame_compat.io.connectors.places import translated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

_TABLES = """
CREATE TABLE IF NOT EXISTS feature_sets (
    id TEXT PRIMARY KEY, project TEXT NOT NULL, name TEXT NOT NULL, made TEXT NOT NULL, UNIQUE (project, name));
CREATE TABLE IF NOT EXISTS versions (
    feature_set TEXT NOT NULL REFERENCES feature_sets (id), major INTEGER NOT NULL, minor INTEGER NOT NULL,
    base INTEGER, job TEXT NOT NULL UNIQUE, columns TEXT NOT NULL, finished TEXT,
    PRIMARY KEY (feature_set, major, minor));
CREATE TABLE IF NOT EXISTS parts (
    job TEXT NOT NULL REFERENCES versions (job), partition TEXT NOT NULL, path TEXT NOT NULL,
    row_count INTEGER NOT NULL, extra TEXT NOT NULL, PRIMARY KEY (job, partition));
"""


class EmbeddedFeatureStore:
    """A feature store in a folder.

    Parameters
    ----------
    folder : str
        The folder; made where it is not there.
    """

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder).expanduser()
        with translated(str(self.folder)):
            self.folder.mkdir(parents=True, exist_ok=True)
        with self._registry() as registry:
            registry.executescript(_TABLES)

    @contextlib.contextmanager
    def _registry(self) -> Iterator[sqlite3.Connection]:
        """Begin a transaction that has the registry for itself."""
        with contextlib.closing(sqlite3.connect(self.folder / "registry.db", timeout=60, isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            try:
                yield held
            except BaseException:
                if held.in_transaction:
                    held.rollback()
                raise
            if held.in_transaction:
                held.commit()

    def find(self, project: str, name: str) -> str | None:
        """Give the id of a feature set.

        Parameters
        ----------
        project : str
            The project.
        name : str
            The name in it.

        Returns
        -------
        str or None
            None when there is no such feature set.
        """
        with self._registry() as registry:
            return self._id(registry, project, name)

    @staticmethod
    def _id(registry: sqlite3.Connection, project: str, name: str) -> str | None:
        row = registry.execute("SELECT id FROM feature_sets WHERE (project, name) = (?, ?)", (project, name)).fetchone()
        return None if row is None else str(row[0])

    def files(self, feature_set: str, version: str) -> list[str]:
        """Give the files of a version, in the order in which they were written.

        Parameters
        ----------
        feature_set : str
            Its id.
        version : str
            As ``1.0``.

        Returns
        -------
        list of str

        Raises
        ------
        MissingError
            When there is no such version, or it is not finished.
        """
        with self._registry() as registry:
            return [path for path, _ in self._parts(registry, feature_set, *_numbers(version))]

    def _parts(self, registry: sqlite3.Connection, feature_set: str, major: int, minor: int) -> list[tuple[str, int]]:
        made: list[tuple[str, int]] = []
        at: int | None = minor
        while at is not None:
            row = registry.execute(
                "SELECT base, job FROM versions WHERE (feature_set, major, minor) = (?, ?, ?) AND finished IS NOT NULL",
                (feature_set, major, at),
            ).fetchone()
            if row is None:
                msg = f"feature set {feature_set}: there is no version {major}.{at}, or it is not finished"
                raise MissingError(msg)
            found = registry.execute("SELECT path, row_count FROM parts WHERE job = ? ORDER BY partition", (row[1],))
            made = [(str(self.folder / path), rows) for path, rows in found] + made
            at = row[0]
        return made

    def begin(self, job_id: str, target: Mapping[str, str], schema: pa.Schema, mode: WriteMode) -> bool:
        """Begin a version, once for a job.

        Parameters
        ----------
        job_id : str
            The job.
        target : mapping
            ``featureSetID`` and ``featureSetVersion``, or ``projectID`` and ``featureSetName``.
        schema : pyarrow.Schema
            Of all parts.
        mode : WriteMode
            What to do about rows that are there.

        Returns
        -------
        bool
            False when there is nothing to do.

        Raises
        ------
        MissingError
            When there is no such feature set.
        DriftError
            When the feature set has other columns.
        """
        columns = json.dumps({field.name: str(field.type) for field in schema})
        with self._registry() as registry:
            if registry.execute("SELECT 1 FROM versions WHERE job = ?", (job_id,)).fetchone():
                return True
            feature_set, major, minor = self._target(registry, target)
            there = self._parts(registry, feature_set, major, minor) if minor >= 0 else []
            if not refuse_if_there(sum(rows for _, rows in there), feature_set, mode):
                return False
            top = registry.execute(
                "SELECT MAX(major) FROM versions WHERE feature_set = ?", (feature_set,)
            ).fetchone()[0] or 0  # fmt: skip
            if minor < 0 or mode is WriteMode.OVERWRITE:
                version: tuple[int, int, int | None] = (top + 1, 0, None)
            else:
                self._same_columns(registry, feature_set, major, minor, columns)
                high = "SELECT MAX(minor) FROM versions WHERE (feature_set, major) = (?, ?)"
                version = (major, registry.execute(high, (feature_set, major)).fetchone()[0] + 1, minor)
            row = (feature_set, *version, job_id, columns)
            registry.execute("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, NULL)", row)
        return True

    def _target(self, registry: sqlite3.Connection, target: Mapping[str, str]) -> tuple[str, int, int]:
        """Give the feature set and the version that is built on; a minor version of -1 for none."""
        if "featureSetID" in target:
            major, minor = _numbers(target["featureSetVersion"])
            self._parts(registry, target["featureSetID"], major, minor)
            return target["featureSetID"], major, minor
        project, name = target["projectID"], target["featureSetName"]
        found = self._id(registry, project, name)
        if found is None:
            found = str(uuid.uuid4())
            registry.execute("INSERT INTO feature_sets VALUES (?, ?, ?, ?)", (found, project, name, _now()))
        last = registry.execute(
            "SELECT major, minor FROM versions WHERE feature_set = ? AND finished IS NOT NULL ORDER BY 1 DESC, 2 DESC",
            (found,),
        ).fetchone()
        return (found, *last) if last else (found, 0, -1)

    @staticmethod
    def _same_columns(registry: sqlite3.Connection, feature_set: str, major: int, minor: int, columns: str) -> None:
        about = "SELECT columns FROM versions WHERE (feature_set, major, minor) = (?, ?, ?)"
        have = json.loads(registry.execute(about, (feature_set, major, minor)).fetchone()[0])
        new = json.loads(columns)
        for name in {**have, **new}:
            if have.get(name) != new.get(name):
                msg = f"feature set {feature_set}, version {major}.{minor}: column {name} is {have.get(name)}"
                raise DriftError(f"{msg}, not {new.get(name)}")

    def add(self, job_id: str, partition_id: str, file: str, rows: int, extra: Mapping[str, Any]) -> bool:
        """Take a file; what the registry does not name is not there.

        Parameters
        ----------
        job_id : str
            The job.
        partition_id : str
            The partition.
        file : str
            A Parquet file, which is copied.
        rows : int
            How many rows it has.
        extra : mapping
            What to keep with it.

        Returns
        -------
        bool
            False when the partition has a file already.
        """
        place = f"{job_id}/{partition_id}-{uuid.uuid4().hex[:8]}.parquet"
        target = self.folder / place
        with translated(str(target)):
            target.parent.mkdir(exist_ok=True)
            with Path(file).open("rb") as source, target.open("wb") as copy:
                while piece := source.read(1 << 20):
                    copy.write(piece)
                copy.flush()
                os.fsync(copy.fileno())
        with self._registry() as registry:
            row = (job_id, partition_id, place, rows, json.dumps(dict(extra)))
            new = registry.execute("INSERT OR IGNORE INTO parts VALUES (?, ?, ?, ?, ?)", row).rowcount == 1
        if not new:
            target.unlink()
        return new

    def added(self, job_id: str, partition_id: str) -> tuple[int, dict[str, Any]] | None:
        """Give the rows and the extra of a partition that was added.

        Parameters
        ----------
        job_id : str
            The job.
        partition_id : str
            The partition.

        Returns
        -------
        tuple or None
            None when it was not.
        """
        asked = "SELECT row_count, extra FROM parts WHERE (job, partition) = (?, ?)"
        with self._registry() as registry:
            row = registry.execute(asked, (job_id, partition_id)).fetchone()
        return None if row is None else (row[0], json.loads(row[1]))

    def finish(self, job_id: str) -> str:
        """Make the version readable, and remove files that attempts have left which came to nothing.

        Parameters
        ----------
        job_id : str
            The job.

        Returns
        -------
        str
            The feature set and its version.
        """
        with self._registry() as registry:
            registry.execute("UPDATE versions SET finished = ? WHERE job = ? AND finished IS NULL", (_now(), job_id))
            about = "SELECT feature_set, major, minor FROM versions WHERE job = ?"
            feature_set, major, minor = registry.execute(about, (job_id,)).fetchone()
            named = {path for (path,) in registry.execute("SELECT path FROM parts WHERE job = ?", (job_id,))}
        self._sweep(job_id, named)
        return f"feature set {feature_set} version {major}.{minor}"

    def _sweep(self, job_id: str, keep: set[str]) -> None:
        for path in (self.folder / job_id).glob("*.parquet"):
            if f"{job_id}/{path.name}" not in keep:
                path.unlink()

    def discard(self, job_id: str) -> None:
        """Take back what an unfinished job has added; what is finished stays.

        Parameters
        ----------
        job_id : str
            The job.
        """
        with self._registry() as registry:
            if not registry.execute("SELECT 1 FROM versions WHERE job = ? AND finished IS NULL", (job_id,)).fetchone():
                return
            registry.execute("DELETE FROM parts WHERE job = ?", (job_id,))
            registry.execute("DELETE FROM versions WHERE job = ?", (job_id,))
        self._sweep(job_id, set())


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _numbers(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    if not major.isdigit() or not (minor or "0").isdigit():
        msg = f"featureSetVersion: is as 1.0, not {version!r}"
        raise ValueError(msg)
    return int(major), int(minor or 0)
