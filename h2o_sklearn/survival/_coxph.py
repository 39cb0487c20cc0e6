"""Proportional hazards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from h2o_sklearn import _cluster_data, _cluster_models, _targets
from h2o_sklearn._base import H2OEstimator
from h2o_sklearn._cluster_data import ClusterTable
from h2o_sklearn._inputs import LocalTable
from h2o_sklearn._signatures.coxph import CoxPHParameters
from h2o_sklearn._supervised import repeatable
from h2o_sklearn._targets import Target
from h2o_sklearn.survival import _times

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import NDArray
    from sklearn.utils import Tags

    from h2o_sklearn._inputs import Matrix
    from h2o_sklearn._persistence import FittedModel
    from h2o_sklearn.survival._times import Times


class H2OCoxPH(H2OEstimator, CoxPHParameters):
    """Cox's proportional hazards model on an H2O cluster.

    The target is what scikit-survival takes: a structured array of whether the event came and of the time
    (``sksurv.util.Surv`` makes it), or a frame of two such columns. A third column between them, the time since
    which a row is watched, makes the intervals of rows whose values change. Times alone are all events.

    Attributes
    ----------
    coef_ : ndarray of shape (n_coefficients,)
        Logarithm of the hazard ratio of each column; a category has one for each level but the first.
    coef_names_ : list of str
        Names of the coefficients.
    unique_times_ : ndarray of shape (n_times,)
        The times in y, in order.
    cum_baseline_hazard_ : ndarray of shape (n_times,)
        Cumulative hazard of a row of the mean at these times.
    concordance_ : float
        Share of pairs of the training rows in the right order, as H2O counts it.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OCoxPH
    >>> H2OCoxPH(ties="breslow")
    H2OCoxPH(ties='breslow')
    """

    _task = "survival"

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns: numpy, pandas, polars, pyarrow, a frame in the cluster.
        y : structured array or frame of shape (n_samples,)
            Whether the event came, and the time.
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
        params = self._checked()
        if y is None:
            raise ValueError(f"{type(self).__name__} requires y to be passed, but the target y is None")
        rows: Any = self._read(X, reset=True)
        times = _times.read(y)
        if isinstance(rows, ClusterTable):
            given = _targets.weights(sample_weight, times.stop, len(times.stop))
            columns = {"event": times.event, "stop_column": times.stop, "start_column": times.start, "weights": given}
            exprs = {}
            for name, column in columns.items():
                if column is not None:
                    rows, exprs[name] = _cluster_data.beside(rows, pa.array(column), None)
            self._fit(params, rows, exprs.pop("event"), exprs.pop("weights", None), exprs)
            return self
        check_consistent_length(rows, times.stop)
        weights = _targets.weights(sample_weight, rows, rows.n_rows)
        if weights is not None and not weights.all():
            kept = weights > 0
            rows, times, weights = rows.take(kept), times.take(kept), weights[kept]
        if weights is not None and repeatable(weights):  # with tied times H2O's weights are no repetitions
            repeated = np.repeat(np.arange(rows.n_rows), weights.astype(np.intp))
            rows, times, weights = rows.take(repeated), times.take(repeated), None
        if rows.n_rows > 1 and times.event.all():
            rows, times, weights = _with_a_censored_row(rows, times, weights)
        sent = {"stop_column": pa.array(times.stop)}
        if times.start is not None:
            sent["start_column"] = pa.array(times.start)
        self._fit(params, rows, Target(pa.array(times.event)), weights, sent)
        return self

    @classmethod
    def _of(cls, model: FittedModel) -> Self:
        # H2O counts the times among the columns of such a model.
        times = str(model.facts.details["formula"]).partition(") ~")[0].removeprefix("Surv(").split(", ")
        model.features = tuple(feature for feature in model.features if feature.name not in times)
        return super()._of(model)

    def predict(self, X: Any) -> Any:
        """Return the risk of each row: the logarithm of its hazard ratio to a row of the mean.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples,)
            The larger, the sooner the event; a series in the cluster where X lies there.
        """
        rows = self._rows(X)
        if isinstance(rows, ClusterTable):
            return _cluster_models.numbers(self._model, rows)
        return self._model.predictions(rows)[:, 0]

    def predict_cumulative_hazard_function(self, X: Any) -> Matrix:
        """Return the cumulative hazard of each row at each of ``unique_times_``.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples, n_times)
            What scikit-survival returns with ``return_array=True``.
        """
        risk = np.asarray(self.predict(X), dtype=np.float64)
        return np.exp(risk)[:, None] * self.cum_baseline_hazard_[None, :]

    def predict_survival_function(self, X: Any) -> Matrix:
        """Return the probability that the event of each row comes after each of ``unique_times_``.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples, n_times)
            What scikit-survival returns with ``return_array=True``.
        """
        return np.exp(-self.predict_cumulative_hazard_function(X))

    def score(self, X: Any, y: Any) -> float:
        """Return the share of pairs of rows whose events come in the order of their risk (Harrell's C).

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.
        y : structured array or frame of shape (n_samples,)
            Whether the event came, and the time.

        Returns
        -------
        float
            1 for a perfect order, 0.5 for none.
        """
        times: Times = _times.read(y)
        return _times.concordance(times, np.asarray(self.predict(X), dtype=np.float64))

    @property
    def coef_(self) -> NDArray[np.float64]:
        """Logarithm of the hazard ratio of each column."""
        return np.array(self._coefficients["coefficients"])

    @property
    def coef_names_(self) -> list[str]:
        """Names of the coefficients."""
        return list(self._coefficients["names"])

    @property
    def concordance_(self) -> float:
        """Share of pairs of the training rows in the right order."""
        return float(self._details["concordance"])

    @property
    def unique_times_(self) -> NDArray[np.float64]:
        """The times in y."""
        self._refuse_strata()
        return np.array(self._details["time"])

    @property
    def cum_baseline_hazard_(self) -> NDArray[np.float64]:
        """Cumulative hazard of a row of the mean."""
        self._refuse_strata()
        # H2O's is that of a row with the first level of each category; its coefficients have categories first.
        means = np.array(self._details["x_mean_cat"]).ravel()
        return np.array(self._details["cumhaz_0"]) * np.exp(means @ self.coef_[: len(means)])

    @property
    def n_iter_(self) -> int:
        """Number of iterations, at least 1."""
        return max(1, int(self._details["iter"]))

    @property
    def _details(self) -> dict[str, Any]:
        check_is_fitted(self)
        return self._model.facts.details

    @property
    def _coefficients(self) -> dict[str, list[Any]]:
        check_is_fitted(self)
        table = self._model.facts.table("coefficients_table")
        assert table is not None
        return table

    def _refuse_strata(self) -> None:
        if self.stratify_by is not None:
            raise ValueError(f"{type(self).__name__}: with 'stratify_by' there is a baseline for each stratum, not one")


def _with_a_censored_row(
    rows: LocalTable, times: Times, weights: NDArray[np.float64] | None
) -> tuple[LocalTable, Times, NDArray[np.float64] | None]:
    """Add a row of missing values without the event: H2O refuses a target that never changes, and drops this row."""
    if rows.matrix is not None:
        longer = LocalTable(rows.labels, np.vstack([rows.matrix, np.full((1, rows.matrix.shape[1]), np.nan)]))
    else:
        places = pa.array([*range(rows.n_rows), None])
        longer = LocalTable(rows.labels, columns=[column.take(places) for column in rows.columns])
    again = times.take(np.append(np.arange(rows.n_rows), 0))
    again.event[-1] = 0.0
    return longer, again, None if weights is None else np.append(weights, 1.0)
