"""Support vector machines."""

from __future__ import annotations

from sklearn.utils.validation import check_is_fitted

from h2o_sklearn._signatures.svm import SupportVectorMachineParameters
from h2o_sklearn._supervised import NoMissing, TwoClasses, UnweightedClassifier


class H2OSupportVectorMachineClassifier(TwoClasses, NoMissing, UnweightedClassifier, SupportVectorMachineParameters):
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
