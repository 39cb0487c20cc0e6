"""Random forests."""

from __future__ import annotations

from h2o_sklearn._signatures.drf import RandomForestParameters
from h2o_sklearn._supervised import H2OClassifier, H2ORegressor
from h2o_sklearn.ensemble._trees import CompiledTrees


class H2ORandomForestClassifier(CompiledTrees, H2OClassifier, RandomForestParameters):
    """Random forest on an H2O cluster, for classes.

    Extremely randomised trees are ``histogram_type="random"``.

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
    >>> from h2o_sklearn import H2ORandomForestClassifier
    >>> H2ORandomForestClassifier(n_estimators=200, histogram_type="random", random_state=0)
    H2ORandomForestClassifier(histogram_type='random', n_estimators=200,
                              random_state=0)
    """

    _explains_probability = True


class H2ORandomForestRegressor(CompiledTrees, H2ORegressor, RandomForestParameters):
    """Random forest on an H2O cluster, for numbers.

    Extremely randomised trees are ``histogram_type="random"``.

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
    >>> from h2o_sklearn import H2ORandomForestRegressor
    >>> H2ORandomForestRegressor(sample_rate=1.0, random_state=0)
    H2ORandomForestRegressor(random_state=0, sample_rate=1.0)
    """
