"""Tables of databases as a sink.

The rows of a partition, and a row in a ledger that says so, are one transaction: they are there both or neither.
"""

from __future__ import annotations

import datetime
import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import CreateTable, DropTable

from h2o_frame_compat.io.connectors.base import (
    ConnectorError,
    DriftError,
    MissingError,
    PartResult,
    PartWriter,
    Sink,
    SinkNotEmptyError,
    WriteMode,
)
from h2o_frame_compat.io.connectors.sessions import Session, open_session, session
from h2o_frame_compat.io.connectors.sql_source import Sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

LEDGER = "h2o_batch_ledger"
"""The table beside the output in which each committed partition has a row."""
_BEGUN = "(begun)"
_MYSQL: Any = {"mysql_engine": "InnoDB", "mysql_default_charset": "utf8mb4"}  # transactions, and every character
# Asked beforehand: a statement that fails would end the transaction.
_MAY_TRUNCATE = sa.text(
    "SELECT has_table_privilege(:name, 'TRUNCATE') AND NOT EXISTS (SELECT 1 FROM pg_constraint"
    " WHERE contype = 'f' AND confrelid = CAST(:name AS regclass) AND conrelid <> confrelid)"
).bindparams(sa.bindparam("name", type_=sa.String()))


class SqlSink(Sql, Sink):
    """A table."""

    @cached_property
    def _name(self) -> tuple[Any, Any]:
        """The schema and the name of the table; what is quoted keeps its case, as the database has it."""
        parts = re.findall(r'"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|([^."`\[\]]+)', self.table)
        names = []
        for *quoted, plain in parts:
            text = next((q for q in quoted if q), "").replace('""', '"')
            fold = plain.lower() if self.address.kind == "postgres" else plain
            names.append(sa.quoted_name(text, quote=True) if text else sa.quoted_name(fold, quote=None))
        if not 1 <= len(names) <= 2:
            msg = f"table: {self.table} is not a table, or a schema and a table"
            raise ValueError(msg)
        return (names[0], names[1]) if len(names) == 2 else (None, names[0])

    @cached_property
    def _ledger(self) -> sa.Table:
        return sa.Table(
            LEDGER, sa.MetaData(),
            sa.Column("target", sa.String(200), primary_key=True),
            sa.Column("job_id", sa.String(120), primary_key=True),
            sa.Column("partition_id", sa.String(120), primary_key=True),
            sa.Column("row_count", sa.BigInteger, nullable=False),
            sa.Column("extra", sa.Text, nullable=False),
            sa.Column("committed_at", sa.String(40), nullable=False),
            schema=self._name[0], **_MYSQL,
        )  # fmt: skip

    def table_of(self, schema: pa.Schema) -> sa.Table:
        """Describe the table with the columns of a schema."""
        columns = [sa.Column(field.name, self._type(field.type)) for field in schema]
        return sa.Table(self._name[1], sa.MetaData(), *columns, schema=self._name[0], **_MYSQL)

    def _type(self, kind: pa.DataType) -> Any:
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if pa.types.is_boolean(kind):
            return sa.Boolean()
        if pa.types.is_integer(kind):
            return sa.BigInteger()
        if pa.types.is_floating(kind):
            return sa.Double()
        if pa.types.is_timestamp(kind):
            return sa.DateTime(timezone=kind.tz is not None).with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
        if pa.types.is_date(kind):
            return sa.Date()
        return sa.LargeBinary() if pa.types.is_binary(kind) else sa.Text()

    @property
    def atomic_create(self) -> bool | None:
        """Whether a second attempt at a part is refused: always, by the key of the ledger."""
        return True

    # ------------------------------------------------------------------------------- before

    def _names(self, held: Session) -> list[str] | None:
        """Give the columns of the table; None when there is no such table."""
        empty = sa.select(sa.text("*")).select_from(self.table_of(pa.schema([]))).where(sa.text("1=0"))
        try:
            with self.database.translated(self.table):
                return list(held.schema(empty).names)
        except MissingError:
            return None

    def check(self) -> None:
        """See whether the database answers, and whether rows may be inserted or the table made.

        Raises
        ------
        ConnectorError
            When it refuses, or when the table knows no transactions.
        ValueError
            When a secret cannot be found.
        """
        self._make_ledger()
        with self.database.translated(f"table {self.table}"):
            with session(self.database) as held:
                names = self._names(held)
            with session(self.database) as held:
                if names is None:
                    probe = sa.Table("h2o_batch_probe", sa.MetaData(), sa.Column("x", sa.Integer), schema=self._name[0])
                    held.execute(CreateTable(probe))
                    held.execute(DropTable(probe))
                else:
                    columns: list[Any] = [sa.column(name) for name in names]
                    table = sa.table(self._name[1], *columns, schema=self._name[0])
                    held.execute(sa.insert(table).from_select(names, sa.select(*columns).where(sa.text("1=0"))))
                    self._check_engine(held)

    def _check_engine(self, held: Session) -> None:
        """Refuse tables of MySQL that know no transactions."""
        if self.address.kind != "mysql":
            return
        about = sa.text("SELECT engine FROM information_schema.tables WHERE table_name = :t AND table_schema = "
                        "COALESCE(:s, DATABASE())").bindparams(t=str(self._name[1]), s=self._name[0])  # fmt: skip
        engine = (held.execute(about) or [("InnoDB",)])[0][0]
        if engine and engine.lower() in {"myisam", "aria", "memory", "csv"}:
            msg = f"table {self.table}: its engine is {engine}, which knows no transactions; InnoDB does"
            raise ConnectorError(msg)

    def _make_ledger(self) -> None:
        with self.database.translated(f"table {LEDGER}"):
            if self._has_ledger():
                return
            try:
                with session(self.database) as held:
                    held.execute(CreateTable(self._ledger))
                    held.commit()
            except Exception:
                if not self._has_ledger():  # which another worker may have made meanwhile
                    raise

    def _has_ledger(self) -> bool:
        with session(self.database) as held:
            return self._rows(held, None) is not None

    def _rows(self, held: Session, job_id: str | None, partition_id: str | None = None) -> list[tuple[Any, ...]] | None:
        """Give rows of the ledger; None when there is no ledger."""
        at = self._ledger.c
        wanted = sa.select(at.partition_id, at.row_count, at.extra)
        wanted = wanted.where(at.target == self._target, at.job_id == (job_id or ""))
        if partition_id is not None:
            wanted = wanted.where(at.partition_id == partition_id)
        try:
            with self.database.translated(LEDGER):
                return held.execute(wanted)
        except MissingError:
            return None

    @property
    def _target(self) -> str:
        return str(self._name[1])

    def begin(self, job_id: str, schema: pa.Schema) -> bool:
        """Prepare the table for a job: made where it is not there, emptied where it is to be overwritten."""
        table = self.table_of(schema)
        with self.database.translated(f"table {self.table}"):
            with session(self.database) as held:
                begun = self._rows(held, job_id, _BEGUN)
                if begun:
                    return True
                names = None if begun is None else self._names(held)
            if begun is None:
                self._make_ledger()
                with session(self.database) as held:
                    names = self._names(held)
            with session(self.database) as held:
                filled = names is not None and bool(held.execute(sa.select(sa.text("1")).select_from(table).limit(1)))
                if filled and self.write_mode is WriteMode.ERROR:
                    msg = f"table {self.table} has rows already; write_mode append adds to them"
                    raise SinkNotEmptyError(msg)
                if filled and self.write_mode is WriteMode.IGNORE:
                    return False
                lost = [] if names is None else [n for n in schema.names if n.lower() not in {m.lower() for m in names}]
                if names is not None and self.write_mode is WriteMode.OVERWRITE:
                    if lost or len(names) != len(schema):  # other columns: another table
                        held.execute(DropTable(table))
                        names = None
                    else:
                        self._empty(held, table)
                elif lost:
                    msg = f"table {self.table} has no column {lost[0]}"
                    raise DriftError(msg)
                if names is None:
                    held.execute(CreateTable(table))
                self.note(held, job_id, _BEGUN, 0, {})
                held.commit()
        return True

    def _empty(self, held: Session, table: sa.Table) -> None:
        """Remove all rows; PostgreSQL forgets them at once, where rights and other tables do not forbid that."""
        if self.address.kind == "postgres":
            name = held.dialect.identifier_preparer.format_table(table)
            if held.execute(_MAY_TRUNCATE.bindparams(name=name))[0][0]:
                escaped = name.replace(":", "\\:")
                held.execute(sa.text(f"TRUNCATE TABLE {escaped}"))
                return
        held.execute(sa.delete(table))

    def note(self, held: Session, job_id: str, partition_id: str, rows: int, extra: Mapping[str, Any]) -> None:
        """Write a row of the ledger."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        held.execute(
            self._ledger.insert().values(
                target=self._target, job_id=job_id, partition_id=partition_id, row_count=rows,
                extra=json.dumps(dict(extra)), committed_at=now,
            )
        )  # fmt: skip

    # ------------------------------------------------------------------------------- parts

    def open_part(self, job_id: str, partition_id: str, schema: pa.Schema) -> PartWriter:
        """Start the transaction of a partition."""
        return _TablePart(self, job_id, partition_id, schema)

    def committed(self, job_id: str, partition_id: str) -> PartResult | None:
        """Give what the ledger says about a partition; None when it is not committed."""
        with self.database.translated(f"table {LEDGER}"), session(self.database) as held:
            found = self._rows(held, job_id, partition_id)
        if not found:
            return None
        return PartResult(partition_id, found[0][1], self.table, json.loads(found[0][2]), repeated=True)

    def finish(self, job_id: str, partition_ids: Sequence[str]) -> dict[str, Any]:
        """Sum up what the ledger says; there is nothing to complete."""
        with self.database.translated(f"table {LEDGER}"), session(self.database) as held:
            found = {row[0]: row[1] for row in self._rows(held, job_id) or []}
        return {"rows": sum(found.get(partition_id, 0) for partition_id in partition_ids), "parts": [self.table]}

    def discard(self, job_id: str) -> None:
        """Do nothing: what is not committed is not there, and committed rows cannot be told from other rows."""


class _TablePart(PartWriter):
    """A transaction: the rows of a partition and its row in the ledger."""

    def __init__(self, sink: SqlSink, job_id: str, partition_id: str, schema: pa.Schema) -> None:
        super().__init__(job_id, partition_id)
        self._sink = sink
        with self._translated():
            self._held: Session | None = open_session(sink.database)
            self._loader = self._held.loader(sink.table_of(schema), schema)

    def _translated(self) -> AbstractContextManager[None]:
        return self._sink.database.translated(f"table {self._sink.table}")

    def _take(self, batch: pa.RecordBatch) -> None:
        assert self._held is not None, "the part is open"
        with self._translated():
            if batch.num_rows:
                self._loader.write(batch)

    def commit(self, extra: Mapping[str, Any] | None = None) -> PartResult:
        assert self._held is not None, "the part is open"
        try:
            with self._translated():
                self._loader.finish()
                self._sink.note(self._held, self.job_id, self.partition_id, self.rows, extra or {})
                self._held.commit()
        except ConnectorError:
            self.abort()  # the other attempt may wait for us
            there = self._sink.committed(self.job_id, self.partition_id)
            if there is None:
                raise
            return there
        self.abort()
        return PartResult(self.partition_id, self.rows, self._sink.table, dict(extra or {}))

    def abort(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._loader.abandon()
            held.close()
