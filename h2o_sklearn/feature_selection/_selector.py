"""What estimators that judge columns by a target have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.feature_selection import SelectorMixin
from sklearn.utils import _safe_indexing
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted

from h2o_sklearn import _cluster_data, _targets
from h2o_sklearn._supervised import Supervised, repeatable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from numpy.typing import NDArray
    from sklearn.utils import Tags

    from h2o_frame_compat.expr import Expr
    from h2o_sklearn._targets import Target


class Judge(Supervised):
    """An estimator that fits models to find out what columns are worth; it predicts nothing."""

    _task = "selector"

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags

    def _read_target(self, y: Any) -> Target:
        """Read numbers as they are, and anything else as classes."""
        labels = np.asarray(np.asarray(y).tolist())
        numbers = getattr(self, "family", "") != "binomial" and labels.dtype.kind in "iuf"
        return _targets.numbers(labels) if numbers else _targets.classes(y, type(self).__name__)

    def _target_column(self, column: Expr) -> Expr:
        numbers = getattr(self, "family", "") != "binomial" and column.dtype.is_numeric and not column.dtype.is_bool
        return column if numbers else _cluster_data.as_category(column)

    def _repeats(self, _params: dict[str, Any], weights: NDArray[np.float64]) -> bool:
        return repeatable(weights)  # tests count rows, whatever they weigh

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the models.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns: numpy, pandas, polars, pyarrow, a frame in the cluster.
        y : array-like of shape (n_samples,)
            The target.
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

    def _mask(self, names: Iterable[str]) -> NDArray[np.bool_]:
        """Return which columns of X are among these names of the cluster, or are categories whose level is."""
        wanted = set(names)
        levels = {name.rpartition(".")[0] for name in wanted}
        features = self._model.features
        return np.array([f.name in wanted or (bool(f.levels) and f.name in levels) for f in features])


class Selector(SelectorMixin, Judge):
    """A judge whose ``transform`` keeps the columns it found to be of use."""

    def transform(self, X: Any) -> Any:
        """Keep the selected columns.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        table of shape (n_samples, n_selected_features)
            The selected columns, as they are in X.
        """
        rows = self._rows(X)
        places = self.get_support(indices=True)
        if isinstance(rows, _cluster_data.ClusterTable):
            return _cluster_data.framed(rows.block.select(list(places)))
        if isinstance(X, (list, tuple)) or not hasattr(X, "shape"):
            X = np.asarray(X)
        return _safe_indexing(X, places, axis=1)

    def _get_support_mask(self) -> NDArray[np.bool_]:
        check_is_fitted(self)
        return self._mask(self._selected)

    @property
    def _selected(self) -> list[str]:
        raise NotImplementedError


def classes_only(y: Any, owner: str) -> Target:
    """Read a target that must be classes."""
    if type_of_target(y, input_name="y").startswith("continuous"):
        raise ValueError(f"{owner} needs classes in y. Unknown label type: continuous")
    return _targets.classes(y, owner)
