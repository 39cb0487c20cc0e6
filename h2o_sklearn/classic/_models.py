"""Models as the classic module gives them: one class for each kind, which answers for its metrics too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from h2o_sklearn.classic import _rows
from h2o_sklearn.classic._base import ModelBase, NetworkModel, SupervisedModel, answering
from h2o_sklearn.classic._metrics import (
    METRICS,
    H2OAutoEncoderModelMetrics,
    H2OBinomialModelMetrics,
    H2OClusteringModelMetrics,
    H2ODimReductionModelMetrics,
    H2OMultinomialModelMetrics,
    H2ORegressionModelMetrics,
    MetricsBase,
)

if TYPE_CHECKING:
    from h2o_frame_compat.classic import H2OFrame
    from h2o_sklearn._persistence import FittedModel
    from h2o_sklearn.classic._tables import ConfusionMatrix, H2OTwoDimTable

_NUMBERS = (
    "mse", "rmse", "mae", "rmsle", "r2", "logloss", "mean_residual_deviance", "aic", "auc", "aucpr", "gini", "giniCoef",
    "null_deviance", "residual_deviance", "null_degrees_of_freedom", "residual_degrees_of_freedom", "nobs",
)  # fmt: skip
_OF_TWO_CLASSES = (
    "F1", "F2", "F0point5", "accuracy", "error", "precision", "recall", "sensitivity", "tpr", "tnr", "specificity",
    "fnr", "missrate", "fpr", "fallout", "mcc", "max_per_class_error", "mean_per_class_error", "metric", "roc",
    "confusion_matrix", "confusion_matrices", "find_threshold_by_max_metric", "find_idx_by_threshold", "gains_lift",
)  # fmt: skip
_OF_CLUSTERS = ("tot_withinss", "totss", "betweenss", "withinss", "size", "centroid_stats")


@answering(*_NUMBERS)
class H2ORegressionModel(SupervisedModel):
    """A model that predicts numbers."""

    _metrics = H2ORegressionModelMetrics


@answering(*_NUMBERS, *_OF_TWO_CLASSES)
class H2OBinomialModel(SupervisedModel):
    """A model of two classes."""

    _metrics = H2OBinomialModelMetrics


@answering(*_NUMBERS, "mean_per_class_error", "hit_ratio_table")
class H2OMultinomialModel(SupervisedModel):
    """A model of several classes."""

    _metrics = H2OMultinomialModelMetrics

    def confusion_matrix(
        self, data: H2OFrame | None = None, train: bool = False, valid: bool = False, xval: bool = False
    ) -> Any:
        """Return the confusion matrix.

        Parameters
        ----------
        data : H2OFrame, optional
            Rows to score, with the columns of x and y.
        train, valid, xval : bool
            The data of the fit; by default the training data.

        Returns
        -------
        ConfusionMatrix
            A row for each class there was; a dict of them where several are asked for.
        """
        if data is not None:
            made: ConfusionMatrix = self.model_performance(data).confusion_matrix()
            return made
        return self._answers(train, valid, xval, lambda found: found.confusion_matrix())


@answering("mse", "rmse", *_OF_CLUSTERS)
class H2OClusteringModel(ModelBase):
    """A clustering."""

    _metrics = H2OClusteringModelMetrics

    def centers(self) -> list[list[Any]]:
        """Return the centres.

        Returns
        -------
        list of list
            A row for each cluster, a value for each column.
        """
        return self._rows("centers")

    def centers_std(self) -> list[list[Any]]:
        """Return the centres in columns of mean 0 and variance 1.

        Returns
        -------
        list of list
            A row for each column, a value for each cluster: the other way round than ``centers``, as in H2O.
        """
        return [list(column) for column in zip(*self._rows("centers_std"), strict=True)]

    def num_iterations(self) -> int:
        """Return how often the centres were moved.

        Returns
        -------
        int
            The number of rounds.
        """
        return _iterations(self._table("model_summary"))

    def _rows(self, name: str) -> list[list[Any]]:
        table = self._table(name)
        if table is None:
            raise ValueError("the model was fitted with standardize=False")
        return [row[1:] for row in table.cell_values]  # the first column numbers the clusters


@answering("mse", "rmse")
class H2OAutoEncoderModel(NetworkModel):
    """A neural network that reproduces its input."""

    _metrics = H2OAutoEncoderModelMetrics

    def anomaly(self, test_data: H2OFrame, per_feature: bool = False) -> H2OFrame:
        """Return how badly each row is reconstructed.

        Parameters
        ----------
        test_data : H2OFrame
            Rows, with the columns of x.
        per_feature : bool, default False
            Squared errors of each column, in place of their mean.

        Returns
        -------
        H2OFrame
            The mean squared error of each row, or a column of squared errors for each column of x.
        """
        form = {"reconstruction_error": True, "reconstruction_error_per_feature": per_feature}
        return _rows.said(self._fitted, test_data, 3, form)

    def _measured(self, test_data: Any) -> dict[str, Any]:
        # The cluster gives no metrics of an autoencoder on further rows: they are computed from its errors.
        errors = self.anomaly(test_data)
        error = float(errors[0].mean())
        return {"MSE": error, "RMSE": math.sqrt(error), "nobs": errors.nrow(), "model_category": self._category}


@answering()
class H2ODimReductionModel(ModelBase):
    """A reduction of dimensions."""

    _metrics = H2ODimReductionModelMetrics

    def _all_metrics(self) -> dict[str, MetricsBase | None]:
        return {}  # H2O computes none

    def num_iterations(self) -> int:
        """Return the number of iterations.

        Returns
        -------
        int
            The number, 0 where the method is not iterative.
        """
        return _iterations(self._table("model_summary"))

    def eigenvectors(self) -> H2OTwoDimTable:
        """Return the principal components as a table: a row for each column of x.

        Returns
        -------
        H2OTwoDimTable
            The components.

        Raises
        ------
        ValueError
            For a model that is no principal component analysis.
        """
        table = self._table("eigenvectors")
        if table is None:
            raise ValueError(f"a model of {self.algo} has no eigenvectors")
        return table

    def importance(self) -> H2OTwoDimTable:
        """Return standard deviation and share of the variance of each principal component as a table.

        Returns
        -------
        H2OTwoDimTable
            A row for each statistic.

        Raises
        ------
        ValueError
            For a model that is no principal component analysis.
        """
        table = self._table("importance")
        if table is None:
            raise ValueError(f"a model of {self.algo} has no importances of components")
        return table

    def singular_values(self) -> list[float]:
        """Return the singular values.

        Returns
        -------
        list of float
            The greatest first.

        Raises
        ------
        ValueError
            For a model that is no singular value decomposition.
        """
        if "d" not in self._output:
            raise ValueError(f"a model of {self.algo} has no singular values")
        return [float(value) for value in self._output["d"]]

    def _shown_tables(self) -> list[H2OTwoDimTable]:
        tables = [self._table(name) for name in ("model_summary", "eigenvectors")]
        return [table for table in tables if table is not None]


def _iterations(summary: H2OTwoDimTable | None) -> int:
    known = summary is not None and "number_of_iterations" in summary.col_header
    return int(summary["number_of_iterations"][0]) if summary is not None and known else 0


_MODELS: dict[str, type[ModelBase]] = {
    "Regression": H2ORegressionModel,
    "Binomial": H2OBinomialModel,
    "Multinomial": H2OMultinomialModel,
    "Ordinal": H2OMultinomialModel,
    "Clustering": H2OClusteringModel,
    "AutoEncoder": H2OAutoEncoderModel,
    "DimReduction": H2ODimReductionModel,
}
assert _MODELS.keys() == METRICS.keys()


def model_of(fitted: FittedModel, described: dict[str, Any]) -> ModelBase:
    """Return a model as the class of its kind.

    Parameters
    ----------
    fitted : FittedModel
        Where it lies, and its columns.
    described : dict
        What the cluster says of it.

    Returns
    -------
    ModelBase
        The model.

    Raises
    ------
    ValueError
        For a kind of model that the module does not know.
    """
    category = described["output"]["model_category"]
    if category not in _MODELS:
        raise ValueError(f"{described['model_id']['name']} is a model of {category}, which this module does not know")
    return _MODELS[category](fitted, described)
