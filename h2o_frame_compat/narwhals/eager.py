"""Our frames and series as narwhals' eager data."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from narwhals import Implementation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from h2o_frame_compat.dtypes import DType

_NAMES = {
    "bool": "Boolean", "int8": "Int8", "int16": "Int16", "int32": "Int32", "int64": "Int64", "uint8": "UInt8",
    "uint16": "UInt16", "uint32": "UInt32", "uint64": "UInt64", "float32": "Float32", "float64": "Float64",
    "str": "String",
}  # fmt: skip
_UNITS = {"s": "ms", "": "us"}


def narwhals_dtype(dtype: DType, version: Any) -> Any:
    """Give narwhals' name of a dtype.

    Parameters
    ----------
    dtype : DType
        One of ours.
    version : narwhals._utils.Version
        Which generation of narwhals' dtypes is asked for.

    Returns
    -------
    narwhals.dtypes.DType
    """
    kinds = version.dtypes
    unit = _UNITS.get(dtype.unit, dtype.unit)
    if dtype.kind == "datetime":
        return kinds.Datetime(unit, dtype.tz)
    if dtype.kind == "timedelta":
        return kinds.Duration(unit)
    if dtype.kind != "category":
        return getattr(kinds, _NAMES[dtype.kind])()
    texts = dtype.categories is not None and all(isinstance(c, str) for c in dtype.categories)
    if dtype.ordered and texts and version.name != "V1":
        return kinds.Enum(dtype.categories)
    return kinds.Categorical()


class _Eager:
    """What frames and series share.

    Parameters
    ----------
    native : DataFrame or Series
        Ours.
    version : narwhals._utils.Version
        Which generation of narwhals asks.
    """

    _implementation = Implementation.UNKNOWN

    def __init__(self, native: Any, version: Any) -> None:
        self._native, self._version = native, version

    @property
    def native(self) -> Any:
        """Our frame or series."""
        return self._native

    def _with_version(self, version: Any) -> Self:
        return type(self)(self._native, version)

    def _with_native(self, native: Any) -> Self:
        return type(self)(native, self._version)

    def __native_namespace__(self) -> ModuleType:
        return sys.modules["h2o_frame_compat.pandas"]

    def __len__(self) -> int:
        return len(self._native)

    def __array__(self, dtype: Any = None, *, copy: bool | None = None) -> np.ndarray[Any, Any]:
        return np.asarray(self._native.__array__(dtype))

    def to_pandas(self) -> Any:
        """Fetch as pandas.

        Returns
        -------
        pandas.DataFrame or pandas.Series
        """
        return self._native.to_pandas()

    def to_polars(self) -> Any:
        """Fetch as polars.

        Returns
        -------
        polars.DataFrame or polars.Series
        """
        return self._native.to_polars()

    def head(self, n: int) -> Self:
        """Give the first rows.

        Parameters
        ----------
        n : int
            How many.

        Returns
        -------
        same type
        """
        return self._with_native(self._native.head(n))

    def tail(self, n: int) -> Self:
        """Give the last rows.

        Parameters
        ----------
        n : int
            How many.

        Returns
        -------
        same type
        """
        return self._with_native(self._native.tail(n))

    def gather_every(self, n: int, offset: int = 0) -> Self:
        """Give every n-th row.

        Parameters
        ----------
        n : int
            The step.
        offset : int
            The first one.

        Returns
        -------
        same type
        """
        return self._with_native(self._native.iloc[offset::n])

    def clone(self) -> Self:
        """Give a copy, which costs nothing.

        Returns
        -------
        same type
        """
        return self._with_native(self._native.copy())

    def filter(self, predicate: Any) -> Self:
        """Keep the rows where a mask is true.

        Parameters
        ----------
        predicate : EagerSeries or sequence of bool
            The mask.

        Returns
        -------
        same type
        """
        mask = predicate.native if isinstance(predicate, EagerSeries) else np.asarray(predicate, dtype=bool)
        return self._with_native(self._native[mask])


def _positions(key: Any) -> Any:
    """Give what ``iloc`` takes for what narwhals selects rows by."""
    if isinstance(key, EagerSeries):
        return key.to_numpy()
    return key if isinstance(key, (int, slice)) else np.asarray(key, dtype="int64")


class EagerFrame(_Eager):
    """A `DataFrame` for narwhals."""

    def __narwhals_dataframe__(self) -> Self:
        return self

    def to_narwhals(self) -> Any:
        """Wrap as narwhals' own DataFrame.

        Returns
        -------
        narwhals.DataFrame
        """
        return self._version.dataframe(self, level="full")

    @property
    def _native_frame(self) -> Any:
        return self._native

    @property
    def columns(self) -> list[Any]:
        """The column labels."""
        return list(self._native.columns)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        found: tuple[int, int] = self._native.shape
        return found

    @property
    def schema(self) -> dict[Any, Any]:
        """The dtype of each column, known without asking the cluster."""
        types = (narwhals_dtype(d, self._version) for d in self._native._block.dtypes)  # noqa: SLF001 - one project
        return dict(zip(self.columns, types, strict=True))

    def collect_schema(self) -> dict[Any, Any]:
        """Give the dtype of each column.

        Returns
        -------
        dict
        """
        return self.schema

    def __getitem__(self, key: tuple[Any, Any]) -> Self:
        rows, columns = key
        made = self._native
        if not (isinstance(columns, slice) and columns == slice(None)):
            made = self._chosen(columns)
        if not (isinstance(rows, slice) and rows == slice(None)):
            made = made.iloc[[rows] if isinstance(rows, int) else _positions(rows)]
        return self._with_native(made)

    def _chosen(self, columns: Any) -> Any:
        if isinstance(columns, EagerSeries):
            columns = columns.to_list()
        if isinstance(columns, slice):
            named = isinstance(columns.start, str) or isinstance(columns.stop, str)
            return self._native.loc[:, columns] if named else self._native.iloc[:, columns]
        wanted = list(columns)
        if wanted and not all(isinstance(c, str) for c in wanted):
            return self._native.iloc[:, wanted]
        return self._native[wanted]

    def simple_select(self, *names: str) -> Self:
        """Keep columns by name.

        Parameters
        ----------
        *names : str
            Their labels.

        Returns
        -------
        EagerFrame
        """
        return self._with_native(self._native[list(names)])

    def get_column(self, name: str) -> EagerSeries:
        """Give a column.

        Parameters
        ----------
        name : str
            Its label.

        Returns
        -------
        EagerSeries
        """
        return EagerSeries(self._native[name], self._version)

    def iter_columns(self) -> Iterator[EagerSeries]:
        """Go through the columns.

        Yields
        ------
        EagerSeries
        """
        for place in range(len(self.columns)):
            yield EagerSeries(self._native.iloc[:, place], self._version)

    def item(self, row: int | None, column: int | str | None) -> Any:
        """Give one value, or the only one.

        Parameters
        ----------
        row : int or None
            Its row.
        column : int, str or None
            Its column.

        Returns
        -------
        scalar

        Raises
        ------
        ValueError
            When only one of the two is given, or neither and there is more than one value.
        """
        if row is None and column is None and self.shape == (1, 1):
            return self._native.iat[0, 0]
        if row is None or column is None:
            msg = "give both row and column, or call item() on a frame of one value"
            raise ValueError(msg)
        place = self.columns.index(column) if isinstance(column, str) else column
        return self._native.iat[row, place]

    def to_numpy(self, dtype: Any = None, *, copy: bool | None = None) -> np.ndarray[Any, Any]:  # noqa: ARG002 - narwhals' signature
        """Fetch as a NumPy array.

        Parameters
        ----------
        dtype : dtype, optional
            That of the array.
        copy : bool, optional
            Without effect: what is fetched is new.

        Returns
        -------
        numpy.ndarray
        """
        values: np.ndarray[Any, Any] = self._native.to_numpy(dtype=dtype)
        return values

    def to_arrow(self) -> Any:
        """Fetch as Arrow.

        Returns
        -------
        pyarrow.Table
        """
        return self._native.to_arrow()

    def to_dict(self, *, as_series: bool) -> dict[Any, Any]:
        """Give the columns in a dict.

        Parameters
        ----------
        as_series : bool
            Whether as series, or fetched as lists.

        Returns
        -------
        dict
        """
        return {c: s if as_series else s.to_list() for c, s in zip(self.columns, self.iter_columns(), strict=True)}

    def rename(self, mapping: dict[str, str]) -> Self:
        """Rename columns.

        Parameters
        ----------
        mapping : dict
            Old name to new one.

        Returns
        -------
        EagerFrame
        """
        return self._with_native(self._native.rename(columns=mapping))

    def drop(self, columns: Sequence[str], *, strict: bool) -> Self:
        """Leave columns out.

        Parameters
        ----------
        columns : sequence of str
            Their labels.
        strict : bool
            Whether all must be there.

        Returns
        -------
        EagerFrame
        """
        return self._with_native(self._native.drop(columns=list(columns), errors="raise" if strict else "ignore"))


class EagerSeries(_Eager):
    """A `Series` for narwhals."""

    def __narwhals_series__(self) -> Self:
        return self

    def to_narwhals(self) -> Any:
        """Wrap as narwhals' own Series.

        Returns
        -------
        narwhals.Series
        """
        return self._version.series(self, level="full")

    @property
    def name(self) -> Any:
        """The name."""
        return self._native.name

    @property
    def dtype(self) -> Any:
        """The dtype, in narwhals' words."""
        return narwhals_dtype(self._native._block.dtypes[0], self._version)  # noqa: SLF001 - one project

    @property
    def shape(self) -> tuple[int]:
        """The number of rows, in a tuple."""
        return (len(self._native),)

    def len(self) -> int:
        """Give the number of rows.

        Returns
        -------
        int
        """
        return len(self._native)

    def is_empty(self) -> bool:
        """Tell whether there are no rows.

        Returns
        -------
        bool
        """
        return len(self._native) == 0

    def __getitem__(self, key: Any) -> Any:
        return self.item(key) if isinstance(key, int) else self._with_native(self._native.iloc[_positions(key)])

    def __iter__(self) -> Iterator[Any]:
        return iter(self._native)

    def item(self, index: int | None = None) -> Any:
        """Give one value, or the only one.

        Parameters
        ----------
        index : int, optional
            Its row.

        Returns
        -------
        scalar
        """
        return self._native.item() if index is None else self._native.iloc[index]

    def alias(self, name: str) -> Self:
        """Rename.

        Parameters
        ----------
        name : str
            The new name.

        Returns
        -------
        EagerSeries
        """
        return self._with_native(self._native.rename(name))

    def to_frame(self) -> EagerFrame:
        """Give a frame with this one column.

        Returns
        -------
        EagerFrame
        """
        return EagerFrame(self._native.to_frame(), self._version)

    def to_numpy(self, dtype: Any = None, *, copy: bool | None = None) -> np.ndarray[Any, Any]:  # noqa: ARG002 - narwhals' signature
        """Fetch as a NumPy array.

        Parameters
        ----------
        dtype : dtype, optional
            That of the array.
        copy : bool, optional
            Without effect: what is fetched is new.

        Returns
        -------
        numpy.ndarray
        """
        values: np.ndarray[Any, Any] = self._native.to_numpy(dtype=dtype)
        return values

    def to_list(self) -> list[Any]:
        """Fetch as a list.

        Returns
        -------
        list
        """
        values: list[Any] = self._native.tolist()
        return values

    def to_arrow(self) -> Any:
        """Fetch as Arrow.

        Returns
        -------
        pyarrow.ChunkedArray
        """
        return self._native.to_arrow()
