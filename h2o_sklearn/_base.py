"""What all estimators share: reading, fitting, predicting, and scikit-learn's protocol."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from h2o_frame_compat.expr import Expr
from h2o_frame_compat.session import current_session
from h2o_sklearn import _cluster_data, _cluster_models, _inputs, _targets, _uploads
from h2o_sklearn._cluster_data import ClusterTable
from h2o_sklearn._inputs import LocalTable
from h2o_sklearn._params import hint, validate
from h2o_sklearn._training import Task, Training

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

    from numpy.typing import NDArray
    from sklearn.utils import Tags

    from h2o_frame_compat.session import Session
    from h2o_sklearn._algorithms import Algorithm
    from h2o_sklearn._inputs import Matrix
    from h2o_sklearn._persistence import FittedModel
    from h2o_sklearn._targets import Target

#: Parameters that H2O refuses on data smaller than twice their value.
_MIN_ROWS = "min_rows"


class H2OEstimator(BaseEstimator):
    """Base of all estimators: an algorithm of H2O behind scikit-learn's protocol.

    A subclass names its algorithm through the class that holds its constructor (see ``_signatures``) and its
    task through one of the mixins below.
    """

    _algorithm: ClassVar[Algorithm]
    _task: ClassVar[str]
    _model: FittedModel
    _scope: str = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        constructor = getattr(cls.__init__, "__doc__", None)
        if cls.__doc__ and constructor and "Parameters\n" in constructor and "Parameters\n" not in cls.__doc__:
            cls.__doc__ = _with_parameters(cls.__doc__, constructor)

    def set_params(self, **params: Any) -> Self:
        """Set parameters, also of nested objects as ``part__name``.

        Parameters
        ----------
        **params : dict
            Names and values.

        Returns
        -------
        self : estimator
            The estimator.

        Raises
        ------
        ValueError
            When there is no such parameter; for H2O's own words the message has the word to use.
        """
        for word in params:
            advice = "" if word in self._words() else hint(self._algorithm, word.partition("__")[0])
            if advice:
                raise ValueError(f"Invalid parameter {word!r} for estimator {type(self).__name__}: {advice}")
        super().set_params(**params)
        return self

    def _words(self) -> set[str]:
        return {param.name for param in self._algorithm.parameters}

    def __sklearn_is_fitted__(self) -> bool:
        # Not by attributes that end in an underscore: the parameter lambda_ does.
        return hasattr(self, "_model")

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        return tags

    # ------------------------------------------------------------ fit

    def _checked(self) -> dict[str, Any]:
        values = {param.name: getattr(self, param.name) for param in self._algorithm.parameters}
        return validate(self._algorithm, values, self._task, type(self).__name__)

    def _fit(
        self,
        params: dict[str, Any],
        rows: LocalTable | ClusterTable,
        target: Target | Expr | None = None,
        weights: NDArray[np.float64] | Expr | None = None,
        others: Mapping[str, pa.Array | Expr] | None = None,
        finish: Callable[[str, FittedModel], object] | None = None,
    ) -> None:
        """Fit a model to what was read, and keep it."""
        count = rows.n_rows if isinstance(rows, LocalTable) else rows.known_rows
        if count is not None and count < 2:
            raise ValueError(f"{type(self).__name__} needs at least 2 rows to fit, got n_samples={count}")
        if _MIN_ROWS in self._words() and count is not None and not isinstance(weights, Expr):
            total = count if weights is None else float(weights.sum())
            wanted = params.get(_MIN_ROWS, self._algorithm.param(_MIN_ROWS).default)
            if 2 * wanted > total:
                params = {**params, _MIN_ROWS: total / 2}
        session = current_session()
        others = others or {}
        if isinstance(rows, LocalTable) and self._scope and not others and "calibration_frame" not in params:
            rows, target, weights = self._sent_once(session, rows, target, weights)
        task = Task(type(self).__name__, self._algorithm, params, rows, target, weights, others, finish)
        self._model = Training(session, task).run()

    def _sent_once(self, session: Session, rows: LocalTable, target: Any, weights: Any) -> tuple[Any, Any, Any]:
        """Send only those rows that clones of the same estimator have not sent before."""
        found = _uploads.stored(session, self._scope, rows)
        if isinstance(found, LocalTable):
            return rows, target, weights
        table: ClusterTable = found
        if target is not None:
            table, target = _cluster_data.beside(table, target.column, None)
        if weights is not None:
            table, weights = _cluster_data.beside(table, pa.array(weights), None)
        return _uploads.StoredRows(table.block, rows, found.features()), target, weights

    def __sklearn_clone__(self) -> Self:
        made: Self = super().__sklearn_clone__()
        made._scope = _uploads.scope_of(self)
        return made

    def _read(self, X: Any, *, reset: bool) -> LocalTable | ClusterTable:
        if _cluster_data.in_cluster(X):
            return _cluster_data.read(self, X, reset=reset)
        return _inputs.read(self, X, reset=reset)

    def _rows(self, X: Any) -> LocalTable | ClusterTable:
        check_is_fitted(self)
        return self._read(X, reset=False)

    # ------------------------------------------------------------ what the model says of itself

    @property
    def metrics_(self) -> dict[str, Any]:
        """H2O's metrics of the model, as a dict of dicts.

        Keys are ``"training"``, and ``"validation"`` and ``"cross_validation"`` where there are any; values
        are the plain numbers, such as ``AUC`` or ``RMSE``.
        """
        check_is_fitted(self)
        found = {}
        for name in ("training", "validation", "cross_validation"):
            metrics = self._model.facts.details.get(f"{name}_metrics") or {}
            plain = {key: value for key, value in metrics.items() if isinstance(value, (int, float))}
            if plain:
                found[name] = plain
        return found

    def _by_feature(self, names: list[str], values: list[float]) -> Matrix:
        """Add up values that H2O gives per column of its design: a category has one for each level."""
        total = np.zeros(len(self._model.features))
        position = {feature.name: i for i, feature in enumerate(self._model.features)}
        for name, value in zip(names, values, strict=True):
            column = name
            while column not in position and (end := max(column.rfind("."), column.rfind(":"))) > 0:
                column = column[:end]
            if column in position:
                total[position[column]] += value
        return total

    @property
    def _importances(self) -> Matrix:
        table = self._model.facts.table("variable_importances")
        if table is None:
            return np.zeros(len(self._model.features))
        total = self._by_feature(table["variable"], table["relative_importance"])
        return total / total.sum() if total.sum() > 0 else total

    @property
    def _iterations(self) -> int:
        table = self._model.facts.table("model_summary") or {}
        counts = table.get("number_of_iterations") or [0]
        return int(counts[0])


class _Supervised(H2OEstimator):
    """An estimator with a target."""

    def _read_target(self, y: Any) -> Target:
        raise NotImplementedError

    def _repeats(self, params: dict[str, Any], weights: NDArray[np.float64]) -> bool:  # noqa: ARG002
        """Say whether rows are to be repeated, where H2O would not treat weights as repetitions."""
        return False

    def _fit_supervised(self, X: Any, y: Any, sample_weight: Any) -> Target | None:
        """Check, read and fit; give the target as it was used, None where it lies in the cluster."""
        owner = type(self).__name__
        params = self._checked()
        if y is None:
            raise ValueError(f"This {owner} estimator requires y to be passed, but the target y is None: requires y")
        rows = self._read(X, reset=True)
        if isinstance(rows, ClusterTable):
            return self._fit_in_cluster(params, rows, y, sample_weight)
        y, sample_weight = (_cluster_data.fetched(v) if _cluster_data.in_cluster(v) else v for v in (y, sample_weight))
        weights = _targets.weights(sample_weight, X, rows.n_rows)
        labels = _targets.as_array(y)
        check_consistent_length(X, labels)
        if weights is not None and not weights.all():
            # A row of weight 0 is a row that is not there: its labels and values must not be seen.
            kept = weights > 0
            rows, labels, weights = rows.take(kept), labels[kept], weights[kept]
        if weights is not None and self._repeats(params, weights):
            repeated = np.repeat(np.arange(rows.n_rows), weights.astype(np.intp))
            rows, labels, weights = rows.take(repeated), labels[repeated], None
        target = self._read_target(labels)
        self._fit(params, rows, target, weights)
        return target

    def _fit_in_cluster(self, params: dict[str, Any], rows: ClusterTable, y: Any, sample_weight: Any) -> Target | None:
        """Fit to rows that lie in the cluster; a target or weights from here are sent, nothing is fetched."""
        target: Target | None = None
        if _cluster_data.in_cluster(y):
            rows, column = _cluster_data.beside(rows, None, y)
            self._target_type = column.dtype
            column = self._target_column(column)
        else:
            target = self._read_target(_targets.as_array(y))
            rows, column = _cluster_data.beside(rows, target.column, None)
        weights: Expr | None = None
        if _cluster_data.in_cluster(sample_weight):
            rows, weights = _cluster_data.beside(rows, None, sample_weight)
        elif sample_weight is not None:
            given = _targets.weights(sample_weight, sample_weight, len(sample_weight))
            if given is not None:
                rows, weights = _cluster_data.beside(rows, pa.array(given), None)
        self._fit(params, rows, column, weights)
        return target

    def _target_column(self, column: Expr) -> Expr:
        raise NotImplementedError


class H2OClassifier(ClassifierMixin, _Supervised):
    """Base of the classifiers."""

    _task = "classifier"
    classes_: NDArray[Any]

    def _read_target(self, y: Any) -> Target:
        return _targets.classes(y, type(self).__name__)

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
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

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        ValueError
            When a parameter or the data cannot be used; the message says which and why.
        """
        target = self._fit_supervised(X, y, sample_weight)
        if target is not None and target.classes is not None:
            self.classes_ = target.classes
            self._class_order = self._model.class_order(target.column.dictionary.to_pylist())
        else:
            levels = self._model.response_levels
            if len(levels) < 2:
                del self._model
                raise ValueError(_targets.one_class(type(self).__name__, levels))
            found = _cluster_data.labels_of(levels, self._target_type)
            self._class_order = np.argsort(found)
            self.classes_ = found[self._class_order]
        return self

    def _target_column(self, column: Expr) -> Expr:
        return _cluster_data.as_category(column)

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
        return self._model.predictions(rows)[:, 1 + self._class_order]

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
        probabilities = self._model.predictions(rows)[:, 1 + self._class_order]
        return np.asarray(self.classes_[np.argmax(probabilities, axis=1)])

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
            return np.log(self._model.predictions(rows)[:, 1 + self._class_order])


class H2ORegressor(RegressorMixin, _Supervised):
    """Base of the regressors."""

    _task = "regressor"

    def _read_target(self, y: Any) -> Target:
        return _targets.numbers(y)

    def _target_column(self, column: Expr) -> Expr:
        if not column.dtype.is_numeric:
            raise ValueError(f"y must be numbers for a regressor, it is {column.dtype}")
        return column

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
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

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        ValueError
            When a parameter or the data cannot be used; the message says which and why.
        """
        self._fit_supervised(X, y, sample_weight)
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
        return self._model.predictions(rows)[:, place]


def _with_parameters(text: str, constructor: str) -> str:
    """Put the constructor's parameters into a class's docstring, before its first section."""
    text, constructor = inspect.cleandoc(text), inspect.cleandoc(constructor)
    parameters = constructor[constructor.index("Parameters\n") :].rstrip()
    for section in ("Attributes\n", "Examples\n", "Notes\n"):
        if section in text:
            before, after = text.split(section, 1)
            return f"{before.rstrip()}\n\n{parameters}\n\n{section}{after}"
    return f"{text.rstrip()}\n\n{parameters}"
