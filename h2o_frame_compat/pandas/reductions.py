"""Columns to values: sums, means, counts, descriptions."""

from __future__ import annotations

from h2o_frame_compat.pandas.generic import NDFrame


class Reductions(NDFrame):
    """What frames and series share."""


class FrameReductions(Reductions):
    """What only frames have."""


class SeriesReductions(Reductions):
    """What only series have."""
