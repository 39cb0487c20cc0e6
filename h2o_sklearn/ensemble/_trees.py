"""What models made of trees have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from sklearn.utils.validation import check_is_fitted

from h2o_sklearn import _cluster_explanations
from h2o_sklearn._base import H2OEstimator
from h2o_sklearn._cluster_data import ClusterTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from h2o_sklearn._inputs import LocalTable, Matrix


class Trees(H2OEstimator):
    """Importances of the columns, what they contribute to a prediction, and the leaves that rows come to."""

    #: Contributions add up to a probability, where others add up to its log-odds.
    _explains_probability: ClassVar[bool] = False

    def _unwatched(self, params: dict[str, Any]) -> dict[str, Any]:
        # H2O computes the metrics after every tree of the first seconds, which takes as long as growing the trees.
        if any(params.get(name) for name in ("score_tree_interval", "stopping_rounds", "score_each_iteration")):
            return params
        return {**params, "score_tree_interval": self._algorithm.value("n_estimators", params)}

    @property
    def feature_importances_(self) -> NDArray[np.float64]:
        """Share of each column in the reduction of the loss; they sum to 1, or are all 0 without a split."""
        check_is_fitted(self)
        return self._importances

    @property
    def n_estimators_(self) -> int:
        """Number of trees that were grown (per class, if there are more than two): early stopping leaves some out."""
        check_is_fitted(self)
        table = self._model.facts.table("model_summary") or {}
        return int(table["number_of_trees"][0])

    def predict_contributions(self, X: Any) -> Any:
        """Say how much each column adds to the prediction of each row: its SHAP value.

        The sum of a row is the prediction before the inverse of the link: the log-odds of ``classes_[1]`` for two
        classes, and for forests its probability.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples, n_features + 1)
            A number for each column, and at last one that all rows have in common; a frame in the cluster where X
            is one.

        Raises
        ------
        ValueError
            For more than two classes, which H2O does not explain.
        """
        rows = self._rows(X)
        classes = len(getattr(self, "classes_", ()))
        if classes > 2:
            raise ValueError(f"contributions are for numbers and two classes; this model tells {classes} classes apart")
        if isinstance(rows, ClusterTable):
            return self._of_second_class(_cluster_explanations.contributions(self._model, rows), "BiasTerm")
        return self._of_second_class(self._model.contributions(rows), np.s_[:, -1])

    def _of_second_class(self, values: Any, bias: Any) -> Any:
        """Turn contributions around where the cluster has the classes in the other order."""
        if not hasattr(self, "classes_") or self._class_order[1] == 1:
            return values
        values = -values
        if self._explains_probability:
            values[bias] = values[bias] + 1.0
        return values

    def apply(self, X: Any) -> Any:
        """Return the leaf that each row comes to in each tree.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples, n_trees) or (n_samples, n_trees, n_classes)
            H2O's numbers of the leaves, with an axis more where a round has a tree for each class, in the order of
            ``classes_``; where X is a frame in the cluster a frame there, with H2O's names of the trees.
        """
        rows = self._rows(X)
        if isinstance(rows, ClusterTable):
            return _cluster_explanations.leaves(self._model, rows)
        values = self._model.leaves(rows).reshape(rows.n_rows, self._model.rounds, -1)
        return values[:, :, 0] if values.shape[2] == 1 else values[:, :, self._class_order]


class CompiledTrees(Trees):
    """Trees that machine code may score."""

    backend: Any

    def _said(self, rows: LocalTable) -> Matrix:
        if self.backend == "mojo":
            return self._model.predictions(rows)
        if self.backend != "compiled":
            self._checked()  # which says what it may be
        return self._model.compiled_predictions(rows)
