"""Generalized low rank models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_array, check_is_fitted

from h2o_sklearn._inputs import ENUM
from h2o_sklearn._signatures.glrm import GLRMParameters
from h2o_sklearn._transformers import H2OComponents

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_sklearn._inputs import Matrix
    from h2o_sklearn._scoring import Mojo

#: What a reconstructed number means, by the loss it was fitted with.
_IMPUTE: dict[str, Callable[[Matrix], Matrix]] = {
    "Poisson": np.exp,
    "Hinge": lambda values: (values > 0).astype(float),
    "Logistic": lambda values: (values > 0).astype(float),
}


class H2OGLRM(H2OComponents, GLRMParameters):
    """Generalized low rank model on an H2O cluster: rows as mixtures of a few archetypes.

    Columns may be numbers and categories, and may have missing values; ``inverse_transform`` fills them in. The
    mixture of a row is found by iteration: rows of this machine and rows in the cluster get mixtures that agree
    to its accuracy, not to the last bit.

    Attributes
    ----------
    components_ : ndarray of shape (n_components, n_columns)
        The archetypes, on the scale of ``scaling``; the columns are those of X, a category has one for each level.
    component_names_ : list of str
        Names of these columns.
    objective_ : float
        Value of the objective at the end.
    n_iter_ : int
        Number of iterations.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OGLRM
    >>> H2OGLRM(n_components=3, scaling="standardize", regularization_x="non_negative")
    H2OGLRM(n_components=3, regularization_x='non_negative', scaling='standardize')
    """

    @property
    def components_(self) -> Matrix:
        """The archetypes."""
        check_is_fitted(self)
        table = self._model.facts.table("archetypes")
        assert table is not None
        table.pop("")
        by_place = iter(table.values())
        # H2O's names of levels have no mark between column and level, so columns go by place.
        weights = {self.component_names_[place]: next(by_place) for place in self._archetype_order}
        return np.column_stack([weights.get(name, np.zeros(self.n_components)) for name in self.component_names_])

    @property
    def objective_(self) -> float:
        """Value of the objective at the end."""
        check_is_fitted(self)
        return float(self._model.facts.details["objective"])

    @property
    def n_iter_(self) -> int:
        """Number of iterations."""
        check_is_fitted(self)
        return int(self._model.facts.details["iterations"])

    def inverse_transform(self, X: Any) -> Any:
        """Return the rows that components stand for, on the scale of the rows of ``fit``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)
            Components, as ``transform`` returns them.

        Returns
        -------
        ndarray of shape (n_samples, n_features_in_)
            The rows; a pandas frame where there are categories. A column that H2O left out because it never
            changes is missing.
        """
        check_is_fitted(self)
        components = check_array(X, ensure_all_finite="allow-nan")
        if components.shape[1] != self._n_features_out:
            raise ValueError(f"X has {components.shape[1]} components, the model has {self._n_features_out}")
        design = components @ self.components_
        places: dict[int, list[int]] = {}
        for column, (position, _) in enumerate(self._design):
            places.setdefault(position, []).append(column)
        made: dict[Any, Any] = {}
        for position, feature in enumerate(self._model.features):
            part = design[:, places[position]]
            if feature.kind == ENUM:
                made[feature.label] = pd.Categorical.from_codes(part.argmax(axis=1), categories=list(feature.levels))
            else:
                made[feature.label] = self._on_the_scale_of_x(feature.name, part[:, 0])
        frame = pd.DataFrame(made)
        return frame if any(f.kind == ENUM for f in self._model.features) else frame.to_numpy()

    def _on_the_scale_of_x(self, name: str, values: Matrix) -> Matrix:
        mojo = self._mojo
        kept = [mojo.columns[place] for place in json.loads(mojo.info["cols_permutation"])]
        if name not in kept:
            return np.full(len(values), np.nan)
        place = kept.index(name)
        number = place - int(mojo.info["num_categories"])
        shift, factor = json.loads(mojo.info["norm_sub"])[number], json.loads(mojo.info["norm_mul"])[number]
        loss = mojo.text("losses").split()[place]
        meant = _IMPUTE[loss](values) if loss in _IMPUTE else values
        return np.asarray(meant / factor + shift)

    @property
    def _mojo(self) -> Mojo:
        assert self._model.mojo is not None
        return self._model.mojo

    @property
    def _archetype_order(self) -> list[int]:
        """Place in the design of each column of the archetypes: H2O has categories first."""
        mojo, features = self._mojo, self._model.features
        position = {feature.name: number for number, feature in enumerate(features)}
        design = self._design
        order = []
        for column in json.loads(mojo.info["cols_permutation"]):
            wanted = position[mojo.columns[column]]
            order += [place for place, (number, _) in enumerate(design) if number == wanted]
        return order
