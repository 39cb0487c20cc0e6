"""The size guard: nothing large is fetched without being asked for by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from h2o_frame_compat.config import options
from h2o_frame_compat.errors import FallbackError

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block

# Tables of so few cells, results of a group-by for instance, are reshaped on the client: fetching one takes a
# single request, reshaping it in the cluster several.
FEW_CELLS = 100_000


def few(block: Block) -> bool:
    """Tell whether a table has so few cells that the client is the cheaper place for it; counts its rows."""
    return (len(block.columns) + len(block.index_names)) * block.nrows <= FEW_CELLS


def check_size(nbytes: int, what: str) -> None:
    """Refuse an implicit download above ``options.fallback_max_bytes``.

    Parameters
    ----------
    nbytes : int
        Estimated bytes.
    what : str
        What asks for the data, for the message.

    Raises
    ------
    FallbackError
        When the limit is exceeded; the message says what to do.
    """
    if nbytes > options.fallback_max_bytes:
        msg = (
            f"{what} would fetch about {_size(nbytes)} from the cluster, above options.fallback_max_bytes "
            f"({_size(options.fallback_max_bytes)}). Select fewer rows or columns first, call .to_pandas() "
            "to fetch it on purpose, or raise the limit."
        )
        raise FallbackError(msg)


def _size(nbytes: int) -> str:
    return f"{nbytes / 1e6:,.1f} MB" if nbytes >= 100_000 else f"{nbytes:,} bytes"
