"""Adapters for feature stores of others: Feast, and the H2O Feature Store.

Neither remembers which partition of which job was written, so each is given a ledger: a folder of its own, in which
a partition's file waits until the job is finished. Then all files are handed over, and each is noted.
"""

from __future__ import annotations

import abc
import datetime
import importlib
import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from h2o_frame_compat.io.connectors.base import MissingError, WriteMode
from h2o_frame_compat.io.connectors.features import refuse_if_there
from h2o_frame_compat.io.connectors.places import LocalPlace

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Waiting(abc.ABC):
    """Keeps the parts of a job until it is finished."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._place = folder.absolute(), LocalPlace()

    def _path(self, job_id: str, name: str) -> str:
        return str(self._folder / job_id / name).lstrip("/")

    def _note(self, job_id: str, name: str) -> dict[str, Any] | None:
        found = self._place.read(self._path(job_id, f"{name}.json"))
        return None if found is None else json.loads(found)

    def _keep(self, job_id: str, name: str, what: Mapping[str, Any]) -> None:
        self._place.put(self._path(job_id, f"{name}.json"), json.dumps(dict(what)).encode())

    def begin(self, job_id: str, target: Mapping[str, str], schema: pa.Schema, mode: WriteMode) -> bool:
        """Begin to write, once for a job."""
        if self._note(job_id, "begun") is not None:
            return True
        if mode is WriteMode.OVERWRITE:
            raise ValueError("write_mode: is overwrite; this feature store only takes more rows")
        rows = 0
        if "featureSetID" in target:
            there = self.files(target["featureSetID"], target["featureSetVersion"])
            rows = sum(pq.read_metadata(path).num_rows for path in there)
        if not refuse_if_there(rows, target.get("featureSetID", ""), mode):
            return False
        self._keep(job_id, "begun", {"target": dict(target), "schema": schema.serialize().to_pybytes().hex()})
        return True

    def add(self, job_id: str, partition_id: str, file: str, rows: int, extra: Mapping[str, Any]) -> bool:
        """Take a file; false when the partition has one already."""
        self._keep(job_id, f"part-{partition_id}", {"rows": rows, "extra": dict(extra)})
        return self._place.put(self._path(job_id, f"{partition_id}.parquet"), Path(file).read_bytes(), replace=False)

    def added(self, job_id: str, partition_id: str) -> tuple[int, dict[str, Any]] | None:
        """Give the rows and the extra of a partition that was added."""
        if self._place.head(self._path(job_id, f"{partition_id}.parquet")) is None:
            return None
        note = self._note(job_id, f"part-{partition_id}") or {"rows": 0, "extra": {}}
        return note["rows"], note["extra"]

    def finish(self, job_id: str) -> str:
        """Hand over all files, those that were not; gives the name of the version."""
        done = self._note(job_id, "finished")
        if done is not None:
            return str(done["version"])
        begun = self._note(job_id, "begun")
        assert begun is not None, "the job has begun"
        schema = pa.ipc.read_schema(pa.py_buffer(bytes.fromhex(begun["schema"])))
        files = [str(path) for path in sorted((self._folder / job_id).glob("*.parquet"))]
        version = self.hand_over(job_id, begun["target"], schema, files)
        self._keep(job_id, "finished", {"version": version})
        return version

    def discard(self, job_id: str) -> None:
        """Take back what an unfinished job has added."""
        if self._note(job_id, "finished") is None:
            self._place.delete(item.path for item in list(self._place.below(self._path(job_id, ""))))

    @abc.abstractmethod
    def files(self, feature_set: str, version: str) -> list[str]:
        """Give the files of a version, on this machine."""

    @abc.abstractmethod
    def hand_over(self, job_id: str, target: Mapping[str, str], schema: pa.Schema, files: list[str]) -> str:
        """Give files to the store; gives the name of the version."""


# ------------------------------------------------------------------------------------------- Feast


def feast_store(repository: str) -> FeastFeatureStore:
    """Open a Feast repository.

    Parameters
    ----------
    repository : str
        Its folder.

    Returns
    -------
    FeastFeatureStore

    Raises
    ------
    ImportError
        When Feast is not installed.
    """
    if importlib.util.find_spec("feast") is None:
        msg = "feature stores of Feast need Feast, which wants an older pandas: install it in an environment of its own"
        raise ImportError(msg)
    return FeastFeatureStore(importlib.import_module("feast"), Path(repository).expanduser())


class FeastFeatureStore(_Waiting):
    """Feature views of Feast whose data is a folder of Parquet files; the tag ``version`` says which version it is.

    Parameters
    ----------
    feast : module
        Feast.
    repository : Path
        The folder of the repository.
    """

    def __init__(self, feast: Any, repository: Path) -> None:
        super().__init__(repository / ".h2o-batch")
        self._feast, self._repository = feast, repository
        self._store = feast.FeatureStore(repo_path=str(repository))

    def _view(self, name: str, version: str) -> Any:
        try:
            view = self._store.get_feature_view(name)
        except Exception as error:
            if "NotFound" not in type(error).__name__:
                raise
            msg = f"feature view {name} is not there"
            raise MissingError(msg) from None
        have = view.tags.get("version", "1.0")
        if have != version:
            msg = f"feature view {name} has version {have}, not {version}"
            raise MissingError(msg)
        return view

    def files(self, feature_set: str, version: str) -> list[str]:
        """Give the files of a feature view."""
        path = Path(self._repository, self._view(feature_set, version).batch_source.path)
        return [str(path)] if path.is_file() else [str(file) for file in sorted(path.glob("*.parquet"))]

    def hand_over(self, job_id: str, target: Mapping[str, str], schema: pa.Schema, files: list[str]) -> str:
        """Put files into the folder of a feature view, by names of the job; it is made where it is not there."""
        if "featureSetID" in target:
            name, version = target["featureSetID"], target["featureSetVersion"]
            path = Path(self._repository, self._view(name, version).batch_source.path)
            if path.is_file():
                msg = f"featureSetID: the data of {name} is one file, to which nothing is added; a folder can take more"
                raise ValueError(msg)
        else:
            name, version = target["featureSetName"], "1.0"
            if target["projectID"] != self._store.project:
                msg = f"projectID: is {target['projectID']}, and the repository's is {self._store.project}"
                raise ValueError(msg)
            path = self._repository / "data" / name
        path.mkdir(parents=True, exist_ok=True)
        now = datetime.datetime.now(datetime.UTC)
        for n, file in enumerate(files):
            table = pq.read_table(file)
            if "event_timestamp" not in table.column_names:  # Feast wants one
                times = pa.array([now] * len(table), pa.timestamp("us", "UTC"))
                table = table.append_column("event_timestamp", times)
            pq.write_table(table, path / f"{job_id}-{n:05d}.parquet")
        if "featureSetName" in target:
            self._store.apply([self._new_view(name, path, schema)])
        return f"feature view {name} version {version}"

    def _new_view(self, name: str, path: Path, schema: pa.Schema) -> Any:
        kinds = self._feast.types
        found = [
            (field.name, next((made for test, made in (
                (pa.types.is_boolean, kinds.Bool), (pa.types.is_integer, kinds.Int64),
                (pa.types.is_floating, kinds.Float64), (pa.types.is_timestamp, kinds.UnixTimestamp),
            ) if test(field.type)), kinds.String))
            for field in schema if field.name != "event_timestamp"
        ]  # fmt: skip
        data = self._feast.FileSource(path=str(path), timestamp_field="event_timestamp")
        columns = [self._feast.Field(name=column, dtype=kind) for column, kind in found]
        return self._feast.FeatureView(name=name, entities=[], schema=columns, source=data, tags={"version": "1.0"})


# ------------------------------------------------------------------------------------------- H2O


def h2o_store(workspace: str) -> H2OFeatureStore:
    """Log in to the H2O Feature Store, as its client is configured.

    Parameters
    ----------
    workspace : str
        The workspace with the feature sets.

    Returns
    -------
    H2OFeatureStore

    Raises
    ------
    ImportError
        When its client is not installed.
    """
    if importlib.util.find_spec("h2o_featurestore") is None:
        raise ImportError("feature sets of the H2O Feature Store need its client: pip install h2o-featurestore")
    package: Any = importlib.import_module("h2o_featurestore")
    return H2OFeatureStore(package, package.login(), workspace)


class H2OFeatureStore(_Waiting):
    """Feature sets of a workspace of the H2O Feature Store.

    Parameters
    ----------
    package : module
        ``h2o_featurestore``.
    client : FeatureStoreClient
        Logged in.
    workspace : str
        The workspace.
    folder : str
        Where parts wait, and where retrieved files are.
    """

    def __init__(
        self, package: Any, client: Any, workspace: str, folder: str = "~/.h2o-compat/feature-store-h2o"
    ) -> None:
        super().__init__(Path(folder).expanduser())
        self._package, self._client, self._workspace = package, client, workspace

    def _find(self, feature_set: str, version: str) -> Any:
        sets = self._client.workspaces.get(self._workspace).feature_sets
        found = sets.get(feature_set)
        return found if found.version == version else sets.get_by_name(found.feature_set_name, version)

    def files(self, feature_set: str, version: str) -> list[str]:
        """Retrieve the files of a version, once; they do not change."""
        folder = self._folder / "retrieved" / f"{feature_set}-{version}"
        if not folder.exists():
            part = folder.with_name(folder.name + ".part")
            part.mkdir(parents=True, exist_ok=True)
            self._find(feature_set, version).retrieve().download(str(part))
            part.rename(folder)
        return [str(path) for path in sorted(folder.rglob("*.parquet"))]

    def hand_over(self, job_id: str, target: Mapping[str, str], schema: pa.Schema, files: list[str]) -> str:
        """Ingest each file, and note it; a feature set is registered where it is new."""
        del schema  # the store finds it out
        if "featureSetID" in target:
            held = self._find(target["featureSetID"], target["featureSetVersion"])
        else:
            sets = self._client.workspaces.get(target["projectID"]).feature_sets
            registered = self._note(job_id, "registered")
            if registered is not None:
                held = sets.get(registered["id"])
            else:
                source = self._package.ParquetFile(files[0])
                held = sets.register(self._client.extract_schema_from_source(source), target["featureSetName"])
                self._keep(job_id, "registered", {"id": held.id})
        for n, file in enumerate(files):
            if self._note(job_id, f"ingested-{n}") is None:
                held.ingest(self._package.ParquetFile(file))
                self._keep(job_id, f"ingested-{n}", {})
        return f"feature set {held.id} version {held.version}"
