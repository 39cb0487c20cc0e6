"""Progress bars: a widget in notebooks, text elsewhere."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm import tqdm


def progress_bar(**settings: Any) -> tqdm[Any]:
    """Make a progress bar.

    Parameters
    ----------
    **settings
        What ``tqdm`` takes.

    Returns
    -------
    tqdm.tqdm
        A widget where the notebook can show one, else a line of text.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a notebook without ipywidgets gets text, which needs no warning
        from tqdm.auto import tqdm  # noqa: PLC0415 - slow to import, seldom needed
    return tqdm(**settings)
