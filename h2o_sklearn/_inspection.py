"""What a fitted estimator shows of its model: H2O's own object, metrics, curves, plots and explanations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from h2o_frame_compat.session import current_session
from h2o_frame_compat.session.bridge import h2o_module, to_h2o
from h2o_sklearn import _cluster_data, _inputs
from h2o_sklearn._cluster_data import ClusterTable
from h2o_sklearn._targets import as_array

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from h2o_sklearn._inputs import LocalTable
    from h2o_sklearn._persistence import FittedModel

#: What a scoring history may count on, the first that it has.
_STEPS = ("number_of_trees", "epochs", "iterations", "iteration", "lambda")
_PARTS = ("training", "validation")


class Inspection(BaseEstimator):
    """The model behind a fitted estimator."""

    _model: FittedModel

    @property
    def _class_order(self) -> NDArray[np.intp]:
        return self._model.class_order

    def _read(self, X: Any, *, reset: bool) -> LocalTable | ClusterTable:
        if _cluster_data.in_cluster(X):
            return _cluster_data.read(self, X, reset=reset)
        return _inputs.read(self, X, reset=reset)

    @property
    def model_(self) -> Any:
        """H2O's own model object, with all its metrics and plots, as ``h2o.get_model`` gives it.

        It is for looking: the model leaves the cluster with the estimator and this object. After loading from a
        file it is put back into the cluster first.
        """
        check_is_fitted(self)
        session = current_session()
        key = self._model.key_in(session)
        if key is None:
            raise ValueError(
                f"this {type(self).__name__} was saved by another version of H2O than the cluster's"
                f" ({session.cluster.h2o_version}), which cannot have it as a model; fit it again, or connect to a"
                " cluster of that version"
            )
        model = h2o_module(session).get_model(key)
        model.h2o_compat_lease = self._model.lease  # the model stays as long as this object
        return model

    def to_mojo(self, path: str | os.PathLike[str]) -> Path:
        """Write the model as a MOJO file, which H2O's tools and any version of H2O read.

        Parameters
        ----------
        path : str or path
            The file; in a folder it is named after the class.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        ValueError
            Where H2O writes no MOJO of such a model.
        """
        check_is_fitted(self)
        if self._model.mojo is None:
            raise ValueError(f"H2O writes no MOJO of this {type(self).__name__}; pickle or joblib save it")
        file = Path(path)
        if file.is_dir():
            file /= f"{type(self).__name__}.zip"
        file.write_bytes(self._model.mojo.data)
        return file

    @property
    def metrics_(self) -> dict[str, Any]:
        """H2O's metrics of the model, as a dict of dicts.

        Keys are ``"training"``, and ``"validation"`` and ``"cross_validation"`` where there are any; values
        are the plain numbers, such as ``AUC`` or ``RMSE``.
        """
        check_is_fitted(self)
        found = {}
        for name in (*_PARTS, "cross_validation"):
            metrics = self._model.facts.details.get(f"{name}_metrics") or {}
            plain = {key: value for key, value in metrics.items() if isinstance(value, (int, float))}
            if plain:
                found[name] = plain
        return found

    @property
    def learning_curve_(self) -> pd.DataFrame:
        """The metrics in the course of the fit, a row for each time H2O computed them; empty where it did not."""
        check_is_fitted(self)
        table = self._model.facts.table("scoring_history") or {}
        return pd.DataFrame({name: column for name, column in table.items() if name})

    def plot_learning_curve(self, metric: str | None = None, *, ax: Any = None) -> Any:
        """Draw a metric in the course of the fit, on the training data and on ``eval_set``.

        Parameters
        ----------
        metric : str, optional
            Such as ``"logloss"``, ``"rmse"``, ``"auc"``; by default the first there is.
        ax : matplotlib axes, optional
            Where to draw.

        Returns
        -------
        matplotlib axes
            Where it was drawn.

        Raises
        ------
        ValueError
            When H2O kept no such metric.
        """
        curve = self.learning_curve_
        known = [name.removeprefix("training_") for name in curve if name.startswith("training_")]
        wanted = metric or (known[0] if known else "")
        lines = {part: f"{part}_{wanted}" for part in _PARTS if f"{part}_{wanted}" in curve}
        if not lines:
            raise ValueError(f"H2O kept no curve of {metric or 'any metric'}; there is {', '.join(known) or 'none'}")
        step = next((name for name in _STEPS if name in curve), None)
        x = curve[step] if step else curve.index
        ax = _axes(ax)
        for part, name in lines.items():
            values = pd.to_numeric(curve[name], errors="coerce")
            if values.notna().any():
                ax.plot(x, values, label=part)
        ax.set_xlabel((step or "iteration").replace("_", " "))
        ax.set_ylabel(wanted)
        ax.legend()
        return ax

    def plot_importance(self, max_features: int = 20, *, ax: Any = None) -> Any:
        """Draw the importances of the columns, the greatest on top.

        Parameters
        ----------
        max_features : int, default 20
            Most columns to draw.
        ax : matplotlib axes, optional
            Where to draw.

        Returns
        -------
        matplotlib axes
            Where it was drawn.

        Raises
        ------
        ValueError
            For a model without importances.
        """
        check_is_fitted(self)
        importances = getattr(self, "feature_importances_", None)
        if importances is None:
            raise ValueError(f"{type(self).__name__} has no importances of columns")
        order = np.argsort(importances, kind="stable")[-max_features:]
        ax = _axes(ax)
        ax.barh([str(self._model.features[place].label) for place in order], importances[order])
        ax.set_xlabel("importance")
        return ax

    def explain(self, X: Any, y: Any = None, **options: Any) -> Any:
        """Let H2O explain the model on some rows: its ``h2o.explain``, with all its plots.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.
        y : array-like of shape (n_samples,), optional
            Their target, which most of the plots need.
        **options
            What ``h2o.explain`` takes, such as ``include_explanations`` or ``render=False``.

        Returns
        -------
        h2o.explanation.H2OExplanation
            The explanations, which a notebook shows.
        """
        check_is_fitted(self)
        rows = self._read(X, reset=False)
        table = rows if isinstance(rows, ClusterTable) else _cluster_data.sent_table(rows)
        names = [feature.name for feature in self._model.features]
        exprs = table.columns()
        if y is not None:
            response = self._model.facts.columns[-1]
            column = None if _cluster_data.in_cluster(y) else _inputs.encode(as_array(y), response)
            table, target = _cluster_data.beside(table, column, y)
            if self._model.facts.is_classifier:
                target = _cluster_data.as_category(target)
            exprs, names = [*table.columns(), target], [*names, response]
        session = current_session()
        frame = session.executor.frame(table.block.rel, exprs, names)
        made = h2o_module(session).explain(self.model_, to_h2o(frame.key, session), **options)
        session.executor.release(frame.key)
        return made


def _axes(ax: Any) -> Any:
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot as plt  # noqa: PLC0415 - an extra
    except ImportError:
        raise ImportError("plots need matplotlib: pip install 'h2o-compat[plot]'") from None
    return plt.subplots()[1]
