"""What remains of a fit: enough to predict, to be pickled, and to be loaded where there is no cluster."""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from h2o_frame_compat.errors import H2OCompatError
from h2o_sklearn import _cluster_models
from h2o_sklearn._binary import Binary, Facts, Lease, forget, restored
from h2o_sklearn._scoring import (
    CONTRIBUTIONS,
    DISTANCES,
    LEAVES,
    PREDICTIONS,
    STAGES,
    Compiled,
    Mojo,
    NotCompiledError,
    new_handle,
    running,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Self

    from numpy.typing import NDArray

    from h2o_frame_compat.expr import Expr, Relation
    from h2o_frame_compat.session import Session
    from h2o_sklearn._cluster_data import ClusterTable
    from h2o_sklearn._inputs import Feature, LocalTable, Matrix


_STAGED = 1 << 24  # numbers held at once: the rounds before them are counted again for the next ones


@dataclass
class FittedModel:
    """A model: its bytes, what its columns mean, and where it lies while its cluster lives.

    Attributes
    ----------
    facts : Mojo or Output
        The MOJO, which is scored on this machine; where H2O writes none, what the cluster said of the model.
    features : tuple of Feature
        The columns of X as ``fit`` saw them.
    lease : Lease or None
        The model in the cluster; None after loading, until it is needed there.
    binary : Binary or None
        The model in H2O's binary form. A model with a MOJO gets it when it is pickled.
    offset : str or None
        Name, in the cluster, of the column that is an offset.
    fill : tuple of float or None
        What takes the place of missing values in each column, where the model file does not know it.
    skips : bool
        A row with a missing value has no prediction.
    by_code : bool
        The cluster takes categories by number, whatever they are called: it may see those of the fit only.
    bounds : tuple of float or None
        A row whose only column is not between them has no prediction.
    classes : tuple of str
        Names of the classes in the cluster, in the order of ``classes_``.
    levels : tuple of str
        The same in the order of the predictions, where they were known before the facts; see `response_levels`.
    """

    facts: Facts
    features: tuple[Feature, ...]
    lease: Lease | None = None
    binary: Binary | None = None
    offset: str | None = None
    fill: tuple[float, ...] | None = None
    skips: bool = False
    by_code: bool = False
    bounds: tuple[float, float] | None = None
    classes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    _handle: int | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, model: FittedModel, **more: Any) -> Self:
        """Return a fitted model as one of this kind, with what that has in addition."""
        kept = {part.name: getattr(model, part.name) for part in fields(FittedModel) if part.init}
        return cls(**{**kept, **more})

    def __getstate__(self) -> dict[str, Any]:
        # The model in the cluster and the one in the scorer belong to this process; what is saved has the bytes.
        gone = {"lease": None, "binary": self._saved(), "_handle": None}
        return {name: value for name, value in {**self.__dict__, **gone}.items() if name != "compiled"}

    def __copy__(self) -> FittedModel:
        return self  # it does not change after the fit

    def __deepcopy__(self, memo: dict[int, Any]) -> FittedModel:
        return self

    def _saved(self) -> Binary | None:
        if self.binary is None and self.lease is not None and self.lease.session.alive:
            with contextlib.suppress(H2OCompatError):  # the MOJO is enough to predict
                return self.lease.binary()
        return self.binary

    @property
    def mojo(self) -> Mojo | None:
        """The MOJO, where H2O writes one of this model."""
        return self.facts if isinstance(self.facts, Mojo) else None

    @property
    def algorithm(self) -> str:
        """H2O's name of the algorithm."""
        return self.mojo.info["algo"] if self.mojo is not None else str(self.facts.details["algo"])

    @property
    def key(self) -> str | None:
        """Its name in the cluster; None where it is not known to be in one."""
        return self.lease.key if self.lease is not None else None

    def key_in(self, session: Session) -> str | None:
        """Return its name in a cluster, into which it is put where it is not there.

        Parameters
        ----------
        session : Session
            The cluster.

        Returns
        -------
        str or None
            The name; None where the cluster cannot have it, and the MOJO has to do.

        Raises
        ------
        ValueError
            When there is no MOJO either.
        """
        if self.lease is None or not self.lease.holds_in(session):
            if self.binary is None or not self.binary.fits(session):
                self._refuse_without_mojo(session)
                return None
            self.lease = restored(session, self.binary)
        return self.lease.key

    def removed(self) -> None:
        """Take note that somebody removed the model from the cluster."""
        if self.lease is not None:
            forget(self.lease)
            self.lease = None

    def _refuse_without_mojo(self, session: Session) -> None:
        if self.mojo is not None:
            return
        if self.binary is None:
            raise ValueError("the model is no longer in the cluster, and it was not saved: fit it again")
        raise ValueError(
            f"this model was saved by H2O {self.binary.version}, and only that version reads it; the cluster runs"
            f" {session.cluster.h2o_version}. Connect to a cluster of H2O {self.binary.version}, or fit it again."
        )

    @cached_property
    def _positions(self) -> list[int]:
        """Positions in X of the columns the model reads, in its order."""
        where = {feature.name: position for position, feature in enumerate(self.features)}
        assert self.mojo is not None
        names = self.mojo.columns[: self.mojo.n_features]
        positions = [where[name] for name in names if name != self.offset and name in where]  # times are not in X
        return [*positions, where[self.offset]] if self.offset else positions

    def predictions(self, table: LocalTable) -> Matrix:
        """Score rows of this machine: H2O's own prediction first, then a column per class.

        Where there is no MOJO the rows are sent to the cluster, and only the result comes back.

        Parameters
        ----------
        table : LocalTable
            The rows, in the columns of X.

        Returns
        -------
        ndarray of shape (n_rows, width)
            What the model says.
        """
        if self.mojo is None:
            return _cluster_models.sent(self, table.coded(self.features, unseen_is_a_level=not self.by_code))
        found = self._run(PREDICTIONS, table)
        if self.bounds is not None:
            low, high = self.bounds
            values = table.coded(self.features)[:, 0]
            found[~((values >= low) & (values <= high))] = np.nan
        return found

    def cluster_predictions(self, table: ClusterTable) -> tuple[Relation, list[Expr]]:
        """Predict for rows in the cluster, which stay there.

        Parameters
        ----------
        table : ClusterTable
            The rows, in the columns of X.

        Returns
        -------
        relation : Relation
            The predictions, by row.
        columns : list of Expr
            As the columns of :meth:`predictions`.
        """
        return _cluster_models.predicted(self, table)

    def compiled_predictions(self, table: LocalTable) -> Matrix:
        """Score rows as :meth:`predictions` does, by machine code where there can be some of this model."""
        if self.compiled is None:
            return self.predictions(table)
        return self.compiled.predictions(self._as_model_reads(table))

    @cached_property
    def compiled(self) -> Compiled | None:
        """The model as machine code; None, after a warning with the reason, where the MOJO has to do."""
        try:
            if self.mojo is None or self.skips or self.fill is not None:
                raise NotCompiledError("only trees are compiled")
            made = Compiled(self.mojo, len(self._positions), offset=self.offset is not None)
            made.check(lambda rows: self._score(PREDICTIONS, rows, (0, 0)))
        except NotCompiledError as reason:
            warnings.warn(f"backend='compiled' steps aside, the MOJO scores this model: {reason}", stacklevel=2)
            return None
        return made

    def distances(self, table: LocalTable) -> Matrix:
        """Return the squared distances of rows from the centres of a clustering."""
        return self._run(DISTANCES, table)

    def contributions(self, table: LocalTable) -> Matrix:
        """Return how much each column of X adds to the prediction of each row, and at last what all rows have."""
        values = self._run(CONTRIBUTIONS, table)
        assert self.mojo is not None
        return self.by_feature(running().names(self._handle_of(), self.mojo.data, CONTRIBUTIONS), values)

    def by_feature(self, names: Sequence[str], values: Matrix) -> Matrix:
        """Add up contributions by column of X: a category may have one for each of its levels.

        Parameters
        ----------
        names : sequence of str
            What each of them belongs to; the last to none.
        values : ndarray of shape (n_rows, n_names)
            The contributions, which are 32-bit numbers and added as such.

        Returns
        -------
        ndarray of shape (n_rows, n_features + 1)
            The sums.
        """
        position = {feature.name: at for at, feature in enumerate(self.features)}
        total = np.zeros((len(values), len(position) + 1), np.float32)
        total[:, -1] = values[:, -1]
        for name, column in zip(names[:-1], values.T, strict=False):
            label = name
            while label and label not in position:  # "column.level"
                label = label.rpartition(".")[0]
            total[:, position[label]] += column.astype(np.float32)
        return total.astype(np.float64)

    def leaves(self, table: LocalTable) -> NDArray[np.intp]:
        """Return the number of the leaf that each row comes to, by tree: the trees of a round stand together."""
        return self._run(LEAVES, table).astype(np.intp)

    @property
    def rounds(self) -> int:
        """Number of rounds of a model that is made of trees."""
        assert self.mojo is not None
        return int(self.mojo.info.get("n_trees") or self.mojo.info["ntrees"])

    def stages(self, table: LocalTable) -> Iterator[Matrix]:
        """Give the predictions after each round of a boosted model, as :meth:`predictions` gives those at the end."""
        width = 1 + len(self.response_levels) if self.facts.is_classifier else 1
        step = max(1, _STAGED // max(1, table.n_rows * width))
        for first in range(0, self.rounds, step):
            end = min(first + step, self.rounds)
            yield from np.split(self._run(STAGES, table, (first, end)), end - first, axis=1)

    def _handle_of(self) -> int:
        if self._handle is None:
            self._handle = new_handle(self)
        return self._handle

    def _as_model_reads(self, table: LocalTable) -> Matrix:
        """Return rows in the order of the model's columns."""
        # A category that was not seen differs from all that were to these, and to a model that skips missing values;
        # to others it is missing.
        apart = self.skips or self.algorithm in {"kmeans", "rulefit", "extendedisolationforest", "coxph"}
        rows = table.coded(self.features, unseen_is_a_level=apart)
        if self.fill is not None:
            rows = np.where(np.isnan(rows), self.fill, rows)
        if self._positions != list(range(rows.shape[1])):
            rows = rows[:, self._positions]
        return rows

    def _run(self, what: int, table: LocalTable, stages: tuple[int, int] = (0, 0)) -> Matrix:
        rows = self._as_model_reads(table)
        if not self.skips:
            return self._score(what, rows, stages)
        missing = np.asarray(np.isnan(rows).any(axis=1))
        values = self._score(what, np.where(missing[:, None], 0.0, rows), stages)
        values[missing] = np.nan
        return values

    def _score(self, what: int, rows: Matrix, stages: tuple[int, int]) -> Matrix:
        assert self.mojo is not None
        offset = self.offset is not None
        return running().score(self._handle_of(), self.mojo.data, what, rows, offset=offset, stages=stages)

    @property
    def response_levels(self) -> list[str]:
        """Names of the classes in the cluster, in the order of the predictions."""
        return list(self.levels) or self.facts.domains[len(self.facts.columns) - 1]

    @cached_property
    def class_order(self) -> NDArray[np.intp]:
        """Where each class of ``classes_`` stands among the predictions."""
        domain = self.response_levels
        return np.array([domain.index(level) for level in self.classes], dtype=np.intp)
