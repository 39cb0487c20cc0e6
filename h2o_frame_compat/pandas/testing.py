"""As `pandas.testing`: comparisons of frames, series and indexes, also of ours, which are fetched."""

from __future__ import annotations

import pandas as pd

from h2o_frame_compat.pandas.general import moved

__all__ = ["assert_extension_array_equal", "assert_frame_equal", "assert_index_equal", "assert_series_equal"]

assert_extension_array_equal = moved(pd.testing, "assert_extension_array_equal", quiet=True)
assert_frame_equal = moved(pd.testing, "assert_frame_equal", quiet=True)
assert_index_equal = moved(pd.testing, "assert_index_equal", quiet=True)
assert_series_equal = moved(pd.testing, "assert_series_equal", quiet=True)
