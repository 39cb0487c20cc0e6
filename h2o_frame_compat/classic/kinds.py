"""Values of the right kind: every other one is a ValueError, as the module of the first generation has it."""

from __future__ import annotations

from typing import Any, TypeVar

Kind = TypeVar("Kind")


def of_kind(value: Any, kind: type[Kind], message: str) -> Kind:
    """Give a value that is of a kind, and refuse another one.

    Parameters
    ----------
    value : object
        The value.
    kind : type
        What it must be.
    message : str
        What is said otherwise.

    Returns
    -------
    object
        The value.

    Raises
    ------
    ValueError
        When it is of another kind.
    """
    if isinstance(value, kind):
        return value
    raise ValueError(message)
