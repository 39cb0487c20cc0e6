"""The size guard: nothing large is fetched without being asked for by name."""

from __future__ import annotations

from h2o_frame_compat.config import options
from h2o_frame_compat.errors import FallbackError


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
