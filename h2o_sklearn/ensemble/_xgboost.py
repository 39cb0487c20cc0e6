"""XGBoost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from h2o_frame_compat.session import current_session
from h2o_sklearn._inputs import LocalTable
from h2o_sklearn._signatures.xgboost import XGBoostParameters
from h2o_sklearn._supervised import H2OClassifier, H2ORegressor, Supervised, repeatable
from h2o_sklearn.ensemble._trees import Trees

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from h2o_sklearn._cluster_data import ClusterTable

_ROWS_PER_THREAD = 20_000
_LARGEST = float(np.finfo(np.float32).max)


def _beyond_32_bits(column: pa.Array) -> bool:
    if not pa.types.is_floating(column.type):
        return False
    ends = pc.min_max(column)
    return any(end is not None and abs(end) > _LARGEST for end in (ends["min"].as_py(), ends["max"].as_py()))


class _Threads(Supervised):
    """As many threads as the rows are worth."""

    def _repeats(self, _params: dict[str, Any], weights: NDArray[np.float64]) -> bool:
        # XGBoost chooses the bounds of its bins by weight, and so others than for repeated rows.
        return repeatable(weights)

    def _prepared(self, params: dict[str, Any], rows: LocalTable | ClusterTable) -> dict[str, Any]:
        if isinstance(rows, LocalTable) and any(_beyond_32_bits(column) for column in rows.columns):
            raise ValueError(f"{type(self).__name__}: X contains numbers too large for 32 bits, which XGBoost reads")
        return super()._prepared(params, rows)

    def _fitting(self, params: dict[str, Any], count: int, total: float) -> dict[str, Any]:
        params = super()._fitting(params, count, total)
        cluster = current_session().cluster
        cores = max(1, cluster.total_cores // len(cluster.nodes))
        return {"nthread": min(cores, 1 + count // _ROWS_PER_THREAD), **params} if self.nthread is None else params


class H2OXGBoostClassifier(Trees, _Threads, H2OClassifier, XGBoostParameters):
    """XGBoost on an H2O cluster, for classes.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    feature_importances_ : ndarray of shape (n_features_in_,)
        Share of each column in the model; they sum to 1.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OXGBoostClassifier
    >>> H2OXGBoostClassifier(n_estimators=100, random_state=0)
    H2OXGBoostClassifier(n_estimators=100, random_state=0)
    """


class H2OXGBoostRegressor(Trees, _Threads, H2ORegressor, XGBoostParameters):
    """XGBoost on an H2O cluster, for numbers.

    Attributes
    ----------
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    feature_importances_ : ndarray of shape (n_features_in_,)
        Share of each column in the model; they sum to 1.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OXGBoostRegressor
    >>> H2OXGBoostRegressor(booster="dart", random_state=0)
    H2OXGBoostRegressor(booster='dart', random_state=0)
    """
