"""Automatic search for the best model."""

from __future__ import annotations

from h2o_sklearn.automl._automl import H2OAutoMLClassifier, H2OAutoMLRegressor

__all__ = ["H2OAutoMLClassifier", "H2OAutoMLRegressor"]
