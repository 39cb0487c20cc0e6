"""Frames and series written to files and databases, a batch of rows at a time."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.io import sql, stores, write, write_columnar
from h2o_frame_compat.io.orbitdb import frames as orbitdb
from h2o_frame_compat.pandas.borrowed import presented
from h2o_frame_compat.pandas.generic import NDFrame

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.io.orbitdb import Hosted


def _writer(name: str, send: Callable[..., Any]) -> Callable[..., Any]:
    """Make a method with the signature of pandas; `send` gets this object, where to write and the other arguments."""
    theirs = getattr(pd.DataFrame, name)
    signature = inspect.signature(theirs)
    target = list(signature.parameters)[1]

    def method(self: NDFrame, *args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(self, *args, **kwargs)
        bound.apply_defaults()
        options = dict(bound.arguments)
        options |= options.pop("kwargs", {})
        del options["self"]
        path = options.pop(target)
        stores.prepare(path)
        return send(self, path, options)

    return presented(method, name, f"Do what `pandas.DataFrame.{name}` does, a batch of rows at a time.", signature)


def _whole(self: NDFrame, name: str, path: Any, options: dict[str, Any]) -> Any:
    """Fetch the data and let pandas write it; the size limit applies."""
    return getattr(self._to_local(guard=name), name)(path, **options)


def _csv(self: NDFrame, path: Any, options: dict[str, Any]) -> Any:
    if path is None:
        return _whole(self, "to_csv", path, options)
    block, wanted = self._block, options["columns"]
    if wanted is not None and self.ndim == 2 and block.labels.is_unique and block.labels.nlevels == 1:
        places = [block.find(label) for label in wanted]
        block = block.select([p[0] for p in places]) if all(places) else block
    return write.to_csv(block, path, options, series=self.ndim == 1)


def _json(self: NDFrame, path: Any, options: dict[str, Any]) -> Any:
    series = self.ndim == 1
    full = {**options, "orient": options["orient"] or ("index" if series else "columns")}
    if path is None or not write.in_parts(self._block, full, series=series):
        return _whole(self, "to_json", path, options)
    return write.to_json(self._block, path, full, series=series)


def _sql(self: NDFrame, name: str, options: dict[str, Any]) -> Any:
    return sql.to_sql(self._block, name, options.pop("con"), options, series=self.ndim == 1)


def _parquet(self: NDFrame, path: Any, options: dict[str, Any]) -> Any:
    streamed = options["engine"] in {"auto", "pyarrow", pd.api.extensions.no_default}
    if path is None or not streamed or "schema" in options or not _text_labels(self):
        return _whole(self, "to_parquet", path, options)
    return write_columnar.to_parquet(self._block, path, options)


def _text_labels(self: NDFrame) -> bool:
    labels = self._block.labels
    return labels.is_unique and labels.nlevels == 1 and all(isinstance(label, str) for label in labels)


def _feather(self: NDFrame, path: Any, options: dict[str, Any]) -> Any:
    known = options.keys() <= {"compression", "compression_level", "chunksize", "storage_options"}
    if not known or not _text_labels(self):
        return _whole(self, "to_feather", path, options)
    return write_columnar.to_feather(self._block, path, options)


def _orc(self: NDFrame, path: Any, options: dict[str, Any]) -> Any:
    default = write_columnar.default_labels(self._block)
    if path is None or not default or options["engine"] != "pyarrow" or not _text_labels(self):
        return _whole(self, "to_orc", path, options)
    return write_columnar.to_orc(self._block, path, options)


class Files(NDFrame):
    """What frames and series can be written to."""

    to_csv = _writer("to_csv", _csv)
    to_json = _writer("to_json", _json)
    to_sql = _writer("to_sql", _sql)


class FrameFiles(Files):
    """What only frames can be written to."""

    to_parquet = _writer("to_parquet", _parquet)
    to_feather = _writer("to_feather", _feather)
    to_orc = _writer("to_orc", _orc)

    def to_orbitdb(self, name: str, index: bool | None = None, live: bool = False) -> Hosted:
        """Put the frame into OrbitDB, where it can be had by its address as long as this process runs.

        Parameters
        ----------
        name : str
            A name for it.
        index : bool, optional
            Whether the row labels go along, as in `to_parquet`; by default, if they are not a plain range.
        live : bool, default False
            Whether the content may change later, by the result's `update`.

        Returns
        -------
        Hosted
            Its ``address``, and the ``peers`` that serve it.

        Raises
        ------
        ImportError
            When Node.js or a package for it is not installed; the message names the extra.
        """
        return orbitdb.write(self._block, name, index=index, live=live)
