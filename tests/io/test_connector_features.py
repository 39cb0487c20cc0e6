"""Feature stores: the one in a folder, and the adapters for others on doubles of what they call."""

from __future__ import annotations

import json
import sqlite3
import types
from pathlib import Path

import laws
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from h2o_frame_compat import options
from h2o_frame_compat.io import connectors
from h2o_frame_compat.io.connectors import features, features_elsewhere, sink, source

NEW = {"projectID": "flights", "featureSetName": "delays"}


@pytest.fixture
def store(tmp_path):
    with options.context(feature_store=str(tmp_path / "store")):
        yield features.opened()


def new(mode="error"):
    return sink("feature-store", NEW, write_mode=mode)


def known(store, version, mode="append"):
    name = store.find("flights", "delays")
    return sink("feature-store", {"featureSetID": name, "featureSetVersion": version}, write_mode=mode)


def read(store, version):
    name = store.find("flights", "delays")
    return laws.read_all(source("feature-store", {"feature_set_id": name, "feature_set_version": version}), 3)


def test_each_partition_is_there_once(store):
    laws.exactly_once(new, lambda: read(store, "1.0"), laws.rows())


def test_versions_do_not_change(store):
    frame = laws.rows(200)
    first, second, third = frame.iloc[:100], frame.iloc[100:150], frame.iloc[150:]
    laws.write(new(), "a", first)
    laws.write(known(store, "1.0"), "b", second)
    laws.write(known(store, "1.1"), "c", third)
    laws.write(known(store, "1.0"), "d", third)  # a second one on 1.0
    laws.write(known(store, "1.0", "overwrite"), "e", third)
    wanted = {
        "1.0": first, "1.1": pd.concat([first, second]), "1.2": frame, "1.3": pd.concat([first, third]), "2.0": third,
    }  # fmt: skip
    for version, rows in wanted.items():
        laws.same(read(store, version), rows.reset_index(drop=True))
    for version in ("1.4", "3.0"):
        with pytest.raises(connectors.MissingError, match=f"version {version}"):
            read(store, version)
    with pytest.raises(ValueError, match=r"^featureSetVersion: "):
        read(store, "latest")


def test_write_modes(store):
    frame, schema = laws.rows(20), laws.schema_of(laws.rows(20))
    laws.write(new(), "a", frame)
    for made in (new(), known(store, "1.0", "error")):
        with pytest.raises(connectors.SinkNotEmptyError):
            made.begin("b", schema)
    assert new("ignore").begin("b", schema) is False
    laws.write(new("append"), "c", frame)
    assert len(read(store, "1.1")) == 40
    with pytest.raises(connectors.DriftError, match="column x is double, not None"):
        new("append").begin("d", laws.schema_of(frame.drop(columns="x")))
    with pytest.raises(connectors.MissingError):
        known(store, "7.0").check()


def test_what_is_not_finished_cannot_be_read_and_can_be_taken_back(store):
    frame, schema = laws.rows(20), laws.schema_of(laws.rows(20))
    made = new()
    made.begin("a", schema)
    with made.open_part("a", "00000", schema) as part:
        part.write(laws.batches(frame)[0])
        part.commit()
    with pytest.raises(connectors.MissingError, match="not finished"):
        read(store, "1.0")
    made.discard("a")
    assert not made.is_committed("a", "00000")
    assert list(store.folder.rglob("*.parquet")) == []
    laws.write(new(), "b", frame)
    made.discard("b")  # which is finished
    laws.same(read(store, "1.0"), frame)


def test_two_at_once_make_one_part(store):
    frame, schema = laws.rows(50), laws.schema_of(laws.rows(50))
    made = new()
    made.begin("job", schema)
    parts = [made.open_part("job", "00000", schema) for _ in range(2)]
    for part in parts:
        part.write(laws.batches(frame)[0])
    assert [part.commit().repeated for part in parts] == [False, True]
    made.finish("job", ["00000"])
    laws.same(read(store, "1.0"), frame)
    assert len(list(store.folder.rglob("*.parquet"))) == 1


def test_a_file_that_the_registry_does_not_know_is_not_there(store):
    """A worker that died between the file and the registry."""
    frame = laws.rows(50)
    laws.write(new(), "job", frame)
    stray = store.folder / "job" / "00000-stray.parquet"
    pq.write_table(pa.Table.from_pandas(frame), stray)
    laws.same(read(store, "1.0"), frame)
    store.finish("job")
    assert not stray.exists()


def test_the_registry_is_plain_sqlite(store):
    laws.write(new(), "job", laws.rows(5), 1)
    with sqlite3.connect(store.folder / "registry.db") as con:
        assert con.execute("SELECT project, name FROM feature_sets").fetchall() == [("flights", "delays")]
    con.close()


# ------------------------------------------------------------------------------------------- others


class FeastDouble:
    """What of Feast the adapter calls: views in a file, data in folders."""

    class FeatureViewNotFoundException(Exception):  # noqa: N818 - Feast's name
        pass

    def __init__(self):
        names = ["Bool", "Int64", "Float64", "UnixTimestamp", "String"]
        self.types = types.SimpleNamespace(**{name: name for name in names})
        self.FileSource = self.Field = types.SimpleNamespace
        self.views = {}
        outer = self

        class FeatureStore:
            project = "flights"

            def __init__(self, repo_path):
                self.repo_path = repo_path

            def get_feature_view(self, name):
                if name not in outer.views:
                    raise outer.FeatureViewNotFoundException
                return outer.views[name]

            def apply(self, views):
                outer.views.update({view.name: view for view in views})

        self.FeatureStore = FeatureStore

    def FeatureView(self, source, **given):
        return types.SimpleNamespace(batch_source=source, **given)


@pytest.fixture
def feast(tmp_path, monkeypatch):
    double = FeastDouble()
    store = features_elsewhere.FeastFeatureStore(double, tmp_path)
    monkeypatch.setattr(features, "opened", lambda: store)
    return double


def test_feast(feast):
    frame = laws.rows(90)
    laws.write(new(), "a", frame, 2)
    view = feast.views["delays"]
    kinds = {field.name: field.dtype for field in view.schema}
    assert kinds == {"id": "Int64", "x": "Float64", "s": "String", "flag": "Bool"}
    known = {"featureSetID": "delays", "featureSetVersion": "1.0"}
    laws.same(laws.read_all(source("feature-store", known)).drop(columns="event_timestamp"), frame)
    more = sink("feature-store", known, write_mode="append")
    assert not more.is_committed("b", "00000")
    laws.write(more, "b", frame.assign(id=frame["id"] + 90), 2)
    assert len(laws.read_all(source("feature-store", known))) == 180
    with pytest.raises(connectors.SinkNotEmptyError):
        sink("feature-store", known).begin("c", laws.schema_of(frame))
    with pytest.raises(ValueError, match=r"^write_mode: "):
        sink("feature-store", known, write_mode="overwrite").begin("c", laws.schema_of(frame))
    for wrong in ({**known, "featureSetVersion": "2.0"}, {**known, "featureSetID": "other"}):
        with pytest.raises(connectors.MissingError):
            source("feature-store", wrong).check()
    with pytest.raises(ValueError, match=r"^projectID: "):
        laws.write(sink("feature-store", {**NEW, "projectID": "others"}), "d", frame)


class H2ODouble:
    """What of the H2O Feature Store's client the adapter calls."""

    def __init__(self, folder):
        self.folder, self.sets = folder, {}
        self.workspaces = types.SimpleNamespace(get=lambda name: types.SimpleNamespace(feature_sets=self))

    def ParquetFile(self, path):
        return Path(path)

    def extract_schema_from_source(self, source):
        return pq.read_schema(source)

    def register(self, schema, feature_set_name):
        self.sets["fs-1"] = held = H2OSetDouble("fs-1", feature_set_name)
        return held

    def get(self, uid):
        return self.sets[uid]

    def get_by_name(self, name, version):
        return next(held for held in self.sets.values() if (held.feature_set_name, held.version) == (name, version))


class H2OSetDouble:
    version = "1.0"

    def __init__(self, uid, name):
        self.id, self.feature_set_name, self.tables = uid, name, []

    def ingest(self, source):
        self.tables.append(pq.read_table(source))

    def retrieve(self):
        return self

    def download(self, folder):
        for n, table in enumerate(self.tables):
            pq.write_table(table, f"{folder}/{n}.parquet")


def test_h2o(tmp_path, monkeypatch):
    double = H2ODouble(tmp_path)
    store = features_elsewhere.H2OFeatureStore(double, double, "flights", str(tmp_path / "waiting"))
    monkeypatch.setattr(features, "opened", lambda: store)
    frame = laws.rows(90)
    laws.write(new(), "a", frame, 3)
    assert len(double.sets["fs-1"].tables) == 3
    again = new()
    assert again.begin("a", laws.schema_of(frame))
    again.finish("a", ["00000", "00001", "00002"])  # hands nothing over a second time
    assert len(double.sets["fs-1"].tables) == 3
    known = {"featureSetID": "fs-1", "featureSetVersion": "1.0"}
    laws.same(laws.read_all(source("feature-store", known)), frame)


@pytest.mark.parametrize("kind", ["feast", "h2o"])
def test_a_package_that_is_not_installed_is_named(kind):
    with options.context(feature_store=f"{kind}:x"), pytest.raises(ImportError, match=r"Feast|h2o-featurestore"):
        source("feature-store", {"featureSetID": "a", "featureSetVersion": "1.0"}).check()


def test_descriptions_are_json(store):
    described, environment = new("append").portable()
    assert (json.loads(json.dumps(described)), environment) == (described, {})
    assert connectors.from_json(described).write_mode == "append"
