"""The Block: what a frame is. Columns and index as expressions over one relation, labels beside them.

A public frame holds one pointer to an immutable Block; every operation makes a new one. Two blocks over the
same relation have the same rows, so their columns combine by position for free.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from h2o_frame_compat.core import convert
from h2o_frame_compat.core.limits import check_size
from h2o_frame_compat.expr import (
    Call,
    Col,
    Expr,
    Field,
    Filter,
    Local,
    Project,
    Relation,
    Rows,
    Slice,
    Sort,
    Take,
    call,
    fresh_id,
    lit,
)
from h2o_frame_compat.expr.nodes import walk
from h2o_frame_compat.expr.operations import OPERATIONS
from h2o_frame_compat.rewrite.share import meaning
from h2o_frame_compat.session import current_session

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from h2o_frame_compat import dtypes as dt
    from h2o_frame_compat.session.executor import Executor


def executor() -> Executor:
    """Give the executor of the current session; the first use starts or joins a cluster."""
    return current_session().executor


@dataclass(frozen=True)
class RangeLabels:
    """A RangeIndex: it costs nothing, because it is not stored.

    Parameters
    ----------
    start, step : int
        The label of row ``i`` is ``start + i * step``.
    """

    start: int = 0
    step: int = 1


@dataclass(frozen=True)
class Block:
    """Columns and index of a frame.

    Parameters
    ----------
    rel : Relation
        The rows. It has at least one field.
    columns : tuple of Expr
        The columns, over `rel`.
    labels : pandas.Index
        Their labels: any hashables, possibly repeated, possibly a MultiIndex.
    index : RangeLabels or tuple of Expr
        The row labels: virtual, or one expression for each index level.
    index_names : tuple of hashable
        Names of the index levels.
    """

    rel: Relation
    columns: tuple[Expr, ...]
    labels: pd.Index[Any]
    index: RangeLabels | tuple[Expr, ...] = RangeLabels()
    index_names: tuple[Hashable, ...] = (None,)

    # ------------------------------------------------------------------ making

    @classmethod
    def from_pandas(cls, df: pd.DataFrame) -> Block:
        """Make the block of a pandas frame; nothing is uploaded before the cluster needs it.

        Parameters
        ----------
        df : pandas.DataFrame
            Any frame whose columns H2O can hold.

        Returns
        -------
        Block
        """
        index = df.index
        virtual = isinstance(index, pd.RangeIndex)
        levels = [] if virtual else level_values(index)
        table = pd.DataFrame({i: level.array for i, level in enumerate(levels)}, index=index, copy=False)
        parts = [p for p in (table, df) if p.shape[1]]
        if not parts:  # a relation has at least one column
            parts = [pd.DataFrame({"": 0}, index=index, dtype="int8")]
        encoded = [convert.encode_pandas(p) for p in parts]
        columns = [c for e in encoded for c in e.table.columns]
        types = [d for e in encoded for d in e.dtypes]
        fields = [Field(fresh_id(), d) for d in types]
        names = [f.id for f in fields]
        rel = Local(encoded[0].table.from_arrays(columns, names=names), fields, len(df), df.copy(deep=False))
        exprs = tuple(f.col() for f in fields)
        own = exprs[len(levels) : len(levels) + df.shape[1]]
        labels: RangeLabels | tuple[Expr, ...] = exprs[: len(levels)]
        if isinstance(index, pd.RangeIndex):
            labels = RangeLabels(index.start, index.step)
        return cls(rel, own, df.columns, labels, tuple(index.names))

    @classmethod
    def from_arrow(cls, data: Any) -> Block:
        """Make the block of an Arrow table or of anything that exports an Arrow stream."""
        encoded = convert.encode_arrow(data)
        fields = [Field(fresh_id(), d) for d in encoded.dtypes]
        rel = Local(encoded.table.rename_columns([f.id for f in fields]), fields, encoded.table.num_rows)
        return cls(rel, tuple(f.col() for f in fields), pd.Index(encoded.labels))

    @classmethod
    def from_relation(cls, rel: Relation, labels: Sequence[Hashable] | pd.Index[Any]) -> Block:
        """Make the block of a relation's fields, with a RangeIndex."""
        labels = labels if isinstance(labels, pd.Index) else pd.Index(list(labels), tupleize_cols=False)
        return cls(rel, tuple(f.col() for f in rel.fields), labels)

    # ------------------------------------------------------------------ what it is

    @property
    def dtypes(self) -> list[dt.DType]:
        """The dtype of each column."""
        return [e.dtype for e in self.columns]

    @property
    def nrows(self) -> int:
        """The number of rows; asks the cluster when a filter has not been evaluated yet."""
        return self.rel.nrows if self.rel.nrows is not None else executor().nrows(self.rel)

    @property
    def index_columns(self) -> tuple[Expr, ...]:
        """The row labels as expressions; a virtual index becomes arithmetic on the row number."""
        if not isinstance(self.index, RangeLabels):
            return self.index
        rows: Expr = call("rownum", self.rel.fields[0].col())
        if self.index.step != 1:
            rows = call("mul", rows, lit(self.index.step))
        return (call("add", rows, lit(self.index.start)) if self.index.start else rows,)

    def range_index(self) -> pd.RangeIndex | None:
        """Give the pandas index of a virtual index, else None."""
        if not isinstance(self.index, RangeLabels):
            return None
        start, step = self.index.start, self.index.step
        return pd.RangeIndex(start, start + step * self.nrows, step, name=self.index_names[0])

    @cached_property
    def labels_on_client(self) -> pd.Index[Any]:
        """The row labels as a pandas index, fetched."""
        return self.with_columns([], []).to_pandas().index

    def find(self, label: Hashable) -> list[int]:
        """Give the positions of the columns with a label; empty when there is none."""
        try:
            where = self.labels.get_loc(label)
        except (KeyError, TypeError, pd.errors.InvalidIndexError):
            return []
        if isinstance(where, int):
            return [where]
        return [int(i) for i in pd.Series(range(len(self.labels)))[where].tolist()]

    # ------------------------------------------------------------------ columns

    def require_one_meaning(self, label: Hashable) -> None:
        """Refuse a label that names a column and an index level, in pandas' words."""
        if label is not None and label in self.index_names and self.find(label):
            msg = f"'{label}' is both an index level and a column label, which is ambiguous."
            raise ValueError(msg)

    def select(self, positions: Sequence[int]) -> Block:
        """Keep columns by position, in this order."""
        return replace(self, columns=tuple(self.columns[i] for i in positions), labels=self.labels[list(positions)])

    def with_columns(self, columns: Sequence[Expr], labels: Sequence[Hashable] | pd.Index[Any] | None = None) -> Block:
        """Replace all columns; labels stay unless given."""
        if labels is None:
            labels = self.labels
        elif not isinstance(labels, pd.Index):
            labels = pd.Index(list(labels), tupleize_cols=False)
        return replace(self, columns=tuple(columns), labels=labels)

    def with_index(self, index: RangeLabels | tuple[Expr, ...], names: Sequence[Hashable]) -> Block:
        """Replace the row labels."""
        return replace(self, index=index, index_names=tuple(names))

    # ------------------------------------------------------------------ rows

    @cached_property
    def rooted(self) -> Block:
        """The same block over a relation that has exactly its columns and its index as fields, with new ids.

        Operations that change rows start from here, so that window operations and row numbers keep meaning
        the rows they were written for. It is made once, so that what is stored for it is shared.
        """
        index = () if isinstance(self.index, RangeLabels) else self.index
        return self._root((*index, *self.columns), len(index))

    @cached_property
    def rooted_with_labels(self) -> Block:
        """As `rooted`, with the row labels of a virtual index made real."""
        index = self.index_columns
        return self._root((*index, *self.columns), len(index))

    def fresh(self, *, labels: bool = True) -> Block:
        """As `rooted_with_labels`, over field ids that no other block has: for joining a frame with itself.

        Parameters
        ----------
        labels : bool
            Whether the row labels of a virtual index are made real.
        """
        index = () if isinstance(self.index, RangeLabels) and not labels else self.index_columns
        return self._root((*index, *self.columns), len(index))

    def _root(self, exprs: tuple[Expr, ...], levels: int) -> Block:
        if not exprs:
            exprs = (self.rel.fields[0].col(),)
        made = Project(self.rel, exprs)
        cols = tuple(f.col() for f in made.fields)
        index = cols[:levels] if levels else self.index
        return replace(self, rel=made, columns=cols[levels : levels + len(self.columns)], index=index)

    def filter(self, mask: Expr) -> Block:
        """Keep the rows where a mask over `rel` is true; labels stay with their rows."""
        index = self.index_columns
        exprs = (*index, *self.columns)
        rows = _rows_kept(self.rel, mask)
        wanted = meaning(exprs)
        kept = rows.relations.get(wanted)
        if kept is None or kept.lost:
            # Equal columns of the same rows have equal ids, so that selections by one mask combine for free.
            ids = [rows.ids.setdefault(meaning((e,)), fresh_id()) for e in exprs]
            own = dict(zip(ids, exprs, strict=True))
            made = Project(self.rel, (*own.values(), mask), (*own, fresh_id()))
            kept = Filter(made, made.fields[-1].col(), made.fields[:-1], rows)
            rows.relations[wanted] = kept
        cols = [Col(rows.ids[meaning((e,))], e.dtype) for e in exprs]
        return replace(self, rel=kept, columns=tuple(cols[len(index) :]), index=tuple(cols[: len(index)]))

    def slice(self, start: int, stop: int, step: int = 1) -> Block:
        """Keep rows ``start:stop:step``, all not negative and step at least 1."""
        block = self if self.row_wise else self.rooted
        rel = Slice(block.rel, start, max(start, stop), step)
        index = block.index
        if isinstance(index, RangeLabels):
            index = RangeLabels(index.start + index.step * start, index.step * step)
        return replace(block, rel=rel, index=index)

    def take(self, rows: Relation, *, missing: bool = False) -> Block:
        """Pick rows by number.

        Parameters
        ----------
        rows : Relation
            One field with row numbers.
        missing : bool
            Whether there may be missing row numbers; dtypes then give room for missing values.
        """
        block = self.rooted_with_labels
        fields = None
        if missing:
            fields = [Field(fresh_id(), f.dtype.with_na()) for f in block.rel.fields]
        made = Take(block.rel, rows, fields)
        cols = tuple(f.col() for f in made.fields)
        levels = len(block.index_columns)
        return replace(block, rel=made, index=cols[:levels], columns=cols[levels : levels + len(self.columns)])

    def take_positions(self, positions: Sequence[int] | Any) -> Block:
        """Pick rows by known numbers, not negative."""
        return self.take(positions_relation(positions))

    def sort(self, keys: Sequence[Expr], ascending: Sequence[bool], *, na_last: bool) -> Block:
        """Order the rows by keys over `rel`; labels stay with their rows."""
        if found := next((k.dtype for k in keys if k.dtype.kind == "packed"), None):
            msg = f"values of dtype {found} have no order"
            raise TypeError(msg)
        index = self.index_columns
        made = Project(self.rel, (*index, *self.columns, *keys))
        cols = [f.col() for f in made.fields]
        end = len(index) + len(self.columns)
        rel = Sort(made, cols[end:], ascending, na_last=na_last, fields=made.fields[:end])
        return replace(self, rel=rel, index=tuple(cols[: len(index)]), columns=tuple(cols[len(index) : end]))

    @property
    def row_wise(self) -> bool:
        """Whether every column looks at one row at a time, so that rows can be cut before computing."""
        index = () if isinstance(self.index, RangeLabels) else self.index
        return not any(
            isinstance(node, Call) and OPERATIONS[node.op].kind == "window"
            for expr in (*index, *self.columns)
            for node in walk(expr)
        )

    # ------------------------------------------------------------------ leaving the cluster

    def nbytes(self) -> int:
        """Estimate the bytes of its data on the client."""
        index = 0 if isinstance(self.index, RangeLabels) else len(self.index)
        return 8 * (len(self.columns) + index) * self.nrows

    def to_pandas(self, *, guard: str | None = None) -> pd.DataFrame:
        """Fetch the frame.

        Parameters
        ----------
        guard : str, optional
            What asks for it implicitly; the size limit ``options.fallback_max_bytes`` then applies.

        Returns
        -------
        pandas.DataFrame
        """
        if guard is not None:
            check_size(self.nbytes(), guard)
        index = () if isinstance(self.index, RangeLabels) else self.index
        exprs = (*index, *self.columns)
        if not exprs:
            return pd.DataFrame(index=self.range_index(), columns=self.labels)
        table = executor().fetch(self.rel, exprs, progress=True)
        types = [e.dtype for e in exprs]
        frame = convert.decode_pandas(table, types, pd.RangeIndex(len(exprs)), consume=not isinstance(self.rel, Local))
        labels = self._index_of(frame, len(index), table.num_rows)
        frame = frame.iloc[:, len(index) :]
        frame.index = labels
        frame.columns = self.labels
        return frame

    def _index_of(self, frame: pd.DataFrame, levels: int, nrows: int) -> pd.Index[Any]:
        if isinstance(self.index, RangeLabels):
            start, step = self.index.start, self.index.step
            return pd.RangeIndex(start, start + step * nrows, step, name=self.index_names[0])
        if levels == 1:
            return pd.Index(frame.iloc[:, 0].array, name=self.index_names[0])
        return pd.MultiIndex.from_arrays([frame.iloc[:, i] for i in range(levels)], names=list(self.index_names))


def _rows_kept(rel: Relation, mask: Expr) -> Rows:
    """Give the rows of a relation that a mask keeps, the same object for equal masks."""
    wanted = meaning((mask,))
    rows = rel.row_set.kept.get(wanted)
    if rows is None:
        rows = rel.row_set.kept[wanted] = Rows()
    return rows


def level_values(index: pd.Index[Any]) -> list[pd.Index[Any]]:
    """Give the values of each level of an index; numbers may be among the names, so they are left out."""
    bare = index.set_names([None] * index.nlevels)
    return [bare.get_level_values(n) for n in range(index.nlevels)]


def positions_relation(positions: Sequence[int] | Any) -> Local:
    """Make a relation of known row numbers.

    Parameters
    ----------
    positions : sequence of int
        Row numbers, not negative.

    Returns
    -------
    Local
    """
    column, dtype = convert.encode_series(pd.Series(positions, dtype="int64"), "row")
    field = Field(fresh_id(), dtype)
    return Local(pa.table({field.id: column}), [field], len(column))
