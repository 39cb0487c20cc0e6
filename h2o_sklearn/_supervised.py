"""What estimators with a target share: classifiers and regressors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils import compute_class_weight
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.core.levels import level_texts
from h2o_frame_compat.expr import Expr, call
from h2o_sklearn import _cluster_data, _cluster_models, _targets
from h2o_sklearn._base import H2OEstimator
from h2o_sklearn._cluster_data import ClusterTable, block_of, framed
from h2o_sklearn._inputs import LocalTable
from h2o_sklearn._training import Data

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import NDArray
    from sklearn.utils import Tags

    from h2o_sklearn._inputs import Matrix
    from h2o_sklearn._targets import Target


_FEW = 10_000


def repeatable(weights: NDArray[np.float64]) -> bool:
    """Say whether rows can be repeated in place of their weights: whole weights of few rows, where it costs nothing."""
    return float(weights.sum()) <= _FEW and bool((weights == np.round(weights)).all())


class Supervised(H2OEstimator):
    """An estimator with a target."""

    #: Rows stay what they are, one for one, for an ensemble that puts predictions of several models side by side.
    _keeps_rows = False

    def _said(self, rows: LocalTable) -> Matrix:
        """Return what the model says of rows of this machine."""
        return self._model.predictions(rows)

    def _read_target(self, y: Any) -> Target:
        raise NotImplementedError

    def _target_column(self, column: Expr) -> Expr:
        raise NotImplementedError

    def _repeats(self, params: dict[str, Any], weights: NDArray[np.float64]) -> bool:  # noqa: ARG002 - for subclasses
        """Say whether rows are to be repeated, where H2O would not treat weights as repetitions."""
        return False

    def _fit_supervised(self, X: Any, y: Any, sample_weight: Any = None, eval_set: Any = None) -> Target | None:
        """Check, read and fit; give the target as it was used, None where it lies in the cluster."""
        owner = type(self).__name__
        params = self._checked()
        if y is None:
            raise ValueError(f"This {owner} estimator requires y to be passed, but the target y is None: requires y")
        if params.get("warm_start") and self.__sklearn_is_fitted__():
            params["checkpoint"] = self
        rows = self._read(X, reset=True)
        if isinstance(rows, ClusterTable):
            return self._fit_in_cluster(params, rows, y, sample_weight, eval_set)
        y, sample_weight = (_cluster_data.fetched(v) if _cluster_data.in_cluster(v) else v for v in (y, sample_weight))
        weights = _targets.weights(sample_weight, rows, rows.n_rows)
        labels = _targets.as_array(y)
        check_consistent_length(rows, labels)
        if "class_weight" in params:
            weights = _targets.with_class_weights(params["class_weight"], labels, weights)
        if weights is not None and not weights.all():
            # A row of weight 0 is a row that is not there: its labels and values must not be seen.
            kept = weights > 0
            rows, labels, weights = rows.take(kept), labels[kept], weights[kept]
        # In folds of H2O's own, a row must not be beside its repetition.
        alone = not self._keeps_rows and not params.get("nfolds")
        if weights is not None and alone and self._repeats(params, weights):
            repeated = np.repeat(np.arange(rows.n_rows), weights.astype(np.intp))
            rows, labels, weights = rows.take(repeated), labels[repeated], None
        target = self._read_target(labels)
        self._fit(params, rows, target, weights, validation=self._validation(eval_set, target))
        return target

    def _fit_in_cluster(
        self, params: dict[str, Any], rows: ClusterTable, y: Any, sample_weight: Any, eval_set: Any
    ) -> Target | None:
        """Fit to rows that lie in the cluster; a target or weights from here are sent, and X is never fetched."""
        rows, y, sample_weight = self._repeated(params, rows, y, sample_weight)
        target: Target | None = None
        labels: Expr | None = None
        if _cluster_data.in_cluster(y):
            rows, labels = _cluster_data.beside(rows, None, y)
            self._target_type = labels.dtype
            column = self._target_column(labels)
        else:
            array = _targets.as_array(y)
            target = self._read_target(array)
            rows, column = _cluster_data.beside(rows, target.column, None)
        weights: Expr | None = None
        if _cluster_data.in_cluster(sample_weight):
            rows, weights = _cluster_data.beside(rows, None, sample_weight)
        elif sample_weight is not None:
            given = _targets.weights(sample_weight, sample_weight, len(sample_weight))
            if given is not None:
                rows, weights = _cluster_data.beside(rows, pa.array(given), None)
        if "class_weight" in params:
            if labels is None:
                by_class = _targets.with_class_weights(params["class_weight"], array, None)
                rows, by_row = _cluster_data.beside(rows, pa.array(by_class), None)
            else:
                by_row = _weights_of_classes(params["class_weight"], labels, y)
            weights = by_row if weights is None else call("mul", weights, by_row)
        self._fit(params, rows, column, weights, validation=self._validation(eval_set, target))
        return target

    def _repeated(self, params: dict[str, Any], rows: ClusterTable, y: Any, sample_weight: Any) -> tuple[Any, Any, Any]:
        """Repeat rows in place of whole weights, where there are few and H2O would not treat weights so."""
        count = rows.known_rows
        alone = not self._keeps_rows and not params.get("nfolds") and "class_weight" not in params
        if sample_weight is None or count is None or count > _FEW or not alone:
            return rows, y, sample_weight
        if not self._repeats(params, np.ones(count)):  # whatever the weights are
            return rows, y, sample_weight
        given = _cluster_data.fetched(sample_weight) if _cluster_data.in_cluster(sample_weight) else sample_weight
        weights = _targets.weights(given, range(count), count)
        if weights is None or not self._repeats(params, weights):
            return rows, y, sample_weight
        labels = framed(block_of(y)) if _cluster_data.in_cluster(y) else pd.Series(_targets.as_array(y))
        if len(labels) != count:
            return rows, y, sample_weight  # which is refused later on
        places = np.repeat(np.arange(count), weights.astype(np.intp))
        return rows.take(places), labels.iloc[places], None

    def _validation(self, eval_set: Any, target: Target | None) -> Data | None:
        """Read rows that are watched and not fitted to, with the columns and the classes of the fit."""
        if eval_set is None:
            return None
        if isinstance(eval_set, list) and len(eval_set) == 1:
            eval_set = eval_set[0]  # the habit of other libraries
        if not isinstance(eval_set, (tuple, list)) or len(eval_set) not in {2, 3}:
            raise ValueError(f"{type(self).__name__}: eval_set must be (X, y), or (X, y, sample_weight)")
        X, y, weight = (*eval_set, None)[:3]
        rows = self._read(X, reset=False)
        if isinstance(rows, ClusterTable):
            if _cluster_data.in_cluster(y):
                rows, column = _cluster_data.beside(rows, None, y)
                column = self._target_column(column)
            else:
                read = target.same_kind(y) if target is not None else self._read_target(_targets.as_array(y)).column
                rows, column = _cluster_data.beside(rows, read, None)
            return Data(rows, column)
        if _cluster_data.in_cluster(y):
            y = _cluster_data.fetched(y)
        check_consistent_length(rows, y)
        read = target.same_kind(y) if target is not None else self._read_target(_targets.as_array(y)).column
        return Data(rows, _targets.Target(read), _targets.weights(weight, rows, rows.n_rows))


def _weights_of_classes(class_weight: Any, labels: Expr, y: Any) -> Expr:
    """Return the weight of each row's class, for labels in the cluster."""
    counts = _cluster_models.counts_of(y)
    counts = counts[counts > 0].sort_index()
    classes = counts.index.to_numpy()
    if class_weight == "balanced":
        found = counts.sum() / (len(counts) * counts.to_numpy())
    else:
        found = compute_class_weight(dict(class_weight), classes=classes, y=classes)
    if labels.dtype.kind == "category":
        labels, classes = call("cast", labels, params=(dt.STR,)), np.array(level_texts(list(classes)), dtype=object)
    return lookup(labels, pd.Series(classes), np.asarray(found, dtype=np.float64))


class BaseClassifier(ClassifierMixin, Supervised):
    """Base of the classifiers: labels, and the most probable one."""

    _task = "classifier"
    classes_: NDArray[Any]

    def _read_target(self, y: Any) -> Target:
        return _targets.classes(y, type(self).__name__)

    def _target_column(self, column: Expr) -> Expr:
        return _cluster_data.as_category(column)

    def _fit_classes(self, X: Any, y: Any, sample_weight: Any = None, eval_set: Any = None) -> Self:
        """Fit, and learn which column of the predictions belongs to which class."""
        target = self._fit_supervised(X, y, sample_weight, eval_set)
        if target is not None and target.classes is not None:
            self.classes_ = target.classes
            self._model.classes = tuple(target.column.dictionary.to_pylist())
        else:
            levels = self._model.response_levels
            if len(levels) < 2:
                del self._model
                raise ValueError(_targets.one_class(type(self).__name__, levels))
            found = _cluster_data.labels_of(levels, self._target_type)
            order = np.argsort(found)
            self.classes_ = found[order]
            self._model.classes = tuple(levels[place] for place in order)
        return self

    def _probabilities(self, rows: LocalTable) -> NDArray[np.float64]:
        return np.asarray(self._said(rows)[:, 1 + self._class_order])

    def predict(self, X: Any) -> Any:
        """Return the most probable class of each row.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples,)
            Labels, of the type that ``fit`` was given; a series in the cluster where X lies there.
        """
        rows = self._rows(X)
        if isinstance(rows, ClusterTable):
            return _cluster_models.classes_of(self._model, rows, self.classes_, self._class_order)
        return np.asarray(self.classes_[np.argmax(self._probabilities(rows), axis=1)])


class ProbabilisticClassifier(BaseClassifier):
    """Base of the classifiers that know how probable each class is."""

    @property
    def max_f1_threshold_(self) -> float:
        """Probability of the second of two classes above which H2O itself predicts it: that of the best F1.

        ``predict`` cuts at 0.5, as scikit-learn does. To cut here, wrap the estimator:
        ``FixedThresholdClassifier(FrozenEstimator(model), threshold=model.max_f1_threshold_)``.
        """
        check_is_fitted(self)
        if len(self.classes_) != 2:
            raise AttributeError("there is a threshold for two classes only")
        value = self._model.facts.details.get("default_threshold")
        return 0.5 if value is None else float(value)

    def predict_proba(self, X: Any) -> Any:
        """Return the probability of each class.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities, in the order of ``classes_``; a frame in the cluster where X is one.
        """
        rows = self._rows(X)
        if isinstance(rows, ClusterTable):
            return _cluster_models.probabilities(self._model, rows, self.classes_, self._class_order)
        return self._probabilities(rows)

    def predict_log_proba(self, X: Any) -> Any:
        """Return the logarithm of the probability of each class.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Logarithms, in the order of ``classes_``; a frame in the cluster where X is one.
        """
        rows = self._rows(X)
        if isinstance(rows, ClusterTable):
            return _cluster_models.probabilities(self._model, rows, self.classes_, self._class_order, log=True)
        with np.errstate(divide="ignore"):
            return np.log(self._probabilities(rows))


class TwoClasses(BaseClassifier):
    """A classifier that H2O has for two classes only."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def _read_target(self, y: Any) -> Target:
        target = super()._read_target(y)
        if target.classes is not None and len(target.classes) > 2:
            raise ValueError(
                f"Only binary classification is supported. {type(self).__name__} got {len(target.classes)} classes;"
                " OneVsRestClassifier makes a classifier of several of it"
            )
        return target


class NoMissing(H2OEstimator):
    """An algorithm that knows no missing values."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = False
        return tags

    def _read(self, X: Any, *, reset: bool) -> LocalTable | ClusterTable:
        rows = super()._read(X, reset=reset)
        if isinstance(rows, LocalTable) and rows.has_missing():
            raise ValueError(f"Input X contains NaN.\n{type(self).__name__} does not accept missing values.")
        return rows


class H2OClassifier(ProbabilisticClassifier):
    """Base of the classifiers that take weights and data to watch."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None, eval_set: Any = None) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns: numpy, pandas, polars, pyarrow, scipy sparse, a frame in the
            cluster. Text columns are categories; missing values are welcome.
        y : array-like of shape (n_samples,)
            Labels of any type.
        sample_weight : array-like of shape (n_samples,), optional
            How many rows each row stands for.
        eval_set : tuple (X, y) or (X, y, sample_weight), optional
            Rows that are not fitted to: ``metrics_`` has their metrics, and early stopping watches those.

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        ValueError
            When a parameter or the data cannot be used; the message says which and why.
        """
        return self._fit_classes(X, y, sample_weight, eval_set)


class UnweightedClassifier(BaseClassifier):
    """Base of the classifiers to which all rows count alike."""

    def fit(self, X: Any, y: Any) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns: numpy, pandas, polars, pyarrow, scipy sparse, a frame in the
            cluster. Text columns are categories; missing values are welcome.
        y : array-like of shape (n_samples,)
            Labels of any type.

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        ValueError
            When a parameter or the data cannot be used; the message says which and why.
        """
        return self._fit_classes(X, y)


class H2ORegressor(RegressorMixin, Supervised):
    """Base of the regressors."""

    _task = "regressor"

    def _read_target(self, y: Any) -> Target:
        return _targets.numbers(y)

    def _target_column(self, column: Expr) -> Expr:
        if not column.dtype.is_numeric:
            raise ValueError(f"y must be numbers for a regressor, it is {column.dtype}")
        return column

    def fit(self, X: Any, y: Any, sample_weight: Any = None, eval_set: Any = None) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns: numpy, pandas, polars, pyarrow, scipy sparse, a frame in the
            cluster. Text columns are categories; missing values are welcome.
        y : array-like of shape (n_samples,)
            Numbers.
        sample_weight : array-like of shape (n_samples,), optional
            How many rows each row stands for.
        eval_set : tuple (X, y) or (X, y, sample_weight), optional
            Rows that are not fitted to: ``metrics_`` has their metrics, and early stopping watches those.

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        ValueError
            When a parameter or the data cannot be used; the message says which and why.
        """
        self._fit_supervised(X, y, sample_weight, eval_set)
        return self

    def predict(self, X: Any) -> Any:
        """Return the prediction for each row.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples,)
            Numbers; a series in the cluster where X lies there.
        """
        rows = self._rows(X)
        # A regression on shares between 0 and 1 is, to H2O, a model of two classes.
        place = 2 if self._model.facts.is_classifier else 0
        if isinstance(rows, ClusterTable):
            return _cluster_models.numbers(self._model, rows, place)
        return self._said(rows)[:, place]
