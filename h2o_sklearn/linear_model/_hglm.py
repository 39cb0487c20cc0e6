"""Hierarchical linear models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.utils.validation import check_is_fitted

from h2o_sklearn._inputs import ENUM, LocalTable, encode, typical
from h2o_sklearn._persistence import FittedModel
from h2o_sklearn._signatures.hglm import HierarchicalLinearParameters
from h2o_sklearn._supervised import H2ORegressor, repeatable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from h2o_sklearn._cluster_data import ClusterTable
    from h2o_sklearn._inputs import Feature, Matrix


@dataclass
class HierarchicalModel(FittedModel):
    """A model that is computed here: H2O's own prediction fails once the training data is gone."""

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


def _after_an_empty_one(group: pa.DictionaryArray) -> pa.DictionaryArray:
    """Put a group without rows first: to the first one H2O does not apply what categories have in common."""
    levels = group.dictionary.to_pylist()
    unused = "none"
    while unused in levels:
        unused += "_"
    return pa.DictionaryArray.from_arrays(
        pc.add(group.indices.cast(pa.int32()), 1), pa.array([unused, *levels], pa.string())
    )


class H2OHierarchicalLinearRegressor(H2ORegressor, HierarchicalLinearParameters):
    """Linear regression on an H2O cluster whose coefficients vary from group to group.

    The values of ``group_column`` are the groups; a row of a group that ``fit`` did not see gets the effects that
    are common to all groups. Rows of a frame in the cluster are fetched.

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

    def _read(self, X: Any, *, reset: bool) -> LocalTable:
        rows = super()._read(X, reset=reset)
        local = rows if isinstance(rows, LocalTable) else rows.local()
        place = self._group(local.features() if reset else self._model.features)
        columns = list(local.columns)
        group = columns[place]
        if not pa.types.is_dictionary(group.type):
            group = encode(group.cast(pa.string()).to_numpy(zero_copy_only=False), local.labels[place])
        if reset:
            if group.null_count:
                raise ValueError(f"{type(self).__name__}: group_column must have no missing values")
            group = _after_an_empty_one(group)
        columns[place] = group
        return LocalTable(local.labels, columns=columns)

    def _prepared(self, params: dict[str, Any], rows: LocalTable | ClusterTable) -> dict[str, Any]:
        return {**params, "group_column": self._group(rows.features())}

    def _fit(self, params: dict[str, Any], rows: LocalTable | ClusterTable, *args: Any, **kwargs: Any) -> None:
        super()._fit(params, rows, *args, **kwargs)
        features = self._model.features
        assert isinstance(rows, LocalTable)
        group = features[self._group(features)].name
        self._model = HierarchicalModel.of(
            self._model, group=group, fill=typical(rows, features), by_code=True
        )

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
