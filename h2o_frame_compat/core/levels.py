"""Category values and the texts that stand for them in the cluster.

H2O's enum levels are strings. A pandas category may be anything hashable; the real values stay in
`DType.categories`, and the cluster holds one distinct text for each of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


def level_texts(categories: Sequence[Hashable]) -> list[str]:
    """Give the level texts that stand for these category values, in the same order.

    Parameters
    ----------
    categories : sequence of hashable
        Distinct category values.

    Returns
    -------
    list of str
        Strings stand for themselves, other values for ``str(value)``; where two values would share a text
        (``1`` and ``"1"``), the one that is not a string carries its type's name.

    Examples
    --------
    >>> level_texts(["a", "b"]), level_texts([1, "1"])
    (['a', 'b'], ['1 (int)', '1'])
    """
    texts = [value for value in categories if isinstance(value, str)]
    if len(texts) == len(categories):
        return texts
    texts = [str(value) for value in categories]
    if len(set(texts)) == len(texts):
        return texts
    taken = {value for value in categories if isinstance(value, str)}
    for i, value in enumerate(categories):
        if isinstance(value, str):
            continue
        text, tries = texts[i], 1
        while text in taken or texts.count(text) > 1:
            suffix = type(value).__name__ if tries == 1 else f"{type(value).__name__} {tries}"
            text, tries = f"{texts[i]} ({suffix})", tries + 1
        texts[i] = text
        taken.add(text)
    return texts


def category_index(categories: Sequence[Hashable], kind: str) -> pd.Index[Any]:
    """Build the pandas index of category values from what a `DType` keeps.

    Parameters
    ----------
    categories : sequence of hashable
        The values in order.
    kind : str
        The name of their pandas dtype, as in `DType.categories_kind`.

    Returns
    -------
    pandas.Index
    """
    return pd.Index(list(categories), dtype=kind, tupleize_cols=False)


def category_values(index: pd.Index[Any]) -> tuple[tuple[Hashable, ...], str]:
    """Take an index of category values apart into what a `DType` keeps.

    Parameters
    ----------
    index : pandas.Index
        Category values.

    Returns
    -------
    tuple
        The values as plain Python objects, and the name of their pandas dtype.
    """
    return tuple(index.tolist()), str(index.dtype)
