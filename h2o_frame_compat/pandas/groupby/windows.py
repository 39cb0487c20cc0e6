"""Windows within groups."""

from __future__ import annotations

from typing import Any

from h2o_frame_compat.pandas.groupby.base import GroupByBase
from h2o_frame_compat.pandas.windows import methods


class GroupWindows(GroupByBase):
    """Methods that make windows over the rows of each group; results are in the order of the groups."""

    def rolling(
        self, window: Any, min_periods: int | None = None, center: bool = False, win_type: str | None = None,
        on: Any = None, closed: str | None = None, method: str = "single",
    ) -> Any:
        """Look at the rows of the group up to, or around, each row; see `DataFrame.rolling`.

        Parameters
        ----------
        window : int or time offset
            How many rows, or how much time.
        min_periods : int, optional
            How many values are needed; else the result is missing.
        center : bool, default False
            Whether the row is in the middle of its window.
        win_type : str, optional
            Runs in pandas on the client.
        on : label, optional
            The column of times.
        closed : {"right", "left", "both", "neither"}, optional
            Which ends belong to the window.
        method : {"single", "table"}
            The latter runs in pandas on the client.

        Returns
        -------
        Rolling
        """
        given = {"win_type": win_type, "on": on, "closed": closed, "method": method}
        return methods.rolling(self._obj, self, window=window, min_periods=min_periods, center=center, **given)

    def expanding(self, min_periods: int = 1, method: str = "single") -> Any:
        """Look at all rows of the group up to each row; see `DataFrame.expanding`."""
        return methods.expanding(self._obj, self, min_periods=min_periods, method=method)

    def ewm(
        self, com: float | None = None, span: float | None = None, halflife: Any = None, alpha: float | None = None,
        min_periods: int | None = 0, adjust: bool = True, ignore_na: bool = False, times: Any = None,
        method: str = "single",
    ) -> Any:
        """Look at all rows of the group up to each row, the earlier ones with less weight; see `DataFrame.ewm`."""
        given = {"com": com, "span": span, "halflife": halflife, "alpha": alpha, "min_periods": min_periods}
        return methods.ewm(self._obj, self, **given, adjust=adjust, ignore_na=ignore_na, times=times, method=method)
