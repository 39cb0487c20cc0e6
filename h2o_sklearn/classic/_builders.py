"""The functions that build models: their names, and for each what it builds and of what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from h2o_sklearn._algorithms import AUTOENCODER, DEEP_LEARNING, DRF, GBM, GLM, KMEANS, NAIVE_BAYES, PCA, SVD
from h2o_sklearn.classic._building import build

if TYPE_CHECKING:
    from h2o_sklearn._algorithms import Algorithm
    from h2o_sklearn.classic._base import ModelBase

_DOC = """{what}

    Parameters
    ----------
    x : H2OFrame, H2OVec or list of them
        The columns to learn from.
    {y}
    **kwargs
        Any parameter of the server, such as {such_as}.

    Returns
    -------
    {gives}
        The model.

    Raises
    ------
    ValueError
        When columns or parameters cannot be used.
    """
_WITH_Y = """y : H2OVec
        The column to predict: {predicts}.
    validation_x, validation_y : H2OFrame and H2OVec, optional
        Rows that are only scored."""
_WITHOUT_Y = """y : None
        There is nothing to predict.
    validation_x : H2OFrame, optional
        Rows that are only scored.
    validation_y : None
        As `y`."""
_EITHER = "a factor makes a classifier, numbers make a regression"
_SUPERVISED = "H2ORegressionModel, H2OBinomialModel or H2OMultinomialModel"


class Builder(Protocol):
    """What each of the functions takes and gives."""

    def __call__(
        self, x: Any, y: Any = None, validation_x: Any = None, validation_y: Any = None, **kwargs: Any
    ) -> ModelBase:
        """Build a model."""


def _builder(
    owner: str, algorithm: Algorithm, what: str, such_as: str, gives: str = _SUPERVISED, predicts: str | None = _EITHER
) -> Builder:
    def builder(
        x: Any, y: Any = None, validation_x: Any = None, validation_y: Any = None, **kwargs: Any
    ) -> ModelBase:
        encodes = algorithm is DEEP_LEARNING and bool(kwargs.pop("autoencoder", False))
        needs_y = predicts is not None and not encodes
        chosen = AUTOENCODER if encodes else algorithm
        return build(owner, chosen, x, y, (validation_x, validation_y), kwargs, needs_y=needs_y)

    builder.__name__ = builder.__qualname__ = owner
    about_y = _WITHOUT_Y if predicts is None else _WITH_Y.format(predicts=predicts)
    builder.__doc__ = _DOC.format(what=what, y=about_y, such_as=such_as, gives=gives)
    return builder


gbm = _builder("gbm", GBM, "Build a gradient boosting machine.", "``ntrees``, ``max_depth`` or ``learn_rate``")
glm = _builder("glm", GLM, "Build a generalized linear model.", "``family``, ``alpha`` or ``Lambda``")
random_forest = _builder("random_forest", DRF, "Build a random forest.", "``ntrees`` or ``mtries``")
deeplearning = _builder(
    "deeplearning", DEEP_LEARNING, "Build a neural network.",
    "``hidden`` or ``epochs``; ``autoencoder=True`` makes an autoencoder, which learns without y",
    "H2ORegressionModel, H2OBinomialModel, H2OMultinomialModel or H2OAutoEncoderModel",
)
naive_bayes = _builder(
    "naive_bayes", NAIVE_BAYES, "Build a naive Bayes classifier.", "``laplace``",
    "H2OBinomialModel or H2OMultinomialModel", "a factor",
)
autoencoder = _builder(
    "autoencoder", AUTOENCODER, "Build a neural network that reproduces its input.", "``hidden`` or ``epochs``",
    "H2OAutoEncoderModel", None,
)
kmeans = _builder("kmeans", KMEANS, "Build a clustering by k-means.", "``k`` or ``init``", "H2OClusteringModel", None)
prcomp = _builder(
    "prcomp", PCA, "Find principal components.", "``k`` or ``transform``", "H2ODimReductionModel", None
)
svd = _builder(
    "svd", SVD, "Find the singular value decomposition.", "``nv`` or ``transform``", "H2ODimReductionModel", None
)
