"""The table of encodings inside a target encoder's model, and how it is applied.

H2O's own library fails on missing values that ``fit`` did not see, and H2O's transformation mixes combinations of
columns up where one of them is missing. The table itself is right, and is applied here, on this machine and in
the cluster alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.expr import call, lit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from h2o_frame_compat.expr import Expr
    from h2o_sklearn._inputs import Feature, Matrix
    from h2o_sklearn._scoring import Mojo

_FOLDER = "feature_engineering/target_encoding/"


@dataclass(frozen=True)
class Encoding:
    """How a column, or several together, become numbers.

    Attributes
    ----------
    columns : list of str
        The columns, by their names in the cluster.
    names : list of str
        Names of the numbers: one, or one per class but the first.
    table : ndarray of shape (n_combinations, n_names)
        The numbers of each combination of levels; a missing value is one more level of its column.
    """

    columns: list[str]
    names: list[str]
    table: Matrix

    def here(self, codes: Sequence[Matrix], sizes: Sequence[int]) -> Matrix:
        """Encode rows of this machine.

        Parameters
        ----------
        codes : sequence of ndarray
            Number of the level in each column, NaN where it is missing or was not seen.
        sizes : sequence of int
            Number of levels of each column.

        Returns
        -------
        ndarray of shape (n_rows, n_names)
            The encoding.
        """
        place = np.zeros(len(codes[0]), dtype=np.intp)
        step = 1
        for code, size in zip(codes, sizes, strict=True):
            place += step * np.where(np.isnan(code), size, code).astype(np.intp)
            step *= size + 1
        return self.table[place]

    def there(self, columns: Sequence[Expr], features: Sequence[Feature]) -> list[Expr]:
        """Encode rows in the cluster, in expressions over their columns."""
        place: Expr = lit(0.0)
        step = 1.0
        for column, feature in zip(columns, features, strict=True):
            size = float(len(feature.levels))
            codes = pd.Series(np.arange(size))
            text = call("cast", column, params=(dt.STR,))
            code = lookup(text, pd.Series(list(feature.levels), dtype="str"), codes.to_numpy())
            known = call("where", call("isna", code), lit(size), code)
            place = call("add", place, call("mul", known, lit(step)))
            step *= size + 1
        places = pd.Series(np.arange(float(len(self.table))))
        return [lookup(place, places, values) for values in self.table.T]


def read(mojo: Mojo, *, blending: bool, inflection_point: float, smoothing: float) -> list[Encoding]:
    """Read the encodings of a model.

    Parameters
    ----------
    mojo : Mojo
        The model.
    blending : bool
        Mix the mean of a combination with that of all rows.
    inflection_point, smoothing : float
        How that mixture depends on the number of rows.

    Returns
    -------
    list of Encoding
        One per column or group of columns.
    """
    levels = {name: len(mojo.domains[place]) for place, name in enumerate(mojo.columns) if place in mojo.domains}
    places = {tuple(group["from"]): group for group in _groups(mojo.text(f"{_FOLDER}input_encoding_columns_map.ini"))}
    counts = dict(_sections(mojo.text(f"{_FOLDER}encoding_map.ini")))
    found = []
    for group in _groups(mojo.text(f"{_FOLDER}input_output_columns_map.ini")):
        columns, names = group["from"], group["to"]
        encoded = places[tuple(columns)]
        of_place = {place: int(value) for place, value in enumerate(encoded.get("to_domain", []))}
        size = int(np.prod([levels[column] + 1 for column in columns]))
        sums, rows = np.zeros((size, len(names))), np.zeros(size)
        for line in counts[encoded["to"][0]]:
            level, _, rest = line.partition(" = ")
            part = rest.split()
            which = int(part[2]) - 1 if len(part) == 3 else 0
            place = of_place.get(int(level), int(level))
            rows[place] = float(part[1])
            if 0 <= which < len(names):
                sums[place, which] = float(part[0])
        found.append(Encoding(columns, names, _table(sums, rows, (inflection_point, smoothing) if blending else None)))
    return found


def _table(sums: Matrix, rows: Matrix, blend: tuple[float, float] | None) -> Matrix:
    """Return the mean of each combination; one without rows has that of all of them."""
    prior = sums.sum(axis=0) / rows.sum()
    share = (rows > 0).astype(float)
    if blend is not None:
        inflection_point, smoothing = blend
        share = np.where(rows > 0, 1 / (1 + np.exp((inflection_point - rows) / smoothing)), 0.0)
    mean = sums / np.maximum(rows, 1)[:, None]
    share = share[:, None]
    return np.asarray(np.where(share == 0, prior, share * mean + (1 - share) * prior))


def _groups(text: str) -> Iterator[dict[str, list[str]]]:
    """Read a file of groups, each of which starts with ``[from]``."""
    group: dict[str, list[str]] = {}
    for name, lines in _sections(text):
        if name == "from" and group:
            yield group
            group = {}
        group[name] = lines
    if group:
        yield group


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    name = ""
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("[") and line.endswith("]"):
            if name:
                yield name, lines
            name, lines = line[1:-1], []
        elif line:
            lines.append(line)
    if name:
        yield name, lines
