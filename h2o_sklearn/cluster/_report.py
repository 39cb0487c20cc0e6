"""Points, their clusters, and how many clusters there are: what a page or a paper shows of a clustering."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from h2o_frame_compat.io.tables import in_memory
from h2o_sklearn._cluster_data import ClusterTable, in_cluster
from h2o_sklearn._inputs import NUMBER, LocalTable
from h2o_sklearn.cluster import _choice
from h2o_sklearn.cluster._kmeans import H2OKMeans

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from h2o_sklearn._inputs import Matrix

#: Points that a browser draws without effort.
MOST_POINTS = 50_000


@dataclass(frozen=True)
class ClusterReport:
    """A clustering, and what is drawn of it. :func:`cluster_report` makes one.

    Clusters are numbered by their centres, the least first column first, so that colours stay when a fit is made
    again; ``model`` has the numbers of the engine.

    Attributes
    ----------
    columns : list of str
        Names of the columns that were clustered.
    points : pandas.DataFrame
        The points to draw, a column for each of `columns` and ``cluster``: all of them, or a sample in which every
        row was as likely as any other.
    centers : pandas.DataFrame
        A row for each cluster.
    sizes : pandas.Series
        How many of all rows each cluster has.
    selection : pandas.DataFrame
        By number of clusters, on a sample of the rows: ``inertia``, whose elbow shows the number, and the mean
        ``silhouette``, which is greatest at it.
    elbow : int
        The number of clusters at the elbow.
    silhouette : float
        The mean silhouette of this clustering, on a sample; NaN for one cluster.
    n_rows : int
        Number of all rows.
    inertia : float
        Sum of the squared distances of all rows from their centres.
    model : H2OKMeans
        The fitted estimator.
    """

    columns: list[str]
    points: pd.DataFrame
    centers: pd.DataFrame
    sizes: pd.Series
    selection: pd.DataFrame
    elbow: int
    silhouette: float
    n_rows: int
    inertia: float
    model: H2OKMeans
    _rows: LocalTable | ClusterTable = field(repr=False)

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return len(self.centers)

    @property
    def sampled(self) -> bool:
        """Whether `points` are a sample."""
        return len(self.points) < self.n_rows

    def table(self) -> pa.Table:
        """Return all rows: their columns, ``cluster``, and the centre of it as ``<column>_center``.

        Returns
        -------
        pyarrow.Table
            The rows in their order.
        """
        local = self._rows if isinstance(self._rows, LocalTable) else self._rows.local()
        clusters = self._renumbered(_fetched(self.model.labels_))
        arrays = dict(zip(self.columns, local.columns, strict=True))
        arrays["cluster"] = pa.array(clusters)
        for name, values in self.centers.items():
            arrays[f"{name}_center"] = pa.array(values.to_numpy()[clusters])
        return pa.table(arrays)

    def to_dict(self) -> dict[str, Any]:
        """Return what is drawn as plain lists and numbers, which JSON takes.

        Returns
        -------
        dict
            The attributes by their names, without the model.
        """
        return {
            "columns": self.columns,
            "points": _plain(self.points[self.columns]),
            "cluster": self.points["cluster"].tolist(),
            "centers": _plain(self.centers),
            "sizes": self.sizes.tolist(),
            "selection": {
                "n_clusters": self.selection.index.tolist(),
                "inertia": self.selection["inertia"].tolist(),
                "silhouette": _plain(self.selection[["silhouette"]], flat=True),
            },
            "elbow": self.elbow,
            "silhouette": None if np.isnan(self.silhouette) else self.silhouette,
            "n_clusters": self.n_clusters,
            "n_rows": self.n_rows,
            "sampled": self.sampled,
            "inertia": self.inertia,
        }

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """Return all rows, their clusters and the centres as ``{"data", "cluster", "centroids"}``, without a blank.

        Parameters
        ----------
        path : str or path, optional
            A file to write it to.

        Returns
        -------
        str
            The JSON; a missing value is ``null``.
        """
        table = self.table()
        data = pd.DataFrame({name: table.column(name).to_numpy() for name in self.columns})
        made = {"data": _plain(data), "cluster": table.column("cluster").to_pylist(), "centroids": _plain(self.centers)}
        text = json.dumps(made, separators=(",", ":"), allow_nan=False)
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    def _renumbered(self, labels: NDArray[Any]) -> NDArray[np.int32]:
        return np.asarray(_ranks(self.model.cluster_centers_)[labels], dtype=np.int32)


def cluster_report(
    X: Any,
    n_clusters: int | Literal["auto"] = "auto",
    *,
    columns: Sequence[str] | None = None,
    max_clusters: int = 10,
    n_init: int | Literal["auto"] = "auto",
    standardize: bool = False,
    cluster_size_constraints: Sequence[int] | None = None,
    max_points: int = MOST_POINTS,
    random_state: int = 0,
) -> ClusterReport:
    """Cluster rows by k-means in the cluster, and report on it.

    Parameters
    ----------
    X : table of shape (n_samples, n_features)
        Anything :class:`H2OKMeans` takes. Of a frame in the cluster only the points to draw are fetched.
    n_clusters : int or "auto", default "auto"
        Number of clusters; "auto" takes the one with the best silhouette.
    columns : sequence of str, optional
        The columns to cluster; all of them by default. They have to be numbers.
    max_clusters : int, default 10
        Most clusters that are tried, for ``selection`` too.
    n_init : int or "auto", default "auto"
        Fits from different first centres, of which the best is kept.
    standardize : bool, default False
        Scale the columns to mean 0 and variance 1 first. Places on a map want False.
    cluster_size_constraints : sequence of int, optional
        Fewest rows of each cluster.
    max_points : int, default 50000
        Most points to draw; of more rows a sample is taken, in which each row is as likely as any other.
    random_state : int, default 0
        Seed of the fit and of the samples.

    Returns
    -------
    ClusterReport
        The clustering, and what is drawn of it.

    Raises
    ------
    ValueError
        When a column is not numbers or has the name of one of the result, or there are more clusters than rows.
    """
    X = in_memory(X)  # once: it is read by the fit, and for the points
    X = X if columns is None else _selected(X, columns)
    model = H2OKMeans(
        n_clusters=n_clusters,
        n_init=n_init,
        max_clusters=max_clusters,
        standardize=standardize,
        cluster_size_constraints=cluster_size_constraints,
        random_state=random_state,
        ignore_const_cols=False,
    )
    rows = model._read(X, reset=True)  # noqa: SLF001 - the estimator's own way of reading
    _refuse_other_than_numbers(rows)
    names = [str(feature.label) for feature in rows.features()]
    _refuse_names_of_results(names)
    model.fit(X)
    chance = np.random.default_rng(random_state)
    if n_clusters == "auto":
        selection = model.selection_
    else:
        small = _choice.sample(rows, _choice.SAMPLE, chance)
        selection = _choice.compared(_choice.coordinates(small, standardize=standardize), max_clusters, chance)
    centers = model.cluster_centers_
    rank = _ranks(centers)
    labels = model.labels_
    counts = _counts(labels, len(centers))
    n_rows = int(counts.sum())
    places = _choice.chosen(n_rows, max_points, chance)
    points = _points(rows, labels, places, names)
    points["cluster"] = rank[points["cluster"].to_numpy()]
    order = np.argsort(rank)
    return ClusterReport(
        columns=names,
        points=points,
        centers=pd.DataFrame(centers[order], columns=names),
        sizes=pd.Series(counts[order], name="rows").rename_axis("cluster"),
        selection=selection,
        elbow=_choice.elbow(selection),
        silhouette=_choice.silhouette(_numbers(points[names], standardize=standardize), points["cluster"], chance),
        n_rows=n_rows,
        inertia=model.inertia_,
        model=model,
        _rows=rows,
    )


def _numbers(points: pd.DataFrame, *, standardize: bool) -> Matrix:
    return _choice.coordinates(LocalTable(list(points.columns), points.to_numpy(np.float64)), standardize=standardize)


def _selected(X: Any, columns: Sequence[str]) -> Any:
    known = getattr(X, "columns", None)
    names = list(getattr(X, "column_names", ())) if isinstance(X, pa.Table) else list(() if known is None else known)
    missing = [name for name in columns if name not in names]
    if missing:
        raise ValueError(f"there is no column {missing[0]!r}; there is {', '.join(map(repr, names)) or 'no name'}")
    return X.select(list(columns)) if isinstance(X, pa.Table) else X[list(columns)]


def _refuse_other_than_numbers(rows: LocalTable | ClusterTable) -> None:
    features = rows.features()
    others = [str(feature.label) for feature in features if feature.kind != NUMBER]
    if others:
        numbers = [str(feature.label) for feature in features if feature.kind == NUMBER]
        advice = f"choose among the numbers: columns={numbers!r}" if numbers else "there is no column of numbers"
        raise ValueError(f"only numbers can be clustered, and {', '.join(map(repr, others))} are not; {advice}")


def _refuse_names_of_results(names: list[str]) -> None:
    taken = {"cluster", *(f"{name}_center" for name in names)}
    free = [name for name in names if name not in taken]
    if len(free) < len(names):
        clash = next(name for name in names if name in taken)
        advice = f"choose others, columns={free!r}, or rename it" if free else "rename it"
        raise ValueError(f"{clash!r} is the name of a column of the result; {advice}")


def _ranks(centers: Matrix) -> NDArray[np.intp]:
    """Return the number of each centre in their order."""
    return np.argsort(np.lexsort(np.nan_to_num(centers).T[::-1]))


def _counts(labels: Any, clusters: int) -> NDArray[np.intp]:
    if not in_cluster(labels):
        return np.bincount(labels, minlength=clusters)
    counts = labels.value_counts().to_pandas()
    return np.array([counts.get(number, 0) for number in range(clusters)])


def _points(
    rows: LocalTable | ClusterTable, labels: Any, places: NDArray[np.intp], names: list[str]
) -> pd.DataFrame:
    if isinstance(rows, LocalTable):
        values = rows.coded(rows.features())[places]
        return pd.DataFrame(values, columns=names).assign(cluster=labels[places])
    every = len(places) == len(labels)
    local = (rows if every else rows.take(places)).local()
    values = local.coded(local.features())
    return pd.DataFrame(values, columns=names).assign(cluster=_fetched(labels if every else labels.iloc[places]))


def _fetched(labels: Any) -> NDArray[Any]:
    return np.asarray(labels.to_pandas() if in_cluster(labels) else labels)


def _plain(frame: pd.DataFrame, *, flat: bool = False) -> list[Any]:
    values = frame.to_numpy(np.float64)
    plain = values.astype(object)
    plain[np.isnan(values)] = None
    return list((plain.ravel() if flat else plain).tolist())
