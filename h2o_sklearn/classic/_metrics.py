"""What is measured of a model on some rows: one class for each kind of model, the same words for all of them."""

from __future__ import annotations

import functools
import numbers
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.session.replies import number
from h2o_sklearn.classic._tables import ConfusionMatrix, H2OTwoDimTable, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Numbers: the word here, H2O's word in its answers, what it is.
_NUMBERS = {
    "mse": ("MSE", "Mean squared error."),
    "rmse": ("RMSE", "Square root of the mean squared error."),
    "mae": ("mae", "Mean absolute error."),
    "rmsle": ("rmsle", "Square root of the mean squared error of the logarithms."),
    "r2": ("r2", "Share of the variance that the model explains."),
    "mean_residual_deviance": ("mean_residual_deviance", "Deviance of a row, in the mean."),
    "logloss": ("logloss", "Mean negative logarithm of the probability of the class there was."),
    "mean_per_class_error": ("mean_per_class_error", "Share of errors in each class, in the mean."),
    "auc": ("AUC", "Area under the ROC curve."),
    "aucpr": ("pr_auc", "Area under the curve of precision by recall."),
    "gini": ("Gini", "Gini coefficient: twice the area under the ROC curve, less one."),
    "giniCoef": ("Gini", "The same as ``gini``."),
    "aic": ("AIC", "Akaike's information criterion of a linear model."),
    "nobs": ("nobs", "Number of rows."),
}

#: Numbers of linear models; others have none of them, and answer None.
_DEVIANCES = {
    "null_deviance": "Deviance of the model of the intercept alone.",
    "residual_deviance": "Deviance of the model.",
    "null_degrees_of_freedom": "Degrees of freedom of the model of the intercept alone.",
    "residual_degrees_of_freedom": "Degrees of freedom that the model leaves.",
}

#: Metrics of two classes at a threshold: the word here, that of H2O's table, what it is.
_AT_THRESHOLD = {
    "F1": ("f1", "Harmonic mean of precision and recall"),
    "F2": ("f2", "F measure that weighs recall twice"),
    "F0point5": ("f0point5", "F measure that weighs precision twice"),
    "accuracy": ("accuracy", "Share of rows predicted right"),
    "error": ("error", "Share of rows predicted wrong"),
    "precision": ("precision", "Share of positives among those predicted so"),
    "recall": ("recall", "Share of the positives that are predicted so"),
    "sensitivity": ("recall", "Share of the positives that are predicted so"),
    "tpr": ("tpr", "Share of the positives that are predicted so"),
    "tnr": ("tnr", "Share of the negatives that are predicted so"),
    "specificity": ("specificity", "Share of the negatives that are predicted so"),
    "fnr": ("fnr", "Share of the positives that are predicted negative"),
    "missrate": ("fnr", "Share of the positives that are predicted negative"),
    "fpr": ("fpr", "Share of the negatives that are predicted positive"),
    "fallout": ("fpr", "Share of the negatives that are predicted positive"),
    "mcc": ("absolute_mcc", "Absolute value of Matthews' correlation coefficient"),
    "mean_per_class_error": ("mean_per_class_error", "Share of errors in each class, in the mean"),
    "max_per_class_error": ("max_per_class_error", "Share of errors in the class that has more of them"),
}

#: Errors, and the shares that they are the rest of: the best threshold is where the share is greatest.
_ERRORS = {
    "error": "accuracy",
    "max_per_class_error": "min_per_class_accuracy",
    "mean_per_class_error": "mean_per_class_accuracy",
}

_SAME = {name.lower(): metric for name, (metric, _) in _AT_THRESHOLD.items()}
_PARTS = {"train": "training", "valid": "validation", "xval": "cross-validation"}
_MAX = "max "


class MetricsBase:
    """Metrics of a model on some rows.

    Parameters
    ----------
    found : dict
        What the cluster answered.
    algo : str
        H2O's name of the algorithm.
    part : {"train", "valid", "xval", "test"}
        The rows.
    """

    #: Numbers shown of every model of the kind.
    _shown: tuple[str, ...] = ("mse", "rmse")

    def __init__(self, found: dict[str, Any], algo: str = "", part: str = "test") -> None:
        self._metric_json = found
        self._algo = algo
        self._part = part

    def _number(self, key: str, name: str) -> float:
        if key not in self._metric_json:
            raise ValueError(f"metrics of {self._kind} have no {name}")
        value = self._metric_json[key]
        return value if isinstance(value, int) else number(value)

    def _table(self, key: str) -> H2OTwoDimTable:
        table = table_of(self._metric_json.get(key))
        if table is None:
            raise ValueError(f"metrics of {self._kind} have no {key} here")
        return table

    @property
    def _kind(self) -> str:
        return f"a {str(self._metric_json.get('model_category') or 'model').lower()} model ({self._algo})"

    def _lines(self) -> list[str]:
        """Return the numbers as they are shown."""
        names = list(self._shown)
        if self._metric_json.get("null_deviance") is not None:
            names += [*_DEVIANCES, "aic"]
        return [f"{name}: {getattr(self, name)():.6g}" for name in names]

    def _tables(self) -> list[Any]:
        """Return the tables that are shown below the numbers."""
        return []

    def __repr__(self) -> str:
        what = f"{type(self).__name__}: {self._algo}"
        rows = f"** Reported on {_PARTS.get(self._part, self._part)} data. **"
        numbers_shown = "\n".join(self._lines()) or "H2O computes none of such a model."
        return "\n\n".join([f"{what}\n{rows}", numbers_shown, *map(repr, self._tables())])

    def show(self) -> None:
        """Print the metrics."""
        print(self)


def _reads(name: str, key: str, text: str) -> Callable[[MetricsBase], float]:
    def read(self: MetricsBase) -> float:
        return self._number(key, name)

    read.__name__, read.__qualname__, read.__doc__ = name, f"MetricsBase.{name}", text
    return read


def _reads_if_there(name: str, text: str) -> Callable[[MetricsBase], float | None]:
    def read(self: MetricsBase) -> float | None:
        return self._number(name, name) if self._metric_json.get(name) is not None else None

    read.__name__, read.__qualname__ = name, f"MetricsBase.{name}"
    read.__doc__ = f"{text} None for a model that is not linear."
    return read


for _name, (_key, _text) in _NUMBERS.items():
    setattr(MetricsBase, _name, _reads(_name, _key, _text))
for _name, _text in _DEVIANCES.items():
    setattr(MetricsBase, _name, _reads_if_there(_name, _text))


class H2ORegressionModelMetrics(MetricsBase):
    """Metrics of a model that predicts numbers."""

    _shown = ("mse", "rmse", "mae", "r2", "mean_residual_deviance")


class H2OBinomialModelMetrics(MetricsBase):
    """Metrics of a model of two classes, at every threshold on the probability of the second one."""

    _shown = ("mse", "rmse", "r2", "logloss", "auc", "aucpr", "gini")

    def _tables(self) -> list[Any]:
        if self._metric_json.get("max_criteria_and_metric_scores") is None:
            return []
        return [self.confusion_matrix(), self._table("max_criteria_and_metric_scores")]

    def metric(self, metric: str, thresholds: float | Sequence[float] | None = None) -> list[list[float]]:
        """Return a metric at thresholds.

        Parameters
        ----------
        metric : str
            Such as ``"f1"`` or ``"tpr"``.
        thresholds : float or list of float, optional
            Probabilities; by default that at which the metric is best.

        Returns
        -------
        list of [threshold, value]
            A pair for each threshold.

        Raises
        ------
        ValueError
            When there is no such metric, or a threshold is no probability.
        """
        name = _metric_name(metric)
        wanted = [self.find_threshold_by_max_metric(name)] if thresholds is None else _listed(thresholds)
        values = self._scores[_ERRORS.get(name, name)]
        found = [values[self.find_idx_by_threshold(threshold)] for threshold in wanted]
        return [
            [threshold, 1 - value if name in _ERRORS else value]
            for threshold, value in zip(wanted, found, strict=True)
        ]

    def find_threshold_by_max_metric(self, metric: str) -> float:
        """Return the threshold at which a metric is best.

        Parameters
        ----------
        metric : str
            Such as ``"f1"`` or ``"tpr"``; an error is best where it is least.

        Returns
        -------
        float
            The threshold.

        Raises
        ------
        ValueError
            When there is no such metric.
        """
        name = _metric_name(metric)
        best = self._table("max_criteria_and_metric_scores")
        thresholds = dict(zip(best["metric"], best["threshold"], strict=True))
        return float(thresholds[_MAX + _ERRORS.get(name, name)])

    def find_idx_by_threshold(self, threshold: float) -> int:
        """Return the place of a threshold among those that H2O kept, of which there are 400 at most.

        Parameters
        ----------
        threshold : float
            A probability.

        Returns
        -------
        int
            The place of the nearest.

        Raises
        ------
        ValueError
            When it is no probability.
        """
        kept = self._scores["threshold"]
        distances = [abs(own - threshold) for own in kept]
        nearest = min(range(len(kept)), key=distances.__getitem__, default=0)
        if not distances or not (0 <= threshold <= 1 or distances[nearest] < 1e-8):
            raise ValueError(f"a threshold must be between 0 and 1, got {threshold!r}")
        return nearest

    def confusion_matrix(self, metrics: Any = None, thresholds: float | Sequence[float] | None = None) -> Any:
        """Return the confusion matrix at the threshold that is best for a metric, or at a threshold.

        Parameters
        ----------
        metrics : str, float, or list of them, optional
            Metrics, or thresholds; by default ``"f1"``.
        thresholds : float or list of float, optional
            Thresholds.

        Returns
        -------
        ConfusionMatrix or list of ConfusionMatrix
            A list where several are asked for.

        Raises
        ------
        ValueError
            When there is no such metric, or a threshold is no probability.
        """
        wanted: list[Any] = [] if thresholds is None else _listed(thresholds)
        wanted += ["f1"] if metrics is None and not wanted else _names_or_numbers(metrics)
        made = [self._matrix(item) for item in wanted]
        return made[0] if len(made) == 1 else made

    def confusion_matrices(self, thresholds: float | Sequence[float] | None = None) -> list[list[list[float]]]:
        """Return the counts of the confusion matrix at each of several thresholds.

        Parameters
        ----------
        thresholds : float or list of float, optional
            Thresholds; by default that of the best F1.

        Returns
        -------
        list
            ``[[true negatives, false positives], [false negatives, true positives]]`` for each.
        """
        wanted = ["f1"] if thresholds is None else _listed(thresholds)
        return [self._matrix(item).to_list() for item in wanted]

    def roc(self) -> tuple[list[float], list[float]]:
        """Return the ROC curve.

        Returns
        -------
        tuple of list
            The share of negatives predicted positive, and that of positives, as the threshold falls.
        """
        return self._scores["fpr"], self._scores["tpr"]

    def gains_lift(self) -> H2OTwoDimTable:
        """Return the table of gains and lift.

        Returns
        -------
        H2OTwoDimTable
            A row for each group of rows of about equal probability.
        """
        return self._table("gains_lift_table")

    @functools.cached_property
    def _scores(self) -> H2OTwoDimTable:
        return self._table("thresholds_and_metric_scores")

    def _matrix(self, wanted: str | float) -> ConfusionMatrix:
        threshold = self.find_threshold_by_max_metric(wanted) if isinstance(wanted, str) else float(wanted)
        scores, place = self._scores, self.find_idx_by_threshold(threshold)
        counts = [[scores[name][place] for name in row] for row in (("tns", "fps"), ("fns", "tps"))]
        best = ""
        if isinstance(wanted, str):
            best = f"for {'min' if _metric_name(wanted) in _ERRORS else 'max'} {wanted} "
        header = f"Confusion Matrix (Act/Pred) {best}@ threshold = {scores['threshold'][place]:.6g}"
        return ConfusionMatrix(counts, self._metric_json["domain"], header)


def _at_threshold(name: str, metric: str, text: str) -> Callable[..., list[list[float]]]:
    def read(self: H2OBinomialModelMetrics, thresholds: Any = None) -> list[list[float]]:
        return self.metric(metric, thresholds)

    read.__name__, read.__qualname__ = name, f"H2OBinomialModelMetrics.{name}"
    read.__doc__ = f"{text}, as ``[threshold, value]`` for each threshold; by default for the best."
    return read


for _name, (_key, _text) in _AT_THRESHOLD.items():
    setattr(H2OBinomialModelMetrics, _name, _at_threshold(_name, _key, _text))


def _metric_name(metric: str) -> str:
    name = str(metric).lower().removeprefix(_MAX)
    name = _SAME.get(name, name)
    known = {*_SAME.values(), *_ERRORS, *_ERRORS.values(), "tns", "fns", "fps", "tps"}
    if name not in known:
        raise ValueError(f"there is no metric {metric!r}; there are {', '.join(sorted(known))}")
    return name


def _listed(thresholds: Any) -> list[float]:
    wanted = [thresholds] if isinstance(thresholds, numbers.Real) else thresholds
    if not isinstance(wanted, (list, tuple)) or not all(isinstance(item, numbers.Real) for item in wanted):
        raise ValueError(f"thresholds must be a number or a list of numbers, got {thresholds!r}")
    return [float(item) for item in wanted]


def _names_or_numbers(metrics: Any) -> list[Any]:
    if metrics is None:
        return []
    wanted = list(metrics) if isinstance(metrics, (list, tuple)) else [metrics]
    return [item if isinstance(item, str) else _listed(item)[0] for item in wanted]


class H2OMultinomialModelMetrics(MetricsBase):
    """Metrics of a model of several classes."""

    _shown = ("mse", "rmse", "r2", "logloss", "mean_per_class_error")

    def _tables(self) -> list[Any]:
        return [self.confusion_matrix(), self.hit_ratio_table()] if self._metric_json.get("cm") else []

    def confusion_matrix(self) -> ConfusionMatrix:
        """Return the confusion matrix.

        Returns
        -------
        ConfusionMatrix
            A row for each class there was, a column for each class predicted.
        """
        table = table_of((self._metric_json.get("cm") or {}).get("table"))
        if table is None:
            raise ValueError(f"metrics of {self._kind} have no confusion matrix here")
        domain = table.col_header[:-2]  # after the classes come their errors, as a share and in words
        counts = [[row[place] for place in range(len(domain))] for row in table.cell_values[: len(domain)]]
        return ConfusionMatrix(counts, domain, "Confusion Matrix (Act/Pred)")

    def hit_ratio_table(self) -> H2OTwoDimTable:
        """Return how often the class there was is among the most probable ones.

        Returns
        -------
        H2OTwoDimTable
            A row for each number of classes.
        """
        return self._table("hit_ratio_table")


class H2OClusteringModelMetrics(MetricsBase):
    """Metrics of a clustering: sums of squared distances."""

    _shown = ("tot_withinss", "totss", "betweenss")

    def tot_withinss(self) -> float:
        """Return the sum of the squared distances of the rows from their centres."""
        return self._number("tot_withinss", "tot_withinss")

    def totss(self) -> float:
        """Return the sum of the squared distances of the rows from their mean."""
        return self._number("totss", "totss")

    def betweenss(self) -> float:
        """Return what the centres explain of the sum of squares: ``totss() - tot_withinss()``."""
        return self._number("betweenss", "betweenss")

    def withinss(self) -> list[float]:
        """Return the sum of the squared distances from the centre, for each cluster."""
        return self.centroid_stats()["within_cluster_sum_of_squares"]

    def size(self) -> list[float]:
        """Return the number of rows of each cluster."""
        return self.centroid_stats()["size"]

    def centroid_stats(self) -> H2OTwoDimTable:
        """Return size and sum of squares of each cluster as a table."""
        return self._table("centroid_stats")

    def _tables(self) -> list[Any]:
        return [self.centroid_stats()] if self._metric_json.get("centroid_stats") else []


class H2OAutoEncoderModelMetrics(MetricsBase):
    """Metrics of an autoencoder: the error of its reconstructions."""


class H2ODimReductionModelMetrics(MetricsBase):
    """Metrics of a reduction of dimensions, of which H2O computes none."""

    _shown = ()


#: The class for each category of H2O's models.
METRICS: dict[str, type[MetricsBase]] = {
    "Regression": H2ORegressionModelMetrics,
    "Binomial": H2OBinomialModelMetrics,
    "Multinomial": H2OMultinomialModelMetrics,
    "Ordinal": H2OMultinomialModelMetrics,
    "Clustering": H2OClusteringModelMetrics,
    "AutoEncoder": H2OAutoEncoderModelMetrics,
    "DimReduction": H2ODimReductionModelMetrics,
}


def metrics_of(found: dict[str, Any] | None, category: str, algo: str, part: str) -> MetricsBase | None:
    """Return the metrics in an answer of the cluster; None where there are none."""
    return None if not found else METRICS[category](found, algo, part)
