"""One column of pandas, NumPy or Arrow data -> the Arrow type the cluster stores, and its `DType`.

What H2O cannot hold is refused with an error that names the column, or announced with a `PrecisionWarning`;
nothing changes silently.
"""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.extensions import ExtensionArray
from pandas.api.types import infer_dtype

from h2o_frame_compat.core.levels import category_values, level_texts
from h2o_frame_compat.core.packing import can_pack, pack
from h2o_frame_compat.dtypes import BOOL, BOOLEAN, DATE, DATETIME_MS, FLOAT64, OBJECT_BOOL, STR, DType, category, packed
from h2o_frame_compat.errors import PrecisionWarning

if TYPE_CHECKING:
    from collections.abc import Hashable

Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"
Column: TypeAlias = "tuple[pa.ChunkedArray, DType]"
Levels: TypeAlias = "tuple[pa.Array, tuple[Hashable, ...], str]"

NAT = np.iinfo(np.int64).min
UNITS_PER_MS = {"us": 1_000, "ns": 1_000_000}
_WIDER = {1: np.int16, 2: np.int32, 4: np.int64, 8: np.int64}
_LARGE = pa.large_string()
_FEW, _KEPT = 1000, 64
_LEVELS: dict[int, tuple[pd.Index[Any], Levels]] = {}  # it holds the index, so that no other one gets its id
_TEXT_TYPES = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)

# What to do about values that have no place in H2O, by the word pandas' inference has for them.
_ADVICE = {
    "decimal": "convert it with astype('float64')",
    "bytes": "decode it first, for instance with .str.decode('utf-8')",
    "period": "convert it with .dt.to_timestamp()",
    "interval": "keep its ends as two columns (.array.left and .array.right), or use astype('category')",
    "complex": "keep its real and imaginary parts as two columns",
    "time": "convert it to a timedelta or a string",
    "list": "explode it, or keep its parts as columns",
}


def encode_series(values: Any, label: Hashable) -> Column:
    """Encode one column.

    Parameters
    ----------
    values : pandas.Series, pandas.Index, numpy.ndarray, ExtensionArray, pyarrow array or list
        One-dimensional data.
    label : hashable
        The column's name, for messages.

    Returns
    -------
    tuple of pyarrow.ChunkedArray and DType
        The column in a type the cluster stores, without a copy where the memory already fits, and what it
        means.

    Raises
    ------
    TypeError
        When H2O has no type for the values; the message names the column and what to do.
    ValueError
        When a value lies outside what H2O can hold.

    Examples
    --------
    >>> column, dtype = encode_series([True, False], "flag")
    >>> str(column.type), str(dtype)
    ('int8', 'bool')
    """
    if isinstance(values, np.ndarray):
        return _encode_numpy(values, label)
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return encode_arrow_column(pa.chunked_array(values) if isinstance(values, pa.Array) else values, label)
    if not isinstance(values, (pd.Series, pd.Index, ExtensionArray)):
        values = pd.Series(values)
    if isinstance(values, (pd.Series, pd.Index)):
        values = values.array
    if isinstance(values, pd.arrays.NumpyExtensionArray):
        return _encode_numpy(values.to_numpy(), label)
    if isinstance(values, (pd.arrays.DatetimeArray, pd.arrays.TimedeltaArray)) and values.dtype.kind in "mM":
        tz = getattr(values, "tz", None)
        return _encode_ticks(values.asi8, values.unit, label, values.dtype.kind, _zone_name(tz, label))
    return _encode_extension(values, label)


def _encode_numpy(values: Array, label: Hashable) -> Column:
    if values.ndim != 1:
        msg = f"column {label!r} must be one-dimensional, not of shape {values.shape}"
        raise ValueError(msg)
    kind, size = values.dtype.kind, values.dtype.itemsize
    if not values.dtype.isnative:
        values = values.astype(values.dtype.newbyteorder("="))
    if kind == "b":
        return _plain(values.view(np.int8)), BOOL
    if kind in "iu":
        return _encode_integers(values, None, label), _integer_dtype(values.dtype)
    if kind == "f" and size <= 8:
        return _plain(values.astype(np.float64, copy=False)), FLOAT64 if size == 8 else DType("float32")
    if kind in "mM":
        ticks = pd.Series(values).to_numpy()  # calendar units (days, hours) become one of the four of pandas
        return _encode_ticks(ticks.view(np.int64), np.datetime_data(ticks.dtype)[0], label, kind, None)
    if kind == "U":
        return _checked_text(pa.array(values.astype(object), pa.large_string()), label), STR
    if kind == "O":
        return _encode_object(values, label)
    raise _no_type(label, str(values.dtype), {"c": "complex", "S": "bytes"}.get(kind, ""))


@functools.cache
def _integer_dtype(dtype: np.dtype[Any]) -> DType:
    return DType(dtype.name)


def _plain(values: Array) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values)])


def _encode_integers(values: Array, mask: Array | None, label: Hashable) -> pa.ChunkedArray:
    kind, size = values.dtype.kind, values.dtype.itemsize
    if size == 8 and len(values):
        held = values if mask is None else values[~mask]
        if kind == "u" and len(held) and held.max() > np.iinfo(np.int64).max:
            raise _no_value(label, f"{held.max()}, above 2^63-1", "convert it with astype('float64') or astype(str)")
        if kind == "i" and len(held) and held.min() == NAT:
            raise _no_value(
                label, "-2^63, which H2O uses for missing", "convert it with astype('float64') or astype(str)"
            )
    if kind == "u":
        values = values.astype(_WIDER[size], copy=False)
    return pa.chunked_array([pa.array(values, mask=mask)])


def _encode_extension(values: ExtensionArray, label: Hashable) -> Column:
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _encode_categorical(cast("pd.Categorical", values), label)
    if isinstance(dtype, pd.StringDtype):
        text = pa.chunked_array(pa.array(values, pa.large_string(), from_pandas=True))
        return _checked_text(text, label), STR.but(nullable=dtype.na_value is pd.NA)
    if isinstance(dtype, pd.ArrowDtype):
        column, logical = encode_arrow_column(pa.chunked_array(pa.array(values)), label)
        plain = logical.is_numeric or logical.kind == "str"
        return column, logical.but(nullable=True) if plain else logical
    if isinstance(dtype, pd.SparseDtype):
        return encode_series(np.asarray(values), label)
    if hasattr(values, "_mask") and dtype.kind in "biuf":
        return _encode_masked(values, label)
    word = {pd.PeriodDtype: "period", pd.IntervalDtype: "interval"}.get(type(dtype), "")
    raise _no_type(label, str(dtype), word)


def _encode_masked(values: Any, label: Hashable) -> Column:
    mask = np.asarray(values.isna())
    kind = values.dtype.kind
    data = values.to_numpy(dtype=values.dtype.numpy_dtype, na_value=np.nan if kind == "f" else 0)
    if kind == "f":
        return _plain(data.astype(np.float64, copy=False)), DType(data.dtype.name, nullable=True)
    if kind == "b":
        return pa.chunked_array([pa.array(data.view(np.int8), mask=mask)]), BOOLEAN
    return _encode_integers(data, mask, label), DType(data.dtype.name, nullable=True)


def _encode_categorical(values: pd.Categorical, label: Hashable) -> Column:
    codes = np.asarray(values.codes)
    if codes.dtype.itemsize > 4:
        codes = codes.astype(np.int32)
    levels, categories, kind = _levels(values.categories, label)
    missing = codes < 0
    indices = pa.array(codes, mask=missing if missing.any() else None)
    column = pa.chunked_array([pa.DictionaryArray.from_arrays(indices, levels, safe=False)])
    return column, category(categories, ordered=bool(values.ordered), kind=kind)


def _levels(index: pd.Index[Any], label: Hashable) -> Levels:
    """Give the levels of categories; the parts of a table that is sent bit by bit share their index."""
    kept = _LEVELS.get(id(index))
    if kept is not None and kept[0] is index:
        return kept[1]
    categories, kind = category_values(index)
    made = _level_array(categories, label), categories, kind
    if len(index) <= _FEW:
        if len(_LEVELS) >= _KEPT:
            _LEVELS.clear()
        _LEVELS[id(index)] = index, made
    return made


def _level_array(categories: tuple[Hashable, ...], label: Hashable) -> pa.Array:
    texts = level_texts(categories)
    if "\0" in "".join(texts):
        raise _nul(label)
    return _to_text(texts, label, pa.string())


def _encode_object(values: Array, label: Hashable) -> Column:
    """Encode a column of Python objects, which must all be of one sort apart from the missing ones.

    A column without any value counts as text: it is what pandas users fill such a column with most often, and
    its values stay missing.
    """
    word = infer_dtype(values, skipna=True)
    if word in {"string", "empty"}:
        return _checked_text(_to_text(values, label), label), STR
    if word == "boolean":
        flags = pa.array(values, pa.bool_(), from_pandas=True).cast(pa.int8())
        return pa.chunked_array([flags]), OBJECT_BOOL
    if word in {"integer", "floating", "mixed-integer-float"}:
        return _encode_object_numbers(values, pa.int64() if word == "integer" else pa.float64(), label)
    if word in {"datetime", "datetime64", "timedelta", "timedelta64"}:
        times = pd.Series(values).infer_objects()
        if times.dtype != object:
            return encode_series(times, label)
    if word == "date":
        return encode_series(pd.to_datetime(pd.Series(values)), label)
    found = sorted({type(value).__name__ for value in values if not _is_missing(value)})
    word = "list" if found in (["list"], ["tuple"], ["ndarray"]) else word
    raise _no_type(label, f"object with values of type {', '.join(found[:6])}", word)


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _encode_object_numbers(values: Array, arrow: pa.DataType, label: Hashable) -> Column:
    try:
        numbers = pa.array(values, arrow, from_pandas=True)
    except (pa.ArrowInvalid, OverflowError):
        raise _no_value(
            label,
            f"a number that does not fit into {arrow}",
            "convert it with astype('float64') or astype(str)",
        ) from None
    column, dtype = encode_arrow_column(pa.chunked_array([numbers]), label)
    return column, dtype


def _to_text(values: Any, label: Hashable, kind: pa.DataType = _LARGE) -> pa.Array:
    try:
        return pa.array(values, kind, from_pandas=True)
    except UnicodeEncodeError as error:
        msg = f"column {label!r} holds text that is not valid Unicode ({error.reason}); clean it first"
        raise ValueError(msg) from None


def _checked_text(text: pa.Array | pa.ChunkedArray, label: Hashable) -> pa.ChunkedArray:
    """Give the text as chunks, after a look for NUL, at which H2O would cut a string off."""
    chunks = text.chunks if isinstance(text, pa.ChunkedArray) else [text]
    for chunk in chunks:
        if not _may_hold_nul(chunk):
            continue
        rows = np.flatnonzero(pc.match_substring(chunk, "\0").fill_null(False).to_numpy(zero_copy_only=False))
        if len(rows):
            raise _nul(label)
    return pa.chunked_array(chunks, text.type)


def _nul(label: Hashable) -> ValueError:
    return ValueError(
        f"column {label!r} holds a string with a NUL character, which H2O cannot store; "
        "remove it, for instance with .str.replace('\\0', '')"
    )


def _may_hold_nul(chunk: pa.Array) -> bool:
    _, offsets, data = chunk.buffers()
    if data is None or not len(chunk):
        return False
    width = np.int64 if pa.types.is_large_string(chunk.type) else np.int32
    bounds = np.frombuffer(offsets, width)[chunk.offset : chunk.offset + len(chunk) + 1]
    held = np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]
    return bool(len(held)) and held.min() == 0


def _encode_ticks(ticks: Array, unit: str, label: Hashable, kind: str, tz: str | None) -> Column:
    """Encode datetimes (kind ``M``, in UTC) or timedeltas (``m``), given as counts of a unit."""
    column = pa.chunked_array([_to_milliseconds(ticks, unit, label)])
    if kind == "m":
        return column, DType("timedelta", unit=unit)
    stamps = pa.chunked_array([chunk.view(pa.timestamp("ms")) for chunk in column.chunks])
    return stamps, DType("datetime", unit=unit, tz=tz)


def _to_milliseconds(ticks: Array, unit: str, label: Hashable) -> pa.Array:
    missing: Array | None = ticks == NAT
    if missing is not None and not missing.any():
        missing = None
    if unit == "s":
        held = ticks if missing is None else ticks[~missing]
        limit = np.iinfo(np.int64).max // 1000
        if len(held) and max(held.max(), -held.min()) > limit:
            raise _no_value(label, "a time beyond 292 million years from 1970", "clip it before the upload")
        ticks = ticks * 1000
    elif unit in UNITS_PER_MS:
        factor = UNITS_PER_MS[unit]
        floored = ticks // factor
        lost = floored * factor != ticks
        if missing is not None:
            lost &= ~missing
        if lost.any():
            msg = (
                f"column {label!r} holds {int(lost.sum())} times with digits below a millisecond; H2O keeps "
                "milliseconds, they are rounded down (silence this with .dt.floor('ms'))"
            )
            warnings.warn(msg, PrecisionWarning, stacklevel=2)
        ticks = floored
    return pa.array(ticks, mask=missing)


def _zone_name(tz: Any, label: Hashable) -> str | None:
    """Name a time zone so that pandas finds the same zone by that name."""
    if tz is None:
        return None
    name = str(tz)
    try:
        found = str(pd.DatetimeTZDtype("ms", name).tz)
    except Exception:  # noqa: BLE001 - pandas raises whatever the zone library does
        found = ""
    if not found or "(" in name:
        raise _no_value(label, f"the time zone {tz!r}, which has no name", "use a named one: .dt.tz_convert('UTC')")
    return found


def encode_arrow_column(column: pa.ChunkedArray, label: Hashable) -> Column:
    """Encode one Arrow column.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Data of any Arrow type H2O has a place for.
    label : hashable
        The column's name, for messages.

    Returns
    -------
    tuple of pyarrow.ChunkedArray and DType
        Integers and booleans become pandas' masked dtypes only where values are missing.

    Raises
    ------
    TypeError, ValueError
        As `encode_series`.
    """
    kind = column.type
    if pa.types.is_run_end_encoded(kind):
        column = pa.chunked_array([pc.run_end_decode(chunk) for chunk in column.chunks], kind.value_type)
        return encode_arrow_column(column, label)
    if isinstance(kind, pa.Bool8Type):
        storage = pa.chunked_array([chunk.storage for chunk in column.chunks], pa.int8())
        return encode_arrow_column(storage.cast(pa.bool_()), label)
    if pa.types.is_null(kind):
        return column.cast(pa.string()), STR
    if any(test(kind) for test in _TEXT_TYPES):
        if pa.types.is_string_view(kind):
            column = column.cast(pa.large_string())
        return _checked_text(column, label), STR
    if pa.types.is_boolean(kind):
        return column.cast(pa.int8()), BOOLEAN if column.null_count else BOOL
    if pa.types.is_integer(kind):
        return _encode_arrow_integers(column, label)
    if pa.types.is_floating(kind):
        plain = column.cast(pa.float64())
        plain = plain.fill_null(np.nan) if plain.null_count else plain
        return plain, FLOAT64 if kind == pa.float64() else DType("float32")
    if pa.types.is_decimal(kind) and kind.scale == 0:
        try:
            return encode_arrow_column(column.cast(pa.int64()), label)
        except pa.ArrowInvalid:
            raise _no_value(label, "a decimal beyond 64 bits", "cast it to float64 or string") from None
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("ms")), DATE if pa.types.is_date32(kind) else DATETIME_MS
    if pa.types.is_timestamp(kind):
        return _encode_arrow_ticks(column, "M", _zone_name(kind.tz, label), label)
    if pa.types.is_duration(kind):
        return _encode_arrow_ticks(column, "m", None, label)
    if pa.types.is_dictionary(kind):
        return _encode_dictionary(column, label)
    if can_pack(kind):
        return pack(column), packed(kind)
    raise _no_type(label, str(kind), _arrow_word(kind))


def _arrow_word(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return "decimal"
    if pa.types.is_nested(kind):
        return "list"
    if pa.types.is_time(kind):
        return "time"
    return "bytes" if "binary" in str(kind) else ""


def _encode_arrow_integers(column: pa.ChunkedArray, label: Hashable) -> Column:
    kind = column.type
    dtype = DType(str(kind), nullable=column.null_count > 0)
    if kind == pa.int64() and (pc.min(column).as_py() or 0) == NAT:
        raise _no_value(label, "-2^63, which H2O uses for missing", "cast it to float64 or string")
    if kind == pa.uint64() and (pc.max(column).as_py() or 0) > np.iinfo(np.int64).max:
        raise _no_value(label, f"{pc.max(column)}, above 2^63-1", "cast it to float64 or string")
    if pa.types.is_unsigned_integer(kind):
        column = column.cast(pa.from_numpy_dtype(_WIDER[kind.bit_width // 8]))
    return column, dtype


def _encode_arrow_ticks(column: pa.ChunkedArray, kind: str, tz: str | None, label: Hashable) -> Column:
    unit = column.type.unit
    parts = [pc.fill_null(chunk.view(pa.int64()), NAT).to_numpy() for chunk in column.chunks]
    ticks = parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, np.int64), *parts])
    return _encode_ticks(ticks, unit, label, kind, tz)


def _encode_dictionary(column: pa.ChunkedArray, label: Hashable) -> Column:
    ordered = bool(column.type.ordered)
    column = column.unify_dictionaries()
    values = column.chunk(0).dictionary if column.num_chunks else pa.array([], column.type.value_type)
    if pa.types.is_string_view(values.type):  # few kernels know the views
        values = values.cast(pa.large_string())
    indices = [chunk.indices.cast(pa.int32()) for chunk in column.chunks]
    if values.null_count or len(pc.unique(values)) < len(values):
        distinct = pc.unique(values.drop_null())
        codes = pc.index_in(values, distinct)
        indices = [codes.take(chunk) for chunk in indices]
        values = distinct
    text = any(test(values.type) for test in _TEXT_TYPES)
    categories, kind = (tuple(values.to_pylist()), "str") if text else category_values(pd.Index(values.to_pandas()))
    levels = _level_array(categories, label)
    coded = [pa.DictionaryArray.from_arrays(chunk, levels) for chunk in indices]
    return pa.chunked_array(coded, pa.dictionary(pa.int32(), pa.string())), category(
        categories, ordered=ordered, kind=kind
    )


def _no_type(label: Hashable, found: str, word: str) -> TypeError:
    """Build the error for a column whose type has no place in H2O; `word` picks the advice."""
    advice = _ADVICE.get(word, "convert it with astype(str), or with pandas.to_numeric, or drop it")
    return TypeError(f"column {label!r} is {found}, which H2O has no column type for; {advice}")


def _no_value(label: Hashable, found: str, advice: str) -> ValueError:
    """Build the error for a value outside what H2O can hold."""
    return ValueError(f"column {label!r} holds {found}: H2O cannot store it; {advice}")
