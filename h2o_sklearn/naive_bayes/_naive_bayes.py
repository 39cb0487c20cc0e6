"""Naive Bayes."""

from __future__ import annotations

from h2o_sklearn._signatures.naive_bayes import NaiveBayesParameters
from h2o_sklearn._supervised import ProbabilisticClassifier, UnweightedClassifier


class H2ONaiveBayesClassifier(UnweightedClassifier, ProbabilisticClassifier, NaiveBayesParameters):
    """Naive Bayes on an H2O cluster: numbers are normal in each class, categories have frequencies.

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
    >>> from h2o_sklearn import H2ONaiveBayesClassifier
    >>> H2ONaiveBayesClassifier(laplace=1.0)
    H2ONaiveBayesClassifier(laplace=1.0)
    """
