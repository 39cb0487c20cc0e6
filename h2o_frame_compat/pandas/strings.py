"""The accessor ``Series.str``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core import strings
from h2o_frame_compat.core.align import align
from h2o_frame_compat.core.clock import with_gaps
from h2o_frame_compat.core.missing import fill
from h2o_frame_compat.expr import call, lit
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.wrap import fallback, to_local

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.expr import Expr
    from h2o_frame_compat.pandas.series import Series

NO_DEFAULT = pd.api.extensions.no_default
_SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()\x00]")
_WIDE = {"extract", "partition", "rpartition"}


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

    def _new(self, expr: Expr) -> Series:
        block = self._series._block
        return type(self._series)._of(block.with_columns([expr], block.labels))

    @property
    def _plain(self) -> bool:
        """Whether the cluster's functions mean exactly what pandas' do: for dtype str."""
        return self._expr.dtype == dt.STR

    def _mapped(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Run a method in pandas for each distinct text."""
        local_args, local_kwargs = to_local(args, name), to_local(kwargs, name)

        def function(values: pd.Series) -> Any:
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

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or not hasattr(pd.Series.str, name):
            msg = f"'StringMethods' object has no attribute '{name}'"
            raise AttributeError(msg)
        if name in {"extractall", "findall", "encode", "decode", "get_dummies", "cat"}:
            return lambda *args, **kwargs: self._in_pandas(name, *args, **kwargs)
        return lambda *args, **kwargs: self._mapped(name, *args, **kwargs)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(n for n in dir(pd.Series.str) if not n.startswith("_"))})

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
        parts = list(others) if isinstance(others, (list, tuple)) else [others]
        ours = all(isinstance(p, NDFrame) and p._block.dtypes == [dt.STR] for p in parts)
        if not ours or join != "left" or not self._plain:
            return self._in_pandas("cat", others, sep=sep, na_rep=na_rep, join=join)
        block = self._series._block if na_rep is None else fill(self._series._block, na_rep)
        expr = block.columns[0]
        for part in parts:
            block, other = align(block.with_columns([expr], block.labels), part._block, "left")
            if na_rep is not None:
                other = fill(other, na_rep)
            expr = call("add", block.columns[0], lit(sep)) if sep else block.columns[0]
            expr = call("add", expr, other.columns[0])
        return type(self._series)._of(block.with_columns([expr], self._series._block.labels))


def _inferred(kind: dt.DType) -> str:
    if kind.is_bool:
        return "boolean"
    return "integer" if kind.is_integer else "floating" if kind.is_float else str(kind)


class Pieces:
    """The pieces of split texts: lists, which H2O cannot hold, so they are made where they are used.

    Parameters
    ----------
    series : Series
        The texts.
    split : callable
        Splits a `pandas.Series` of texts.
    """

    def __init__(self, series: Series, split: Callable[[pd.Series], pd.Series]) -> None:
        self._series, self._split = series, split

    @property
    def str(self) -> Pieces:
        """Access to the pieces: ``[i]``, ``get``, ``len``, ``join``, and what else pandas has for lists."""
        return self

    def _each(self, name: str, *args: Any) -> Series:  # type: ignore[valid-type]
        def function(values: pd.Series) -> Any:
            return getattr(self._split(values).str, name)(*args)

        block = self._series._block
        expr = strings.mapped(block, block.columns[0], function, f"str.{name}")
        return type(self._series)._of(block.with_columns([expr], block.labels))

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            return Pieces(self._series, lambda values: self._split(values).str[i])
        return self._each("get", i)

    def get(self, i: int) -> Any:
        """Give one piece of each text.

        Parameters
        ----------
        i : int
            Which; negative: from the end.

        Returns
        -------
        Series
        """
        return self._each("get", i)

    def len(self) -> Any:
        """Give the number of pieces.

        Returns
        -------
        Series
        """
        return self._each("len")

    def join(self, sep: Any) -> Any:
        """Put the pieces together again.

        Parameters
        ----------
        sep : str
            What comes between.

        Returns
        -------
        Series
        """
        return self._each("join", sep)

    def to_pandas(self) -> pd.Series:
        """Fetch the pieces.

        Returns
        -------
        pandas.Series
            Of lists.
        """
        return self._split(self._series._to_local(guard="Series.str.split"))

    def __len__(self) -> int:
        return len(self._series)

    def __iter__(self) -> Any:
        return iter(self.to_pandas())

    def __repr__(self) -> Any:
        local = self._series.head(pd.get_option("display.min_rows"))._to_local()
        return repr(self._split(local))

    def __getattr__(self, name: Any) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return fallback(f"str.split.{name}", lambda: getattr(self.to_pandas(), name), self._series)
