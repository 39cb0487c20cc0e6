"""Gradient boosting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from h2o_sklearn import _cluster_explanations
from h2o_sklearn._cluster_data import ClusterTable
from h2o_sklearn._signatures.gbm import GradientBoostingParameters
from h2o_sklearn._supervised import H2OClassifier, H2ORegressor
from h2o_sklearn.ensemble._trees import CompiledTrees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from h2o_sklearn._inputs import LocalTable


class H2OGradientBoostingClassifier(CompiledTrees, H2OClassifier, GradientBoostingParameters):
    """Gradient boosting of decision trees on an H2O cluster, for classes.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    feature_importances_ : ndarray of shape (n_features_in_,)
        Share of each column in the reduction of the loss; they sum to 1.
    metrics_ : dict
        H2O's metrics on the training data and, with nfolds, of its cross-validation.

    Examples
    --------
    >>> from h2o_sklearn import H2OGradientBoostingClassifier
    >>> model = H2OGradientBoostingClassifier(n_estimators=20, random_state=0)
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]] * 10, ["low", "low", "high", "high"] * 10
    >>> model.fit(X, y).predict([[0.5], [2.5]])  # doctest: +SKIP
    array(['low', 'high'], dtype='<U4')
    """

    def staged_predict_proba(self, X: Any) -> Iterator[NDArray[np.float64]]:
        """Give the probability of each class after each round.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Yields
        ------
        ndarray of shape (n_samples, n_classes)
            Probabilities, in the order of ``classes_``; the last are those of ``predict_proba``. A frame in the
            cluster where X is one.
        """
        rows = self._rows(X)
        if isinstance(rows, ClusterTable):
            yield from _cluster_explanations.staged_probabilities(self._model, rows, self.classes_)
        else:
            yield from self._local_stages(rows)

    def _local_stages(self, rows: LocalTable) -> Iterator[NDArray[np.float64]]:
        for stage in self._model.stages(rows):
            yield stage[:, 1 + self._class_order]

    def staged_predict(self, X: Any) -> Iterator[NDArray[Any]]:
        """Give the most probable class after each round.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Yields
        ------
        ndarray of shape (n_samples,)
            Labels; the last are those of ``predict``. A series in the cluster where X lies there.
        """
        rows = self._rows(X)
        if isinstance(rows, ClusterTable):
            yield from _cluster_explanations.staged_classes(self._model, rows, self.classes_)
        else:
            yield from (self.classes_[np.argmax(stage, axis=1)] for stage in self._local_stages(rows))


class H2OGradientBoostingRegressor(CompiledTrees, H2ORegressor, GradientBoostingParameters):
    """Gradient boosting of decision trees on an H2O cluster, for numbers.

    Attributes
    ----------
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    feature_importances_ : ndarray of shape (n_features_in_,)
        Share of each column in the reduction of the loss; they sum to 1.
    metrics_ : dict
        H2O's metrics on the training data and, with nfolds, of its cross-validation.

    Examples
    --------
    >>> from h2o_sklearn import H2OGradientBoostingRegressor
    >>> model = H2OGradientBoostingRegressor(distribution="poisson", random_state=0)
    >>> model.get_params()["n_estimators"]
    50
    """

    def staged_predict(self, X: Any) -> Iterator[NDArray[np.float64]]:
        """Give the prediction after each round.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Yields
        ------
        ndarray of shape (n_samples,)
            Numbers; the last are those of ``predict``. A series in the cluster where X lies there.
        """
        rows = self._rows(X)
        if isinstance(rows, ClusterTable):
            yield from _cluster_explanations.staged_numbers(self._model, rows)
        else:
            yield from (stage[:, 0] for stage in self._model.stages(rows))
