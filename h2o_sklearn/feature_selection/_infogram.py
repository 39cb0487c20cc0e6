"""Columns judged by the information they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from sklearn.utils.validation import check_is_fitted

from h2o_sklearn import _cluster_data
from h2o_sklearn._signatures.infogram import InfogramParameters
from h2o_sklearn.feature_selection._selector import Selector, classes_only

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from h2o_frame_compat.expr import Expr
    from h2o_sklearn._cluster_data import ClusterTable
    from h2o_sklearn._inputs import LocalTable
    from h2o_sklearn._targets import Target


#: Twice the rows that a leaf of H2O's gradient boosting needs.
_FEWEST = 20


class H2OInfogram(Selector, InfogramParameters):
    """Columns judged by the information they hold on the classes, on an H2O cluster.

    A column is kept when both its information are large enough: in total (how much it tells by itself) and net
    (how much it tells beyond the others). With ``protected_columns`` these are relevance and safety.

    Attributes
    ----------
    scores_ : pandas.DataFrame
        A row per judged column, by its name in the cluster: ``total``, ``net`` and ``net_raw``; for
        ``protected_columns`` total is relevance and net is safety.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.

    Examples
    --------
    >>> from h2o_sklearn import H2OInfogram
    >>> H2OInfogram(protected_columns=["age"])
    H2OInfogram(protected_columns=['age'])
    """

    def _read_target(self, y: Any) -> Target:
        return classes_only(y, type(self).__name__)

    def _target_column(self, column: Expr) -> Expr:
        return _cluster_data.as_category(column)

    def _repeats(self, _params: dict[str, Any], _weights: NDArray[np.float64]) -> bool:
        return False

    def _prepared(self, params: dict[str, Any], rows: LocalTable | ClusterTable) -> dict[str, Any]:
        if len(rows.labels) < 2:
            raise ValueError(
                f"{type(self).__name__} compares columns: X must have at least two of them, this is n_features=1"
            )
        return super()._prepared(params, rows)

    def _fitting(self, params: dict[str, Any], count: int, total: float) -> dict[str, Any]:
        params = super()._fitting(params, count, total)
        own = "algorithm_params" in params or params.get("algorithm", "gbm") != "gbm"
        if not own and total < _FEWEST:  # the default min_rows of gradient boosting would refuse to fit
            return {**params, "algorithm": "gbm", "algorithm_params": f'{{"min_rows": [{total / 2}]}}'}
        return params

    @property
    def scores_(self) -> pd.DataFrame:
        """The information of each column."""
        check_is_fitted(self)
        details = self._model.facts.details
        columns = {"total": details["relevance"], "net": details["cmi"], "net_raw": details["cmi_raw"]}
        return pd.DataFrame(columns, index=details["all_predictor_names"])

    @property
    def _selected(self) -> list[str]:
        return list(self._model.facts.details["admissible_features"] or [])
