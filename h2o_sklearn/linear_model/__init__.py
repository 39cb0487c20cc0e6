"""Linear models."""

from __future__ import annotations

from h2o_sklearn.linear_model._glm import H2OGeneralizedLinearClassifier, H2OGeneralizedLinearRegressor

__all__ = ["H2OGeneralizedLinearClassifier", "H2OGeneralizedLinearRegressor"]
