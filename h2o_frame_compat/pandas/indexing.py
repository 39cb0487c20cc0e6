"""Selecting and assigning: ``[]``, loc, iloc, at, iat, drop, labels, order of rows and columns."""

from __future__ import annotations

from h2o_frame_compat.pandas.generic import NDFrame


class Indexing(NDFrame):
    """What frames and series share."""


class FrameIndexing(Indexing):
    """What only frames have."""


class SeriesIndexing(Indexing):
    """What only series have."""
