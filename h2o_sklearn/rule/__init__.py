"""Rules read from trees."""

from __future__ import annotations

from h2o_sklearn.rule._rulefit import H2ORuleFitClassifier, H2ORuleFitRegressor

__all__ = ["H2ORuleFitClassifier", "H2ORuleFitRegressor"]
