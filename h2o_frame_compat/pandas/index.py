"""`Index`: row labels that lie in the cluster."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core.block import Block, RangeLabels
from h2o_frame_compat.core.convert import pandas_dtype
from h2o_frame_compat.core.indexers import local_index

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from h2o_frame_compat.pandas.frame import DataFrame
    from h2o_frame_compat.pandas.series import Series


class Index:
    """The row labels of a frame or series; they are fetched when their values are asked for.

    Comparisons, `isin`, `isna` and arithmetic stay in the cluster and give a Series over the same rows. What
    is not defined here is asked of the pandas index, which is fetched once (the size limit applies).

    Parameters
    ----------
    block : Block
        What has the labels.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> pd.DataFrame({"a": [1, 2]}, index=["x", "y"]).index.tolist()
    ['x', 'y']
    """

    __hash__ = None  # type: ignore[assignment]  # as pandas: == is elementwise
    __pandas_priority__ = 5000

    def __init__(self, block: Block) -> None:
        self._block = block

    @cached_property
    def _local(self) -> pd.Index[Any]:
        return local_index(self._block)

    def to_pandas(self) -> pd.Index[Any]:
        """Fetch the labels.

        Returns
        -------
        pandas.Index
        """
        return self._local

    def __repr__(self) -> str:
        return repr(self._local)

    def __len__(self) -> int:
        return self._block.nrows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._local)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._local

    def __getitem__(self, key: Any) -> Any:
        return self._local[key]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        return np.asarray(self._local, dtype=dtype)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or (not hasattr(pd.Index, name) and not hasattr(self._local, name)):
            msg = f"'Index' object has no attribute '{name}'"
            raise AttributeError(msg)
        return getattr(self._local, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return pd.Index, (self._local,)

    # ------------------------------------------------------------------ known without asking

    @property
    def names(self) -> list[Hashable]:
        """The names of the levels."""
        return list(self._block.index_names)

    @property
    def name(self) -> Hashable:
        """The name of the only level."""
        return self._block.index_names[0] if self.nlevels == 1 else None

    @property
    def nlevels(self) -> int:
        """How many levels there are."""
        return len(self._block.index_names)

    @property
    def dtype(self) -> Any:
        """The pandas dtype of the labels."""
        return np.dtype(object) if self.nlevels > 1 else pandas_dtype(self._block.index_columns[0].dtype)

    @property
    def shape(self) -> tuple[int]:
        """The number of labels, in a tuple."""
        return (len(self),)

    @property
    def size(self) -> int:
        """The number of labels."""
        return len(self)

    ndim = 1

    @property
    def empty(self) -> bool:
        """Whether there is no label."""
        return len(self) == 0

    # ------------------------------------------------------------------ in the cluster

    def _level(self, level: Any = 0) -> Series:
        """Give a level as a series over the same rows."""
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415 - series builds on this module

        names = self._block.index_names
        place = names.index(level) if level in names and not isinstance(level, int) else level
        if not isinstance(place, int) or not -len(names) <= place < len(names):
            msg = f"Level {level} not found"
            raise KeyError(msg)
        block = self._block
        return Series._of(block.with_columns([block.index_columns[place]], [names[place]]))

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
        made = self._level()
        if name is not None:
            made.name = name
        if index is not None:
            made.index = index
        return made

    def to_frame(self, index: bool = True, name: Any = None) -> DataFrame:
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

        names = [name] if name is not None and not isinstance(name, list) else name
        labels = names or [n if n is not None else place for place, n in enumerate(self._block.index_names)]
        block = self._block.with_columns(self._block.index_columns, labels)
        return DataFrame._of(block if index else block.with_index(RangeLabels(), (None,)))

    def get_level_values(self, level: Any) -> Index:
        """Give one level as an index.

        Parameters
        ----------
        level : int or hashable
            Its position or name.

        Returns
        -------
        Index
        """
        values = self._level(level)._block
        return Index(values.with_index((values.columns[0],), (values.labels[0],)))

    def isin(self, values: Any, level: Any = None) -> Series:
        """Tell which labels are among some values.

        Parameters
        ----------
        values : list-like
            The values.
        level : int or hashable, optional
            Of several levels the one that is meant.

        Returns
        -------
        Series
            Booleans over the same rows.
        """
        return self._level(level or 0).isin(values)

    def isna(self) -> Series:
        """Tell which labels are missing.

        Returns
        -------
        Series
            Booleans over the same rows.
        """
        return self._level().isna()

    isnull = isna

    def notna(self) -> Series:
        """Tell which labels are not missing.

        Returns
        -------
        Series
            Booleans over the same rows.
        """
        return self._level().notna()

    notnull = notna

    def unique(self, level: Any = None) -> pd.Index[Any]:
        """Give the distinct labels.

        Parameters
        ----------
        level : int or hashable, optional
            Of several levels the one that is meant.

        Returns
        -------
        pandas.Index
        """
        return self._local.unique(level)

    def nunique(self, dropna: bool = True) -> int:
        """Count the distinct labels.

        Parameters
        ----------
        dropna : bool, default True
            Whether missing labels do not count.

        Returns
        -------
        int
        """
        return int(self._level().nunique(dropna=dropna)) if self.nlevels == 1 else self._local.nunique(dropna)

    def tolist(self) -> list[Any]:
        """Fetch the labels as a list.

        Returns
        -------
        list
        """
        values: list[Any] = self._local.tolist()
        return values

    to_list = tolist

    def equals(self, other: object) -> bool:
        """Tell whether another index has the same labels.

        Parameters
        ----------
        other : Index or pandas.Index
            The other.

        Returns
        -------
        bool
        """
        return bool(self._local.equals(other._local if isinstance(other, Index) else other))

    def map(self, mapper: Any, na_action: Any = None) -> pd.Index[Any]:
        """Map the labels, on the client.

        Parameters
        ----------
        mapper, na_action
            As in pandas.

        Returns
        -------
        pandas.Index
        """
        return self._local.map(mapper, na_action)


def _operator(name: str) -> Callable[[Index, Any], Any]:
    def method(self: Index, other: Any) -> Any:
        if self.nlevels > 1 or isinstance(other, (pd.Index, list, np.ndarray)):
            return getattr(self._local, name)(other)
        return getattr(self._level(), name)(other._level() if isinstance(other, Index) else other)

    method.__name__ = name
    return method


for _name in (
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "add",
    "radd",
    "sub",
    "rsub",
    "mul",
    "rmul",
    "truediv",
    "floordiv",
    "mod",
):
    setattr(Index, f"__{_name}__", _operator(f"__{_name}__"))
