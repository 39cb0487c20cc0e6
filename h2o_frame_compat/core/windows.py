"""Statistics of the rows around each row: windows of rows or of time, and exponentially weighted ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.choose import any_true
from h2o_frame_compat.expr import Expr, call, lit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.expr import Relation


@dataclass(frozen=True)
class Shape:
    """Which rows are in a window.

    Parameters
    ----------
    size : float or None
        How many rows, or milliseconds; None: all rows so far.
    least : int
        How many values it needs.
    closed : str
        Which of its ends belong to it.
    center : bool
        Whether the row is in its middle, not at its end.
    along : Expr or None
        The times that it is measured along; None: rows.
    keys : tuple of Expr
        Keys of the groups that are kept apart.
    """

    size: float | None
    least: int
    closed: str = "right"
    center: bool = False
    along: Expr | None = None
    keys: tuple[Expr, ...] = ()

    def statistic(
        self, function: str, *values: Expr, words: Sequence[str] = (), numbers: Sequence[float] = ()
    ) -> Expr:
        """Give a statistic of each row's window.

        Parameters
        ----------
        function : str
            Its name; see the extension's primitive ``compat.window``.
        *values : Expr
            A column of floats, or two.
        words, numbers : sequence
            Options of the statistic.

        Returns
        -------
        Expr
        """
        measured = (self.along,) if self.along is not None else ()
        params = (
            len(values), bool(measured), function, tuple(words), tuple(numbers), self.size, self.least, self.closed,
            self.center,
        )  # fmt: skip
        return call("window", *values, *measured, *self.keys, params=params)


@dataclass(frozen=True)
class Weights:
    """How fast earlier rows lose weight.

    Parameters
    ----------
    com : float
        The centre of mass.
    halflife : float or None
        In how many milliseconds weights halve, where they are measured along times.
    adjust, ignore_na : bool
        As in pandas.
    least : int
        How many values are needed.
    along : Expr or None
        The times.
    keys : tuple of Expr
        Keys of the groups that are kept apart.
    """

    com: float
    halflife: float | None
    adjust: bool
    ignore_na: bool
    least: int
    along: Expr | None = None
    keys: tuple[Expr, ...] = ()

    def statistic(self, function: str, *values: Expr, bias: bool = False) -> Expr:
        """Give the weighted statistic of the rows up to each row.

        Parameters
        ----------
        function : {"mean", "sum", "cov"}
            Its name.
        *values : Expr
            A column of floats, or two.
        bias : bool
            Whether a covariance is not corrected for the number of values.

        Returns
        -------
        Expr
        """
        measured = (self.along,) if self.along is not None else ()
        flags = (self.adjust, self.ignore_na, bias)
        params = (len(values), bool(measured), function, self.com, self.halflife, flags, self.least)
        return call("ewm", *values, *measured, *self.keys, params=params)

    def correlation(self, x: Expr, y: Expr) -> Expr:
        """Give the weighted correlation of two columns."""
        nothing = lit(None, dt.FLOAT64)
        # An infinity is missing, too: less itself, it is no number.
        a, b = (
            call("where", call("isna", call("sub", other, other)), nothing, own) for own, other in ((x, y), (y, x))
        )
        spread = call("mul", self.statistic("cov", a, a, bias=True), self.statistic("cov", b, b, bias=True))
        return call("truediv", self.statistic("cov", a, b, bias=True), call("sqrt", spread))


def as_float(expr: Expr) -> Expr:
    """Give a column of numbers as floats, as windows take them."""
    return expr if expr.dtype == dt.FLOAT64 else call("cast", expr, params=(dt.FLOAT64,))


def presence(expr: Expr) -> Expr:
    """Give 1 where there is a value and 0 where there is none."""
    return call("cast", call("not", call("isna", expr)), params=(dt.FLOAT64,))


def disorder(rel: Relation, times: Expr, before: Expr) -> str:
    """Tell what is wrong with times that windows are to be measured along.

    Parameters
    ----------
    rel : Relation
        The rows.
    times : Expr
        The times.
    before : Expr
        The time of the row before.

    Returns
    -------
    str
        In pandas' words; empty when they are all there, and only rise or only fall.
    """
    missing, falls, rises = any_true(rel, [call("isna", times), call("lt", times, before), call("gt", times, before)])
    if missing:
        return "values must not have NaT"
    return "values must be monotonic" if falls and rises else ""


def options_of(function: str, **options: Any) -> dict[str, Any]:
    """Give the options of a statistic as `Shape.statistic` takes them."""
    if function in {"var", "std"}:
        return {"numbers": (int(options["ddof"]),)}
    if function == "quantile":
        return {"words": (options["interpolation"],), "numbers": (float(options["q"]),)}
    if function == "rank":
        return {"words": (options["method"],), "numbers": (int(options["ascending"]), int(options["pct"]))}
    return {}
