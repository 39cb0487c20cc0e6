"""Options, settable in code and by environment variables.

Each option ``name`` is also read from ``H2O_COMPAT_NAME`` when the process starts.

Examples
--------
>>> from h2o_frame_compat import options
>>> options.fallback
'warn'
>>> with options.context(fallback="error"):
...     options.fallback
'error'
>>> options.fallback
'warn'
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = "H2O_COMPAT_"


@dataclass
class Options:
    """The project's options.

    Attributes
    ----------
    fallback : {"warn", "silent", "error"}
        What happens when a method cannot run in the cluster and runs in pandas on the client instead.
    fallback_max_bytes : int
        Largest amount of data, in bytes, that is fetched for a fallback or an implicit conversion.
    progress : bool
        Whether long work shows a progress bar.
    timeout : float
        Seconds without any sign of life from the cluster after which a call gives up.
    heap : str
        Largest heap of an embedded server, as ``"4g"`` or ``"800m"``; ``"auto"`` takes half of the memory
        that this process may use.
    feature_store : str
        Where feature sets are: a folder, ``feast:`` and the folder of a Feast repository, or ``h2o:`` and the
        name of a workspace of the H2O Feature Store.
    """

    fallback: str = "warn"
    fallback_max_bytes: int = 2 << 30
    progress: bool = True
    timeout: float = 600.0
    heap: str = "auto"
    feature_store: str = "~/.h2o-compat/feature-store"

    _choices: ClassVar[dict[str, tuple[str, ...]]] = {"fallback": ("warn", "silent", "error")}

    def __setattr__(self, name: str, value: Any) -> None:
        known = {f.name: f.default for f in fields(self)}
        if name not in known:
            msg = f"unknown option {name!r}; the options are {', '.join(known)}"
            raise AttributeError(msg)
        object.__setattr__(self, name, self._parsed(name, value, known[name]))

    def _parsed(self, name: str, value: Any, default: Any) -> Any:
        if name in self._choices:
            if value not in self._choices[name]:
                msg = f"option {name} must be one of {', '.join(self._choices[name])}, not {value!r}"
                raise ValueError(msg)
            return value
        if isinstance(default, bool):
            if isinstance(value, str):
                return value.strip().lower() in {"1", "true", "yes", "on"}
            return bool(value)
        if isinstance(default, str):
            return str(value)
        try:
            number = type(default)(value)
        except (TypeError, ValueError):
            number = None
        if number is None or number <= 0:
            msg = f"option {name} must be a positive {type(default).__name__}, not {value!r}"
            raise ValueError(msg)
        return number

    @contextmanager
    def context(self, **changes: Any) -> Iterator[Options]:
        """Set options for the length of a ``with`` block.

        Parameters
        ----------
        **changes
            Option names and their values inside the block.

        Yields
        ------
        Options
            The options themselves.
        """
        before = {name: getattr(self, name) for name in changes}
        try:
            for name, value in changes.items():
                setattr(self, name, value)
            yield self
        finally:
            for name, value in before.items():
                setattr(self, name, value)


def _from_environment() -> Options:
    options = Options()
    for field in fields(options):
        value = os.environ.get(_PREFIX + field.name.upper())
        if value is not None:
            setattr(options, field.name, value)
    return options


options = _from_environment()
