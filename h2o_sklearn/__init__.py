"""H2O's algorithms as scikit-learn estimators, and what is built on them.

Examples
--------
>>> from h2o_sklearn import H2OGradientBoostingClassifier
>>> H2OGradientBoostingClassifier(n_estimators=100, learning_rate=0.05)
H2OGradientBoostingClassifier(learning_rate=0.05, n_estimators=100)
"""

from __future__ import annotations

from h2o_sklearn.automl import H2OAutoMLClassifier, H2OAutoMLRegressor
from h2o_sklearn.cluster import H2OAggregator, H2OKMeans
from h2o_sklearn.decomposition import H2OGLRM, H2OPCA, H2OSVD
from h2o_sklearn.ensemble import (
    H2OAdaBoostClassifier,
    H2OExtendedIsolationForest,
    H2OExtraTreesClassifier,
    H2OExtraTreesRegressor,
    H2OGradientBoostingClassifier,
    H2OGradientBoostingRegressor,
    H2OIsolationForest,
    H2ORandomForestClassifier,
    H2ORandomForestRegressor,
    H2OStackedEnsembleClassifier,
    H2OStackedEnsembleRegressor,
    H2OXGBoostClassifier,
    H2OXGBoostRegressor,
)
from h2o_sklearn.feature_extraction import H2OWord2Vec
from h2o_sklearn.feature_selection import H2OANOVAGLM, H2OInfogram, H2OModelSelection
from h2o_sklearn.generic import H2OGenericModel
from h2o_sklearn.isotonic import H2OIsotonicRegression
from h2o_sklearn.linear_model import (
    H2OGeneralizedAdditiveClassifier,
    H2OGeneralizedAdditiveRegressor,
    H2OGeneralizedLinearClassifier,
    H2OGeneralizedLinearRegressor,
    H2OHierarchicalLinearRegressor,
)
from h2o_sklearn.naive_bayes import H2ONaiveBayesClassifier
from h2o_sklearn.neural_network import H2OAutoencoder, H2ODeepLearningClassifier, H2ODeepLearningRegressor
from h2o_sklearn.preprocessing import H2OTargetEncoder
from h2o_sklearn.rule import H2ORuleFitClassifier, H2ORuleFitRegressor
from h2o_sklearn.survival import H2OCoxPH
from h2o_sklearn.svm import H2OSupportVectorMachineClassifier
from h2o_sklearn.tree import H2ODecisionTreeClassifier
from h2o_sklearn.uplift import H2OUpliftRandomForest

__all__ = [
    "H2OANOVAGLM",
    "H2OGLRM",
    "H2OPCA",
    "H2OSVD",
    "H2OAdaBoostClassifier",
    "H2OAggregator",
    "H2OAutoMLClassifier",
    "H2OAutoMLRegressor",
    "H2OAutoencoder",
    "H2OCoxPH",
    "H2ODecisionTreeClassifier",
    "H2ODeepLearningClassifier",
    "H2ODeepLearningRegressor",
    "H2OExtendedIsolationForest",
    "H2OExtraTreesClassifier",
    "H2OExtraTreesRegressor",
    "H2OGeneralizedAdditiveClassifier",
    "H2OGeneralizedAdditiveRegressor",
    "H2OGeneralizedLinearClassifier",
    "H2OGeneralizedLinearRegressor",
    "H2OGenericModel",
    "H2OGradientBoostingClassifier",
    "H2OGradientBoostingRegressor",
    "H2OHierarchicalLinearRegressor",
    "H2OInfogram",
    "H2OIsolationForest",
    "H2OIsotonicRegression",
    "H2OKMeans",
    "H2OModelSelection",
    "H2ONaiveBayesClassifier",
    "H2ORandomForestClassifier",
    "H2ORandomForestRegressor",
    "H2ORuleFitClassifier",
    "H2ORuleFitRegressor",
    "H2OStackedEnsembleClassifier",
    "H2OStackedEnsembleRegressor",
    "H2OSupportVectorMachineClassifier",
    "H2OTargetEncoder",
    "H2OUpliftRandomForest",
    "H2OWord2Vec",
    "H2OXGBoostClassifier",
    "H2OXGBoostRegressor",
]
