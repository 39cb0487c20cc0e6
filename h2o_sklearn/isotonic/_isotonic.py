"""Isotonic regression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from h2o_sklearn._signatures.isotonic import IsotonicRegressionParameters
from h2o_sklearn._supervised import H2ORegressor

if TYPE_CHECKING:
    from sklearn.utils import Tags

    from h2o_sklearn._cluster_data import ClusterTable
    from h2o_sklearn._inputs import LocalTable


class H2OIsotonicRegression(H2ORegressor, IsotonicRegressionParameters):
    """Isotonic regression on an H2O cluster: the function of one column that never falls and is nearest to y.

    X is one column, as a table or as an array of one dimension.

    Attributes
    ----------
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OIsotonicRegression
    >>> H2OIsotonicRegression(out_of_bounds="clip")
    H2OIsotonicRegression(out_of_bounds='clip')
    """

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags

    def _fit(self, params: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super()._fit(params, *args, **kwargs)
        if params.get("out_of_bounds", "na") == "na" and self._model.mojo is not None:
            info = self._model.mojo.info  # whose reader takes the nearest bound in any case
            self._model.bounds = float(info["calib_min_x"]), float(info["calib_max_x"])

    def _read(self, X: Any, *, reset: bool) -> LocalTable | ClusterTable:
        if np.ndim(X) == 1 and not hasattr(X, "_block"):
            X = np.asarray(X).reshape(-1, 1)
        rows = super()._read(X, reset=reset)
        if len(rows.labels) != 1:
            raise ValueError(f"{type(self).__name__}: X must have one column, it has {len(rows.labels)}")
        return rows
