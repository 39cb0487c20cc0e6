"""The studio: a table in, clusters out, each step a task that can be done again alone."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from sklearn.datasets import make_blobs

POINTS, _ = make_blobs(300, centers=3, cluster_std=0.3, random_state=2)
TABLE = pd.DataFrame({"lat": 40 + POINTS[:, 0] / 100, "lon": -74 + POINTS[:, 1] / 100, "base": "B1"})


def drawn(shown):
    """Give the points as numbers again."""
    return [np.frombuffer(base64.b64decode(one["bdata"]), f"<{one['dtype']}") for one in shown["points"]["values"]]


def parquet(frame):
    held = io.BytesIO()
    pa.parquet.write_table(pa.Table.from_pandas(frame), held)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("points.csv", TABLE.to_csv(index=False).encode()),
        ("points.json", TABLE.to_json(orient="records").encode()),
        ("points.json", json.dumps({c: TABLE[c].tolist() for c in TABLE}).encode()),
        ("POINTS.PARQUET", parquet(TABLE)),
    ],
)
def test_files(browser, name, content):
    kind, shown, said = browser.uploaded(name, content)
    assert (kind, shown["rows"], shown["origin"]) == ("done", 300, name)
    assert said == [f"reading {name}"]
    assert [c["name"] for c in shown["columns"] if c["number"]] == ["lat", "lon"]
    assert len(shown["first"]) == 20
    assert shown["points"]["map"]
    assert shown["points"]["axes"] == ["lon", "lat"]
    assert np.allclose(drawn(shown), TABLE[["lon", "lat"]].T)
    assert browser.get("/api/data").json()["data"] == shown


def test_many_points_are_a_fair_sample(browser):
    frame = pd.DataFrame({"x": np.arange(60_000.0), "y": 0.0})
    _, shown, _ = browser.uploaded("many.parquet", parquet(frame))
    xs = drawn(shown)[0]
    assert (shown["points"]["sampled"], len(set(xs))) == (True, 50_000)
    assert abs(xs.mean() - 29_999.5) < 300


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("points.txt", b"x", "not a .csv"),
        ("points.csv", b"", "cannot be read"),
        ("points.csv", b"x,y\n", "no rows"),
        ("points.csv", b"x,y\n1\n", "cannot be read"),
        ("points.csv", b"x,x\n1,2\n", "more than one column 'x'"),
        ("points.json", b"{", "cannot be read"),
        ("points.json", b"7", "cannot be read"),
        ("points.parquet", b"PAR1", "cannot be read"),
    ],
)
def test_files_that_are_none(browser, name, content, said):
    kind, error, _ = browser.uploaded(name, content)
    assert (kind, error["field"]) == ("failed", "file")
    assert said in error["message"]


def test_no_file(browser):
    answer = browser.post("/api/upload", files={"other": ("a.csv", b"x\n1\n")})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "file")


def test_values_that_are_no_numbers_are_left_out(browser):
    _, shown, _ = browser.uploaded("points.json", b'[{"x": 1.5, "y": null}, {"x": null, "y": 2}]')
    np.testing.assert_array_equal(drawn(shown), [[1.5, np.nan], [np.nan, 2.0]])
    assert shown["first"] == [["1.5", ""], ["", "2"]]


def test_numbers_that_are_too_large_for_a_float_are_drawn_where_they_are_nearly(browser):
    large = 2**60 + 1
    kind, shown, _ = browser.uploaded("points.csv", f"id,y\n{large},1\n{large + 1},2\n".encode())
    assert kind == "done", shown
    assert drawn(shown)[0].tolist() == [2.0**60, 2.0**60]
    assert shown["first"][0] == [str(large), "1"]


def test_the_true_groups_of_a_host_are_nothing_to_cluster_by(browser):
    chosen = {}
    for columns in ("x,y,t", "x,y,z"):
        _, shown, _ = browser.uploaded("points.csv", f"{columns}\n1,2,0\n".encode())
        chosen[columns] = [c["name"] for c in shown["columns"] if c["chosen"]]
    assert chosen == {"x,y,t": ["x", "y"], "x,y,z": ["x", "y", "z"]}


def test_clusters(browser, cluster):
    browser.uploaded("points.csv", TABLE.to_csv(index=False).encode())
    kind, report, said = browser.followed(browser.post("/api/train", {"clusters": 3, "columns": ["lat", "lon"]}))
    assert kind == "done", report
    assert said[0] == "clustering"
    assert (report["n_clusters"], sorted(report["sizes"])) == (3, [100, 100, 100])
    assert (report["axes"], report["map"]) == (["lon", "lat"], True)
    assert report["selection"]["n_clusters"]
    download = browser.get("/api/clusters")
    assert "attachment" in download.headers["content-disposition"]
    found = download.json()
    assert sorted(found) == ["centroids", "cluster", "data"]
    assert len(found["cluster"]) == 300
    again = browser.get("/api/data").json()
    assert again["report"] == report
    # New data let go what was made of the old ones.
    browser.uploaded("other.csv", b"x,y\n1,2\n")
    assert browser.get("/api/clusters").status_code == 409


@pytest.mark.parametrize("clusters", [0, 101, "many", -1, 2.5, None, [3], {}, True])
def test_numbers_of_clusters_that_are_none(browser, clusters):
    browser.uploaded("points.csv", TABLE.to_csv(index=False).encode())
    answer = browser.post("/api/train", {"clusters": clusters})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "clusters")


def test_columns_that_cannot_be_clustered(browser):
    browser.uploaded("points.csv", b"name,other\na,b\n")
    assert browser.post("/api/train", {}).json()["error"]["field"] == "columns"
    browser.uploaded("points.csv", b"x,y,name\n1,2,a\n")
    assert browser.post("/api/train", {"columns": ["z"]}).json()["error"]["field"] == "columns"
    assert browser.post("/api/train", {"columns": ["x", "name"]}).json()["error"]["field"] == "columns"
    assert browser.post("/api/train", {"columns": "x"}).json()["error"]["field"] == "columns"


@pytest.mark.parametrize("path", ["/api/host", "/api/ocean"])
def test_nothing_is_shared_before_it_is_there(browser, path):
    answer = browser.post(path, {"name": "n", "price": 1})
    assert answer.status_code == 409
    assert "cluster the data first" in answer.json()["error"]["message"]


def test_terms_that_are_wrong(browser, cluster):
    browser.uploaded("points.csv", b"x,y\n1,2\n2,2\n9,9\n")
    assert browser.followed(browser.post("/api/train", {"clusters": 2}))[0] == "done"
    azure = {"azureaccount": "scores", "azurekey": "k", "azureendpoint": "http://evil.example"}
    for given, field in (
        ({"price": 1}, "name"),
        ({"name": "n"}, "price"),
        ({"name": "n", "price": "free"}, "price"),
        ({"name": "n", "price": -1}, "price"),
        ({"name": "n", "price": "NaN"}, "price"),
        ({"name": "n", "price": 1, "azureaccount": "scores"}, "azurekey"),
        ({"name": "n", "price": 1, **azure}, "azureendpoint"),
    ):
        answer = browser.post("/api/ocean", given)
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


def test_more_clusters_than_rows(browser):
    browser.uploaded("points.csv", b"x,y\n1,2\n2,2\n")
    answer = browser.post("/api/train", {"clusters": 3})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "clusters")
    assert "2 rows" in answer.json()["error"]["message"]


@pytest.mark.parametrize("given", [{}, {"address": ""}, {"address": 3}, {"address": "/orbitdb/none"}])
def test_no_address(browser, given):
    assert browser.post("/api/orbit", given).json()["error"]["field"] == "address"


def test_tasks_belong_to_a_browser(browser):
    task = browser.post("/api/upload", files={"file": ("a.csv", b"x\n1\n")}).json()["task"]
    assert browser.get(f"/api/tasks/{task}").status_code == 200
    browser.http.cookies.clear()
    assert browser.get(f"/api/tasks/{task}").status_code == 404
    assert browser.get(f"/api/tasks/{task}/events").status_code == 404
