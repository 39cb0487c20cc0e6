"""Tables as the classic module shows them: H2O's two-dimensional tables, and confusion matrices."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.classic.display import H2ODisplay, markup, text
from h2o_sklearn._scoring import as_columns

if TYPE_CHECKING:
    from collections.abc import Sequence


class H2OTwoDimTable:
    """A table that the cluster made: names of columns, rows, and what it is about.

    Parameters
    ----------
    columns : dict
        The columns by name.
    header : str
        What the table is about.
    description : str
        What else there is to say.

    Attributes
    ----------
    table_header, table_description : str
        As above.
    """

    def __init__(self, columns: dict[str, list[Any]], header: str = "", description: str = "") -> None:
        self._columns = columns
        self.table_header = header
        self.table_description = description

    @property
    def col_header(self) -> list[str]:
        """Names of the columns."""
        return list(self._columns)

    @property
    def cell_values(self) -> list[list[Any]]:
        """The rows."""
        return [list(row) for row in zip(*self._columns.values(), strict=True)]

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), []))

    def __getitem__(self, column: str | int) -> list[Any]:
        name = self.col_header[column] if isinstance(column, int) else column
        if name not in self._columns:
            raise ValueError(f"the table has no column {name!r}; it has {', '.join(self._columns)}")
        return list(self._columns[name])

    def as_data_frame(self) -> pd.DataFrame:
        """Return the table as a frame of pandas.

        Returns
        -------
        pandas.DataFrame
            The table.
        """
        return pd.DataFrame(self._columns)

    def __repr__(self) -> str:
        body = text(self.cell_values, self.col_header)
        return f"{self.table_header}:\n\n{body}" if self.table_header else body

    def _repr_html_(self) -> str:
        head = f"<p>{escape(self.table_header)}:</p>" if self.table_header else ""
        return head + markup(self.cell_values, self.col_header)

    def show(self) -> None:
        """Print the table, or render it in a notebook."""
        H2ODisplay(self.cell_values, self.col_header, self.table_header or None)


def table_of(found: dict[str, Any] | None) -> H2OTwoDimTable | None:
    """Return a table of the REST interface; None where there is none."""
    columns = as_columns(found)
    if found is None or columns is None:
        return None
    # A column without name is that of the names of rows, mostly empty. A training frame was ours, and is gone.
    told = {name: values for name, values in columns.items() if (name or any(values)) and name != "training_frame"}
    return H2OTwoDimTable(told, str(found.get("name") or ""), str(found.get("description") or ""))


class ConfusionMatrix:
    """Counts of the classes there were, by the classes that were predicted.

    Parameters
    ----------
    counts : sequence of sequence of float
        A row for each class there was, a column for each class predicted.
    domain : sequence of str
        The classes.
    header : str
        What it is about.

    Attributes
    ----------
    table : H2OTwoDimTable
        The counts, with totals and the share of errors.
    """

    def __init__(self, counts: Sequence[Sequence[float]], domain: Sequence[str], header: str) -> None:
        self._counts = [[_whole(count) for count in row] for row in counts]
        sums = [sum(row) for row in self._counts]
        wrong = [total - row[place] for place, (total, row) in enumerate(zip(sums, self._counts, strict=True))]
        columns: dict[str, list[Any]] = {"Actual/Predicted": [*domain, "Total"]}
        for place, name in enumerate(domain):
            counted = [row[place] for row in self._counts]
            columns[str(name)] = [*counted, sum(counted)]
        errors, totals = [*wrong, sum(wrong)], [*sums, sum(sums)]
        columns["Error"] = [_share(error, total) for error, total in zip(errors, totals, strict=True)]
        columns["Rate"] = [f"({error:g}/{total:g})" for error, total in zip(errors, totals, strict=True)]
        self.table = H2OTwoDimTable(columns, header)

    def to_list(self) -> list[list[float]]:
        """Return the counts.

        Returns
        -------
        list of list
            A row for each class there was, a column for each class predicted.
        """
        return [list(row) for row in self._counts]

    def as_data_frame(self) -> pd.DataFrame:
        """Return counts, totals and errors as a frame of pandas.

        Returns
        -------
        pandas.DataFrame
            The table.
        """
        return self.table.as_data_frame()

    def __repr__(self) -> str:
        return repr(self.table)

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    def show(self) -> None:
        """Print the matrix."""
        self.table.show()


def _whole(count: float) -> float:
    """Return a count as a whole number, which it is unless rows have weights."""
    return int(count) if float(count).is_integer() else float(count)


def _share(part: float, total: float) -> float:
    return round(part / total, 4) if total else 0.0
