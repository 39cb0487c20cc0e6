"""Relations: tables with ordered rows, described but not computed.

A relation's fields have ids, generated and unique in the process, so that relations can be joined without
renaming. Labels (what users call columns) are not known here.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from h2o_frame_compat import dtypes
from h2o_frame_compat.expr.nodes import Col, Expr

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from h2o_frame_compat.dtypes import DType

_ids = itertools.count()
_SMALL = 1 << 20


def fresh_id() -> str:
    """Give a column id that no other column of this process has."""
    return f"c{next(_ids)}"


@dataclass(frozen=True)
class Field:
    """A column of a relation.

    Parameters
    ----------
    id : str
        Unique in the process.
    dtype : DType
        What it holds.
    """

    id: str
    dtype: DType

    def col(self) -> Col:
        """Give the expression that reads this field."""
        return Col(self.id, self.dtype)


class Rows:
    """The rows of one or more relations: those that share this object have the same rows in the same order.

    Parameters
    ----------
    count : int or None
        How many there are, where that is known; whoever finds it out writes it here.

    Attributes
    ----------
    kept : WeakValueDictionary
        The meaning of a mask over these rows to the rows that it keeps: the same mask keeps the same rows.
    ids : dict
        The meaning of a column, in the rows these were kept from, to its id here.
    relations : WeakValueDictionary
        The meaning of several such columns to a relation that has them.
    """

    __slots__ = ("__weakref__", "count", "ids", "kept", "relations")

    def __init__(self, count: int | None = None) -> None:
        self.count = count
        self.kept: WeakValueDictionary[Hashable, Rows] = WeakValueDictionary()
        self.ids: dict[Hashable, str] = {}
        self.relations: WeakValueDictionary[Hashable, Relation] = WeakValueDictionary()


class Relation:
    """A table with ordered rows.

    Parameters
    ----------
    fields : sequence of Field
        Its columns.
    inputs : tuple of Relation
        What it is computed from.
    nrows : int or None
        Its number of rows where that is known without computing.
    like : Relation, optional
        An input that has the same rows.
    """

    def __init__(
        self,
        fields: Sequence[Field],
        inputs: tuple[Relation, ...] = (),
        nrows: int | None = None,
        like: Relation | None = None,
    ) -> None:
        self.fields = tuple(fields)
        self.inputs = inputs
        self.row_set: Rows = Rows(nrows) if like is None else like.row_set
        self.lost = ""  # the key that it had in the cluster, once somebody else has removed it

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.fields)} fields, {self.nrows} rows)"

    @property
    def nrows(self) -> int | None:
        """The number of rows, where it is known."""
        return self.row_set.count

    @property
    def child(self) -> Relation:
        """The only input."""
        return self.inputs[0]

    def let_go(self) -> None:
        """Forget the inputs: every field of this relation is stored in the cluster, so they need not stay there."""
        self.inputs = ()


class Source(Relation):
    """A frame in the cluster.

    Parameters
    ----------
    key : str
        Its key.
    fields : sequence of Field
        One for each column of the frame, in order.
    nrows : int
        Its number of rows.
    owned : bool
        Whether the frame is ours to remove once nobody refers to this relation.
    """

    def __init__(self, key: str, fields: Sequence[Field], nrows: int, *, owned: bool) -> None:
        super().__init__(fields, (), nrows)
        self.key = key
        self.owned = owned
        self.keep: Any = None  # whoever owns the frame, where that is another object


class Local(Relation):
    """A table on the client, uploaded when the cluster first needs it.

    Parameters
    ----------
    table : pyarrow.Table
        Columns in the types of the session boundary, one for each field.
    fields : sequence of Field
        Its columns.
    nrows : int
        Its number of rows.
    owner : object
        A pandas object that shares the table's memory: as long as it lives, pandas copies what is written to.
    """

    def __init__(self, table: Any, fields: Sequence[Field], nrows: int, owner: object = None) -> None:
        super().__init__(fields, (), nrows)
        self.table = table
        self._owner = owner

    def let_go(self) -> None:
        """Forget the table: it is stored in the cluster. A small one stays, so that reading it costs nothing."""
        if self.table is not None and self.table.nbytes > _SMALL:
            self.table = self._owner = None


class Table:
    """A local table of keys and values, as the parameter of a "lookup".

    Parameters
    ----------
    relation : Local
        Two fields: the key, each once, and the value.
    """

    def __init__(self, relation: Local) -> None:
        self.relation = relation

    def __repr__(self) -> str:  # tells one table from another: equal expressions are found by their text
        return f"Table({self.relation.fields[0].id})"


class Project(Relation):
    """Columns computed row by row (or by window operations) from one relation; rows and order stay.

    Parameters
    ----------
    child : Relation
        The input.
    exprs : sequence of Expr
        One for each output column.
    ids : sequence of str, optional
        Ids of the output columns; new ones by default.
    """

    def __init__(self, child: Relation, exprs: Sequence[Expr], ids: Sequence[str] = ()) -> None:
        named = ids or [fresh_id() for _ in exprs]
        super().__init__([Field(i, e.dtype) for i, e in zip(named, exprs, strict=True)], (child,), like=child)
        self.exprs = tuple(exprs)


class Filter(Relation):
    """The rows where a mask is true, in order.

    Parameters
    ----------
    child : Relation
        The input; its field ids stay.
    mask : Expr
        Boolean, over the input; missing counts as false.
    fields : sequence of Field, optional
        The fields of the input that stay; all by default.
    row_set : Rows, optional
        The rows that the mask keeps, where another relation has them already.
    """

    def __init__(
        self, child: Relation, mask: Expr, fields: Sequence[Field] | None = None, row_set: Rows | None = None
    ) -> None:
        super().__init__(child.fields if fields is None else fields, (child,))
        self.mask = mask
        self.row_set = self.row_set if row_set is None else row_set


class Slice(Relation):
    """Rows ``start:stop:step``.

    Parameters
    ----------
    child : Relation
        The input; its field ids stay.
    start, stop : int
        Bounds, not negative; ``stop`` at most the number of rows when that is known.
    step : int
        At least 1.
    """

    def __init__(self, child: Relation, start: int, stop: int, step: int = 1) -> None:
        nrows = None if child.nrows is None else len(range(start, min(stop, child.nrows), step))
        super().__init__(child.fields, (child,), nrows)
        self.start, self.stop, self.step = start, stop, step


class Take(Relation):
    """Rows by number, in any order, with repeats; a missing number gives a row of missing values.

    Parameters
    ----------
    child : Relation
        The input; its field ids stay.
    rows : Relation
        The row numbers, 0-based, in its only field.
    fields : sequence of Field, optional
        Output fields where they differ from the input's (dtypes that took on missing values).
    """

    def __init__(self, child: Relation, rows: Relation, fields: Sequence[Field] | None = None) -> None:
        super().__init__(fields or child.fields, (child, rows), rows.nrows)

    @property
    def rows(self) -> Relation:
        """The relation of row numbers."""
        return self.inputs[1]


class Sort(Relation):
    """Rows in the order of keys, stable.

    Parameters
    ----------
    child : Relation
        The input; its field ids stay.
    keys : sequence of Expr
        Sort keys over the input, most significant first.
    ascending : sequence of bool
        One for each key.
    na_last : bool
        Whether missing keys come last.
    fields : sequence of Field, optional
        The fields of the input that stay; all by default.
    """

    def __init__(
        self,
        child: Relation,
        keys: Sequence[Expr],
        ascending: Sequence[bool],
        *,
        na_last: bool,
        fields: Sequence[Field] | None = None,
    ) -> None:
        super().__init__(child.fields if fields is None else fields, (child,), child.nrows)
        self.keys, self.ascending, self.na_last = tuple(keys), tuple(ascending), na_last


class Join(Relation):
    """Row numbers of matching rows of two relations, in pandas' order.

    The two output fields are the row number on the left and on the right, missing where there is no match;
    `Take` turns them into columns.

    Parameters
    ----------
    left, right : Relation
        The inputs.
    left_on, right_on : sequence of Expr
        Keys; missing keys match each other.
    how : {"inner", "left", "right", "outer"}
        Which unmatched rows stay.
    """

    def __init__(
        self, left: Relation, right: Relation, left_on: Sequence[Expr], right_on: Sequence[Expr], how: str
    ) -> None:
        fields = [Field(fresh_id(), dtypes.INT64), Field(fresh_id(), dtypes.INT64)]
        super().__init__(fields, (left, right))
        self.left_on, self.right_on, self.how = tuple(left_on), tuple(right_on), how


class Group(Relation):
    """One row for each group: its keys, then its aggregates.

    Parameters
    ----------
    child : Relation
        The input.
    keys : sequence of Expr
        Group keys.
    aggregates : sequence of (str, Expr, DType)
        Name of the aggregate, its input, and the dtype of its result.
    dropna : bool
        Whether rows with a missing key are left out.
    sort : bool
        True: in the order of the keys; False: in the order of first appearance.
    """

    def __init__(
        self,
        child: Relation,
        keys: Sequence[Expr],
        aggregates: Sequence[tuple[str, Expr, DType]],
        *,
        dropna: bool,
        sort: bool,
    ) -> None:
        fields = [Field(fresh_id(), e.dtype) for e in keys] + [Field(fresh_id(), a[2]) for a in aggregates]
        super().__init__(fields, (child,))
        self.keys, self.aggregates, self.dropna, self.sort = tuple(keys), tuple(aggregates), dropna, sort


class Distinct(Relation):
    """Row numbers of the rows that are the first (last, only) ones with their keys, ascending.

    Parameters
    ----------
    child : Relation
        The input.
    keys : sequence of Expr
        Keys; missing values equal each other.
    keep : {"first", "last", "none"}
        Which row of several equal ones stays.
    """

    def __init__(self, child: Relation, keys: Sequence[Expr], keep: str) -> None:
        super().__init__([Field(fresh_id(), dtypes.INT64)], (child,))
        self.keys, self.keep = tuple(keys), keep


class Concat(Relation):
    """The rows of several relations, one after the other; columns correspond by position.

    Parameters
    ----------
    parts : sequence of Relation
        The inputs, with equally many fields.
    types : sequence of DType
        The dtype of each output column.
    """

    def __init__(self, parts: Sequence[Relation], types: Sequence[DType]) -> None:
        known = [p.nrows for p in parts]
        nrows = None if None in known else sum(n for n in known if n is not None)
        super().__init__([Field(fresh_id(), t) for t in types], tuple(parts), nrows)


class Zip(Relation):
    """The columns of two relations with the same number of rows, side by side.

    Parameters
    ----------
    left, right : Relation
        The inputs; their field ids stay.
    """

    def __init__(self, left: Relation, right: Relation) -> None:
        super().__init__((*left.fields, *right.fields), (left, right), like=left)
        for one, other in ((left, right), (right, left)):
            if one.nrows is None:
                one.row_set.count = other.nrows
