"""`H2OFrame`, a list of vecs, and `Expr`, a frame that is still to be computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from h2o_frame_compat.classic import loading
from h2o_frame_compat.classic.columns import Column, check_lengths, split
from h2o_frame_compat.classic.data import Data
from h2o_frame_compat.classic.munging import Munging
from h2o_frame_compat.classic.primitives import sent
from h2o_frame_compat.classic.python_data import local_frame
from h2o_frame_compat.classic.vec import H2OVec
from h2o_frame_compat.core.block import Block, executor
from h2o_frame_compat.pandas.frame import DataFrame
from h2o_frame_compat.rapids import text
from h2o_frame_compat.session import current_session

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
        if python_obj is not None:
            block = Block.from_pandas(local_frame(python_obj))
            executor().store(block.rel)
        elif vecs is not None:
            self._cells = _checked(vecs)
            return
        elif remote_fname is not None:
            block = loading.parsed(loading.imported(remote_fname))
        elif local_fname is not None:
            block = loading.parsed(loading.uploaded(local_fname))
        elif text_key is not None:
            block = loading.parsed(loading.parse_setup(text_key))
        else:
            msg = "a frame is made of Python data, of a file, or of vecs"
            raise ValueError(msg)
        self._cells = _vecs_of(block, pending=False)

    _sent: Source | None = None  # what `send_frame` put into the cluster
    _key: str | None = None  # the cluster's own name of it, where it is not ours
    _paths: Any = None  # where `import_file` found it

    # ------------------------------------------------------------------ making

    @classmethod
    def _of(cls, vecs: Iterable[H2OVec]) -> Self:
        """Make a frame of vecs, which stay what they are."""
        return cls._with([copy for v in vecs for copy in v._copies()])

    @classmethod
    def _of_block(cls, block: Block, parts: Sequence[Column] = (), *, pending: bool = False) -> Self:
        """Make a frame of a block."""
        return cls._with(_vecs_of(block, parts, pending=pending))

    @classmethod
    def from_dataframe(cls, df: Any) -> Self:
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

    def _made(self, block: Block, parts: Sequence[Column], names: Sequence[str] | None = None) -> Expr:
        return Expr._of_block(block.with_columns(block.columns, names or self.names()), parts, pending=True)

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
    return [H2OVec._named(name, column) for name, column in zip(block.labels, columns, strict=True)]


Data._frame_class, Data._vec_class = H2OFrame, H2OVec
