"""Ensembles of trees."""

from __future__ import annotations

from h2o_sklearn.ensemble._gradient_boosting import (
    H2OGradientBoostingClassifier,
    H2OGradientBoostingRegressor,
)
from h2o_sklearn.ensemble._random_forest import H2ORandomForestClassifier, H2ORandomForestRegressor

__all__ = [
    "H2OGradientBoostingClassifier",
    "H2OGradientBoostingRegressor",
    "H2ORandomForestClassifier",
    "H2ORandomForestRegressor",
]
