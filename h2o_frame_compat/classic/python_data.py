"""Lists, tuples, dicts and arrays as the columns of a frame."""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np
import pandas as pd

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.]*")
_VALUES = (str, int, float, np.number, np.bool_)


def local_frame(data: Any) -> pd.DataFrame:
    """Make a pandas frame of Python data.

    Parameters
    ----------
    data : list, tuple, dict, numpy.ndarray or pandas.DataFrame
        A flat list is one column; a list of lists holds rows, short ones filled up with missing values; a dict holds
        columns.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    ValueError
        For everything else.
    """
    if isinstance(data, pd.DataFrame):
        return data.reset_index(drop=True).rename(columns=str)
    if isinstance(data, np.ndarray):
        data = data.tolist()
    if isinstance(data, dict):
        return _of_dict(data)
    if isinstance(data, (list, tuple)):
        return _of_rows(data) if any(isinstance(v, (list, tuple)) for v in data) else _of_columns({"C1": list(data)})
    msg = f"a frame is made of a tuple, a list, a dict, an array or a pandas frame, not of a {type(data).__name__}"
    raise ValueError(msg)


def _of_rows(rows: Any) -> pd.DataFrame:
    if not all(isinstance(row, (list, tuple)) for row in rows):
        msg = "python_obj mixes lists with other values; all of its members are lists, or none is"
        raise ValueError(msg)
    columns = list(itertools.zip_longest(*rows))
    return _of_columns({f"C{n}": list(column) for n, column in enumerate(columns, 1)})


def _of_dict(data: dict[Any, Any]) -> pd.DataFrame:
    for name in data:
        if not (isinstance(name, str) and _NAME.fullmatch(name)):
            msg = f"{name!r} cannot name a column: names are letters, digits, '_' and '.', and begin with no digit"
            raise ValueError(msg)
    lists = {k: list(v) if isinstance(v, (list, tuple, np.ndarray)) else [v] for k, v in data.items()}
    filled = zip(*itertools.zip_longest(*lists.values()), strict=True)
    return _of_columns({k: list(v) for k, v in zip(lists, filled, strict=False)})


def _of_columns(columns: dict[str, list[Any]]) -> pd.DataFrame:
    for name, column in columns.items():
        for value in column:
            if value is not None and not isinstance(value, _VALUES):
                msg = f"a value is a text or a number, not a {type(value).__name__} (in column {name!r})"
                raise ValueError(msg)
    if not columns or not any(columns.values()):
        msg = "there is no data to make a frame of"
        raise ValueError(msg)
    return pd.DataFrame({name: _typed(column) for name, column in columns.items()})


def _typed(column: list[Any]) -> pd.Series:
    """Give a column one type: texts where there is one, else numbers."""
    if any(isinstance(v, str) for v in column):
        return pd.Series([None if pd.isna(v) else str(v) for v in column], dtype="str")
    return pd.Series(column, dtype="float64" if None in column else None)
