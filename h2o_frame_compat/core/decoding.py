"""One column as the cluster sent it, and its `DType` -> pandas, NumPy or a proper Arrow type."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from h2o_frame_compat.core.encoding import NAT, UNITS_PER_MS, Array
from h2o_frame_compat.core.levels import category_index, level_texts
from h2o_frame_compat.core.packing import can_pack, unpack
from h2o_frame_compat.dtypes import DATE, FLOAT64, OBJECT_BOOL, DType, category, datetime, packed, timedelta

if TYPE_CHECKING:
    from pandas.api.extensions import ExtensionArray

_WIRES = {"bool": "b", "int8": "b", "int16": "h", "int32": "i", "int64": "l"}
_WIRES |= {"uint8": "h", "uint16": "i", "uint32": "l", "uint64": "l", "float32": "d", "float64": "d"}
_WIRES |= {"timedelta": "l", "str": "s", "packed": "s"}
_ARROW_UNIT = {"": "ms"}
_FEW = 1000
_TEXT = {False: pd.StringDtype(na_value=np.nan), True: pd.StringDtype(na_value=pd.NA)}


def wire_of(dtype: DType) -> str:
    """Give the letter that asks the cluster for this dtype's values.

    Parameters
    ----------
    dtype : DType
        A logical dtype.

    Returns
    -------
    str
        ``d`` float64, ``l`` int64, ``i`` int32, ``h`` int16, ``b`` int8, ``s`` text, ``-`` as it is stored.

    Examples
    --------
    >>> wire_of(DType("uint8")), wire_of(DType("float32")), wire_of(DType("category"))
    ('h', 'd', '-')
    """
    return _WIRES.get(dtype.kind, "-")


def pandas_dtype(dtype: DType) -> Any:
    """Give the pandas or NumPy dtype of a logical dtype.

    Parameters
    ----------
    dtype : DType
        A logical dtype.

    Returns
    -------
    numpy.dtype or pandas.api.extensions.ExtensionDtype

    Examples
    --------
    >>> pandas_dtype(DType("int32", nullable=True))
    Int32Dtype()
    """
    if dtype.arrow is not None:
        return pd.ArrowDtype(dtype.arrow)
    if dtype.kind == "category":
        few_texts = dtype.categories_kind == "str" and len(dtype.categories or ()) <= _FEW
        return (_kept_categories if few_texts else _categories)(dtype)
    if dtype.kind == "str":
        return _TEXT[dtype.nullable]
    if dtype == OBJECT_BOOL:
        return np.dtype(object)
    if dtype.kind == "datetime":
        return (
            np.dtype(f"M8[{dtype.unit}]") if dtype.tz is None else pd.DatetimeTZDtype(cast("Any", dtype.unit), dtype.tz)
        )
    if dtype.kind == "timedelta":
        return np.dtype(f"m8[{dtype.unit}]")
    return pd.api.types.pandas_dtype(str(dtype))


def _categories(dtype: DType) -> pd.CategoricalDtype:
    index = None if dtype.categories is None else category_index(dtype.categories, dtype.categories_kind)
    return pd.CategoricalDtype(index, dtype.ordered)


# Pandas takes longer over it than over the column. Only of texts are two that are equal the same: 1 equals True.
_kept_categories = functools.lru_cache(maxsize=64)(_categories)


def from_pandas_dtype(dtype: Any) -> DType:
    """Give the logical dtype of a pandas or NumPy dtype, or of what names one.

    Parameters
    ----------
    dtype : numpy.dtype, pandas dtype, str or type
        What ``astype`` takes.

    Returns
    -------
    DType

    Raises
    ------
    TypeError
        For a dtype H2O has no column type for.

    Examples
    --------
    >>> from_pandas_dtype("Int8"), from_pandas_dtype(float)
    (DType(kind='int8', nullable=True, ...), DType(kind='float64', ...))
    """
    found = pd.api.types.pandas_dtype(dtype)
    if isinstance(found, pd.CategoricalDtype):
        if found.categories is None:
            return category(None, ordered=bool(found.ordered))
        return category(tuple(found.categories.tolist()), ordered=bool(found.ordered), kind=str(found.categories.dtype))
    if isinstance(found, pd.StringDtype):
        return DType("str", nullable=found.na_value is pd.NA)
    if isinstance(found, pd.DatetimeTZDtype):
        return datetime(found.unit, str(found.tz))
    if isinstance(found, pd.SparseDtype):
        return from_pandas_dtype(found.subtype)
    if isinstance(found, pd.ArrowDtype):
        if pa.types.is_date32(found.pyarrow_dtype):
            return DATE
        if can_pack(found.pyarrow_dtype):
            return packed(found.pyarrow_dtype)
        plain = from_pandas_dtype(pa.array([], found.pyarrow_dtype).to_pandas().dtype)
        return plain.but(nullable=True) if plain.is_numeric or plain.kind == "str" else plain
    if isinstance(found, np.dtype):
        return _from_numpy_dtype(found)
    if hasattr(found, "numpy_dtype") and found.kind in "biuf":
        return DType(found.numpy_dtype.name, nullable=True)
    return _refuse_dtype(found)


def _from_numpy_dtype(found: np.dtype[Any]) -> DType:
    if found.kind in "biu" or found.name in {"float32", "float64"}:
        return DType(found.name)
    if found.name == "float16":
        return DType("float32")
    if found.kind == "U":
        return DType("str")
    if found.kind in "mM":
        unit = np.datetime_data(pd.Series([], dtype=found).dtype)[0] if found.str[3:] else "us"
        return datetime(unit) if found.kind == "M" else timedelta(unit)
    return _refuse_dtype(found)


def _refuse_dtype(found: Any) -> DType:
    msg = f"H2O has no column type for dtype {found}; use number, bool, str, category, datetime or timedelta"
    raise TypeError(msg)


def decode_column(column: pa.ChunkedArray, dtype: DType, *, consume: bool = False) -> Array | ExtensionArray:
    """Decode one column into what a pandas Series holds.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        The column as the cluster sent it.
    dtype : DType
        What it means.
    consume : bool
        True lets the result take over the column's memory; the column must not be used afterwards.

    Returns
    -------
    numpy.ndarray or pandas.api.extensions.ExtensionArray
        Of dtype ``pandas_dtype(dtype)``; where values are missing in a dtype that holds none, of the dtype
        pandas changes to (``float64`` for integers, ``object`` for bool).

    Raises
    ------
    ValueError
        When the values do not fit the dtype.

    Examples
    --------
    >>> decode_column(pa.chunked_array([[1, None]]), DType("int64", nullable=True))
    <IntegerArray>
    [1, <NA>]
    Length: 2, dtype: Int64
    """
    if dtype.arrow is not None:
        return pd.arrays.ArrowExtensionArray(decode_arrow_column(column, dtype))
    if dtype.kind == "str":
        return _decode_text(column, dtype)
    if dtype.kind == "category":
        return _decode_category(column, dtype)
    values, missing = _numbers(column)
    if dtype.is_temporal:
        return _decode_ticks(values, missing, dtype, consume=consume)
    if dtype.is_float:
        return _decode_floats(values, missing, dtype, consume=consume)
    if missing is None and values.dtype.kind == "f":
        nan = np.isnan(values)
        missing = nan if nan.any() else None
        if dtype.is_integer and not dtype.nullable and np.isinf(values).any():
            return _decode_floats(values, missing, FLOAT64, consume=consume)  # divided by zero, as pandas gives it
    if missing is not None and not dtype.nullable:
        dtype = dtype.with_na()
        if dtype.is_float:
            return _decode_floats(values, missing, dtype, consume=consume)
    if dtype.is_bool:
        return _decode_flags(values, missing, dtype)
    held = _owned(_to_integers(values, missing, dtype.kind), consume=consume)
    if dtype.nullable:
        return pd.arrays.IntegerArray(held, np.zeros(len(held), bool) if missing is None else missing)
    return held


def _owned(values: Array, *, consume: bool) -> Array:
    """Give memory that the caller may write to without anyone else seeing it."""
    if values.flags.owndata or (consume and values.flags.writeable):
        return values
    return values.copy()


def _numbers(column: pa.ChunkedArray) -> tuple[Array, Array | None]:
    """Give the values of a fixed-width column and where they are missing (None: nowhere)."""
    kind, chunks = _held(column.type), column.chunks
    if len(chunks) == 1 and len(chunks[0]) and not chunks[0].null_count:  # as most are
        only = chunks[0]
        return np.frombuffer(only.buffers()[1], kind, len(only), only.offset * kind.itemsize), None
    parts = [np.frombuffer(c.buffers()[1], kind, len(c), c.offset * kind.itemsize) for c in chunks if len(c)]
    values = parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, kind), *parts])
    missing = None
    if column.null_count:
        missing = np.concatenate([c.is_null().to_numpy(zero_copy_only=False) for c in chunks])
    return values, missing


@functools.cache
def _held(kind: pa.DataType) -> np.dtype[Any]:
    """Give what the values of a fixed-width type are in memory."""
    return np.dtype(np.int64 if pa.types.is_timestamp(kind) else kind.to_pandas_dtype())


def _to_integers(values: Array, missing: Array | None, kind: str) -> Array:
    if values.dtype == kind:
        return values
    if missing is not None:
        values = np.where(missing, 0, values)
    info = np.iinfo(kind)
    if len(values):
        low, high = values.min(), values.max()
        # A float compares exactly with a Python int, also next to 2^63.
        if int(low) < info.min or int(high) > info.max:
            msg = f"values from {low} to {high} do not fit into {kind}"
            raise ValueError(msg)
    whole = values.astype(kind)
    if values.dtype.kind == "f" and not np.array_equal(whole, values):
        msg = f"fractions do not fit into {kind}"
        raise ValueError(msg)
    return whole


def _decode_flags(values: Array, missing: Array | None, dtype: DType) -> Array | ExtensionArray:
    flags = values != 0
    if dtype == OBJECT_BOOL:
        objects = flags.astype(object)
        if missing is not None:
            objects[missing] = np.nan
        return objects
    if dtype.nullable:
        flags = flags if missing is None else flags & ~missing
        return pd.arrays.BooleanArray(flags, np.zeros(len(flags), bool) if missing is None else missing)
    return flags


def _decode_floats(values: Array, missing: Array | None, dtype: DType, *, consume: bool) -> Array | ExtensionArray:
    floats = values.astype(dtype.kind, copy=False)
    if missing is not None:
        floats = np.where(missing, np.array(np.nan, floats.dtype), floats)
    floats = _owned(floats, consume=consume)
    if dtype.nullable:
        return pd.arrays.FloatingArray(floats, np.isnan(floats))
    return floats


def _decode_ticks(values: Array, missing: Array | None, dtype: DType, *, consume: bool) -> Array | ExtensionArray:
    if values.dtype.kind == "f":
        nan = np.isnan(values)
        missing = nan if missing is None else missing | nan
        values = np.where(missing, 0, values)
    ticks = _from_milliseconds(values.astype(np.int64, copy=False), missing, dtype.unit)
    ticks = _owned(ticks, consume=consume)
    if missing is not None:
        ticks[missing] = NAT
    if dtype.kind == "timedelta":
        return ticks.view(f"m8[{dtype.unit}]")
    stamps = ticks.view(f"M8[{dtype.unit}]")
    if dtype.tz is None:
        return stamps
    return pd.DatetimeIndex(stamps, copy=False).tz_localize("UTC").tz_convert(dtype.tz).array


def _from_milliseconds(ticks: Array, missing: Array | None, unit: str) -> Array:
    if unit == "s":
        return ticks // 1000
    if unit not in UNITS_PER_MS:
        return ticks
    factor = UNITS_PER_MS[unit]
    limit = np.iinfo(np.int64).max // factor
    held = ticks if missing is None else ticks[~missing]
    if len(held) and max(held.max(), -held.min()) > limit:
        msg = f"times up to {held.max()} milliseconds from 1970 do not fit into the unit {unit!r}"
        raise ValueError(msg)
    return ticks * factor


def _decode_text(column: pa.ChunkedArray, dtype: DType) -> ExtensionArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    text = pa.chunked_array([_large(chunk) for chunk in column.chunks], pa.large_string())
    return pd.arrays.ArrowStringArray(text, dtype=pandas_dtype(dtype))


def _large(text: pa.Array) -> pa.Array:
    """Give text the offsets that pandas wants, in less time than a cast takes for a short column."""
    if text.offset or not len(text) or text.type != pa.string():
        return text.cast(pa.large_string())
    valid, offsets, data = text.buffers()
    wide = np.frombuffer(offsets, np.int32, len(text) + 1).astype(np.int64)
    return pa.LargeStringArray.from_buffers(len(text), pa.py_buffer(wide), data, valid, text.null_count)


def _decode_category(column: pa.ChunkedArray, dtype: DType) -> pd.Categorical:
    codes, levels = coded(column)
    if dtype.categories is None:
        index = pd.Index(
            pd.arrays.ArrowStringArray(levels.cast(pa.large_string()), dtype=_TEXT[False])
        )
        return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(index, dtype.ordered))
    return pd.Categorical.from_codes(_recoded(codes, levels, dtype), dtype=pandas_dtype(dtype), validate=False)


def coded(column: pa.ChunkedArray) -> tuple[Array, pa.Array]:
    """Take an enum column apart.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Dictionary-encoded text.

    Returns
    -------
    tuple
        The codes, -1 where missing, and the levels.
    """
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    if column.num_chunks > 1:
        column = column.unify_dictionaries()
    levels = column.chunk(0).dictionary if column.num_chunks else pa.array([], pa.string())
    chunks = [chunk.indices for chunk in column.chunks]
    codes, missing = _numbers(pa.chunked_array(chunks, column.type.index_type))
    if missing is not None:
        codes = np.where(missing, np.array(-1, codes.dtype), codes)
    return codes, levels


def _recoded(codes: Array, levels: pa.Array, dtype: DType) -> Array:
    """Give codes that count in the order of the dtype's categories instead of the cluster's levels."""
    held = levels.to_pylist()
    if held == list(dtype.categories or ()):
        return codes
    texts = level_texts(dtype.categories or ())
    if held == texts:
        return codes
    place = {text: i for i, text in enumerate(texts)}
    moved = np.array([*(place.get(text, -2) for text in held), -1], np.int32)
    found = moved[codes]
    if (found == -2).any():
        unknown = sorted({held[code] for code in codes[found == -2]})
        msg = f"the cluster holds the levels {unknown[:5]}, which are not among the categories"
        raise ValueError(msg)
    return found


def decode_arrow_column(column: pa.ChunkedArray, dtype: DType) -> pa.ChunkedArray:
    """Decode one column into the Arrow type that says what it means.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        The column as the cluster sent it.
    dtype : DType
        What it means.

    Returns
    -------
    pyarrow.ChunkedArray
        Missing values are null, in floats too.
    """
    if dtype.kind == "packed":
        return unpack(column, dtype.arrow)
    if dtype.kind == "category":
        return _arrow_category(column, dtype)
    if dtype.kind == "str":
        return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
    if pa.types.is_floating(column.type):
        nan = pc.is_nan(column)
        if pc.any(nan).as_py():
            column = pc.if_else(nan, pa.scalar(None, column.type), column)
    if dtype.is_bool:
        return pc.not_equal(column, pa.scalar(0, column.type))
    if dtype.is_temporal:
        return _arrow_ticks(column, dtype)
    return column.cast(pa.from_numpy_dtype(np.dtype(dtype.kind)))


def _arrow_ticks(column: pa.ChunkedArray, dtype: DType) -> pa.ChunkedArray:
    if not pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    values, missing = _numbers(column)
    ticks = _from_milliseconds(values, missing, dtype.unit)
    zone = dtype.tz.removeprefix("UTC") or "UTC" if dtype.tz else None
    unit = _ARROW_UNIT.get(dtype.unit, dtype.unit)
    kind = pa.duration(unit) if dtype.kind == "timedelta" else pa.timestamp(unit, zone)
    made = pa.chunked_array([pa.array(ticks, mask=missing).view(kind)])
    if dtype.arrow is None:
        return made
    days = made.cast(dtype.arrow)
    if not days.cast(kind).equals(made):
        msg = "a column of dates holds times of day; convert it with astype('datetime64[ms]') before they are put in"
        raise ValueError(msg)
    return days


def _arrow_category(column: pa.ChunkedArray, dtype: DType) -> pa.ChunkedArray:
    codes, levels = coded(column)
    if dtype.categories is not None:
        codes = _recoded(codes, levels, dtype)
        levels = pa.array(category_index(dtype.categories, dtype.categories_kind), from_pandas=True)
    if pa.types.is_large_string(levels.type):
        levels = levels.cast(pa.string())
    indices = pa.array(codes, mask=codes < 0)
    values = pa.DictionaryArray.from_arrays(indices, levels, ordered=dtype.ordered)
    return pa.chunked_array([values])
