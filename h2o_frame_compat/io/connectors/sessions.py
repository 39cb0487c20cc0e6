"""Connections to a database: PostgreSQL over ADBC, which has columns from end to end, others over SQLAlchemy."""

from __future__ import annotations

import abc
import contextlib
import datetime
import decimal
import math
import queue
import threading
from typing import TYPE_CHECKING, Any, Protocol, cast

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.sql.base import Executable

    from h2o_frame_compat.io.connectors.databases import Database

_SAMPLE = 1000  # rows from which types are found out where the driver does not tell them
_BATCH = 10_000  # rows that are inserted by one statement


class Session(abc.ABC):
    """A connection in a transaction, which ends with `commit` or is rolled back."""

    dialect: sa.Dialect

    @abc.abstractmethod
    def execute(self, statement: Executable) -> list[tuple[Any, ...]]:
        """Run a statement, and give its rows, if it has any."""

    @abc.abstractmethod
    def schema(self, query: Executable) -> pa.Schema:
        """Give names and types of what a query gives."""

    @abc.abstractmethod
    def stream(self, query: Executable, rows: int, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Run a query, and give its rows as they come, of these types as far as they fit."""

    @abc.abstractmethod
    def loader(self, table: sa.Table, schema: pa.Schema) -> Loader:
        """Begin to insert rows."""

    @abc.abstractmethod
    def commit(self) -> None:
        """Keep what was done."""

    @abc.abstractmethod
    def close(self) -> None:
        """Give the connection back; what is not committed is undone."""


class Loader(Protocol):
    """Inserts batches of rows."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Insert a batch, now or soon."""

    def finish(self) -> None:
        """Wait until all batches are inserted."""

    def abandon(self) -> None:
        """Stop, as soon as that is possible; may be called twice."""


@contextlib.contextmanager
def session(database: Database) -> Iterator[Session]:
    """Connect.

    Parameters
    ----------
    database : Database
        Where to.

    Yields
    ------
    Session
    """
    made = open_session(database)
    try:
        yield made
    finally:
        made.close()


def open_session(database: Database) -> Session:
    """Connect, and leave it to the caller to close.

    Parameters
    ----------
    database : Database
        Where to.

    Returns
    -------
    Session
    """
    return _Adbc(database) if database.kind == "postgres" else _Alchemy(database)


# ------------------------------------------------------------------------------------------- PostgreSQL


class _Adbc(Session):
    def __init__(self, database: Database) -> None:
        from adbc_driver_postgresql import dbapi  # noqa: PLC0415 - an extra

        self.dialect = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]  # SQLAlchemy has it without types
        self._connection = dbapi.connect(database.libpq_uri())

    def _text(self, statement: Executable) -> str:
        text = cast("sa.ClauseElement", statement).compile(dialect=self.dialect, compile_kwargs={"literal_binds": True})
        return str(text)

    def execute(self, statement: Executable) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(self._text(statement))
            return cursor.fetchall() if cursor.description else []

    def schema(self, query: Executable) -> pa.Schema:
        with self._connection.cursor() as cursor:
            found = cursor.adbc_execute_schema(self._text(query))
        return pa.schema([pa.field(f.name, _plain_type(f)) for f in found])

    def stream(self, query: Executable, rows: int, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        del schema  # the driver knows the types
        with self._connection.cursor() as cursor:
            cursor.execute(self._text(query))
            for batch in cursor.fetch_record_batch():
                columns = [_plain_column(c) for c in batch.columns]
                made = pa.record_batch(columns, names=batch.schema.names)
                for at in range(0, made.num_rows, rows):
                    yield made.slice(at, rows)

    def loader(self, table: sa.Table, schema: pa.Schema) -> Loader:
        return _Copy(self._connection, table, schema)

    def commit(self) -> None:
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()


class _Copy:
    """One COPY for all batches, in a thread of its own: one for each batch takes nearly twice as long."""

    def __init__(self, connection: Any, table: sa.Table, schema: pa.Schema) -> None:
        plain = [f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in schema]
        self._connection, self._table, self._schema = connection, table, pa.schema(plain)
        self._waiting: queue.Queue[pa.RecordBatch | None] = queue.Queue(maxsize=2)
        self._thread: threading.Thread | None = None
        self._stop = False
        self._error: Exception | None = None

    def _copy(self) -> None:
        try:
            with self._connection.cursor() as cursor:
                reader = pa.RecordBatchReader.from_batches(self._schema, self._batches())
                cursor.adbc_ingest(str(self._table.name), reader, mode="append", db_schema_name=self._table.schema)
        except Exception as error:  # noqa: BLE001 - raised again by who writes
            self._error = error

    def _batches(self) -> Iterator[pa.RecordBatch]:
        while (batch := self._waiting.get()) is not None:
            yield batch
        if self._stop:
            raise InterruptedError("given up")

    def _put(self, batch: pa.RecordBatch | None) -> None:
        assert self._thread is not None, "it runs"
        while self._thread.is_alive():
            with contextlib.suppress(queue.Full):
                self._waiting.put(batch, timeout=0.2)
                return

    def write(self, batch: pa.RecordBatch) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._copy, daemon=True)
            self._thread.start()
        plain = [c.dictionary_decode() if pa.types.is_dictionary(c.type) else c for c in batch.columns]
        self._put(pa.record_batch(plain, schema=self._schema))
        if not self._thread.is_alive():
            self.finish()

    def finish(self) -> None:
        if self._thread is not None:
            self._put(None)
            self._thread.join()
        if self._error is not None:
            raise self._error

    def abandon(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            self._stop = True
            self._put(None)
            self._thread.join()


def _plain_column(column: pa.Array) -> pa.Array:
    return column.storage if isinstance(column, pa.ExtensionArray) else column


def _plain_type(field: pa.Field) -> pa.DataType:
    """Give the type that we have for one of PostgreSQL's."""
    kind = field.type
    name = (field.metadata or {}).get(b"ADBC:postgresql:typname", b"").decode()
    if isinstance(kind, pa.BaseExtensionType):
        name, kind = getattr(kind, "type_name", name), kind.storage_type
    if name == "numeric":
        return pa.float64()
    if pa.types.is_integer(kind):
        return pa.int64()
    return pa.float64() if pa.types.is_floating(kind) else kind


# ------------------------------------------------------------------------------------------- the others


class _Alchemy(Session):
    def __init__(self, database: Database) -> None:
        options: dict[str, Any] = {"poolclass": sa.NullPool}
        if database.kind == "mysql":
            # In a strict mode a value that does not fit is an error, and not cut off.
            strict = "SET SESSION sql_mode='TRADITIONAL,ANSI_QUOTES'"
            options["connect_args"] = {"charset": "utf8mb4", "init_command": strict}
        self._engine = sa.create_engine(database.url(), **options)
        self.dialect = self._engine.dialect
        self._connection = self._engine.connect()

    def execute(self, statement: Executable) -> list[tuple[Any, ...]]:
        result = self._connection.execute(statement)
        return [tuple(row) for row in result] if result.returns_rows else []

    def schema(self, query: Executable) -> pa.Schema:
        with self._streamed(query, _SAMPLE) as result:
            described = result.cursor.description
            rows = result.fetchmany(_SAMPLE)
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [[] for _ in described]
        told = [_told(entry) for entry in described]
        types = [kind or _found(values) for kind, values in zip(told, columns, strict=True)]
        return pa.schema([pa.field(str(entry[0]), kind) for entry, kind in zip(described, types, strict=True)])

    @contextlib.contextmanager
    def _streamed(self, query: Executable, rows: int) -> Iterator[Any]:
        options = {"stream_results": True, "max_row_buffer": rows}
        with self._connection.execute(query, execution_options=options) as result:
            yield result

    def stream(self, query: Executable, rows: int, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        with self._streamed(query, rows) as result:
            names = list(result.keys())
            types = [schema.field(name).type if name in schema.names else pa.string() for name in names]
            while group := result.fetchmany(rows):
                columns = [_column(values, kind) for values, kind in zip(zip(*group, strict=True), types, strict=True)]
                yield pa.record_batch(columns, names=names)

    def loader(self, table: sa.Table, schema: pa.Schema) -> Loader:
        del schema  # each batch has it
        return _Inserts(self._connection, table)

    def commit(self) -> None:
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()


class _Inserts:
    """INSERT for many rows at a time."""

    def __init__(self, connection: Any, table: sa.Table) -> None:
        self._connection, self._table = connection, table

    def write(self, batch: pa.RecordBatch) -> None:
        for at in range(0, batch.num_rows, _BATCH):
            piece = batch.slice(at, _BATCH)
            columns = [_values(column) for column in piece.columns]
            names = piece.schema.names
            rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
            self._connection.execute(self._table.insert(), rows)

    def finish(self) -> None:
        pass  # they are

    def abandon(self) -> None:
        pass  # nothing goes on


def _values(column: pa.Array) -> list[Any]:
    values: list[Any] = column.to_pylist()
    if pa.types.is_floating(column.type):  # most databases have no number that is none
        return [None if value is None or math.isnan(value) else value for value in values]
    return values


def _column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Make a column; where values are not of its type, as text, so that the rows are found by what reads on."""
    try:
        if pa.types.is_floating(kind):
            return pa.array([None if value is None else float(value) for value in values], kind)
        return pa.array(values, kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, ValueError, TypeError):
        return pa.array([None if value is None else str(value) for value in values], pa.string())


_PYTHON: tuple[tuple[type, pa.DataType], ...] = (
    (bool, pa.bool_()), (int, pa.int64()), (float, pa.float64()), (decimal.Decimal, pa.float64()),
    (datetime.datetime, pa.timestamp("us")), (datetime.date, pa.date32()), (bytes, pa.binary()), (str, pa.string()),
)  # fmt: skip


def _of_python(kind: type) -> pa.DataType:
    return next((made for known, made in _PYTHON if issubclass(kind, known)), pa.string())


def _found(values: Sequence[Any]) -> pa.DataType:
    """Find a type for values; of several types numbers are floats, and anything else is text."""
    kinds = {_of_python(type(value)) for value in values if value is not None}
    if kinds <= {pa.int64(), pa.float64()} and len(kinds) == 2:
        return pa.float64()
    return kinds.pop() if len(kinds) == 1 else pa.string()


def _told(entry: Sequence[Any]) -> pa.DataType | None:
    """Read the type in a description of a column, as each driver has it."""
    code, scale = entry[1], entry[5]
    if isinstance(code, type):
        return _of_python(code)
    if isinstance(code, int):
        return _MYSQL.get(code)
    name = getattr(code, "name", "")
    if name == "DB_TYPE_NUMBER":
        return pa.int64() if scale == 0 else pa.float64()
    return _ORACLE.get(name)


_MYSQL = {
    **dict.fromkeys((1, 2, 3, 8, 9, 13), pa.int64()), **dict.fromkeys((0, 4, 5, 246), pa.float64()),
    **dict.fromkeys((7, 12), pa.timestamp("us")), **dict.fromkeys((10, 14), pa.date32()),
    **dict.fromkeys((15, 247, 248, 253, 254), pa.string()),
}  # fmt: skip
_ORACLE = {
    **dict.fromkeys(("DB_TYPE_BINARY_DOUBLE", "DB_TYPE_BINARY_FLOAT"), pa.float64()),
    **dict.fromkeys(("DB_TYPE_DATE", "DB_TYPE_TIMESTAMP", "DB_TYPE_TIMESTAMP_TZ"), pa.timestamp("us")),
    **dict.fromkeys(("DB_TYPE_VARCHAR", "DB_TYPE_CHAR", "DB_TYPE_NVARCHAR", "DB_TYPE_CLOB"), pa.string()),
    "DB_TYPE_BOOLEAN": pa.bool_(),
}
