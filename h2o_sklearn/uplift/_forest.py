"""Forests for the effect of a treatment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from h2o_sklearn import _cluster_data, _cluster_models, _targets
from h2o_sklearn._base import H2OEstimator
from h2o_sklearn._cluster_data import ClusterTable
from h2o_sklearn._signatures.uplift import UpliftParameters

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import NDArray
    from sklearn.utils import Tags

    from h2o_sklearn._inputs import Matrix
    from h2o_sklearn._targets import Target


class H2OUpliftRandomForest(H2OEstimator, UpliftParameters):
    """Random forest for the effect of a treatment on the probability of a class, on an H2O cluster.

    ``fit`` takes who was treated beside X and y, as metadata: ``set_fit_request(treatment=True)`` routes it
    through pipelines and searches.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The labels; the effect is on the probability of the second.
    feature_importances_ : ndarray of shape (n_features_in_,)
        Share of each column in the splits; they sum to 1.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics, such as the area under the uplift curve.

    Examples
    --------
    >>> from h2o_sklearn import H2OUpliftRandomForest
    >>> H2OUpliftRandomForest(n_estimators=100, uplift_metric="kl")
    H2OUpliftRandomForest(n_estimators=100, uplift_metric='kl')
    """

    _task = "uplift"
    classes_: NDArray[Any]

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags

    def fit(self, X: Any, y: Any, treatment: Any = None) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns: numpy, pandas, polars, pyarrow, a frame in the cluster.
        y : array-like of shape (n_samples,)
            Labels of two classes.
        treatment : array-like of shape (n_samples,)
            Two values; rows of the greater were treated.

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        ValueError
            When a parameter or the data cannot be used; the message says which and why.
        """
        owner = type(self).__name__
        params = self._checked()
        if y is None:
            raise ValueError(f"{owner} requires y to be passed, but the target y is None")
        if treatment is None:
            raise ValueError(f"{owner} requires treatment to be passed: who was treated, a value for each row")
        rows: Any = self._read(X, reset=True)
        labels, treated = (
            self._two_values(_cluster_data.fetched(v) if _cluster_data.in_cluster(v) else v, name)
            for v, name in ((y, "y"), (treatment, "treatment"))
        )
        if isinstance(rows, ClusterTable):
            rows, column = _cluster_data.beside(rows, labels.column, None)
            rows, other = _cluster_data.beside(rows, treated.column, None)
            self._fit(params, rows, column, None, {"treatment_column": other})
        else:
            check_consistent_length(rows, labels.column, treated.column)
            self._fit(params, rows, labels, None, {"treatment_column": treated.column})
        assert labels.classes is not None
        self.classes_ = labels.classes
        return self

    def _two_values(self, values: Any, name: str) -> Target:
        target = _targets.classes(values, type(self).__name__)
        assert target.classes is not None
        if len(target.classes) != 2:
            raise ValueError(f"{type(self).__name__}: {name} must have two values, it has {len(target.classes)}")
        # H2O takes the second of two levels for the class, and for the treatment: their numbers, so that it is.
        codes = pa.DictionaryArray.from_arrays(target.column.indices, pa.array(["0", "1"]))
        return _targets.Target(codes, target.classes)

    def predict(self, X: Any) -> Any:
        """Return the effect of the treatment on each row.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples,)
            How much the treatment raises the probability of the second class; a series in the cluster where X lies
            there.
        """
        rows = self._rows(X)
        if isinstance(rows, ClusterTable):
            return _cluster_models.numbers(self._model, rows)
        return self._model.predictions(rows)[:, 0]

    def predict_outcomes(self, X: Any) -> Any:
        """Return the probability of the second class with the treatment and without.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples, 2)
            With the treatment, without it; a frame in the cluster where X lies there.
        """
        rows = self._rows(X)
        if isinstance(rows, ClusterTable):
            return _cluster_models.components(self._model, rows, ["uplift", "treated", "untreated"]).iloc[:, 1:]
        return self._model.predictions(rows)[:, 1:]

    @property
    def feature_importances_(self) -> Matrix:
        """Share of each column in the splits; they sum to 1, or are all 0 without a split."""
        check_is_fitted(self)
        return self._importances
