"""The adapter for Feast with Feast itself, which wants an older pandas: in the Python that a variable names."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.services
#: A Python that has Feast (`python -m venv feast && feast/bin/pip install feast`); it need not have this package.
PYTHON = os.environ.get("H2O_COMPAT_FEAST_PYTHON")

REPOSITORY = """
project: flights
registry: data/registry.db
provider: local
offline_store: {type: file}
online_store: {type: sqlite, path: data/online.db}
entity_key_serialization_version: 3
"""
SCRIPT = """
import datetime, json, sys
import feast, pandas as pd, pyarrow as pa
from h2o_frame_compat import options
from h2o_frame_compat.io import connectors

folder = sys.argv[1]
rows = pa.RecordBatch.from_pydict({"id": [1, 2, 3], "x": [0.5, None, -1.0], "s": ["a", None, ""], "t": [True] * 3})
known = {"featureSetID": "delays", "featureSetVersion": "1.0"}

def write(job, config, batches, **mode):
    sink = connectors.sink("feature-store", config, **mode)
    sink.check()
    assert sink.begin(job, rows.schema)
    for n, batch in enumerate(batches):
        for again in (False, True):
            with sink.open_part(job, f"{n:05d}", rows.schema) as part:
                part.write(batch)
                assert part.commit().repeated == again
    ids = [f"{n:05d}" for n in range(len(batches))]
    return [sink.finish(job, ids), sink.finish(job, ids)]

def read():
    source = connectors.source("feature-store", known)
    return pa.Table.from_batches([b for p in source.partitions(1) for b in source.read(p, 100)])

told = {}
with options.context(feature_store="feast:" + folder):
    told["made"] = write("a", {"projectID": "flights", "featureSetName": "delays"}, [rows, rows])
    told["read"] = read().drop_columns("event_timestamp").to_pylist()
    told["added"] = write("b", known, [rows], write_mode="append")
    told["rows"] = read().num_rows
    for name, wrong in (("other", {**known, "featureSetID": "other"}), ("old", {**known, "featureSetVersion": "0.9"})):
        try:
            connectors.source("feature-store", wrong).check()
        except connectors.MissingError as error:
            told[name] = str(error)
store = feast.FeatureStore(repo_path=folder)
view = store.get_feature_view("delays")
told["types"] = {field.name: str(field.dtype) for field in view.schema if not field.name.startswith("__")}
later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
found = store.get_historical_features(pd.DataFrame({"event_timestamp": [later]}), ["delays:id", "delays:x"]).to_df()
told["asked"] = found["id"].tolist()
print(json.dumps(told))
"""


@pytest.mark.skipif(PYTHON is None, reason="H2O_COMPAT_FEAST_PYTHON does not name a Python with Feast")
def test_rows_go_to_feast_and_come_back(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "feature_store.yaml").write_text(REPOSITORY, encoding="utf-8")
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    asked = [PYTHON, str(tmp_path / "script.py"), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "FEAST_USAGE": "False"}
    ended = subprocess.run(asked, capture_output=True, text=True, check=False, env=environment, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout.splitlines()[-1])
    version = "feature view delays version 1.0"
    assert told["made"] == [{"rows": 6, "parts": [version]}] * 2
    assert told["added"] == [{"rows": 3, "parts": [version]}] * 2
    rows = [
        {"id": 1, "x": 0.5, "s": "a", "t": True}, {"id": 2, "x": None, "s": None, "t": True},
        {"id": 3, "x": -1.0, "s": "", "t": True},
    ]  # fmt: skip
    assert told["read"] == rows * 2
    assert told["rows"] == 9
    assert told["other"] == "feature view other is not there"
    assert told["old"] == "feature view delays has version 1.0, not 0.9"
    assert told["types"] == {"id": "Int64", "x": "Float64", "s": "String", "t": "Bool"}
    assert len(told["asked"]) == 1
    assert told["asked"][0] in {1, 2, 3}
