"""Frames that come from OrbitDB and go there, with labels and dtypes, by this process's own node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pandas.io._util import arrow_table_to_pandas

from h2o_frame_compat.core.limits import check_size
from h2o_frame_compat.io import write_columnar
from h2o_frame_compat.io.orbitdb.node import Hosted, default_node, read_orbitdb

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from h2o_frame_compat.core.block import Block


def read(address: str, peers: Iterable[str] | None, timeout: float) -> pd.DataFrame:
    """Fetch a frame by its address.

    Parameters
    ----------
    address : str
        The address.
    peers : iterable of str, optional
        Nodes to ask.
    timeout : float
        Seconds to wait.

    Returns
    -------
    pandas.DataFrame
    """
    return arrow_table_to_pandas(read_orbitdb(address, peers, timeout))


def write(block: Block, name: str, *, index: bool | None, live: bool) -> Hosted:
    """Host a frame.

    Parameters
    ----------
    block : Block
        The frame.
    name : str
        Its name.
    index : bool, optional
        Whether the row labels go along; None takes a range as a description.
    live : bool
        Whether its content may change.

    Returns
    -------
    Hosted
    """
    check_size(block.nbytes(), "DataFrame.to_orbitdb")
    return default_node().host(write_columnar.table(block, "host on OrbitDB", index), name, live=live)
