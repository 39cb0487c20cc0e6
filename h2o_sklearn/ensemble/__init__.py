"""Ensembles of trees."""

from __future__ import annotations

from h2o_sklearn.ensemble._gradient_boosting import (
    H2OGradientBoostingClassifier,
    H2OGradientBoostingRegressor,
)
from h2o_sklearn.ensemble._isolation_forest import H2OExtendedIsolationForest, H2OIsolationForest
from h2o_sklearn.ensemble._random_forest import H2ORandomForestClassifier, H2ORandomForestRegressor

__all__ = [
    "H2OExtendedIsolationForest",
    "H2OGradientBoostingClassifier",
    "H2OGradientBoostingRegressor",
    "H2OIsolationForest",
    "H2ORandomForestClassifier",
    "H2ORandomForestRegressor",
]
