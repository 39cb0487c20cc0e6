"""Models as the classic module gives them: one class for each kind, which answers for its metrics too."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from h2o_sklearn.classic import _rows
from h2o_sklearn.classic._columns import RESPONSE
from h2o_sklearn.classic._metrics import (
    METRICS,
    H2OAutoEncoderModelMetrics,
    H2OBinomialModelMetrics,
    H2OClusteringModelMetrics,
    H2ODimReductionModelMetrics,
    H2OMultinomialModelMetrics,
    H2ORegressionModelMetrics,
    MetricsBase,
    metrics_of,
)
from h2o_sklearn.classic._tables import ConfusionMatrix, H2OTwoDimTable, table_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.classic import H2OFrame
    from h2o_sklearn._persistence import FittedModel

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

_WHICH = """

        Without ``train``, ``valid`` and ``xval`` it is that of the training data. One of them chooses the data; several
        give a dict by their names. None stands for data that the model was not given.
        """


class ModelBase:
    """A model in the cluster.

    It leaves the cluster when nobody refers to it any more, unless it was given a name (``model_id``): then it
    stays until ``h2o.remove``.

    Parameters
    ----------
    fitted : FittedModel
        Where it lies, and its columns.
    described : dict
        What the cluster says of it.
    """

    _metrics: ClassVar[type[MetricsBase]] = MetricsBase

    def __init__(self, fitted: FittedModel, described: dict[str, Any]) -> None:
        self.fitted = fitted
        self._model_json = described
        self._output: dict[str, Any] = described["output"]
        self._category = str(self._output["model_category"])

    # ------------------------------------------------------------ what it is

    @property
    def model_id(self) -> str:
        """Its name in the cluster."""
        return str(self._model_json["model_id"]["name"])

    @property
    def key(self) -> str:
        """Its name in the cluster."""
        return self.model_id

    @property
    def algo(self) -> str:
        """H2O's name of the algorithm."""
        return str(self._model_json["algo"])

    @property
    def params(self) -> dict[str, dict[str, Any]]:
        """The parameters: for each its default and the value it had."""
        return {
            item["name"]: {"default": item["default_value"], "actual": item["actual_value"]}
            for item in self._model_json["parameters"]
        }

    @property
    def is_autoencoder(self) -> bool:
        """Whether it is a neural network that reproduces its input."""
        return self._category == "AutoEncoder"

    @property
    def is_clustering(self) -> bool:
        """Whether it finds clusters."""
        return self._category == "Clustering"

    @property
    def has_pojo(self) -> bool:
        """Whether H2O writes it as Java source."""
        return bool(self._model_json["have_pojo"]) and self.algo != "svd"  # of which it writes a class without content

    def column(self, param: str) -> str | None:
        """Return the name of a column that was no feature.

        Parameters
        ----------
        param : str
            The parameter that names it, such as ``"response_column"``.

        Returns
        -------
        str or None
            The name; None where there was none.
        """
        if param == RESPONSE:
            name = self._model_json.get("response_column_name")
        else:
            actual = self.params.get(param, {}).get("actual")
            name = actual and actual["column_name"]
        return str(name) if name else None

    def is_cross_validated(self) -> bool:
        """Say whether the model was cross-validated.

        Returns
        -------
        bool
            True where there are metrics of ``xval``.
        """
        return bool(self._output.get("cross_validation_metrics"))

    def __repr__(self) -> str:
        title = f"{type(self).__name__}: {self._model_json['algo_full_name']}"
        parts = [f"Model Details\n=============\n{title}", *map(repr, self._shown_tables())]
        parts += [repr(found) for found in self._all_metrics().values() if found is not None and found.shown]
        return "\n\n".join(parts)

    def show(self) -> None:
        """Print the model: its summary, its metrics, and its tables."""
        print(self)

    def summary(self) -> None:
        """Print a summary of the model."""
        table = self._table("model_summary")
        print(f"{self._model_json['algo_full_name']}, of which H2O gives no summary" if table is None else table)

    def _table(self, name: str) -> H2OTwoDimTable | None:
        return table_of(self._output.get(name))

    def _shown_tables(self) -> list[H2OTwoDimTable]:
        tables = [self._table(name) for name in ("model_summary", "coefficients_table", "variable_importances")]
        return [table for table in tables if table is not None]

    def _remove(self) -> None:
        """Remove it from the cluster, as ``h2o.remove`` does."""
        _rows.removed(self)

    # ------------------------------------------------------------ metrics

    def _metrics_on(self, part: str) -> MetricsBase | None:
        names = {"train": "training_metrics", "valid": "validation_metrics", "xval": "cross_validation_metrics"}
        return metrics_of(self._output.get(names[part]), self._category, self.algo, part)

    def _all_metrics(self) -> dict[str, MetricsBase | None]:
        return {part: self._metrics_on(part) for part in ("train", "valid", "xval")}

    def answers(self, train: bool, valid: bool, xval: bool, question: Callable[[Any], Any]) -> Any:
        """Ask the metrics on some data; several answers are a dict by the names of the data."""
        asked = [part for part, wanted in (("train", train), ("valid", valid), ("xval", xval)) if wanted] or ["train"]
        found = {part: self._metrics_on(part) for part in asked}
        answers = {part: None if metrics is None else question(metrics) for part, metrics in found.items()}
        return next(iter(answers.values())) if len(answers) == 1 else answers

    def model_performance(
        self, test_data: H2OFrame | None = None, train: bool = False, valid: bool = False, xval: bool = False
    ) -> Any:
        """Return the metrics of the model.

        Parameters
        ----------
        test_data : H2OFrame, optional
            Rows to score, with the columns of x and y.
        train, valid, xval : bool
            The data of the fit whose metrics are wanted; by default the training data.

        Returns
        -------
        MetricsBase
            Metrics, which answer as the model does; a dict of them where several are asked for.

        Raises
        ------
        ValueError
            When columns are missing.
        """
        if test_data is None:
            return self.answers(train, valid, xval, lambda metrics: metrics)
        found = _rows.measured(self, test_data)
        return metrics_of(found, self._category, self.algo, "test")

    performance = model_performance

    # ------------------------------------------------------------ applied to rows

    def predict(self, test_data: H2OFrame) -> H2OFrame:
        """Predict.

        Parameters
        ----------
        test_data : H2OFrame
            Rows, with the columns of x in any order.

        Returns
        -------
        H2OFrame
            The prediction in column ``predict``, then the probability of each class.

        Raises
        ------
        ValueError
            When columns are missing.
        """
        return _rows.predicted(self, test_data)

    def deepfeatures(self, test_data: H2OFrame, layer: int) -> H2OFrame:
        """Return what a hidden layer of a neural network makes of rows.

        Parameters
        ----------
        test_data : H2OFrame
            Rows, with the columns of x.
        layer : int
            The hidden layer, counted from 0.

        Returns
        -------
        H2OFrame
            A column for each neuron.

        Raises
        ------
        ValueError
            When the model has no such layer.
        """
        if self.algo != "deeplearning":
            raise ValueError(f"deepfeatures are of neural networks; this is a model of {self.algo}")
        return _rows.said(self, test_data, 4, {"deep_features_hidden_layer": layer})

    # ------------------------------------------------------------ what is inside

    def varimp(self, return_list: bool = False) -> list[tuple[Any, ...]] | None:
        """Print how important each column is, or return it.

        Parameters
        ----------
        return_list : bool, default False
            Return it.

        Returns
        -------
        list of tuple or None
            Column, importance, importance as a share of the greatest and of all; the greatest first.

        Raises
        ------
        ValueError
            For a model without importances.
        """
        table = self._table("variable_importances")
        if table is None:
            raise ValueError(f"a model of {self.algo} has no importances of columns here")
        if return_list:
            return [tuple(row) for row in table.cell_values]
        print(table)
        return None

    def scoring_history(self) -> pd.DataFrame:
        """Return the metrics in the course of the fit.

        Returns
        -------
        pandas.DataFrame
            A row for each time they were computed; empty where H2O kept none.
        """
        table = self._table("scoring_history")
        return pd.DataFrame() if table is None else table.as_data_frame()

    def coef(self) -> dict[str, Any]:
        """Return the coefficients of a linear model.

        Returns
        -------
        dict
            By column; for several classes, a dict of them by class.

        Raises
        ------
        ValueError
            When the model is not linear.
        """
        return self._coefficients(standardized=False)

    def coef_norm(self) -> dict[str, Any]:
        """Return the coefficients of a linear model for columns of variance 1.

        Returns
        -------
        dict
            By column; for several classes, a dict of them by class.

        Raises
        ------
        ValueError
            When the model is not linear, or was fitted with ``standardize=False``.
        """
        return self._coefficients(standardized=True)

    def _coefficients(self, *, standardized: bool) -> dict[str, Any]:
        table = table_of(self._output.get("coefficients_table"))
        if table is None:
            raise ValueError(f"a model of {self.algo} has no coefficients")
        names, start = table["names"], "std_coefs_class_" if standardized else "coefs_class_"
        several = {name.removeprefix(start): name for name in table.col_header if name.startswith(start)}
        if several:
            levels = self._output["domains"][-1]
            return {
                levels[int(place)]: dict(zip(names, table[column], strict=True)) for place, column in several.items()
            }
        column = "standardized_coefficients" if standardized else "coefficients"
        if column not in table.col_header:
            raise ValueError("the model was fitted with standardize=False")
        return dict(zip(names, table[column], strict=True))

    def download_pojo(self, path: str = "") -> str | None:
        """Write the model as Java source, or print it.

        Parameters
        ----------
        path : str
            An existing folder; without it, the source is printed.

        Returns
        -------
        str or None
            The file.

        Raises
        ------
        ValueError
            When H2O writes no source of such a model, or the folder is not there.
        """
        return _rows.pojo(self, path)


def _answering(*names: str) -> Callable[[type[Any]], type[Any]]:
    """Let a class of models answer as its metrics do, with a choice of the data that they are of."""

    def decorate(cls: type[Any]) -> type[Any]:
        for name in names:
            setattr(cls, name, _answer(cls._metrics, name))
        return cls

    return decorate


def _answer(metrics: type[MetricsBase], name: str) -> Callable[..., Any]:
    method = getattr(metrics, name)
    plain = inspect.signature(method)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parts = [inspect.Parameter(part, kind, default=False) for part in ("train", "valid", "xval")]
    whole = plain.replace(parameters=[*plain.parameters.values(), *parts], return_annotation=Any)

    @functools.wraps(method)
    def accessor(*args: Any, **kwargs: Any) -> Any:
        given = whole.bind(*args, **kwargs)
        given.apply_defaults()
        model, *asked = given.arguments.values()
        *asked, train, valid, xval = asked
        return model.answers(train, valid, xval, lambda found: method(found, *asked))

    accessor.__signature__ = whole  # type: ignore[attr-defined]
    accessor.__doc__ = (method.__doc__ or "").partition("\n")[0] + _WHICH
    return accessor


@_answering(*_NUMBERS)
class H2ORegressionModel(ModelBase):
    """A model that predicts numbers."""

    _metrics = H2ORegressionModelMetrics


@_answering(*_NUMBERS, *_OF_TWO_CLASSES)
class H2OBinomialModel(ModelBase):
    """A model of two classes."""

    _metrics = H2OBinomialModelMetrics


@_answering(*_NUMBERS, "mean_per_class_error", "hit_ratio_table")
class H2OMultinomialModel(ModelBase):
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
        return self.answers(train, valid, xval, lambda found: found.confusion_matrix())


@_answering("mse", "rmse", *_OF_CLUSTERS)
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


@_answering("mse", "rmse")
class H2OAutoEncoderModel(ModelBase):
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
        return _rows.said(self, test_data, 3, form)


@_answering()
class H2ODimReductionModel(ModelBase):
    """A reduction of dimensions."""

    _metrics = H2ODimReductionModelMetrics

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
