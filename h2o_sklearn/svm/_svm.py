"""Support vector machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.utils.validation import check_is_fitted

from h2o_sklearn._signatures.svm import SupportVectorMachineParameters
from h2o_sklearn._supervised import BaseClassifier, NoMissing, TwoClasses

if TYPE_CHECKING:
    from typing import Self


class H2OSupportVectorMachineClassifier(TwoClasses, NoMissing, BaseClassifier, SupportVectorMachineParameters):
    """Support vector machine on an H2O cluster, for two classes.

    It predicts classes; H2O gives no distance from the margin and no probability.

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

    def fit(self, X: Any, y: Any) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns: numpy, pandas, polars, pyarrow, scipy sparse, a frame in the
            cluster. Text columns are categories; missing values are welcome.
        y : array-like of shape (n_samples,)
            Labels of any type.

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        ValueError
            When a parameter or the data cannot be used; the message says which and why.
        """
        return self._fit_classes(X, y)

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
