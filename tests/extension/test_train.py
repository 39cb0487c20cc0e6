"""POST /3/Compat.train: a model is built as by H2O's own request, and the answer says that it is there."""

from __future__ import annotations

import json
import time
import urllib.parse
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Node

GBM = "/3/ModelBuilders/gbm"


@pytest.fixture(scope="module")
def rows(shared_node: Node) -> Iterator[str]:
    shared_node.connection.close()  # the server ends one that nobody used for a while; the next request opens another
    r = np.random.default_rng(0)
    key = shared_node.frame(pd.DataFrame(r.normal(size=(500, 3)), columns=["a", "b", "y"]))
    yield key
    shared_node.rapids(f"(rm {key})")


def train(node: Node, form: dict[str, str], builder: str = GBM, wait_ms: str = "60000") -> tuple[int, dict[str, Any]]:
    about = urllib.parse.urlencode({"builder": builder, "wait_ms": wait_ms})
    return node.call("POST", f"/3/Compat.train?{about}", form)


def form(rows: str, model: str, **more: str) -> dict[str, str]:
    return {"training_frame": rows, "response_column": "y", "ntrees": "4", "seed": "1", "model_id": model} | more


def predictions(node: Node, model: str, rows: str) -> np.ndarray:
    return node.run(f'(compat.predict "{model}" {rows})')["predict"].to_numpy()


def test_the_model_is_that_of_h2os_own_request(shared_node: Node, rows: str) -> None:
    ours, theirs = shared_node.name(), shared_node.name()
    status, answer = train(shared_node, form(rows, ours))
    (job,) = answer["jobs"]
    assert (status, job["status"], job["dest"]["name"]) == (200, "DONE", ours)
    name = shared_node.call("POST", GBM, form(rows, theirs))[1]["job"]["key"]["name"]
    while shared_node.call("GET", f"/3/Jobs/{urllib.parse.quote(name)}")[1]["jobs"][0]["status"] != "DONE":
        pass
    assert np.array_equal(predictions(shared_node, ours, rows), predictions(shared_node, theirs, rows))
    for model in (ours, theirs):
        shared_node.call("DELETE", f"/3/Models/{model}")


def test_the_answer_comes_after_a_while(shared_node: Node, rows: str) -> None:
    model = shared_node.name()
    (job,) = train(shared_node, form(rows, model, ntrees="5000"), wait_ms="1")[1]["jobs"]
    assert job["status"] in {"CREATED", "RUNNING"}
    name = urllib.parse.quote(job["key"]["name"])
    shared_node.call("POST", f"/3/Jobs/{name}/cancel", {})
    while shared_node.call("GET", f"/3/Jobs/{name}")[1]["jobs"][0]["status"] == "RUNNING":
        pass
    shared_node.call("DELETE", f"/3/Models/{model}")


@pytest.mark.parametrize(
    "wrong",
    [{"ntrees": "-1"}, {"ntrees": "many"}, {"learn_rate": "7"}, {"no_such": "1"}, {"training_frame": "nothing"}],
    ids=["negative", "text", "range", "unknown", "frame"],
)
def test_what_h2o_refuses_is_refused_in_its_words(shared_node: Node, rows: str, wrong: dict[str, str]) -> None:
    asked = form(rows, "never") | wrong
    status, answer = train(shared_node, asked)
    theirs, said = shared_node.call("POST", GBM, asked)
    assert 400 <= status < 600
    assert 400 <= theirs < 600
    assert answer["exception_type"] == said["exception_type"]
    assert answer["msg"].splitlines()[0].strip() in said["msg"]


@pytest.mark.parametrize(
    ("builder", "wait_ms", "status"),
    [(GBM, "soon", 400), ("/3/Frames", "1", 404), ("/3/ModelBuilders/gbm/parameters", "1", 404), ("", "1", 404)],
)
def test_what_cannot_be(shared_node: Node, rows: str, builder: str, wait_ms: str, status: int) -> None:
    assert train(shared_node, form(rows, "never"), builder, wait_ms)[0] == status
    assert shared_node.call("GET", "/3/Models/never")[0] == 404
    assert shared_node.call("GET", "/3/Compat.train")[0] in {404, 405}


# ------------------------------------------------------------------------------------------------- searches
def search(node: Node, project: str, rows: str, response: str, address: str) -> tuple[int, dict[str, Any]]:
    asked = {
        "build_control": {"project_name": project, "nfolds": 0, "stopping_criteria": {"max_models": 2, "seed": 1}},
        "input_spec": {"training_frame": rows, "response_column": response},
        "build_models": {"include_algos": ["GLM", "GBM"]},
    }
    kind = {"Content-Type": "application/json"}
    node.connection.request("POST", node.prefix + address, json.dumps(asked), {**node.headers, **kind})
    answer = node.connection.getresponse()
    return answer.status, json.loads(answer.read())


def errors(node: Node, project: str, job: str) -> list[float]:
    """Wait for a search; give the errors of its models, and remove it."""
    while node.call("GET", f"/3/Jobs/{urllib.parse.quote(job)}")[1]["jobs"][0]["status"] != "DONE":
        time.sleep(0.05)
    table = node.call("GET", f"/99/AutoML/{project}")[1]["leaderboard_table"]
    node.rapids(f"(rm {project})")
    return list(map(float, table["data"][[column["name"] for column in table["columns"]].index("rmse")]))


def test_a_search_is_that_of_h2os_own_request(shared_node: Node, rows: str) -> None:
    found = []
    for address in ("/3/Compat.search", "/99/AutoMLBuilder"):
        project = shared_node.name()
        status, answer = search(shared_node, project, rows, "y", address)
        assert status == 200
        found.append(errors(shared_node, project, answer["job"]["key"]["name"]))
    assert len(found[0]) == 2
    assert found[0] == found[1]


def test_a_search_that_is_refused_is_not_kept(shared_node: Node, rows: str) -> None:
    project = shared_node.name()
    ours = search(shared_node, project, rows, "none", "/3/Compat.search")
    assert shared_node.call("GET", f"/99/AutoML/{project}")[1]["project_name"] is None  # which H2O says of any name
    theirs = search(shared_node, project, rows, "none", "/99/AutoMLBuilder")
    assert (ours[0], ours[1]["msg"]) == (theirs[0], theirs[1]["msg"])
    assert ours[0] >= 400
