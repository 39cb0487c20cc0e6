"""`H2OVec`: one column."""

from __future__ import annotations

import sys
import warnings
from numbers import Integral
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.classic import rows
from h2o_frame_compat.classic.columns import Column, evaluate, joined, split
from h2o_frame_compat.classic.primitives import sent
from h2o_frame_compat.classic.vec_functions import VecFunctions
from h2o_frame_compat.pandas.series import Series
from h2o_frame_compat.pandas.wrap import series_block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.classic.data import Data
    from h2o_frame_compat.classic.frame import H2OFrame
    from h2o_frame_compat.core.block import Block


class Name:
    """The name of a column, which a frame shares with the vecs that are taken out of it."""

    __slots__ = ("text",)

    def __init__(self, text: Any) -> None:
        if not isinstance(text, str):
            msg = f"a column's name is a text, not a {type(text).__name__}"
            raise ValueError(msg)  # noqa: TRY004 - the module of the first generation raises ValueErrors
        self.text: str = text


class H2OVec(VecFunctions):
    """A column of one type, computed when output is asked of it.

    Parameters
    ----------
    name : str
        Its name.
    data : list, pandas.Series or Series
        Its values.

    Examples
    --------
    >>> H2OVec("age", [1, 2, None]).mean()   # doctest: +SKIP
    1.5
    """

    def __init__(self, name: str, data: Any) -> None:
        series = data if isinstance(data, Series) else Series._of(series_block(pd.Series(data)))
        self._label = Name(name)
        self._column = split(series._block, pending=False)[0]
        evaluate([self._column])

    @classmethod
    def _of(cls, label: Name, column: Column) -> H2OVec:
        made = H2OVec.__new__(H2OVec)
        made._label, made._column = label, column
        return made

    @property
    def _columns(self) -> list[Column]:
        return [self._column]

    def _made(self, block: Block, parts: Sequence[Column], names: Sequence[str] | None = None) -> H2OVec:
        return H2OVec._of(Name(names[0] if names else self._name), split(block, parts)[0])

    # ------------------------------------------------------------------ names

    @property
    def _name(self) -> str:
        return self._label.text

    @_name.setter
    def _name(self, name: str) -> None:
        self._label.text = Name(name).text

    def name(self) -> str:
        """Give the name.

        Returns
        -------
        str
        """
        return self._name

    def names(self) -> list[str]:
        """Give the name, in a list.

        Returns
        -------
        list of str
        """
        return [self._name]

    def key(self) -> str:
        """Put the column into the cluster as a frame of its own.

        Returns
        -------
        str
            Its key; the cluster keeps it as long as this object lives and sends no other.
        """
        self._sent = sent([self._column], [self._name])
        return self._sent.key

    def setName(self, name: str) -> None:
        """Give it a new name, also in the frame that it was taken out of.

        Parameters
        ----------
        name : str
            The name.
        """
        if not name:
            msg = "a column's name is a text of at least one character"
            raise ValueError(msg)
        self._name = name

    # ------------------------------------------------------------------ size

    def __len__(self) -> int:
        return self.nrow()

    def dim(self) -> tuple[int, int]:
        """Give the number of rows, and 1.

        Returns
        -------
        tuple of int
        """
        return self.nrow(), 1

    # ------------------------------------------------------------------ rows

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, Integral):
            return rows.cell(self, i)
        return H2OVec._of(Name(self._name), rows.selected([self._column], i)[0])

    def __iter__(self) -> Any:
        return iter(rows.values(self))

    def row_select(self, vec: Data) -> H2OVec:
        """Keep the rows where a condition is true.

        Parameters
        ----------
        vec : H2OVec
            The condition; where it is missing, the row is left out.

        Returns
        -------
        H2OVec
        """
        return H2OVec._of(Name(self._name), rows.selected([self._column], vec)[0])

    def __setitem__(self, where: Any, value: Any) -> None:
        if sys.version_info < (3, 14) and sys.getrefcount(self) <= rows.UNNAMED:
            warnings.warn(
                "this changes a vec that nobody holds, not the frame it was taken out of; write frame[rows, column] = "
                "value, or give the vec a name first",
                UserWarning, stacklevel=2,
            )
        self._column = rows.assigned(self, where, value)

    # ------------------------------------------------------------------ the other dialects

    def dataframe(self) -> Series:
        """Give the same data as a series of the pandas dialect; nothing is copied.

        Returns
        -------
        Series
        """
        self._with_levels()
        block = joined([self._column])
        return Series._of(block.with_columns(block.columns, [self._name]))

    def frame(self) -> H2OFrame:
        """Give a frame of this column alone.

        Returns
        -------
        H2OFrame
        """
        from h2o_frame_compat.classic.frame import H2OFrame  # noqa: PLC0415 - frames are made of vecs

        return H2OFrame._of([self])

    def _remove(self) -> None:
        self._column.remove()

    def _copy(self) -> H2OVec:
        return H2OVec._of(self._label, self._column)

    def _copies(self) -> list[H2OVec]:
        return [H2OVec._of(Name(self._name), self._column)]
