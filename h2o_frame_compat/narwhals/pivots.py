"""``pivot`` with narwhals' names of the new columns."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def pivot(
    frame: Any,
    on: Sequence[str],
    *,
    index: Sequence[str] | None,
    values: Sequence[str] | None,
    aggregate_function: str | None,
    sort_columns: bool,
    separator: str,
) -> Any:
    """Turn the values of some columns into columns.

    Parameters
    ----------
    frame : EagerFrame
        The frame.
    on, index, values : sequence of str
        Whose values become columns, rows and cells.
    aggregate_function : str, optional
        What is done with several values of one cell.
    sort_columns : bool
        Whether the new columns are sorted; otherwise they come in order of appearance.
    separator : str
        What is put between the parts of a new name.

    Returns
    -------
    DataFrame
    """
    columns = frame.columns
    rows = list(index or [c for c in columns if c not in {*on, *(values or ())}])
    cells = list(values or [c for c in columns if c not in {*on, *rows}])
    keys = list(on)
    if aggregate_function is None:
        made = frame.native.pivot(columns=keys, index=rows, values=cells)
    elif aggregate_function == "len":
        counted = frame.native.groupby([*keys, *rows], as_index=False).agg(dict.fromkeys(cells, "size"))
        made = counted.pivot(columns=keys, index=rows, values=cells)
    else:
        made = frame.native.pivot_table(
            values=cells, index=rows, columns=keys, aggfunc=aggregate_function, margins=False, observed=True
        )
    found = [frame.get_column(k).unique() for k in keys]
    levels = [(s.sort(descending=False, nulls_last=False) if sort_columns else s).to_list() for s in found]
    made = made.loc[:, list(product(cells, *levels))]
    made.columns = [_name(label, len(keys), len(cells), separator) for label in made.columns]
    return made.reset_index()


def _name(label: tuple[Any, ...], keys: int, cells: int, separator: str) -> str:
    """Name a new column as narwhals does."""
    if keys == 1:
        return separator.join(map(str, label)).strip() if cells > 1 else label[-1]
    inner = '{"' + '","'.join(map(str, label[-keys:])) + '"}'
    return separator.join((label[0], inner)) if cells > 1 else inner
