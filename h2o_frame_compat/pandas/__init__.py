"""pandas, on an H2O cluster: ``import h2o_frame_compat.pandas as pd``."""

from __future__ import annotations

from h2o_frame_compat.pandas.frame import DataFrame
from h2o_frame_compat.pandas.series import Series

__all__ = ["DataFrame", "Series"]
