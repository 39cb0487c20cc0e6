"""The H2O Python module of the first generation: ``from h2o_sklearn import classic as h2o``.

For instance::

    fr = h2o.import_frame(path="smalldata/logreg/prostate.csv")
    fr[1] = fr[1].asfactor()
    m = h2o.gbm(x=fr[2:], y=fr[1])
    m.auc()
"""

from __future__ import annotations

from h2o_frame_compat.classic import *  # noqa: F403 - the names of both halves are those of one module
from h2o_frame_compat.classic import __all__ as _of_frames
from h2o_sklearn.classic._builders import (
    autoencoder,
    deeplearning,
    gbm,
    glm,
    kmeans,
    naive_bayes,
    prcomp,
    random_forest,
    svd,
)
from h2o_sklearn.classic._keys import download_pojo, get_model, models
from h2o_sklearn.classic._metrics import (
    H2OAutoEncoderModelMetrics,
    H2OBinomialModelMetrics,
    H2OClusteringModelMetrics,
    H2ODimReductionModelMetrics,
    H2OMultinomialModelMetrics,
    H2ORegressionModelMetrics,
)
from h2o_sklearn.classic._models import (
    H2OAutoEncoderModel,
    H2OBinomialModel,
    H2OClusteringModel,
    H2ODimReductionModel,
    H2OMultinomialModel,
    H2ORegressionModel,
)
from h2o_sklearn.classic._tables import ConfusionMatrix, H2OTwoDimTable

__all__ = [
    "ConfusionMatrix",
    "H2OAutoEncoderModel",
    "H2OAutoEncoderModelMetrics",
    "H2OBinomialModel",
    "H2OBinomialModelMetrics",
    "H2OClusteringModel",
    "H2OClusteringModelMetrics",
    "H2ODimReductionModel",
    "H2ODimReductionModelMetrics",
    "H2OMultinomialModel",
    "H2OMultinomialModelMetrics",
    "H2ORegressionModel",
    "H2ORegressionModelMetrics",
    "H2OTwoDimTable",
    "autoencoder",
    "deeplearning",
    "download_pojo",
    "gbm",
    "get_model",
    "glm",
    "kmeans",
    "models",
    "naive_bayes",
    "prcomp",
    "random_forest",
    "svd",
]
__all__ += list(_of_frames)
