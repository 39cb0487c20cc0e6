"""What all models of the classic module share: what they are, their metrics, and what they make of rows."""

from __future__ import annotations

import functools
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from h2o_sklearn.classic import _rows
from h2o_sklearn.classic._columns import RESPONSE, WEIGHTS
from h2o_sklearn.classic._metrics import MetricsBase, metrics_of
from h2o_sklearn.classic._tables import H2OTwoDimTable, table_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.classic import H2OFrame
    from h2o_sklearn._persistence import FittedModel

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
        self._fitted = fitted
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
        parts += [repr(found) for found in self._all_metrics().values() if found is not None]
        return "\n\n".join(parts)

    def show(self) -> None:
        """Print the model: its summary, its metrics, and its tables."""
        print(self)

    def summary(self) -> None:
        """Print a summary of the model."""
        table = self._table("model_summary")
        if table is None:
            print(f"{self._model_json['algo_full_name']}, of which H2O gives no summary")
        else:
            table.show()

    def _table(self, name: str) -> H2OTwoDimTable | None:
        return table_of(self._output.get(name))

    def _shown_tables(self) -> list[H2OTwoDimTable]:
        tables = [self._table(name) for name in ("model_summary", "coefficients_table", "variable_importances")]
        return [table for table in tables if table is not None]

    def _remove(self) -> None:
        """Remove it from the cluster, as ``h2o.remove`` does."""
        _rows.removed(self._fitted, self.model_id)

    # ------------------------------------------------------------ metrics

    def _metrics_on(self, part: str) -> MetricsBase | None:
        names = {"train": "training_metrics", "valid": "validation_metrics", "xval": "cross_validation_metrics"}
        return metrics_of(self._output.get(names[part]), self._category, self.algo, part)

    def _all_metrics(self) -> dict[str, MetricsBase | None]:
        return {part: self._metrics_on(part) for part in ("train", "valid", "xval")}

    def _answers(self, train: bool, valid: bool, xval: bool, question: Callable[[Any], Any]) -> Any:
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
            return self._answers(train, valid, xval, lambda metrics: metrics)
        return metrics_of(self._measured(test_data), self._category, self.algo, "test")

    def _measured(self, test_data: Any) -> dict[str, Any]:
        beside = [column_of(self._model_json, param) for param in (RESPONSE, WEIGHTS)]
        return _rows.measured(self._fitted, test_data, [name for name in beside if name])

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
        return _rows.predicted(self._fitted, test_data, clusters=self._category == "Clustering")

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
        table.show()
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
        if self.algo == "svd":
            raise ValueError("H2O writes no Java source of svd: only a class without content")
        if path and not Path(path).is_dir():
            raise ValueError(f"{path!r} is no folder")
        source = _rows.source_of(self._fitted)
        if not path:
            print(source)
            return None
        file = Path(path, f"{self.model_id}.java")
        file.write_text(source, encoding="utf-8")
        return str(file)


class NetworkModel(ModelBase):
    """A model that may be a neural network."""

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
        return _rows.said(self._fitted, test_data, 4, {"deep_features_hidden_layer": layer})


class SupervisedModel(NetworkModel):
    """A model that predicts a column."""

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


def answering(*names: str) -> Callable[[type[Any]], type[Any]]:
    """Let a class of models answer as its metrics do, with a choice of the data that they are of."""

    def decorate(cls: type[Any]) -> type[Any]:
        for name in names:
            setattr(cls, name, _answer(cls._metrics, name))
        return cls

    return decorate


def _answer(metrics: type[MetricsBase], name: str) -> Any:
    method = getattr(metrics, name)
    plain = inspect.signature(method)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parts = [inspect.Parameter(part, kind, default=False) for part in ("train", "valid", "xval")]
    whole = plain.replace(parameters=[*plain.parameters.values(), *parts], return_annotation=Any)

    def accessor(self: ModelBase, *args: Any, **kwargs: Any) -> Any:
        given = whole.bind(self, *args, **kwargs)
        given.apply_defaults()
        _, *asked, train, valid, xval = given.arguments.values()
        return self._answers(train, valid, xval, lambda found: method(found, *asked))

    made: Any = functools.wraps(method)(accessor)
    made.__signature__ = whole
    made.__doc__ = (method.__doc__ or "").partition("\n")[0] + _WHICH
    return made


def column_of(described: dict[str, Any], param: str) -> str | None:
    """Return the name of the column that a parameter of a model names; None where there is none."""
    if param == RESPONSE:
        return described.get("response_column_name")
    given = {item["name"]: item["actual_value"] for item in described["parameters"]}.get(param)
    return given["column_name"] if given else None
