"""H2O's algorithms as scikit-learn estimators, and what is built on them.

Examples
--------
>>> from h2o_sklearn import H2OGradientBoostingClassifier
>>> H2OGradientBoostingClassifier(n_estimators=100, learning_rate=0.05)
H2OGradientBoostingClassifier(learning_rate=0.05, n_estimators=100)
"""

from __future__ import annotations

from h2o_sklearn.cluster import H2OKMeans
from h2o_sklearn.ensemble import (
    H2OGradientBoostingClassifier,
    H2OGradientBoostingRegressor,
    H2ORandomForestClassifier,
    H2ORandomForestRegressor,
)
from h2o_sklearn.linear_model import H2OGeneralizedLinearClassifier, H2OGeneralizedLinearRegressor

__all__ = [
    "H2OGeneralizedLinearClassifier",
    "H2OGeneralizedLinearRegressor",
    "H2OGradientBoostingClassifier",
    "H2OGradientBoostingRegressor",
    "H2OKMeans",
    "H2ORandomForestClassifier",
    "H2ORandomForestRegressor",
]
