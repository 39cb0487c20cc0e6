"""Values of Arrow types that H2O has no column for, written as text and read again.

A list, a struct, a time of day or bytes: the cluster holds the text, keeps or drops its rows and tells equal texts,
and no more. Equal values have equal texts. A decimal by itself is refused: it is a number, and should be one here.
"""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

_LISTS = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
_BYTES = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
_COUNTED = (pa.types.is_timestamp, pa.types.is_time64, pa.types.is_duration, pa.types.is_date64)
_ALIKE = (
    pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_string, pa.types.is_large_string,
)  # fmt: skip


def can_pack(kind: pa.DataType) -> bool:
    """Tell whether values of an Arrow type are held as text.

    Parameters
    ----------
    kind : pyarrow.DataType
        The type.

    Returns
    -------
    bool
        True for lists, structs, times of day and bytes.
    """
    if any(test(kind) for test in _BYTES):
        return True
    return (pa.types.is_nested(kind) or pa.types.is_time(kind)) and _plain(kind) is not None


def _plain(kind: pa.DataType, nothing: pa.DataType | None = None) -> pa.DataType | None:
    """Give the type that JSON is written from and read as, to and from which Arrow casts exactly; None without one.

    `nothing` stands for the type of lists that hold no value, which pyarrow miscounts when it makes Python lists.
    """
    if pa.types.is_struct(kind):
        inner = [_plain(field.type, nothing) for field in kind]
        return None if None in inner else pa.struct([f.with_type(t) for f, t in zip(kind, inner, strict=True)])
    if any(test(kind) for test in _LISTS):
        of = _plain(kind.value_type, nothing)
        if of is None:
            return None
        return pa.list_(of, kind.list_size) if pa.types.is_fixed_size_list(kind) else pa.list_(of)
    if any(test(kind) for test in _COUNTED):
        return pa.int64()
    if pa.types.is_date32(kind) or pa.types.is_time32(kind):
        return pa.int32()
    if pa.types.is_decimal(kind):
        return pa.string()
    if pa.types.is_null(kind):
        return nothing or kind
    return kind if any(test(kind) for test in _ALIKE) else None


def pack(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write values as text.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Of a type that `can_pack` knows.

    Returns
    -------
    pyarrow.ChunkedArray
        Text.

    Examples
    --------
    >>> pack(pa.chunked_array([[[1, None], None]])).to_pylist()
    ['[1, null]', None]
    """
    if any(test(column.type) for test in _BYTES):
        values = [None if v is None else v.hex() for v in column.to_pylist()]
    else:
        values = column.cast(_plain(column.type, pa.int8())).to_pylist()
    texts = [None if v is None else json.dumps(v) for v in values]
    return pa.chunked_array([pa.array(texts, pa.large_string())])


def unpack(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """Read what `pack` wrote.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Text.
    kind : pyarrow.DataType
        The type of the values.

    Returns
    -------
    pyarrow.ChunkedArray
    """
    values: list[Any] = [None if text is None else json.loads(text) for text in column.to_pylist()]
    if any(test(kind) for test in _BYTES):
        made = pa.array([None if v is None else bytes.fromhex(v) for v in values], kind)
    else:
        made = pa.array(values, _plain(kind)).cast(kind)
    return pa.chunked_array([made])
