"""Tables for people: printed on a console, rendered in a notebook."""

from __future__ import annotations

import html
import math
import sys
from typing import TYPE_CHECKING, Any, ClassVar

from h2o_frame_compat.classic.rows import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class H2ODisplay:
    """A table that shows itself once, when it is made.

    Parameters
    ----------
    table : list of list
        The rows.
    header : list of str, optional
        The names of the columns.
    table_header : str, optional
        A line above the table.
    **kwargs
        Taken for the sake of old code; without effect.
    """

    THOUSANDS: ClassVar[str] = "{:,}"

    def __init__(
        self, table: Iterable[Sequence[Any]] = (), header: Sequence[Any] | None = None,
        table_header: str | None = None, **kwargs: Any,
    ) -> None:
        self.table = [list(row) for row in table]
        self.header = None if header is None else list(header)
        self.table_header = table_header
        self.kwargs = kwargs
        if self.in_notebook():
            from IPython.display import display  # noqa: PLC0415 - a notebook has it

            display(self)  # type: ignore[no-untyped-call]  # IPython has no type for it
        else:
            self.pprint()

    def pprint(self) -> None:
        """Print the table."""
        print(self)

    def __repr__(self) -> str:
        body = text(self.table, self.header)
        return body if self.table_header is None else f"{self.table_header}:\n\n{body}"

    def _repr_html_(self) -> str:
        above = "" if self.table_header is None else f"<p>{html.escape(self.table_header)}:</p>"
        return above + markup(self.table, self.header)

    @staticmethod
    def in_notebook() -> bool:
        """Tell whether this runs in a notebook, which renders tables.

        Returns
        -------
        bool
        """
        ipython = sys.modules.get("IPython")
        shell = ipython.get_ipython() if ipython is not None else None
        return shell is not None and "kernel" in type(shell).__module__


def cell(value: Any) -> str:
    """Write a value: whole numbers without a point, missing ones as NA."""
    value = plain(value)
    if isinstance(value, float) and math.isnan(value):
        return "NA"
    return format(value, ".6g") if isinstance(value, float) else str(value)


def text(table: Sequence[Sequence[Any]], header: Sequence[Any] | None) -> str:
    """Write a table in columns; numbers stand to the right."""
    lines = [[cell(v) for v in row] for row in table]
    heads = [] if header is None else [[str(h) for h in header]]
    count = max((len(line) for line in [*heads, *lines]), default=0)
    filled = [line + [""] * (count - len(line)) for line in [*heads, *lines]]
    widths = [max(len(line[n]) for line in filled) for n in range(count)]
    numbers = [bool(table) and all(n < len(r) and isinstance(plain(r[n]), (int, float)) for r in table)
               for n in range(count)]
    shown = ["  ".join(v.rjust(w) if right else v.ljust(w) for v, w, right in zip(line, widths, numbers, strict=True))
             .rstrip() for line in filled]
    if heads:
        shown.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(shown)


def markup(table: Sequence[Sequence[Any]], header: Sequence[Any] | None) -> str:
    """Write a table for a notebook."""
    def row(values: Iterable[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(v)}</{tag}>" for v in values) + "</tr>"

    lines = [] if header is None else [row(map(str, header), "th")]
    lines += [row(map(cell, values), "td") for values in table]
    return '<div style="overflow:auto"><table>' + "\n".join(lines) + "</table></div>"
