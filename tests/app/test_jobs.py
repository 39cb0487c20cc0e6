"""Batch jobs from a browser: made, watched, steered; what is wrong stands beside its field."""

from __future__ import annotations

import sqlite3
from itertools import pairwise

import pandas as pd
import pytest

KUBERNETES = {"kind": "kubernetes", "image": "registry.example/h2o"}


def job(**given):
    return {
        "name": "nightly",
        "model": "late.pkl",
        "source": {"spec_uid": "file", "location": "rows.csv"},
        "sink": {"spec_uid": "file", "location": "out.csv"},
        "runtime": {"kind": "local", "processes": 0},
        "partitions": 2,
        **given,
    }


def refused(answer):
    assert answer.status_code == 422, answer.text
    return answer.json()["error"]


def test_the_form_is_that_of_the_connectors(browser):
    from h2o_sklearn.batch import sink_specs, source_specs

    found = browser.get("/api/connectors").json()
    for side, specs in (("sources", source_specs()), ("sinks", sink_specs())):
        assert [s["schema"] for s in found[side]] == [s.schema for s in specs]
    s3 = next(s for s in found["sources"] if s["uid"] == "s3")
    assert s3["schema"]["properties"]["secretAccessKey"]["writeOnly"]


def test_a_job_from_pre_flight_to_the_end(browser, settings, fitted):
    assert browser.get("/api/jobs").json() == {"jobs": []}
    body = job(model_request_parameters={"id_field": "flight"})
    found = browser.post("/api/preflight", body).json()
    assert found["ok"]
    assert {c["level"] for c in found["checks"]} == {"ok"}
    assert list(found["sink_columns"])[:2] == ["flight", "predict"]
    assert not (settings.data / "out.csv").exists()
    made = browser.post("/api/jobs", body)
    assert made.status_code == 201
    ended = browser.ended(made.json()["uid"])
    assert (ended["state"], ended["name"]) == ("FINISHED", "nightly")
    assert (ended["progress"]["fraction"], ended["progress"]["rows_out"]) == (1.0, 60)
    assert ended["progress"]["rows_per_second"] > 0
    assert (ended["source"]["location"], ended["sink"]["location"]) == ("rows.csv", "out.csv")
    assert any("FINISHED" in line for line in ended["logs"])
    model, rows = fitted
    written = pd.read_csv(settings.data / "out.csv")
    assert written["predict"].tolist() == model.predict(rows).tolist()
    assert [one["uid"] for one in browser.get("/api/jobs").json()["jobs"]] == [ended["uid"]]

    again = browser.post(f"/api/jobs/{ended['uid']}/rerun", {"write_mode": "overwrite"}).json()
    assert again["rerun_of"] == ended["uid"]
    assert browser.ended(again["uid"])["state"] == "FINISHED"
    refused(browser.post(f"/api/jobs/{ended['uid']}/resume"))
    assert browser.post(f"/api/jobs/{ended['uid']}/delete").json()["deleted"]
    assert [one["uid"] for one in browser.get("/api/jobs").json()["jobs"]] == [again["uid"]]


def test_jobs_tell_how_they_go_on(browser):
    assert list(browser.events("/api/jobs/events")) == [("progress", {"jobs": []}), ("done", None)]
    uid = browser.post("/api/jobs", job()).json()["uid"]
    *seen, (kind, _) = browser.events(f"/api/jobs/{uid}/events")
    assert kind == "done"
    assert {name for name, _ in seen} == {"progress"}
    states = [one["state"] for _, one in seen]
    assert states[-1] == "FINISHED"
    assert all(before != after for before, after in pairwise(one for _, one in seen))
    assert any("FINISHED" in line for line in seen[-1][1]["logs"])
    (_, listed), (kind, _) = browser.events("/api/jobs/events")
    assert (kind, [one["state"] for one in listed["jobs"]]) == ("done", ["FINISHED"])


def test_events_of_a_store_that_breaks(browser, monkeypatch):
    from h2o_sklearn.batch import BatchScoringJobs

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(BatchScoringJobs, "list", broken)
    ((kind, error),) = browser.events("/api/jobs/events")
    assert kind == "failed"
    assert "No space left on device" in error["message"]


def test_dead_letters_with_reasons_and_a_database(browser, settings):
    with sqlite3.connect(settings.data / "flights.db") as base:
        base.execute("create table flights (distance real, hour real, flight text)")
        base.executemany("insert into flights values (?, ?, ?)", [(1.0, 2.0, "a"), (None, 2.0, "b"), (3.0, 1.0, "c")])
    base.close()
    body = job(
        source={"spec_uid": "jdbc", "location": "sqlite:///flights.db", "config": {"table": "flights"}},
        sink={"spec_uid": "file", "location": "out.jsonl"},
        dead_letter={"spec_uid": "file", "location": "dead.jsonl"},
        partitions=1,
    )
    ended = browser.ended(browser.post("/api/jobs", body).json()["uid"])
    assert (ended["state"], ended["progress"]["dead_letters"]) == ("FINISHED", 1)
    (letter,) = browser.get(f"/api/jobs/{ended['uid']}/letters").json()["rows"]
    assert letter["flight"] == "b"
    assert "NaN" in letter["dead_letter_reason"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"model": ""}, "model"),
        ({"source": None}, "source"),
        ({"colour": "red"}, "colour"),
        ({"source": {"spec_uid": "nothing", "location": ""}}, "source.spec_uid"),
        ({"source": {"spec_uid": "file", "location": "rows.csv", "config": {"colour": "red"}}}, "source.colour"),
        ({"source": {"spec_uid": "jdbc", "location": "sqlite:///x.db"}}, "source.table"),
        ({"sink": {"spec_uid": "file", "location": "out/"}}, "sink.mime_type"),
        ({"partitions": 0}, "partitions"),
        ({"retries": "many"}, "retries"),
        ({"model_request_parameters": {"contributions": "ALL"}}, "model_request_parameters.contributions"),
        ({"runtime": KUBERNETES, "kubernetes_options": {"replicas": 0}}, "kubernetes_options.replicas"),
        ({"runtime": "cloud"}, "runtime"),
        ({"runtime": ["local"]}, "runtime"),
        ({"runtime": {"kind": "spark", "master": "spark://evil.example:7077"}}, "runtime.master"),
        ({"write_mode": "sometimes"}, "sink.write_mode"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(browser, change, field):
    assert refused(browser.post("/api/jobs", job(**change)))["field"] == field


def test_pre_flight_names_fields(browser, settings):
    found = browser.post("/api/preflight", job(source={"spec_uid": "file", "location": "nothing.csv"})).json()
    assert not found["ok"]
    (wrong,) = [c for c in found["checks"] if c["level"] == "error"]
    assert wrong["field"] == "source"
    assert "nothing.csv" in wrong["message"]
    pd.DataFrame({"hour": [1]}).to_csv(settings.data / "narrow.csv", index=False)
    found = browser.post("/api/preflight", job(source={"spec_uid": "file", "location": "narrow.csv"})).json()
    assert "distance" in found["checks"][0]["message"]


@pytest.mark.slow
def test_a_job_that_fails_says_why_and_is_resumed(browser, settings):
    rows = pd.read_csv(settings.data / "rows.csv")
    rows["distance"] = rows["distance"].astype(object)
    rows.loc[59, "distance"] = "far"
    rows.to_csv(settings.data / "bad.csv", index=False)
    made = browser.post("/api/jobs", job(source={"spec_uid": "file", "location": "bad.csv"}))
    if made.status_code == 422:  # seen before anything was started
        assert "far" in made.json()["error"]["message"] or "distance" in made.json()["error"]["message"]
        return
    ended = browser.ended(made.json()["uid"])
    assert ended["state"] == "FAILED"
    assert ended["error"]
    resumed = browser.post(f"/api/jobs/{ended['uid']}/resume")
    assert resumed.status_code == 200
    assert browser.ended(ended["uid"])["state"] == "FAILED"


def test_jobs_outlive_the_app(opened):
    first = opened()
    uid = first.post("/api/jobs", job()).json()["uid"]
    second = opened()
    assert second.ended(uid)["state"] == "FINISHED"
    assert first.ended(uid)["state"] == "FINISHED"


@pytest.mark.parametrize("path", ["/api/jobs/none", "/api/jobs/none/events", "/api/jobs/none/letters"])
def test_no_such_job(browser, path):
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("action", ["cancel", "resume", "rerun", "delete", "explode"])
def test_nothing_is_done_to_no_job(browser, action):
    assert browser.post(f"/api/jobs/none/{action}").status_code == 404


@pytest.mark.slow
def test_cancelling(browser):
    uid = browser.post("/api/jobs", job(mini_batch_size=1, partitions=20)).json()["uid"]
    answer = browser.post(f"/api/jobs/{uid}/cancel")
    assert answer.status_code == 200
    assert browser.ended(uid)["state"] == "CANCELLED"
    browser.post(f"/api/jobs/{uid}/resume")
    ended = browser.ended(uid)
    assert (ended["state"], ended["progress"]["rows_out"]) == ("FINISHED", 60)
