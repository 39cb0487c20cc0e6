"""Tables and queries of databases as a source."""

from __future__ import annotations

import datetime
import itertools
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlalchemy as sa

from h2o_frame_compat.io.connectors import databases
from h2o_frame_compat.io.connectors.base import Connector, DriftError, Partition, Source
from h2o_frame_compat.io.connectors.secret import SecretRef
from h2o_frame_compat.io.connectors.sessions import session
from h2o_frame_compat.io.connectors.streams import fitted, in_batches, same_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from sqlalchemy.sql.selectable import Select

    from h2o_frame_compat.io.connectors.base import BadRow


class Sql(Connector):
    """What sources and sinks in databases share."""

    def __post_init__(self) -> None:
        location, password = databases.without_password(self.location or "")
        secrets: dict[str, SecretRef] = dict(self.config.get("secretParams") or {})
        if password is not None:
            if "password" in secrets:
                raise ValueError("secretParams: password is given, and the location has a password as well")
            self.location = location
            secrets["password"] = SecretRef("value", password)
            self.config["secretParams"] = secrets
        self.address = databases.address_of(location, self.config.get("driver"))
        databases.check_names(location, secrets)
        self.table: str = self.config["table"].strip()

    @cached_property
    def database(self) -> databases.Database:
        """The database."""
        return databases.Database(self.address, self.config.get("secretParams") or {})

    @property
    def place(self) -> str:
        """The place in a form that is equal for equal places, without secrets."""
        table = self.table.replace('"', "").lower()
        return f"{self.address.place} {table}"


class SqlSource(Sql, Source):
    """A table or a query."""

    def __post_init__(self) -> None:
        super().__post_init__()
        low, high = self.config.get("lowerBound"), self.config.get("upperBound")
        if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low > high:
            msg = f"lowerBound: {low} is above upperBound, {high}"
            raise ValueError(msg)

    def query(self, partition: Partition | None = None) -> Select[Any]:
        """Give the query for a partition, or for all rows.

        Parameters
        ----------
        partition : Partition, optional
            One of `partitions`.

        Returns
        -------
        sqlalchemy.Select
        """
        text = f"{self.table} h2o_source" if self.table.startswith("(") else self.table
        all_rows = sa.select(sa.text("*")).select_from(sa.text(text.replace(":", "\\:")))
        what = partition.what if partition is not None else {}
        conditions = []
        column: Any = sa.column(sa.quoted_name(what["column"], quote=True)) if what else None
        if what.get("from") is not None:
            conditions.append(column >= self._literal(what["from"]))
        if what.get("to") is not None:
            below = column < self._literal(what["to"])
            # Bounds divide rows and leave none out: those below, and those without a value, are in the first part.
            conditions.append(sa.or_(below, column.is_(None)) if what.get("from") is None else below)
        return all_rows.where(*conditions)

    def _literal(self, bound: Any) -> Any:
        kind = self.schema().field(self._column).type
        if pa.types.is_timestamp(kind):
            return sa.literal(datetime.datetime.fromisoformat(bound), sa.DateTime())
        if pa.types.is_date(kind):
            return sa.literal(datetime.date.fromisoformat(bound), sa.Date())
        return sa.literal(bound, sa.BigInteger() if isinstance(bound, int) else sa.Double())

    @cached_property
    def _column(self) -> str:
        """The partition column, as the database writes it."""
        wanted = self.config["partitionColumn"].strip('"`[]')
        names = self.schema().names
        found = [n for n in names if n == wanted] or [n for n in names if n.lower() == wanted.lower()]
        if not found:
            msg = f"partitionColumn: there is no {wanted}; the columns are {', '.join(names[:20])}"
            raise ValueError(msg)
        return str(found[0])

    def check(self) -> None:
        """See whether the database answers, whether the table is there, and whether the bounds fit the column.

        Raises
        ------
        ConnectorError
            When the database refuses.
        ValueError
            When the bounds do not fit the column; the message names the field.
        """
        self.partitions(1)

    def schema(self) -> pa.Schema:
        """Give names and types of the columns: whole numbers have 64 bits, decimal numbers are floats.

        Returns
        -------
        pyarrow.Schema
        """
        return self._schema

    @cached_property
    def _schema(self) -> pa.Schema:
        with self.database.translated(f"table {self._named}"), session(self.database) as held:
            found = held.schema(self.query())
        if len({*found.names}) < len(found.names):
            msg = f"table: a column name appears twice: {next(n for n in found.names if found.names.count(n) > 1)}"
            raise ValueError(msg)
        return found

    @property
    def _named(self) -> str:
        return "(query)" if self.table.startswith("(") else self.table

    def partitions(self, n: int) -> list[Partition]:
        """Divide the table by ``partitionColumn`` into ``numPartitions`` parts; without them it is one part.

        The bounds say how wide a part is. Rows below the lower bound and those without a value are in the first
        part, rows above the upper bound in the last.

        Parameters
        ----------
        n : int
            Not used: ``numPartitions`` says it.

        Returns
        -------
        list of Partition
        """
        del n
        if "partitionColumn" not in self.config:
            self.schema()
            return [Partition("00000")]
        kind = self.schema().field(self._column).type
        low, high = (_as_number(self.config[name], kind, name) for name in ("lowerBound", "upperBound"))
        if low > high:
            msg = f"lowerBound: {self.config['lowerBound']} is above upperBound, {self.config['upperBound']}"
            raise ValueError(msg)
        count = self.config["numPartitions"]
        steps = (high - low) * 1.0 / count if isinstance(low, float) or isinstance(high, float) else None
        cuts = [low + (i * steps if steps is not None else i * (high - low) // count) for i in range(1, count)]
        cuts = sorted({cut for cut in cuts if low < cut < high})
        bounds = [None, *(_as_bound(cut, kind) for cut in cuts), None]
        return [
            Partition(f"{i:05d}", {"column": self._column, "from": start, "to": end})
            for i, (start, end) in enumerate(itertools.pairwise(bounds))
        ]

    def read(
        self,
        partition: Partition,
        batch_rows: int,
        *,
        schema: pa.Schema | None = None,
        on_bad_row: Callable[[BadRow], None] | None = None,
    ) -> Generator[pa.RecordBatch, None, None]:
        """Read a partition as a stream; see `Source.read`."""
        own = self.schema()
        given = {f.name: f.type for f in schema} if schema is not None else {}
        wanted = pa.schema([pa.field(f.name, given.get(f.name, f.type)) for f in own])
        where = f"table {self._named}, partition {partition.id}"

        def tables() -> Iterator[pa.Table]:
            before = 0
            for batch in held.stream(self.query(partition), batch_rows, own):
                same_columns(batch.schema.names, wanted, where)
                for made in fitted(batch.select(wanted.names), wanted, where, on_bad_row, before):
                    yield pa.Table.from_batches([made])
                before += batch.num_rows

        with self.database.translated(where), session(self.database) as held:
            try:
                yield from in_batches(tables(), wanted, batch_rows)
            except pa.ArrowInvalid as error:
                msg = f"{where}: {error}"
                raise DriftError(msg) from None


_EPOCH = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 - times of a column without a zone have none
_MICROSECOND = datetime.timedelta(microseconds=1)


def _as_number(bound: Any, kind: pa.DataType, name: str) -> int | float:
    """Give a bound as a number: itself, days, or microseconds."""
    try:
        if pa.types.is_timestamp(kind):
            time = datetime.datetime.fromisoformat(str(bound).strip())
            if time.tzinfo is not None:
                time = time.astimezone(datetime.UTC).replace(tzinfo=None)
            return (time - _EPOCH) // _MICROSECOND
        if pa.types.is_date(kind):
            return datetime.date.fromisoformat(str(bound).strip()[:10]).toordinal()
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            number = float(bound)
            return int(bound) if number.is_integer() and pa.types.is_integer(kind) else number
    except ValueError:
        msg = f"{name}: {bound!r} is no {kind}, which partitionColumn has"
        raise ValueError(msg) from None
    msg = f"partitionColumn: has {kind}; numbers, dates and times can be divided"
    raise ValueError(msg)


def _as_bound(number: float, kind: pa.DataType) -> Any:
    if pa.types.is_timestamp(kind):
        return (_EPOCH + number * _MICROSECOND).isoformat(sep=" ")
    return datetime.date.fromordinal(int(number)).isoformat() if pa.types.is_date(kind) else number
