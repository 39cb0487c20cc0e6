"""k-means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from h2o_frame_compat.expr import call
from h2o_sklearn._base import H2OEstimator
from h2o_sklearn._cluster_data import ClusterTable, framed
from h2o_sklearn._cluster_models import as_series, cluster_numbers, relation_of, typical
from h2o_sklearn._inputs import LocalTable
from h2o_sklearn._signatures.kmeans import KMeansParameters
from h2o_sklearn.cluster import _choice, _sizes
from h2o_sklearn.cluster._distances import squared
from h2o_sklearn.cluster._restarts import Restarts, generator

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd
    from numpy.typing import NDArray

    from h2o_sklearn._inputs import Matrix
    from h2o_sklearn._training import Training


class H2OKMeans(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, H2OEstimator, KMeansParameters):
    """k-means clustering on an H2O cluster.

    Distances are taken after columns were scaled to mean 0 and variance 1, unless ``standardize`` is False;
    ``transform`` and ``inertia_`` are on that scale, ``cluster_centers_`` are on the scale of X. Missing
    values count as the mean of their column, categories as equal or different.

    The engine's fit depends on its first centres and may end far from the best clustering: ``n_init`` fits are made,
    and the best is kept, as in scikit-learn.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_clusters, n_features_in_)
        Centres, on the scale of X; NaN for a column that H2O left out because it never changes. A categorical
        column has the number of its level.
    labels_ : ndarray of shape (n_samples,)
        Cluster of each row of the training data; with cluster_size_constraints as near a centre as the sizes let it
        be, where ``predict`` gives the nearest.
    selection_ : pandas.DataFrame
        With n_clusters="auto": inertia and silhouette on a sample of the rows, by number of clusters.
    inertia_ : float
        Sum of the squared distances of the rows from their centres.
    n_iter_ : int
        Rounds of moving the centres.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OKMeans
    >>> H2OKMeans(n_clusters=3, random_state=0)
    H2OKMeans(n_clusters=3, random_state=0)
    """

    _task = "clusterer"
    _training: ClassVar[type[Training]] = Restarts
    selection_: pd.DataFrame
    _labels: NDArray[np.int32] | None
    _least: list[int] | None = None
    _fitted_rows: ClusterTable | None

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Find the clusters.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns: numpy, pandas, polars, pyarrow, scipy sparse.
        y : None
            Not used; pipelines pass it.

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        ValueError
            When a parameter or the data cannot be used; the message says which and why.
        """
        params = self._checked()
        rows = self._read(X, reset=True)
        count = rows.n_rows if isinstance(rows, LocalTable) else rows.known_rows
        wanted = self._algorithm.value("n_clusters", params)
        if wanted != "auto" and count is not None and wanted > count and not self.estimate_k:
            raise ValueError(f"n_samples={count} should be >= n_clusters={wanted}.")
        if wanted == "auto" and self.estimate_k:
            raise ValueError("n_clusters='auto' and estimate_k=True both look for the number of clusters: choose one")
        self._least = params.get("cluster_size_constraints")
        if self._least is not None:
            _sizes.refuse_impossible(self._least, wanted, count)
        self._fit(params, rows)
        if not params.get("standardize", True):
            self._model.fill = typical(rows, self._model.features)
        # Rows in the cluster are assigned when somebody asks: that is a call and a frame.
        self._labels = self._fitted_labels(rows) if isinstance(rows, LocalTable) else None
        self._fitted_rows = rows if isinstance(rows, ClusterTable) else None
        return self

    def _prepared(self, params: dict[str, Any], rows: LocalTable | ClusterTable) -> dict[str, Any]:
        if hasattr(self, "selection_"):
            del self.selection_
        if params.get("n_clusters") != "auto":
            return params
        chance = generator(params)
        points = _choice.coordinates(_choice.sample(rows, _choice.SAMPLE, chance), standardize=self.standardize)
        self.selection_ = _choice.compared(points, self.max_clusters, chance)
        return {**params, "n_clusters": _choice.best_silhouette(self.selection_)}

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        if state.get("_fitted_rows") is not None:
            state.update(_labels=self.labels_.to_numpy(), _fitted_rows=None)
        return state

    @property
    def labels_(self) -> Any:
        """Cluster of each row of the training data; a series in the cluster where X lay there."""
        check_is_fitted(self)
        return self._labels if self._fitted_rows is None else self._fitted_labels(self._fitted_rows)

    def predict(self, X: Any) -> Any:
        """Return the number of the nearest centre for each row.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples,)
            Numbers from 0.
        """
        return self._assigned(self._rows(X))

    def transform(self, X: Any) -> Any:
        """Return the distance of each row from each centre.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples, n_clusters)
            Distances, on the scale on which the clusters were found; a frame in the cluster where X lies there.
        """
        rows = self._rows(X)
        if isinstance(rows, LocalTable):
            return np.sqrt(self._model.distances(rows))
        distances = [call("sqrt", column) for column in squared(self._model, rows)]
        return framed(rows.block.with_columns(distances, list(self.get_feature_names_out())))

    def score(self, X: Any, y: Any = None) -> float:  # noqa: ARG002 - scikit-learn's signature
        """Return the negative sum of the squared distances of rows from their centres.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.
        y : None
            Not used.

        Returns
        -------
        float
            The larger, the better.
        """
        rows = self._rows(X)
        if isinstance(rows, LocalTable):
            return -float(self._model.distances(rows).min(axis=1).sum())
        distances = squared(self._model, rows)
        return -float(framed(rows.block.with_columns(distances, range(len(distances)))).min(axis=1).sum())

    @property
    def cluster_centers_(self) -> Matrix:
        """Centres, on the scale of X."""
        check_is_fitted(self)
        table = self._model.facts.table("centers")
        assert table is not None
        centers = np.full((len(table["centroid"]), len(self._model.features)), np.nan)
        for position, feature in enumerate(self._model.features):
            if feature.name in table:
                values = table[feature.name]
                known = [feature.levels.index(level) for level in values] if feature.levels else values
                centers[:, position] = known
        return centers

    @property
    def inertia_(self) -> float:
        """Sum of the squared distances of the training rows from their centres."""
        check_is_fitted(self)
        return float(self._model.facts.details["training_metrics"]["tot_withinss"])

    @property
    def n_iter_(self) -> int:
        """Rounds of moving the centres, at least 1."""
        check_is_fitted(self)
        return max(1, self._iterations)

    @property
    def _n_features_out(self) -> int:
        assert self._model.mojo is not None
        return int(self._model.mojo.info["center_num"])

    def _fitted_labels(self, rows: LocalTable | ClusterTable) -> Any:
        if self._least is None:
            return self._assigned(rows)
        if isinstance(rows, LocalTable):
            return _sizes.assigned(self._model.distances(rows), self._least)
        numbers = _sizes.assigned(self._model.distances(rows.local()), self._least)
        return as_series(rows, *relation_of(numbers[:, None].astype(np.float64)))

    def _assigned(self, rows: LocalTable | ClusterTable) -> Any:
        if isinstance(rows, ClusterTable):
            return cluster_numbers(self._model, rows)
        return self._model.predictions(rows)[:, 0].astype(np.int32)
