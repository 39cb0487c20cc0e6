"""The methods of frames and series that make windows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.windows.ewm import ExponentialMovingWindow
from h2o_frame_compat.pandas.windows.rolling import Expanding, Rolling


def rolling(obj: Any, grouped: Any = None, **options: Any) -> Rolling:
    """Make rolling windows over an object, or over the groups of it; pandas checks the arguments."""
    _sample(obj, options.get("on")).rolling(**options)
    made = Rolling(obj, options, grouped, *_selected(obj, grouped), single=_single(obj, grouped))
    made.require_order()
    return made


def expanding(obj: Any, grouped: Any = None, **options: Any) -> Expanding:
    """Make expanding windows over an object, or over the groups of it."""
    pd.Series([], dtype="float64").expanding(**options)
    return Expanding(obj, options, grouped, *_selected(obj, grouped), single=_single(obj, grouped))


def ewm(obj: Any, grouped: Any = None, **options: Any) -> ExponentialMovingWindow:
    """Make exponentially weighted windows over an object, or over the groups of it."""
    if options["times"] is None:
        pd.Series([], dtype="float64").ewm(**options)
    elif len(options["times"]) != len(obj):
        msg = "times must be the same length as the object."
        raise ValueError(msg)
    elif not isinstance(options["halflife"], (str, pd.Timedelta)) and not hasattr(options["halflife"], "total_seconds"):
        msg = "halflife must be a timedelta convertible object"
        raise ValueError(msg)
    return ExponentialMovingWindow(obj, options, grouped, *_selected(obj, grouped), single=_single(obj, grouped))


def _single(obj: Any, grouped: Any) -> bool:
    return grouped._single if grouped is not None else obj._pandas_class is pd.Series


def _selected(obj: Any, grouped: Any) -> tuple[list[int] | None]:
    if grouped is not None:
        return (grouped._selection,)
    return ([0] if obj._pandas_class is pd.Series else None,)


def _sample(obj: Any, on: Any) -> Any:
    """Give a few rows of the labels' and the column's kind, for pandas to check arguments on."""
    frame = obj._block.slice(0, 0)
    wanted = frame.find(on) if on is not None and not isinstance(on, NDFrame) else []
    local = frame.select(wanted).to_pandas()
    if obj._pandas_class is pd.Series:
        return pd.Series([], index=local.index, dtype="float64")
    return local if wanted else local.assign(value=pd.Series([], dtype="float64"))


class WindowMethods(NDFrame):
    """Methods that make windows."""

    def rolling(
        self, window: Any, min_periods: int | None = None, center: bool = False, win_type: str | None = None,
        on: Any = None, closed: str | None = None, step: int | None = None, method: str = "single",
    ) -> Any:
        """Look at the rows up to, or around, each row.

        Parameters
        ----------
        window : int or time offset
            How many rows; or how much time, along row labels that are times or along the column `on`.
        min_periods : int, optional
            How many values are needed; else the result is missing.
        center : bool, default False
            Whether the row is in the middle of its window.
        win_type : str, optional
            Weights within the window; such windows run in pandas on the client.
        on : label, optional
            The column of times, or None for the row labels.
        closed : {"right", "left", "both", "neither"}, optional
            Which ends belong to the window.
        step : int, optional
            Give every so many rows only.
        method : {"single", "table"}
            The latter runs in pandas on the client.

        Returns
        -------
        Rolling

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.Series([1, 2, 4]).rolling(2).sum().tolist()
        [nan, 3.0, 6.0]
        """
        given = {"win_type": win_type, "on": on, "closed": closed, "step": step, "method": method}
        return rolling(self, window=window, min_periods=min_periods, center=center, **given)

    def expanding(self, min_periods: int = 1, method: str = "single") -> Any:
        """Look at all rows up to each row.

        Parameters
        ----------
        min_periods : int, default 1
            How many values are needed; else the result is missing.
        method : {"single", "table"}
            The latter runs in pandas on the client.

        Returns
        -------
        Expanding
        """
        return expanding(self, min_periods=min_periods, method=method)

    def ewm(
        self, com: float | None = None, span: float | None = None, halflife: Any = None, alpha: float | None = None,
        min_periods: int | None = 0, adjust: bool = True, ignore_na: bool = False, times: Any = None,
        method: str = "single",
    ) -> Any:
        """Look at all rows up to each row, the earlier ones with less weight.

        Parameters
        ----------
        com, span, halflife, alpha : float, optional
            How fast weights fall: one of them.
        min_periods : int, default 0
            How many values are needed; else the result is missing.
        adjust, ignore_na : bool
            As in pandas.
        times : Series or array of times, optional
            Along which weights halve every `halflife`, then a time span.
        method : {"single", "table"}
            The latter runs in pandas on the client.

        Returns
        -------
        ExponentialMovingWindow
        """
        given = {"com": com, "span": span, "halflife": halflife, "alpha": alpha, "min_periods": min_periods}
        return ewm(self, **given, adjust=adjust, ignore_na=ignore_na, times=times, method=method)

    def resample(
        self, rule: Any, closed: str | None = None, label: str | None = None, convention: Any = "start",
        on: Any = None, level: Any = None, origin: Any = "start_day", offset: Any = None, group_keys: bool = False,
    ) -> Any:
        """Put the rows into bins of time.

        Parameters
        ----------
        rule : str or offset
            The width of the bins, such as ``"D"``, ``"6h"`` or ``"ME"``.
        closed : {"right", "left"}, optional
            Which end belongs to a bin.
        label : {"right", "left"}, optional
            Which end labels a bin.
        convention : optional
            As in pandas, for periods.
        on : label, optional
            The column of times, if not the row labels.
        level : label or int, optional
            The index level of times; runs in pandas on the client.
        origin, offset : optional
            Where bins begin.
        group_keys : bool, default False
            As in pandas.

        Returns
        -------
        Resampler

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> s = pd.Series([1, 2, 4], index=pd.to_datetime(["2020-01-01", "2020-01-01", "2020-01-03"]))
        >>> s.resample("D").sum().tolist()
        [3, 0, 4]
        """
        from h2o_frame_compat.pandas.windows.resample import make  # noqa: PLC0415 - it builds on group-by

        return make(
            self, rule=rule, closed=closed, label=label, on=on, level=level, origin=origin, offset=offset,
            group_keys=group_keys, convention=convention,
        )
