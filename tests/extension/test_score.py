"""POST /3/Compat.score: rows in, predictions out, nothing left."""

from __future__ import annotations

import urllib.parse
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from h2o_frame_compat.session import wire

if TYPE_CHECKING:
    from .conftest import Node

ROWS = 12_000


def table(rows: int = ROWS) -> pa.Table:
    rng = np.random.default_rng(0)
    x = np.where(rng.random(rows) < 0.1, np.nan, rng.standard_normal(rows))
    b = pa.DictionaryArray.from_arrays(pa.array(rng.integers(0, 3, rows), pa.int8()), pa.array(["x", "y", "z"]))
    return pa.table({"x": x, "b": b, "n": rng.integers(0, 9, rows)})


@pytest.fixture(scope="module")
def model(shared_node: Node) -> str:
    shared_node.connection.close()  # the server ends one that nobody used for a while; the next request opens another
    return trained(shared_node)


def trained(node: Node) -> str:
    key, y = node.name(), np.random.default_rng(1).integers(0, 2, ROWS).astype(np.int8)
    labels = pa.DictionaryArray.from_arrays(pa.array(y), pa.array(["no", "yes"]))
    node.put(table().append_column("y", labels), key)
    made = node.name()
    form = {"training_frame": key, "response_column": "y", "model_id": made, "ntrees": "3", "seed": "1"}
    status, job = node.call("POST", "/3/ModelBuilders/gbm", form)
    assert status == 200
    name = urllib.parse.quote(job["job"]["key"]["name"], safe="")
    while node.call("GET", f"/3/Jobs/{name}")[1]["jobs"][0]["status"] not in {"DONE", "FAILED"}:
        pass
    node.call("DELETE", f"/3/Frames/{key}")
    return made


def score(node: Node, rows: pa.Table, model: str, **kwargs: list[int]) -> pa.Table:
    return wire.score(node.connection, f"/3/Compat.score?model={model}", node.headers, rows, **kwargs)


def frames(node: Node) -> set[str]:
    return {frame["frame_id"]["name"] for frame in node.call("GET", "/3/Frames")[1]["frames"]}


def predicted(node: Node, rows: pa.Table, model: str) -> pa.Table:
    """The predictions as H2O makes them of a frame."""
    key, made = node.name(), node.name()
    node.put(rows, key)
    node.call("POST", f"/3/Predictions/models/{model}/frames/{key}", {"predictions_frame": made})
    found = node.get(made)
    for name in (key, made):
        node.call("DELETE", f"/3/Frames/{name}")
    return found


@pytest.mark.parametrize("rows", [1, 150, ROWS])
def test_predictions_are_those_of_a_frame_and_nothing_is_left(node: Node, model: str, rows: int) -> None:
    sent = table(rows)
    before = frames(node)
    expected = predicted(node, sent, model)
    assert score(node, sent, model).equals(expected)
    assert score(node, sent.select(["n", "b", "x"]), model).equals(expected)
    assert score(node, sent, model, chunk_plan=[rows // 2, rows - rows // 2] if rows > 1 else [1]).equals(expected)
    assert frames(node) == before


def test_levels_in_another_order_and_columns_that_are_missing(node: Node, model: str) -> None:
    sent = table(100)
    turned = pa.DictionaryArray.from_arrays(
        pa.array([{"x": 2, "y": 0, "z": 1, None: None}[v] for v in sent["b"].to_pylist()], pa.int8()),
        pa.array(["y", "z", "x", "new"]),
    )
    expected = predicted(node, sent, model)
    assert score(node, sent.set_column(1, "b", turned), model).equals(expected)
    assert score(node, sent.select(["x"]), model).equals(predicted(node, sent.select(["x"]), model))


def test_what_cannot_be_scored_is_refused_and_leaves_nothing(node: Node, model: str) -> None:
    before = frames(node)
    with pytest.raises(wire.StreamError, match="there is no model nobody") as caught:
        score(node, table(10), "nobody")
    assert caught.value.status == 404
    with pytest.raises(wire.StreamError) as caught:
        score(node, pa.table({"other": [1.0]}), model)
    assert caught.value.status in {400, 500}
    text = table(10).set_column(0, "x", pa.array(["a"] * 10))
    with pytest.raises(wire.StreamError):
        score(node, text, model)
    assert frames(node) == before
    assert score(node, table(10), model).num_rows == 10


@pytest.mark.slow  # the cluster takes its time to count what was removed
def test_requests_leave_no_keys(node: Node, model: str) -> None:
    score(node, table(10), model)
    before = node.keys()
    for _ in range(5):
        score(node, table(10), model)
    assert node.settles(before)


def test_a_score_is_offered(node: Node) -> None:
    assert "score" in node.info()["endpoints"]
