"""Between wide and long: `wide_to_long`, `lreshape`, and dummies turned back into values."""

from __future__ import annotations

import contextlib
import re
from typing import Any

import pandas as pd

from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.pandas.concat import concat
from h2o_frame_compat.pandas.frame import DataFrame
from h2o_frame_compat.pandas.wrap import from_local


def wide_to_long(df: Any, stubnames: Any, i: Any, j: Any, sep: str = "", suffix: str = r"\d+") -> DataFrame:
    r"""Put columns whose labels differ in a suffix one below the other.

    Parameters
    ----------
    df : DataFrame
        The data.
    stubnames : str or list of str
        What the labels begin with.
    i : label or list of labels
        Columns that identify the rows.
    j : str
        The name of the level that holds the suffixes.
    sep : str, default ""
        What is between stub and suffix.
    suffix : str, default r"\\d+"
        A regular expression for the suffixes.

    Returns
    -------
    DataFrame

    Raises
    ------
    ValueError
        When the rows are not identified, or a stub is a label.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> df = pd.DataFrame({"id": [1, 2], "a1": [5, 6], "a2": [7, 8]})
    >>> pd.wide_to_long(df, "a", i="id", j="n").shape
    (4, 1)
    """
    frame = from_local(df)
    stubs, ids = ([x] if not pd.api.types.is_list_like(x) else list(x) for x in (stubnames, i))
    if frame.columns.isin(stubs).any():
        msg = "stubname can't be identical to a column name"
        raise ValueError(msg)
    if frame[ids].duplicated().any():
        msg = "the id variables need to uniquely identify each row"
        raise ValueError(msg)
    used: list[Any] = []
    parts = []
    for stub in stubs:
        found = frame.columns[frame.columns.str.match(rf"^{re.escape(stub)}{re.escape(sep)}{suffix}$")]
        used.extend(found)
        long = frame.melt(id_vars=ids, value_vars=list(found), value_name=stub.rstrip(sep), var_name=j)
        long[j] = long[j].map(_suffixes(found, stub + sep))
        parts.append(long.set_index([*ids, j]))
    rest = frame[list(frame.columns.difference(used))]
    long = concat(parts, axis=1)
    if len(ids) > 1:
        merged: DataFrame = rest.merge(long.reset_index(), on=ids).set_index([*ids, j])
        return merged
    # With one id pandas keeps the order of the long frame.
    made = long.reset_index().merge(rest, on=ids, how="left").set_index([*ids, j])
    arranged: DataFrame = made[[label for label in (*rest.columns, *long.columns) if label not in ids]]
    return arranged


def _suffixes(labels: pd.Index[Any], start: str) -> dict[Any, Any]:
    """Give the suffix of each label, as a number where all are numbers."""
    found = pd.Series(labels).str.replace(re.escape(start), "", regex=True)
    with contextlib.suppress(TypeError, ValueError, OverflowError):
        found = pd.to_numeric(found)
    return dict(zip(labels, found.tolist(), strict=True))


def lreshape(data: Any, groups: dict[Any, list[Any]], dropna: bool = True) -> DataFrame:
    """Put groups of columns one below the other.

    Parameters
    ----------
    data : DataFrame
        The data.
    groups : dict
        New label to the columns that it takes the place of.
    dropna : bool, default True
        Whether rows with a missing value in a new column are left out.

    Returns
    -------
    DataFrame

    Raises
    ------
    ValueError
        When the groups are not equally long.
    """
    frame = from_local(data)
    count = len(next(iter(groups.values())))
    if any(len(names) != count for names in groups.values()):
        msg = "All column lists must be same length"
        raise ValueError(msg)
    gone = {name for names in groups.values() for name in names}
    stay = list(frame.columns.difference(list(gone)))
    parts = [frame[[*stay, *(names[n] for names in groups.values())]] for n in range(count)]
    long = concat([p.set_axis([*stay, *groups], axis=1) for p in parts], ignore_index=True)
    made: DataFrame = long.dropna(subset=list(groups), ignore_index=True) if dropna else long
    return made


def from_dummies(data: Any, sep: str | None = None, default_category: Any = None) -> DataFrame:
    """Turn columns of truth values back into columns of values.

    Parameters
    ----------
    data : DataFrame
        The truth values, one column for each value.
    sep : str, optional
        What separates the label of the column from the value; without it all is one column.
    default_category : hashable or dict, optional
        The value of rows that have none.

    Returns
    -------
    DataFrame

    Raises
    ------
    ValueError, TypeError
        When a row has several values or none, and for data that is no truth values.

    Examples
    --------
    >>> import h2o_frame_compat.pandas as pd
    >>> pd.from_dummies(pd.DataFrame({"c_a": [1, 0], "c_b": [0, 1]}), sep="_")["c"].tolist()
    ['a', 'b']
    """
    frame = from_local(data)
    if not isinstance(frame, DataFrame):
        msg = f"Expected 'data' to be a 'DataFrame'; Received 'data' of type: {type(data).__name__}"
        raise TypeError(msg)
    _require_dummies(frame)
    # pandas checks labels and arguments, on one row that has a value for each column.
    variables = _variables(frame.columns, sep)
    single = pd.DataFrame([[n == places[0] for places in variables.values() for n in places]])
    order = [n for places in variables.values() for n in places]
    single.columns = frame.columns[order]
    pd.from_dummies(single[list(frame.columns)], sep=sep, default_category=default_category)
    made: DataFrame = frame[[]]
    for prefix, places in variables.items():
        categories = [label if sep is None else label[len(prefix + sep) :] for label in frame.columns[places]]
        default = default_category.get(prefix) if isinstance(default_category, dict) else default_category
        made[prefix] = _decoded(frame, places, categories, default)
    return made


def _variables(labels: pd.Index[Any], sep: Any) -> dict[Any, list[int]]:
    """Give the positions of the columns of each variable."""
    found: dict[Any, list[int]] = {}
    for n, label in enumerate(labels):
        prefix = label.split(sep)[0] if isinstance(sep, str) and sep else ""
        found.setdefault(prefix, []).append(n)
    return found


def _require_dummies(frame: DataFrame) -> None:
    gaps = frame.isna().any().to_pandas()
    if gaps.any():
        msg = f"Dummy DataFrame contains NA value in column: '{gaps.idxmax()}'"
        raise ValueError(msg)
    plain = all(d.is_numeric for d in frame._block.dtypes)
    if not plain or not frame.isin([0, 1]).all().all():
        msg = "Passed DataFrame contains non-dummy data"
        raise TypeError(msg)


def _decoded(frame: DataFrame, places: list[int], categories: list[Any], default: Any) -> Any:
    """Give the category of each row."""
    columns = [frame._series(n).astype("int64") for n in places]
    assigned = code = columns[0]
    for n, column in enumerate(columns[1:], start=2):
        assigned, code = assigned + column, code + column * n
    for wrong, what, found in (
        ("multi-assignment(s)", "idxmax", assigned.max() > 1),
        ("unassigned value(s)", "idxmin", default is None and assigned.min() == 0),
    ):
        if found:
            msg = f"Dummy DataFrame contains {wrong}; First instance in row: {getattr(assigned, what)()}"
            raise ValueError(msg)
    values = pd.Series([*([] if default is None else [default]), *categories], dtype=frame.columns.dtype)
    numbers = pd.Series(range(1 if default is None else 0, len(categories) + 1))
    block = code._block
    return type(code)._of(block.with_columns([lookup(block.columns[0], numbers, values)]))
