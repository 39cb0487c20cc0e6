"""``pd.read_csv`` and its sisters: pandas reads, so that every value is what pandas makes of it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core import handover
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.pandas.frame import DataFrame
from h2o_frame_compat.pandas.wrap import from_local

if TYPE_CHECKING:
    from collections.abc import Callable


def _reader(name: str) -> Callable[..., Any]:
    """Make a reader: pandas reads the file, the columns go to the cluster when it first needs them."""
    theirs = getattr(pd, name)

    def read(*args: Any, **kwargs: Any) -> Any:
        found = theirs(*args, **kwargs)
        if isinstance(found, (pd.DataFrame, pd.Series)):
            return from_local(found)
        if isinstance(found, list):  # read_html gives several tables
            return [from_local(part) for part in found]
        if isinstance(found, dict):  # so does read_excel
            return {key: from_local(part) for key, part in found.items()}
        return (from_local(part) for part in found)  # chunks

    read.__name__ = name
    read.__doc__ = f"Do what `pandas.{name}` does; the result is a frame in the cluster."
    read.__signature__ = inspect.signature(theirs)  # type: ignore[attr-defined]
    return read


read_csv = _reader("read_csv")
read_table = _reader("read_table")
read_fwf = _reader("read_fwf")
read_json = _reader("read_json")
read_parquet = _reader("read_parquet")
read_feather = _reader("read_feather")
read_orc = _reader("read_orc")
read_excel = _reader("read_excel")
read_html = _reader("read_html")
read_xml = _reader("read_xml")
read_sql = _reader("read_sql")
read_sql_query = _reader("read_sql_query")
read_sql_table = _reader("read_sql_table")
read_clipboard = _reader("read_clipboard")
read_hdf = _reader("read_hdf")
read_pickle = _reader("read_pickle")
read_sas = _reader("read_sas")
read_spss = _reader("read_spss")
read_stata = _reader("read_stata")


def from_pandas(data: Any) -> Any:
    """Bring a pandas frame or series to the cluster; it is uploaded when the cluster first needs it.

    Parameters
    ----------
    data : pandas.DataFrame or pandas.Series
        Any whose columns H2O can hold.

    Returns
    -------
    DataFrame or Series

    Raises
    ------
    TypeError
        When it is something else, or a column has a type that H2O has not.

    Examples
    --------
    >>> import pandas
    >>> from_pandas(pandas.DataFrame({"a": [1, 2]})).shape
    (2, 1)
    """
    if not isinstance(data, (pd.DataFrame, pd.Series)):
        msg = f"expected a pandas DataFrame or Series, not {type(data).__name__}"
        raise TypeError(msg)
    return from_local(data)


def from_arrow(data: Any) -> DataFrame:
    """Bring an Arrow table, or anything that exports an Arrow stream, to the cluster.

    Parameters
    ----------
    data : pyarrow.Table, polars.DataFrame, or any object with ``__arrow_c_stream__``
        The table.

    Returns
    -------
    DataFrame

    Raises
    ------
    TypeError
        When it exports no Arrow data, or a column has a type that H2O has not.
    """
    return DataFrame._of(Block.from_arrow(data))


def from_h2o(frame: Any) -> DataFrame:
    """Use a frame of the `h2o` package, or one that is in the cluster under a key; nothing is copied.

    Parameters
    ----------
    frame : h2o.H2OFrame or str
        The frame or its key.

    Returns
    -------
    DataFrame
        Enum columns are categoricals; integer columns with missing values are float64.

    Raises
    ------
    FrameNotFoundError
        When there is no such frame in the cluster.
    """
    return DataFrame._of(handover.from_h2o(frame))


def from_polars(data: Any) -> DataFrame:
    """Bring a polars frame to the cluster; see `from_arrow`."""
    return from_arrow(data.collect() if hasattr(data, "collect") else data)
