"""The accessor ``Series.str``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core import strings
from h2o_frame_compat.core.align import align, same_rows
from h2o_frame_compat.core.clock import with_gaps
from h2o_frame_compat.core.elementwise import beside
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.expr import call, lit
from h2o_frame_compat.pandas.borrowed import borrow
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.pieces import Pieces
from h2o_frame_compat.pandas.wrap import fallback, to_local

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block
    from h2o_frame_compat.expr import Expr
    from h2o_frame_compat.pandas.frame import DataFrame
    from h2o_frame_compat.pandas.series import Series

NO_DEFAULT = pd.api.extensions.no_default
_SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()\x00]")
_WIDE = {"extract", "get_dummies", "partition", "rpartition"}


class StringAccessor:
    """Functions of text.

    The commonest ones run in the cluster; the others run in pandas, once for each distinct text, and so mean
    what they mean there.

    Parameters
    ----------
    series : Series
        Of texts, or of categories that are texts.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> pd.Series(["a-b", "c"]).str.replace("-", "+").tolist()
    ['a+b', 'c']
    """

    def __init__(self, series: Series) -> None:
        self._series = series
        self._expr: Expr = series._block.columns[0]
        kind = self._expr.dtype
        if kind.kind != "str" and not (kind.kind == "category" and kind.categories_kind in {"str", "object", "string"}):
            msg = "Can only use .str accessor with string values, not " + _inferred(kind)
            raise AttributeError(msg)

    def _new(self, expr: Expr, over: Block | None = None) -> Series:
        block = over or self._series._block
        return type(self._series)._of(block.with_columns([expr], self._series._block.labels))

    @property
    def _plain(self) -> bool:
        """Whether the cluster's functions mean exactly what pandas' do: for dtype str."""
        return self._expr.dtype == dt.STR

    def _mapped(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Run a method in pandas for each distinct text."""
        local_args, local_kwargs = to_local(args, name), to_local(kwargs, name)

        category = name == "get_dummies" and self._expr.dtype.kind == "category"  # a missing one counts there

        def function(values: pd.Series) -> Any:
            values = values.astype("category") if category else values
            return getattr(values.str, name)(*local_args, **local_kwargs)

        block = self._series._block
        try:
            if name in _WIDE or kwargs.get("expand"):
                made = strings.spread(block, self._expr, function, f"str.{name}")
                return self._frame(made) if isinstance(made, tuple) else self._new(made)
            return self._new(strings.mapped(block, self._expr, function, f"str.{name}"))
        except TypeError as error:
            if "H2O" not in str(error):  # an error of pandas about the arguments
                raise
            return self._in_pandas(name, *args, **kwargs)

    def _frame(self, made: tuple[list[Expr], pd.Index[Any]]) -> Any:
        from h2o_frame_compat.pandas.frame import DataFrame  # noqa: PLC0415 - frames are made of series

        return DataFrame._of(self._series._block.with_columns(*made))

    def _in_pandas(self, name: str, *args: Any, **kwargs: Any) -> Any:
        what = f"Series.str.{name}"

        def run() -> Any:
            method = getattr(self._series._to_local(guard=what).str, name)
            return method(*to_local(args, what), **to_local(kwargs, what))

        return fallback(what, run, self._series, why="its results are no column of H2O")

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return self.slice(key.start, key.stop, key.step)
        return self._mapped("get", key)

    def __iter__(self) -> Any:
        msg = f"'{type(self).__name__}' object is not iterable"
        raise TypeError(msg)

    # ------------------------------------------------------------------ in the cluster

    def len(self) -> Series:
        """Give the number of characters.

        Returns
        -------
        Series
        """
        if not self._plain:
            made: Series = self._mapped("len")
            return made
        return self._new(with_gaps(self._series._block, call("len", self._expr), self._expr))

    def contains(
        self, pat: Any, case: bool = True, flags: int = 0, na: Any = NO_DEFAULT, regex: bool = True
    ) -> Series:
        """Tell which texts contain a text or match a regular expression.

        Parameters
        ----------
        pat : str
            The text or expression.
        case : bool, default True
            Whether case matters.
        flags : int
            Of the module `re`.
        na : scalar, optional
            What a missing text gives; False by default.
        regex : bool, default True
            Whether `pat` is a regular expression.

        Returns
        -------
        Series
            Booleans.
        """
        plain = self._plain and isinstance(pat, str) and not (regex and _SPECIAL.search(pat)) and "\\E" not in pat
        if plain and case and not flags and (na is NO_DEFAULT or na is False):
            return self._found(rf"\Q{pat}\E")
        made: Series = self._mapped("contains", pat, case, flags, na, regex)
        return made

    def startswith(self, pat: Any, na: Any = NO_DEFAULT) -> Series:
        """Tell which texts begin with a text.

        Parameters
        ----------
        pat : str or tuple of str
            The text, or several.
        na : scalar, optional
            What a missing text gives; False by default.

        Returns
        -------
        Series
            Booleans.
        """
        if self._plain and isinstance(pat, str) and "\\E" not in pat and na in {NO_DEFAULT, False}:
            return self._found(rf"\A\Q{pat}\E")
        made: Series = self._mapped("startswith", pat, na)
        return made

    def endswith(self, pat: Any, na: Any = NO_DEFAULT) -> Series:
        """Tell which texts end with a text.

        Parameters
        ----------
        pat : str or tuple of str
            The text, or several.
        na : scalar, optional
            What a missing text gives; False by default.

        Returns
        -------
        Series
            Booleans.
        """
        if self._plain and isinstance(pat, str) and "\\E" not in pat and na in {NO_DEFAULT, False}:
            return self._found(rf"\Q{pat}\E\z")
        made: Series = self._mapped("endswith", pat, na)
        return made

    def _found(self, pattern: str) -> Series:
        return self._new(call("contains", self._expr, params=(pattern, False)))

    def slice(self, start: int | None = None, stop: int | None = None, step: int | None = None) -> Series:
        """Give a part of each text.

        Parameters
        ----------
        start, stop, step : int, optional
            As for a slice.

        Returns
        -------
        Series
        """
        made: Series = self._mapped("slice", start, stop, step)
        return made

    # ------------------------------------------------------------------ texts to pieces and back

    def split(self, pat: str | None = None, *, n: int = -1, expand: bool = False, regex: bool | None = None) -> Any:
        """Split texts at a separator.

        Parameters
        ----------
        pat : str, optional
            The separator; white space by default.
        n : int, default -1
            How often at most; -1: everywhere.
        expand : bool, default False
            Whether the pieces become columns of a frame.
        regex : bool, optional
            Whether `pat` is a regular expression.

        Returns
        -------
        DataFrame or Pieces
            Without `expand` the pieces, of which ``.str[i]`` gives one for each row.
        """
        if expand:
            return self._mapped("split", pat, n=n, expand=True, regex=regex)
        return Pieces(self._series, lambda values: values.str.split(pat, n=n, regex=regex))

    def rsplit(self, pat: str | None = None, *, n: int = -1, expand: bool = False) -> Any:
        """Split texts at a separator, from the right.

        Parameters
        ----------
        pat : str, optional
            The separator; white space by default.
        n : int, default -1
            How often at most; -1: everywhere.
        expand : bool, default False
            Whether the pieces become columns of a frame.

        Returns
        -------
        DataFrame or Pieces
            Without `expand` the pieces, of which ``.str[i]`` gives one for each row.
        """
        if expand:
            return self._mapped("rsplit", pat, n=n, expand=True)
        return Pieces(self._series, lambda values: values.str.rsplit(pat, n=n))

    def extract(self, pat: str, flags: int = 0, expand: bool = True) -> Any:
        """Give what the groups of a regular expression match.

        Parameters
        ----------
        pat : str
            The expression, with groups.
        flags : int
            Of the module `re`.
        expand : bool, default True
            Whether one group gives a frame too.

        Returns
        -------
        DataFrame or Series
        """
        return self._mapped("extract", pat, flags=flags, expand=expand)

    def extractall(self, pat: str, flags: int = 0) -> DataFrame:
        """Give what the groups of a regular expression match, with a row for each match.

        Parameters
        ----------
        pat : str
            The expression, with groups.
        flags : int
            Of the module `re`.

        Returns
        -------
        DataFrame
            The number of the match is the last level of its labels.
        """
        from h2o_frame_compat.pandas.frame import DataFrame  # noqa: PLC0415 - frames are made of series

        made = strings.multiplied(
            self._series._block, self._expr, lambda values: values.str.extractall(pat, flags), "str.extractall"
        )
        return DataFrame._of(made)

    def findall(self, pat: Any, flags: int = 0) -> Pieces:
        """Give everything that a regular expression matches.

        Parameters
        ----------
        pat : str
            The expression.
        flags : int
            Of the module `re`.

        Returns
        -------
        Pieces
        """
        return Pieces(self._series, lambda values: values.str.findall(pat, flags))

    def encode(self, encoding: str, errors: str = "strict") -> Pieces:
        """Give the texts as bytes.

        Parameters
        ----------
        encoding : str
            Their encoding.
        errors : str, default "strict"
            What happens with what has no code.

        Returns
        -------
        Pieces
        """
        return Pieces(self._series, lambda values: values.str.encode(encoding, errors))

    def partition(self, sep: str = " ", expand: bool = True) -> Any:
        """Split texts at the first separator.

        Parameters
        ----------
        sep : str, default " "
            The separator.
        expand : bool, default True
            Whether the three parts become columns of a frame.

        Returns
        -------
        DataFrame or Pieces
        """
        if expand:
            return self._mapped("partition", sep)
        return Pieces(self._series, lambda values: values.str.partition(sep, expand=False))

    def rpartition(self, sep: str = " ", expand: bool = True) -> Any:
        """Split texts at the last separator.

        Parameters
        ----------
        sep : str, default " "
            The separator.
        expand : bool, default True
            Whether the three parts become columns of a frame.

        Returns
        -------
        DataFrame or Pieces
        """
        if expand:
            return self._mapped("rpartition", sep)
        return Pieces(self._series, lambda values: values.str.rpartition(sep, expand=False))

    def repeat(self, repeats: Any) -> Any:
        """Repeat each text.

        Parameters
        ----------
        repeats : int or list-like of int
            How often; several numbers, one for each row, run in pandas.

        Returns
        -------
        Series
        """
        if is_scalar(repeats):
            return self._mapped("repeat", repeats)
        return self._in_pandas("repeat", repeats)

    def cat(self, others: Any = None, sep: str | None = None, na_rep: str | None = None, join: str = "left") -> Any:
        """Put texts together.

        Parameters
        ----------
        others : Series or list of Series, optional
            What comes after; without it all texts become one, which pandas does on the client.
        sep : str, optional
            What comes between.
        na_rep : str, optional
            Stands for missing texts; without it the result is missing too.
        join : {"left", "right", "outer", "inner"}
            How labels are matched; only the first in the cluster.

        Returns
        -------
        Series or str
        """
        parts = _parts(others)
        block = self._series._block
        aligned = join == "left" or all(same_rows(block, p._block) for p in parts or [] if isinstance(p, NDFrame))
        if not parts or self._expr.dtype.kind != "str" or not aligned or not all(_is_text(p) for p in parts):
            return self._in_pandas("cat", others, sep=sep, na_rep=na_rep, join=join)
        expr = _filled(block.columns[0], na_rep)
        for part in parts:
            block = block.with_columns([expr], block.labels)
            if isinstance(part, NDFrame):
                block, right = align(block, part._block, "left")
                other = right.columns[0]
            else:
                block, other = beside(block, part)
            expr = call("add", block.columns[0], lit(sep)) if sep else block.columns[0]
            expr = call("add", expr, _filled(other, na_rep))
        return self._new(expr, block)


def _parts(others: Any) -> list[Any]:
    """Give the columns of text that `cat` puts behind another one; none where pandas has to read them."""
    if isinstance(others, NDFrame) and others.ndim == 2:
        return [others._series(n) for n in range(len(others._block.columns))]
    if isinstance(others, (list, tuple)) and not all(isinstance(v, str) or v is None for v in others):
        return list(others)
    return [] if others is None else [others]


def _is_text(part: Any) -> bool:
    if isinstance(part, NDFrame):
        return part.ndim == 1 and part._block.dtypes[0].kind == "str"
    plain = isinstance(part, (list, np.ndarray)) and np.ndim(part) == 1
    return plain and pd.api.types.infer_dtype(part, skipna=True) == "string"


def _filled(expr: Expr, na_rep: str | None) -> Expr:
    return expr if na_rep is None else call("where", call("isna", expr), lit(na_rep), expr)


def _inferred(kind: dt.DType) -> str:
    if kind.is_bool:
        return "boolean"
    return "integer" if kind.is_integer else "floating" if kind.is_float else str(kind)


borrow(
    StringAccessor,
    pd.Series.str,
    [name for name in dir(pd.Series.str) if not name.startswith("_")],
    StringAccessor._mapped,
    "Computed in pandas, once for each distinct text.",
)
