"""CSV and JSON lines: pandas parses a batch of lines at a time."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.tseries.api import guess_datetime_format

from h2o_frame_compat.io.gather import UnsettledError, batch_rows, gather

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

    from h2o_frame_compat.core.block import Block

    Reader = Callable[..., Any]

ROWS = 50_000
"""A file of fewer rows is read in one piece."""


def read(reader: Reader, source: Any, options: Mapping[str, Any]) -> pd.DataFrame | Block:
    """Read a file of lines; a long one goes to the cluster batch by batch.

    Parameters
    ----------
    reader : callable
        ``pandas.read_csv``, ``read_table``, ``read_fwf`` or ``read_json``.
    source : path or file object
        What to read; a file object that cannot be read twice is read in one piece.
    options : dict
        The other arguments.

    Returns
    -------
    pandas.DataFrame or Block
        The frame, if it was read in one piece.
    """
    again = _again(source)
    if again is None or not _in_lines(reader, options):
        return _whole(reader, source, options)
    wanted = options.get("nrows")
    first = _whole(reader, again(), {**options, "nrows": ROWS if wanted is None else min(ROWS, wanted)})
    if len(first) < ROWS or wanted == ROWS:
        return first
    dates = _date_formats(reader, again, options, first)
    what = os.path.basename(source) if isinstance(source, (str, os.PathLike)) else "file"  # noqa: PTH119 - or an address
    if dates is None:
        return _whole(reader, again(), options)
    try:
        return _settled(reader, again, {**options, **dates}, first.shape[1], what)
    except UnsettledError:
        return _whole(reader, again(), options)


def _again(source: Any) -> Callable[[], Any] | None:
    """Give what starts reading from the beginning each time, where that is possible."""
    if isinstance(source, (str, os.PathLike)):
        return lambda: source
    if not hasattr(source, "seekable") or not source.seekable():
        return None
    start = source.tell()

    def rewound() -> Any:
        source.seek(start)
        return source

    return rewound


def _in_lines(reader: Reader, options: Mapping[str, Any]) -> bool:
    """Tell whether pandas can stop and go on in the middle of the file."""
    if reader is pd.read_json:
        return bool(options.get("lines")) and options.get("engine", "ujson") == "ujson"
    return not options.get("skipfooter") and options.get("engine") != "pyarrow"


def _whole(reader: Reader, source: Any, options: Mapping[str, Any]) -> pd.DataFrame:
    """Read in one piece; a mixture of numbers and strings in a column becomes strings.

    Pandas gives such a column where it parses in pieces, with a `DtypeWarning`, which stays; with
    ``low_memory=False`` it gives strings, as H2O needs them.
    """
    again = _again(source)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        frame = reader(source, **options)
    for warning in said:
        warnings.warn(warning.message, warning.category, stacklevel=4)
    if again is not None and any(issubclass(w.category, pd.errors.DtypeWarning) for w in said):
        frame = reader(again(), **{**options, "low_memory": False})
    return frame


def _batches(reader: Reader, source: Any, options: Mapping[str, Any], columns: int) -> Iterator[pd.DataFrame]:
    options = {**options, "chunksize": batch_rows(columns)}
    try:
        chunks = reader(source, **options if reader is pd.read_json else {**options, "low_memory": False})
    except ValueError:  # the slow parser, which knows no other way
        chunks = reader(source, **options)
    with chunks:
        yield from chunks


def _date_formats(
    reader: Reader, again: Callable[[], Any], options: Mapping[str, Any], first: pd.DataFrame
) -> dict[str, Any] | None:
    """Give the format of dates for all batches, which pandas takes from the first value of a column.

    Returns
    -------
    dict or None
        None when it cannot be told from the first rows.
    """
    if reader is pd.read_json or not options.get("parse_dates") or options.get("date_format") is not None:
        return {}
    plain = {**options, "nrows": len(first), "dtype": str}
    del plain["parse_dates"]
    raw = reader(again(), **plain).reset_index()
    parsed = first.reset_index()
    found: dict[Hashable, str] = {}
    for n, dtype in enumerate(parsed.dtypes):
        if dtype.kind != "M":
            continue
        texts = raw.iloc[:, n].dropna()
        label = parsed.columns[n]
        unnamed = n < first.index.nlevels and first.index.names[n] is None
        if texts.empty or unnamed:
            return None
        found[label] = guess_datetime_format(str(texts.iloc[0]), dayfirst=options.get("dayfirst", False)) or "mixed"
    return {"date_format": found} if found else {}


def _settled(
    reader: Reader, again: Callable[[], Any], options: dict[str, Any], columns: int, what: str
) -> Block:
    """Read batch by batch; columns in which numbers and words mix are read again, as text, as pandas has them."""
    mixed: list[Hashable] = []
    while True:
        given = options
        if mixed:
            given = {**options, "dtype": {**(options.get("dtype") or {}), **dict.fromkeys(mixed, str)}}
        try:
            return gather(_batches(reader, again(), given, columns), what)
        except UnsettledError as problem:
            simple = options.get("dtype") is None or isinstance(options["dtype"], dict)
            if reader is pd.read_json or options.get("parse_dates") or not simple or set(problem.labels) <= set(mixed):
                raise
            mixed += problem.labels
            if options.get("low_memory", True):
                names = ", ".join(map(str, problem.labels))
                msg = f"Columns ({names}) have mixed types. Specify dtype option on import or set low_memory=False."
                warnings.warn(msg, pd.errors.DtypeWarning, stacklevel=5)
