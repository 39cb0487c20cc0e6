"""What narwhals, and scikit-learn through it, sees of our frames and series.

``narwhals.from_native`` takes an object that has ``__narwhals_dataframe__`` or ``__narwhals_series__``. What those
give is defined in `eager`: shape, names, schema, selection of rows and columns, single values, conversions.
Rows and columns that are selected stay in the cluster. Narwhals' expressions are not supported.
"""

from __future__ import annotations

from h2o_frame_compat.narwhals.eager import EagerFrame, EagerSeries

__all__ = ["EagerFrame", "EagerSeries"]
