"""New columns from old ones: filling, replacing, mapping, casting, cumulating."""

from __future__ import annotations

from h2o_frame_compat.pandas.filling import Filling, FrameFilling, SeriesFilling


class Transforms(Filling):
    """What frames and series share."""


class FrameTransforms(FrameFilling, Transforms):
    """What only frames have."""


class SeriesTransforms(SeriesFilling, Transforms):
    """What only series have."""
