"""What remains of a fit: enough to predict, to be pickled, and to be loaded where there is no cluster."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from h2o_sklearn._scoring import DISTANCES, PREDICTIONS, Mojo, new_handle, running

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from h2o_sklearn._inputs import Feature, LocalTable, Matrix


@dataclass
class FittedModel:
    """A model: its bytes, what its columns mean, and where it lies while its cluster lives.

    Attributes
    ----------
    mojo : Mojo
        The model itself.
    features : tuple of Feature
        The columns of X as ``fit`` saw them.
    key : str or None
        Its name in the cluster; None in a copy and after loading.
    cluster_id : str or None
        Which cluster, in which of its lives.
    offset : str or None
        Name, in the cluster, of the column that is an offset.
    fill : tuple of float or None
        What takes the place of missing values in each column, where the model file does not know it.
    skips : bool
        A row with a missing value has no prediction.
    """

    mojo: Mojo
    features: tuple[Feature, ...]
    key: str | None = None
    cluster_id: str | None = None
    offset: str | None = None
    fill: tuple[float, ...] | None = None
    skips: bool = False
    _handle: int | None = field(default=None, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        # The model in the cluster and the one in the scorer belong to this object; a copy has the bytes.
        gone = {"key": None, "cluster_id": None, "_handle": None}
        return {**self.__dict__, **gone}

    @cached_property
    def _positions(self) -> list[int]:
        """Positions in X of the columns the model reads, in its order."""
        where = {feature.name: position for position, feature in enumerate(self.features)}
        names = self.mojo.columns[: self.mojo.n_features]
        positions = [where[name] for name in names if name != self.offset]
        return [*positions, where[self.offset]] if self.offset else positions

    def predictions(self, table: LocalTable) -> Matrix:
        """Score rows on this machine: H2O's own prediction first, then a column per class.

        Parameters
        ----------
        table : LocalTable
            The rows, in the columns of X.

        Returns
        -------
        ndarray of shape (n_rows, width)
            What the model says.
        """
        return self._run(PREDICTIONS, table)

    def distances(self, table: LocalTable) -> Matrix:
        """Return the squared distances of rows from the centres of a clustering."""
        return self._run(DISTANCES, table)

    def _run(self, what: int, table: LocalTable) -> Matrix:
        if self._handle is None:
            self._handle = new_handle(self)
        # To a clustering, and to a model that skips missing values, a category that it has not seen differs from
        # all it knows; to others it is missing.
        apart = self.skips or self.mojo.info["algo"] == "kmeans"
        rows = table.coded(self.features, unseen_is_a_level=apart)
        if self.fill is not None:
            rows = np.where(np.isnan(rows), self.fill, rows)
        if self._positions != list(range(rows.shape[1])):
            rows = rows[:, self._positions]
        if not self.skips:
            return self._score(self._handle, what, rows)
        missing = np.asarray(np.isnan(rows).any(axis=1))
        values = self._score(self._handle, what, np.where(missing[:, None], 0.0, rows))
        values[missing] = np.nan
        return values

    def _score(self, handle: int, what: int, rows: Matrix) -> Matrix:
        return running().score(handle, self.mojo.data, what, rows, offset=self.offset is not None)

    @property
    def response_levels(self) -> list[str]:
        """Names of the classes in the cluster, in the order of the predictions."""
        return self.mojo.domains[len(self.mojo.columns) - 1]

    def class_order(self, levels: Sequence[str]) -> NDArray[np.intp]:
        """Return where each class stands among the predictions, given their names in the cluster."""
        domain = self.response_levels
        return np.array([domain.index(level) for level in levels], dtype=np.intp)
