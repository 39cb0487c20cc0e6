"""Functions of texts, of vecs and of frames whose columns are all texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.classic import meaning
from h2o_frame_compat.classic.data import Data
from h2o_frame_compat.expr import Expr, call

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.classic.frame import H2OFrame

_LONGEST = (1 << 31) - 1  # no text has more characters


class Texts(Data):
    """See `H2OVec`; a factor is taken for its texts, and what is made of it is no factor."""

    def _texts(self, function: Callable[[Expr], Expr]) -> Any:
        def of_text(expr: Expr) -> Expr:
            if not meaning.is_text(expr):
                msg = "this needs texts; ascharacter() makes them of numbers"
                raise ValueError(msg)
            return function(meaning.as_text(expr))

        return self._each(of_text)

    def _counted(self, name: str, *args: Any) -> Any:
        """Apply a primitive that gives a number for each text."""
        return self._texts(lambda e: call("primitive", e, params=(name, args, dt.FLOAT64)))

    def toupper(self) -> Any:
        """Write the texts in capitals.

        Returns
        -------
        Expr or H2OVec
        """
        return self._texts(lambda e: call("upper", e))

    def tolower(self) -> Any:
        """Write the texts in small letters.

        Returns
        -------
        Expr or H2OVec
        """
        return self._texts(lambda e: call("lower", e))

    def trim(self) -> Any:
        """Take white space from both ends.

        Returns
        -------
        Expr or H2OVec
        """
        return self._texts(lambda e: call("strip", e))

    def lstrip(self, set: str = " ") -> Any:
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

    def rstrip(self, set: str = " ") -> Any:
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

    def nchar(self) -> Any:
        """Count the characters.

        Returns
        -------
        Expr or H2OVec
        """
        return self._counted("strlen")

    def sub(self, pattern: str, replacement: str, ignore_case: bool = False) -> Any:
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

    def gsub(self, pattern: str, replacement: str, ignore_case: bool = False) -> Any:
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

    def grep(self, pattern: str, ignore_case: bool = False) -> Any:
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

    def substring(self, start_index: int, end_index: int | None = None) -> Any:
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

    def countmatches(self, pattern: str | list[str]) -> Any:
        """Count how often a text, or any of several, occurs.

        Parameters
        ----------
        pattern : str or list of str
            What is looked for, as it is.

        Returns
        -------
        Expr or H2OVec
        """
        wanted = (pattern,) if isinstance(pattern, str) else tuple(pattern)
        parts = [self._counted("countmatches", one) for one in wanted]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total

    def entropy(self) -> Any:
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
        from h2o_frame_compat.classic.frame import H2OFrame  # noqa: PLC0415 - frames have these functions
        from h2o_frame_compat.classic.primitives import applied  # noqa: PLC0415 - they build on columns

        if len(self._columns) != 1:
            msg = "strsplit splits one column; choose it first"
            raise ValueError(msg)
        texts = self._texts(lambda e: e)
        return H2OFrame._of_block(applied("strsplit", texts._columns, ["C1"], pattern))
