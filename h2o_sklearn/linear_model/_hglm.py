"""Hierarchical linear models."""

from __future__ import annotations

from h2o_sklearn._signatures.hglm import HierarchicalLinearParameters
from h2o_sklearn._supervised import H2ORegressor


class H2OHierarchicalLinearRegressor(H2ORegressor, HierarchicalLinearParameters):
    """Linear regression on an H2O cluster whose coefficients vary from group to group.

    Attributes
    ----------
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OHierarchicalLinearRegressor
    >>> H2OHierarchicalLinearRegressor(group_column="shop")
    H2OHierarchicalLinearRegressor(group_column='shop')
    """
