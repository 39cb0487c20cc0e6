"""Linear models."""

from __future__ import annotations

from h2o_sklearn.linear_model._gam import H2OGeneralizedAdditiveClassifier, H2OGeneralizedAdditiveRegressor
from h2o_sklearn.linear_model._glm import H2OGeneralizedLinearClassifier, H2OGeneralizedLinearRegressor
from h2o_sklearn.linear_model._hglm import H2OHierarchicalLinearRegressor

__all__ = [
    "H2OGeneralizedAdditiveClassifier",
    "H2OGeneralizedAdditiveRegressor",
    "H2OGeneralizedLinearClassifier",
    "H2OGeneralizedLinearRegressor",
    "H2OHierarchicalLinearRegressor",
]
