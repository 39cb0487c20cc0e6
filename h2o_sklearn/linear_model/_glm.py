"""Generalized linear models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from h2o_sklearn._base import H2OEstimator
from h2o_sklearn._signatures.glm import GeneralizedLinearParameters
from h2o_sklearn._supervised import H2OClassifier, H2ORegressor, repeatable

if TYPE_CHECKING:
    from numpy.typing import NDArray

_INTERCEPT = "Intercept"


class _Coefficients(H2OEstimator):
    """Coefficients as scikit-learn presents them.

    A categorical column has a coefficient for each of its levels; they follow one another where the column
    stands, and ``coef_names_`` names them.
    """

    def _repeats(self, params: dict[str, Any], weights: NDArray[np.float64]) -> bool:
        """Say whether rows are repeated in place of whole weights.

        H2O standardises with the number of rows where weights add up to another number of them. That is felt
        on few rows only, and there repeating them costs nothing.
        """
        return bool(params.get("standardize", True)) and repeatable(weights)

    @property
    def coef_names_(self) -> NDArray[Any]:
        """Names of the coefficients: the column, or ``column.level``, in the order of X."""
        return np.array([name for name, _ in self._placed()], dtype=object)

    @property
    def n_iter_(self) -> int:
        """Iterations of the solver, at least 1."""
        check_is_fitted(self)
        return max(1, self._iterations)

    def _table(self) -> dict[str, list[float]]:
        """Return a list of coefficients per set of them: one, or one per class."""
        check_is_fitted(self)
        facts = self._model.facts
        several = facts.table("coefficients_table_multinomials_with_class_names")
        if several is not None:
            names = several["names"]
            sets = {key: column for key, column in several.items() if key.startswith("coefs_class_")}
        else:
            table = facts.table("coefficients_table")
            assert table is not None
            names, sets = table["names"], {"": table["coefficients"]}
        self_names = {"names": names}
        return {**self_names, **sets}

    def _placed(self) -> list[tuple[str, int | None]]:
        """Return each coefficient's name and its place in H2O's table; None where H2O left the column out."""
        names: list[Any] = self._table()["names"]
        placed: list[tuple[str, int | None]] = []
        used = {_INTERCEPT}
        for feature in self._model.features:
            own: list[tuple[str, int | None]] = [
                (name, place)
                for place, name in enumerate(names)
                if name == feature.name or (feature.levels and name.startswith(f"{feature.name}."))
            ]
            placed += own or [(feature.name, None)]
            used |= {name for name, _ in own}
        placed += [(name, place) for place, name in enumerate(names) if name not in used]
        return placed

    def _sets(self) -> list[list[float]]:
        return [values for name, values in self._table().items() if name != "names"]

    def _coefficients(self) -> NDArray[np.float64]:
        places = [place for _, place in self._placed()]
        return np.array([[0.0 if place is None else values[place] for place in places] for values in self._sets()])

    def _intercepts(self) -> NDArray[np.float64]:
        names: list[Any] = self._table()["names"]
        place = names.index(_INTERCEPT) if _INTERCEPT in names else None
        return np.array([0.0 if place is None else values[place] for values in self._sets()])


class H2OGeneralizedLinearClassifier(_Coefficients, H2OClassifier, GeneralizedLinearParameters):
    """Logistic, multinomial or ordinal regression on an H2O cluster.

    The penalty is ``lambda_`` times the mix of lasso and ridge that ``l1_ratio`` sets, as in scikit-learn's
    ElasticNet. There is no parameter ``alpha``: scikit-learn and H2O mean different things by it.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    coef_ : ndarray of shape (1, n_coefficients) or (n_classes, n_coefficients)
        Coefficients on the scale of X.
    intercept_ : ndarray of shape (1,) or (n_classes,)
        Constant terms.
    coef_names_ : ndarray of shape (n_coefficients,)
        What each coefficient belongs to: a column, or a level of a categorical one.
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
    >>> from h2o_sklearn import H2OGeneralizedLinearClassifier
    >>> H2OGeneralizedLinearClassifier(lambda_=0.01, l1_ratio=1.0)
    H2OGeneralizedLinearClassifier(l1_ratio=1.0, lambda_=0.01)
    """

    @property
    def coef_(self) -> NDArray[np.float64]:
        """Coefficients on the scale of X."""
        return self._coefficients()

    @property
    def intercept_(self) -> NDArray[np.float64]:
        """Constant terms."""
        return self._intercepts()


class H2OGeneralizedLinearRegressor(_Coefficients, H2ORegressor, GeneralizedLinearParameters):
    """Generalized linear regression on an H2O cluster.

    The penalty is ``lambda_`` times the mix of lasso and ridge that ``l1_ratio`` sets, as in scikit-learn's
    ElasticNet. There is no parameter ``alpha``: scikit-learn and H2O mean different things by it.

    Attributes
    ----------
    coef_ : ndarray of shape (n_coefficients,)
        Coefficients on the scale of X.
    intercept_ : float
        Constant term.
    coef_names_ : ndarray of shape (n_coefficients,)
        What each coefficient belongs to: a column, or a level of a categorical one.
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
    >>> from h2o_sklearn import H2OGeneralizedLinearRegressor
    >>> H2OGeneralizedLinearRegressor(family="poisson", lambda_=0.0)
    H2OGeneralizedLinearRegressor(family='poisson', lambda_=0.0)
    """

    @property
    def coef_(self) -> NDArray[np.float64]:
        """Coefficients on the scale of X."""
        return np.asarray(self._coefficients()[0])

    @property
    def intercept_(self) -> float:
        """Constant term."""
        return float(self._intercepts()[0])
