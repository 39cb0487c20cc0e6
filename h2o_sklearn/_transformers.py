"""What estimators that turn rows into other columns have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from h2o_sklearn import _cluster_models
from h2o_sklearn._base import H2OEstimator
from h2o_sklearn._cluster_data import ClusterTable
from h2o_sklearn._inputs import ENUM

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

    from h2o_sklearn._inputs import Matrix


class H2OComponents(ClassNamePrefixFeaturesOutMixin, TransformerMixin, H2OEstimator):
    """Base of the transformers that give each row a number for each of their components."""

    _task = "transformer"

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
        self._fit(params, self._read(X, reset=True))
        return self

    def transform(self, X: Any) -> Any:
        """Return the components of each row.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples, n_components)
            Numbers; a frame in the cluster where X lies there.
        """
        rows = self._rows(X)
        if isinstance(rows, ClusterTable):
            return _cluster_models.components(self._model, rows, list(self.get_feature_names_out()))
        return self._model.predictions(rows)

    @property
    def component_names_(self) -> list[str]:
        """Names of the columns of ``components_``: a category of X has one for each of its levels."""
        check_is_fitted(self)
        return [name for _, name in self._design]

    @property
    def _design(self) -> list[tuple[int, str]]:
        """Position in X and name of each column of the design, in the order of X."""
        found = []
        for position, feature in enumerate(self._model.features):
            if feature.kind == ENUM:
                found += [(position, f"{feature.name}.{level}") for level in feature.levels]
            else:
                found.append((position, feature.name))
        return found

    def _by_design(self, names: Sequence[str], values: Iterable[float]) -> Matrix:
        """Return values in the order of the design; a column that H2O left out has none, which is 0."""
        known = dict(zip(names, values, strict=True))
        return np.array([known.get(name, 0.0) for name in self.component_names_])

    @property
    def n_iter_(self) -> int:
        """Number of iterations, at least 1."""
        check_is_fitted(self)
        history = self._model.facts.table("scoring_history") or {}
        return max(1, *map(int, history.get("iterations") or [1]))

    @property
    def _n_features_out(self) -> int:
        return len(self.components_)

    @property
    def components_(self) -> Matrix:
        """Weights of the columns in each component."""
        raise NotImplementedError
