"""`DataFrame`: columns with labels over rows with labels, in the cluster."""

from __future__ import annotations

from typing import Any, Self

import pandas as pd

from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.convert import pandas_dtype
from h2o_frame_compat.core.elementwise import frame_binary
from h2o_frame_compat.core.limits import check_size
from h2o_frame_compat.io.leave import stream
from h2o_frame_compat.pandas.borrowed import borrow
from h2o_frame_compat.pandas.combining import FrameCombining
from h2o_frame_compat.pandas.construct import frame_block
from h2o_frame_compat.pandas.facts import FrameFacts
from h2o_frame_compat.pandas.generic import REFUSED
from h2o_frame_compat.pandas.indexing import FrameIndexing
from h2o_frame_compat.pandas.labels import as_index
from h2o_frame_compat.pandas.levels import FrameLevels
from h2o_frame_compat.pandas.output import FrameOutput
from h2o_frame_compat.pandas.queries import Queries
from h2o_frame_compat.pandas.reductions import FrameReductions
from h2o_frame_compat.pandas.reshape import FrameReshaping
from h2o_frame_compat.pandas.series import Series
from h2o_frame_compat.pandas.transforms import FrameTransforms
from h2o_frame_compat.pandas.wrap import to_local


class DataFrame(
    FrameIndexing, FrameTransforms, FrameReductions, Queries, FrameReshaping, FrameLevels, FrameCombining, FrameFacts,
    FrameOutput,
):
    """A table; takes what `pandas.DataFrame` takes.

    Parameters
    ----------
    data : dict, array, list, DataFrame or others
        The values.
    index, columns : array-like, optional
        Row and column labels.
    dtype : str or dtype, optional
        A dtype for all columns.
    copy : bool, optional
        As in pandas; without effect here.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> pd.DataFrame({"a": [1, 2], "b": [3, 4]}).shape
    (2, 2)
    """

    _pandas_class = pd.DataFrame

    def __init__(
        self, data: Any = None, index: Any = None, columns: Any = None, dtype: Any = None, copy: bool | None = None
    ) -> None:
        if isinstance(data, DataFrame) and index is None and columns is None and dtype is None:
            object.__setattr__(self, "_block", data._block)
            return
        made = frame_block(data, index, columns)
        if made is not None:
            object.__setattr__(self, "_block", made)
            if dtype is not None:
                object.__setattr__(self, "_block", self.astype(dtype)._block)
            return
        local = pd.DataFrame(
            to_local(data, "DataFrame"), index=as_index(index), columns=as_index(columns),
            dtype=dtype,
        )
        object.__setattr__(self, "_block", Block.from_pandas(local))

    @classmethod
    def from_dict(
        cls, data: Any, orient: str = "columns", dtype: Any = None, columns: Any = None
    ) -> Self:
        """Make a frame of a dict.

        Parameters
        ----------
        data : dict
            Columns, or rows.
        orient : {"columns", "index", "tight"}, default "columns"
            What the keys are.
        dtype : dtype, optional
            A dtype for all columns.
        columns : list, optional
            Column labels, where the keys are rows.

        Returns
        -------
        DataFrame
        """
        return cls(pd.DataFrame.from_dict(to_local(data, "DataFrame.from_dict"), orient, dtype, columns))

    @classmethod
    def from_records(
        cls, data: Any, index: Any = None, exclude: Any = None, columns: Any = None, coerce_float: bool = False,
        nrows: int | None = None,
    ) -> Self:
        """Make a frame of rows.

        Parameters
        ----------
        data : structured array, list of tuples or dicts, or iterator
            The rows.
        index, exclude, columns, coerce_float, nrows
            As in pandas.

        Returns
        -------
        DataFrame
        """
        return cls(pd.DataFrame.from_records(data, as_index(index), exclude, columns, coerce_float, nrows))

    @classmethod
    def from_arrow(cls, data: Any) -> Self:
        """Make a frame of anything that exports an Arrow stream; its columns go to the cluster as they are.

        Parameters
        ----------
        data : Arrow table, or object with ``__arrow_c_stream__``
            The data.

        Returns
        -------
        DataFrame
        """
        return cls(pd.DataFrame.from_arrow(data))

    def _to_local(self, *, guard: str | None = None) -> pd.DataFrame:
        return self._block.to_pandas(guard=guard)

    def _arrow_stream(self, what: str) -> Any:
        return stream(self._block, what)

    def __dataframe__(self, nan_as_null: bool = False, allow_copy: bool = True) -> Any:
        """Give the columns by the dataframe interchange protocol, fetched; the size limit applies."""
        check_size(self._block.nbytes(), "DataFrame.__dataframe__")
        return self.to_arrow().__dataframe__(nan_as_null, allow_copy)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return len(self), len(self._block.columns)

    @property
    def dtypes(self) -> pd.Series:
        """The pandas dtype of each column, as a pandas Series: it is known without asking the cluster."""
        block = self._block
        return pd.Series([pandas_dtype(d) for d in block.dtypes], index=block.labels, dtype=object)

    def _series(self, position: int) -> Series:
        return Series._of(self._block.select([position]))

    def _binary(self, op: str, other: Any, *, reflected: bool = False, axis: Any = "columns") -> Self:
        along_rows = axis in {0, "index"}
        operand = other
        if isinstance(other, DataFrame):
            operand = other._block
        elif isinstance(other, Series):
            operand = other._block if along_rows else other._to_local(guard="aligning a series with columns")
        block = frame_binary(
            op,
            self._block,
            operand,
            reflected=reflected,
            axis=0 if along_rows else 1,
            is_series=isinstance(other, Series),
        )
        return type(self)._of(block)


# What pandas has and no module here defines has pandas' signature and runs there.
_OTHERS = [n for n in dir(pd.DataFrame) if not n.startswith("_") and not hasattr(DataFrame, n) and n not in REFUSED]
borrow(DataFrame, pd.DataFrame, _OTHERS, DataFrame._borrowed, "It runs in pandas on the client.")
