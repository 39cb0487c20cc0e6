"""The functions that build models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from h2o_sklearn._algorithms import AUTOENCODER, DEEP_LEARNING, DRF, GBM, GLM, KMEANS, NAIVE_BAYES, PCA, SVD
from h2o_sklearn.classic._building import build

if TYPE_CHECKING:
    from h2o_sklearn.classic._base import ModelBase


def gbm(x: Any, y: Any = None, validation_x: Any = None, validation_y: Any = None, **kwargs: Any) -> ModelBase:
    """Build a gradient boosting machine.

    Parameters
    ----------
    x : H2OFrame, H2OVec or list of them
        The columns to learn from.
    y : H2OVec
        The column to predict: a factor makes a classifier, numbers make a regression.
    validation_x, validation_y : H2OFrame and H2OVec, optional
        Rows that are only scored.
    **kwargs
        Any parameter of the server, such as ``ntrees``, ``max_depth`` or ``learn_rate``.

    Returns
    -------
    H2ORegressionModel, H2OBinomialModel or H2OMultinomialModel
        The model.

    Raises
    ------
    ValueError
        When columns or parameters cannot be used.
    """
    return build("gbm", GBM, x, y, (validation_x, validation_y), kwargs)


def glm(x: Any, y: Any = None, validation_x: Any = None, validation_y: Any = None, **kwargs: Any) -> ModelBase:
    """Build a generalized linear model.

    Parameters
    ----------
    x : H2OFrame, H2OVec or list of them
        The columns to learn from.
    y : H2OVec
        The column to predict: a factor makes a classifier, numbers make a regression.
    validation_x, validation_y : H2OFrame and H2OVec, optional
        Rows that are only scored.
    **kwargs
        Any parameter of the server, such as ``family``, ``alpha`` or ``Lambda``.

    Returns
    -------
    H2ORegressionModel, H2OBinomialModel or H2OMultinomialModel
        The model.

    Raises
    ------
    ValueError
        When columns or parameters cannot be used.
    """
    return build("glm", GLM, x, y, (validation_x, validation_y), kwargs)


def random_forest(
    x: Any, y: Any = None, validation_x: Any = None, validation_y: Any = None, **kwargs: Any
) -> ModelBase:
    """Build a random forest.

    Parameters
    ----------
    x : H2OFrame, H2OVec or list of them
        The columns to learn from.
    y : H2OVec
        The column to predict: a factor makes a classifier, numbers make a regression.
    validation_x, validation_y : H2OFrame and H2OVec, optional
        Rows that are only scored.
    **kwargs
        Any parameter of the server, such as ``ntrees`` or ``mtries``.

    Returns
    -------
    H2ORegressionModel, H2OBinomialModel or H2OMultinomialModel
        The model.

    Raises
    ------
    ValueError
        When columns or parameters cannot be used.
    """
    return build("random_forest", DRF, x, y, (validation_x, validation_y), kwargs)


def deeplearning(
    x: Any, y: Any = None, validation_x: Any = None, validation_y: Any = None, **kwargs: Any
) -> ModelBase:
    """Build a neural network.

    Parameters
    ----------
    x : H2OFrame, H2OVec or list of them
        The columns to learn from.
    y : H2OVec
        The column to predict: a factor makes a classifier, numbers make a regression.
    validation_x, validation_y : H2OFrame and H2OVec, optional
        Rows that are only scored.
    **kwargs
        Any parameter of the server, such as ``hidden`` or ``epochs``; ``autoencoder=True`` makes an autoencoder.

    Returns
    -------
    H2ORegressionModel, H2OBinomialModel, H2OMultinomialModel or H2OAutoEncoderModel
        The model.

    Raises
    ------
    ValueError
        When columns or parameters cannot be used.
    """
    encodes = bool(kwargs.pop("autoencoder", False))
    algorithm = AUTOENCODER if encodes else DEEP_LEARNING
    return build("deeplearning", algorithm, x, y, (validation_x, validation_y), kwargs, needs_y=not encodes)


def naive_bayes(
    x: Any, y: Any = None, validation_x: Any = None, validation_y: Any = None, **kwargs: Any
) -> ModelBase:
    """Build a naive Bayes classifier.

    Parameters
    ----------
    x : H2OFrame, H2OVec or list of them
        The columns to learn from.
    y : H2OVec
        The column to predict, a factor.
    validation_x, validation_y : H2OFrame and H2OVec, optional
        Rows that are only scored.
    **kwargs
        Any parameter of the server, such as ``laplace``.

    Returns
    -------
    H2OBinomialModel or H2OMultinomialModel
        The model.

    Raises
    ------
    ValueError
        When columns or parameters cannot be used.
    """
    return build("naive_bayes", NAIVE_BAYES, x, y, (validation_x, validation_y), kwargs)


def autoencoder(
    x: Any, y: Any = None, validation_x: Any = None, validation_y: Any = None, **kwargs: Any
) -> ModelBase:
    """Build a neural network that reproduces its input.

    Parameters
    ----------
    x : H2OFrame, H2OVec or list of them
        The columns to learn from.
    y : None
        There is nothing to predict.
    validation_x : H2OFrame, optional
        Rows that are only scored.
    validation_y : None
        As `y`.
    **kwargs
        Any parameter of the server, such as ``hidden`` or ``epochs``.

    Returns
    -------
    H2OAutoEncoderModel
        The model.

    Raises
    ------
    ValueError
        When columns or parameters cannot be used.
    """
    return build("autoencoder", AUTOENCODER, x, y, (validation_x, validation_y), kwargs, needs_y=False)


def kmeans(x: Any, y: Any = None, validation_x: Any = None, validation_y: Any = None, **kwargs: Any) -> ModelBase:
    """Build a clustering by k-means.

    Parameters
    ----------
    x : H2OFrame, H2OVec or list of them
        The columns to learn from.
    y : None
        There is nothing to predict.
    validation_x : H2OFrame, optional
        Rows that are only scored.
    validation_y : None
        As `y`.
    **kwargs
        Any parameter of the server, such as ``k`` or ``init``.

    Returns
    -------
    H2OClusteringModel
        The model.

    Raises
    ------
    ValueError
        When columns or parameters cannot be used.
    """
    return build("kmeans", KMEANS, x, y, (validation_x, validation_y), kwargs, needs_y=False)


def prcomp(x: Any, y: Any = None, validation_x: Any = None, validation_y: Any = None, **kwargs: Any) -> ModelBase:
    """Find principal components.

    Parameters
    ----------
    x : H2OFrame, H2OVec or list of them
        The columns to learn from.
    y : None
        There is nothing to predict.
    validation_x : H2OFrame, optional
        Rows that are only scored.
    validation_y : None
        As `y`.
    **kwargs
        Any parameter of the server, such as ``k`` or ``transform``.

    Returns
    -------
    H2ODimReductionModel
        The model.

    Raises
    ------
    ValueError
        When columns or parameters cannot be used.
    """
    return build("prcomp", PCA, x, y, (validation_x, validation_y), kwargs, needs_y=False)


def svd(x: Any, y: Any = None, validation_x: Any = None, validation_y: Any = None, **kwargs: Any) -> ModelBase:
    """Find the singular value decomposition.

    Parameters
    ----------
    x : H2OFrame, H2OVec or list of them
        The columns to learn from.
    y : None
        There is nothing to predict.
    validation_x : H2OFrame, optional
        Rows that are only scored.
    validation_y : None
        As `y`.
    **kwargs
        Any parameter of the server, such as ``nv`` or ``transform``.

    Returns
    -------
    H2ODimReductionModel
        The model.

    Raises
    ------
    ValueError
        When columns or parameters cannot be used.
    """
    return build("svd", SVD, x, y, (validation_x, validation_y), kwargs, needs_y=False)
