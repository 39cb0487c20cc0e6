"""Databases: rows come and go a batch at a time, over SQLAlchemy, ADBC or a DBAPI connection, as in pandas."""

from __future__ import annotations

import contextlib
from itertools import chain
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
from pandas.io._util import arrow_table_to_pandas

from h2o_frame_compat.io.gather import UnsettledError, gather
from h2o_frame_compat.io.leave import frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from h2o_frame_compat.core.block import Block

ROWS = 50_000
"""Rows of a batch: how many columns there are is known too late."""


def read(reader: Callable[..., Any], query: Any, con: Any, options: Mapping[str, Any]) -> pd.DataFrame | Block:
    """Read a query or a table; many rows go to the cluster batch by batch.

    Parameters
    ----------
    reader : callable
        ``pandas.read_sql``, ``read_sql_query`` or ``read_sql_table``.
    query : str or selectable
        The query, or the name of the table.
    con : connection, engine or str
        The database.
    options : dict
        The other arguments.

    Returns
    -------
    pandas.DataFrame or Block
        The frame, if it was read in one piece.
    """
    if options.get("parse_dates"):  # how dates are written is found out from the whole column
        return reader(query, con, **options)
    try:
        if not _is_adbc(con):
            return gather(reader(query, con, **{**options, "chunksize": ROWS}), "from the database")
        if _is_query(reader, query) and not any(v is not None and v is not True for v in _given(options)):
            return gather(_adbc_batches(query, con), "from the database")
    except UnsettledError:
        pass  # in one piece, then
    return reader(query, con, **options)


def _given(options: Mapping[str, Any]) -> list[Any]:
    return [None if v is pd.api.extensions.no_default else v for v in options.values()]


def _is_adbc(con: Any) -> bool:
    return any(kind.__module__.startswith("adbc_driver_manager") for kind in type(con).__mro__)


def _is_query(reader: Callable[..., Any], query: Any) -> bool:
    """Tell a query from the name of a table."""
    return isinstance(query, str) and (reader is pd.read_sql_query or query.lstrip()[:7].lower() == "select ")


def _adbc_batches(query: str, con: Any) -> Iterator[pd.DataFrame]:
    with con.cursor() as cursor:
        cursor.execute(query)
        reader = cursor.fetch_record_batch()
        yield arrow_table_to_pandas(reader.schema.empty_table())
        for batch in reader:
            yield arrow_table_to_pandas(pa.Table.from_batches([batch]))


def to_sql(block: Block, name: str, con: Any, options: Mapping[str, Any], *, series: bool = False) -> int | None:
    """Write a table; where the database can, all of it or nothing.

    Parameters
    ----------
    block : Block
        The frame.
    name : str
        The table.
    con : connection, engine or str
        The database.
    options : dict
        The other arguments of ``DataFrame.to_sql``.
    series : bool
        Whether it is the column of a series.

    Returns
    -------
    int or None
        The number of rows written, where the driver tells it.
    """
    counts: list[int | None] = []
    batches = frames(block, "write to the database")
    first = next(batches)  # what cannot be computed is known before anything is written
    try:
        with _transaction(con) as held:
            for batch in chain([first], batches):
                given = {**options, "if_exists": "append"} if counts else options
                counts.append((batch.iloc[:, 0] if series else batch).to_sql(name, held, **given))
    except BaseException:
        if counts and options["if_exists"] in {"fail", "replace"}:
            _drop(name, con, options["schema"])
        raise
    return None if None in counts else sum(c for c in counts if c is not None)


def _is_sqlalchemy(con: Any) -> bool:
    return isinstance(con, str) or type(con).__module__.startswith("sqlalchemy")


@contextlib.contextmanager
def _transaction(con: Any) -> Iterator[Any]:
    """Give a connection of SQLAlchemy's in a transaction; those of other libraries as they are."""
    if not _is_sqlalchemy(con):
        yield con
        return
    import sqlalchemy  # noqa: PLC0415 - an extra

    engine = sqlalchemy.create_engine(con) if isinstance(con, str) else con
    try:
        if isinstance(engine, sqlalchemy.Engine) or not engine.in_transaction():
            with engine.begin() as began:
                yield began if isinstance(engine, sqlalchemy.Engine) else engine
        else:
            yield engine
    finally:
        if isinstance(con, str):
            engine.dispose()


def _drop(name: str, con: Any, schema: str | None) -> None:
    """Take back a table of which a part is written, where the end of the transaction has not done so."""
    if not _is_sqlalchemy(con):
        full = ".".join('"' + part.replace('"', '""') + '"' for part in (schema, name) if part)
        with contextlib.suppress(Exception), contextlib.closing(con.cursor()) as cursor:
            cursor.execute(f"DROP TABLE {full}")
            con.commit()
        return
    import sqlalchemy  # noqa: PLC0415 - an extra

    with _transaction(con) as held:
        sqlalchemy.Table(name, sqlalchemy.MetaData(), schema=schema).drop(held, checkfirst=True)
