"""Exponentially weighted windows."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd

from h2o_frame_compat.core.align import side_by_side
from h2o_frame_compat.core.elementwise import beside
from h2o_frame_compat.core.windows import Weights
from h2o_frame_compat.expr import call
from h2o_frame_compat.pandas.windows.base import Windows


class ExponentialMovingWindow(Windows):
    """All rows up to each row, the earlier ones with less weight; made by `ewm`."""

    _method = "ewm"

    @cached_property
    def _timed(self) -> tuple[Any, Any]:
        """Give the block, and the times that weights are measured along beside it, if any."""
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415 - series builds on this package

        block, times = super()._block, self._options["times"]
        if times is None:
            return block, None
        if isinstance(times, Series):
            left, right = side_by_side(block, times._block)
            return left, right.columns[0]
        return beside(block, times)

    @property
    def _block(self) -> Any:
        return self._timed[0] if self._grouped is None else super()._block

    def _weights(self) -> Weights | None:
        given = self._options
        if given["method"] != "single" or not self._native() or (given["times"] is not None and self._grouped):
            return None
        along = None if given["times"] is None else self._timed[1]
        flags = bool(given["adjust"]), bool(given["ignore_na"])
        least = int(given["min_periods"] or 0)
        names = ("com", "span", "halflife", "alpha")
        com = _centre(*(given[n] for n in names)) if along is None else 1.0
        halflife = None
        if along is not None:
            halflife = pd.Timedelta(given["halflife"]) / pd.Timedelta(1, "ms")
            if any(given[n] is not None for n in ("com", "span", "alpha")):
                com = _centre(given["com"], given["span"], None, given["alpha"])
        return Weights(com, halflife, *flags, least, along, self._keys)

    def _weighted(self, name: str, numeric_only: bool, function: str, *, bias: bool = False) -> Any:
        weights = self._weights()
        if weights is None:
            given: dict[str, Any] = {} if function != "cov" else {"bias": bias}
            return self._fallback(name, numeric_only=numeric_only, **given)
        if function != "mean" and weights.along is not None:
            msg = f"{name} is not implemented with times"
            raise NotImplementedError(msg)

        def one(e: Any) -> Any:
            made = weights.statistic(function, *([e, e] if function == "cov" else [e]), bias=bias)
            return call("sqrt", made) if name == "std" else made

        return self._each(name, one, numeric_only=numeric_only)

    def mean(self, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        """Give the weighted mean.

        Parameters
        ----------
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.
        engine, engine_kwargs
            Ignored: the cluster is the engine.

        Returns
        -------
        DataFrame or Series
        """
        return self._weighted("mean", numeric_only, "mean")

    def sum(self, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        """Give the weighted sum; see `mean` for the parameters."""
        if not self._options["adjust"]:
            msg = "sum is not implemented with adjust=False"
            raise NotImplementedError(msg)
        return self._weighted("sum", numeric_only, "sum")

    def var(self, bias: bool = False, numeric_only: bool = False) -> Any:
        """Give the weighted variance; `bias` leaves out the correction for the number of values."""
        return self._weighted("var", numeric_only, "cov", bias=bias)

    def std(self, bias: bool = False, numeric_only: bool = False) -> Any:
        """Give the weighted standard deviation; `bias` leaves out the correction for the number of values."""
        return self._weighted("std", numeric_only, "cov", bias=bias)

    def cov(
        self, other: Any = None, pairwise: bool | None = None, bias: bool = False, numeric_only: bool = False
    ) -> Any:
        """Give the weighted covariance with another series.

        Parameters
        ----------
        other : Series, optional
            The other series; itself by default. Frames run in pandas on the client.
        pairwise : bool, optional
            Whether every column meets every other one; runs in pandas on the client.
        bias : bool, default False
            Whether the correction for the number of values is left out.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.

        Returns
        -------
        DataFrame or Series
        """
        weights = self._weights()
        made = None
        if weights is not None and weights.along is None:
            made = self._pairs("cov", other, pairwise, lambda x, y: weights.statistic("cov", x, y, bias=bias))
        if made is not None:
            return made
        return self._fallback("cov", other, pairwise=pairwise, bias=bias, numeric_only=numeric_only)

    def corr(self, other: Any = None, pairwise: bool | None = None, numeric_only: bool = False) -> Any:
        """Give the weighted correlation with another series; see `cov` for the parameters."""
        weights = self._weights()
        made = None
        if weights is not None and weights.along is None:
            made = self._pairs("corr", other, pairwise, weights.correlation)
        return self._fallback("corr", other, pairwise=pairwise, numeric_only=numeric_only) if made is None else made

    def online(self, engine: str = "numba", engine_kwargs: Any = None) -> Any:
        """Give an object that goes on with new rows; it runs in pandas on the client."""
        return self._fallback("online", engine, engine_kwargs)


def _centre(com: float | None, span: float | None, halflife: float | None, alpha: float | None) -> float:
    """Give the centre of mass that pandas finds for these arguments, or its error."""
    sample = pd.Series([0.0, 1.0]).ewm(com=com, span=span, halflife=halflife, alpha=alpha, adjust=False).mean()
    return 1.0 / float(sample.iloc[1]) - 1.0
