"""`Series`: one column with row labels, in the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from h2o_frame_compat.core.convert import pandas_dtype
from h2o_frame_compat.core.elementwise import series_binary
from h2o_frame_compat.core.limits import check_size
from h2o_frame_compat.pandas.borrowed import borrow
from h2o_frame_compat.pandas.combining import SeriesCombining
from h2o_frame_compat.pandas.construct import series_block_of
from h2o_frame_compat.pandas.facts import SeriesFacts
from h2o_frame_compat.pandas.generic import REFUSED, NDFrame
from h2o_frame_compat.pandas.index import RowLabels
from h2o_frame_compat.pandas.indexing import SeriesIndexing
from h2o_frame_compat.pandas.labels import as_index
from h2o_frame_compat.pandas.levels import SeriesLevels
from h2o_frame_compat.pandas.output import SeriesOutput
from h2o_frame_compat.pandas.positions import Positions
from h2o_frame_compat.pandas.reductions import SeriesReductions
from h2o_frame_compat.pandas.reshape import SeriesReshaping
from h2o_frame_compat.pandas.transforms import SeriesTransforms
from h2o_frame_compat.pandas.wrap import series_block, to_local

if TYPE_CHECKING:
    from collections.abc import Hashable

    import numpy as np

    from h2o_frame_compat.core.block import Block


class Series(
    SeriesIndexing, SeriesTransforms, SeriesReductions, SeriesReshaping, SeriesLevels, SeriesCombining, SeriesFacts,
    Positions, SeriesOutput,
):
    """A column with row labels; takes what `pandas.Series` takes.

    Parameters
    ----------
    data : array-like, dict, scalar or Series
        The values.
    index : array-like or Index, optional
        The row labels.
    dtype : str or dtype, optional
        The dtype.
    name : hashable, optional
        The name.
    copy : bool, optional
        As in pandas; without effect here.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> pd.Series([1, 2, 3]).sum()
    6
    """

    _pandas_class = pd.Series

    def __init__(
        self, data: Any = None, index: Any = None, dtype: Any = None, name: Hashable = None, copy: bool | None = None
    ) -> None:
        if isinstance(data, RowLabels) and data.nlevels == 1:
            data = data.to_series().reset_index(drop=True)
        if isinstance(data, Series):
            object.__setattr__(self, "_block", series_block_of(data, index, name))
            if dtype is not None:
                object.__setattr__(self, "_block", self.astype(dtype)._block)
            return
        local = pd.Series(to_local(data, "Series"), index=as_index(index), dtype=dtype, name=name)
        object.__setattr__(self, "_block", series_block(local))

    @classmethod
    def from_arrow(cls, data: Any) -> Self:
        """Make a series of anything that exports an Arrow array or stream.

        Parameters
        ----------
        data : Arrow array, or object with ``__arrow_c_array__`` or ``__arrow_c_stream__``
            The values.

        Returns
        -------
        Series
        """
        return cls(pd.Series.from_arrow(data))

    def _to_local(self, *, guard: str | None = None) -> pd.Series:
        frame = self._block.to_pandas(guard=guard)
        return pd.Series(frame.iloc[:, 0], name=self.name)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        # Fetched once: scikit-learn asks for the same y several times. A block never changes, so it is the key.
        fetched: tuple[Block, np.ndarray[Any, Any]] | None = self.__dict__.get("_fetched")
        if fetched is None or fetched[0] is not self._block:
            fetched = (self._block, self.values)
            object.__setattr__(self, "_fetched", fetched)
        return fetched[1].copy() if dtype is None else fetched[1].astype(dtype)

    @property
    def shape(self) -> tuple[int]:
        """Number of rows, in a tuple."""
        return (len(self),)

    @property
    def name(self) -> Hashable:
        """The series' name."""
        label: Hashable = self._block.labels[0]
        return label

    @name.setter
    def name(self, value: Hashable) -> None:
        object.__setattr__(self, "_block", self._block.with_columns(self._block.columns, [value]))

    @property
    def dtype(self) -> Any:
        """The pandas dtype of the values."""
        return pandas_dtype(self._block.dtypes[0])

    def _arrow_stream(self, what: str) -> Any:
        return self.to_arrow().column(0)

    def __arrow_array__(self, type: Any = None) -> Any:
        """Give the values as Arrow, which ``pyarrow.array`` asks for; the size limit applies."""
        check_size(self._block.nbytes(), "Series.__arrow_array__")
        values = self.to_arrow().column(0)
        return values if type is None else values.cast(type)

    def _binary(self, op: str, other: Any, *, reflected: bool = False, axis: Any = 0) -> Self:
        operand: Block | Any = other._block if isinstance(other, Series) else other
        if isinstance(other, NDFrame) and not isinstance(other, Series):
            return NotImplemented  # type: ignore[no-any-return]  # Python then asks the frame
        return type(self)._of(series_binary(op, self._block, operand, reflected=reflected))


# What pandas has and no module here defines has pandas' signature and runs there.
_OTHERS = [n for n in dir(pd.Series) if not n.startswith("_") and not hasattr(Series, n) and n not in REFUSED]
borrow(Series, pd.Series, _OTHERS, Series._borrowed, "It runs in pandas on the client.")
