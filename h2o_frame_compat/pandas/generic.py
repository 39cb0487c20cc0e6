"""What frames and series share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from h2o_frame_compat.core.block import Block, executor
from h2o_frame_compat.core.convert import decode_arrow
from h2o_frame_compat.core.elementwise import map_columns
from h2o_frame_compat.core.limits import check_size
from h2o_frame_compat.expr import call
from h2o_frame_compat.pandas.arithmetic import Arithmetic
from h2o_frame_compat.pandas.wrap import fallback, from_local, to_local

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa


# Accessors of pandas for values that no column of H2O holds, and which values these are.
REFUSED = {
    "sparse": "sparse values, which H2O stores by itself where they save memory; read the column as it is",
    "list": "lists, which H2O has no column type for; explode them, or keep their parts as columns",
    "struct": "structs, which H2O has no column type for; keep their fields as columns",
}


class NDFrame(Arithmetic):
    """A frame or a series: one pointer to an immutable `Block`, which assignment swaps."""

    _block: Block
    _pandas_class: type[Any]

    if TYPE_CHECKING:  # frames look for columns, series for rows

        def __getitem__(self, key: Any) -> Any: ...

    @classmethod
    def _of(cls, block: Block) -> Self:
        """Wrap a block."""
        made = cls.__new__(cls)
        object.__setattr__(made, "_block", block)
        return made

    def _result(self, block: Block, *, inplace: bool = False) -> Self | None:
        """Give a new object, or change this one as ``inplace=True`` asks for and give what pandas gives: None."""
        if not inplace:
            return type(self)._of(block)
        object.__setattr__(self, "_block", block)
        return None

    def _to_local(self, *, guard: str | None = None) -> Any:
        raise NotImplementedError

    def to_pandas(self) -> Any:
        """Fetch everything as a pandas object.

        Returns
        -------
        pandas.DataFrame or pandas.Series
        """
        return self._to_local()

    def _fallback(self, method: str, /, *args: Any, why: str = "", **kwargs: Any) -> Any:
        """Run a method of pandas on the fetched data; see `wrap.fallback`."""
        name = f"{type(self).__name__}.{method}"

        def run() -> Any:
            local = self._to_local(guard=name)
            result = getattr(local, method)(*to_local(args, name), **to_local(kwargs, name))
            if kwargs.get("inplace"):
                object.__setattr__(self, "_block", from_local(local)._block)
            return result

        return fallback(name, run, self, why=why)

    def __getattr__(self, name: str) -> Any:
        msg = f"'{type(self).__name__}' object has no attribute '{name}'"
        if name in REFUSED:
            msg = f"Can only use the .{name} accessor with {REFUSED[name]}"
        raise AttributeError(msg)

    def _borrowed(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """Run a method of pandas that is not native, or give a property; see `borrowed.borrow`."""
        if callable(getattr(self._pandas_class, name)):
            return self._fallback(name, *args, **kwargs)
        return self._fallback_property(name)

    def _fallback_property(self, name: str) -> Any:
        full = f"{type(self).__name__}.{name}"
        return fallback(full, lambda: getattr(self._to_local(guard=full), name), self)

    # ------------------------------------------------------------------ size and shape

    def __len__(self) -> int:
        return self._block.nrows

    @property
    def empty(self) -> bool:
        """Whether an axis has length 0."""
        return 0 in self.shape

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of rows (and columns)."""
        raise NotImplementedError

    @property
    def size(self) -> int:
        """Number of cells."""
        return int(np.prod(self.shape))

    @property
    def values(self) -> np.ndarray[Any, Any]:
        """The data as a NumPy array, fetched; the size limit applies."""
        return np.asarray(self._to_local(guard=f"{type(self).__name__}.values").to_numpy())

    def to_numpy(
        self, dtype: Any = None, copy: bool = False, na_value: Any = pd.api.extensions.no_default
    ) -> np.ndarray[Any, Any]:
        """Fetch the data as a NumPy array.

        Parameters
        ----------
        dtype, copy, na_value
            As in pandas.

        Returns
        -------
        numpy.ndarray
        """
        local = self._to_local(guard=f"{type(self).__name__}.to_numpy")
        return np.asarray(local.to_numpy(dtype=dtype, copy=copy, na_value=na_value))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        values = self.values
        return values if dtype is None else values.astype(dtype)

    # ------------------------------------------------------------------ copies

    def copy(self, deep: bool = True) -> Self:
        """Give a copy; it costs nothing, because assignment never writes through.

        Parameters
        ----------
        deep : bool
            As in pandas; copy-on-write makes both the same.

        Returns
        -------
        same type
        """
        return type(self)._of(self._block)

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: Any) -> Self:
        return self.copy()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._to_local(guard="pickling"),)

    # ------------------------------------------------------------------ rows

    def head(self, n: int = 5) -> Self:
        """Give the first rows.

        Parameters
        ----------
        n : int, default 5
            How many; negative: all but the last ``-n``.

        Returns
        -------
        same type
        """
        stop = n if n >= 0 else max(0, len(self) + n)
        return type(self)._of(self._block.slice(0, stop))

    def tail(self, n: int = 5) -> Self:
        """Give the last rows.

        Parameters
        ----------
        n : int, default 5
            How many; negative: all but the first ``-n``.

        Returns
        -------
        same type
        """
        total = len(self)
        return type(self)._of(self._block.slice(max(0, total - n) if n >= 0 else min(total, -n), total))

    # ------------------------------------------------------------------ elementwise

    def _unary(self, op: str) -> Self:
        return type(self)._of(map_columns(self._block, lambda e: call(op, e)))

    def abs(self) -> Self:
        """Give absolute values.

        Returns
        -------
        same type
        """
        return self._unary("abs")

    def isna(self) -> Self:
        """Tell where values are missing.

        Returns
        -------
        same type
            Booleans.
        """
        return self._unary("isna")

    isnull = isna

    def notna(self) -> Self:
        """Tell where values are present.

        Returns
        -------
        same type
            Booleans.
        """
        return ~self.isna()

    notnull = notna

    def __bool__(self) -> bool:
        name = type(self).__name__
        msg = f"The truth value of a {name} is ambiguous. Use a.empty, a.item(), a.any() or a.all()."
        raise ValueError(msg)

    def pipe(self, func: Callable[..., Any] | tuple[Callable[..., Any], str], *args: Any, **kwargs: Any) -> Any:
        """Call a function with this object as its first argument.

        Parameters
        ----------
        func : callable or tuple of (callable, str)
            The function, or the function and the name of the argument that takes this object.
        *args, **kwargs
            Its other arguments.

        Returns
        -------
        object
            What the function gives.
        """
        if isinstance(func, tuple):
            function, keyword = func
            return function(*args, **{keyword: self}, **kwargs)
        return func(self, *args, **kwargs)

    def to_arrow(self) -> pa.Table:
        """Fetch the columns as an Arrow table; the index is left out.

        Returns
        -------
        pyarrow.Table
        """
        block = self._block
        table = executor().fetch(block.rel, block.columns, progress=True)
        return decode_arrow(table, block.dtypes, [str(label) for label in block.labels])


    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Give the columns as a stream of Arrow batches: polars, pyarrow, duckdb and pandas read it in one call."""
        what = f"{type(self).__name__}.__arrow_c_stream__"
        check_size(self._block.nbytes(), what)
        return self._arrow_stream(what).__arrow_c_stream__(requested_schema)

    def _arrow_stream(self, what: str) -> Any:
        raise NotImplementedError


def _restored(local: Any) -> Any:
    return from_local(local)
