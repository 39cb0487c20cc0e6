"""The row labels of a frame that are only numbers of rows: an index of pandas that knows its frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core.block import RangeLabels

if TYPE_CHECKING:
    from collections.abc import Hashable


class RangeIndex(pd.RangeIndex):
    """A `pandas.RangeIndex` that belongs to a frame or series, which is renamed with it."""

    _owner: Any = None

    @property
    def name(self) -> Hashable:
        """The name."""
        name: Hashable = self._name
        return name

    @name.setter
    def name(self, value: Hashable) -> None:
        pd.RangeIndex.name.fset(self, value)
        owner = self._owner
        if owner is not None and owner._block.index == RangeLabels(self.start, self.step):
            object.__setattr__(owner, "_block", owner._block.with_index(owner._block.index, (self._name,)))

    def _set_names(self, values: Any, *, level: Any = None) -> None:  # pandas' way to rename in place
        super()._set_names(values, level=level)
        self.name = self._name

    names = property(pd.RangeIndex.names.fget, _set_names)

    def __reduce__(self) -> tuple[Any, ...]:
        return pd.RangeIndex, (self.start, self.stop, self.step, None, False, self._name)


def named_range(index: pd.RangeIndex, owner: Any) -> RangeIndex:
    """Give a range that renames the rows of a frame or series when it is renamed."""
    made: RangeIndex = RangeIndex(index.start, index.stop, index.step, name=index.name)
    made._owner = owner
    return made
