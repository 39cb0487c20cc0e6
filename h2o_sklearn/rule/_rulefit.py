"""Rules read from trees, weighed by a linear model."""

from __future__ import annotations

import pandas as pd
from sklearn.utils.validation import check_is_fitted

from h2o_sklearn._base import H2OEstimator
from h2o_sklearn._signatures.rulefit import RuleFitParameters
from h2o_sklearn._supervised import H2OClassifier, H2ORegressor


class _Rules(H2OEstimator):
    """The rules."""

    @property
    def rules_(self) -> pd.DataFrame:
        """The rules and linear terms of the model: what they say, their coefficient, and the share of rows."""
        check_is_fitted(self)
        return pd.DataFrame(self._model.facts.table("rule_importance") or {})


class H2ORuleFitClassifier(_Rules, H2OClassifier, RuleFitParameters):
    """Rules read from trees and weighed by a sparse linear model, on an H2O cluster, for classes.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    rules_ : DataFrame
        The rules, with their coefficients.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2ORuleFitClassifier
    >>> H2ORuleFitClassifier(max_rule_length=2, min_rule_length=1)
    H2ORuleFitClassifier(max_rule_length=2, min_rule_length=1)
    """


class H2ORuleFitRegressor(_Rules, H2ORegressor, RuleFitParameters):
    """Rules read from trees and weighed by a sparse linear model, on an H2O cluster, for numbers.

    Attributes
    ----------
    rules_ : DataFrame
        The rules, with their coefficients.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2ORuleFitRegressor
    >>> H2ORuleFitRegressor(model_type="rules")
    H2ORuleFitRegressor(model_type='rules')
    """
