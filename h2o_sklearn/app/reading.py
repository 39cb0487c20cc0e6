"""Files that a browser sends, as tables; and tables as what a page shows of them."""

from __future__ import annotations

import base64
import io
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from h2o_frame_compat.io.orbitdb.layout import HOST_COLUMNS, table_of
from h2o_sklearn.app.errors import RefusedError
from h2o_sklearn.app.web import parsed
from h2o_sklearn.cluster._report import MOST_POINTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    names = Counter(table.column_names)
    twice = next((column for column, times in names.items() if times > 1), None)
    if twice is not None:
        raise RefusedError(f"{name} has more than one column {twice!r}; give each its own name", "file")
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
        ``columns`` with names, types, whether they are numbers, and whether they are clustered unless somebody chooses
        others; the first rows as text; and ``points``: two columns to draw, a fair sample where there are many rows,
        with ``map`` for places on earth.
    """
    known, chosen = numbers(table), clustered(table)
    first = table.slice(0, _SHOWN).to_pylist()
    return {
        "origin": origin,
        "rows": table.num_rows,
        "columns": [
            {"name": f.name, "type": str(f.type), "number": f.name in known, "chosen": f.name in chosen}
            for f in table.schema
        ],
        "first": [["" if value is None else str(value) for value in row.values()] for row in first],
        "points": _points(table, known),
    }


def numbers(table: pa.Table) -> list[str]:
    """Name the columns that are numbers.

    Parameters
    ----------
    table : pyarrow.Table
        The table.

    Returns
    -------
    list of str
        Their names.
    """
    return [f.name for f in table.schema if pa.types.is_integer(f.type) or pa.types.is_floating(f.type)]


def clustered(table: pa.Table) -> list[str]:
    """Name the columns that are clustered unless somebody chooses others.

    Parameters
    ----------
    table : pyarrow.Table
        The table.

    Returns
    -------
    list of str
        All numbers; of the ``x``, ``y``, ``t`` that H2O-Host makes not ``t``, the true group of each row.
    """
    return numbers(table) if table.column_names != HOST_COLUMNS else HOST_COLUMNS[:2]


def axes(columns: list[str]) -> tuple[list[str], bool]:
    """Choose two columns to draw.

    Parameters
    ----------
    columns : list of str
        The columns that are numbers.

    Returns
    -------
    list of str
        The horizontal and the vertical one; fewer where there are not two.
    bool
        Whether they are places on earth.
    """
    east = next((n for n in columns if n.lower() in _LONGITUDE), None)
    north = next((n for n in columns if n.lower() in _LATITUDE), None)
    return ([east, north], True) if east and north else (columns[:2], False)


def _points(table: pa.Table, known: list[str]) -> dict[str, Any]:
    drawn, places = axes(known)
    rows = table.num_rows
    if rows > MOST_POINTS:
        chosen = np.sort(np.random.default_rng(0).choice(rows, MOST_POINTS, replace=False))
        table = table.take(chosen)
    values = [packed(table.column(name).cast(pa.float64(), safe=False).to_numpy()) for name in drawn]
    return {"axes": drawn, "values": values, "map": places, "sampled": rows > MOST_POINTS}


def packed(values: NDArray[Any]) -> dict[str, str]:
    """Write numbers as plotly takes them in JSON: their bytes, which a browser need not read as text.

    Parameters
    ----------
    values : ndarray
        The numbers; NaN where there is none.

    Returns
    -------
    dict
        ``dtype``, such as ``f8``, and ``bdata``, the bytes in base 64, the least significant one first.
    """
    least_first = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    return {"dtype": values.dtype.str[1:], "bdata": base64.b64encode(least_first.tobytes()).decode()}
