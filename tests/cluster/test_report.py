"""What is shown of a clustering, and the JSON of it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.datasets import make_blobs
from sklearn.metrics import silhouette_score

import h2o_frame_compat.pandas as hpd
from h2o_frame_compat import options
from h2o_sklearn.cluster import cluster_report

pytestmark = pytest.mark.usefixtures("cluster")

CENTERS = np.array([[-8.0, 0.0], [0.0, 3.0], [8.0, 0.0]])


def frame(rows, seed=0):
    X, _ = make_blobs(rows, centers=CENTERS, cluster_std=0.5, random_state=seed)
    return pd.DataFrame(X, columns=["lat", "lon"])


@pytest.fixture(scope="module")
def report(cluster):
    return cluster_report(frame(300), random_state=3, n_init=2)


def test_what_is_drawn(report):
    assert report.n_clusters == report.elbow == 3
    assert report.columns == ["lat", "lon"]
    assert np.allclose(report.centers, CENTERS, atol=0.2)  # in the order of their first column, whatever the seed
    assert report.sizes.tolist() == [100, 100, 100]
    assert not report.sampled
    assert np.array_equal(report.points[["lat", "lon"]], frame(300))
    assert report.silhouette == pytest.approx(silhouette_score(frame(300), report.points["cluster"]))
    assert report.selection["silhouette"].idxmax() == 3
    means = report.points.groupby("cluster").mean()
    assert np.allclose(means, report.centers)
    plain = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert plain["selection"]["silhouette"][0] is None
    assert plain["sizes"] == [100, 100, 100]


def test_the_json_is_the_originals(report, tmp_path):
    text = report.to_json(tmp_path / "output.json")
    assert (tmp_path / "output.json").read_text() == text
    assert " " not in text
    found = json.loads(text)
    assert list(found) == ["data", "cluster", "centroids"]
    assert found["data"] == frame(300).to_numpy().tolist()
    assert found["cluster"] == report.points["cluster"].tolist()
    assert found["centroids"] == report.centers.to_numpy().tolist()


def test_the_table_holds_each_row_and_its_centre(report):
    table = report.table()
    assert table.column_names == ["lat", "lon", "cluster", "lat_center", "lon_center"]
    assert table.column("cluster").to_pylist() == report.points["cluster"].tolist()
    centers = table.select(["cluster", "lat_center", "lon_center"]).to_pandas().drop_duplicates().set_index("cluster")
    assert np.array_equal(centers.sort_index(), report.centers)


@pytest.mark.parametrize(
    "make",
    [pl.from_pandas, lambda frame: pl.from_pandas(frame).lazy(), pa.Table.from_pandas, hpd.DataFrame],
    ids=["polars", "lazy", "arrow", "cluster"],
)
def test_any_table_gives_the_same_report(report, make):
    named = frame(300).assign(base=["B02512", "B02617"] * 150)
    with options.context(fallback="error"):
        found = cluster_report(make(named), 3, columns=["lat", "lon"], random_state=3, n_init=2)
    assert found.to_json() == report.to_json()
    assert found.sizes.equals(report.sizes)


@pytest.mark.parametrize("make", [pd.DataFrame, hpd.DataFrame], ids=["here", "there"])
def test_many_points_are_sampled_fairly(make, cluster):
    rows = frame(60_000)
    found = cluster_report(make(rows), 3, n_init=2, max_clusters=3, max_points=6000)
    assert found.sampled
    assert len(found.points) == 6000
    assert found.sizes.tolist() == [20_000] * 3
    assert found.n_rows == 60_000
    where = pd.merge(found.points, rows.reset_index(), on=["lat", "lon"])["index"]
    assert where.is_monotonic_increasing
    assert where.is_unique
    tenths = np.bincount(where // 6000)
    assert len(tenths) == 10  # chi-squared of 9 degrees of freedom is below 27.9 in 999 of 1000 samples
    assert ((tenths - 600) ** 2 / 600).sum() < 27.9
    assert len(json.loads(found.to_json())["cluster"]) == 60_000


@pytest.mark.parametrize("make", [pd.DataFrame, hpd.DataFrame], ids=["here", "there"])
def test_a_report_can_be_reported_on(make):
    """Its table holds the names of results; the columns that were clustered are chosen."""
    first = cluster_report(frame(300), 3, random_state=3, n_init=2)
    again = cluster_report(make(first.table().to_pandas()), 3, columns=["lat", "lon"], random_state=3, n_init=2)
    assert again.to_json() == first.to_json()


def test_missing_and_constant_values():
    rows = frame(90).assign(same=1.0)
    rows.loc[::9, "lon"] = np.nan
    found = cluster_report(rows, 3, n_init=2, max_clusters=3)
    data = json.loads(found.to_json())["data"]
    assert data[0][1] is None
    assert np.allclose(found.centers["same"], 1.0)
    assert found.sizes.sum() == 90


@pytest.mark.parametrize("make", [pd.DataFrame, hpd.DataFrame], ids=["here", "there"])
@pytest.mark.parametrize(
    ("rows", "options_", "words"),
    [
        ({"a": [1.0, 2.0], "b": ["x", "y"]}, {}, r"'b' are not; choose among the numbers: columns=\['a'\]"),
        ({"a": pd.to_datetime(["2014-08-14", "2014-08-15"])}, {}, "'a' are not; there is no column of numbers"),
        ({"a": [1.0, 2.0]}, {"columns": ["lat"]}, "there is no column 'lat'; there is 'a'"),
        ({"a": [1.0, 2.0]}, {"n_clusters": 3}, "n_samples=2 should be >= n_clusters=3"),
        ({"a": [1.0, 2.0], "cluster": [0, 1]}, {}, r"'cluster' is the name of .* choose others, columns=\['a'\]"),
        ({"a_center": [1.0, 2.0], "a": [0, 1]}, {}, r"'a_center' is the name of .* others, columns=\['a'\]"),
        ({"cluster": [1.0, 2.0]}, {}, "'cluster' is the name of a column of the result; rename it"),
    ],
    ids=["text", "times", "no such column", "more clusters than points", "clusters", "centres", "clusters alone"],
)
def test_what_cannot_be_clustered(make, rows, options_, words):
    with pytest.raises(ValueError, match=words):
        cluster_report(make(pd.DataFrame(rows)), **options_)
