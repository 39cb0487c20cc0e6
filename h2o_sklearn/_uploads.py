"""Rows that go up once: during a search, each row of X is sent one time however many folds it is in.

scikit-learn's searches and validations fit clones of one estimator to many subsets of the same rows. The
clones know where they come from (their *scope*). The first fit of a scope sends its rows; a later fit sends
those that are not there yet, recognised by 128 bits of hash, and picks its rows by number in the cluster. The
rows leave the cluster with the estimator that was cloned: for ``GridSearchCV`` that is at the end of its
``fit``.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
import uuid
import weakref
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.errors import H2OCompatError
from h2o_frame_compat.expr import Concat, Field, Local, Relation, Source, Take, fresh_id
from h2o_frame_compat.session import current_session
from h2o_sklearn._cluster_data import ClusterTable, dtype_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from h2o_frame_compat.session import Session
    from h2o_sklearn._inputs import Feature, LocalTable

_SMALL = 1 << 18  # bytes below which rows are sent with every fit: that is one call, and quick
_LARGE = 1 << 31  # bytes above which a scope sends no more rows for keeps
_KEPT = 1 << 30  # bytes of picked rows that stay in the cluster for the next clone
_IDLE_SECONDS = 30.0
_TAKE = "compat.take"


class Scope:
    """The rows that the clones of one estimator have sent; made by :func:`scope_of`."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self.lock = threading.Lock()
        self.stores: dict[Any, _Store] = {}
        self.cluster_id = ""
        self.taken: weakref.WeakKeyDictionary[Relation, dict[bytes, Take]] = weakref.WeakKeyDictionary()
        self.taken_bytes = 0

    def take(self, relation: Relation, numbers: Local, made: Take | None = None) -> Take:
        """Return rows by number; where they were picked before, those: their numbers are sent once."""
        assert numbers.table is not None
        known = self.taken.setdefault(relation, {})
        digest = _digest(numbers.table.column(0))
        found = known.get(digest)
        if found is None:
            found = made or Take(relation, numbers)
            nbytes = 8 * len(relation.fields) * numbers.table.num_rows
            if self.taken_bytes + nbytes <= _KEPT:
                known[digest] = found
                self.taken_bytes += nbytes
        return found


class _Store:
    """Rows in the cluster, all of one schema."""

    def __init__(self, features: list[Feature], types: list[dt.DType]) -> None:
        self.features = features
        self.types = types
        self.parts: list[Source] = []
        self.nbytes = 0
        self._all: Relation | None = None
        self._sorted = np.empty((0, 2), dtype=np.uint64)
        self._order = np.empty(0, dtype=np.int64)

    @property
    def n_rows(self) -> int:
        return len(self._order)

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the number of each row, -1 for those that are not there."""
        if not self.n_rows:
            return np.full(len(hashes), -1)
        near = np.searchsorted(self._sorted[:, 0], hashes[:, 0])
        near = np.minimum(near, self.n_rows - 1)
        same = (self._sorted[near] == hashes).all(axis=1)
        return np.where(same, self._order[near], -1)

    def add(self, part: Source, hashes: NDArray[np.uint64], nbytes: int) -> None:
        """Take note of rows that were sent."""
        old = np.empty_like(self._sorted)
        old[self._order] = self._sorted
        every = np.concatenate([old, hashes])
        self._order = np.argsort(every[:, 0], kind="stable")
        self._sorted = every[self._order]
        self.parts.append(part)
        self.nbytes += nbytes
        self._all = None

    def relation(self) -> Relation:
        """Return all rows, put together in the cluster once."""
        if self._all is None:
            self._all = self.parts[0] if len(self.parts) == 1 else Concat(self.parts, self.types)
        return self._all


class StoredRows(ClusterTable):
    """Rows of this machine that have been sent to the cluster."""

    def __init__(self, block: Block, rows: LocalTable, features: list[Feature]) -> None:
        super().__init__(block, rows.labels)
        self._features = features

    def features(self) -> list[Feature]:
        """Describe the columns, with the levels that are known from this machine."""
        return self._features


_scopes: weakref.WeakKeyDictionary[Any, Scope] = weakref.WeakKeyDictionary()
_by_id: weakref.WeakValueDictionary[str, Scope] = weakref.WeakValueDictionary()
_foreign: dict[str, Scope] = {}
_timer: threading.Timer | None = None
_lock = threading.Lock()


def scope_of(parent: object) -> str:
    """Return the scope of an estimator's clones; it ends with the estimator.

    Parameters
    ----------
    parent : estimator
        The estimator that is cloned.

    Returns
    -------
    str
        A name that may travel to another process.
    """
    with _lock:
        scope = _scopes.get(parent)
        if scope is None:
            scope = _scopes[parent] = Scope()
            _by_id[scope.id] = scope
        return scope.id


def _scope(name: str) -> Scope:
    """Return a scope by its name; one of another process is kept for as long as it is in use."""
    global _timer  # noqa: PLW0603 - one for the process
    with _lock:
        found = _by_id.get(name)
        if found is not None and name not in _foreign:
            return found
        if name not in _foreign:
            _foreign.clear()
            _foreign[name] = _by_id[name] = Scope()
        if _timer is not None:
            _timer.cancel()
        _timer = threading.Timer(_IDLE_SECONDS, _forget_foreign)
        _timer.daemon = True
        _timer.start()
        return _foreign[name]


def _forget_foreign() -> None:
    """Remove the rows of a worker process that has had nothing to do for a while."""
    with _lock:
        _foreign.clear()
    with contextlib.suppress(H2OCompatError):
        current_session().executor.flush()


def stored(session: Session, name: str, rows: LocalTable) -> LocalTable | StoredRows:
    """Make sure that rows are in the cluster, sending those that are not.

    Parameters
    ----------
    session : Session
        The cluster.
    name : str
        The scope.
    rows : LocalTable
        The rows.

    Returns
    -------
    StoredRows or LocalTable
        The rows in the cluster; as they were, where keeping them is not worth it or not possible.
    """
    nbytes = 8 * rows.n_rows * len(rows.labels)
    if not _SMALL <= nbytes <= _LARGE or _TAKE not in session.executor.primitives:
        return rows
    scope = _scope(name)
    with scope.lock:
        if scope.cluster_id != session.cluster.cluster_id:
            scope.stores.clear()
            scope.taken.clear()
            scope.taken_bytes = 0
            scope.cluster_id = str(session.cluster.cluster_id)
        features = rows.features()
        types = [dtype_of(column) for column in rows.columns]
        schema = tuple((f.label, f.levels, str(c.type)) for f, c in zip(features, rows.columns, strict=True))
        store = scope.stores.setdefault(schema, _Store(features, types))
        hashes = row_hashes(rows)
        numbers = store.find(hashes)
        new = numbers < 0
        if store.nbytes + 8 * int(new.sum()) * len(types) > _LARGE:
            return rows
        if new.any():
            _send(session, store, rows if new.all() else rows.take(new), hashes[new])
            numbers[new] = np.arange(store.n_rows - int(new.sum()), store.n_rows)
        whole = len(numbers) == store.n_rows and (numbers == np.arange(store.n_rows)).all()
        relation = store.relation()
        taken = relation if whole else scope.take(relation, _numbers(numbers))
    return StoredRows(Block.from_relation(taken, pd.RangeIndex(len(types))), rows, features)


def shared(name: str, block: Block) -> Block:
    """Use rows of a frame in the cluster that another clone has picked before, where these are the same.

    Parameters
    ----------
    name : str
        The scope.
    block : Block
        Rows of X or y: scikit-learn has cut them with row numbers.

    Returns
    -------
    Block
        The same rows.
    """
    rel = block.rel
    if not isinstance(rel, Take) or not rel.inputs or not isinstance(rel.rows, Local) or rel.rows.table is None:
        return block
    scope = _scope(name)
    with scope.lock:
        found = scope.take(rel.child, rel.rows, rel)
    same = [field.id for field in found.fields] == [field.id for field in rel.fields]
    return replace(block, rel=found) if same and found is not rel else block


def _digest(column: pa.ChunkedArray) -> bytes:
    values = np.ascontiguousarray(column.to_numpy(), dtype=np.int64)
    return hashlib.blake2b(values.data, digest_size=16).digest()


def _send(session: Session, store: _Store, rows: LocalTable, hashes: NDArray[np.uint64]) -> None:
    key = session.new_key("rows")
    table = pa.Table.from_arrays(rows.columns, names=[feature.name for feature in store.features])
    session.transfer.put(table, key)
    part = Source(key, [Field(fresh_id(), dtype) for dtype in store.types], rows.n_rows, owned=True)
    session.executor.adopt(part)
    store.add(part, hashes, table.nbytes)


def _numbers(rows: NDArray[np.int64]) -> Local:
    """Return row numbers as a relation, in 32 bits: a scope has fewer rows than that counts."""
    field = Field(fresh_id(), dt.INT32)
    return Local(pa.table({field.id: pa.array(rows.astype(np.int32))}), [field], len(rows))


# ---------------------------------------------------------------- hashes


_SEEDS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03))
_FACTORS = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
_SHIFTS = (np.uint64(32), np.uint64(29))


def row_hashes(rows: LocalTable) -> NDArray[np.uint64]:
    """Return 128 bits for each row, equal for equal rows.

    Parameters
    ----------
    rows : LocalTable
        The rows.

    Returns
    -------
    ndarray of shape (n_rows, 2)
        Two independent hashes of 64 bits.
    """
    hashes = np.empty((rows.n_rows, 2), dtype=np.uint64)
    for side in (0, 1):
        value = np.full(rows.n_rows, _SEEDS[side])
        for bits in _bits(rows):
            value ^= bits
            value *= _FACTORS[side]
            value ^= value >> _SHIFTS[side]
        hashes[:, side] = value
    return hashes


def _bits(rows: LocalTable) -> list[NDArray[np.uint64]]:
    if rows.matrix is not None:
        return [np.ascontiguousarray(column).view(np.uint64) for column in rows.matrix.T]
    found = []
    for column in rows.columns:
        if pa.types.is_floating(column.type):
            found.append(column.to_numpy(zero_copy_only=False).view(np.uint64))
            continue
        plain = column.indices if pa.types.is_dictionary(column.type) else column
        plain = plain.cast(pa.int64())
        # Always both, so that a row's hash does not depend on the rows beside it.
        found.append(plain.is_null().to_numpy(zero_copy_only=False).astype(np.uint64))
        found.append(plain.fill_null(0).to_numpy(zero_copy_only=False).view(np.uint64))
    return found
