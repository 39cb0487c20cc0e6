"""Neural networks."""

from __future__ import annotations

from h2o_sklearn.neural_network._autoencoder import H2OAutoencoder
from h2o_sklearn.neural_network._deep_learning import H2ODeepLearningClassifier, H2ODeepLearningRegressor

__all__ = ["H2OAutoencoder", "H2ODeepLearningClassifier", "H2ODeepLearningRegressor"]
