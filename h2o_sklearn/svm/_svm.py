"""Support vector machines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from h2o_frame_compat.session import current_session
from h2o_sklearn import _cluster_models
from h2o_sklearn._cluster_data import ClusterTable
from h2o_sklearn._inputs import ENUM, LocalTable
from h2o_sklearn._persistence import FittedModel
from h2o_sklearn._signatures.svm import SupportVectorMachineParameters
from h2o_sklearn._supervised import NoMissing, TwoClasses, UnweightedClassifier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from h2o_sklearn._inputs import Matrix

_BLOCK = 1 << 22  # kernels held at once


@dataclass
class MarginModel(FittedModel):
    """A model that is computed here from its support vectors: H2O says only on which side of the margin a row is.

    Attributes
    ----------
    support : ndarray of shape (n_support, n_features)
        The support vectors; a category is the number of its level.
    weights : ndarray of shape (n_support,)
        What each adds, with the sign of its side.
    gamma : float
        The width of the kernel.
    """

    support: Matrix = field(default_factory=lambda: np.empty((0, 0)), repr=False)
    weights: Matrix = field(default_factory=lambda: np.empty(0), repr=False)
    gamma: float = 0.0

    def margins(self, table: LocalTable) -> Matrix:
        """Return how far rows are from the margin: not below 0 for the second of H2O's classes."""
        rows = table.coded(self.features, unseen_is_a_level=True)
        step = max(1, _BLOCK // max(1, len(self.weights)))
        sums = [self._kernels(rows[at : at + step]) @ self.weights for at in range(0, len(rows), step)]
        return np.concatenate([*sums, np.empty(0)]) + float(self.facts.details["rho"])

    def _kernels(self, rows: Matrix) -> Matrix:
        squared = np.zeros((len(rows), len(self.weights)))
        used = set(self.facts.columns)
        for feature, values, theirs in zip(self.features, rows.T, self.support.T, strict=True):
            if feature.name not in used:
                continue  # it never changed in the fit
            off = values[:, None] - theirs
            squared += 2.0 * (off != 0) if feature.kind == ENUM else off**2
        return np.asarray(np.exp(-self.gamma * squared))

    def predictions(self, table: LocalTable) -> Matrix:
        """Give the class on whose side each row is, and 1 for it."""
        second = (self.margins(table) >= 0).astype(np.float64)
        return np.column_stack([second, 1.0 - second, second])


class H2OSupportVectorMachineClassifier(TwoClasses, NoMissing, UnweightedClassifier, SupportVectorMachineParameters):
    """Support vector machine on an H2O cluster, for two classes.

    It predicts classes, and how far rows are from the margin; there is no probability.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_iter_ : int
        Iterations of the solver.
    n_support_ : int
        Number of support vectors.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OSupportVectorMachineClassifier
    >>> H2OSupportVectorMachineClassifier(C=10.0, gamma=0.1)
    H2OSupportVectorMachineClassifier(C=10.0, gamma=0.1)
    """

    def _fit(self, params: dict[str, Any], rows: LocalTable | ClusterTable, *args: Any, **kwargs: Any) -> None:
        super()._fit(params, rows, *args, **kwargs)
        weights = current_session().transfer.get(self._model.facts.details["alpha_key"]["name"]).column(0)
        added = np.asarray(weights.to_numpy(), dtype=np.float64)
        places = np.flatnonzero(~np.isnan(added))
        support = _taken(rows, places).coded(self._model.features)
        if np.isnan(support).any():
            return  # rows with missing values are in a frame in the cluster: then H2O's word has to do
        levels = [max(1, len(feature.levels)) for feature in self._model.features if self._uses(feature.name)]
        gamma = self._algorithm.value("gamma", params)
        self._model = MarginModel.of(
            self._model,
            support=support,
            weights=added[places],
            gamma=gamma if gamma != -1 else 1 / sum(levels),
        )

    def _uses(self, name: str) -> bool:
        return name in self._model.facts.columns

    def decision_function(self, X: Any) -> Any:
        """Say how far rows are from the margin.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw; those of a frame in the cluster are fetched.

        Returns
        -------
        ndarray of shape (n_samples,)
            Numbers, above 0 for ``classes_[1]``; a series in the cluster where X lies there.

        Raises
        ------
        ValueError
            For a model that was not fitted here, or to rows with missing values.
        """
        rows = self._rows(X)
        model = self._model if isinstance(self._model, MarginModel) else None
        if model is None:
            raise ValueError(
                f"{type(self).__name__} has no distances here: H2O tells them of no model that was fitted elsewhere, or"
                " to missing values"
            )
        sign = 1.0 if self._class_order[1] == 1 else -1.0
        if isinstance(rows, ClusterTable):
            return _cluster_models.given_numbers(rows, sign * model.margins(rows.local()))
        return sign * model.margins(rows)

    @property
    def n_iter_(self) -> int:
        """Iterations of the solver, at least 1."""
        check_is_fitted(self)
        return max(1, self._iterations)

    @property
    def n_support_(self) -> int:
        """Number of support vectors."""
        check_is_fitted(self)
        return int(self._model.facts.details["svs_count"])


def _taken(rows: LocalTable | ClusterTable, places: NDArray[np.intp]) -> LocalTable:
    made = rows.take(places)
    return made if isinstance(made, LocalTable) else made.local()
