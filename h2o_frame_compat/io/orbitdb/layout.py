"""How a table lies in OrbitDB: documents of at most 50,000 values of one column, and a description.

The description is part of the manifest, whose hash is the address of the table, or, for a table that may change, a
document of each state. It has the columns' names and types, the counts, and a hash of the content, which does not
depend on how the values were written: JavaScript has one type of numbers.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from h2o_frame_compat.core.block import Block
from h2o_frame_compat.io import write_columnar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FORMAT = "h2o-columns/1"
ROWS = 50_000
"""Values of a document."""
BYTES = 900_000
"""Bytes of a document, roughly: blocks of more than 2 MB are not exchanged."""
END, META = "~end", "~meta"
"""Keys of documents that hold no column: the last of a state, and, where it may change, its description."""
LIVE = {"format": FORMAT, "live": True}
"""What the manifest of a table that may change says."""
HOST_COLUMNS = ["x", "y", "t"]
"""The columns that H2O-Host makes: points, and the true group of each, which is nothing to cluster by."""

_SAFE = (1 << 53) - 1
_NUMBERS = {
    t: str(t)
    for t in (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())
}
_PLAIN = {
    **{name: t for t, name in _NUMBERS.items()},
    "bool": pa.bool_(),
    "date": pa.date32(),
    "float32": pa.float32(),
    "float64": pa.float64(),
    "null": pa.null(),
    "string": pa.string(),
}
_NAMES = {t: name for name, t in _PLAIN.items()} | {
    pa.large_string(): "string",
    pa.string_view(): "string",
    pa.date64(): "date",
}
_TIME = re.compile(r"(timestamp|duration)\[(s|ms|us|ns)(?:, ([^\]]+))?\]")


class LayoutError(ValueError):
    """A description or a document that is none of ours."""


# ------------------------------------------------------------------------------------------------------- types


def _type_name(name: str, kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return f"timestamp[{kind.unit}{', ' + kind.tz if kind.tz else ''}]"
    if pa.types.is_duration(kind):
        return f"duration[{kind.unit}]"
    if kind not in _NAMES:
        raise TypeError(
            f"column {name!r} has type {kind}, which has no place in an OrbitDB table; convert it to a number, text, "
            "a date, a time or a category first"
        )
    return _NAMES[kind]


def _type(name: object) -> pa.DataType:
    found = _TIME.fullmatch(str(name))
    if found is not None:
        kind, unit, zone = found.groups()
        return pa.timestamp(unit, zone) if kind == "timestamp" else pa.duration(unit)
    if name not in _PLAIN:
        raise LayoutError(f"unknown type {name!r}")
    return _PLAIN[str(name)]


# ------------------------------------------------------------------------------------------------------ writing


def table_of(data: Any) -> pa.Table:
    """Give the table to host.

    Parameters
    ----------
    data : pyarrow.Table, DataFrame, object with ``__arrow_c_stream__``, or dict
        A table, or columns as the JSON of H2O-Host has them: ``{"x": [...], "y": [...], "t": [...]}``, where the
        last, the true groups, may be empty. Row labels of frames go along if they are not a plain range.

    Returns
    -------
    pyarrow.Table

    Raises
    ------
    TypeError
        When it is something else.
    ValueError
        When the columns have different lengths.
    """
    if isinstance(data, pa.Table):
        return data
    if isinstance(getattr(data, "_block", None), Block):
        return write_columnar.table(data._block, "host on OrbitDB")  # noqa: SLF001 - a frame of ours
    if isinstance(data, pd.DataFrame):
        return pa.Table.from_pandas(data)
    if hasattr(data, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(data).read_all()
    if not isinstance(data, dict) or not all(isinstance(v, (list, tuple)) for v in data.values()):
        raise TypeError(
            'expected a table, a frame, or columns {"x": [...], "y": [...]} as H2O-Host has them, '
            f"not {type(data).__name__}"
        )
    columns = {str(k): v for k, v in data.items() if len(v)} or data
    lengths = {k: len(v) for k, v in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"columns have different lengths: {lengths}")
    return pa.table({k: pa.array(v) for k, v in columns.items()})


def describe(table: pa.Table, *, live: bool = False) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Give the description of a table, and its documents.

    Parameters
    ----------
    table : pyarrow.Table
        The table.
    live : bool
        Whether later states may follow.

    Returns
    -------
    tuple of dict and list of dict
        The documents are those of the columns and the last, which is a small one.

    Raises
    ------
    TypeError
        For a column whose type has no place here.
    ValueError
        For a value that is too long.
    """
    columns: list[dict[str, Any]] = []
    documents: list[dict[str, Any]] = []
    used: set[str] = set()
    for name, column in zip(table.column_names, table.columns, strict=True):
        array = _whole(column)
        described = {"name": name, "id": _id(name, len(columns), used)}
        if pa.types.is_dictionary(array.type):
            categories = _plain(array.dictionary)
            described |= {"type": _type_name(name, categories.type), "ordered": array.type.ordered}
            parts = list(_documents(f"~categories of {described['id']}", name, categories))
            described["categories"] = [d["_id"] for d in parts]
            documents += parts
            array = array.cast(categories.type)
        else:
            described["type"] = _type_name(name, array.type)
        parts = list(_documents(described.pop("id"), name, array))
        described["documents"] = [d["_id"] for d in parts]
        documents += parts
        columns.append(described)
    meta: dict[str, Any] = {"format": FORMAT, "live": live, "rows": table.num_rows, "columns": columns}
    pandas = (table.schema.metadata or {}).get(b"pandas")
    if pandas is not None:
        meta["pandas"] = pandas.decode()
    meta["documents"] = len(documents) + 1
    meta["sha256"] = content_hash(table)
    return meta, [*documents, {"_id": END, "array": []}]


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """Give a column in one piece, in a type of ours."""
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
        array = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        return array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    if pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
        column = column.cast(pa.large_string())
    elif pa.types.is_date64(column.type):
        column = column.cast(pa.date32())
    array = column.combine_chunks()
    return array.chunk(0) if isinstance(array, pa.ChunkedArray) else array


def _plain(array: pa.Array) -> pa.Array:
    return _whole(pa.chunked_array([array]))


def _id(name: str, place: int, used: set[str]) -> str:
    """Give the key for a column: its name where that is a plain one."""
    key = name if re.fullmatch(r"\w[\w .-]{0,99}", name) and name not in used else f"~{place}"
    used.add(key)
    return key


def _documents(key: str, name: str, array: pa.Array) -> Iterator[dict[str, Any]]:
    parts = list(_parts(name, array))
    for n, part in enumerate(parts):
        yield {"_id": key if len(parts) == 1 else f"{key}/{n:06d}", "array": values(part)}


def _parts(name: str, array: pa.Array) -> Iterator[pa.Array]:
    for start in range(0, max(1, len(array)), ROWS):
        yield from _small(name, array.slice(start, ROWS))


def _small(name: str, array: pa.Array) -> Iterator[pa.Array]:
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        size = (pc.sum(pc.binary_length(array)).as_py() or 0) + 5 * len(array)
    else:
        size = (32 if pa.types.is_timestamp(array.type) else 18) * len(array)
    if size <= BYTES:
        yield array
    elif len(array) == 1:
        raise ValueError(f"column {name!r} holds a text of {size:,} bytes; OrbitDB's blocks have room for {BYTES:,}")
    else:
        half = len(array) // 2
        yield from _small(name, array.slice(0, half))
        yield from _small(name, array.slice(half))


def values(array: pa.Array) -> list[Any]:
    """Give the values of a column as JSON and JavaScript keep them: None, booleans, texts and safe numbers.

    Parameters
    ----------
    array : pyarrow.Array
        Of one of our types.

    Returns
    -------
    list
        What a JavaScript number cannot hold is a text: large integers, ``-0.0``, ``NaN``, ``Infinity``, and times.
    """
    kind = array.type
    if not (pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_temporal(kind)):
        plain: list[Any] = array.to_pylist()
        return plain
    missing = array.is_null().to_numpy(zero_copy_only=False)
    numbers = _numbers(array)
    if pa.types.is_temporal(kind):
        code = "D" if pa.types.is_date(kind) else kind.unit
        if pa.types.is_duration(kind):
            odd, texts = ~missing, numbers.astype(str)
        else:
            odd, texts = ~missing, np.datetime_as_string(numbers.astype(f"datetime64[{code}]"), unit="auto")
    elif pa.types.is_floating(kind):
        odd = ~missing & (~np.isfinite(numbers) | ((numbers == 0) & np.signbit(numbers)))
        texts = np.array(["NaN" if np.isnan(v) else str(v).replace("inf", "Infinity") for v in numbers[odd]], dtype=str)
    else:
        odd = ~missing & ((numbers > _SAFE) | (numbers.astype(np.int64) < -_SAFE))
        texts = numbers[odd].astype(str)
    made = numbers
    if missing.any() or odd.any():
        made = numbers.astype(object)
        made[odd] = texts[odd] if len(texts) == len(odd) else texts
        made[missing] = None
    found: list[Any] = made.tolist()
    return found


def _numbers(array: pa.Array) -> Any:
    """Give the numbers behind the values, zero where there is none."""
    kind = array.type
    if pa.types.is_date32(kind):
        array = array.cast(pa.int32())
    elif pa.types.is_temporal(kind):
        array = array.cast(pa.int64())
    if array.null_count:
        array = array.fill_null(False if pa.types.is_boolean(array.type) else 0)
    return array.to_numpy(zero_copy_only=False)


# ------------------------------------------------------------------------------------------------------ reading


def assemble(meta: Mapping[str, Any], documents: Mapping[str, Sequence[Any]]) -> pa.Table:
    """Make the table of its documents, and compare its content with the description.

    Parameters
    ----------
    meta : dict
        The description.
    documents : dict
        The values by key.

    Returns
    -------
    pyarrow.Table

    Raises
    ------
    LayoutError
        When the description is none of ours, or the documents are not what it says.
    """
    try:
        if meta.get("format") != FORMAT:
            raise LayoutError(f"its format is {meta.get('format')!r}, not {FORMAT!r}")
        arrays = [_column(column, documents) for column in meta["columns"]]
        names = [column["name"] for column in meta["columns"]]
        table = pa.Table.from_arrays(arrays, names=names) if names else pa.table({})
        if "pandas" in meta:
            table = table.replace_schema_metadata({"pandas": meta["pandas"]})
            table.schema.pandas_metadata["index_columns"]  # as pandas will read it
        rows = meta["rows"]
    except LayoutError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, pa.ArrowException) as error:
        raise LayoutError(f"the documents are not what its description says: {error}") from None
    if table.num_rows != rows or content_hash(table) != meta.get("sha256"):
        raise LayoutError("the content is not that of its description (sha256)")
    return table


def _column(column: Mapping[str, Any], documents: Mapping[str, Sequence[Any]]) -> pa.Array:
    kind = _type(column["type"])
    found = [v for key in column["documents"] for v in documents[key]]
    if "categories" not in column:
        return array_of(found, kind)
    categories = [v for key in column["categories"] for v in documents[key]]
    codes = {value: n for n, value in enumerate(categories)}
    indices = pa.array([None if v is None else codes[v] for v in found], pa.int32())
    return pa.DictionaryArray.from_arrays(indices, array_of(categories, kind), ordered=bool(column["ordered"]))


def array_of(found: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Make a column of values as `values` gives them.

    Parameters
    ----------
    found : list
        The values.
    kind : pyarrow.DataType
        One of our types.

    Returns
    -------
    pyarrow.Array
    """
    if pa.types.is_floating(kind):
        numbers = np.array(found, dtype=kind.to_pandas_dtype())
        return pa.array(numbers, kind, mask=_missing(found), from_pandas=False)
    if pa.types.is_integer(kind) and any(type(v) is str for v in found):
        return pa.array([None if v is None else int(v) for v in found], kind)
    if pa.types.is_duration(kind):
        return pa.array([None if v is None else int(v) for v in found], pa.int64()).cast(kind)
    if pa.types.is_temporal(kind):
        code = "D" if pa.types.is_date(kind) else kind.unit
        times = np.array(["NaT" if v is None else v for v in found], dtype=f"datetime64[{code}]").astype(np.int64)
        whole = pa.array(times, mask=_missing(found))
        return (whole.cast(pa.int32()) if code == "D" else whole).cast(kind)
    return pa.array(found, kind)


def _missing(found: Sequence[Any]) -> Any:
    return np.array([v is None for v in found], dtype=bool) if None in found else None


# ------------------------------------------------------------------------------------------------------ hashing


def content_hash(table: pa.Table) -> str:
    """Hash the names, types and values of a table.

    Parameters
    ----------
    table : pyarrow.Table
        The table; how its columns are cut into pieces does not matter.

    Returns
    -------
    str
        SHA-256, in hexadecimal digits. docs/orbitdb.md says what of.
    """
    digest = hashlib.sha256()
    for name, column in zip(table.column_names, table.columns, strict=True):
        array = _whole(column)
        if pa.types.is_dictionary(array.type):
            _hash(digest, name, _plain(array.dictionary), "categories")
            array = _whole(pa.chunked_array([array.cast(array.dictionary.type)]))
        _hash(digest, name, array, "values")
    return digest.hexdigest()


def _text(array: pa.Array) -> memoryview:
    """Give the bytes of all texts, one after the other."""
    _, offsets, data = array.buffers()
    if data is None or not len(array):
        return memoryview(b"")
    places = np.frombuffer(offsets, dtype=np.int64)
    return memoryview(data)[places[array.offset] : places[array.offset + len(array)]]


def _hash(digest: Any, name: str, array: pa.Array, what: str) -> None:
    kind = _type_name(name, array.type)
    digest.update(json.dumps([what, name, kind, len(array)], ensure_ascii=True, separators=(",", ":")).encode())
    digest.update(array.is_valid().to_numpy(zero_copy_only=False).tobytes())
    if kind == "null":
        return
    if kind == "string":
        array = array.cast(pa.large_string()).fill_null("")
        digest.update(pc.binary_length(array).to_numpy(zero_copy_only=False).astype("<i8").tobytes())
        digest.update(_text(array))
        return
    numbers = _numbers(array)
    if numbers.dtype.kind == "f":
        numbers = np.where(np.isnan(numbers), numbers.dtype.type(np.nan), numbers)
    digest.update(np.ascontiguousarray(numbers.astype(numbers.dtype.newbyteorder("<"))).tobytes())
