"""Parts of times, of vecs and of frames whose columns are all times."""

from __future__ import annotations

from typing import Any

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.classic import meaning
from h2o_frame_compat.classic.data import Data
from h2o_frame_compat.expr import Expr, call

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Times(Data):
    """See `H2OVec`; a number is taken for milliseconds since 1970."""

    def _part(self, name: str, result: dt.DType = dt.FLOAT64) -> Any:
        def part(expr: Expr) -> Expr:
            if meaning.is_text(expr):
                msg = "this needs times; as_date() makes them of texts"
                raise ValueError(msg)
            return call("primitive", expr, params=(name, (), result))

        return self._each(part)

    def year(self) -> Any:
        """Give the year.

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("year")

    def month(self) -> Any:
        """Give the month, from 1.

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("month")

    def week(self) -> Any:
        """Give the week of the year, from 1, as ISO 8601 counts them.

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("week")

    def day(self) -> Any:
        """Give the day of the month, from 1.

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("day")

    def dayOfWeek(self) -> Any:
        """Give the day of the week, a factor of "Mon" to "Sun".

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("dayOfWeek", dt.category(DAYS))

    def hour(self) -> Any:
        """Give the hour of the day.

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("hour")

    def minute(self) -> Any:
        """Give the minute of the hour.

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("minute")

    def second(self) -> Any:
        """Give the second of the minute.

        Returns
        -------
        Expr or H2OVec
        """
        return self._part("second")

    def as_date(self, format: Any) -> Any:
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
        if not isinstance(format, str):
            msg = "format is a text, such as '%Y-%m-%d'"
            raise ValueError(msg)  # noqa: TRY004 - the module of the first generation raises ValueErrors

        def read(expr: Expr) -> Expr:
            if not meaning.is_text(expr):
                msg = "as_date reads texts; this column holds none"
                raise ValueError(msg)
            return call("primitive", expr, params=("as.Date", (format,), dt.FLOAT64))

        return self._each(read)
