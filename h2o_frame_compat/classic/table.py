"""A list of vecs: names, sizes, choosing and changing columns and rows."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, Any, Self

from h2o_frame_compat.classic import meaning, rows
from h2o_frame_compat.classic.columns import REMOVED, Column, check_lengths, split
from h2o_frame_compat.classic.data import Data, only_column
from h2o_frame_compat.classic.vec import H2OVec, Name
from h2o_frame_compat.classic.whole import Whole
from h2o_frame_compat.core.assign import constant
from h2o_frame_compat.pandas.frame import DataFrame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from h2o_frame_compat.classic.frame import H2OFrame


class Table(Whole["H2OFrame"]):
    """See `H2OFrame`."""

    _cells: list[H2OVec] | None  # none once it was removed

    @classmethod
    def _with(cls, cells: list[H2OVec]) -> Self:
        """Make a frame of its columns."""
        made = cls.__new__(cls)
        made._cells = cells
        return made

    # ------------------------------------------------------------------ vecs and names

    @property
    def _vecs(self) -> list[H2OVec]:
        """The columns; using those of a removed frame is an error."""
        if self._cells is None:
            raise ValueError(REMOVED)
        return self._cells

    @property
    def _columns(self) -> list[Column]:
        return [v._column for v in self._vecs]

    def vecs(self) -> list[H2OVec]:
        """Give the columns.

        Returns
        -------
        list of H2OVec
        """
        return [v._copy() for v in self._vecs]

    def __iter__(self) -> Iterator[H2OVec]:
        return iter(self.vecs())

    def names(self) -> list[str]:
        """Give the column names.

        Returns
        -------
        list of str
        """
        return [v._name for v in self._vecs]

    def col_names(self) -> list[str]:
        """Give the column names.

        Returns
        -------
        list of str
        """
        return self.names()

    def setNames(self, names: Any) -> None:
        """Rename the columns.

        Parameters
        ----------
        names : list of str
            As many as there are columns.
        """
        if not isinstance(names, list) or len(names) != len(self):
            msg = f"names is a list of {len(self)} texts, one for each column"
            raise ValueError(msg)
        labels = [Name(name) for name in names]
        for vec, label in zip(self._vecs, labels, strict=True):
            vec._name = label.text

    # ------------------------------------------------------------------ size

    def __len__(self) -> int:
        return len(self._vecs)

    def ncol(self) -> int:
        """Give the number of columns.

        Returns
        -------
        int
        """
        return len(self)

    def dim(self) -> list[int]:
        """Give the number of rows and of columns.

        Returns
        -------
        list of int
        """
        return [self.nrow(), self.ncol()]

    # ------------------------------------------------------------------ choosing

    def _place(self, which: Any) -> int:
        """Find a column by name or number."""
        if isinstance(which, str):
            places = [n for n, v in enumerate(self._vecs) if v._name == which]
            if places:
                return places[0]
            msg = f"there is no column {which!r}; the columns are {', '.join(map(repr, self.names()[:20]))}"
            raise ValueError(msg)
        if not isinstance(which, bool) and isinstance(which, Integral):
            place = int(which) + len(self) if which < 0 else int(which)
            if 0 <= place < len(self):
                return place
            msg = f"there is no column {which}; the columns are 0 to {len(self) - 1}"
            raise ValueError(msg)
        msg = f"a column is chosen by its name or its number, not by a {type(which).__name__}"
        raise ValueError(msg)

    def _taken(self, which: Any) -> H2OVec | H2OFrame:
        """Choose columns: one by name or number gives a vec, a slice or a list a frame with the same columns."""
        if isinstance(which, slice):
            return self._chosen(self._vecs[_numbered(self, which)])
        if isinstance(which, (list, tuple)):
            return self._chosen([self._vecs[self._place(i)] for i in which])
        return self._vecs[self._place(which)]._copy()

    def _chosen(self, vecs: list[H2OVec]) -> H2OFrame:
        if not vecs:
            msg = "no column is left; a frame has at least one"
            raise ValueError(msg)
        return self._frame_class._with([v._copy() for v in vecs])

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, Data):
            return self._rows(i)
        if not (isinstance(i, tuple) and len(i) == 2):
            return self._taken(i)
        which, columns = i
        found = self._taken(columns)
        if isinstance(found, H2OVec):
            return found[which]
        return found._rows(which)

    def _rows(self, which: Any) -> H2OFrame:
        made = rows.selected(self._columns, which)
        return self._frame_class._of(H2OVec._named(n, c) for n, c in zip(self.names(), made, strict=True))

    def drop(self, i: Any) -> H2OFrame:
        """Give the frame without some columns.

        Parameters
        ----------
        i : int, str, or list of them
            The columns.

        Returns
        -------
        H2OFrame
        """
        gone = {self._place(k) for k in (i if isinstance(i, (list, tuple)) else [i])}
        return self._chosen([v for n, v in enumerate(self._vecs) if n not in gone])

    # ------------------------------------------------------------------ changing

    def __setitem__(self, i: Any, value: Any) -> None:
        if isinstance(i, tuple) and len(i) == 2:
            which, column = i
            vec = self._vecs[self._place(column)]
            vec._column = rows.assigned(vec, which, value)
            return
        new = isinstance(i, str) and i not in self.names()
        place = len(self) if new else self._place(i)
        column = self._column_of(value)
        if new:
            self._vecs.append(H2OVec._named(i, column))
        else:
            self._vecs[place]._column = column

    def _column_of(self, value: Any) -> Column:
        """Take what is assigned for a column of this frame."""
        first = self._columns[0]
        if not isinstance(value, Data):
            meaning.scalar(value)  # nothing else is repeated for every row
            return split(first.block.with_columns([constant(first.block, value)]), [first])[0]
        column = only_column(value, "an assignment")
        check_lengths([first.block, column.block])
        return column

    def __delitem__(self, i: Any) -> None:
        place = self._place(i)
        if len(self) == 1:
            msg = "the only column of a frame cannot be deleted"
            raise ValueError(msg)
        del self._vecs[place]

    def dataframe(self) -> DataFrame:
        """Give the same data as a frame of the pandas dialect; nothing is copied.

        Returns
        -------
        DataFrame
        """
        self._with_levels()
        return DataFrame._of(self._block)

    def _copy(self) -> Self:
        return self._with(self._copies())

    def _copies(self) -> list[H2OVec]:
        return [c for v in self._vecs for c in v._copies()]


def _numbered(frame: Table, which: slice) -> slice:
    """Give a slice of numbers for one whose bounds may be names; the column named last is in it."""
    start = frame._place(which.start) if isinstance(which.start, str) else which.start
    stop = frame._place(which.stop) + 1 if isinstance(which.stop, str) else which.stop
    return slice(start, stop, which.step)
