"""How a column travels to a cluster without our extension: as Parquet columns and an expression over them.

H2O's Parquet parser changes about 70 % of doubles in their last bits, drops infinities and the sign of zero,
and sorts the levels of enums. It keeps integers, strings and times. So a column is sent as what it keeps,
and one Rapids expression makes the column of it:

- a double ``x`` is two integers with ``x == m * 2**e``, which the server multiplies without rounding
  (``1 * 2**2000`` is infinite), or one integer ``m`` and a power of ten where ``m / 10**k == x`` is exact;
- an enum is its codes, whose sorted texts come out in the order of the levels, and then gets its levels;
- zeros with a minus sign and ``-2**63`` are lost by every operation that writes new chunks, but not by an
  assignment into a chunk of plain doubles, which H2O makes where values are many and arbitrary: such values
  are uploaded in those rows, with a mark, or taken from the random generator of the server where the rest of
  the column is too regular.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from h2o_frame_compat.errors import PrecisionWarning
from h2o_frame_compat.rapids import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]

_EXACT = 2.0**53
_LOWEST = -(2.0**63)
_INT_MIN = np.iinfo(np.int64).min
_DECIMALS = (1, 2, 3, 4)
_SAMPLE = 1000
_FEW = 256

# Marks of the rows that are assigned afterwards. The rows of one value are assigned in two goes, because an
# assignment to all rows replaces the chunk instead of writing into it.
_ZERO, _MINUS_ZERO, _MINIMUM, _MISSING = 1, 2, 4, 6
_VALUES = {1: "0", 2: "-0.0", 3: "-0.0", 4: str(_INT_MIN), 5: str(_INT_MIN), 6: "NA"}


@dataclass
class Part:
    """One column on its way up.

    Attributes
    ----------
    kind : str
        H2O's name of the type the first array is parsed as.
    arrays : list of pyarrow.ChunkedArray
        What is sent: the column itself, or mantissa, exponent and marks.
    decimals : int
        The first array is to be divided by this power of ten.
    levels : list of str or None
        Levels of an enum.
    used : int
        How many of the first levels the parser finds in the codes.
    padding : int
        Rows that must follow the data so that the parser meets every level.
    marks : list of int
        Which marks occur.
    last : float or None
        The value of the last row, where all values are to be assigned to random ones.
    """

    kind: str
    arrays: list[pa.ChunkedArray]
    decimals: int = 0
    levels: list[str] | None = None
    used: int = 0
    padding: int = 0
    marks: list[int] = field(default_factory=list)
    last: float | None = None

    @property
    def order(self) -> tuple[int, int]:
        """Parts with the same order can be computed by one operation."""
        return (len(self.arrays), self.decimals)

    def kinds(self) -> list[str]:
        """Return H2O's type for each array."""
        return [self.kind, *["Numeric"] * (len(self.arrays) - 1)]

    def padded(self, rows: int) -> pa.ChunkedArray:
        """Give the codes of an enum followed by one row for each level, and missing ones up to this many."""
        (array,) = self.arrays
        tail = pa.array(np.arange(rows), mask=np.arange(rows) >= self.padding).cast(array.type.index_type)
        coded = pa.DictionaryArray.from_arrays(tail, array.chunk(0).dictionary)
        return pa.chunked_array([*array.chunks, coded], array.type)


def part_of(column: pa.ChunkedArray, name: str, group: int) -> Part:
    """Find the way of one column.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        A column of one of the server's types.
    name : str
        Its name, for messages.
    group : int
        Rows per group of the Parquet file; none is torn apart by the parser.

    Returns
    -------
    Part

    Raises
    ------
    TypeError
        If the server has no such type.
    ValueError
        If it holds a value the server cannot hold.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _enum(column, name)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        if pc.any(pc.match_substring(column, "\0")).as_py():
            raise ValueError(f"column {name!r} holds a string with a NUL character, which H2O cannot store")
        return Part("String", [column])
    if kind == pa.timestamp("ms"):
        return Part("Time", [column])
    if kind == pa.float64():
        return _floats(column, name, group)
    if kind == pa.int64():
        if (pc.min(column).as_py() or 0) == _INT_MIN:
            raise ValueError(f"column {name!r} holds -2^63, which H2O uses for missing values")
        return Part("Numeric", [column])
    if kind in {pa.int8(), pa.int16(), pa.int32()}:
        return Part("Numeric", [column.cast(pa.int32())])
    raise TypeError(f"column {name!r} has type {kind}, which the server does not hold")


def _enum(column: pa.ChunkedArray, name: str) -> Part:
    column = column.unify_dictionaries()
    levels = column.chunk(0).dictionary.to_pylist() if column.num_chunks else []
    if len(set(levels)) < len(levels) or None in levels:
        raise ValueError(f"the levels of column {name!r} must be distinct, none of them missing")
    indices = pa.chunked_array([chunk.indices for chunk in column.chunks], column.type.index_type)
    codes = indices.drop_null().to_numpy()
    found = np.bincount(codes, minlength=len(levels)) > 0 if len(codes) else np.zeros(len(levels), np.bool_)
    used = int(found.sum())
    if not used:  # the parser has no level to find: the server makes an enum without any of this
        return Part("Numeric", [indices.cast(pa.int32())], levels=levels)
    gap = not found[:used].all()
    width = len(str(len(levels)))
    texts = pa.array([f"{code:0{width}d}" for code in range(len(levels))])
    coded = [pa.DictionaryArray.from_arrays(chunk.cast(pa.int32()), texts) for chunk in indices.chunks]
    return Part(
        "Enum",
        [pa.chunked_array(coded)],
        levels=levels,
        used=len(levels) if gap else used,
        padding=len(levels) if gap else 0,
    )


def _floats(column: pa.ChunkedArray, name: str, group: int) -> Part:
    values = _joined(column)
    missing = np.isnan(values)
    minus = (values == 0) & np.signbit(values)
    lowest = values == _LOWEST
    if minus.any() or lowest.any():
        return _single(values, name) if len(values) == 1 else _marked(values, missing, minus, lowest, group)
    if _whole(values, missing, 1.0):
        return Part("Numeric", [_integers(values, missing)])
    for decimals in _DECIMALS:
        if _whole(values, missing, 10.0**decimals):
            return Part("Numeric", [_integers(np.rint(values * 10.0**decimals), missing)], decimals=decimals)
    return Part("Numeric", _split(values, missing))


def _joined(column: pa.ChunkedArray) -> Floats:
    if column.null_count:
        column = column.fill_null(np.nan)
    parts = [chunk.to_numpy() for chunk in column.chunks]
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0), *parts])


def _whole(values: Floats, missing: Mask, scale: float) -> bool:
    """Tell whether the values are exact quotients of integers and the scale."""
    for part, gone in ((values[:_SAMPLE], missing[:_SAMPLE]), (values, missing)):
        with np.errstate(over="ignore"):
            whole = np.rint(part * scale)
        if not bool(((np.abs(whole) <= _EXACT) & (whole / scale == part) | gone).all()):
            return False
    return True


def _integers(values: Floats, missing: Mask) -> pa.ChunkedArray:
    whole = np.where(missing, 0, values).astype(np.int64)
    return pa.chunked_array([pa.array(whole, mask=missing)])


def _split(values: Floats, missing: Mask) -> list[pa.ChunkedArray]:
    """Give integers m and e with value == m * 2**e, which is exact in doubles down to the smallest one."""
    infinite = np.isinf(values)
    finite = np.where(missing | infinite, 0, values)
    exponents = np.maximum(np.frexp(finite)[1].astype(np.int32) - 53, -1074)
    mantissas = np.ldexp(finite, -exponents).astype(np.int64)
    mantissas[infinite] = np.sign(values[infinite]).astype(np.int64)
    exponents[infinite] = 2000
    return [pa.chunked_array([pa.array(mantissas, mask=missing)]), pa.chunked_array([pa.array(exponents)])]


def _single(values: Floats, name: str) -> Part:
    """Give up on a value that only an assignment would keep: to all rows, it is none."""
    if values[0] == _LOWEST:
        raise ValueError(f"column {name!r} holds -2^63 in a single row: without our extension no cluster stores that")
    message = f"column {name!r} holds -0.0 in a single row, which a cluster without our extension stores as 0.0"
    warnings.warn(message, PrecisionWarning, stacklevel=2)
    return Part("Numeric", [_integers(values, np.isnan(values))])


def _marked(values: Floats, missing: Mask, minus: Mask, lowest: Mask, group: int) -> Part:
    rows = np.arange(len(values))
    marks = np.where(minus, _MINUS_ZERO + rows % 2, 0) + np.where(lowest, _MINIMUM + rows % 2, 0)
    every = np.where((values == 0) & ~minus, _ZERO, marks)
    every = np.where(missing, _MISSING, every)
    # Neither whole nor zero nor missing: H2O keeps them as they are if it does not find few distinct ones.
    arbitrary = 0.1 + rows * 0.6180339887498949 % 1.0
    held = np.where(every > 0, arbitrary, values)
    if _many_values(held, marks > 0, group):
        return Part("Numeric", [*_split(held, np.zeros_like(missing)), _codes(every)], marks=_found(every))
    arrays = [*_split(values, missing), _codes(marks)]
    return Part("Numeric", arrays, marks=_found(marks), last=float(values[-1]))


def _many_values(values: Floats, marked: Mask, group: int) -> bool:
    """Tell whether the rows around each mark hold so many values that H2O does not store a list of them."""
    starts = range(0, len(values), group)
    samples = [values[at : min(at + group, at + _SAMPLE)] for at in starts if marked[at : at + group].any()]
    return all(len(np.unique(sample)) > _FEW for sample in samples)


def _codes(marks: npt.NDArray[np.int64]) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(marks.astype(np.int32))])


def _found(marks: npt.NDArray[np.int64]) -> list[int]:
    found: list[int] = np.unique(marks[marks > 0]).tolist()
    return found


@dataclass
class Sheet:
    """The Parquet columns of a table, and the expression that makes the frame of them.

    Enums with unused levels before used ones travel in a file of their own, with rows after the data that
    show every level. The server cuts those rows off, which would cost other columns their exactness: H2O
    copies rows by way of doubles.

    Attributes
    ----------
    parts : list of Part
        The table's columns.
    rows : int
        Its rows.
    """

    parts: list[Part]
    rows: int

    def _ordered(self) -> list[int]:
        return sorted(range(len(self.parts)), key=lambda i: self.parts[i].order)

    def columns(self) -> tuple[list[pa.ChunkedArray], list[str]]:
        """Give the columns to write, and H2O's types: first one of each part, then exponents, then marks."""
        ordered = [self.parts[i] for i in self._ordered() if not self.parts[i].padding]
        arrays: list[pa.ChunkedArray] = []
        kinds: list[str] = []
        for role in range(3):
            for part in ordered:
                if role < len(part.arrays):
                    arrays.append(part.arrays[role])
                    kinds.append(part.kinds()[role])
        return arrays, kinds

    def padded(self) -> tuple[list[pa.ChunkedArray], list[str]]:
        """Give the columns to write into the second file, and H2O's types of them."""
        parts = [self.parts[i] for i in self._ordered() if self.parts[i].padding]
        rows = max((part.padding for part in parts), default=0)
        return [part.padded(rows) for part in parts], [part.kind for part in parts]

    def expression(self, frame: str, padded: str, names: list[str]) -> str:
        """Print the Rapids expression of the frame.

        Parameters
        ----------
        frame : str
            The key of the parsed Parquet file.
        padded : str
            The key of the second one.
        names : list of str
            Names of the frame's columns.

        Returns
        -------
        str
        """
        plain = [i for i in self._ordered() if not self.parts[i].padding]
        special = [i for i in self._ordered() if self.parts[i].padding]
        pieces = list(self._pieces([self.parts[i] for i in plain], frame))
        for at, i in enumerate(special):
            column = text.call("rows", text.call("cols", padded, f"[{at}]"), f"[0:{self.rows}]")
            pieces.append(_with_levels(column, self.parts[i]))
        whole = pieces[0] if len(pieces) == 1 else text.call("cbind", *pieces)
        ordered = [*plain, *special]
        if ordered != sorted(ordered):
            whole = text.call("cols", whole, text.positions(np.argsort(ordered).tolist()))
        whole = text.call("colnames=", whole, f"[0:{len(names)}]", text.values(names))
        return whole if self.rows else text.call("rows", whole, "[]")

    def _pieces(self, ordered: list[Part], frame: str) -> Iterator[str]:
        exponent = len(ordered)
        mark = exponent + sum(len(part.arrays) > 1 for part in ordered)
        at = 0
        while at < len(ordered):
            part = ordered[at]
            end = at + 1
            alone = part.levels is not None or bool(part.marks)
            while not alone and end < len(ordered) and _together(part, ordered[end]):
                end += 1
            main = _cols(frame, at, end - at)
            if part.levels is not None:
                main = _with_levels(main, part)
            elif part.decimals:
                main = text.call("/", main, str(10**part.decimals))
            elif len(part.arrays) > 1:
                main = text.call("*", main, text.call("^", "2", _cols(frame, exponent, end - at)))
                exponent += end - at
            if part.last is not None:
                main = self._assigned(main, _cols(frame, at, 1), part.last)
            for code in part.marks:
                here = text.call("==", _cols(frame, mark, 1), str(code))
                main = text.call(":=", main, _VALUES[code], "[0]", here)
            mark += bool(part.marks)
            yield main
            at = end

    def _assigned(self, values: str, like: str, last: float) -> str:
        """Print the assignment of values to random ones; of all at once it would be none."""
        but_last = f"[0:{self.rows - 1}]"
        random = text.call("h2o.runif", like, "42")
        most = text.call(":=", random, text.call("rows", values, but_last), "[0]", but_last)
        return text.call(":=", most, text.number(last), "[0]", f"[{self.rows - 1}]")


def _together(part: Part, other: Part) -> bool:
    return other.order == part.order and other.levels is None and not other.marks


def _cols(frame: str, first: int, count: int) -> str:
    return text.call("cols", frame, f"[{first}]" if count == 1 else f"[{first}:{count}]")


def _with_levels(column: str, part: Part) -> str:
    levels = part.levels or []
    if part.used:
        column = text.call("setDomain", column, "0", text.values(levels[: part.used]))
    else:
        column = text.call("as.factor", column)
    rest = levels[part.used :]
    return text.call("appendLevels", column, "0", text.values(rest)) if rest else column
