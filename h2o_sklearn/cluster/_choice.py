"""How many clusters there are: silhouette and elbow on a sample of the rows.

The sample is clustered on this machine, once for each number of clusters, which takes a second or two however
many rows there are. H2O's own ``estimate_k`` finds one cluster whatever there is where X has one or two columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from h2o_sklearn._cluster_data import ClusterTable, framed
from h2o_sklearn._inputs import ENUM, LocalTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from h2o_sklearn._inputs import Matrix

#: Rows on which numbers of clusters are compared, and of those the rows whose silhouettes are computed, which
#: takes the square of their number.
SAMPLE = 10_000
_SILHOUETTES = 3_000
_RESTARTS = 5


def sample(rows: LocalTable | ClusterTable, size: int, chance: np.random.Generator) -> LocalTable:
    """Return rows of this machine that stand for all: every row is as likely as any other.

    Parameters
    ----------
    rows : LocalTable or ClusterTable
        All rows. Of those in the cluster only the sample is fetched.
    size : int
        Most rows to return.
    chance : numpy.random.Generator
        Where chance comes from.

    Returns
    -------
    LocalTable
        The sample, in the order of the rows.
    """
    if isinstance(rows, LocalTable):
        places = chosen(rows.n_rows, size, chance)
        if rows.matrix is not None:
            return LocalTable(rows.labels, rows.matrix[places])
        return LocalTable(rows.labels, columns=[column.take(places) for column in rows.columns])
    count = len(framed(rows.block))
    places = chosen(count, size, chance)
    return (rows if len(places) == count else rows.take(places)).local()


def chosen(count: int, size: int, chance: np.random.Generator) -> NDArray[np.intp]:
    """Return the places of `size` of `count` rows, or of all where there are no more."""
    return np.arange(count) if count <= size else np.sort(chance.choice(count, size, replace=False))


def coordinates(rows: LocalTable, *, standardize: bool) -> Matrix:
    """Return rows as points between which distances are those of H2O's k-means.

    Parameters
    ----------
    rows : LocalTable
        The rows.
    standardize : bool
        Columns are scaled to mean 0 and variance 1.

    Returns
    -------
    ndarray of shape (n_rows, n_coordinates)
        A column for each number, and for each level of a category one such that two levels are 1 apart.
    """
    features = rows.features()
    parts = []
    for feature, values in zip(features, rows.coded(features).T, strict=True):
        known = values[~np.isnan(values)]
        if not len(known) or (known == known[0]).all():
            continue
        if feature.kind == ENUM:
            typical = np.bincount(known.astype(np.intp)).argmax()
            codes = np.where(np.isnan(values), typical, values)
            parts.append((codes[:, None] == np.arange(len(feature.levels))) / np.sqrt(2))
        else:
            filled = np.where(np.isnan(values), known.mean(), values)[:, None]
            parts.append((filled - known.mean()) / known.std(ddof=1) if standardize else filled)
    return np.hstack(parts) if parts else np.zeros((rows.n_rows, 1))


def compared(points: Matrix, most: int, chance: np.random.Generator) -> pd.DataFrame:
    """Cluster points into one, two, and more clusters.

    Parameters
    ----------
    points : ndarray of shape (n_rows, n_coordinates)
        The points.
    most : int
        The largest number of clusters.
    chance : numpy.random.Generator
        Where chance comes from.

    Returns
    -------
    pandas.DataFrame
        By number of clusters: ``inertia``, and the mean ``silhouette``, which one cluster has not.
    """
    seed = int(chance.integers(np.iinfo(np.int32).max))
    distinct = len(np.unique(points, axis=0))
    shown = chosen(len(points), _SILHOUETTES, chance)
    found = {}
    for number in range(1, min(most, distinct) + 1):
        model = KMeans(number, n_init=_RESTARTS, random_state=seed).fit(points)
        found[number] = {"inertia": float(model.inertia_), "silhouette": _silhouette(points, model.labels_, shown)}
    return pd.DataFrame.from_dict(found, orient="index").rename_axis("n_clusters")


def silhouette(points: Matrix, labels: NDArray[Any], chance: np.random.Generator) -> float:
    """Return the mean silhouette of a sample of points; NaN where it is not defined."""
    return _silhouette(points, np.asarray(labels), chosen(len(points), _SILHOUETTES, chance))


def _silhouette(points: Matrix, labels: NDArray[Any], shown: NDArray[np.intp]) -> float:
    several = 1 < len(np.unique(labels[shown])) < len(shown)
    return float(silhouette_score(points[shown], labels[shown])) if several else np.nan


def best_silhouette(table: pd.DataFrame) -> int:
    """Return the number of clusters with the best silhouette; the largest tried where none has one."""
    scores = table["silhouette"].dropna()
    return int(scores.idxmax() if len(scores) else table.index[-1])


def elbow(table: pd.DataFrame) -> int:
    """Return the number of clusters after which inertia falls slowly: the point farthest from the line of its ends."""
    inertia = table["inertia"].to_numpy()
    if len(table) < 3 or inertia[0] == inertia[-1]:
        return int(table.index[0] if inertia[0] == inertia[-1] else table.index[-1])
    x = np.linspace(0, 1, len(table))
    y = (inertia - inertia[-1]) / (inertia[0] - inertia[-1])
    return int(table.index[(1 - x - y).argmax()])
