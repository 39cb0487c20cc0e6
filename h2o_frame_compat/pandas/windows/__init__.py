"""Windows over rows: rolling, expanding and exponentially weighted ones."""

from __future__ import annotations

from h2o_frame_compat.pandas.windows.ewm import ExponentialMovingWindow
from h2o_frame_compat.pandas.windows.methods import WindowMethods
from h2o_frame_compat.pandas.windows.rolling import Expanding, Rolling

__all__ = ["Expanding", "ExponentialMovingWindow", "Rolling", "WindowMethods"]
