"""Our series for narwhals: each method is that of the pandas dialect, with narwhals' meaning of missing values."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
from narwhals import Implementation
from narwhals._compliant import EagerSeries as Base
from narwhals._utils import NO_DEFAULT
from narwhals.exceptions import InvalidOperationError

from h2o_frame_compat.expr import call
from h2o_frame_compat.narwhals import accessors, nested
from h2o_frame_compat.narwhals.dtypes import narwhals_dtype, pandas_dtype
from h2o_frame_compat.narwhals.operands import (
    COMPARISONS,
    array_of,
    beside,
    floordiv,
    guarded,
    native_namespace,
    nulls_spread,
    plain,
    positions,
    repeated,
    row_numbers,
)
from h2o_frame_compat.narwhals.reductions import Reductions
from h2o_frame_compat.narwhals.refusals import need_numbers, refusing_all
from h2o_frame_compat.pandas.series import Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import ModuleType

    from typing_extensions import TypeIs


@refusing_all
class EagerSeries(Reductions, Base[Any]):
    """A `Series` for narwhals.

    Parameters
    ----------
    native : Series
        Ours.
    version : narwhals._utils.Version
        Which generation of narwhals asks.
    """

    _implementation = Implementation.UNKNOWN

    def __init__(self, native: Any, version: Any) -> None:
        self._native_series = native
        self._version = version
        self._broadcast = False  # whether narwhals takes it for a scalar

    # ------------------------------------------------------------------ what narwhals asks of every backend

    @property
    def native(self) -> Any:
        """Our series."""
        return self._native_series

    def __native_namespace__(self) -> ModuleType:
        return native_namespace()

    def __narwhals_namespace__(self) -> Any:
        from h2o_frame_compat.narwhals.namespace import H2ONamespace  # noqa: PLC0415 - it imports this module

        return H2ONamespace(self._version)

    def _with_version(self, version: Any) -> Self:
        return type(self)(self.native, version)

    def _with_native(self, series: Any, *, preserve_broadcast: bool = False) -> Self:
        made = type(self)(series, self._version)
        made._broadcast = preserve_broadcast and self._broadcast
        return made

    @classmethod
    def from_native(cls, data: Any, /, *, context: Any) -> Self:
        """Wrap one of ours."""
        return cls(data, context._version)

    @classmethod
    def from_iterable(
        cls, data: Iterable[Any], /, *, context: Any, name: str = "", dtype: Any = None
    ) -> Self:
        """Make a series of values."""
        values = data if isinstance(data, (Series, np.ndarray, pd.Series)) else list(data)
        if isinstance(values, list) and nested.only_arrow_has(values, dtype):
            kind = None if dtype is None else pandas_dtype(dtype, context._version, gaps=True).pyarrow_dtype
            values = nested.of_arrow(pa.array(values, kind))
        if not isinstance(values, Series):
            if isinstance(values, list) and all(v is None for v in values):
                values = np.full(len(values), np.nan)
            elif isinstance(values, list) and None in values and not any(isinstance(v, float) for v in values):
                values = pd.Series(values, dtype=object).convert_dtypes()
            values = Series(pd.Series(values))
        made = cls(values.rename(name), context._version)
        return made.cast(dtype) if dtype else made

    @classmethod
    def from_numpy(cls, data: Any, /, *, context: Any) -> Self:
        """Make a series of an array or a scalar."""
        return cls(Series(np.atleast_1d(data), name=""), context._version)

    @staticmethod
    def _is_native(obj: Any) -> TypeIs[Any]:
        return isinstance(obj, Series)

    @classmethod
    def _align_full_broadcast(cls, *series: Self) -> Sequence[Self]:
        whole = [s for s in series if not s._broadcast]
        return [s._like(whole[0]) for s in series] if whole else series

    def _like(self, whole: EagerSeries) -> Self:
        """Give it with the rows of another one, repeated where it stands for a scalar."""
        if not self._broadcast:
            return self._with_native(beside(whole.native, self.native))
        if nested.is_packed(self.native):
            return self._with_native(self.native.iloc[row_numbers(whole.native) * 0])
        return self._with_native(repeated(whole.native, self._scalar(), self.native.dtype).rename(self.name))

    def _scalar(self) -> Any:
        return plain(self.native.iloc[0])

    def _other(self, other: Any) -> tuple[Any, Any]:
        """Give our series and the other operand, a scalar or a series with the same rows."""
        if not isinstance(other, EagerSeries):
            return self.native, other
        if other._broadcast and not self._broadcast:
            return self.native, other._scalar()
        if self._broadcast and not other._broadcast:
            return self._like(other).native, other.native
        return self.native, beside(self.native, other.native)

    # ------------------------------------------------------------------ what it is

    @property
    def name(self) -> Any:
        """The name."""
        return self.native.name

    @property
    def dtype(self) -> Any:
        """The dtype, in narwhals' words."""
        return narwhals_dtype(self.native._block.dtypes[0], self._version)

    @property
    def shape(self) -> tuple[int]:
        """The number of rows, in a tuple."""
        return (len(self.native),)

    def len(self) -> int:
        """Give the number of rows."""
        return len(self.native)

    def __len__(self) -> int:
        return len(self.native)

    def __iter__(self) -> Iterator[Any]:
        yield from map(plain, self.native)

    def __contains__(self, other: Any) -> bool:
        if other is None:
            return bool(self.native.isna().any())
        return bool((self.native == other).any())

    def __array__(self, dtype: Any = None, *, copy: bool | None = None) -> np.ndarray[Any, Any]:
        return self.to_numpy(dtype=dtype, copy=copy)

    def alias(self, name: str) -> Self:
        """Rename."""
        return self._with_native(self.native.rename(name), preserve_broadcast=True)

    def to_frame(self) -> Any:
        """Give a frame with this one column."""
        from h2o_frame_compat.narwhals.frame import EagerFrame  # noqa: PLC0415 - it imports this module

        return EagerFrame(self.native.to_frame(), self._version)

    def item(self, index: int | None = None) -> Any:
        """Give one value, or the only one."""
        if index is None and len(self) != 1:
            msg = (
                "can only call '.item()' if the Series is of length 1, or an explicit index is provided "
                f"(Series is of length {len(self)})"
            )
            raise ValueError(msg)
        return plain(self.native.iloc[index or 0])

    # ------------------------------------------------------------------ leaving the cluster

    def to_numpy(self, dtype: Any = None, *, copy: bool | None = None) -> np.ndarray[Any, Any]:  # noqa: ARG002 - narwhals' signature
        """Fetch as a NumPy array; a missing integer makes it an array of floats."""
        return array_of(guarded(self.native, "to_numpy").to_pandas(), dtype)

    def to_list(self) -> list[Any]:
        """Fetch as a list, None where a value is missing."""
        found: list[Any] = self.to_arrow().to_pylist()
        return found

    def to_arrow(self) -> Any:
        """Fetch as Arrow."""
        return guarded(self.native, "to_arrow").to_arrow().column(0).combine_chunks()

    def to_pandas(self) -> Any:
        """Fetch as pandas."""
        return guarded(self.native, "to_pandas").to_pandas()

    def to_polars(self) -> Any:
        """Fetch as polars."""
        import polars  # noqa: PLC0415 - an extra

        return polars.Series(self.name, self.to_arrow())

    # ------------------------------------------------------------------ rows

    def _gather(self, rows: Any) -> Self:
        return self._with_native(self.native.iloc[positions(rows)])

    def _gather_slice(self, rows: Any) -> Self:
        return self._with_native(self.native.iloc[slice(rows.start, rows.stop, rows.step)])

    def head(self, n: int) -> Self:
        """Give the first rows."""
        return self._with_native(self.native.head(n))

    def tail(self, n: int) -> Self:
        """Give the last rows."""
        return self._with_native(self.native.tail(n))

    def gather_every(self, n: int, offset: int = 0) -> Self:
        """Give every n-th row."""
        return self._with_native(self.native.iloc[offset::n])

    def filter(self, predicate: Any) -> Self:
        """Keep the rows where a mask is true."""
        mask = self._other(predicate)[1] if isinstance(predicate, EagerSeries) else np.asarray(predicate, dtype=bool)
        return self._with_native(self.native[mask])

    def drop_nulls(self) -> Self:
        """Leave missing values out."""
        return self._with_native(self.native.dropna())

    def first(self) -> Any:
        """Give the first value."""
        return self.item(0) if len(self) else None

    def last(self) -> Any:
        """Give the last value."""
        return self.item(len(self) - 1) if len(self) else None

    def any_value(self, *, ignore_nulls: bool) -> Any:
        """Give some value."""
        return self.drop_nulls().first() if ignore_nulls else self.first()

    def sample(self, n: int, *, with_replacement: bool, seed: int | None) -> Self:
        """Draw rows."""
        return self._with_native(self.native.sample(n=n, replace=with_replacement, random_state=seed))

    def scatter(self, indices: Any, values: Any) -> Self:
        """Replace the values of some rows."""
        made = self.native.copy()
        given = values.native.to_pandas() if isinstance(values, EagerSeries) else values
        made.iloc[positions(indices.native if isinstance(indices, EagerSeries) else indices)] = np.asarray(given)
        return self._with_native(made)

    def sort(self, *, descending: bool, nulls_last: bool) -> Self:
        """Order the rows."""
        na_position = "last" if nulls_last else "first"
        return self._with_native(self.native.sort_values(ascending=not descending, na_position=na_position))

    def unique(self, *, maintain_order: bool = True) -> Self:  # noqa: ARG002 - it always does
        """Give the distinct values."""
        return self._with_native(self.native.drop_duplicates())

    def mode(self, *, keep: str) -> Self:
        """Give the most frequent values."""
        found = self.native.mode(dropna=False).rename(self.name)
        return self._with_native(found.head(1) if keep == "any" else found)

    def arg_true(self) -> Self:
        """Give the numbers of the rows that are true."""
        block = self.native._block
        rows = Series._of(block.with_columns([call("rownum", block.columns[0])]))
        return self._with_native(rows[self.native])

    # ------------------------------------------------------------------ elementwise

    def cast(self, dtype: Any) -> Self:
        """Convert to another dtype."""
        if self.dtype == dtype:
            return self
        gaps = self.native._block.dtypes[0].holds_na
        made = self.native.astype(pandas_dtype(dtype, self._version, gaps=gaps))
        return self._with_native(made, preserve_broadcast=True)

    def _binary(self, op: str, other: Any, *, reflected: bool = False) -> Self:
        own, operand = self._other(other)
        both = self._broadcast and getattr(other, "_broadcast", True)
        left, right = (operand, own) if reflected else (own, operand)
        if op in COMPARISONS or op in {"and", "or"}:
            made = nulls_spread(op, left, right, self.name)
        elif op == "floordiv":
            made = floordiv(left, right)
        else:
            made = getattr(operator, op)(left, right)
        made = self._with_native(made.rename(self.name))
        made._broadcast = both
        return made

    def __eq__(self, other: object) -> Self:  # type: ignore[override]  # elementwise
        return self._binary("eq", other)

    def __ne__(self, other: object) -> Self:  # type: ignore[override]  # elementwise
        return self._binary("ne", other)

    __hash__ = None  # type: ignore[assignment]  # == is elementwise

    def __ge__(self, other: Any) -> Self:
        return self._binary("ge", other)

    def __gt__(self, other: Any) -> Self:
        return self._binary("gt", other)

    def __le__(self, other: Any) -> Self:
        return self._binary("le", other)

    def __lt__(self, other: Any) -> Self:
        return self._binary("lt", other)

    def __and__(self, other: Any) -> Self:
        return self._binary("and", other)

    def __rand__(self, other: Any) -> Self:
        return self._binary("and", other, reflected=True)

    def __or__(self, other: Any) -> Self:
        return self._binary("or", other)

    def __ror__(self, other: Any) -> Self:
        return self._binary("or", other, reflected=True)

    def __add__(self, other: Any) -> Self:
        return self._binary("add", other)

    def __radd__(self, other: Any) -> Self:
        return self._binary("add", other, reflected=True)

    def __sub__(self, other: Any) -> Self:
        return self._binary("sub", other)

    def __rsub__(self, other: Any) -> Self:
        return self._binary("sub", other, reflected=True)

    def __mul__(self, other: Any) -> Self:
        return self._binary("mul", other)

    def __rmul__(self, other: Any) -> Self:
        return self._binary("mul", other, reflected=True)

    def __truediv__(self, other: Any) -> Self:
        return self._binary("truediv", other)

    def __rtruediv__(self, other: Any) -> Self:
        return self._binary("truediv", other, reflected=True)

    def __floordiv__(self, other: Any) -> Self:
        return self._binary("floordiv", other)

    def __rfloordiv__(self, other: Any) -> Self:
        return self._binary("floordiv", other, reflected=True)

    def __mod__(self, other: Any) -> Self:
        return self._binary("mod", other)

    def __rmod__(self, other: Any) -> Self:
        return self._binary("mod", other, reflected=True)

    def __pow__(self, other: Any) -> Self:
        return self._binary("pow", other)

    def __rpow__(self, other: Any) -> Self:
        return self._binary("pow", other, reflected=True)

    def __invert__(self) -> Self:
        return self._with_native(~self.native, preserve_broadcast=True)

    def __neg__(self) -> Self:
        return self._with_native(-self.native, preserve_broadcast=True)

    def _mapped(self, function: Callable[[Any], Any]) -> Self:
        return self._with_native(function(self.native), preserve_broadcast=True)

    def abs(self) -> Self:
        """Give absolute values."""
        return self._mapped(abs)

    def exp(self) -> Self:
        """Give e to the power of the values."""
        return self._mapped(np.exp)

    def sqrt(self) -> Self:
        """Give square roots."""
        return self._mapped(np.sqrt)

    def sin(self) -> Self:
        """Give sines."""
        return self._mapped(np.sin)

    def cos(self) -> Self:
        """Give cosines."""
        return self._mapped(np.cos)

    def floor(self) -> Self:
        """Round down."""
        return self._mapped(np.floor)

    def ceil(self) -> Self:
        """Round up."""
        return self._mapped(np.ceil)

    def log(self, base: float) -> Self:
        """Give logarithms."""
        return self._with_native(np.log(self.native) / np.log(base), preserve_broadcast=True)

    def round(self, decimals: int) -> Self:
        """Round."""
        need_numbers(self.dtype, "round")
        return self._with_native(self.native.round(decimals), preserve_broadcast=True)

    def is_null(self) -> Self:
        """Tell where values are missing."""
        return self._with_native(self.native.isna(), preserve_broadcast=True)

    def is_nan(self) -> Self:
        """Tell where values are NaN: nowhere, because the cluster holds NaN as a missing value."""
        if not self.dtype.is_numeric():
            msg = f"`.is_nan` only supported for numeric dtype and not {self.dtype}, did you mean `.is_null`?"
            raise InvalidOperationError(msg)
        return self._where_known(self.native.isna() & self.native.notna())

    def _where_known(self, flags: Any) -> Self:
        """Give flags that are missing where the value is."""
        if not self.native._block.dtypes[0].holds_na:
            return self._with_native(flags, preserve_broadcast=True)
        return self._with_native(flags.astype("boolean").where(self.native.notna()), preserve_broadcast=True)

    def is_finite(self) -> Self:
        """Tell where values are neither infinite nor missing."""
        own = self.native
        return self._with_native(nulls_spread("lt", own.abs(), np.inf, self.name), preserve_broadcast=True)

    def fill_null(self, value: Any, strategy: str | None, limit: int | None) -> Self:
        """Replace missing values."""
        own = self.native
        if value is not None:
            own, value = self._other(value)
            made = own if value is None else own.fillna(value)
        else:
            made = own.ffill(limit=limit) if strategy == "forward" else own.bfill(limit=limit)
        return self._with_native(made, preserve_broadcast=True)

    def fill_nan(self, value: float | None) -> Self:  # noqa: ARG002 - narwhals' signature
        """Give the same: the cluster holds NaN as a missing value."""
        return self

    def is_in(self, other: Any) -> Self:
        """Tell which values are among others."""
        values = other.to_list() if isinstance(other, EagerSeries) else other
        values = values.to_pandas() if isinstance(values, Series) else values
        return self._where_known(self.native.isin([v for v in values if v is not None]))

    def is_between(self, lower_bound: Any, upper_bound: Any, closed: str) -> Self:
        """Tell which values lie between two bounds."""
        low = self >= lower_bound if closed in {"left", "both"} else self > lower_bound
        high = self <= upper_bound if closed in {"right", "both"} else self < upper_bound
        both: Self = low & high
        return both

    def clip(self, lower_bound: Self, upper_bound: Self) -> Self:
        """Limit the values."""
        return self.clip_lower(lower_bound).clip_upper(upper_bound)

    def clip_lower(self, lower_bound: Self) -> Self:
        """Limit the values from below."""
        own, bound = self._other(lower_bound)
        return self._with_native(own if bound is None else own.clip(lower=bound))

    def clip_upper(self, upper_bound: Self) -> Self:
        """Limit the values from above."""
        own, bound = self._other(upper_bound)
        return self._with_native(own if bound is None else own.clip(upper=bound))

    def zip_with(self, mask: Any, other: Any) -> Self:
        """Keep the values where a mask is true, and take others elsewhere."""
        own, chosen = self._other(mask)
        operand = self._other(other)[1]
        return self._with_native(own.where(chosen) if operand is None else own.where(chosen, operand))

    def replace_strict(
        self, default: Any, old: Sequence[Any], new: Sequence[Any], *, return_dtype: Any
    ) -> Self:
        """Replace each value by another one."""
        table = dict(zip(old, new, strict=True))
        made = self._with_native(self.native.map(table))
        known = self._with_native(self.native.isin(list(old)))
        if default is NO_DEFAULT:
            unmatched = self.native.notna() & ~known.native
            if None not in table and bool(unmatched.any()):
                values = self._with_native(self.native[unmatched]).unique().to_list()
                msg = (
                    "replace_strict did not replace all non-null values.\n\n"
                    f"The following did not get replaced: {values}"
                )
                raise InvalidOperationError(msg)
        else:
            given = default if isinstance(default, EagerSeries) else None
            made = made.zip_with(known, given if given is not None else default)
        return made.cast(return_dtype) if return_dtype else made

    # ------------------------------------------------------------------ accessors

    @property
    def str(self) -> Any:
        """Functions of text."""
        return accessors.Text(self)

    @property
    def dt(self) -> Any:
        """Functions of dates and durations."""
        return accessors.Clock(self)

    @property
    def cat(self) -> Any:
        """Functions of categories."""
        return accessors.Categories(self)

    @property
    def list(self) -> Any:
        """Functions of lists."""
        return nested.Lists(self)

    @property
    def struct(self) -> Any:
        """Functions of structs."""
        return nested.Structs(self)
