"""Principal components and singular vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.utils.validation import check_is_fitted

from h2o_frame_compat.session import current_session
from h2o_sklearn._signatures.pca import PCAParameters
from h2o_sklearn._signatures.svd import SVDParameters
from h2o_sklearn._transformers import H2OComponents

if TYPE_CHECKING:
    from typing import Any, Self

    from h2o_sklearn._inputs import Matrix


class H2OPCA(H2OComponents, PCAParameters):
    """Principal component analysis on an H2O cluster.

    H2O takes columns as they are unless ``scaling`` says otherwise: ``scaling="demean"`` gives the components of
    scikit-learn's ``PCA``, up to their sign. A row with a missing value has missing components, unless
    ``impute_missing`` is True.

    Attributes
    ----------
    components_ : ndarray of shape (n_components, n_columns)
        Weights of the columns in each component; the columns are those of X, a category has one for each level.
    component_names_ : list of str
        Names of these columns.
    explained_variance_ : ndarray of shape (n_components,)
        Variance of each component.
    explained_variance_ratio_ : ndarray of shape (n_components,)
        Their share of the whole variance.
    n_iter_ : int
        Number of iterations.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OPCA
    >>> H2OPCA(n_components=2, scaling="standardize")
    H2OPCA(n_components=2, scaling='standardize')
    """

    @property
    def components_(self) -> Matrix:
        """Weights of the columns in each component."""
        check_is_fitted(self)
        table = self._model.facts.table("eigenvectors")
        assert table is not None
        names = table.pop("")
        return np.array([self._by_design(names, weights) for weights in table.values()])

    @property
    def explained_variance_(self) -> Matrix:
        """Variance of each component."""
        return self._importance(0) ** 2

    @property
    def explained_variance_ratio_(self) -> Matrix:
        """Share of each component in the whole variance."""
        return self._importance(1)

    def _importance(self, row: int) -> Matrix:
        check_is_fitted(self)
        table = self._model.facts.table("importance")
        assert table is not None
        return np.array([values[row] for name, values in table.items() if name])


class H2OSVD(H2OComponents, SVDParameters):
    """Singular value decomposition on an H2O cluster.

    ``transform`` projects rows on the right singular vectors, as scikit-learn's ``TruncatedSVD`` does. H2O writes
    no MOJO of this model: rows of this machine are projected in the cluster.

    Attributes
    ----------
    components_ : ndarray of shape (n_components, n_columns)
        The right singular vectors; the columns are those of X, a category has one for each level.
    component_names_ : list of str
        Names of these columns.
    singular_values_ : ndarray of shape (n_components,)
        The singular values.
    n_iter_ : int
        Number of iterations.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OSVD
    >>> H2OSVD(n_components=2, random_state=0)
    H2OSVD(n_components=2, random_state=0)
    """

    _vectors: Matrix

    def fit(self, X: Any, y: Any = None) -> Self:
        """Find the singular vectors.

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
        """
        super().fit(X, y)
        key = self._model.facts.details["v_key"]["name"]
        self._vectors = np.column_stack(current_session().transfer.get(key).columns)
        return self

    @property
    def components_(self) -> Matrix:
        """The right singular vectors."""
        check_is_fitted(self)
        facts = self._model.facts
        # H2O does not name the rows of the vectors: categories come first, those of most levels before others.
        categories = sorted(facts.domains, key=lambda place: -len(facts.domains[place]))
        first = 0 if self.use_all_factor_levels else 1
        names = [f"{facts.columns[place]}.{level}" for place in categories for level in facts.domains[place][first:]]
        names += [name for place, name in enumerate(facts.columns) if place not in facts.domains]
        return np.array([self._by_design(names, vector) for vector in self._vectors.T])

    @property
    def singular_values_(self) -> Matrix:
        """The singular values."""
        check_is_fitted(self)
        return np.array(self._model.facts.details["d"])
