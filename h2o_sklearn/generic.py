"""Models that were fitted elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import ClassifierTags, RegressorTags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from h2o_sklearn import _cluster_models
from h2o_sklearn._cluster_data import ClusterTable
from h2o_sklearn._inspection import Inspection
from h2o_sklearn._loading import accept, category, from_cluster, from_file, in_order

if TYPE_CHECKING:
    import os
    from typing import Self

    from numpy.typing import NDArray
    from sklearn.utils import Tags

    from h2o_sklearn._inputs import LocalTable

__all__ = ["H2OGenericModel"]


def _is_classifier(estimator: H2OGenericModel) -> bool:
    return estimator.__sklearn_is_fitted__() and estimator._model.facts.is_classifier  # noqa: SLF001 - its own


class H2OGenericModel(Inspection, BaseEstimator):
    """A model from a MOJO file, whatever algorithm made it: a classifier or a regressor by what the file holds.

    Columns go by name, in any order, as in H2O; labels are H2O's, which are text. ``fit`` reads the file, it does
    not train.

    Parameters
    ----------
    mojo : str or path
        The file.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted, where the model tells classes apart.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OGenericModel
    >>> model = H2OGenericModel.from_mojo("model.zip")  # doctest: +SKIP
    >>> model.predict(rows)                             # doctest: +SKIP
    """

    classes_: NDArray[Any]

    def __init__(self, mojo: str | os.PathLike[str] | None = None) -> None:
        self.mojo = mojo

    @classmethod
    def from_mojo(cls, path: str | os.PathLike[str]) -> Self:
        """Read a MOJO file.

        Parameters
        ----------
        path : str or path
            The file.

        Returns
        -------
        H2OGenericModel
            The model, ready to predict.
        """
        return cls(path).fit()

    @classmethod
    def from_h2o_model(cls, model: Any) -> Self:
        """Take a model of the cluster, which stays where it is and its owner's.

        Parameters
        ----------
        model : H2OEstimator or str
            H2O's own model object, or its id.

        Returns
        -------
        H2OGenericModel
            The model, ready to predict; also without the cluster where H2O writes a MOJO of it.
        """
        made = cls()
        accept(made, from_cluster(model))
        return made

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_model")

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        if _is_classifier(self):
            tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
        elif self.__sklearn_is_fitted__() and category(self._model) == "Regression":
            tags.estimator_type, tags.regressor_tags = "regressor", RegressorTags()
        return tags

    def fit(self, X: Any = None, y: Any = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Read the file; a model that is there already stays as it is.

        Parameters
        ----------
        X, y : object, optional
            Not used; pipelines pass them.

        Returns
        -------
        self : H2OGenericModel
            The model, ready to predict.
        """
        if self.mojo is not None:
            accept(self, from_file(self.mojo))
        elif not self.__sklearn_is_fitted__():
            raise ValueError("H2OGenericModel: the parameter 'mojo' must be the path of a MOJO file, got None")
        return self

    def _rows(self, X: Any) -> LocalTable | ClusterTable:
        check_is_fitted(self)
        return self._read(in_order(X, self.feature_names_in_), reset=False)

    def predict(self, X: Any) -> Any:
        """Return the prediction for each row: a number, or the most probable class.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns of the model.

        Returns
        -------
        ndarray of shape (n_samples,)
            Predictions; a series in the cluster where X lies there.
        """
        rows = self._rows(X)
        if self._model.facts.is_classifier:
            if isinstance(rows, ClusterTable):
                return _cluster_models.classes_of(self._model, rows, self.classes_, self._class_order)
            return np.asarray(self.classes_[np.argmax(self._probabilities(rows), axis=1)])
        if isinstance(rows, ClusterTable):
            return _cluster_models.numbers(self._model, rows)
        return self._model.predictions(rows)[:, 0]

    def _probabilities(self, rows: LocalTable) -> NDArray[np.float64]:
        return np.asarray(self._model.predictions(rows)[:, 1 + self._class_order])

    @available_if(_is_classifier)  # type: ignore[untyped-decorator]  # scikit-learn has no annotations
    def predict_proba(self, X: Any) -> Any:
        """Return the probability of each class.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns of the model.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities, in the order of ``classes_``; a frame in the cluster where X is one.
        """
        rows = self._rows(X)
        if isinstance(rows, ClusterTable):
            return _cluster_models.probabilities(self._model, rows, self.classes_, self._class_order)
        return self._probabilities(rows)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy of a classifier, the R2 of a regressor.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns of the model.
        y : array-like of shape (n_samples,)
            What they should give.
        sample_weight : array-like of shape (n_samples,), optional
            How many rows each row stands for.

        Returns
        -------
        float
            The score.
        """
        if _is_classifier(self):
            return float(accuracy_score(np.asarray(y).astype(str), self.predict(X), sample_weight=sample_weight))
        return float(r2_score(y, self.predict(X), sample_weight=sample_weight))
