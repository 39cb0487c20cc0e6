"""Models from a browser: which there are, what they want, what they say of a row."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from h2o_sklearn import H2OGradientBoostingClassifier


def test_models_are_those_of_the_folder(browser, settings):
    (settings.models / "notes.txt").write_text("no model")
    found = browser.get("/api/models").json()
    assert [(m["name"], m["kind"], m["trusted"]) for m in found["models"]] == [
        ("late.pkl", "pickle", True),
        ("strange.pkl", "pickle", False),
    ]


def test_a_pickle_that_nobody_trusts_is_not_opened(browser):
    answer = browser.get("/api/models/strange.pkl")
    assert answer.status_code == 403
    assert "--trust strange.pkl" in answer.json()["error"]["message"]
    places = {"source": {"spec_uid": "file", "location": "rows.csv"}, "sink": {"spec_uid": "file", "location": "o.csv"}}
    job = {"model": "strange.pkl", **places}
    assert browser.post("/api/jobs", job).status_code == 403


def test_a_pipeline(browser, fitted):
    found = browser.get("/api/models/late.pkl").json()
    assert found["steps"] == ["StandardScaler", "LogisticRegression"]
    assert [c["name"] for c in found["columns"]] == ["distance", "hour"]
    assert found["classes"] == ["in time", "late"]
    model, rows = fitted
    for row in rows.iloc[[0, 59]].to_dict("records"):
        answer = browser.post("/api/models/late.pkl/score", {"row": {k: str(v) for k, v in row.items()}}).json()
        assert answer["prediction"] == model.predict(pd.DataFrame([row])).tolist()
        assert sum(p["probability"] for p in answer["probabilities"]) == pytest.approx(1)


@pytest.mark.parametrize(
    "body",
    [{}, {"row": 1}, {"row": {"colour": 1}}, {"row": {"distance": "far", "hour": 1}}, {"row": {"hour": 1}}],
)
def test_rows_that_cannot_be_scored(browser, body):
    answer = browser.post("/api/models/late.pkl/score", body)
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]


def test_a_mojo_says_its_levels_and_metrics(browser, settings, cluster):
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"distance": rng.normal(size=200), "carrier": rng.choice(["AA", "DL", "UA"], 200)})
    late = np.where(rows["carrier"] == "AA", "yes", "no")
    model = H2OGradientBoostingClassifier(n_estimators=3, random_state=0).fit(rows, late)
    model.to_mojo(settings.models / "trees.zip")
    found = browser.get("/api/models/trees.zip").json()
    assert {c["name"]: c["levels"] for c in found["columns"]} == {"distance": None, "carrier": ["AA", "DL", "UA"]}
    measures = found["metrics"]["training"]
    assert measures["AUC"] == 1.0
    assert "model_checksum" not in measures
    answer = browser.post("/api/models/trees.zip/score", {"row": {"distance": "0.5", "carrier": "AA"}}).json()
    assert answer["prediction"] == ["yes"]
    assert browser.post("/api/models/trees.zip/score", {"row": {"distance": "", "carrier": ""}}).status_code == 200


def test_a_damaged_file(browser, settings):
    (settings.models / "damaged.zip").write_bytes(b"no archive")
    answer = browser.get("/api/models/damaged.zip")
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]


def test_answers_are_json_for_browsers(browser):
    """A number that is none has no word in JSON."""
    for path in ("/api/models", "/api/models/late.pkl"):
        json.loads(browser.get(path).text, parse_constant=pytest.fail)
