"""Files that a browser sends, as tables; and tables as what a page shows of them."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from h2o_frame_compat.io.orbitdb.layout import table_of
from h2o_sklearn.app.errors import RefusedError
from h2o_sklearn.app.web import parsed
from h2o_sklearn.cluster._report import MOST_POINTS

_SHOWN = 20
_LATITUDE, _LONGITUDE = {"lat", "latitude"}, {"lon", "lng", "long", "longitude"}


def read(name: str, content: bytes) -> pa.Table:
    """Read an uploaded file.

    Parameters
    ----------
    name : str
        Its name; the ending says what it is.
    content : bytes
        What is in it.

    Returns
    -------
    pyarrow.Table
        Its rows.

    Raises
    ------
    RefusedError
        When it is none of CSV, JSON and Parquet, cannot be read, or has no rows.
    """
    ending = PurePath(name).suffix.lower()
    try:
        match ending:
            case ".csv":
                table = pyarrow.csv.read_csv(io.BytesIO(content))
            case ".parquet":
                table = pyarrow.parquet.read_table(io.BytesIO(content))
            case ".json":
                table = _json(content)
            case _:
                raise RefusedError(f"{name or 'this'} is not a .csv, .json or .parquet file", "file")
    except RefusedError:
        raise
    except (pa.ArrowException, OSError, TypeError, ValueError) as problem:
        raise RefusedError(f"{name} cannot be read as {ending[1:]}: {problem}", "file") from None
    if not table.num_rows or not table.num_columns:
        raise RefusedError(f"{name} has no rows", "file")
    return table


def _json(content: bytes) -> pa.Table:
    found = parsed(content)
    if isinstance(found, list) and all(isinstance(row, dict) for row in found):
        return pa.Table.from_pylist(found)
    return table_of(found)


def preview(table: pa.Table, origin: str) -> dict[str, Any]:
    """Describe a table for a page.

    Parameters
    ----------
    table : pyarrow.Table
        The table.
    origin : str
        Where it is from.

    Returns
    -------
    dict
        ``columns`` with names, types and whether they are numbers, the first rows as text, and ``points``: two
        columns to draw, a fair sample where there are many rows, with ``map`` for places on earth.
    """
    numbers = [f.name for f in table.schema if pa.types.is_integer(f.type) or pa.types.is_floating(f.type)]
    first = table.slice(0, _SHOWN).to_pylist()
    return {
        "origin": origin,
        "rows": table.num_rows,
        "columns": [{"name": f.name, "type": str(f.type), "number": f.name in numbers} for f in table.schema],
        "first": [["" if value is None else str(value) for value in row.values()] for row in first],
        "points": _points(table, numbers),
    }


def axes(numbers: list[str]) -> tuple[list[str], bool]:
    """Choose two columns to draw.

    Parameters
    ----------
    numbers : list of str
        The columns that are numbers.

    Returns
    -------
    list of str
        The horizontal and the vertical one; fewer where there are not two.
    bool
        Whether they are places on earth.
    """
    east = next((n for n in numbers if n.lower() in _LONGITUDE), None)
    north = next((n for n in numbers if n.lower() in _LATITUDE), None)
    return ([east, north], True) if east and north else (numbers[:2], False)


def _points(table: pa.Table, numbers: list[str]) -> dict[str, Any]:
    drawn, places = axes(numbers)
    rows = table.num_rows
    if rows > MOST_POINTS:
        chosen = np.sort(np.random.default_rng(0).choice(rows, MOST_POINTS, replace=False))
        table = table.take(chosen)
    values = [_plain(table.column(name)) for name in drawn]
    return {"axes": drawn, "values": values, "map": places, "sampled": rows > MOST_POINTS}


def _plain(column: pa.ChunkedArray) -> list[float | None]:
    values = column.cast(pa.float64()).to_numpy()
    return [float(v) if np.isfinite(v) else None for v in values]
