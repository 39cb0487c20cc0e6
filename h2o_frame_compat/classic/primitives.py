"""What one primitive of the cluster does to whole columns: they are sent to it as a frame, and its frame is ours."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.classic.columns import evaluate, joined
from h2o_frame_compat.core.block import executor
from h2o_frame_compat.core.handover import block_of_key
from h2o_frame_compat.rapids import text
from h2o_frame_compat.session import current_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.classic.columns import Column
    from h2o_frame_compat.core.block import Block
    from h2o_frame_compat.expr import Source


def sent(columns: Sequence[Column], names: Sequence[str]) -> Source:
    """Put columns into the cluster as one frame; it leaves with the object that is given.

    Parameters
    ----------
    columns : sequence of Column
        The columns; they are computed first.
    names : sequence of str
        Their names, each once.

    Returns
    -------
    Source

    Raises
    ------
    ValueError
        When two columns have one name.
    """
    block = _computed(columns, names)
    return executor().frame(block.rel, block.columns, names)


def applied(name: str, columns: Sequence[Column], names: Sequence[str], *args: Any) -> Block:
    """Apply a primitive that gives a frame.

    Parameters
    ----------
    name : str
        The primitive; its first argument is the frame of the columns.
    columns, names : sequence
        The columns and their names.
    *args : str, number or list
        Its other arguments, as `argument` prints them.

    Returns
    -------
    Block
        It leaves the cluster when nobody refers to it any more.
    """
    block = _computed(columns, names)
    key = current_session().new_key("classic")
    places = f"{text.positions(range(len(names)))} {text.values(names)}"

    def program(printed: Sequence[str]) -> str:
        frame = f"(colnames= (cbind {' '.join(printed)}) {places})"
        return f"(, (tmp= {key} {text.call(name, frame, *map(argument, args))}) 0)"

    executor().evaluate(block.rel, block.columns, program)
    return block_of_key(key, owned=True)


def _computed(columns: Sequence[Column], names: Sequence[str]) -> Block:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        msg = f"H2O needs distinct column names; {repeated[0]!r} repeats"
        raise ValueError(msg)
    evaluate(columns)
    return joined(columns)


def argument(value: Any) -> str:
    """Print an argument: a list, a number or a string."""
    return text.values(value) if isinstance(value, (list, tuple)) else text.value(value)


def made(ast: str) -> Block:
    """Evaluate a program that gives a frame, and take that frame for ours."""
    session = current_session()
    key = session.new_key("classic")
    session.client.rapids(f"(tmp= {key} {ast})")
    return block_of_key(key, owned=True)
