"""Fewer rows that stand for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import check_is_fitted

from h2o_frame_compat.session import current_session
from h2o_sklearn import _cluster_data
from h2o_sklearn._base import H2OEstimator
from h2o_sklearn._signatures.aggregator import AggregatorParameters

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import NDArray


class H2OAggregator(H2OEstimator, AggregatorParameters):
    """Aggregation on an H2O cluster: a few rows, the exemplars, each of which stands for the rows near it.

    ``fit_resample`` returns the exemplars, as the resamplers of imbalanced-learn do; ``counts_`` are their weights.
    It makes other rows, so it is no step of scikit-learn's ``Pipeline``.

    Attributes
    ----------
    exemplar_indices_ : ndarray of shape (n_exemplars,)
        Positions of the exemplars among the rows of X.
    counts_ : ndarray of shape (n_exemplars,)
        How many rows each stands for.
    labels_ : ndarray of shape (n_samples,)
        Number of the exemplar that each row belongs to.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.

    Examples
    --------
    >>> from h2o_sklearn import H2OAggregator
    >>> H2OAggregator(target_num_exemplars=100)
    H2OAggregator(target_num_exemplars=100)
    """

    _task = "aggregator"
    labels_: NDArray[np.int64]

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Find the exemplars.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns: numpy, pandas, polars, pyarrow, scipy sparse, a frame in the cluster.
        y : None
            Not used.

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
        self._fit(params, self._read(X, reset=True))
        session, details = current_session(), self._model.facts.details
        frames = {name: details[name]["name"] for name in ("mapping_frame", "output_frame")}
        try:
            numbers = np.asarray(session.transfer.get(frames["mapping_frame"]).column(0), dtype=np.int64)
        finally:
            for key in frames.values():
                session.executor.release(key)
        self.labels_ = np.unique(numbers, return_inverse=True)[1]
        return self

    def fit_resample(self, X: Any, y: Any = None) -> Any:
        """Find the exemplars, and return them.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns.
        y : array-like of shape (n_samples,), optional
            A target.

        Returns
        -------
        X_resampled : table of shape (n_exemplars, n_features)
            The exemplars, in the type of X.
        y_resampled : array-like of shape (n_exemplars,)
            Their targets, if there is a y.
        """
        self.fit(X)
        kept = self.exemplar_indices_
        return _rows(X, kept) if y is None else (_rows(X, kept), _rows(y, kept))

    @property
    def exemplar_indices_(self) -> NDArray[np.intp]:
        """Positions of the exemplars: each is the first of its rows."""
        check_is_fitted(self)
        return np.unique(self.labels_, return_index=True)[1]

    @property
    def counts_(self) -> NDArray[np.int64]:
        """How many rows each exemplar stands for."""
        check_is_fitted(self)
        return np.bincount(self.labels_)


def _rows(data: Any, places: NDArray[np.intp]) -> Any:
    return data.iloc[places] if _cluster_data.in_cluster(data) else _safe_indexing(data, places)
