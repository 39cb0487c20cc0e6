"""JSON, lines or an array, becomes Arrow tables; elements that do not fit are told apart."""

from __future__ import annotations

import io
import itertools
import json
import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.json as pajson

from h2o_frame_compat.io.connectors.base import BadRow, DriftError
from h2o_frame_compat.io.connectors.streams import SAMPLE, Pieces, of_type, refuse, whole_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from h2o_frame_compat.io.connectors.streams import OnBadRow


def json_schema(pieces: Iterable[bytes], where: str, *, lines: bool) -> pa.Schema:
    """Find out names and types of columns.

    Parameters
    ----------
    pieces : iterable of bytes
        The beginning of the file.
    where : str
        The file, for messages.
    lines : bool
        Whether each line is an object; else the file is an array of objects.

    Returns
    -------
    pyarrow.Schema
        Columns without any value are text.

    Raises
    ------
    DriftError
        When there is no object.
    """
    held, found = 0, []
    for _, text in _objects(pieces, lines=lines):
        held += len(text)
        if _loaded(text):
            found.append(text)
        if held >= SAMPLE:
            break
    block = b"\n".join(text.replace(b"\n", b" ") for text in found)
    try:
        schema = pajson.read_json(pa.BufferReader(block), pajson.ReadOptions(block_size=len(block) + 1)).schema
    except pa.ArrowInvalid:  # values of a column are of several types
        keys = dict.fromkeys(key for text in found for key in _loaded(text))
        schema = pa.schema([(key, pa.string()) for key in keys])
    if not schema.names:
        msg = f"{where}: there is no JSON object in it"
        raise DriftError(msg)
    return pa.schema([pa.field(f.name, pa.string() if pa.types.is_null(f.type) else f.type) for f in schema])


def _loaded(text: bytes) -> dict[str, Any]:
    try:
        made = json.loads(text)
    except ValueError:
        return {}
    return made if isinstance(made, dict) else {}


def _objects(pieces: Iterable[bytes], *, lines: bool) -> Iterator[tuple[int, bytes]]:
    """Give the number and the text of each element."""
    if lines:
        number = 0
        for block in whole_rows(pieces, quoted=False):
            for line in block.split(b"\n"):
                if line.strip():
                    number += 1
                    yield number, line
        return
    yield from enumerate(_elements(pieces), 1)


_BETWEEN = re.compile(r"[^\s,]|$")


def _elements(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give the texts of the elements of an array, as its bytes come in."""
    decode = json.JSONDecoder().raw_decode
    reader = io.TextIOWrapper(io.BufferedReader(Pieces(pieces), 1 << 20), encoding="utf-8-sig", newline="")
    held, at, inside, more = "", 0, False, True
    while True:
        between = _BETWEEN.search(held, at)
        at = between.start() if between else len(held)
        if at < len(held) and not inside:
            if held[at] != "[":
                yield held[at : at + 200].encode()
                return
            inside, at = True, at + 1
            continue
        if at < len(held) and held[at] == "]":
            return
        try:
            if at >= len(held):
                raise ValueError("more is needed")
            _, end = decode(held, at)
            if end == len(held) and more:
                raise ValueError("a number may go on")
        except ValueError:
            read = reader.read(1 << 20) if more else ""
            if not read:
                if more:
                    more = False
                    continue
                if held[at:].strip():
                    yield held[at : at + 1000].encode()  # what is cut off, or no JSON
                return
            held, at = held[at:] + read, 0
            continue
        yield held[at:end].encode()
        at = end


def json_tables(
    pieces: Iterable[bytes], schema: pa.Schema, where: str, on_bad_row: OnBadRow | None, rows: int, *, lines: bool
) -> Iterator[pa.Table]:
    """Read JSON.

    Parameters
    ----------
    pieces : iterable of bytes
        The file, or whole lines of it.
    schema : pyarrow.Schema
        Names and types; what an object has not is missing, what it has besides is left out.
    where : str
        The file, for messages.
    on_bad_row : callable or None
        Gets elements that do not fit; without it they raise `RowError`.
    rows : int
        The most rows of a table.
    lines : bool
        Whether each line is an object.

    Yields
    ------
    pyarrow.Table
    """
    before = 0
    if lines:
        for block in whole_rows(pieces, quoted=False):
            table = _together(block, schema)
            if table is None:
                group = [(n + before, text) for n, text in _objects([block], lines=True)]
                before += len(group)
                table = _one_by_one(group, schema, where, on_bad_row)
            else:
                before += table.num_rows
            yield table
        return
    elements = _objects(pieces, lines=False)
    while group := list(itertools.islice(elements, rows)):
        block = b"\n".join(text.replace(b"\n", b" ") for _, text in group)  # texts have no ends of lines in them
        table = _together(block, schema)
        yield _one_by_one(group, schema, where, on_bad_row) if table is None else table


def _together(block: bytes, schema: pa.Schema) -> pa.Table | None:
    """Make a table of whole lines; None when one of them does not fit."""
    if not block.strip():
        return schema.empty_table()
    read = pajson.ReadOptions(use_threads=False, block_size=len(block) + 1)
    parse = pajson.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    try:
        return pajson.read_json(pa.BufferReader(block), read, parse)
    except pa.ArrowInvalid:
        return None


def _one_by_one(
    group: list[tuple[int, bytes]], schema: pa.Schema, where: str, on_bad_row: OnBadRow | None
) -> pa.Table:
    """Make a table of JSON texts, value by value."""
    columns: list[list[Any]] = [[] for _ in schema]
    for number, text in group:
        try:
            row = json.loads(text)
            if not isinstance(row, dict):
                raise ValueError("is no object")  # noqa: TRY004 - caught below, with what json raises
            values = [of_type(row.get(field.name), field) for field in schema]
        except ValueError as problem:
            bad = BadRow(f"{where}, row {number}", text.decode("utf-8", "replace").strip(), str(problem))
            refuse(bad, on_bad_row)
            continue
        for column, value in zip(columns, values, strict=True):
            column.append(value)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
