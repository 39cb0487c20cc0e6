"""Moving tables into the cluster and out of it, the fastest exact way that the cluster offers."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlencode

from h2o_frame_compat.config import options
from h2o_frame_compat.errors import FrameNotFoundError, H2OCompatError, TransferError
from h2o_frame_compat.session import replies, stock, wire
from h2o_frame_compat.session.progress import progress_bar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa

    from h2o_frame_compat.session.client import RestClient
    from h2o_frame_compat.session.cluster import ClusterInfo

Route = Literal["ext", "stock"]

_PUT, _GET, _SCORE = "/3/Compat.put", "/3/Compat.get", "/3/Compat.score"
# Below these sizes a transfer is over before a bar can be read.
_BAR_ROWS = 5_000_000
_BAR_BYTES = 16 << 20


class Transfer:
    """Takes tables to a cluster and fetches them.

    Parameters
    ----------
    client : RestClient
        The cluster.
    cluster : ClusterInfo
        What it can do.

    Examples
    --------
    >>> session.transfer.put(pa.table({"x": [1.5, 2.5]}), "numbers")    # doctest: +SKIP
    >>> session.transfer.get("numbers").column("x").to_pylist()         # doctest: +SKIP
    [1.5, 2.5]
    """

    def __init__(self, client: RestClient, cluster: ClusterInfo) -> None:
        self._client = client
        self._cluster = cluster

    def __repr__(self) -> str:
        return f"Transfer({self._cluster.url!r}, route={self.route!r})"

    @property
    def route(self) -> Route:
        """``"ext"`` where the cluster has our extension, else ``"stock"``; H2O_COMPAT_TRANSPORT overrules it.

        Raises
        ------
        TransferError
            If the variable asks for a route that the cluster does not have.
        """
        wanted = os.environ.get("H2O_COMPAT_TRANSPORT", "").strip().lower()
        if wanted not in {"", "ext", "stock"}:
            raise TransferError(f"H2O_COMPAT_TRANSPORT must be 'ext' or 'stock', not {wanted!r}")
        if wanted == "ext" and self._cluster.extension is None:
            raise TransferError(
                "H2O_COMPAT_TRANSPORT is 'ext', but the cluster does not have the extension "
                f"({self._cluster.stock_reason}); unset it, or set it to 'stock'"
            )
        return "stock" if wanted == "stock" or self._cluster.extension is None else "ext"

    def put(self, table: pa.Table, key: str, *, overwrite: bool = False, progress: bool = False) -> None:
        """Make a frame of a table.

        Parameters
        ----------
        table : pyarrow.Table
            Columns of the server's types: integers up to int64, float64 (missing is NaN), string or
            large_string, ``dictionary(int8 | int16 | int32, string)``, ``timestamp("ms")``; names must
            differ.
        key : str
            The frame's name in the cluster.
        overwrite : bool
            Whether a frame of that name may be replaced.
        progress : bool
            Whether to show a bar where the transfer is large.

        Raises
        ------
        TypeError
            If a column has a type that the server does not hold.
        ValueError
            If it holds a value that the server cannot hold, or the frame is there already.
        OutOfMemoryError
            If the cluster has too little memory for it.
        TransferError
            If the transfer breaks off; nothing half-written stays behind.
        """
        if len(set(table.column_names)) < table.num_columns:
            raise ValueError("the columns of a frame must have different names")
        if self.route == "stock":
            with _bar(f"upload {key}", table.nbytes, show=progress) as advance:
                stock.put(
                    self._client,
                    table,
                    key,
                    overwrite=overwrite,
                    cores=self._cluster.total_cores,
                    advance=advance,
                )
            return
        query = {"frame_id": key, **({"overwrite": "1"} if overwrite else {})}
        with self._stream(_PUT, query, table.num_rows, key, f"upload {key}", show=progress) as (
            start,
            report,
        ):
            plan = wire.plan_chunks(table, cores=self._cluster.total_cores)
            wire.put(*start, table, chunk_plan=plan, progress=report)
        self._record("POST", _PUT, up=table)

    def get(
        self,
        key: str,
        *,
        columns: Sequence[int] | None = None,
        rows: tuple[int, int] | None = None,
        wires: str | None = None,
        progress: bool = False,
    ) -> pa.Table:
        """Fetch a frame, or a part of it.

        Parameters
        ----------
        key : str
            The frame's name in the cluster.
        columns : sequence of int, optional
            Positions of the columns wanted, in that order; all by default.
        rows : tuple of int, optional
            First row and the one after the last; all by default.
        wires : str, optional
            A letter per column wanted: ``d`` float64, ``l`` ``i`` ``h`` ``b`` int64 to int8, ``s`` text,
            ``-`` as the cluster stores it. H2O does not tell whole floats from integers; this does.
        progress : bool
            Whether to show a bar where the transfer is large.

        Returns
        -------
        pyarrow.Table
            In the server's types; the memory is its own.

        Raises
        ------
        FrameNotFoundError
            If there is no such frame.
        TransferError
            If the values do not fit `wires`, or the transfer breaks off.
        """
        if self.route == "stock":
            with _bar(f"download {key}", 0, show=progress) as advance:
                return stock.get(self._client, key, columns=columns, rows=rows, wires=wires, advance=advance)
        query = {"frame_id": key}
        if columns is not None:
            query["columns"] = ",".join(map(str, columns))
        if rows is not None:
            query["rows"] = f"{rows[0]}:{rows[1]}"
        if wires is not None:
            query["wires"] = wires
        with self._stream(_GET, query, None, key, f"download {key}", show=progress) as (start, report):
            table = wire.get(*start, progress=report)
        self._record("GET", _GET, down=table)
        return table

    @property
    def scores(self) -> bool:
        """Whether rows can be scored without a frame of them: :meth:`score`."""
        return self.route == "ext" and self._cluster.offers("score")

    def score(self, table: pa.Table, model: str) -> pa.Table:
        """Give a model's predictions for rows of this machine; nothing stays in the cluster.

        Parameters
        ----------
        table : pyarrow.Table
            Rows, as for :meth:`put`, in columns with the names that the model knows.
        model : str
            The model's name in the cluster.

        Returns
        -------
        pyarrow.Table
            H2O's own prediction, then what else the model gives.

        Raises
        ------
        FrameNotFoundError
            If there is no such model.
        TransferError
            If the model cannot read the columns, or the transfer breaks off.
        """
        with self._stream(_SCORE, {"model": model}, table.num_rows, model, f"score {model}", show=False) as (start, _):
            plan = wire.plan_chunks(table, cores=self._cluster.total_cores)
            found = wire.score(*start, table, chunk_plan=plan)
        self._record("POST", _SCORE, up=table, down=found)
        return found

    def _record(self, method: str, path: str, *, up: pa.Table | None = None, down: pa.Table | None = None) -> None:
        if self._client.counted:  # to add up the bytes of a small table takes as long as to send it
            self._client.record(method, path, *(0 if table is None else table.nbytes for table in (up, down)))

    @contextmanager
    def _stream(
        self, path: str, query: dict[str, str], rows: int | None, key: str, title: str, *, show: bool
    ) -> Iterator[tuple[tuple[Any, str, dict[str, str]], wire.Progress | None]]:
        """Give what the stream functions need, and raise what goes wrong in the user's terms."""
        bar = _Rows(title) if show and options.progress and (rows is None or rows > _BAR_ROWS) else None
        try:
            with self._client.connection() as (connection, headers, prefix):
                target = f"{prefix}{path}?{urlencode(query, quote_via=quote)}"
                yield (connection, target, headers), bar
        except wire.StreamError as error:
            raise self._meaning(error, path, key) from None
        finally:
            if bar is not None:
                bar.close()

    def _meaning(self, error: wire.StreamError, path: str, key: str) -> Exception:
        reason = replies.plain_reason(error.message)
        if error.status == 404 and path == _GET:
            return FrameNotFoundError(f"{key!r} is not in the cluster; it was removed, or never made there.")
        if error.status == 404 and path == _SCORE:
            return FrameNotFoundError(f"there is no model {key} in the cluster", key=key)
        if "already exists" in reason:
            return ValueError(f"a frame {key!r} is in the cluster already; choose another name, or remove it first")
        kind = error.exception_type.rpartition(".")[2]
        failure = replies.Failure(error.status, kind, reason, {})
        known = self._client.endpoint.credentials is not None
        found: H2OCompatError = replies.error(failure, "GET" if path == _GET else "POST", path, known_user=known)
        if type(found).__name__ == "ServerError":
            return TransferError(f"The transfer of {key!r} failed: {reason}")
        return found


@contextmanager
def _bar(title: str, size: int, *, show: bool) -> Iterator[Callable[[int], object] | None]:
    """Give the function that advances a bar of bytes, or None where none is wanted."""
    if not (show and options.progress) or 0 < size < _BAR_BYTES:
        yield None
        return
    with progress_bar(total=size or None, desc=title, unit="B", unit_scale=True, leave=False, delay=1.0) as bar:
        yield bar.update


class _Rows:
    """A bar of rows, for a stream that reports how many are done."""

    def __init__(self, title: str) -> None:
        self._bar = progress_bar(desc=title, unit="rows", unit_scale=True, leave=False, delay=1.0)

    def __call__(self, done: int, total: int) -> None:
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()
