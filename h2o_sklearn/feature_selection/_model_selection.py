"""Columns chosen by linear models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.utils.validation import check_is_fitted

from h2o_sklearn._signatures.model_selection import ModelSelectionParameters
from h2o_sklearn.feature_selection._selector import Selector

if TYPE_CHECKING:
    from numpy.typing import NDArray


class H2OModelSelection(Selector, ModelSelectionParameters):
    """The best few columns for a linear model, found on an H2O cluster.

    For each number of columns up to ``max_predictor_number`` (with ``mode="backward"`` from all columns down to
    ``min_predictor_number``) H2O finds the columns of the best model. ``transform`` keeps those of the largest
    number, or of the smallest with ``mode="backward"``.

    Attributes
    ----------
    subsets_ : list of list of str
        The columns of each number of them, by their names in the cluster.
    best_r2_ : ndarray of shape (n_subsets,)
        The R2 of each; empty for ``mode="backward"``.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.

    Examples
    --------
    >>> from h2o_sklearn import H2OModelSelection
    >>> H2OModelSelection(max_predictor_number=3)
    H2OModelSelection(max_predictor_number=3)
    """

    @property
    def subsets_(self) -> list[list[str]]:
        """The columns of each number of them."""
        check_is_fitted(self)
        subsets = self._model.facts.details["best_predictors_subset"]
        return [[name for name in subset if name] for subset in subsets]

    @property
    def best_r2_(self) -> NDArray[np.float64]:
        """The R2 of each number of columns."""
        check_is_fitted(self)
        return np.array(self._model.facts.details.get("best_r2_values") or [])

    @property
    def _selected(self) -> list[str]:
        subsets = self.subsets_
        return min(subsets, key=len) if self.mode == "backward" else max(subsets, key=len)
