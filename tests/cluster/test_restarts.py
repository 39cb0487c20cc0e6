"""k-means: as good as scikit-learn's, of as many clusters as there are, and of sizes that were asked for."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs

import h2o_frame_compat.pandas as hpd
from h2o_frame_compat import options
from h2o_sklearn import H2OKMeans
from h2o_sklearn._params import InvalidParameterError
from h2o_sklearn.cluster import _choice

pytestmark = pytest.mark.usefixtures("cluster")

CENTERS = [[0, 0], [6, 0], [0, 6], [6, 6], [3, 3]]


def blobs(rows, centers, spread=0.5, columns=2, seed=1):
    return make_blobs(rows, centers=centers, n_features=columns, cluster_std=spread, random_state=seed)[0]


@pytest.mark.parametrize(("rows", "clusters", "spread"), [(2000, 8, 1.0), (12_000, 5, 0.7)])
def test_inertia_is_that_of_scikit_learn(rows, clusters, spread):
    X = blobs(rows, clusters, spread)
    theirs = KMeans(clusters, n_init=10, random_state=0).fit(X).inertia_
    ours = H2OKMeans(n_clusters=clusters, standardize=False, random_state=0).fit(X)
    assert ours.inertia_ <= theirs * 1.002
    assert -ours.score(X) == pytest.approx(ours.inertia_)
    assert np.array_equal(ours.predict(X), ours.labels_)


def test_more_restarts_are_never_worse_and_some_single_fits_are():
    X = blobs(1000, 8, 1.0)

    def inertia(seed, n_init):
        model = H2OKMeans(n_clusters=8, n_init=n_init, init="random", standardize=False, random_state=seed)
        return model.fit(X).inertia_

    single = [inertia(seed, 1) for seed in range(3)]
    several = [inertia(seed, 5) for seed in range(3)]
    assert all(b <= a for a, b in zip(single, several, strict=True))  # the first of the fits is the single one
    assert max(single) > min(several) * 1.04


def left_in(cluster):
    cluster.executor.flush()
    models = {model["model_id"]["name"] for model in cluster.client.get("/3/Models")["models"]}
    return models | {frame["frame_id"]["name"] for frame in cluster.client.get("/3/Frames")["frames"]}


def models_built(counter):
    return sum(call[1].startswith(("/3/Compat.train", "/3/ModelBuilders")) for call in counter.calls)


def test_restarts_repeat_send_the_rows_once_and_leave_one_model(cluster, extension):
    X = blobs(500, 4)
    before = left_in(cluster)
    model = H2OKMeans(n_clusters=4, n_init=5, random_state=3, standardize=False)
    with cluster.client.count() as counter:
        first = model.fit(X).cluster_centers_
    assert left_in(cluster) - before == {model._model.key}
    assert sum(call[1].startswith("/3/Compat.put") for call in counter.calls) == 1
    assert models_built(counter) == 5
    assert np.array_equal(model.fit(X).cluster_centers_, first)


def test_where_there_is_nothing_to_choose_one_fit_is_made(cluster):
    X = blobs(100, 3)
    for params in (
        {"n_clusters": 1},
        {"n_clusters": 2, "init": "user", "user_points": X[:2]},
        {"n_clusters": 3, "estimate_k": True},
    ):
        with cluster.client.count() as counter:
            H2OKMeans(**params, random_state=0).fit(X)
        assert models_built(counter) == 1


# ---------------------------------------------------------------- how many clusters


@pytest.mark.parametrize(("columns", "clusters"), [(1, 5), (2, 2), (3, 4)])
def test_the_number_of_clusters_is_found(columns, clusters):
    centers = np.arange(clusters)[:, None] * 8.0 + np.zeros((1, columns))
    model = H2OKMeans(n_clusters="auto", random_state=0).fit(blobs(600, centers))
    assert len(model.cluster_centers_) == clusters
    assert model.selection_.index.tolist() == list(range(1, 11))
    assert model.selection_["silhouette"].idxmax() == clusters
    assert model.selection_["inertia"].is_monotonic_decreasing


def test_the_number_of_clusters_in_the_cluster():
    rows = pd.DataFrame(blobs(12_000, CENTERS), columns=["x", "y"])  # many chunks, and more than the sample
    with options.context(fallback="error"):
        model = H2OKMeans(n_clusters="auto", max_clusters=6, random_state=0, standardize=False).fit(hpd.DataFrame(rows))
    assert len(model.cluster_centers_) == 5
    assert model.selection_.index.tolist() == [1, 2, 3, 4, 5, 6]
    assert model.labels_.to_pandas().value_counts().min() > 2000


def test_rows_in_the_cluster_stay_there(cluster):
    chance = np.random.default_rng(1)
    rows = pd.DataFrame({"a": chance.normal(size=5000), "b": chance.choice(["x", "y", "z"], 5000)})
    rows = rows.mask(chance.random(rows.shape) < 0.1)
    estimator = H2OKMeans(n_clusters=3, n_init=1, init="furthest", random_state=0, standardize=False)
    here = clone(estimator).fit(rows)
    there = hpd.DataFrame(rows)
    with cluster.client.count() as counter:
        model = clone(estimator).fit(there)
    assert sum(nbytes for _, path, _, nbytes in counter.calls if path == "/3/Compat.get") < 1000
    assert model._model.fill == pytest.approx(here._model.fill, rel=1e-12)
    assert np.array_equal(model.predict(rows), model.predict(there).to_numpy())


@pytest.mark.parametrize(
    ("rows", "most"),
    [(pd.DataFrame({"x": [1.0, 1.0, 2.0, 2.0, 9.0, 9.0]}), 3), (pd.DataFrame({"x": [1.0, 5.0]}), 2)],
    ids=["three distinct", "two rows"],
)
def test_few_distinct_rows(rows, most):
    model = H2OKMeans(n_clusters="auto", random_state=0).fit(rows)
    assert model.selection_.index.max() == most
    assert len(model.cluster_centers_) <= most


def test_missing_values_and_categories_have_the_distances_of_the_engine():
    chance = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"a": chance.normal(size=300), "b": chance.choice(["x", "y", None], 300), "c": [1.0] * 300}
    )
    frame.loc[::7, "a"] = np.nan
    model = H2OKMeans(n_clusters=3, random_state=0).fit(frame)
    rows = model._read(frame, reset=False)
    points = _choice.coordinates(rows, standardize=True)
    labels = model.labels_
    assert points.shape == (300, 3)  # the number, two levels of the category, and not what never changes
    centers = []
    for number in range(3):
        mine = points[labels == number]
        level = np.bincount(mine[:, 1:].argmax(axis=1), minlength=2).argmax()
        centers.append([mine[:, 0].mean(), *np.eye(2)[level] / np.sqrt(2)])
    squared = ((points[:, None] - np.array(centers)[None]) ** 2).sum(axis=2)
    assert np.allclose(squared, model.transform(frame) ** 2)


def test_a_second_fit_forgets_the_first_selection():
    X = blobs(90, 3)
    model = H2OKMeans(n_clusters="auto", random_state=0, max_clusters=4).fit(X)
    model.set_params(n_clusters=2).fit(X)
    assert not hasattr(model, "selection_")
    assert len(pickle.loads(pickle.dumps(model)).cluster_centers_) == 2


# ---------------------------------------------------------------- sizes


def test_sizes_are_kept_by_the_labels():
    X = blobs(90, [[0, 0], [4, 0], [9, 0]])
    sizes = [20, 25, 40]
    model = H2OKMeans(n_clusters=3, cluster_size_constraints=sizes, standardize=False, random_state=0).fit(X)
    assert (np.bincount(model.labels_, minlength=3) >= sizes).all()
    distances = model.transform(X) ** 2
    assert distances[np.arange(90), model.labels_].sum() == pytest.approx(model.inertia_, rel=1e-6)
    assert (np.bincount(model.predict(X), minlength=3) < sizes).any()  # the nearest centre, whatever the sizes
    there = H2OKMeans(n_clusters=3, cluster_size_constraints=sizes, standardize=False, random_state=0)
    there.fit(hpd.DataFrame(pd.DataFrame(X, columns=["x", "y"])))
    assert there.labels_.to_pandas().tolist() == model.labels_.tolist()


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"n_clusters": 3, "cluster_size_constraints": [10, 10]}, "a size for each cluster"),
        ({"n_clusters": "auto", "cluster_size_constraints": [10, 10]}, "a size for each cluster"),
        ({"n_clusters": 2, "cluster_size_constraints": [50, 51]}, "ask for 101 rows, but n_samples=100"),
        ({"n_clusters": 101}, "n_samples=100 should be >= n_clusters=101"),
        ({"n_clusters": "auto", "estimate_k": True}, "choose one"),
    ],
)
def test_what_cannot_be(params, words):
    with pytest.raises(ValueError, match=words):
        H2OKMeans(**params).fit(blobs(100, 2))


@pytest.mark.parametrize(
    ("name", "value"), [("n_clusters", "many"), ("n_clusters", 0), ("n_init", 0), ("n_init", 1.5), ("max_clusters", 1)]
)
def test_values_that_cannot_be(name, value):
    with pytest.raises(InvalidParameterError, match=f"{name}.*integer"):
        H2OKMeans(**{name: value}).fit(blobs(10, 2))
