"""Ensembles of trees."""

from __future__ import annotations

from h2o_sklearn.ensemble._adaboost import H2OAdaBoostClassifier
from h2o_sklearn.ensemble._extra_trees import H2OExtraTreesClassifier, H2OExtraTreesRegressor
from h2o_sklearn.ensemble._gradient_boosting import (
    H2OGradientBoostingClassifier,
    H2OGradientBoostingRegressor,
)
from h2o_sklearn.ensemble._isolation_forest import H2OExtendedIsolationForest, H2OIsolationForest
from h2o_sklearn.ensemble._random_forest import H2ORandomForestClassifier, H2ORandomForestRegressor
from h2o_sklearn.ensemble._stacking import H2OStackedEnsembleClassifier, H2OStackedEnsembleRegressor
from h2o_sklearn.ensemble._xgboost import H2OXGBoostClassifier, H2OXGBoostRegressor

__all__ = [
    "H2OAdaBoostClassifier",
    "H2OExtendedIsolationForest",
    "H2OExtraTreesClassifier",
    "H2OExtraTreesRegressor",
    "H2OGradientBoostingClassifier",
    "H2OGradientBoostingRegressor",
    "H2OIsolationForest",
    "H2ORandomForestClassifier",
    "H2ORandomForestRegressor",
    "H2OStackedEnsembleClassifier",
    "H2OStackedEnsembleRegressor",
    "H2OXGBoostClassifier",
    "H2OXGBoostRegressor",
]
