"""Our frames for narwhals: eager in what narwhals asks, lazy in what the cluster is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from narwhals import Implementation
from narwhals._compliant import EagerDataFrame as Base
from narwhals._utils import (
    check_column_names_are_unique,
    generate_temporary_column_name,
    parse_columns_to_drop,
    scale_bytes,
)
from narwhals.exceptions import InvalidOperationError, ShapeError

from h2o_frame_compat.narwhals import joins, nested, pivots
from h2o_frame_compat.narwhals.dtypes import narwhals_dtype, pandas_dtype
from h2o_frame_compat.narwhals.operands import array_of, beside, guarded, native_namespace, positions, row_numbers
from h2o_frame_compat.narwhals.refusals import refusing
from h2o_frame_compat.narwhals.series import EagerSeries
from h2o_frame_compat.pandas.frame import DataFrame

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import ModuleType

    from typing_extensions import TypeIs

    from h2o_frame_compat.narwhals.group_by import GroupBy


class EagerFrame(Base[EagerSeries, Any, Any, Any]):
    """A `DataFrame` for narwhals.

    Parameters
    ----------
    native : DataFrame
        Ours.
    version : narwhals._utils.Version
        Which generation of narwhals asks.
    """

    _implementation = Implementation.UNKNOWN

    def __init__(self, native: Any, version: Any) -> None:
        self._native_frame = native
        self._version = version

    # ------------------------------------------------------------------ what narwhals asks of every backend

    @property
    def native(self) -> Any:
        """Our frame."""
        return self._native_frame

    def __narwhals_dataframe__(self) -> Self:
        return self

    def __narwhals_lazyframe__(self) -> Self:
        return self

    def __narwhals_namespace__(self) -> Any:
        from h2o_frame_compat.narwhals.namespace import H2ONamespace  # noqa: PLC0415 - it imports this module

        return H2ONamespace(self._version)

    def __native_namespace__(self) -> ModuleType:
        return native_namespace()

    def _with_version(self, version: Any) -> Self:
        return type(self)(self.native, version)

    def _with_native(self, df: Any, *, validate_column_names: bool = False) -> Self:
        if validate_column_names:
            check_column_names_are_unique(df.columns)
        return type(self)(df, self._version)

    @staticmethod
    def _is_native(obj: Any) -> TypeIs[Any]:
        return isinstance(obj, DataFrame)

    @classmethod
    def from_native(cls, data: Any, /, *, context: Any) -> Self:
        """Wrap one of ours."""
        check_column_names_are_unique(data.columns)
        return cls(data, context._version)

    @classmethod
    def from_arrow(cls, data: Any, /, *, context: Any) -> Self:
        """Make a frame of anything that exports an Arrow stream."""
        return cls(native_namespace().from_arrow(data), context._version)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], /, *, context: Any, schema: Mapping[str, Any] | None) -> Self:
        """Make a frame of columns."""
        wanted = schema or {}
        columns = [
            EagerSeries.from_iterable(values, context=context, name=name, dtype=wanted.get(name))
            for name, values in (data or {name: [] for name in wanted}).items()
        ]
        if not columns:
            return cls(DataFrame(), context._version)
        return cls(DataFrame(), context._version).with_series(columns)

    @classmethod
    def from_dicts(
        cls, data: Sequence[Mapping[str, Any]], /, *, context: Any, schema: Mapping[str, Any] | None
    ) -> Self:
        """Make a frame of rows."""
        names = list(schema) if schema else list(dict.fromkeys(name for row in data for name in row))
        columns = {name: [row.get(name) for row in data] for name in names}
        return cls.from_dict(columns, context=context, schema=schema)

    @classmethod
    def from_numpy(cls, data: Any, /, *, context: Any, schema: Any) -> Self:
        """Make a frame of a two-dimensional array."""
        names = cls._numpy_column_names(data, list(schema) if schema else None)
        made = cls(DataFrame(data, columns=names), context._version)
        if hasattr(schema, "items"):
            types = {k: pandas_dtype(v, context._version, gaps=False) for k, v in schema.items()}
            return made._with_native(made.native.astype(types))
        return made

    # ------------------------------------------------------------------ what it is

    @property
    def columns(self) -> list[str]:
        """The column labels."""
        return list(self.native.columns)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        found: tuple[int, int] = self.native.shape
        return found

    def __len__(self) -> int:
        return len(self.native)

    @property
    def schema(self) -> dict[str, Any]:
        """The dtype of each column, known without asking the cluster."""
        types = (narwhals_dtype(d, self._version) for d in self.native._block.dtypes)
        return dict(zip(self.columns, types, strict=True))

    def collect_schema(self) -> dict[str, Any]:
        """Give the dtype of each column."""
        return self.schema

    def estimated_size(self, unit: Any) -> int | float:
        """Estimate the bytes its data take on the client."""
        return scale_bytes(self.native._block.nbytes(), unit=unit)

    # ------------------------------------------------------------------ leaving the cluster

    def __array__(self, dtype: Any = None, *, copy: bool | None = None) -> np.ndarray[Any, Any]:
        return self.to_numpy(dtype=dtype, copy=copy)

    def to_numpy(self, dtype: Any = None, *, copy: bool | None = None) -> np.ndarray[Any, Any]:  # noqa: ARG002 - narwhals' signature
        """Fetch as a NumPy array; missing integers make floats."""
        local = guarded(self.native, "to_numpy").to_pandas()
        if dtype is not None or not local.size:
            return np.asarray(local.to_numpy(dtype=dtype))
        return np.column_stack([array_of(local.iloc[:, i]) for i in range(local.shape[1])])

    def to_pandas(self) -> Any:
        """Fetch as pandas."""
        return guarded(self.native, "to_pandas").to_pandas()

    def to_polars(self) -> Any:
        """Fetch as polars."""
        return guarded(self.native, "to_polars").to_polars()

    def to_arrow(self) -> Any:
        """Fetch as Arrow."""
        return guarded(self.native, "to_arrow").to_arrow()

    def to_dict(self, *, as_series: bool) -> dict[str, Any]:
        """Give the columns in a dict."""
        if as_series:
            return {c.name: c for c in self.iter_columns()}
        found: dict[str, Any] = self.to_arrow().to_pydict()
        return found

    def rows(self, *, named: bool) -> list[Any]:
        """Fetch the rows."""
        table = self.to_arrow()
        return table.to_pylist() if named else list(zip(*table.to_pydict().values(), strict=True))

    def iter_rows(self, *, named: bool, buffer_size: int) -> Iterator[Any]:
        """Go through the rows, fetched so many at a time."""
        for start in range(0, len(self), buffer_size):
            yield from self._gather_slice(slice(start, start + buffer_size)).rows(named=named)

    def row(self, index: int) -> tuple[Any, ...]:
        """Fetch one row."""
        start = index if index >= 0 else len(self) + index
        found: tuple[Any, ...] = self._gather_slice(slice(start, start + 1)).rows(named=False)[0]
        return found

    def item(self, row: int | None, column: int | str | None) -> Any:
        """Give one value, or the only one."""
        if row is None and column is None:
            if self.shape != (1, 1):
                msg = (
                    'can only call `.item()` without "row" or "column" values if the DataFrame has a single element; '
                    f"shape={self.shape!r}"
                )
                raise ValueError(msg)
            row, column = 0, 0
        if row is None or column is None:
            msg = "cannot call `.item()` with only one of `row` or `column`"
            raise ValueError(msg)
        place = self.columns.index(column) if isinstance(column, str) else column
        return EagerSeries(self.native.iloc[:, place], self._version).item(row)

    def write_csv(self, file: Any = None) -> Any:
        """Write as CSV."""
        return self.native.to_csv(file, index=False)

    def write_parquet(self, file: Any) -> None:
        """Write as Parquet."""
        self.native.to_parquet(file, index=False)

    def collect(self, backend: Implementation | None, **kwargs: Any) -> Any:  # noqa: ARG002 - narwhals' signature
        """Give an eager frame: ours, or fetched into another library.

        Raises
        ------
        ValueError
            For a library it cannot be fetched into.
        """
        if backend is None:
            return self
        fetch = {
            Implementation.PANDAS: self.native.to_pandas,
            Implementation.PYARROW: self.native.to_arrow,
            Implementation.POLARS: self.native.to_polars,
        }.get(backend)
        if fetch is None:
            msg = f"Unsupported `backend` value: {backend}"
            raise ValueError(msg)
        return self._foreign(fetch())

    def _foreign(self, local: Any) -> Any:
        """Wrap a frame of another library as narwhals does."""
        return self._version.namespace.from_native_object(local).compliant.from_native(local)

    def lazy(self, backend: Implementation | None = None, *, session: Any = None) -> Any:
        """Give a lazy frame: the same, whose expressions the cluster evaluates when something is asked for."""
        if backend is None:
            return self
        return self._foreign(self.to_arrow()).lazy(backend, session=session)

    # ------------------------------------------------------------------ columns

    def _known(self, names: Sequence[str]) -> None:
        if error := self._check_columns_exist(names):
            raise error

    def get_column(self, name: str) -> EagerSeries:
        """Give a column."""
        self._known([name])
        return EagerSeries(self.native[name], self._version)

    def iter_columns(self) -> Iterator[EagerSeries]:
        """Go through the columns."""
        for place in range(len(self.columns)):
            yield EagerSeries(self.native.iloc[:, place], self._version)

    _iter_columns = iter_columns

    def simple_select(self, *column_names: str) -> Self:
        """Keep columns by name."""
        self._known(column_names)
        return self._with_native(self.native[list(column_names)])

    def _select_multi_name(self, columns: Any) -> Self:
        return self.simple_select(*(columns.to_pandas() if hasattr(columns, "to_pandas") else columns))

    def _select_multi_index(self, columns: Any) -> Self:
        return self._with_native(self.native.iloc[:, list(positions(columns))])

    def _select_slice_index(self, columns: Any) -> Self:
        return self._with_native(self.native.iloc[:, slice(columns.start, columns.stop, columns.step)])

    def _select_slice_name(self, columns: slice) -> Self:
        names = self.columns
        start = None if columns.start is None else names.index(columns.start)
        stop = None if columns.stop is None else names.index(columns.stop) + 1
        return self._with_native(self.native.iloc[:, slice(start, stop, columns.step)])

    def _extract_comparand(self, other: EagerSeries, /) -> Any:
        if other._broadcast:
            return other._like(self._any_column()).native
        if (length := len(other)) != len(self):
            msg = f"Expected object of length {len(self)}, got: {length}."
            raise ShapeError(msg)
        return other.native

    def _any_column(self) -> EagerSeries:
        if not self.columns:
            return EagerSeries(native_namespace().Series(range(len(self))), self._version)
        return EagerSeries(self.native.iloc[:, 0], self._version)

    def with_series(self, series: Sequence[EagerSeries]) -> Self:
        """Give a frame of these series, which have equally many rows.

        Parameters
        ----------
        series : sequence of EagerSeries
            The columns.

        Returns
        -------
        EagerFrame
        """
        check_column_names_are_unique([s.name for s in series])
        first = series[0].native
        frame = first.to_frame()
        for other in series[1:]:
            frame[other.name] = beside(frame, other.native)
        return self._with_native(frame)

    def select(self, *exprs: Any) -> Self:
        """Compute columns."""
        from h2o_frame_compat.narwhals.together import aggregated  # noqa: PLC0415 - it imports this module's users

        made = aggregated(self, exprs) or self._evaluate_exprs(*exprs)
        if not made:
            return self._with_native(DataFrame())
        return self.with_series(made[0]._align_full_broadcast(*made))

    def with_columns(self, *exprs: Any) -> Self:
        """Add or replace columns."""
        made = self._evaluate_exprs(*exprs)
        if not self.columns and made:
            return self.with_series(made[0]._align_full_broadcast(*made))
        new = {s.name: s for s in made}
        columns = [new.pop(name) if name in new else self.get_column(name) for name in self.columns]
        made = (*columns, *new.values())
        whole = (EagerSeries(self._extract_comparand(s).rename(s.name), self._version) for s in made)
        return self.with_series(list(whole)) if columns else self

    def rename(self, mapping: Mapping[str, str]) -> Self:
        """Rename columns."""
        self._known(list(mapping))
        return self._with_native(self.native.rename(columns=dict(mapping)), validate_column_names=True)

    def drop(self, columns: Sequence[str], *, strict: bool) -> Self:
        """Leave columns out."""
        unwanted = parse_columns_to_drop(self, columns, strict=strict)
        return self._with_native(self.native.drop(columns=unwanted))

    def with_row_index(self, name: str, order_by: Sequence[str] | None) -> Self:
        """Put row numbers in front, in the order of some columns."""
        if order_by is None:
            rows = row_numbers(self.native) if self.columns else native_namespace().Series(np.arange(len(self)))
            return self.with_series([EagerSeries(rows.rename(name), self._version), *self.iter_columns()])
        token = generate_temporary_column_name(8, [*self.columns, name])
        ordered = self.with_row_index(token, None).sort(*order_by, descending=False, nulls_last=False)
        numbered = ordered.with_row_index(name, None).sort(token, descending=False, nulls_last=False)
        return numbered.drop([token], strict=True)

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

    def clone(self) -> Self:
        """Give a copy, which costs nothing."""
        return self._with_native(self.native.copy())

    def sample(self, n: int, *, with_replacement: bool, seed: int | None) -> Self:
        """Draw rows."""
        return self._with_native(self.native.sample(n=n, replace=with_replacement, random_state=seed))

    def filter(self, predicate: Any) -> Self:
        """Keep the rows where a mask is true."""
        if isinstance(predicate, list):
            return self._with_native(self.native[np.asarray(predicate, dtype=bool)])
        mask = self._evaluate_single_output_expr(predicate)
        if not mask.dtype.is_boolean():
            msg = f"a filter needs booleans, not `{mask.dtype}`"
            raise InvalidOperationError(msg)
        return self._with_native(self.native[beside(self.native, self._extract_comparand(mask))])

    def drop_nulls(self, subset: Sequence[str] | None) -> Self:
        """Leave out rows with missing values."""
        self._known(subset or ())
        return self._with_native(self.native.dropna(subset=None if subset is None else list(subset)))

    @refusing
    def sort(self, *by: str, descending: bool | Sequence[bool], nulls_last: bool) -> Self:
        """Order the rows."""
        self._known(by)
        ascending = not descending if isinstance(descending, bool) else [not d for d in descending]
        position = "last" if nulls_last else "first"
        return self._with_native(self.native.sort_values(list(by), ascending=ascending, na_position=position))

    def top_k(self, k: int, *, by: Sequence[str], reverse: bool | Sequence[bool]) -> Self:
        """Give the rows with the greatest values."""
        self._known(by := list(by))
        flags = [reverse] * len(by) if isinstance(reverse, bool) else list(reverse)
        return self._with_native(self.native.sort_values(by, ascending=flags).head(k))

    def unique(
        self,
        subset: Sequence[str] | None,
        *,
        keep: str,
        maintain_order: bool | None = None,
        order_by: Sequence[str] | None,
    ) -> Self:
        """Give the rows that differ in some columns."""
        self._known(subset or ())
        which: Any = {"none": False, "any": "first"}.get(keep, keep)
        wanted = list(subset or self.columns)
        if not order_by:
            return self._with_native(self.native.drop_duplicates(wanted, keep=which))
        token = generate_temporary_column_name(8, self.columns)
        orders = [order_by] if isinstance(order_by, str) else order_by
        ordered = self.with_row_index(token, None).sort(*orders, nulls_last=False, descending=False)
        kept = ordered.native.drop_duplicates(wanted, keep=which)
        kept = kept.sort_values(token) if maintain_order else kept
        return self._with_native(kept.drop(columns=token))

    def is_unique(self) -> EagerSeries:
        """Tell which rows occur once."""
        return EagerSeries(~self.native.duplicated(keep=False), self._version)

    def explode(self, columns: Sequence[str]) -> Self:
        """Give a row for each element of lists."""
        return self._with_native(nested.explode(self, columns))

    # ------------------------------------------------------------------ several frames and groups

    def group_by(self, keys: Any, *, drop_null_keys: bool) -> GroupBy:
        """Group the rows."""
        from h2o_frame_compat.narwhals.group_by import GroupBy  # noqa: PLC0415 - it imports this module

        return GroupBy(self, keys, drop_null_keys=drop_null_keys)

    def join(
        self, other: Self, *, how: Any, left_on: Sequence[str] | None, right_on: Sequence[str] | None, suffix: str
    ) -> Self:
        """Join with another frame; missing keys match nothing."""
        self._known(left_on or ())
        other._known(right_on or ())
        made = joins.join(self.native, other.native, how, list(left_on or ()), list(right_on or ()), suffix)
        return self._with_native(made, validate_column_names=True)

    def join_asof(self, other: Self, **options: Any) -> Self:
        """Join each row with the nearest one of another frame."""
        self._known([options["left_on"], *(options["by_left"] or ())])
        other._known([options["right_on"], *(options["by_right"] or ())])
        return self._with_native(joins.join_asof(self.native, other.native, **options))

    def pivot(self, on: Sequence[str], **options: Any) -> Self:
        """Turn values into columns."""
        self._known([*on, *(options["index"] or ()), *(options["values"] or ())])
        return self._with_native(pivots.pivot(self, on, **options))

    def unpivot(
        self, on: Sequence[str] | None, index: Sequence[str] | None, variable_name: str, value_name: str
    ) -> Self:
        """Turn columns into rows."""
        self._known([*(on or ()), *(index or ())])
        keep = list(index or ())
        values = [c for c in self.columns if c not in keep] if on is None else list(on)
        made = self.native.melt(id_vars=keep, value_vars=values, var_name=variable_name, value_name=value_name)
        return self._with_native(made)
