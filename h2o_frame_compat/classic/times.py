"""Parts of times, of vecs and of frames whose columns are all times."""

from __future__ import annotations

from typing import Any

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.classic import meaning
from h2o_frame_compat.classic.data import Data, Made
from h2o_frame_compat.classic.kinds import of_kind
from h2o_frame_compat.expr import Expr, call

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Times(Data[Made]):
    """See `H2OVec`; a number is taken for milliseconds since 1970."""

    def _part(self, name: str, result: dt.DType = dt.FLOAT64) -> Made:
        def part(expr: Expr) -> Expr:
            if meaning.is_text(expr):
                msg = "this needs times; as_date() makes them of texts"
                raise ValueError(msg)
            return call("primitive", expr, params=(name, (), result))

        return self._each(part)

    def year(self) -> Made:
        """Give the year.

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("year")

    def month(self) -> Made:
        """Give the month, from 1.

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("month")

    def week(self) -> Made:
        """Give the week of the year, from 1, as ISO 8601 counts them.

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("week")

    def day(self) -> Made:
        """Give the day of the month, from 1.

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("day")

    def dayOfWeek(self) -> Made:
        """Give the day of the week, a factor of "Mon" to "Sun".

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("dayOfWeek", dt.category(DAYS))

    def hour(self) -> Made:
        """Give the hour of the day.

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("hour")

    def minute(self) -> Made:
        """Give the minute of the hour.

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("minute")

    def second(self) -> Made:
        """Give the second of the minute.

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("second")

    def as_date(self, format: Any) -> Made:
        """Read times from texts.

        Parameters
        ----------
        format : str
            How they are written, as ``"%Y-%m-%d"``.

        Returns
        -------
        Expr or H2OVec
            Milliseconds since 1970.
        """
        written = of_kind(format, str, "format is a text, such as '%Y-%m-%d'")

        def read(expr: Expr) -> Expr:
            if not meaning.is_text(expr):
                msg = "as_date reads texts; this column holds none"
                raise ValueError(msg)
            return call("primitive", expr, params=("as.Date", (written,), dt.FLOAT64))

        return self._each(read)
