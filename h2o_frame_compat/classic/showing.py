"""What is shown of frames and vecs: some rows, and a summary of each column."""

from __future__ import annotations

from typing import Any

from h2o_frame_compat.classic import display
from h2o_frame_compat.classic.columns import bare, evaluate, joined
from h2o_frame_compat.classic.data import Data, Made
from h2o_frame_compat.classic.display import H2ODisplay
from h2o_frame_compat.classic.primitives import sent
from h2o_frame_compat.session import current_session

ROWS = 10
COLUMNS = 200
_FACTS = ("type", "mins", "mean", "maxs", "sigma", "zero_count", "missing_count")


class Showing(Data[Made]):
    """See `H2OFrame`."""

    def _rows_of(self, start: int, count: int, cols: int) -> tuple[list[list[Any]], list[str]]:
        """Fetch some rows, and give them with their numbers from 1, and the header."""
        columns = self._columns[:cols]
        evaluate(columns)
        local = bare(joined(columns)).slice(start, start + count).to_pandas()
        values = zip(*(local.iloc[:, n] for n in range(local.shape[1])), strict=True)
        return [[n, *row] for n, row in enumerate(values, start + 1)], ["Row ID", *self.names()[:cols]]

    def show(self) -> None:
        """Print the first rows."""
        table, header = self._rows_of(0, ROWS, COLUMNS)
        rows, cols = self.nrow(), len(self._columns)
        H2ODisplay(table, header, f"First {len(table)} of {rows:,} rows, {cols:,} columns" if rows > ROWS else None)

    def head(self, rows: int = ROWS, cols: int = COLUMNS, **_: Any) -> None:
        """Print the first rows.

        Parameters
        ----------
        rows, cols : int
            How many rows and columns, at most.
        **_
            Taken for the sake of old code; without effect.
        """
        table, header = self._rows_of(0, rows, cols)
        H2ODisplay(table, header, f"First {len(table)} rows and first {len(header) - 1} columns")

    def tail(self, rows: int = ROWS, cols: int = COLUMNS, **_: Any) -> None:
        """Print the last rows.

        Parameters
        ----------
        rows, cols : int
            How many rows and columns, at most.
        **_
            Taken for the sake of old code; without effect.
        """
        count = self.eager().nrow()
        table, header = self._rows_of(max(0, count - rows), rows, cols)
        H2ODisplay(table, header, f"Last {len(table)} rows and first {len(header) - 1} columns")

    def __repr__(self) -> str:
        table, header = self._rows_of(0, ROWS, COLUMNS)
        size = f"[{self.nrow():,} rows x {len(self._columns):,} columns]"
        return f"{display.text(table, header)}\n\n{size}"

    def _repr_html_(self) -> str:
        table, header = self._rows_of(0, ROWS, COLUMNS)
        size = f"<p>{self.nrow():,} rows x {len(self._columns):,} columns</p>"
        return display.markup(table, header) + size

    # ------------------------------------------------------------------ summaries

    def _described(self) -> dict[str, Any]:
        """Ask the cluster how the columns are stored and distributed, and for the summary of each."""
        source = sent(self._columns, [f"c{n}" for n in range(len(self._columns))])
        answer = current_session().client.get(f"/3/Frames/{source.key}/summary", row_count=0)
        described: dict[str, Any] = answer["frames"][0]
        return described

    def _facts(self) -> list[dict[str, Any]]:
        """Give the summary of each column, as numbers."""
        return [_facts_of(column) for column in self._described()["columns"]]

    def summary(self) -> Any:
        """Print the type, the extremes, the mean, the deviation, the zeros and the missing values of each column."""
        self._print_facts(self._facts())

    def describe(self) -> None:
        """Print the size, how the rows are stored and distributed, and the summary of each column."""
        described = self._described()
        print(f"Rows: {self.nrow():,}  Cols: {len(self._columns):,}")
        for name in ("chunk_summary", "distribution_summary"):
            table = described[name]
            H2ODisplay(zip(*table["data"], strict=True), [c["description"] for c in table["columns"]], table["name"])
        self._print_facts([_facts_of(column) for column in described["columns"]])

    def _print_facts(self, facts: list[dict[str, Any]]) -> None:
        table = [[name, *(own[name] for own in facts)] for name in _FACTS]
        H2ODisplay(table, ["", *self.names()], "Column-by-column summary")


def _facts_of(column: dict[str, Any]) -> dict[str, Any]:
    """Read the summary of a column; of no values the numbers are None, where H2O says 0 for some."""
    facts = {name: column[name] for name in _FACTS}
    largest = (column["maxs"] or ["NaN"])[0]
    if largest == "NaN":
        return {**facts, "mins": None, "mean": None, "maxs": None, "sigma": None}
    return {**facts, "mins": column["mins"][0], "maxs": largest}
