"""Stacked ensembles."""

# ruff: noqa: SLF001 - estimators of one package know each other
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import clone
from sklearn.utils.metaestimators import _BaseComposition
from sklearn.utils.validation import check_is_fitted

from h2o_frame_compat.session import current_session
from h2o_sklearn._signatures.stacked_ensemble import StackedEnsembleParameters
from h2o_sklearn._supervised import H2OClassifier, H2ORegressor, Supervised

if TYPE_CHECKING:
    from typing import Self

    from h2o_sklearn._targets import Target

_FRAMES = ("cross_validation_predictions", "cross_validation_holdout_predictions_frame_id")


class _Stack(Supervised, _BaseComposition):
    """Estimators fitted to the same rows, and a model of what they predict."""

    estimators: Any
    estimators_: list[Supervised]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters.

        Parameters
        ----------
        deep : bool, default True
            Those of the estimators too, as ``name__parameter``.

        Returns
        -------
        dict
            Names and values.
        """
        return dict(self._get_params("estimators", deep=deep))

    def set_params(self, **params: Any) -> Self:
        """Set parameters, also those of the estimators as ``name__parameter``.

        Parameters
        ----------
        **params : dict
            Names and values; the name of an estimator replaces it.

        Returns
        -------
        self : estimator
            The estimator.
        """
        self._set_params("estimators", **params)
        return self

    def _words(self) -> set[str]:
        return super()._words() | {name for name, _ in self.estimators or ()}

    def _fit_supervised(self, X: Any, y: Any, sample_weight: Any = None, eval_set: Any = None) -> Target | None:
        params = self._checked()
        blended = "blending_frame" in params
        self.estimators_ = []
        for name, estimator in params["estimators"]:
            if not isinstance(estimator, Supervised) or estimator._task != self._task:
                raise ValueError(f"{type(self).__name__}: the estimator {name!r} must be a {self._task} of h2o_sklearn")
            made = clone(estimator)
            made._keeps_rows = True
            if not blended:
                if "keep_cross_validation_predictions" not in made._words():
                    raise ValueError(
                        f"{type(self).__name__}: the estimator {name!r} cannot be cross-validated by H2O; give"
                        " blending_frame, or leave it out"
                    )
                made.set_params(nfolds=self.nfolds, fold_assignment="modulo", keep_cross_validation_predictions=True)
            weighted = {} if sample_weight is None else {"sample_weight": sample_weight}
            self.estimators_.append(made.fit(X, y, **weighted))
        try:
            return super()._fit_supervised(X, y, sample_weight, eval_set)
        finally:
            self._forget_predictions()

    def _prepared(self, params: dict[str, Any], rows: Any) -> dict[str, Any]:
        params = super()._prepared(params, rows)
        names = [name for name, _ in params["estimators"]]
        return {**params, "estimators": list(zip(names, self.estimators_, strict=True))}

    def _forget_predictions(self) -> None:
        """Remove what the ensemble has learned from."""
        executor = current_session().executor
        for estimator in self.estimators_:
            for name in _FRAMES:
                found = estimator._model.facts.details.get(name) or []
                for key in found if isinstance(found, list) else [found]:
                    executor.release(key["name"])

    @property
    def named_estimators_(self) -> dict[str, Supervised]:
        """The fitted estimators by name."""
        check_is_fitted(self)
        return dict(zip([name for name, _ in self.estimators], self.estimators_, strict=True))


class H2OStackedEnsembleClassifier(StackedEnsembleParameters, _Stack, H2OClassifier):
    """Stacked ensemble on an H2O cluster, for classes: estimators, and a model that learns from what they predict.

    Attributes
    ----------
    estimators_ : list of estimators
        The fitted estimators.
    named_estimators_ : dict
        The same by name.
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OGradientBoostingClassifier, H2OGeneralizedLinearClassifier
    >>> from h2o_sklearn import H2OStackedEnsembleClassifier
    >>> estimators = [("trees", H2OGradientBoostingClassifier()), ("linear", H2OGeneralizedLinearClassifier())]
    >>> model = H2OStackedEnsembleClassifier(estimators=estimators, nfolds=3)
    """


class H2OStackedEnsembleRegressor(StackedEnsembleParameters, _Stack, H2ORegressor):
    """Stacked ensemble on an H2O cluster, for numbers: estimators, and a model that learns from what they predict.

    Attributes
    ----------
    estimators_ : list of estimators
        The fitted estimators.
    named_estimators_ : dict
        The same by name.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OGradientBoostingRegressor, H2OGeneralizedLinearRegressor
    >>> from h2o_sklearn import H2OStackedEnsembleRegressor
    >>> estimators = [("trees", H2OGradientBoostingRegressor()), ("linear", H2OGeneralizedLinearRegressor())]
    >>> model = H2OStackedEnsembleRegressor(estimators=estimators, metalearner_algorithm="gbm")
    """
