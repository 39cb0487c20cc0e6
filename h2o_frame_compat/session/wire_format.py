"""What both directions of the stream share: marks, types, and how it is told that one was refused."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
import pyarrow as pa

#: Called with the rows done and the rows in all.
Progress = Callable[[int, int], None]

PROTOCOL = 2
"""The version of the stream and of the primitives; the cluster's must be the same."""

MAGIC, FRAME, END, ERROR = 0x31433248, 0x4D415246, 0x21444E45, 0x21525245
MARK = struct.Struct("<IIQ")
COLUMN = struct.Struct("<BBHI")

TYPES = {
    "d": pa.float64(),
    "l": pa.int64(),
    "i": pa.int32(),
    "h": pa.int16(),
    "b": pa.int8(),
    "s": pa.string(),
}
"""What a column is sent as, by its letter."""

DTYPES = {letter: np.dtype(f"<{kind}") for letter, kind in zip("dlihb", ("f8", "i8", "i4", "i2", "i1"), strict=True)}
"""Its values in memory, where they are numbers."""


class StreamError(Exception):
    """The server refused a stream, or ended one early.

    Parameters
    ----------
    status
        The HTTP status; 0 if the stream broke after a status was sent.
    exception_type
        The server's class name, or an empty string.
    message
        The reason.
    """

    def __init__(self, status: int, exception_type: str, message: str) -> None:
        super().__init__(status, exception_type, message)
        self.status = status
        self.exception_type = exception_type
        self.message = message

    def __str__(self) -> str:
        return f"{self.message} (status {self.status})" if self.status else self.message
