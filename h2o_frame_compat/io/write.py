"""Files of text: CSV and JSON, byte for byte as pandas writes them, a batch of rows at a time."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pandas.io.common import get_handle

from h2o_frame_compat.core.align import has_repeats
from h2o_frame_compat.io import stores
from h2o_frame_compat.io.leave import frames

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from h2o_frame_compat.core.block import Block

_CSV_CELLS = 100_000  # as many as pandas formats at once; how it writes dates depends on those beside them


@contextlib.contextmanager
def removed_on_error(path: Any, mode: str = "w", storage_options: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Remove a file that could not be written to its end.

    Parameters
    ----------
    path : path or file object
        Where to; a file object is the caller's to deal with.
    mode : str
        How it is opened; what is appended to stays.
    storage_options : dict, optional
        Options of the object store.

    Yields
    ------
    None
    """
    try:
        yield
    except BaseException:
        if stores.is_stored(path):
            import fsspec  # noqa: PLC0415 - an extra

            fs, inside = fsspec.core.url_to_fs(path, **(storage_options or {}))
            with contextlib.suppress(OSError):
                fs.rm(inside)
        elif isinstance(path, (str, os.PathLike)) and mode[:1] in {"w", "x"} and Path(path).is_file():
            Path(path).unlink()
        raise


def to_csv(block: Block, path: Any, options: dict[str, Any], *, series: bool = False) -> None:
    """Write CSV.

    Parameters
    ----------
    block : Block
        The frame.
    path : path or file object
        Where to.
    options : dict
        The other arguments of ``DataFrame.to_csv``.
    series : bool
        Whether it is the column of a series.
    """
    width = len(block.columns) if options.get("columns") is None else len(options["columns"])
    multiple = options.get("chunksize") or max(1, _CSV_CELLS // max(1, width))
    opened = {k: options.pop(k) for k in ("mode", "encoding", "errors", "compression", "storage_options")}
    batches = (_as_asked(batch, series=series) for batch in frames(block, "write CSV", multiple=multiple))
    first = next(batches)  # what cannot be computed is known before the file is opened
    with (
        removed_on_error(path, opened["mode"], opened["storage_options"]),
        get_handle(path, **{**opened, "encoding": opened["encoding"] or "utf-8"}) as handles,
    ):
        first.to_csv(handles.handle, **options)
        del first
        for batch in batches:
            batch.to_csv(handles.handle, **{**options, "header": False})


def _as_asked(batch: pd.DataFrame, *, series: bool) -> Any:
    return batch.iloc[:, 0] if series else batch.copy()  # blocks of columns as pandas has them


def to_json(block: Block, path: Any, options: dict[str, Any], *, series: bool = False) -> None:
    """Write JSON that `in_parts` says can be written so.

    Parameters
    ----------
    block : Block
        The frame.
    path : path or file object
        Where to.
    options : dict
        The other arguments of ``DataFrame.to_json``.
    series : bool
        Whether it is the column of a series.

    Raises
    ------
    ValueError
        When the orient needs unique row labels and they repeat.
    """
    orient = options["orient"]
    labels = block.rooted_with_labels
    if orient in {"index", "columns"} and block.range_index() is None and has_repeats(labels):
        kind = "Series" if series else "DataFrame"
        msg = f"{kind} index must be unique for orient='{orient}'."
        raise ValueError(msg)
    opened = {k: options.pop(k) for k in ("mode", "compression", "storage_options")}
    texts = _columns(block, options) if orient == "columns" else _rows(block, options, series=series)
    first = next(texts)
    with (
        removed_on_error(path, opened["mode"], opened["storage_options"]),
        get_handle(path, **opened) as handles,
    ):
        handles.handle.write(first)
        for text in texts:
            handles.handle.write(text)


def _rows(block: Block, options: Mapping[str, Any], *, series: bool) -> Iterator[str]:
    texts = (_as_asked(batch, series=series).to_json(**options) for batch in frames(block, "write JSON"))
    if options["lines"]:
        yield from texts
        return
    start, end = "{}" if options["orient"] == "index" else "[]"
    yield start + next(texts)[1:-1]
    for text in texts:
        yield "," + text[1:-1]
    yield end


def _columns(block: Block, options: Mapping[str, Any]) -> Iterator[str]:
    block = block.rooted
    yield "{"
    for n in range(len(block.columns)):
        batches = frames(block.select([n]), "write JSON")
        first = next(batches)
        head = first.iloc[:0].to_json(**options)[1:-2]  # "label":{
        yield ("," if n else "") + first.to_json(**options)[1:-2]
        for batch in batches:
            yield "," + batch.to_json(**options)[1 + len(head) : -2]
        yield "}"
    yield "}"


def in_parts(block: Block, options: Mapping[str, Any], *, series: bool) -> bool:
    """Tell whether JSON can be written in parts.

    Parameters
    ----------
    block : Block
        The frame.
    options : dict
        The arguments of ``to_json``, `orient` filled in.
    series : bool
        Whether it is a series.

    Returns
    -------
    bool
    """
    orients = {"records", "index", "values"} | (set() if series else {"columns"})
    plain = options["orient"] in orients and not options["indent"]
    return plain and (series or not block.labels.has_duplicates) and options["mode"] == "w"
