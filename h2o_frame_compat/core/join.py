"""Merging two frames on keys, with pandas' order, labels, dtypes and errors.

pandas itself checks the arguments and names the columns: it merges two frames of one row and the same dtypes.
The cluster joins; the only thing asked from it beforehand is whether rows stay without a match, because that
decides dtypes.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.align import equal_labels, has_repeats, same_rows, side_by_side
from h2o_frame_compat.core.block import Block, RangeLabels, executor
from h2o_frame_compat.core.convert import from_pandas_dtype, pandas_dtype
from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.expr import Distinct, Expr, Field, Join, Lit, Project, Relation, Take, Zip, call, fresh_id, lit

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

INDICATOR = ("left_only", "right_only", "both")


class NotNative(Exception):  # noqa: N818 - not an error: pandas does it instead
    """Raised for the few kinds of merge that are left to pandas."""


@dataclass(frozen=True)
class Merge:
    """The arguments of ``DataFrame.merge``.

    Parameters
    ----------
    how, on, left_on, right_on, left_index, right_index, sort, suffixes, indicator, validate
        As in pandas.
    fill : {"ffill"} or None
        Whether rows without a match take the row before, as `pandas.merge_ordered` does.
    """

    how: str = "inner"
    on: Any = None
    left_on: Any = None
    right_on: Any = None
    left_index: bool = False
    right_index: bool = False
    sort: bool = False
    suffixes: Any = ("_x", "_y")
    indicator: str | bool = False
    validate: str | None = None
    fill: str | None = None

    @property
    def base(self) -> str:
        """The kind of join that finds the rows."""
        return {"left_anti": "left", "right_anti": "right", "cross": "inner"}.get(self.how, self.how)

    @property
    def keywords(self) -> dict[str, Any]:
        """The arguments that pandas checks."""
        names = ("on", "left_on", "right_on", "left_index", "right_index", "sort", "suffixes", "indicator")
        return {name: getattr(self, name) for name in names}


# A key of one side: the position of a column, or (as a negative number, -1 - level) a level of the index.
Place = int


def merge(left: Block, right: Block, how: Merge) -> Block:
    """Merge two frames.

    Parameters
    ----------
    left, right : Block
        The frames.
    how : Merge
        The arguments.

    Returns
    -------
    Block

    Raises
    ------
    NotNative
        When pandas has to do it.
    pandas.errors.MergeError, KeyError, TypeError, ValueError
        As pandas raises them.
    """
    _refuse_arrays(how)
    template = _template(left, right, how)
    keys = _keys(left, right, how)
    for lkey, rkey in keys:
        _check_key(left, right, lkey, rkey)
    if how.validate is not None:
        _validate(left, right, keys, how.validate)
    if how.left_index and how.right_index and how.how in {"left", "right", "inner", "outer"}:
        beside = _beside(left, right, template, how)
        if beside is not None:
            return beside
    # Over a relation of its own columns alone: what it was made from leaves the cluster once it is there.
    return _Joined(left, right, how, keys, template).block().rooted


# ---------------------------------------------------------------------- what pandas decides


def _refuse_arrays(how: Merge) -> None:
    """Leave keys that are values instead of labels to pandas."""
    for on in (how.on, how.left_on, how.right_on):
        for key in on if isinstance(on, (list, tuple)) else [on]:
            if key is not None and not pd.api.types.is_hashable(key):
                raise NotNative


def _template(left: Block, right: Block, how: Merge) -> pd.DataFrame:
    """Let pandas merge two frames of one row: it raises its errors, and names the columns and the index."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one, other = one_row(left), one_row(right)
        made = one.merge(other, how=how.how, **how.keywords)
        if how.validate is not None and how.validate not in _VALIDATE:
            one.merge(other, how=how.how, validate=how.validate, **how.keywords)
        if how.base == "inner" and how.how != "cross":
            return made
        return made if how.how == "cross" else one.merge(other, how="inner", **how.keywords)


def one_row(block: Block) -> pd.DataFrame:
    """Make a pandas frame of one row that has the labels and dtypes of a block."""
    columns = {n: _sample(e.dtype) for n, e in enumerate(block.columns)}
    index: pd.Index[Any] = pd.RangeIndex(1, name=block.index_names[0])
    if not isinstance(block.index, RangeLabels):
        levels = [pd.Index(_sample(e.dtype)) for e in block.index]
        index = pd.MultiIndex.from_arrays(levels) if len(levels) > 1 else levels[0]
        index.names = list(block.index_names)
    frame = pd.DataFrame({n: values.set_axis(index) for n, values in columns.items()}, index=index)
    frame.columns = block.labels
    return frame


def _sample(dtype: dt.DType) -> pd.Series:
    value: Any = 0
    if dtype.kind == "category":
        value = dtype.categories[0] if dtype.categories else None
        if dtype.categories is None:
            return pd.Series(["a"], dtype=pd.CategoricalDtype(["a"], dtype.ordered))
    elif dtype.kind == "str":
        value = "a"
    elif dtype.is_bool:
        value = True
    elif dtype.kind == "packed":
        value = None
    return pd.Series([value], dtype=pandas_dtype(dtype))


def _keys(left: Block, right: Block, how: Merge) -> list[tuple[Place, Place]]:
    """Find the pairs of keys; the arguments have been checked."""
    if how.how == "cross":
        return []
    if how.left_index and how.right_index and len(left.index_names) > len(right.index_names) and how.base == "left":
        return [(-1 - left.index_names.index(name), -1 - n) for n, name in enumerate(right.index_names)]
    left_on, right_on = (how.left_on, how.right_on) if how.on is None else (how.on, how.on)
    if left_on is None and right_on is None and not (how.left_index or how.right_index):
        common = left.labels.intersection(right.labels)
        left_on = right_on = list(common)
    sides = []
    for block, on, by_index in ((left, left_on, how.left_index), (right, right_on, how.right_index)):
        if by_index:
            sides.append([-1 - n for n in range(len(block.index_names))])
        else:
            sides.append([_place(block, label) for label in _listed(on, block)])
    if len(sides[0]) != len(sides[1]):
        raise NotNative
    return list(zip(sides[0], sides[1], strict=True))


def _listed(on: Any, block: Block) -> list[Hashable]:
    if isinstance(on, list) or (isinstance(on, tuple) and not block.find(on)):
        return list(on)
    if isinstance(on, (str, int, float, tuple)) or on is None or isinstance(on, (np.generic, pd.Timestamp)):
        return [on]
    raise NotNative


def _place(block: Block, label: Hashable) -> Place:
    try:
        found = block.find(label)
    except TypeError:
        raise NotNative from None
    if len(found) != 1:  # a level of the index, an array, ...
        raise NotNative
    return found[0]


def _at(block: Block, place: Place) -> Expr:
    return block.columns[place] if place >= 0 else block.index_columns[-1 - place]


def _check_key(left: Block, right: Block, lkey: Place, rkey: Place) -> None:
    a, b = _at(left, lkey).dtype, _at(right, rkey).dtype
    if a == b:
        return
    odd = any(d.kind == "category" and d.categories_kind != "str" for d in (a, b))
    if odd or a.is_bool != b.is_bool or (a.storage != b.storage and {a.kind, b.kind} != {"str", "category"}):
        raise NotNative


_VALIDATE = {
    "one_to_one": "one-to-one", "1:1": "one-to-one", "one_to_many": "one-to-many", "1:m": "one-to-many",
    "many_to_one": "many-to-one", "m:1": "many-to-one", "many_to_many": "", "m:m": "",
}


def _validate(left: Block, right: Block, keys: Sequence[tuple[Place, Place]], validate: str) -> None:
    kind = _VALIDATE[validate]
    repeats = {
        side: _repeats(block, [_at(block, pair[n]) for pair in keys])
        for n, (side, block, counts) in enumerate(
            (("left", left, kind.startswith("one")), ("right", right, kind.endswith("one")))
        )
        if counts
    }
    wrong = [side for side, repeated in repeats.items() if repeated]
    if wrong:
        where = f"{wrong[0]} dataset" if len(wrong) == 1 else "either left or right dataset"
        msg = f"Merge keys are not unique in {where}; not a {kind} merge"
        raise pd.errors.MergeError(msg)


def _repeats(block: Block, exprs: Sequence[Expr]) -> bool:
    return executor().nrows(Distinct(block.rel, exprs, "first")) != block.nrows


# ---------------------------------------------------------------------- rows that correspond by position


def _beside(left: Block, right: Block, template: pd.DataFrame, how: Merge) -> Block | None:
    """Put frames with the same unique row labels side by side; None when they are not such."""
    if how.sort or how.indicator or not (same_rows(left, right) or equal_labels(left, right)) or has_repeats(left):
        return None
    if left.nrows == 0:
        return None
    a, b = side_by_side(left, right)
    labelled = replace(a, columns=(*a.columns, *b.columns), labels=template.columns)
    return replace(labelled, index_names=tuple(template.index.names))


# ---------------------------------------------------------------------- rows that are found by keys


class _Joined:
    """A join of two frames, and what is made of it."""

    def __init__(
        self, left: Block, right: Block, how: Merge, keys: Sequence[tuple[Place, Place]], template: pd.DataFrame
    ) -> None:
        self.how, self.keys, self.template = how, keys, template
        self.left, self.right = left.rooted_with_labels, right.fresh()
        self.original = left
        constant = lit(0)
        left_on = [_at(self.left, pair[0]) for pair in keys] or [_constant(self.left, constant)]
        right_on = [_at(self.right, pair[1]) for pair in keys] or [_constant(self.right, constant)]
        self.join = Join(self.left.rel, self.right.rel, left_on, right_on, how.base)
        self.numbers = tuple(f.col() for f in self.join.fields)
        self.left_gaps, self.right_gaps, self.left_whole, self.only_right = self._ask()
        self.rel, self.lefts, self.rights = self._sides()
        self.extra: list[tuple[Place, Place]] = []

    def _ask(self) -> tuple[bool, bool, bool, bool]:
        """Ask, in one call, which side has rows without a match, and whether the left rows stay as they are."""
        if self.how.base == "inner":
            return False, False, False, False

        def body(c: Sequence[str]) -> str:
            return f"(getrow (cbind (nrow {c[0]}) (sumNA (is.na {c[0]})) (sumNA (is.na {c[1]}))))"

        value = executor().evaluate(self.join, [self._source(n) for n in (0, 1)], body).value
        assert isinstance(value, list)
        rows, left_missing, right_missing = (int(v) for v in value)
        if self.join.nrows is None:
            self.join.row_set.count = rows
        whole = self.how.base == "left" and rows == self.left.nrows
        only_right = self.how.how == "right_anti" or left_missing == rows > 0
        return left_missing > 0, right_missing > 0, whole, only_right

    def _sides(self) -> tuple[Relation, Block, Block]:
        if self.left_whole:  # a left join that repeats no row: the left frame stays where it is
            right, taken = self._taken(self.right, 1, gaps=self.right_gaps)
            rel: Relation = Zip(Zip(self.left.rel, taken), self.join)
            return rel, self.left, right
        left, first = self._taken(self.left, 0, gaps=self.left_gaps)
        right, second = self._taken(self.right, 1, gaps=self.right_gaps)
        return Zip(Zip(first, second), self.join), left, right

    def _source(self, side: int) -> Expr:
        """Give the number of the row that each row takes from a side."""
        number = self.numbers[side]
        if self.how.fill is None:
            return number
        return call(self.how.fill, call("cast", number, params=(dt.INT64.but(nullable=True),)), params=(None,))

    def _taken(self, block: Block, side: int, *, gaps: bool) -> tuple[Block, Relation]:
        rows = Project(self.join, [self._source(side)])
        fields = [Field(fresh_id(), f.dtype.with_na() if gaps else f.dtype) for f in block.rel.fields]
        made = Take(block.rel, rows, fields)
        cols = tuple(f.col() for f in fields)
        levels = len(block.index_columns)
        own = cols[levels : levels + len(block.columns)]
        return replace(block, rel=made, index=cols[:levels], columns=own), made

    # -------------------------------------------------------------- columns

    def block(self) -> Block:
        """Give the merged frame."""
        dropped = {b for a, b in self.keys if a >= 0 and b >= 0 and self.left.labels[a] == self.right.labels[b]}
        kept = [n for n in range(len(self.rights.columns)) if n not in dropped]
        count = len(self.lefts.columns) + len(kept) + bool(self.how.indicator)
        if count < len(self.template.columns):
            self.extra = [pair for pair in self.keys if self._renamed(pair)]
        if count + len(self.extra) != len(self.template.columns):
            raise NotNative
        columns = [self._filled(*pair) for pair in self.extra]  # keys whose own labels got suffixes come first
        columns += [self._column(self.lefts, 0, n) for n in range(len(self.lefts.columns))]
        columns += [self._column(self.rights, 1, n) for n in kept]
        if self.how.indicator:
            columns.append(self._indicator())
        index, names = self._index()
        made = Block(self.rel, tuple(columns), self.template.columns, index, names)
        if self.how.sort and self.keys and self.how.base != "outer":
            made = self._sorted(made)
        if self.how.how.endswith("_anti"):
            made = made.filter(call("isna", self.numbers[self.how.base == "left"]))
        return made

    def _sorted(self, made: Block) -> Block:
        by: list[Expr] = []
        for pair in self.keys:
            key = self._filled(*pair)
            if key.dtype.is_temporal:  # pandas sorts missing times first, other missing keys last
                by.append(call("cast", call("not", call("isna", key)), params=(dt.INT64,)))
            by.append(key)
        ordered = made.sort(by, [True] * len(by), na_last=True)
        return ordered.with_index(RangeLabels(), made.index_names) if isinstance(made.index, RangeLabels) else ordered

    def _renamed(self, pair: tuple[Place, Place]) -> bool:
        """Tell whether a column is matched with row labels, and its own label is on both sides."""
        lkey, rkey = pair
        if lkey >= 0 and rkey < 0:
            return bool(self.right.find(self.left.labels[lkey]))
        return lkey < 0 <= rkey and bool(self.left.find(self.right.labels[rkey]))

    def _column(self, side: Block, which: int, n: int) -> Expr:
        """Give a column of one side; a key of that side takes the other one's value where a row is missing."""
        pair = next((p for p in self.keys if p[which] == n), None)
        if pair is None or pair in self.extra:
            return side.columns[n]
        lkey, rkey = pair
        same = lkey >= 0 and rkey >= 0 and self.left.labels[lkey] == self.right.labels[rkey]
        return self._filled(*pair) if same or min(pair) < 0 else side.columns[n]

    def _filled(self, lkey: Place, rkey: Place) -> Expr:
        """Give a key: the left one where there is a left row, else the right one."""
        a, b = _at(self.lefts, lkey), _at(self.rights, rkey)
        if self.only_right:
            return b
        mixed = self.left_gaps or self.how.fill is not None  # the row that is filled in has another key
        wide = self._common(lkey, rkey) if mixed else self._key_dtype(lkey)
        if mixed:
            a, b = self._as_kind(a, wide), self._as_kind(b, wide)
            made: Expr = call("where", call("isna", self.numbers[0]), b, a)
        else:
            made = self._as_kind(a, wide)
        # Every row has a key from one side, so the dtype needs no room for gaps that the key had not.
        return made if made.dtype == wide else call("cast", made, params=(wide,))

    @staticmethod
    def _as_kind(expr: Expr, wide: dt.DType) -> Expr:
        if expr.dtype.kind == "category" and wide.kind == "str":
            return call("cast", expr, params=(wide,))
        return expr

    def _key_dtype(self, lkey: Place) -> dt.DType:
        own = _at(self.left, lkey).dtype
        if lkey < 0:
            return own
        found = self.template.iloc[:, len(self.extra) + lkey].dtype  # the left frame's columns come first
        if (own.kind == "category" and isinstance(found, pd.CategoricalDtype)) or own == dt.OBJECT_BOOL:
            return own
        return dt.STR if found == np.dtype(object) else from_pandas_dtype(found)

    def _common(self, lkey: Place, rkey: Place) -> dt.DType:
        a, b = _at(self.left, lkey).dtype, _at(self.right, rkey).dtype
        if lkey >= 0 and rkey >= 0:
            a = self._key_dtype(lkey)
        if a.kind == b.kind == "category":
            return a
        return a if a == b else dt.common(a, b)

    def _indicator(self) -> Expr:
        """0 for rows of both frames, 1 for those of the right one alone, 2 for those of the left one alone."""
        gaps = [call("cast", call("isna", n), params=(dt.INT64,)) for n in self.numbers]
        code = call("add", gaps[0], call("mul", gaps[1], lit(2)))
        words = pd.Categorical.from_codes([2, 1, 0], categories=pd.Index(INDICATOR))
        return lookup(code, pd.Series([0, 1, 2]), words)

    # -------------------------------------------------------------- index

    def _index(self) -> tuple[RangeLabels | tuple[Expr, ...], tuple[Hashable, ...]]:
        how, names = self.how, tuple(self.template.index.names)
        if not (how.left_index or how.right_index):
            return RangeLabels(), names
        if how.left_index and how.right_index:
            if how.base == "right":
                return self._labels(self.rights), names
            if how.base == "outer":
                return tuple(self._filled(a, b) for a, b in self.keys), names
            return self._labels(self.lefts), names
        side, other = (self.lefts, self.rights) if how.right_index else (self.rights, self.lefts)
        if self.left_gaps if how.right_index else self.right_gaps:
            several = len(other.index_names) > 1 or len(side.index_names) > 1
            if several:
                raise NotNative
        return self._labels(side), names

    def _labels(self, side: Block) -> RangeLabels | tuple[Expr, ...]:
        if side is self.lefts and self.left_whole and isinstance(self.original.index, RangeLabels):
            return self.original.index
        index = side.index
        assert not isinstance(index, RangeLabels)
        return index


def _constant(block: Block, value: Lit) -> Expr:
    missing = call("isna", block.rel.fields[0].col())
    return call("mul", call("cast", missing, params=(dt.INT64,)), value)
