"""Methods with the names and signatures of pandas' own, all of which do the same thing with what they are given."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def presented(function: Callable[..., Any], name: str, doc: str, signature: inspect.Signature) -> Callable[..., Any]:
    """Give a function the name, the docstring and the signature that it is known by, and give it back."""
    shown: Any = function  # not every callable has a signature of its own
    shown.__name__, shown.__doc__, shown.__signature__ = name, doc, signature
    return function


def borrowed(owner: type, name: str, run: Callable[..., Any], how: str) -> Any:
    """Make a method or property that has the name and the signature of one of pandas' own.

    Parameters
    ----------
    owner : type
        The class of pandas that has it.
    name : str
        Its name.
    run : callable
        ``(self, name, *args, **kwargs) -> result``; for a property ``(self, name) -> result``.
    how : str
        Where it runs, for the docstring.

    Returns
    -------
    function or property

    Examples
    --------
    >>> import pandas
    >>> inspect.signature(borrowed(pandas.Series.str, "zfill", print, "Nowhere.")).parameters["width"].name
    'width'
    """
    theirs = getattr(owner, name)
    doc = f"As in pandas. {how}"
    if not callable(theirs) or isinstance(inspect.getattr_static(owner, name), property):
        return property(lambda self: run(self, name), doc=doc)
    signature = inspect.signature(theirs)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        signature.bind(self, *args, **kwargs)  # wrong arguments are a TypeError before anything is fetched
        return run(self, name, *args, **kwargs)

    return presented(method, name, doc, signature)


def borrow(to: type, owner: type, names: Iterable[str], run: Callable[..., Any], how: str) -> None:
    """Give a class those methods and properties of a class of pandas that it does not define itself; see `borrowed`."""
    for name in names:
        if name not in vars(to):
            made = borrowed(owner, name, run, how)
            if callable(made):
                made.__qualname__ = f"{to.__name__}.{name}"
                made.__module__ = to.__module__
            setattr(to, name, made)
