"""`Pieces`: what is made of texts and no column of H2O can hold, such as lists and bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core import strings
from h2o_frame_compat.pandas.borrowed import borrow
from h2o_frame_compat.pandas.wrap import fallback, to_local

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.pandas.series import Series


class Pieces:
    """Lists, tuples or bytes made of texts, which H2O cannot hold, so they are made where they are used.

    Parameters
    ----------
    series : Series
        The texts.
    made : callable
        Makes them of a `pandas.Series` of texts.
    """

    def __init__(self, series: Series, made: Callable[[pd.Series], pd.Series]) -> None:
        self._series, self._made = series, made

    def _each(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Run a method of `str` on the pieces of each distinct text."""
        local_args, local_kwargs = to_local(args, name), to_local(kwargs, name)
        return self._computed(lambda values: getattr(self._made(values).str, name)(*local_args, **local_kwargs), name)

    def _applied(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Run a method of a series on the pieces of each distinct text."""
        return self._computed(lambda values: getattr(self._made(values), name)(*args, **kwargs), name)

    def _computed(self, function: Callable[[pd.Series], Any], name: str) -> Any:
        """Compute something of the pieces of each text: a column where H2O can hold it, else pieces again."""
        block = self._series._block
        try:
            expr = strings.mapped(block, block.columns[0], function, f"str.{name}")
        except TypeError as error:
            if "H2O" not in f"{error}":
                raise
            return Pieces(self._series, function)
        return type(self._series)._of(block.with_columns([expr], block.labels))

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            return Pieces(self._series, lambda values: self._made(values).str[i])
        return self._each("get", i)

    def explode(self, ignore_index: bool = False) -> Any:
        """Give every piece a row of its own.

        Parameters
        ----------
        ignore_index : bool, default False
            Whether the rows are numbered anew.

        Returns
        -------
        Series
        """
        block = self._series._block

        def function(values: pd.Series) -> pd.DataFrame:
            return self._made(values).explode().to_frame()

        made = strings.multiplied(block, block.columns[0], function, "explode")
        exploded = type(self._series)._of(made.with_columns(made.columns, block.labels))
        return exploded.reset_index(drop=True) if ignore_index else exploded

    ndim = 1

    @property
    def dtype(self) -> Any:
        """The dtype that pandas gives them."""
        return np.dtype(object)

    def tolist(self) -> list[Any]:
        """Fetch the pieces as a list.

        Returns
        -------
        list
        """
        return list(self.to_pandas())

    to_list = tolist

    def to_pandas(self) -> pd.Series:
        """Fetch the pieces.

        Returns
        -------
        pandas.Series
            Of lists.
        """
        return self._made(self._series._to_local(guard="the pieces of texts"))

    def __len__(self) -> int:
        return len(self._series)

    def __iter__(self) -> Any:
        return iter(self.to_pandas())

    def __repr__(self) -> Any:
        local = self._series.head(pd.get_option("display.min_rows"))._to_local()
        return repr(self._made(local))

    def __getattr__(self, name: Any) -> Any:
        if name.startswith("_") or not (hasattr(pd.Series, name) or hasattr(pd.Series.str, name)):
            msg = f"'Pieces' object has no attribute '{name}'"
            raise AttributeError(msg)
        return fallback(f"str.{name}", lambda: getattr(self.to_pandas(), name), self._series)

    # After all annotations, in which it would hide the type.
    @property
    def str(self) -> Pieces:
        """Access to the pieces: ``[i]``, ``get``, ``len``, ``join``, and what else pandas has for lists and bytes."""
        return self


borrow(Pieces, pd.Series.str, ["decode", "get", "join", "len"], Pieces._each, "Computed once for each distinct text.")
borrow(Pieces, pd.Series, ["apply", "map"], Pieces._applied, "The function is called once for each distinct text.")
