"""pandas code that runs on an H2O cluster.

``import h2o_frame_compat.pandas as pd`` is the way in; this package itself holds what is not in pandas:
the options and the connection. Importing it is cheap: the cluster's client is loaded on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.config import options

if TYPE_CHECKING:
    from h2o_frame_compat.session import connect, current_session

__version__ = "0.1.0"

__all__ = ["__version__", "connect", "current_session", "options"]

_LAZY = {"connect": "h2o_frame_compat.session", "current_session": "h2o_frame_compat.session"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(_LAZY[name]), name)
