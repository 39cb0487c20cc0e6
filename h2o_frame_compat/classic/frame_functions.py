"""What only frames can do."""

from __future__ import annotations

from h2o_frame_compat.classic.data import Data
from h2o_frame_compat.classic.factors import learn_levels


class FrameFunctions(Data):
    """See `H2OFrame`."""

    def _with_levels(self) -> None:
        """Learn the levels of factors that only the cluster knows."""
        learn_levels(self._columns)
