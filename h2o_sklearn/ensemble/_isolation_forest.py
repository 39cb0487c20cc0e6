"""Isolation forests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import OutlierMixin
from sklearn.utils.validation import check_is_fitted

from h2o_sklearn import _cluster_models
from h2o_sklearn._base import H2OEstimator
from h2o_sklearn._cluster_data import ClusterTable
from h2o_sklearn._signatures.extended_isolation_forest import ExtendedIsolationForestParameters
from h2o_sklearn._signatures.isolation_forest import IsolationForestParameters

if TYPE_CHECKING:
    from typing import Self

    from h2o_sklearn._persistence import FittedModel

#: Where scores have their middle: H2O's are shares, the larger the more of an outlier.
_MIDDLE = -0.5


class H2OOutlierForest(OutlierMixin, H2OEstimator):
    """Base of the forests that tell how easily a row is set apart from the others."""

    _task = "outlier detector"
    contamination: float | None
    sample_size: int
    offset_: float

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Fit the model.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns: numpy, pandas, polars, pyarrow, scipy sparse, a frame in the cluster.
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
        share = params.pop("contamination", None)
        rows = self._read(X, reset=True)
        count = rows.block.nrows if isinstance(rows, ClusterTable) else rows.n_rows
        if "sample_rate" not in params and self.sample_size > count:
            params["sample_size"] = max(count, 2)
        self._fit(params, rows)
        self.offset_ = _MIDDLE
        if share is not None:
            scores = self._scores(rows)
            in_cluster = isinstance(rows, ClusterTable)
            self.offset_ = float(scores.quantile(share) if in_cluster else np.percentile(scores, 100.0 * share))
        return self

    @classmethod
    def _of(cls, model: FittedModel) -> Self:
        made = super()._of(model)
        made.offset_ = _MIDDLE
        return made

    def score_samples(self, X: Any) -> Any:
        """Return how much each row is like the others: H2O's anomaly score with the opposite sign.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples,)
            Numbers, the lower the more of an outlier; a series in the cluster where X lies there.
        """
        return self._scores(self._rows(X))

    def decision_function(self, X: Any) -> Any:
        """Return ``score_samples`` less ``offset_``: negative for outliers.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples,)
            Numbers; a series in the cluster where X lies there.
        """
        scores = self.score_samples(X)
        return scores - self.offset_

    def predict(self, X: Any) -> Any:
        """Say which rows are outliers.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples,)
            -1 for an outlier, 1 for other rows; a series in the cluster where X lies there.
        """
        return signs(self.decision_function(X))

    def path_lengths(self, X: Any) -> Any:
        """Return how many splits set each row apart, on the average of the trees.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples,)
            Numbers; a series in the cluster where X lies there.
        """
        rows = self._rows(X)
        if isinstance(rows, ClusterTable):
            return _cluster_models.numbers(self._model, rows, 1)
        return self._model.predictions(rows)[:, 1]

    def _scores(self, rows: Any) -> Any:
        check_is_fitted(self)
        if isinstance(rows, ClusterTable):
            return -_cluster_models.numbers(self._model, rows)
        return -self._model.predictions(rows)[:, 0]


def signs(decisions: Any) -> Any:
    """Return -1 for what is below 0, and 1 for the rest."""
    inside = ~(decisions < 0)
    return np.where(inside, 1, -1) if isinstance(inside, np.ndarray) else inside.astype("int64") * 2 - 1


class H2OIsolationForest(H2OOutlierForest, IsolationForestParameters):
    """Isolation forest on an H2O cluster.

    H2O's score is a share: 0 for the row that is hardest to set apart, 1 for the easiest.

    Attributes
    ----------
    offset_ : float
        Score below which a row is an outlier.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OIsolationForest
    >>> H2OIsolationForest(n_estimators=100, contamination=0.01, random_state=0)
    H2OIsolationForest(contamination=0.01, n_estimators=100, random_state=0)
    """


class H2OExtendedIsolationForest(H2OOutlierForest, ExtendedIsolationForestParameters):
    """Extended isolation forest on an H2O cluster: splits in any direction, not only along the axes.

    The score is that of the paper and of scikit-learn's ``IsolationForest``: near -1 for outliers, above -0.5 for
    other rows.

    Attributes
    ----------
    offset_ : float
        Score below which a row is an outlier.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OExtendedIsolationForest
    >>> H2OExtendedIsolationForest(extension_level=1, random_state=0)
    H2OExtendedIsolationForest(extension_level=1, random_state=0)
    """
