"""`RowLabels`: row labels that lie in the cluster; the public classes are in `index_kinds`."""

from __future__ import annotations

import operator
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pandas as pd

from h2o_frame_compat.core import indexers
from h2o_frame_compat.core.align import equal_labels, side_by_side
from h2o_frame_compat.core.block import Block, RangeLabels
from h2o_frame_compat.core.convert import pandas_dtype
from h2o_frame_compat.core.labels import require_length
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.pandas.wrap import fallback, to_local

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from h2o_frame_compat.expr import Expr
    from h2o_frame_compat.pandas.frame import DataFrame
    from h2o_frame_compat.pandas.series import Series

NO: Any = pd.api.extensions.no_default
_SHOWN = 120  # more than pandas prints of an index


class RowLabels:
    """Labels of rows, as expressions over a block.

    What pandas gives as an array with an entry for each label is a Series here, over the rows that have the labels,
    so that it selects rows without leaving the cluster.
    """

    __hash__ = None  # type: ignore[assignment]  # as pandas: == is elementwise
    __pandas_priority__ = 5000
    _pandas_class: ClassVar[type[Any]] = pd.Index
    _classes: ClassVar[dict[str, type[RowLabels]]] = {}
    ndim = 1
    _block: Block
    _levels: tuple[Expr, ...]
    _names: tuple[Hashable, ...]
    _owner: Any

    @staticmethod
    def _of(
        block: Block, levels: Sequence[Expr] | None = None, names: Sequence[Hashable] | None = None, owner: Any = None
    ) -> Any:
        """Make the labels of a block, or of other expressions over it.

        Parameters
        ----------
        block : Block
            The rows, with the labels by which they are matched to others.
        levels : sequence of Expr, optional
            The levels; those of the block by default.
        names : sequence of hashable, optional
            Their names.
        owner : DataFrame or Series, optional
            What is renamed together with these labels, as in pandas.

        Returns
        -------
        RowLabels
        """
        found = tuple(block.index_columns if levels is None else levels)
        kind = "several" if len(found) > 1 else found[0].dtype.kind
        made = object.__new__(RowLabels._classes.get(kind, RowLabels._classes[""]))
        made._block, made._levels, made._owner = block, found, owner
        made._names = tuple(block.index_names if names is None else names)
        return made

    def _rows(self, block: Block, names: Sequence[Hashable] | None = None) -> Any:
        """Give the columns of a block with other rows as labels like these."""
        bare = block.with_index(RangeLabels(), (None,))
        return RowLabels._of(bare, block.columns, self._names if names is None else names)

    @property
    def _columns(self) -> Block:
        """The levels as the columns of a block with these rows."""
        return self._block.with_columns(self._levels, pd.RangeIndex(len(self._levels)))

    @property
    def _bare(self) -> Block:
        """The levels as the columns of a block whose rows are only numbered."""
        return self._columns.with_index(RangeLabels(), (None,))

    @cached_property
    def _labelled(self) -> Block:
        """A block that has these labels."""
        own = isinstance(self._block.index, tuple) and self._block.index == self._levels
        same = own and self._block.index_names == self._names
        return self._block if same else self._block.with_columns([], []).with_index(self._levels, self._names)

    def _beside(self, block: Block) -> Block:
        """Give the first level over the rows of a block, by position."""
        if block.nrows != len(self):
            msg = f"Length of values ({len(self)}) does not match length of index ({block.nrows})"
            raise ValueError(msg)
        return side_by_side(block, self._columns)[1]

    def _series_beside(self, block: Block) -> Block:
        """Give the only level, under its name, over the rows of a block."""
        made = self._beside(block)
        return made.with_columns(made.columns, [self.name])

    # ------------------------------------------------------------------ leaving the cluster

    @cached_property
    def _local(self) -> pd.Index[Any]:
        return indexers.local_index(self._labelled)

    def _to_local(self, *, guard: str | None = None) -> pd.Index[Any]:
        return self._local

    def to_pandas(self) -> pd.Index[Any]:
        """Fetch the labels.

        Returns
        -------
        pandas.Index
        """
        return self._local

    def tolist(self) -> list[Any]:
        """Fetch the labels as a list.

        Returns
        -------
        list
        """
        values: list[Any] = self._local.tolist()
        return values

    to_list = tolist

    def _in_pandas(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """Run a method of pandas on the fetched labels, and say so."""
        what = f"{type(self).__name__}.{name}"

        def run() -> Any:
            found = getattr(self._local, name)
            return found(*to_local(args, what), **to_local(kwargs, what)) if callable(found) else found

        return fallback(what, run, self)

    def _by_nature(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Run a method of pandas that gives the labels themselves."""
        found = getattr(self._local, name)
        return found(*args, **kwargs) if callable(found) else found

    def __repr__(self) -> str:
        count = len(self)
        if count <= _SHOWN:
            return repr(self._local)
        ends = [self._labelled.with_columns([], []).slice(*p) for p in ((0, 60), (count - 60, count))]
        head, tail = (end.to_pandas().index for end in ends)
        return repr(head.append(tail)).replace(f"length={_SHOWN}", f"length={count}")

    def __iter__(self) -> Iterator[Any]:
        return iter(self._local)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        return np.asarray(self._local, dtype=dtype)

    def __reduce__(self) -> tuple[Any, ...]:
        return _itself, (self._local,)

    # ------------------------------------------------------------------ what it is

    def __len__(self) -> int:
        return self._block.nrows

    @property
    def names(self) -> list[Hashable]:
        """The names of the levels."""
        return list(self._names)

    @names.setter
    def names(self, values: Sequence[Hashable]) -> None:
        if len(values) != self.nlevels:
            msg = f"Length of names must match number of levels in MultiIndex: {self.nlevels}, got {len(values)}"
            raise ValueError(msg)
        self._names = tuple(values)
        self.__dict__.pop("_labelled", None)
        self.__dict__.pop("_local", None)
        owner = self._owner
        if owner is not None and owner._block.index is self._block.index:
            object.__setattr__(owner, "_block", owner._block.with_index(self._block.index, self._names))

    @property
    def name(self) -> Hashable:
        """The name of the only level."""
        return self._names[0] if self.nlevels == 1 else None

    @name.setter
    def name(self, value: Hashable) -> None:
        self.names = [value]

    @property
    def nlevels(self) -> int:
        """How many levels there are."""
        return len(self._levels)

    @property
    def dtype(self) -> Any:
        """The pandas dtype of the labels."""
        return np.dtype(object) if self.nlevels > 1 else pandas_dtype(self._levels[0].dtype)

    @property
    def shape(self) -> tuple[int]:
        """The number of labels, in a tuple."""
        return (len(self),)

    @property
    def size(self) -> int:
        """The number of labels."""
        return len(self)

    @property
    def empty(self) -> bool:
        """Whether there is no label."""
        return len(self) == 0

    @property
    def T(self) -> Self:  # noqa: N802 - pandas' name
        """The labels themselves."""
        return self

    def equals(self, other: Any) -> bool:
        """Tell whether another index has the same labels.

        Parameters
        ----------
        other : Index or pandas.Index
            The other.

        Returns
        -------
        bool
        """
        if not isinstance(other, (RowLabels, pd.Index)):
            return False
        if len(other) != len(self):
            return False
        theirs = other._labelled if isinstance(other, RowLabels) else block_of_index(other)
        kinds = [e.dtype for e in self._levels]
        if theirs is None or [e.dtype for e in theirs.index_columns] != kinds:
            return bool(self._local.equals(to_local(other, "Index.equals")))
        return equal_labels(self._labelled, theirs)

    def identical(self, other: Any) -> bool:
        """Tell whether another index has the same labels, dtype and names.

        Parameters
        ----------
        other : Index or pandas.Index
            The other.

        Returns
        -------
        bool
        """
        same = isinstance(other, (RowLabels, pd.Index)) and list(other.names) == self.names
        return same and other.dtype == self.dtype and self.equals(other)

    def is_(self, other: Any) -> bool:
        """Tell whether another index is this one.

        Parameters
        ----------
        other : Index
            The other.

        Returns
        -------
        bool
        """
        return isinstance(other, RowLabels) and other._block is self._block and other._levels == self._levels

    def rename(self, name: Any, *, inplace: bool = False) -> Any:
        """Give the levels other names.

        Parameters
        ----------
        name : hashable or sequence of them
            The names.
        inplace : bool, default False
            Whether to rename these labels, and with them the frame that has them.

        Returns
        -------
        same type or None
        """
        return self.set_names([name] if self.nlevels == 1 and not isinstance(name, list) else name, inplace=inplace)

    def set_names(self, names: Any, *, level: Any = None, inplace: bool = False) -> Any:
        """Give some levels other names.

        Parameters
        ----------
        names : hashable, sequence or dict
            The names.
        level : int, hashable or sequence of them, optional
            The levels; all by default.
        inplace : bool, default False
            Whether to rename these labels, and with them the frame that has them.

        Returns
        -------
        same type or None
        """
        renamed = self._no_labels.set_names(names, level=level).names
        if not inplace:
            return RowLabels._of(self._block, self._levels, renamed)
        self.names = list(renamed)
        return None

    @property
    def _no_labels(self) -> Any:
        """No labels, of the same dtypes and names, in pandas: for its rules and errors."""
        levels = [pd.Index([], dtype=pandas_dtype(e.dtype)) for e in self._levels]
        return levels[0].rename(self.name) if self.nlevels == 1 else pd.MultiIndex.from_arrays(levels, names=self.names)

    def _place(self, level: Any) -> int:
        return int(self._no_labels._get_level_number(level))

    # ------------------------------------------------------------------ other objects

    def _level(self, level: Any = 0) -> Series:
        """Give a level as a series over the same rows."""
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415 - series builds on this module

        place = self._place(level)
        return Series._of(self._block.with_columns([self._levels[place]], [self._names[place]]))

    def to_series(self, index: Any = None, name: Hashable = None) -> Series:
        """Give the labels as a series with the same labels.

        Parameters
        ----------
        index : array-like, optional
            Other labels.
        name : hashable, optional
            The name; that of the index by default.

        Returns
        -------
        Series
        """
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415 - series builds on this module

        made = Series._of(self._labelled.with_columns([self._levels[0]], [self.name if name is None else name]))
        if index is not None:
            made.index = index
        return made

    def to_frame(self, index: bool = True, name: Any = NO) -> DataFrame:
        """Give the levels as the columns of a frame.

        Parameters
        ----------
        index : bool, default True
            Whether the frame has these labels too.
        name : hashable or list of hashable, optional
            The labels of the columns.

        Returns
        -------
        DataFrame
        """
        from h2o_frame_compat.pandas.frame import DataFrame  # noqa: PLC0415 - frame builds on this module

        labels = self._no_labels.to_frame(index=False, name=name).columns
        block = self._labelled.with_columns(self._levels, labels)
        return DataFrame._of(block if index else block.with_index(RangeLabels(), (None,)))

    def get_level_values(self, level: Any) -> Any:
        """Give one level as an index.

        Parameters
        ----------
        level : int or hashable
            Its position or name.

        Returns
        -------
        Index
        """
        place = self._place(level)
        return RowLabels._of(self._block, [self._levels[place]], [self._names[place]])

    def droplevel(self, level: Any = 0) -> Any:
        """Leave out levels.

        Parameters
        ----------
        level : int, hashable or list of them, default 0
            The levels.

        Returns
        -------
        Index
        """
        self._no_labels.droplevel(level)  # pandas' errors
        gone = {self._place(n) for n in (level if isinstance(level, (list, tuple)) else [level])}
        stay = [n for n in range(self.nlevels) if n not in gone]
        return RowLabels._of(self._block, [self._levels[n] for n in stay], [self._names[n] for n in stay])

    # ------------------------------------------------------------------ some of the labels

    def __contains__(self, key: Hashable) -> bool:
        if self.nlevels > 1 or not is_scalar(key) or pd.isna(key):
            return key in self._local
        hash(key)
        return bool(self._level().isin([key]).any())

    def __getitem__(self, key: Any) -> Any:
        if pd.api.types.is_integer(key):
            row = indexers.row_at(self._labelled.with_columns([], []), key)
            return row.to_pandas().index[0]
        mask = key._block if hasattr(key, "_block") and not isinstance(key, RowLabels) else to_local(key, "indexing")
        if indexers.is_mask(mask):
            return self._filtered(mask)
        return self._rows(indexers.rows_by_position(self._bare, mask))

    def _filtered(self, mask: Any) -> Any:
        """Keep the labels where a mask is true, by position."""
        if isinstance(mask, Block):
            require_length(self._block, mask.nrows)
            left, right = side_by_side(self._bare, mask)
            return self._rows(left.filter(right.columns[0]))
        return self._rows(Block.filter(*indexers.mask_over(self._bare, mask)))

    def take(
        self, indices: Any, axis: Any = 0, allow_fill: Any = NO, fill_value: Any = NO, **kwargs: Any
    ) -> Any:
        """Give the labels of rows by number.

        Parameters
        ----------
        indices : sequence of int
            Their numbers; negative: from the end.
        axis : {0}
            As in pandas.
        allow_fill, fill_value
            A fill value runs in pandas.
        **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        same type

        Raises
        ------
        IndexError
            When there is no such row.
        """
        if fill_value is not NO and fill_value is not None:
            return self._in_pandas("take", indices, allow_fill=allow_fill, fill_value=fill_value)
        return self._rows(indexers.rows_by_position(self._bare, np.asarray(indices)))

    def repeat(self, repeats: Any, axis: None = None) -> Any:
        """Repeat labels.

        Parameters
        ----------
        repeats : int or sequence of int
            How often each.
        axis : None
            As in pandas.

        Returns
        -------
        same type
        """
        return self._rows(self._bare.take_positions(np.repeat(np.arange(len(self)), repeats)))

    def delete(self, loc: Any) -> Any:
        """Leave out labels by row number.

        Parameters
        ----------
        loc : int or list of int
            The numbers.

        Returns
        -------
        same type

        Raises
        ------
        IndexError
            When there is no such row.
        """
        return self._rows(self._bare.take_positions(np.delete(np.arange(len(self)), loc)))


def block_of_index(index: pd.Index[Any]) -> Block | None:
    """Make a block with the labels of a pandas index; None for labels that no column of H2O holds."""
    try:
        return Block.from_pandas(pd.DataFrame(index=index))
    except TypeError:
        return None


def _itself(labels: pd.Index[Any]) -> pd.Index[Any]:
    return labels


def _operator(name: str) -> Callable[[RowLabels, Any], Any]:
    comparison = name in {"eq", "ne", "lt", "le", "gt", "ge"}
    apply = getattr(operator, name.removeprefix("r"), None) if name.startswith("r") else getattr(operator, name)

    def method(self: RowLabels, other: Any) -> Any:
        if self.nlevels > 1:
            return getattr(self._local, f"__{name}__")(to_local(other, "comparing labels"))
        own = self._level()
        if isinstance(other, RowLabels):
            other = type(own)._of(other._beside(self._block))
        elif isinstance(other, pd.Index):
            other = other.to_numpy()
        assert apply is not None
        made = apply(other, own) if name.startswith("r") and not comparison else apply(own, other)
        if comparison or not hasattr(made, "_block"):
            return made
        return RowLabels._of(made._block, made._block.columns, [own.name])

    method.__name__ = f"__{name}__"
    return method


def _unary(name: str) -> Callable[[RowLabels], Any]:
    def method(self: RowLabels) -> Any:
        if self.nlevels > 1:
            return getattr(self._local, name)()
        made = getattr(operator, name)(self._level())
        return RowLabels._of(made._block, made._block.columns, self._names)

    method.__name__ = name
    return method


for _name in ("__neg__", "__abs__", "__invert__"):
    setattr(RowLabels, _name, _unary(_name))
for _name in ("eq", "ne", "lt", "le", "gt", "ge", "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv",
              "floordiv", "rfloordiv", "mod", "rmod", "pow", "rpow"):
    setattr(RowLabels, f"__{_name}__", _operator(_name))
