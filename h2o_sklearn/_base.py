"""What all estimators share: reading, fitting, predicting, and scikit-learn's protocol."""

from __future__ import annotations

import inspect
import math
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from h2o_frame_compat.expr import Expr
from h2o_frame_compat.session import current_session
from h2o_sklearn import _cluster_data, _uploads
from h2o_sklearn._cluster_data import ClusterTable
from h2o_sklearn._inputs import LocalTable
from h2o_sklearn._inspection import Inspection
from h2o_sklearn._loading import accept, category, from_cluster, from_file, in_order
from h2o_sklearn._params import hint, validate
from h2o_sklearn._training import Data, Task, Training

if TYPE_CHECKING:
    import os
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

_CLASSIFIED = {"Binomial", "Multinomial", "Ordinal"}


class H2OEstimator(Inspection, BaseEstimator):
    """Base of all estimators: an algorithm of H2O behind scikit-learn's protocol.

    A subclass names its algorithm through the class that holds its constructor (see ``_signatures``) and its
    task through one of the mixins below.
    """

    _algorithm: ClassVar[Algorithm]
    _training: ClassVar[type[Training]] = Training
    _task: ClassVar[str]
    _scope: str = ""
    _by_name: bool = False

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
            first = word.partition("__")[0]
            advice = "" if first in self._words() else hint(self._algorithm, first)
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

    def _read(self, X: Any, *, reset: bool) -> LocalTable | ClusterTable:
        rows = super()._read(X, reset=reset)
        if self._scope and not isinstance(rows, LocalTable):
            rows.share = partial(_uploads.shared, self._scope)
            rows.block = rows.share(rows.block)
        return rows

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
        finish: Callable[[str, str], object] | None = None,
        validation: Data | None = None,
    ) -> None:
        """Fit a model to what was read, and keep it."""
        count = rows.n_rows if isinstance(rows, LocalTable) else rows.known_rows
        if count is not None and count < 2:
            raise ValueError(f"{type(self).__name__} needs at least 2 rows to fit, got n_samples={count}")
        params = self._prepared(params, rows)
        if count is not None and not isinstance(weights, Expr):
            params = self._fitting(params, count, _least_weight(count, weights, params.get("nfolds", 0)))
        if validation is None:
            params = self._unwatched(params)
        session = current_session()
        others = others or {}
        if isinstance(rows, LocalTable) and self._scope and not others and "calibration_frame" not in params:
            rows, target, weights = self._sent_once(session, rows, target, weights)
        task = Task(type(self).__name__, self._algorithm, params, rows, target, weights, others, finish, validation)
        training = self._training(session, task)
        self._model, self._by_name = training.run(), False
        self._learned(training)

    def _unwatched(self, params: dict[str, Any]) -> dict[str, Any]:
        """Leave out work whose results nobody watches."""
        return params

    def _learned(self, training: Any) -> None:
        """Keep what a fit found out beside the model."""

    def _prepared(self, params: dict[str, Any], rows: LocalTable | ClusterTable) -> dict[str, Any]:  # noqa: ARG002 - for subclasses
        """Fit parameters to the columns."""
        return params

    def _fitting(self, params: dict[str, Any], count: int, total: float) -> dict[str, Any]:  # noqa: ARG002 - for subclasses
        """Fit parameters to the number of rows and the sum of their weights."""
        if _MIN_ROWS in self._words():
            wanted = self._algorithm.value(_MIN_ROWS, params)
            if 2 * wanted > total:
                return {**params, _MIN_ROWS: type(wanted)(total / 2)}
        return params

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

    def _rows(self, X: Any) -> LocalTable | ClusterTable:
        check_is_fitted(self)
        rows = self._read(in_order(X, self.feature_names_in_) if self._by_name else X, reset=False)
        if isinstance(rows, ClusterTable):
            rows.block = _cluster_data.truth_as_text(rows.block, self._model.features)
        return rows

    @classmethod
    def from_mojo(cls, path: str | os.PathLike[str]) -> Self:
        """Read a fitted estimator from a MOJO file of the same algorithm.

        Columns then go by name, in any order, as in H2O; labels are H2O's, which are text.

        Parameters
        ----------
        path : str or path
            The file.

        Returns
        -------
        estimator
            The fitted estimator; its parameters are the defaults.

        Raises
        ------
        ValueError
            When the file holds another kind of model.
        """
        return cls._of(from_file(path))

    @classmethod
    def from_h2o_model(cls, model: Any) -> Self:
        """Make a fitted estimator of a model in the cluster, which stays where it is and its owner's.

        Parameters
        ----------
        model : H2OEstimator or str
            H2O's own model object, or its id.

        Returns
        -------
        estimator
            The fitted estimator; its parameters are the defaults.

        Raises
        ------
        ValueError
            When it is another kind of model.
        """
        return cls._of(from_cluster(model))

    @classmethod
    def _of(cls, model: FittedModel) -> Self:
        algorithm = model.algorithm
        kind = {"classifier": _CLASSIFIED, "regressor": {"Regression"}}.get(cls._task)
        if algorithm != cls._algorithm.server_name or (kind is not None and category(model) not in kind):
            raise ValueError(
                f"{cls.__name__}: this is a model of {algorithm} ({category(model)}); H2OGenericModel takes any"
            )
        made = cls()
        accept(made, model)
        return made

    # ------------------------------------------------------------ what the model says of itself

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


def _least_weight(count: int, weights: NDArray[np.float64] | None, folds: int) -> float:
    """Return the weight of all rows, or with folds of H2O's own what is left without those of the heaviest fold."""
    if weights is None:
        weights = np.ones(count)
    kept = count - math.ceil(count / folds) if folds else count
    return float(np.sort(weights)[:kept].sum())


def _with_parameters(text: str, constructor: str) -> str:
    """Put the constructor's parameters into a class's docstring, before its first section."""
    text, constructor = inspect.cleandoc(text), inspect.cleandoc(constructor)
    parameters = constructor[constructor.index("Parameters\n") :].rstrip()
    for section in ("Attributes\n", "Examples\n", "Notes\n"):
        if section in text:
            before, after = text.split(section, 1)
            return f"{before.rstrip()}\n\n{parameters}\n\n{section}{after}"
    return f"{text.rstrip()}\n\n{parameters}"
