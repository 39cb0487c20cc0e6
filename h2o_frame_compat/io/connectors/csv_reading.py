"""CSV becomes Arrow tables, a block of whole rows at a time; rows that do not fit are told apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv as pacsv
from pandas._libs.parsers import STR_NA_VALUES

from h2o_frame_compat.io.connectors.base import BadRow, DriftError
from h2o_frame_compat.io.connectors.streams import SAMPLE, last_end, records, refuse, same_columns, whole_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from h2o_frame_compat.io.connectors.streams import OnBadRow

_MISSING = sorted(STR_NA_VALUES)  # what pandas takes for a missing value


def _parsed_csv(
    block: bytes, names: list[str], types: dict[str, pa.DataType], bad: Callable[[Any], str] | None
) -> pa.Table:
    return pacsv.read_csv(
        pa.BufferReader(block),
        read_options=pacsv.ReadOptions(column_names=names, block_size=len(block) + 1, use_threads=False),
        parse_options=pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=bad),
        convert_options=pacsv.ConvertOptions(
            column_types=types, null_values=_MISSING, strings_can_be_null=True, quoted_strings_can_be_null=True
        ),
    )


def csv_schema(pieces: Iterable[bytes], where: str, *, header: bool) -> pa.Schema:
    """Find out names and types of columns.

    Parameters
    ----------
    pieces : iterable of bytes
        The beginning of the file.
    where : str
        The file, for messages.
    header : bool
        Whether the first row has the names; else they are ``C1``, ``C2``, ...

    Returns
    -------
    pyarrow.Schema
        Columns without any value are text.

    Raises
    ------
    DriftError
        When there is no row.
    """
    sample = b""
    for piece in pieces:
        sample += piece
        if len(sample) >= SAMPLE:
            break
    sample = _without_mark(sample)
    cut = last_end(sample, quoted=True) if len(sample) >= SAMPLE else 0
    head, rest = _first_row(sample[:cut] if cut else sample)
    if not head.strip():
        msg = f"{where}: there is nothing in it"
        raise DriftError(msg)
    names = _names(head) if header else [f"C{n + 1}" for n in range(len(_names(head)))]
    if len({*names}) < len(names):
        msg = f"{where}: a column name appears twice: {next(n for n in names if names.count(n) > 1)}"
        raise DriftError(msg)
    body = rest if header else head + rest
    if not body.strip():
        return pa.schema([(name, pa.string()) for name in names])
    found = _parsed_csv(body, names, {}, lambda _: "skip").schema
    return pa.schema([pa.field(f.name, pa.string() if pa.types.is_null(f.type) else f.type) for f in found])


def _first_row(block: bytes) -> tuple[bytes, bytes]:
    at = -1
    while True:
        at = block.find(b"\n", at + 1)
        if at < 0:
            return block, b""
        if block.count(b'"', 0, at) % 2 == 0 and block[:at].strip():
            return block[: at + 1], block[at + 1 :]


def _names(head: bytes) -> list[str]:
    texts = pacsv.read_csv(
        pa.BufferReader(head),
        read_options=pacsv.ReadOptions(autogenerate_column_names=True),
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(strings_can_be_null=False, column_types=_AllText()),
    )
    return [str(column[0].as_py()) for column in texts.columns]


class _AllText(dict[str, pa.DataType]):
    """The type of columns whose names are not known yet."""

    def __init__(self) -> None:
        super().__init__({f"f{n}": pa.string() for n in range(20_000)})


def _without_mark(block: bytes) -> bytes:
    return block.removeprefix(b"\xef\xbb\xbf")


def csv_tables(
    pieces: Iterable[bytes], schema: pa.Schema, where: str, on_bad_row: OnBadRow | None, *, header: bool
) -> Iterator[pa.Table]:
    """Read CSV.

    Parameters
    ----------
    pieces : iterable of bytes
        The file, or a part of it that begins with a row.
    schema : pyarrow.Schema
        Names and types.
    where : str
        The file, for messages.
    on_bad_row : callable or None
        Gets rows that do not fit; without it they raise `RowError`.
    header : bool
        Whether the first row has the names.

    Yields
    ------
    pyarrow.Table

    Raises
    ------
    DriftError
        When the file has other columns.
    """
    names, types = list(schema.names), {field.name: field.type for field in schema}
    before = 0  # rows
    first = True
    for block in whole_rows(pieces, quoted=True):
        rows = block
        if first:
            rows = _without_mark(rows)
            if header:
                head, rows = _first_row(rows)
                names = _names(head)
                same_columns(names, schema, where)
            first = False
        if not rows.strip():
            continue
        parse = _CsvBlocks(names, types, where, on_bad_row)
        for table in parse.tables(rows, before):
            yield table.select(schema.names)
        before += parse.count


class _CsvBlocks:
    """Parses a block; when a value has not the type of its column, the row is found by halving the block."""

    def __init__(
        self, names: list[str], types: dict[str, pa.DataType], where: str, on_bad_row: OnBadRow | None
    ) -> None:
        self.names, self.types, self.where, self.on_bad_row = names, types, where, on_bad_row
        self.count = 0

    def tables(self, block: bytes, before: int) -> Iterator[pa.Table]:
        table, _ = self._parsed(block)
        if table is not None:
            self.count = table.num_rows
            yield table
            return
        rows = records(block)
        self.count = len(rows)
        yield from self._halved(rows, before)

    def _parsed(self, block: bytes) -> tuple[pa.Table | None, str]:
        """Give the table, or why there is none."""
        lost: list[Any] = []

        def skip(row: Any) -> str:
            lost.append(row)
            return "skip"

        try:
            table = _parsed_csv(block, self.names, self.types, skip)
        except pa.ArrowInvalid as error:
            return None, self._reason(str(error))
        if lost:
            return None, f"{lost[0].actual_columns} values for {lost[0].expected_columns} columns"
        return table, ""

    def _halved(self, rows: list[bytes], before: int) -> Iterator[pa.Table]:
        block = b"".join(rows)
        if not block.strip():
            return
        table, reason = self._parsed(block)
        if table is not None:
            yield table
            return
        if len(rows) == 1:
            text = rows[0].decode("utf-8", "replace").rstrip("\r\n")
            refuse(BadRow(f"{self.where}, row {before + 1}", text, reason), self.on_bad_row)
            return
        middle = len(rows) // 2
        yield from self._halved(rows[:middle], before)
        yield from self._halved(rows[middle:], before + middle)

    def _reason(self, said: str) -> str:
        found = re.search(r"column #(\d+):.* CSV conversion error to ([^:]+): (.*)", said, re.DOTALL)
        if found is None:
            return said
        value = found[3].strip().removeprefix("invalid value ")[:200]
        return f"column {self.names[int(found[1])]}: {value} is no {found[2]}"
