"""Functions of texts, of vecs and of frames whose columns are all texts."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.classic import meaning
from h2o_frame_compat.classic.columns import split
from h2o_frame_compat.classic.data import Data, Made, only_column
from h2o_frame_compat.classic.primitives import applied
from h2o_frame_compat.expr import Expr, call

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.classic.frame import H2OFrame

_LONGEST = (1 << 31) - 1  # no text has more characters


class Texts(Data[Made]):
    """See `H2OVec`; a factor is taken for its texts, and what is made of it is no factor."""

    def _texts(self, function: Callable[[Expr], Expr]) -> Made:
        return self._each(lambda e: function(_text(e)))

    def _counted(self, name: str) -> Made:
        """Apply a primitive that gives a number for each text."""
        return self._texts(lambda e: call("primitive", e, params=(name, (), dt.FLOAT64)))

    def toupper(self) -> Made:
        """Write the texts in capitals.

        Returns
        -------
        Expr or H2OVec
        """
        return self._texts(lambda e: call("upper", e))

    def tolower(self) -> Made:
        """Write the texts in small letters.

        Returns
        -------
        Expr or H2OVec
        """
        return self._texts(lambda e: call("lower", e))

    def trim(self) -> Made:
        """Take white space from both ends.

        Returns
        -------
        Expr or H2OVec
        """
        return self._texts(lambda e: call("strip", e))

    def lstrip(self, set: str = " ") -> Made:
        """Take characters from the left end.

        Parameters
        ----------
        set : str
            The characters.

        Returns
        -------
        Expr or H2OVec
        """
        return self._texts(lambda e: call("primitive", e, params=("lstrip", (set,), dt.STR)))

    def rstrip(self, set: str = " ") -> Made:
        """Take characters from the right end.

        Parameters
        ----------
        set : str
            The characters.

        Returns
        -------
        Expr or H2OVec
        """
        return self._texts(lambda e: call("primitive", e, params=("rstrip", (set,), dt.STR)))

    def nchar(self) -> Made:
        """Count the characters.

        Returns
        -------
        Expr or H2OVec
        """
        return self._counted("strlen")

    def sub(self, pattern: str, replacement: str, ignore_case: bool = False) -> Made:
        """Replace the first place that a regular expression matches.

        Parameters
        ----------
        pattern : str
            The regular expression, as Java has them.
        replacement : str
            What goes there.
        ignore_case : bool
            Whether capitals and small letters are the same.

        Returns
        -------
        Expr or H2OVec
        """
        return self._texts(lambda e: call("replace", e, params=(pattern, replacement, ignore_case, False)))

    def gsub(self, pattern: str, replacement: str, ignore_case: bool = False) -> Made:
        """Replace every place that a regular expression matches.

        Parameters
        ----------
        pattern : str
            The regular expression, as Java has them.
        replacement : str
            What goes there.
        ignore_case : bool
            Whether capitals and small letters are the same.

        Returns
        -------
        Expr or H2OVec
        """
        return self._texts(lambda e: call("replace", e, params=(pattern, replacement, ignore_case, True)))

    def grep(self, pattern: str, ignore_case: bool = False) -> Made:
        """Give 1 where a regular expression matches somewhere, and 0 elsewhere.

        Parameters
        ----------
        pattern : str
            The regular expression, as Java has them.
        ignore_case : bool
            Whether capitals and small letters are the same.

        Returns
        -------
        Expr or H2OVec
        """
        return self._texts(lambda e: call("contains", e, params=(pattern, ignore_case)))

    def substring(self, start_index: int, end_index: int | None = None) -> Made:
        """Cut a piece out of the texts.

        Parameters
        ----------
        start_index : int
            The first character, from 0.
        end_index : int, optional
            The first character after the piece.

        Returns
        -------
        Expr or H2OVec
        """
        ends = (start_index, _LONGEST if end_index is None else end_index)
        return self._texts(lambda e: call("primitive", e, params=("substring", ends, dt.STR)))

    def countmatches(self, pattern: str | list[str]) -> Made:
        """Count how often a text, or any of several, occurs.

        Parameters
        ----------
        pattern : str or list of str
            What is looked for, as it is.

        Returns
        -------
        Expr or H2OVec
        """
        wanted = [pattern] if isinstance(pattern, str) else list(pattern)
        if not wanted:
            msg = "pattern is a text, or a list of at least one"
            raise ValueError(msg)

        def counted(expr: Expr) -> Expr:
            counts = [call("primitive", expr, params=("countmatches", (one,), dt.FLOAT64)) for one in wanted]
            return functools.reduce(lambda a, b: call("add", a, b), counts)

        return self._texts(counted)

    def entropy(self) -> Made:
        """Give the entropy of the characters of each text, in bits.

        Returns
        -------
        Expr or H2OVec
        """
        return self._counted("entropy")

    def strsplit(self, pattern: str) -> H2OFrame:
        """Split texts where a regular expression matches.

        Parameters
        ----------
        pattern : str
            The regular expression, as Java has them.

        Returns
        -------
        H2OFrame
            As many columns as the longest text has pieces; missing where there are fewer.
        """
        column = only_column(self, "strsplit")
        texts = split(column.block.with_columns([_text(column.expr)]), [column])
        return self._framed(applied("strsplit", texts, ["C1"], pattern))


def _text(expr: Expr) -> Expr:
    """Take texts, or the texts of a factor, and refuse numbers."""
    if not meaning.is_text(expr):
        msg = "this needs texts; ascharacter() makes them of numbers"
        raise ValueError(msg)
    return meaning.as_text(expr)
