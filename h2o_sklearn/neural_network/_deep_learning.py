"""Neural networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.utils.validation import check_is_fitted

from h2o_sklearn._base import H2OEstimator
from h2o_sklearn._signatures.deep_learning import DeepLearningParameters
from h2o_sklearn._supervised import H2OClassifier, H2ORegressor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Network(H2OEstimator):
    """A seed makes the fit reproducible; importances of the columns."""

    def _checked(self) -> dict[str, Any]:
        params = super()._checked()
        # H2O's threads overwrite each other's weights: with a seed alone two fits differ.
        return {**params, "reproducible": True} if "random_state" in params else params

    @property
    def feature_importances_(self) -> NDArray[np.float64]:
        """Share of each column in the weights (Gedeon's method); they sum to 1."""
        check_is_fitted(self)
        return self._importances


class H2ODeepLearningClassifier(Network, H2OClassifier, DeepLearningParameters):
    """Neural network on an H2O cluster, for classes.

    With ``random_state`` the fit is reproducible, for which H2O uses one thread.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    feature_importances_ : ndarray of shape (n_features_in_,)
        Share of each column in the model; they sum to 1.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2ODeepLearningClassifier
    >>> H2ODeepLearningClassifier(hidden_layer_sizes=(20,), epochs=50.0)
    H2ODeepLearningClassifier(epochs=50.0, hidden_layer_sizes=(20,))
    """


class H2ODeepLearningRegressor(Network, H2ORegressor, DeepLearningParameters):
    """Neural network on an H2O cluster, for numbers.

    With ``random_state`` the fit is reproducible, for which H2O uses one thread.

    Attributes
    ----------
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    feature_importances_ : ndarray of shape (n_features_in_,)
        Share of each column in the model; they sum to 1.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2ODeepLearningRegressor
    >>> H2ODeepLearningRegressor(l2=0.001)
    H2ODeepLearningRegressor(l2=0.001)
    """
