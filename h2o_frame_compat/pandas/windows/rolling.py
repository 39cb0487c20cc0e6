"""Rolling and expanding windows."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core.group_rows import shifted
from h2o_frame_compat.core.windows import Shape, disorder
from h2o_frame_compat.expr import call
from h2o_frame_compat.pandas.windows.statistics import Statistics

if TYPE_CHECKING:
    from h2o_frame_compat.expr import Expr

_SPAN = "window must be an integer 0 or greater"


class Rolling(Statistics):
    """Windows that end, or lie around, each row; made by `rolling`."""

    _method = "rolling"

    @cached_property
    def _made(self) -> Shape | None:
        given = self._options
        window, least = given["window"], given["min_periods"]
        if given.get("win_type") is not None or isinstance(window, pd.api.indexers.BaseIndexer):
            return None
        if given.get("method") != "single":
            return None
        closed, center = given["closed"] or "right", bool(given["center"])
        if pd.api.types.is_integer(window):
            return Shape(int(window), int(window) if least is None else int(least), closed, center, keys=self._keys)
        times = self._times()
        if times is None:
            return None
        span = pd.Timedelta(pd.tseries.frequencies.to_offset(window).nanos)
        if center and span.as_unit(times.dtype.unit).value % 2:
            return None  # pandas then takes in both ends
        size = span / pd.Timedelta(1, "ms")
        return Shape(size, 1 if least is None else int(least), closed, center, times, self._keys)

    def _shape(self) -> Shape | None:
        return self._made

    def _statistic(self, name: str, numeric_only: bool, **options: Any) -> Any:
        shape = self._shape() if self._native() else None
        behind = shape is not None and (shape.closed != "right" or shape.center or shape.least < 1)
        if name == "rank" and behind:  # pandas then gives the rank of another row
            return self._fallback(name, numeric_only=numeric_only, **options)
        return super()._statistic(name, numeric_only, **options)

    def max(
        self, numeric_only: bool = False, *args: Any, engine: Any = None, engine_kwargs: Any = None, **kwargs: Any
    ) -> Any:
        """Give the largest value; see `sum` for the parameters."""
        return super().max(numeric_only)

    def _times(self) -> Expr | None:
        """Give the times that windows are measured along, in order; None when they are not times."""
        place, block = self._on_place(), self._block
        if place is None and len(block.index_names) > 1:
            return None
        times = block.index_columns[0] if place is None else block.columns[place]
        return times if times.dtype.is_temporal else None

    def require_order(self) -> None:
        """Refuse times that are missing, or that neither rise nor fall throughout, as pandas does."""
        window = self._options["window"]
        if pd.api.types.is_integer(window) or isinstance(window, pd.api.indexers.BaseIndexer):
            return
        times = self._times()
        if times is None and self._block.nrows:
            raise ValueError(_SPAN)
        if times is None or not self._native():
            return
        grouped = self._grouped is not None
        before = shifted(self._grouped._groups, times, 1) if grouped else call("shift", times, params=(1,))
        wrong = disorder(self._block.rel, times, before)
        on = "index" if self._options.get("on") is None else self._options["on"]
        if wrong:
            raise ValueError(f"Each group within {on} {wrong.replace('values ', '')}" if grouped else f"{on} {wrong}")


class Expanding(Statistics):
    """Windows of all rows up to each row; made by `expanding`."""

    _method = "expanding"

    def _shape(self) -> Shape | None:
        if self._options["method"] != "single":
            return None
        return Shape(None, int(self._options["min_periods"]), keys=self._keys)
