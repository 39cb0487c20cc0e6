"""`H2OFrame`, a list of vecs, and `Expr`, a frame that is still to be computed."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.classic import rows
from h2o_frame_compat.classic.columns import REMOVED, Column, check_lengths, split
from h2o_frame_compat.classic.data import Data
from h2o_frame_compat.classic.munging import Munging
from h2o_frame_compat.classic.primitives import sent
from h2o_frame_compat.classic.python_data import local_frame
from h2o_frame_compat.classic.vec import H2OVec, Name
from h2o_frame_compat.core.assign import constant
from h2o_frame_compat.core.block import Block, executor
from h2o_frame_compat.pandas.frame import DataFrame
from h2o_frame_compat.rapids import text
from h2o_frame_compat.session import current_session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from h2o_frame_compat.expr import Source


class H2OFrame(Munging):
    """A table in the cluster: a list of vecs.

    Parameters
    ----------
    python_obj : list, tuple, dict, numpy.ndarray or pandas.DataFrame, optional
        Values: a list of lists holds rows, a dict columns.
    local_fname : str, optional
        A CSV file of this machine.
    remote_fname : str or list of str, optional
        One or more files that the cluster reads.
    vecs : list of H2OVec, optional
        Its columns, all of one length.
    text_key : str, optional
        The key of a file that was uploaded.

    Examples
    --------
    >>> [v.mean() for v in H2OFrame({"a": [1, 2], "b": [3, 5]})]   # doctest: +SKIP
    [1.5, 4.0]
    """

    def __init__(
        self, python_obj: Any = None, local_fname: str | None = None, remote_fname: Any = None, vecs: Any = None,
        text_key: str | None = None,
    ) -> None:
        from h2o_frame_compat.classic import loading  # noqa: PLC0415 - it makes frames

        self._cells: list[H2OVec] | None = None
        if python_obj is not None:
            block = Block.from_pandas(local_frame(python_obj))
            executor().store(block.rel)
        elif vecs is not None:
            self._cells = _checked(vecs)
            return
        elif remote_fname is not None:
            block = loading.imported(remote_fname)
        elif local_fname is not None:
            block = loading.uploaded(local_fname)
        elif text_key is not None:
            block = loading.parsed(loading.parse_setup(text_key))
        else:
            msg = "a frame is made of Python data, of a file, or of vecs"
            raise ValueError(msg)
        self._cells = _vecs_of(block, pending=False)

    _sent: Source | None = None  # what `send_frame` put into the cluster
    _paths: Any = None  # where `import_file` found it

    # ------------------------------------------------------------------ making

    @classmethod
    def _of(cls, vecs: Iterable[H2OVec]) -> H2OFrame:
        """Make a frame of vecs, which stay what they are."""
        made = H2OFrame.__new__(H2OFrame)
        made._cells = [H2OVec._of(Name(v._name), v._column) for v in vecs]
        return made

    @classmethod
    def _of_block(cls, block: Block, parts: Sequence[Column] = (), *, pending: bool = False) -> H2OFrame:
        """Make a frame of a block."""
        made = H2OFrame.__new__(H2OFrame)
        made._cells = _vecs_of(block, parts, pending=pending)
        return made

    @classmethod
    def from_dataframe(cls, df: Any) -> H2OFrame:
        """Make a frame of one of the pandas dialect, or of pandas; what is in the cluster is not copied.

        Parameters
        ----------
        df : DataFrame or pandas.DataFrame
            The data; row labels are left out.

        Returns
        -------
        H2OFrame
        """
        ours = df if isinstance(df, DataFrame) else DataFrame(df)
        block = ours._block
        return cls._of_block(block.with_columns(block.columns, [str(c) for c in block.labels]), pending=True)

    def dataframe(self) -> DataFrame:
        """Give the same data as a frame of the pandas dialect; nothing is copied.

        Returns
        -------
        DataFrame
        """
        self._with_levels()
        return DataFrame._of(self._block)

    def _made(self, block: Block, parts: Sequence[Column], names: Sequence[str] | None = None) -> Expr:
        made = Expr.__new__(Expr)
        made._cells = _vecs_of(block.with_columns(block.columns, names or self.names()), parts, pending=True)
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
        if isinstance(which, bool) or not isinstance(which, Integral):
            msg = f"a column is chosen by its name or its number, not by a {type(which).__name__}"
            raise ValueError(msg)  # noqa: TRY004 - the module of the first generation raises ValueErrors
        place = int(which) + len(self) if which < 0 else int(which)
        if not 0 <= place < len(self):
            msg = f"there is no column {which}; the columns are 0 to {len(self) - 1}"
            raise ValueError(msg)
        return place

    def _find_idx(self, name: str) -> int:
        return self._place(name)

    def _taken(self, which: Any) -> H2OVec | H2OFrame:
        """Choose columns: one by name or number gives a vec, a slice or a list a frame with the same columns."""
        if isinstance(which, slice):
            chosen = self._vecs[_numbered(self, which)]
        elif isinstance(which, (list, tuple)):
            chosen = [self._vecs[self._place(i)] for i in which]
        else:
            return self._vecs[self._place(which)]._copy()
        if not chosen:
            msg = "no column is left; a frame has at least one"
            raise ValueError(msg)
        made = H2OFrame.__new__(H2OFrame)
        made._cells = [v._copy() for v in chosen]
        return made

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
        return H2OFrame._of(H2OVec._of(Name(n), c) for n, c in zip(self.names(), made, strict=True))

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
        kept = self._taken([n for n in range(len(self)) if n not in gone])
        assert isinstance(kept, H2OFrame)
        return kept

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
            self._vecs.append(H2OVec._of(Name(i), column))
        else:
            self._vecs[place]._column = column

    def _column_of(self, value: Any) -> Column:
        """Take what is assigned for a column of this frame."""
        if not isinstance(value, Data):
            block = self._block
            return split(block.with_columns([constant(block, value)], range(1)), self._columns)[0]
        if len(value._columns) != 1:
            msg = f"one column is assigned at a time, not {len(value._columns)}"
            raise ValueError(msg)
        check_lengths([self._columns[0].block, value._columns[0].block])
        return value._columns[0]

    def __delitem__(self, i: Any) -> None:
        place = self._place(i)
        if len(self) == 1:
            msg = "the only column of a frame cannot be deleted"
            raise ValueError(msg)
        del self._vecs[place]

    # ------------------------------------------------------------------ keys

    def send_frame(self) -> str:
        """Put the frame into the cluster under one key.

        Returns
        -------
        str
            The key; the cluster keeps it as long as this object lives and sends no other.
        """
        self._sent = sent(self._columns, self.names())
        return self._sent.key

    def keep_as(self, key: str) -> None:
        """Let the cluster keep the frame under a key of your choice, until it is removed.

        Parameters
        ----------
        key : str
            The key.
        """
        current_session().client.rapids(text.call("assign", text.string(key), self.send_frame()))

    def keys(self) -> list[str]:
        """Give the key of the frame in the cluster, in a list.

        Returns
        -------
        list of str
        """
        return [self.send_frame()]

    def _remove(self) -> None:
        """Take the frame and its columns away."""
        for column in self._columns:
            column.remove()
        self._cells = self._sent = None

    def _copy(self) -> H2OFrame:
        return H2OFrame._of(self._vecs)

    def _copies(self) -> list[H2OVec]:
        return [c for v in self._vecs for c in v._copies()]


class Expr(H2OFrame):
    """A frame that is computed when output is asked of it, and then stays computed, with what it is made of.

    Examples
    --------
    >>> type(H2OFrame({"a": [1, 2]}) + 3.14159).__name__   # doctest: +SKIP
    'Expr'
    """


def _checked(vecs: Any) -> list[H2OVec]:
    cells = list(vecs)
    if not cells or not all(isinstance(v, H2OVec) for v in cells):
        msg = "vecs is a list of at least one H2OVec"
        raise ValueError(msg)
    check_lengths([v._column.block for v in cells])
    return [v._copy() for v in cells]


def _vecs_of(block: Block, parts: Sequence[Column] = (), *, pending: bool) -> list[H2OVec]:
    columns = split(block, parts, pending=pending)
    return [H2OVec._of(Name(name), column) for name, column in zip(block.labels, columns, strict=True)]


def _numbered(frame: H2OFrame, which: slice) -> slice:
    """Give a slice of numbers for one whose bounds may be names; the column named last is in it."""
    start = frame._place(which.start) if isinstance(which.start, str) else which.start
    stop = frame._place(which.stop) + 1 if isinstance(which.stop, str) else which.stop
    return slice(start, stop, which.step)



