"""The narwhals backend: our frames and series as narwhals' eager data, for everything that speaks narwhals.

``narwhals.from_native`` takes an object that has ``__narwhals_dataframe__`` or ``__narwhals_series__``. What those
give is defined in `frame` and `series`: narwhals' protocols on the methods of the pandas dialect, so that an
expression of narwhals becomes the same expression of the cluster. Nothing runs before a result is asked for, so
``.lazy()`` gives the same frame.

The module is also a plugin of narwhals (entry point ``h2o-compat``), so that ``backend="h2o-compat"`` makes
frames in the cluster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from h2o_frame_compat.narwhals.frame import EagerFrame
from h2o_frame_compat.narwhals.series import EagerSeries

if TYPE_CHECKING:
    from h2o_frame_compat.narwhals.namespace import H2ONamespace

__all__ = ["EagerFrame", "EagerSeries"]

NATIVE_PACKAGE = "h2o_frame_compat"


def is_native(native_object: Any, /) -> bool:
    """Tell whether an object is one of our frames or series.

    Parameters
    ----------
    native_object : object
        Anything.

    Returns
    -------
    bool
    """
    return EagerFrame._is_native(native_object) or EagerSeries._is_native(native_object)


def __narwhals_namespace__(version: Any) -> H2ONamespace:  # noqa: N807 - narwhals' name
    """Give what makes narwhals' expressions and frames.

    Parameters
    ----------
    version : narwhals._utils.Version
        Which generation of narwhals asks.

    Returns
    -------
    H2ONamespace
    """
    from h2o_frame_compat.narwhals.namespace import H2ONamespace  # noqa: PLC0415 - scikit-learn needs only frames

    return H2ONamespace(version)
