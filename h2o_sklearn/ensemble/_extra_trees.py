"""Extremely randomised trees."""

from __future__ import annotations

from h2o_sklearn._signatures.extra_trees import ExtraTreesParameters
from h2o_sklearn._supervised import H2OClassifier, H2ORegressor
from h2o_sklearn.ensemble._trees import CompiledTrees


class H2OExtraTreesClassifier(CompiledTrees, H2OClassifier, ExtraTreesParameters):
    """Extremely randomised trees on an H2O cluster, for classes: a forest that draws where it splits.

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
        H2O's metrics, those on the training data out of bag.

    Examples
    --------
    >>> from h2o_sklearn import H2OExtraTreesClassifier
    >>> H2OExtraTreesClassifier(n_estimators=200)
    H2OExtraTreesClassifier(n_estimators=200)
    """

    _explains_probability = True


class H2OExtraTreesRegressor(CompiledTrees, H2ORegressor, ExtraTreesParameters):
    """Extremely randomised trees on an H2O cluster, for numbers: a forest that draws where it splits.

    Attributes
    ----------
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    feature_importances_ : ndarray of shape (n_features_in_,)
        Share of each column in the reduction of the loss; they sum to 1.
    metrics_ : dict
        H2O's metrics, those on the training data out of bag.

    Examples
    --------
    >>> from h2o_sklearn import H2OExtraTreesRegressor
    >>> H2OExtraTreesRegressor(mtries=-2)
    H2OExtraTreesRegressor(mtries=-2)
    """
