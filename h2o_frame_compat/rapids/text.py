"""The one place that quotes and prints values for Rapids."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}


def string(value: str) -> str:
    r"""Quote a string.

    Parameters
    ----------
    value : str
        Any text without NUL.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When the text holds NUL, which H2O strings cannot hold.

    Examples
    --------
    >>> print(string('say "hi"'))
    "say \\"hi\\""
    """
    if "\0" in value:
        msg = "H2O strings cannot hold the NUL character"
        raise ValueError(msg)
    return '"' + "".join(_ESCAPES.get(c) or (f"\\x{ord(c):02x}" if ord(c) < 32 else c) for c in value) + '"'


def number(value: float) -> str:
    """Print a number so that the server reads back the same double.

    Parameters
    ----------
    value : float
        A number; NaN is missing.

    Returns
    -------
    str

    Examples
    --------
    >>> number(0.1), number(True), number(float("inf")), number(float("nan"))
    ('0.1', '1', '(/ 1 0)', 'NaN')
    """
    if isinstance(value, int):
        return str(int(value))
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "(/ 1 0)" if value > 0 else "(/ -1 0)"
    return repr(float(value))


def value(v: Any) -> str:
    """Print a literal: a number, a string, or None for missing.

    Parameters
    ----------
    v : bool, int, float, str or None
        The value.

    Returns
    -------
    str
    """
    if v is None:
        return "NaN"
    return string(v) if isinstance(v, str) else number(v)


def values(items: Iterable[Any]) -> str:
    """Print a list of numbers or of strings.

    Parameters
    ----------
    items : iterable
        All numbers or all strings.

    Returns
    -------
    str
    """
    return "[" + " ".join(value(v) for v in items) + "]"


def positions(numbers: Sequence[int]) -> str:
    """Print column or row numbers; where they ascend, runs of consecutive ones as ``base:count``.

    Parameters
    ----------
    numbers : sequence of int
        Not negative.

    Returns
    -------
    str

    Examples
    --------
    >>> positions([0, 1, 2, 5])
    '[0:3 5]'
    """
    if any(b <= a for a, b in pairwise(numbers)):  # the server refuses ranges that overlap
        return f"[{' '.join(map(str, numbers))}]"
    parts: list[str] = []
    i = 0
    while i < len(numbers):
        j = i + 1
        while j < len(numbers) and numbers[j] == numbers[j - 1] + 1:
            j += 1
        parts.append(f"{numbers[i]}:{j - i}" if j - i > 1 else str(numbers[i]))
        i = j
    return "[" + " ".join(parts) + "]"


def call(name: str, *args: str) -> str:
    """Print the application of a primitive to printed arguments.

    Parameters
    ----------
    name : str
        The primitive.
    *args : str
        Printed arguments.

    Returns
    -------
    str
    """
    return f"({' '.join((name, *args))})"
