"""Generalized additive models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from sklearn.utils.validation import check_is_fitted

from h2o_sklearn import _cluster_models
from h2o_sklearn._inputs import NUMBER, LocalTable
from h2o_sklearn._scoring import OTHER_SPLINES
from h2o_sklearn._signatures.gam import GeneralizedAdditiveParameters
from h2o_sklearn._supervised import H2OClassifier, H2ORegressor, Supervised, repeatable
from h2o_sklearn._training import Training

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from h2o_sklearn._cluster_data import ClusterTable

_KNOTS = 10
_FEWEST = 3  # of a cubic spline


class _Fit(Training):
    """A fit under way, of a model that the cluster has to score where H2O's library knows its splines otherwise."""

    def _has_mojo(self) -> bool:
        params = self.task.params
        plates = any(len(group) > 1 for group in params["gam_columns"])
        return super()._has_mojo() and not plates and OTHER_SPLINES.isdisjoint(params.get("bs", ()))


class _ClassFit(_Fit):
    """A fit of classes. H2O's library adds up three and more of them in another order than the cluster."""

    def _has_mojo(self) -> bool:
        classes = getattr(self.task.target, "classes", None)  # in the cluster nobody has counted them
        few = self.task.params.get("family") == "ordinal" or (classes is not None and len(classes) == 2)
        return super()._has_mojo() and few


class _Splines(Supervised):
    """Which columns get a spline, where nobody says it."""

    _training: ClassVar[type[Training]] = _Fit

    def _repeats(self, _params: dict[str, Any], weights: NDArray[np.float64]) -> bool:
        # Knots are at quantiles of the rows, whatever those weigh.
        return repeatable(weights)

    def _prepared(self, params: dict[str, Any], rows: LocalTable | ClusterTable) -> dict[str, Any]:
        if "gam_columns" in params:
            return params
        features = rows.features()
        knots: dict[int, NDArray[np.float64]] = {}
        if isinstance(rows, LocalTable):
            values = rows.coded(features)
            knots = {place: _knots(column) for place, column in enumerate(values.T)}
            counts = [len(knots[place]) for place in range(len(features))]
        else:
            counts = [min(_KNOTS, count) for count in _cluster_models.distinct_counts(rows)]
        chosen = [
            place
            for place, (feature, count) in enumerate(zip(features, counts, strict=True))
            if feature.kind == NUMBER and count >= _FEWEST
        ]
        if not chosen:
            raise ValueError(
                f"{type(self).__name__}: no column of X is a number with at least {_FEWEST} distinct values, so that"
                " none can have a spline; a generalized linear model is what remains"
            )
        ours: dict[str, Any] = {"gam_columns": [[place] for place in chosen]}
        if "num_knots" not in params and "knot_ids" not in params:
            ours["num_knots"] = [counts[place] for place in chosen]
            if knots:
                ours["knot_ids"] = [knots[place][:, None] for place in chosen]
        return {**params, **ours}

    @property
    def n_iter_(self) -> int:
        """Iterations of the solver, at least 1."""
        check_is_fitted(self)
        return max(1, self._iterations)


def _knots(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return knots at quantiles of a column; of its distinct values, where one value is so frequent that knots meet."""
    known = values[~np.isnan(values)]
    distinct = np.unique(known)
    levels = np.linspace(0, 1, min(_KNOTS, len(distinct)))
    if not len(levels):
        return distinct
    found = np.quantile(known, levels)
    return found if (np.diff(found) > 0).all() else np.quantile(distinct, levels)


class H2OGeneralizedAdditiveClassifier(_Splines, H2OClassifier, GeneralizedAdditiveParameters):
    """Generalized additive model on an H2O cluster, for classes: a linear model with splines of columns.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_iter_ : int
        Iterations of the solver.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OGeneralizedAdditiveClassifier
    >>> H2OGeneralizedAdditiveClassifier(gam_columns=[["age"]], num_knots=[5])
    H2OGeneralizedAdditiveClassifier(gam_columns=[['age']], num_knots=[5])
    """

    _training: ClassVar[type[Training]] = _ClassFit


class H2OGeneralizedAdditiveRegressor(_Splines, H2ORegressor, GeneralizedAdditiveParameters):
    """Generalized additive model on an H2O cluster, for numbers: a linear model with splines of columns.

    Attributes
    ----------
    n_iter_ : int
        Iterations of the solver.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OGeneralizedAdditiveRegressor
    >>> H2OGeneralizedAdditiveRegressor(gam_columns=[["age"]], bs=[2])
    H2OGeneralizedAdditiveRegressor(bs=[2], gam_columns=[['age']])
    """
