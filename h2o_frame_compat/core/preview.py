"""What is shown of a frame: its first and last rows, and no more of them are fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core.convert import pandas_dtype

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block


def preview(block: Block) -> tuple[pd.DataFrame, int, int]:
    """Fetch the rows that pandas would print.

    Parameters
    ----------
    block : Block
        The frame.

    Returns
    -------
    rows : pandas.DataFrame
        The whole frame when it is short; else its first and last rows with one more between them, which pandas
        replaces by dots when it is told to show `shown` rows.
    shown : int
        How many rows to show; 0 when nothing is left out.
    total : int
        How many rows the frame has.
    """
    total = block.nrows
    most = pd.get_option("display.max_rows")
    if most is None or total <= most:
        return block.to_pandas(guard="printing"), 0, total
    least = pd.get_option("display.min_rows")
    shown = max(2, min(least, most) if least else most)
    first = block.slice(0, -(-shown // 2)).to_pandas()
    last = block.slice(total - shown // 2, total).to_pandas()
    return pd.concat([first, first.iloc[:1], last]), shown, total


def text(block: Block) -> str:
    """Print a frame as pandas does."""
    rows, shown, total = preview(block)
    if not shown:
        return repr(rows)
    with _dots(shown):
        body = repr(rows)
    return f"{body}\n\n[{total} rows x {len(block.columns)} columns]"


def html(block: Block) -> str | None:
    """Render a frame as pandas does in a notebook."""
    rows, shown, total = preview(block)
    if not shown:
        whole: str | None = rows._repr_html_()
        return whole
    with _dots(shown):
        body: str | None = rows._repr_html_()
    if body is None:
        return None
    head, end, tail = body.rpartition("</div>")
    return f"{head}<p>{total} rows × {len(block.columns)} columns</p>\n{end}{tail}"  # noqa: RUF001 - as pandas


def series_text(block: Block) -> str:
    """Print a one-column block as pandas prints a series."""
    rows, shown, total = preview(block)
    series = pd.Series(rows.iloc[:, 0], name=block.labels[0])
    if not shown:
        return repr(series)
    with _dots(shown):
        body = series.to_string(
            max_rows=shown, min_rows=shown, name=series.name is not None, dtype=True, length=False
        )
    head, word, tail = body.rpartition("dtype: ")
    return f"{head}Length: {total}, {word}{tail}"


def _dots(shown: int) -> Any:
    return pd.option_context(
        "display.max_rows", shown, "display.min_rows", shown, "display.show_dimensions", False
    )


def info(block: Block, counts: list[int] | None, memory: str, *, short: bool = False) -> str:
    """Write what `pandas.DataFrame.info` writes.

    Parameters
    ----------
    block : Block
        The frame.
    counts : list of int or None
        How many values of each column are present; None leaves that column of the table out.
    memory : str
        The memory line, or an empty string.
    short : bool
        Whether the table of the columns is left out.

    Returns
    -------
    str
    """
    types = [str(pandas_dtype(d)) for d in block.dtypes]
    lines = ["<class 'h2o_frame_compat.pandas.DataFrame'>", _index_line(block)]
    if not types:
        lines.append("Empty DataFrame")
    else:
        lines.append(f"Data columns (total {len(types)} columns):")
        header = [" # ", "Column"] + (["Non-Null Count"] if counts is not None else []) + ["Dtype"]
        table = [
            [f" {n} ", str(label)] + ([f"{counts[n]} non-null"] if counts is not None else []) + [types[n]]
            for n, label in enumerate(block.labels)
        ]
        widths = [max(len(row[i]) for row in [header, *table]) for i in range(len(header))]
        rule = ["-" * (3 if i == 0 else len(h)) for i, h in enumerate(header)]
        shown = [header, rule, *table]
        if short:
            lines[-1] = f"Columns: {len(types)} entries, {block.labels[0]} to {block.labels[-1]}"
            shown = []
        lines += ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in shown]
        found = pd.Series(types).value_counts().sort_index()
        lines.append("dtypes: " + ", ".join(f"{name}({count})" for name, count in found.items()))
    if memory:
        lines.append(f"memory usage: {memory}")
    return "\n".join(lines) + "\n"


def _index_line(block: Block) -> str:
    index = block.range_index()
    total = block.nrows
    if index is not None:
        ends = f", {index[0]} to {index[-1]}" if total else ""
        return f"RangeIndex: {total} entries{ends}"
    if not total:
        return "Index: 0 entries"
    first, last = (block.slice(n, n + 1).to_pandas().index[0] for n in (0, total - 1))
    kind = "MultiIndex" if len(block.index_names) > 1 else "Index"
    return f"{kind}: {total} entries, {first} to {last}"
