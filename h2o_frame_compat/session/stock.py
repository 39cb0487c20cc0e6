"""Transfer with a cluster that lacks our extension: Parquet up, CSV down, exact all the same.

What travels up is decided in `stock_columns`. Down comes the CSV that H2O prints, streamed into Arrow's
parser with explicit types; what it prints wrongly (infinities and the sign of zero in columns it takes for
integers) comes with it as a column of codes.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from h2o_frame_compat.errors import FrameNotFoundError, H2OCompatError, TransferError
from h2o_frame_compat.rapids import text
from h2o_frame_compat.session.jobs import Jobs
from h2o_frame_compat.session.stock_columns import Sheet, part_of
from h2o_frame_compat.session.wire_format import DTYPES, TYPES
from h2o_frame_compat.session.wire_up import plan_chunks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from h2o_frame_compat.session.client import RestClient

    Advance = Callable[[int], object]

_PIECE = 1 << 20
_BLOCK = 8 << 20
_HUGE_BLOCK = 1 << 30
_BLOCKING_BYTES = 4 << 20
_DOWNLOAD = "/3/DownloadDataset.bin"
_FEW_ROWS = 200  # come with the description of a frame, in JSON
_HUGE = "1.7976931348623157e308"
# What a control character may come out as in H2O's JSON, which turns the two digits of its code around.
_GARBLED = re.compile("[" + "".join(map(chr, [*range(1, 16), *range(0x11, 0x100, 0x10)])) + "]")
# Codes of the values that the CSV, or a slice on the way to it, does not keep.
_PLUS_INF, _MINUS_INF, _MINUS_ZERO, _LOWEST = 1, 2, 3, 4


# ------------------------------------------------------------------------------------------------------- up


def put(
    client: RestClient,
    table: pa.Table,
    key: str,
    *,
    overwrite: bool,
    cores: int,
    advance: Advance | None = None,
) -> None:
    """Send a table to a cluster without our extension.

    Parameters
    ----------
    client : RestClient
        The cluster.
    table : pyarrow.Table
        Columns of the server's types.
    key : str
        The frame's name.
    overwrite : bool
        Whether a frame of that name may be replaced.
    cores : int
        Cores of the cluster.
    advance : callable, optional
        Told of the bytes sent.
    """
    names = table.column_names
    source = table if table.num_rows else _one_missing_row(table)
    plan = plan_chunks(source, cores=cores)
    parts = [part_of(c, n, max(plan)) for c, n in zip(source.columns, names, strict=True)]
    sheet = Sheet(parts, table.num_rows)
    _make_room(client, key, overwrite=overwrite)
    raw, padded = _temporary(), _temporary()
    files = [(part, name) for part, name in ((sheet.columns(), raw), (sheet.padded(), padded)) if part[0]]
    try:
        for part, name in files:
            _parse(client, part, name, plan, advance)
        assign = text.call("assign", key, sheet.expression(raw, padded, names))
        made = client.rapids(
            text.call(",", assign, *[text.call("rm", name) for _, name in files], text.call("nrow", key))
        )
    except BaseException:
        _drop(client, *[name for _, name in files])
        raise
    if made.value != table.num_rows:
        _drop(client, key)
        raise TransferError(
            f"The cluster made {made.value} rows of {table.num_rows}; the frame was removed again. Please report this."
        )


def _temporary() -> str:
    return f"h2ocompat_{uuid.uuid4().hex}"


def _one_missing_row(table: pa.Table) -> pa.Table:
    """Give one missing row in place of none, which no parser makes columns of; the server cuts it off."""
    columns = []
    for column in table.columns:
        kind = column.type
        if pa.types.is_dictionary(kind) and column.num_chunks:
            levels = column.unify_dictionaries().chunk(0).dictionary
            columns.append(pa.DictionaryArray.from_arrays(pa.nulls(1, kind.index_type), levels))
        else:
            columns.append(pa.nulls(1, kind))
    return pa.table(columns, names=table.column_names)


def _make_room(client: RestClient, key: str, *, overwrite: bool) -> None:
    try:
        client.get(f"/3/Frames/{quote(key, safe='')}/light")
    except FrameNotFoundError:
        return
    if not overwrite:
        raise ValueError(f"a frame {key!r} is in the cluster already; choose another name, or remove it first")
    client.delete(f"/3/Frames/{quote(key, safe='')}")


def _drop(client: RestClient, *keys: str) -> None:
    for key in keys:
        with contextlib.suppress(H2OCompatError):
            client.rapids(text.call("rm", key))


def _parse(
    client: RestClient,
    columns: tuple[list[pa.ChunkedArray], list[str]],
    key: str,
    plan: list[int],
    advance: Advance | None,
) -> None:
    arrays, kinds = columns
    names = [f"p{i}" for i in range(len(arrays))]
    body = _parquet(pa.table(arrays, names=names), max(plan))
    source = client.post_file(_pieces(body, advance), f"{key}.parquet", size=len(body))
    form = {
        "source_frames": [source],
        "destination_frame": key,
        "parse_type": "PARQUET",
        "separator": 44,
        "number_columns": len(names),
        "single_quotes": "false",
        "column_names": names,
        "column_types": kinds,
        "check_header": 1,
        "delete_on_done": "true",
        "chunk_size": max(_PIECE, len(body) // len(plan)),
        "blocking": "true" if len(body) < _BLOCKING_BYTES else "false",
    }
    try:
        job = client.post("/3/Parse", form)["job"]
        if job["status"] != "DONE":
            Jobs(client).wait(job["key"]["name"], progress=False, description="parse")
    except BaseException:
        with contextlib.suppress(H2OCompatError):
            client.delete(f"/3/Frames/{source}")
        raise


def _parquet(table: pa.Table, rows: int) -> memoryview:
    # Texts and exponents repeat; mantissas do not, and trying costs time.
    repeated = [f.name for f in table.schema if pa.types.is_dictionary(f.type) or f.type == pa.int32()]
    sink = pa.BufferOutputStream()
    pyarrow.parquet.write_table(
        table,
        sink,
        row_group_size=max(rows, 1),
        compression="snappy",  # the parser reads LZ4 as garbage and refuses brotli
        use_dictionary=repeated or False,
        write_statistics=False,
        store_schema=False,
    )
    return memoryview(sink.getvalue())


def _pieces(body: memoryview, advance: Advance | None) -> Iterator[bytes]:
    for at in range(0, len(body), _PIECE):
        piece = bytes(body[at : at + _PIECE])
        yield piece
        if advance is not None:
            advance(len(piece))


# ----------------------------------------------------------------------------------------------------- down


@dataclass(frozen=True)
class _Held:
    """What the cluster says about one column."""

    name: str
    kind: str
    levels: list[str] | None
    infinite: bool
    zeros: bool
    lowest: bool
    wide: bool


def get(
    client: RestClient,
    key: str,
    *,
    columns: Sequence[int] | None = None,
    rows: tuple[int, int] | None = None,
    wires: str | None = None,
    advance: Advance | None = None,
) -> pa.Table:
    """Fetch a frame, or a part of it, from a cluster without our extension.

    Parameters
    ----------
    client : RestClient
        The cluster.
    key : str
        The frame's name.
    columns : sequence of int, optional
        Positions of the columns, in the order wanted.
    rows : tuple of int, optional
        First row and the one after the last.
    wires : str, optional
        A letter per column for the type wanted.
    advance : callable, optional
        Told of the bytes received.

    Returns
    -------
    pyarrow.Table
    """
    held, total, shown = _describe(client, key)
    chosen = list(range(len(held))) if columns is None else list(columns)
    for i in chosen:
        if not 0 <= i < len(held):
            raise ValueError(f"frame {key!r} has {len(held)} columns, there is no column {i}")
    picked = [held[i] for i in chosen]
    kinds = _types(picked, wires)
    first, end = (0, total) if rows is None else (min(rows[0], total), min(rows[1], total))
    if first >= end or not picked:
        empty = [pa.array([], kind) for kind in kinds]
        return pa.table(_finished(empty, picked, kinds), names=[column.name for column in picked])
    if shown is not None:
        arrays = [_shown(shown[i], held[i], kind) for i, kind in zip(chosen, kinds, strict=True)]
        return pa.table(arrays, names=[column.name for column in picked]).slice(first, end - first)
    sliced = end - first < total
    wide = [at for at, c in enumerate(picked) if sliced and c.wide and pa.types.is_integer(kinds[at])]
    if wide:
        return _with_wide(client, key, chosen, wires or "-" * len(chosen), (first, end), wide, advance)
    doubtful = _doubtful(client, key, chosen, picked, kinds, sliced=sliced)
    whole = not sliced and chosen == list(range(len(held)))
    part = key if whole and not doubtful else _temporary()
    try:
        if part != key:
            client.rapids(text.call("tmp=", part, _selection(key, chosen, doubtful, (first, end) if sliced else None)))
        expected = [*kinds, *[pa.int8()] * len(doubtful)]
        quoted = pa.string() in kinds or any(mark in column.name for column in picked for mark in "\r\n")
        found = _download(client, part, expected, quoted=quoted, advance=advance)
    finally:
        if part != key:
            _drop(client, part)
    if found.num_rows != end - first:
        raise TransferError(f"the cluster sent {found.num_rows} rows of {key!r} instead of {end - first}; try again")
    arrays = list(found.columns[: len(kinds)])
    for place, at in enumerate(doubtful):
        arrays[at] = _restored(arrays[at], found.column(len(kinds) + place))
    return pa.table(_finished(arrays, picked, kinds), names=[column.name for column in picked])


def _with_wide(
    client: RestClient,
    key: str,
    chosen: list[int],
    wires: str,
    rows: tuple[int, int],
    wide: list[int],
    advance: Advance | None,
) -> pa.Table:
    """Fetch rows; columns with integers beyond 2**53 whole, because H2O rounds those when it copies rows."""
    rest = [at for at in range(len(chosen)) if at not in wide]
    parts = {}
    for places, span in ((wide, None), (rest, rows)):
        numbers, letters = [chosen[at] for at in places], "".join(wires[at] for at in places)
        table = get(client, key, columns=numbers, rows=span, wires=letters, advance=advance)
        if span is None:
            table = table.slice(rows[0], rows[1] - rows[0])
        parts.update({at: (table.column_names[i], table.column(i)) for i, at in enumerate(places)})
    return pa.table([parts[at][1] for at in range(len(chosen))], names=[parts[at][0] for at in range(len(chosen))])


def _describe(client: RestClient, key: str) -> tuple[list[_Held], int, list[dict[str, Any]] | None]:
    """Ask what a frame holds: its columns, its rows, and all values where they are few and JSON keeps them."""
    body = client.request("GET", f"/3/Frames/{quote(key, safe='')}/light", params={"row_count": _FEW_ROWS}).body
    frame = json.loads(body)["frames"][0]
    held = []
    for number, column in enumerate(frame["columns"]):
        zeros, low, high = column["zero_count"], _bound(column["mins"]), _bound(column["maxs"])
        infinite = column["positive_infinity_count"] + column["negative_infinity_count"] > 0
        levels = column["domain"] if column["type"] == "enum" else None
        if levels and b"\\u00" in body and any(_GARBLED.search(level) for level in levels):
            levels = _levels(client, key, number)
        wide = column["type"] in {"int", "time"} and max(high, -low) >= 2.0**53
        held.append(_Held(column["label"], column["type"], levels, infinite, zeros > 0, low <= -(2.0**63), wide))
    exact = not any(c.wide for c in held) and not (b"\\u00" in body and _garbles(frame["columns"]))
    return held, int(frame["rows"]), frame["columns"] if exact and frame["rows"] <= _FEW_ROWS else None


def _garbles(columns: list[dict[str, Any]]) -> bool:
    return any(_GARBLED.search(word) for column in columns for word in column["string_data"] or () if word)


def _shown(column: dict[str, Any], held: _Held, kind: pa.DataType) -> pa.Array:
    """Read the values of a column from JSON, where doubles are exact and only "NaN" is missing."""
    if held.kind == "string":
        return pa.array(column["string_data"], pa.string())
    values = np.array(column["data"], np.float64)  # it holds "NaN" and "Infinity" as text
    if kind == pa.float64() and held.kind in {"int", "real"}:
        return pa.array(values)
    if held.levels is not None:
        kind = _code_type(held.levels)
    missing = np.isnan(values)
    filled = np.where(missing, 0.0, values)
    with np.errstate(invalid="ignore"):  # what does not fit is found by comparison
        whole = filled.astype(kind.to_pandas_dtype())
    if not np.array_equal(whole, filled):
        raise TransferError(f"column {held.name!r} holds numbers that do not fit the type asked for, {kind}")
    numbers = pa.array(whole, mask=missing if missing.any() else None)
    if held.levels is not None:
        return pa.DictionaryArray.from_arrays(numbers, pa.array(held.levels, pa.string()))
    return numbers.view(pa.timestamp("ms")) if held.kind == "time" else numbers


def _levels(client: RestClient, key: str, column: int) -> list[str]:
    """Fetch the levels of an enum as a column: in JSON, H2O garbles control characters beyond repair."""
    part = _temporary()
    try:
        client.rapids(text.call("tmp=", part, text.call("levels", _cols(key, [column]))))
        levels: list[str] = _download(client, part, [pa.string()], quoted=True, advance=None)[0].to_pylist()
    finally:
        _drop(client, part)
    return levels


def _bound(values: list[Any] | None) -> float:
    """Read the first of the extremes that H2O lists; none is written as "NaN"."""
    bound = float(values[0]) if values and values[0] is not None else 0.0
    return 0.0 if math.isnan(bound) else bound


def _types(picked: list[_Held], wires: str | None) -> list[pa.DataType]:
    """Give the Arrow type to read each column as."""
    wanted = "-" * len(picked) if wires is None else wires
    if len(wanted) != len(picked):
        raise ValueError("wires must name one type a column")
    kinds = []
    for column, wire in zip(picked, wanted, strict=True):
        if column.kind not in {"int", "real", "enum", "string", "time"}:
            raise TypeError(f"column {column.name!r} is of H2O's type {column.kind}, which cannot be fetched")
        if column.kind in {"enum", "string"}:
            kinds.append(pa.string())
        elif column.kind == "time":
            kinds.append(pa.int64())
        elif wire in DTYPES:
            kinds.append(TYPES[wire])
        else:
            kinds.append(pa.int64() if column.kind == "int" and not column.infinite else pa.float64())
    return kinds


def _doubtful(
    client: RestClient,
    key: str,
    chosen: list[int],
    picked: list[_Held],
    kinds: list[pa.DataType],
    *,
    sliced: bool,
) -> list[int]:
    """Find the columns whose values the CSV may not keep.

    H2O prints a column without fractions as integers, infinities and -0.0 too; and a slice is written by
    H2O's own compressor, which drops the sign of zero and -2^63.
    """
    sure, perhaps = [], []
    for at, (column, kind) in enumerate(zip(picked, kinds, strict=True)):
        if kind != pa.float64():
            continue
        if (column.infinite and (sliced or column.kind == "int")) or (column.lowest and sliced):
            sure.append(at)
        elif column.zeros and (sliced or column.kind == "int"):
            perhaps.append(at)
    if perhaps:
        zeros = text.call("<", text.call("/", "1", _cols(key, [chosen[at] for at in perhaps])), f"-{_HUGE}")
        if client.rapids(text.call("sum", zeros)).value:
            sure = sorted([*sure, *perhaps])
    return sure


def _selection(key: str, chosen: list[int], doubtful: list[int], rows: tuple[int, int] | None) -> str:
    whole = _cols(key, chosen)
    if doubtful:
        whole = text.call("cbind", whole, *[_code(_cols(key, [chosen[at]])) for at in doubtful])
    return whole if rows is None else text.call("rows", whole, f"[{rows[0]}:{rows[1] - rows[0]}]")


def _cols(key: str, numbers: Sequence[int]) -> str:
    return text.call("cols", key, text.positions(numbers))


def _code(column: str) -> str:
    """Print what is 1 for inf, 2 for -inf, 3 where the reciprocal is -inf, 4 near -2^63, else 0."""
    tests = [
        text.call(">", column, _HUGE),
        text.call("*", "2", text.call("<", column, f"-{_HUGE}")),
        text.call("*", "3", text.call("<", text.call("/", "1", column), f"-{_HUGE}")),
        text.call("*", "4", text.call("==", column, str(-(2**63)))),
    ]
    whole = tests[0]
    for test in tests[1:]:
        whole = text.call("+", whole, test)
    return whole


def _restored(values: pa.ChunkedArray, codes: pa.ChunkedArray) -> pa.ChunkedArray:
    code = codes.fill_null(0).to_numpy()
    missing = np.concatenate([chunk.is_null().to_numpy(zero_copy_only=False) for chunk in values.chunks])
    numbers = values.fill_null(np.nan).to_numpy()
    numbers = np.where(code == _PLUS_INF, np.inf, np.where(code == _MINUS_INF, -np.inf, numbers))
    # Of a tiny negative number the reciprocal is infinite too, and 2^63's neighbours pass for equal to it.
    numbers = np.where((code == _MINUS_ZERO) & (numbers == 0), -0.0, numbers)
    return pa.chunked_array([np.where((code == _LOWEST) & missing, -(2.0**63), numbers)])


class _Counted(io.RawIOBase):
    """A response that tells how much of it was read."""

    def __init__(self, response: Any, advance: Advance | None) -> None:
        super().__init__()
        self._response = response
        self._advance = advance
        self.received = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._response.read(None if size < 0 else size)
        self.received += len(data)
        if self._advance is not None:
            self._advance(len(data))
        return data


def _download(
    client: RestClient, key: str, kinds: list[pa.DataType], *, quoted: bool, advance: Advance | None
) -> pa.Table:
    try:
        return _read(client, key, _options(kinds, _BLOCK, quoted=quoted), advance)
    except pa.ArrowInvalid as problem:
        if "block" in str(problem):  # a row longer than a block: only text can be
            return _read(client, key, _options(kinds, _HUGE_BLOCK, quoted=quoted), advance)
        raise TransferError(f"what the cluster sent for {key!r} does not fit the types asked for: {problem}") from None


def _read(client: RestClient, key: str, options: list[Any], advance: Advance | None) -> pa.Table:
    """Parse the CSV of a frame as it comes; a connection that breaks off is closed."""
    with client.connection() as (connection, headers, prefix):
        try:
            connection.request("GET", f"{prefix}{_DOWNLOAD}?frame_id={quote(key, safe='')}", headers=headers)
            client.wait(connection)
            response = connection.getresponse()
            client.check_headers(response)
            if response.status != 200:
                client.refuse(response.status, response.read(), "GET", _DOWNLOAD)
            source = _Counted(response, advance)
            found = pyarrow.csv.read_csv(pa.PythonFile(source, mode="r"), *options)
            response.read()
        except BaseException:
            connection.close()
            raise
    client.record("GET", _DOWNLOAD, 0, source.received)
    return found


def _options(kinds: list[pa.DataType], block: int, *, quoted: bool) -> list[Any]:
    """Give the options of Arrow's parser; values that go over lines (`quoted`) take it longer."""
    names = [f"c{i}" for i in range(len(kinds))]
    return [
        pyarrow.csv.ReadOptions(column_names=names, skip_rows_after_names=1, block_size=block),
        pyarrow.csv.ParseOptions(newlines_in_values=quoted, ignore_empty_lines=False),
        pyarrow.csv.ConvertOptions(
            column_types=dict(zip(names, kinds, strict=True)),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    ]


def _finished(arrays: list[Any], picked: list[_Held], kinds: list[pa.DataType]) -> list[Any]:
    """Give the columns the types of the session boundary."""
    done = []
    for array, column, kind in zip(arrays, picked, kinds, strict=True):
        if column.kind == "time":
            done.append(array.cast(pa.timestamp("ms")))
        elif column.levels is not None:
            done.append(_coded(array, column.levels))
        elif kind == pa.float64() and array.null_count:
            done.append(array.fill_null(np.nan))
        else:
            done.append(array)
    return done


def _code_type(levels: list[str]) -> pa.DataType:
    return pa.int8() if len(levels) < 128 else pa.int16() if len(levels) < 1 << 15 else pa.int32()


def _coded(column: pa.ChunkedArray, levels: list[str]) -> pa.DictionaryArray:
    known, size = pa.array(levels, pa.string()), _code_type(levels)
    codes = pc.index_in(column, known)
    if isinstance(codes, pa.ChunkedArray):
        codes = codes.combine_chunks()
    return pa.DictionaryArray.from_arrays(codes.cast(size), known)
