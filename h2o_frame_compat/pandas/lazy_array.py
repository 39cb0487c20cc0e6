"""NumPy's functions on frames and series: what gives an array is computed in the cluster and fetched when looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.align import same_rows
from h2o_frame_compat.core.convert import from_pandas_dtype, pandas_dtype
from h2o_frame_compat.core.limits import check_size
from h2o_frame_compat.core.literals import is_missing, is_scalar
from h2o_frame_compat.expr import Expr, call, lit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from h2o_frame_compat.core.block import Block


class LazyArray(NDArrayOperatorsMixin):
    """A NumPy array whose values are still in the cluster; everything NumPy does with it fetches them first.

    It goes into a frame as a new column without being fetched.

    Parameters
    ----------
    block : Block
        One column.
    dtype : numpy.dtype
        The array's dtype.
    """

    ndim = 1
    __array_priority__ = 2000

    def __init__(self, block: Block, dtype: np.dtype[Any]) -> None:
        self._block, self._dtype = block, dtype
        self._values: np.ndarray[Any, Any] | None = None

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the values."""
        return self._dtype if self._values is None else self._values.dtype

    @property
    def shape(self) -> tuple[int]:
        """The number of values, in a tuple."""
        return (len(self),)

    @property
    def size(self) -> int:
        """The number of values."""
        return len(self)

    def __len__(self) -> int:
        return self._block.nrows

    def local(self) -> np.ndarray[Any, Any]:
        """Fetch the values; the size limit applies.

        Returns
        -------
        numpy.ndarray
        """
        if self._values is None:
            check_size(self._block.nbytes(), "a NumPy array of values in the cluster")
            self._values = self._block.to_pandas().iloc[:, 0].to_numpy().astype(self._dtype)
        return self._values

    def beside(self, like: Block) -> Any:
        """Give the values as a block with the row labels of a frame, or fetched where its rows are not the same."""
        if self._values is not None or not same_rows(self._block, like):
            return self.local()
        return replace(self._block, index=like.index, index_names=like.index_names)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        made = self.local() if dtype is None else self.local().astype(dtype)
        return made.copy() if copy else made

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return getattr(ufunc, method)(*(_fetched(i) for i in inputs), **{k: _fetched(v) for k, v in kwargs.items()})

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return func(*(_fetched(a) for a in args), **{k: _fetched(v) for k, v in kwargs.items()})

    def __getitem__(self, key: Any) -> Any:
        return self.local()[_fetched(key)]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.local()[_fetched(key)] = _fetched(value)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.local())

    def __repr__(self) -> str:
        return repr(self.local())

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.local(), name)

    def __reduce__(self) -> Any:
        return np.asarray, (self.local(),)


def _fetched(value: Any) -> Any:
    if isinstance(value, LazyArray):
        return value.local()
    return type(value)(_fetched(v) for v in value) if type(value) in {list, tuple} else value


def array_function(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a function of NumPy that got a frame or series of ours.

    Parameters
    ----------
    func : callable
        The function.
    args, kwargs
        What it got.

    Returns
    -------
    object
        As from NumPy; arrays as long as the series may be a `LazyArray`.
    """
    if func in _FUNCTIONS:
        made = _FUNCTIONS[func](*args, **kwargs)
        if made is not None:
            return made
    return func._implementation(*(_fetched(a) for a in args), **{k: _fetched(v) for k, v in kwargs.items()})


def _series(value: Any) -> Any:
    """Give a series of ours, else None."""
    return value if getattr(value, "_block", None) is not None and getattr(value, "ndim", 0) == 1 else None


def _plain(block: Block) -> bool:
    d = block.dtypes[0]
    return d.kind == "str" or (d.is_numeric and not d.nullable)


def _where(condition: Any, *choices: Any) -> LazyArray | None:
    """Choose between values; None where NumPy has to."""
    if _series(condition) is None or isinstance(condition, LazyArray) or len(choices) != 2:
        return None
    block = condition._block
    if not block.dtypes[0].is_bool or block.dtypes[0].nullable:
        return None
    operands = [_operand(block, choice) for choice in choices]
    probes = [_probe(choice) for choice in choices]
    if any(o is None for o in operands):
        return None
    if len({p.dtype.kind in "UO" for p in probes}) > 1:
        return None  # NumPy makes text of numbers beside text
    dtype = np.where(np.zeros(1, dtype=bool), *probes).dtype
    target = dt.STR if dtype.kind in "UO" else from_pandas_dtype(dtype)
    columns = [o if o.dtype == target else call("cast", o, params=(target,)) for o in operands if o is not None]
    made = call("where", block.columns[0], *columns)
    return LazyArray(block.with_columns([made], [None]), dtype)


def _operand(block: Block, value: Any) -> Expr | None:
    """Give a choice as a column over the same rows."""
    if is_scalar(value):
        if is_missing(value) and not isinstance(value, float):
            return None
        if not isinstance(value, (bool, int, float, str, np.bool_, np.integer, np.floating)):
            return None
        value = value.item() if isinstance(value, np.generic) else value
        dtype = dt.STR if isinstance(value, str) else from_pandas_dtype(np.asarray(value).dtype)
        return _constant(block, None if is_missing(value) else value, dtype)
    if _series(value) is None or not same_rows(block, value._block) or not _plain(value._block):
        return None
    column: Expr = value._block.columns[0]
    return column


def _probe(value: Any) -> np.ndarray[Any, Any]:
    if is_scalar(value):
        return np.asarray(value)
    if isinstance(value, LazyArray):
        return np.zeros(1, value.dtype)
    dtype = getattr(value, "dtype", None)
    return np.zeros(1, dtype if isinstance(dtype, np.dtype) and dtype.kind in "biuf" else object)


def _constant(block: Block, value: Any, dtype: dt.DType) -> Expr:
    never = call("lt", call("rownum", block.rel.fields[0].col()), lit(0))
    return call("where", never, lit(value, dtype), lit(value, dtype))


def _filled(value: Any) -> Callable[..., LazyArray | None]:
    def like(a: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        if _series(a) is None or args or kwargs or not _plain(a._block) or a._block.dtypes[0].kind == "str":
            return None
        wanted = np.dtype(pandas_dtype(a._block.dtypes[0]) if dtype is None else dtype)
        if wanted.kind not in "biuf":
            return None
        column = _constant(a._block, bool(value) if wanted.kind == "b" else value, from_pandas_dtype(wanted))
        return LazyArray(a._block.with_columns([column], [None]), wanted)

    return like


def _full_like(a: Any, fill_value: Any, dtype: Any = None, **kwargs: Any) -> Any:
    if not is_scalar(fill_value) or is_missing(fill_value) or _series(a) is None or not _plain(a._block):
        return None
    if isinstance(fill_value, str) or a._block.dtypes[0].kind == "str":
        return None
    wanted = np.dtype(a.dtype if dtype is None else dtype)
    return _filled(np.asarray(fill_value).astype(wanted).item())(a, wanted, **kwargs)


def _unique(ar: Any, *args: Any, **kwargs: Any) -> Any:
    if _series(ar) is None or args or kwargs or not _plain(ar._block):
        return None
    return np.unique(np.asarray(ar.unique()))


def _quantile(a: Any, q: Any, scale: float, args: Any, kwargs: Any) -> Any:
    if _series(a) is None or args or kwargs or not a._block.dtypes[0].is_numeric or a._block.dtypes[0].is_bool:
        return None
    if a._block.dtypes[0].nullable or (a._block.dtypes[0].holds_na and a.hasnans) or not len(a):
        return None
    return np.asarray(a.quantile(np.asarray(q) / scale)) if np.ndim(q) else a.quantile(q / scale)


def _median(a: Any, *args: Any, **kwargs: Any) -> Any:
    if _series(a) is None or args or kwargs or not a._block.dtypes[0].is_numeric or a._block.dtypes[0].nullable:
        return None
    return a.median(skipna=False) if len(a) else None


_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.where: _where,
    np.zeros_like: _filled(0),
    np.ones_like: _filled(1),
    np.full_like: _full_like,
    np.unique: _unique,
    np.median: _median,
    np.quantile: lambda a, q, *args, **kwargs: _quantile(a, q, 1, args, kwargs),
    np.percentile: lambda a, q, *args, **kwargs: _quantile(a, q, 100, args, kwargs),
}
