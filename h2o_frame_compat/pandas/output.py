"""Leaving the cluster to be looked at: repr, HTML, info, plots, files, other libraries."""

from __future__ import annotations

from h2o_frame_compat.pandas.generic import NDFrame


class Output(NDFrame):
    """What frames and series share."""


class FrameOutput(Output):
    """What only frames have."""


class SeriesOutput(Output):
    """What only series have."""
