"""New columns from old ones: filling, replacing, mapping, casting, cumulating."""

from __future__ import annotations

from h2o_frame_compat.pandas.generic import NDFrame


class Transforms(NDFrame):
    """What frames and series share."""


class FrameTransforms(Transforms):
    """What only frames have."""


class SeriesTransforms(Transforms):
    """What only series have."""
