"""``pd.read_csv`` and its sisters: pandas reads, so that every value is what pandas makes of it."""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from h2o_frame_compat.core import handover
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.io import columnar, sql, stores, tables, text
from h2o_frame_compat.io.gather import join
from h2o_frame_compat.io.orbitdb import frames as orbitdb
from h2o_frame_compat.pandas.borrowed import presented
from h2o_frame_compat.pandas.frame import DataFrame
from h2o_frame_compat.pandas.wrap import from_local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def _reader(name: str) -> Callable[..., Any]:
    """Make a reader: pandas reads the file, the columns go to the cluster when it first needs them."""
    theirs = getattr(pd, name)

    def read(*args: Any, **kwargs: Any) -> Any:
        if args:
            stores.prepare(args[0])
        found = theirs(*args, **kwargs)
        if isinstance(found, (pd.DataFrame, pd.Series)):
            return from_local(found)
        if isinstance(found, list):  # read_html gives several tables
            return [from_local(part) for part in found]
        if isinstance(found, dict):  # so does read_excel
            return {key: from_local(part) for key, part in found.items()}
        return Chunks(found)

    return _named(read, theirs)


def _named(read: Callable[..., Any], theirs: Callable[..., Any]) -> Callable[..., Any]:
    name = theirs.__name__
    doc = f"Do what `pandas.{name}` does; the result is a frame in the cluster."
    return presented(read, name, doc, inspect.signature(theirs))


def _file_reader(name: str, read_one: Callable[..., Any]) -> Callable[..., Any]:
    """Make a reader that sends what it reads to the cluster batch by batch, from one file or several."""
    theirs = getattr(pd, name)
    signature = inspect.signature(theirs)

    def read(*args: Any, **kwargs: Any) -> Any:
        options = dict(signature.bind(*args, **kwargs).arguments)
        options |= options.pop("kwargs", options.pop("kwds", {}))
        path = options.pop(next(iter(signature.parameters)))
        stores.prepare(path)
        if options.get("chunksize") is not None or options.get("iterator"):
            return Chunks(theirs(*args, **kwargs))
        files = stores.expand(path, options.get("storage_options"))
        found = [_read_file(read_one, file, options) for file in files]
        return found[0] if len(found) == 1 else DataFrame._of(join([f._block for f in found]))

    return _named(read, theirs)


def _read_file(read_one: Callable[..., Any], path: Any, options: dict[str, Any]) -> Any:
    if stores.is_url(path):
        options = options.copy()
        with stores.local_copy(path, options.pop("storage_options", None)) as copy:
            return _wrapped(read_one(copy, options))
    return _wrapped(read_one(path, options))


def _wrapped(found: Any) -> Any:
    return DataFrame._of(found) if isinstance(found, Block) else from_local(found)


def _database_reader(name: str) -> Callable[..., Any]:
    theirs = getattr(pd, name)
    signature = inspect.signature(theirs)

    def read(*args: Any, **kwargs: Any) -> Any:
        options = dict(signature.bind(*args, **kwargs).arguments)
        if options.get("chunksize") is not None:
            return Chunks(theirs(*args, **kwargs))
        query = options.pop(next(iter(signature.parameters)))
        return _wrapped(sql.read(theirs, query, options.pop("con"), options))

    return _named(read, theirs)


class Chunks:
    """The parts of a file, one frame after the other, as ``chunksize=`` asks for them.

    Parameters
    ----------
    chunks : iterator
        What pandas gives.
    """

    def __init__(self, chunks: Any) -> None:
        self._chunks = chunks

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        return from_local(next(self._chunks))

    def get_chunk(self, size: int | None = None) -> Any:
        """Read the next rows.

        Parameters
        ----------
        size : int, optional
            How many; ``chunksize`` by default.

        Returns
        -------
        DataFrame
        """
        return from_local(self._chunks.get_chunk(size))

    def read(self, nrows: int | None = None) -> Any:
        """Read what is left.

        Parameters
        ----------
        nrows : int, optional
            At most so many rows.

        Returns
        -------
        DataFrame
        """
        return from_local(self._chunks.read(nrows) if nrows is not None else self._chunks.read())

    def close(self) -> None:
        """Close the file."""
        self._chunks.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


read_csv = _file_reader("read_csv", partial(text.read, pd.read_csv))
read_table = _file_reader("read_table", partial(text.read, pd.read_table))
read_fwf = _file_reader("read_fwf", partial(text.read, pd.read_fwf))
read_json = _file_reader("read_json", partial(text.read, pd.read_json))
read_parquet = _file_reader("read_parquet", partial(columnar.read, "parquet"))
read_feather = _file_reader("read_feather", partial(columnar.read, "feather"))
read_orc = _file_reader("read_orc", partial(columnar.read, "orc"))
read_sql = _database_reader("read_sql")
read_sql_query = _database_reader("read_sql_query")
read_sql_table = _database_reader("read_sql_table")
read_excel = _reader("read_excel")
read_html = _reader("read_html")
read_xml = _reader("read_xml")
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
        Any whose columns H2O can hold. Other tables go the way of `from_arrow`.

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
    return from_local(data) if isinstance(data, (pd.DataFrame, pd.Series)) else from_arrow(data)


def from_arrow(data: Any) -> DataFrame:
    """Bring any table to the cluster, as Arrow and in batches where its library gives them so.

    Parameters
    ----------
    data : table
        A frame of pyarrow, polars, pandas, modin or narwhals, lazy ones of polars, dask, duckdb and ibis, or any object
        with ``__arrow_c_stream__``.

    Returns
    -------
    DataFrame

    Raises
    ------
    TypeError
        When it is no table, or a column has a type that H2O has not.
    """
    return data.copy() if isinstance(data, DataFrame) else DataFrame._of(tables.read(data))


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
    return from_arrow(data)


def from_narwhals(data: Any) -> DataFrame:
    """Bring what narwhals reads, or a frame of narwhals, to the cluster; see `from_arrow`."""
    return from_arrow(data)


def read_orbitdb(address: str, peers: Iterable[str] | None = None, timeout: float = 60.0) -> DataFrame:
    """Fetch a frame from OrbitDB by its address; what arrives is verified before it is used.

    Parameters
    ----------
    address : str
        The address, ``/orbitdb/zdpu...``, as the host printed it or `DataFrame.to_orbitdb` gave it.
    peers : iterable of str, optional
        Nodes to ask, ``/ip4/<address>/tcp/<port>/p2p/<id>``; by default those of this user on this machine.
    timeout : float, default 60
        Seconds to wait for it.

    Returns
    -------
    DataFrame

    Raises
    ------
    TimeoutError
        When no peer gave it in time; the message says what to do.
    IntegrityError
        When what came is not what the address and the signatures promise.
    ImportError
        When Node.js or a package for it is not installed; the message names the extra.
    """
    found: DataFrame = from_local(orbitdb.read(address, peers, timeout))
    return found
