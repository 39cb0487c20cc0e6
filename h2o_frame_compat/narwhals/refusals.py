"""What narwhals' exceptions say of operands that an operation does not take."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import pandas as pd
import pyarrow as pa
from narwhals.exceptions import InvalidOperationError, NarwhalsError

if TYPE_CHECKING:
    from collections.abc import Callable

# What the dialect and Arrow raise for the wrong dtype, as pandas does.
_WRONG = (TypeError, AttributeError, pd.errors.DataError, pa.ArrowInvalid, pa.ArrowNotImplementedError)
_OPERATORS = {f"__{r}{w}__" for r in ("", "r") for w in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")}
_OPERATORS |= {f"__{word}__" for word in ("eq", "ne", "lt", "le", "gt", "ge", "and", "or", "rand", "ror", "neg")}
_OWN_WORDS = {"timestamp", "is_sorted"}  # narwhals expects a TypeError of these

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound=type)


def refusing(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function raise ``narwhals.exceptions.InvalidOperationError`` where the dialect refuses a dtype.

    Parameters
    ----------
    function : callable
        Any.

    Returns
    -------
    callable
    """

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except NarwhalsError:
            raise
        except _WRONG as error:
            raise InvalidOperationError(str(error)) from error

    return wrapped


def refusing_all(cls: T) -> T:
    """Do so for the public methods and operators of a class.

    Parameters
    ----------
    cls : type
        Any.

    Returns
    -------
    type
        The same.
    """
    for name, member in list(vars(cls).items()):
        plain = callable(member) and not isinstance(member, (type, staticmethod, classmethod))
        if plain and name not in _OWN_WORDS and (not name.startswith("_") or name in _OPERATORS):
            setattr(cls, name, refusing(member))
    return cls


def need_numbers(dtype: Any, what: str) -> None:
    """Refuse columns that hold no numbers.

    Parameters
    ----------
    dtype : narwhals.dtypes.DType
        What they hold.
    what : str
        The operation.

    Raises
    ------
    narwhals.exceptions.InvalidOperationError
        When it is no number.
    """
    if not dtype.is_numeric():
        msg = f"`{what}` operation not supported for dtype `{dtype}`"
        raise InvalidOperationError(msg)
