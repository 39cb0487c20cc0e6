"""Hierarchical linear models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.utils.validation import check_is_fitted

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.expr import call, lit
from h2o_sklearn import _cluster_models
from h2o_sklearn._cluster_data import ClusterTable, as_category
from h2o_sklearn._inputs import ENUM, LocalTable, encode, holds_text
from h2o_sklearn._persistence import FittedModel
from h2o_sklearn._signatures.hglm import HierarchicalLinearParameters
from h2o_sklearn._supervised import H2ORegressor, repeatable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from h2o_frame_compat.expr import Expr, Relation
    from h2o_sklearn._inputs import Feature, Matrix


@dataclass
class HierarchicalModel(FittedModel):
    """A model that is computed by us: H2O's own prediction fails once the training data is gone."""

    group: str = ""

    def predictions(self, table: LocalTable) -> Matrix:
        """Add up the effects that are common to all groups and those of the row's group, which may be new."""
        values = table.coded(self.features)
        place = next(place for place, feature in enumerate(self.features) if feature.name == self.group)
        group = values[:, place]
        assert self.fill is not None
        values = np.where(np.isnan(values), self.fill, values)
        details = self.facts.details
        fixed = self._design(values, details["coefficient_names"]) @ np.array(details["beta"])
        known = ~np.isnan(group)
        effects = np.zeros((len(values), len(details["random_coefficient_names"])))
        effects[known] = np.array(details["ubeta"])[group[known].astype(np.intp)]
        varying = (self._design(values, details["random_coefficient_names"]) * effects).sum(axis=1)
        offset = values[:, self._place(self.offset)] if self.offset else 0.0
        return np.asarray(fixed + varying + offset)[:, None]

    def cluster_predictions(self, table: ClusterTable) -> tuple[Relation, list[Expr]]:
        """Do the same with rows in the cluster, as expressions over their columns."""
        details = self.facts.details
        columns = [self._coded(place, column) for place, column in enumerate(table.block.columns)]
        terms = [
            self._times(columns, name, lit(float(beta)))
            for name, beta in zip(details["coefficient_names"], details["beta"], strict=True)
        ]
        place = self._place(self.group)
        group, levels = as_category(table.block.columns[place]), self.features[place].levels
        for name, effects in zip(details["random_coefficient_names"], np.array(details["ubeta"]).T, strict=True):
            terms.append(self._times(columns, name, _by_level(group, levels, effects, otherwise=0.0)))
        if self.offset:
            terms.append(columns[self._place(self.offset)])
        return table.block.rel, [reduce(lambda total, term: call("add", total, term), terms)]

    def _coded(self, place: int, column: Expr) -> Expr:
        """Return numbers, of a category those of its levels, with what takes the place of missing values."""
        assert self.fill is not None
        feature, fill = self.features[place], self.fill[place]
        if feature.kind == ENUM:
            return _by_level(as_category(column), feature.levels, np.arange(len(feature.levels)), otherwise=fill)
        if column.dtype.kind in {"str", "category"}:
            raise holds_text(feature)
        return _filled(call("cast", column, params=(dt.FLOAT64,)), fill)

    def _times(self, columns: list[Expr], name: str, effect: Expr) -> Expr:
        """Multiply an effect by the column that it belongs to."""
        if name == "intercept":
            return effect
        place, level = _meant(name, self.features)
        if level is None:
            return call("mul", columns[place], effect)
        return call("where", call("eq", columns[place], lit(float(level))), effect, lit(0.0))

    def _place(self, name: str) -> int:
        return next(place for place, feature in enumerate(self.features) if feature.name == name)

    def _design(self, values: Matrix, names: list[str]) -> Matrix:
        return np.column_stack([self._column(values, name) for name in names])

    def _column(self, values: Matrix, name: str) -> NDArray[Any]:
        if name == "intercept":
            return np.ones(len(values))
        place, level = _meant(name, self.features)
        return values[:, place] if level is None else values[:, place] == level


def _meant(name: str, features: tuple[Feature, ...]) -> tuple[int, int | None]:
    """Return the column that a coefficient belongs to, and the level."""
    for place, feature in enumerate(features):
        if feature.kind == ENUM and name.startswith(f"{feature.name}."):
            level = name[len(feature.name) + 1 :]
            if level in feature.levels:
                return place, feature.levels.index(level)
        elif name == feature.name:
            return place, None
    raise LookupError(name)


def _by_level(column: Expr, levels: Sequence[str], values: NDArray[Any], *, otherwise: float) -> Expr:
    keys = pd.Series(pd.Categorical(levels, categories=levels))
    return _filled(lookup(column, keys, values.astype(np.float64)), otherwise)


def _filled(column: Expr, value: float) -> Expr:
    return call("where", call("isna", column), lit(value), column)


def _after_an_empty_one(levels: list[str]) -> list[str]:
    """Put a group without rows first: to the first one H2O does not apply what categories have in common."""
    unused = "none"
    while unused in levels:
        unused += "_"
    return [unused, *levels]


class H2OHierarchicalLinearRegressor(H2ORegressor, HierarchicalLinearParameters):
    """Linear regression on an H2O cluster whose coefficients vary from group to group.

    The values of ``group_column`` are the groups; a row of a group that ``fit`` did not see gets the effects that
    are common to all groups.

    Attributes
    ----------
    coef_ : dict
        The coefficients that are common to all groups, by name.
    intercept_ : float
        The constant term that is common to all groups.
    n_iter_ : int
        Iterations of the fit.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OHierarchicalLinearRegressor
    >>> H2OHierarchicalLinearRegressor(group_column="shop")
    H2OHierarchicalLinearRegressor(group_column='shop')
    """

    def _repeats(self, _params: dict[str, Any], weights: NDArray[np.float64]) -> bool:
        # H2O starts from estimates that do not weigh the rows.
        return repeatable(weights)

    def _group(self, features: list[Feature] | tuple[Feature, ...]) -> int:
        for place, feature in enumerate(features):
            if self.group_column is None:
                if feature.kind == ENUM:
                    return place
            elif self.group_column in {feature.label, place}:
                return place
        raise ValueError(
            f"{type(self).__name__}: group_column must be a column of X, its values are the groups; X has no"
            + (" category to take" if self.group_column is None else f" column {self.group_column!r}")
        )

    def _read(self, X: Any, *, reset: bool) -> LocalTable | ClusterTable:
        rows = super()._read(X, reset=reset)
        if isinstance(rows, ClusterTable):
            if reset:
                self._regroup(rows, self._group(rows.features()))
            return rows
        place = self._group(rows.features() if reset else self._model.features)
        columns = list(rows.columns)
        group = columns[place]
        if not pa.types.is_dictionary(group.type):
            group = encode(group.cast(pa.string()).to_numpy(zero_copy_only=False), rows.labels[place])
        if reset:
            self._refuse_missing(group.null_count)
            levels = pa.array(_after_an_empty_one(group.dictionary.to_pylist()), pa.string())
            group = pa.DictionaryArray.from_arrays(pc.add(group.indices.cast(pa.int32()), 1), levels)
        columns[place] = group
        return LocalTable(rows.labels, columns=columns)

    def _regroup(self, rows: ClusterTable, place: int) -> None:
        """Make categories of the groups of rows in the cluster."""
        counts = _cluster_models.level_counts(rows, place)
        self._refuse_missing(counts.index.hasnans)
        levels = list(counts.index)
        more = pd.Categorical(levels, categories=_after_an_empty_one(levels))
        columns = list(rows.block.columns)
        columns[place] = lookup(as_category(columns[place]), pd.Series(pd.Categorical(levels, categories=levels)), more)
        rows.block = replace(rows.block, columns=tuple(columns))

    def _refuse_missing(self, found: object) -> None:
        if found:
            raise ValueError(f"{type(self).__name__}: group_column must have no missing values")

    def _prepared(self, params: dict[str, Any], rows: LocalTable | ClusterTable) -> dict[str, Any]:
        return {**params, "group_column": self._group(rows.features())}

    def _fit(self, params: dict[str, Any], rows: LocalTable | ClusterTable, *args: Any, **kwargs: Any) -> None:
        super()._fit(params, rows, *args, **kwargs)
        features = self._model.features
        fill = _cluster_models.typical(rows, features)
        self._model = HierarchicalModel.of(self._model, group=features[self._group(features)].name, fill=fill)

    @property
    def coef_(self) -> dict[str, float]:
        """The coefficients that are common to all groups, by name."""
        check_is_fitted(self)
        details = self._model.facts.details
        both = dict(zip(details["coefficient_names"], details["beta"], strict=True))
        return {name: value for name, value in both.items() if name != "intercept"}

    @property
    def intercept_(self) -> float:
        """The constant term that is common to all groups."""
        check_is_fitted(self)
        details = self._model.facts.details
        return float(details["beta"][details["coefficient_names"].index("intercept")])

    @property
    def n_iter_(self) -> int:
        """Iterations of the fit, at least 1."""
        check_is_fitted(self)
        return max(1, int(self._model.facts.details["training_metrics"]["iterations"]))
