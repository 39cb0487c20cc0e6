"""Decision trees."""

from __future__ import annotations

from h2o_sklearn._signatures.decision_tree import DecisionTreeParameters
from h2o_sklearn._supervised import NoMissing, ProbabilisticClassifier, TwoClasses, UnweightedClassifier


class H2ODecisionTreeClassifier(
    TwoClasses, NoMissing, UnweightedClassifier, ProbabilisticClassifier, DecisionTreeParameters
):
    """Decision tree on an H2O cluster, for two classes.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2ODecisionTreeClassifier
    >>> H2ODecisionTreeClassifier(max_depth=5)
    H2ODecisionTreeClassifier(max_depth=5)
    """
