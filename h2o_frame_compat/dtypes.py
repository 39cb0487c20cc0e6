"""What a column holds, as the client knows it, and how the cluster stores it.

H2O has four kinds of column (numeric, enum, string, time) and no more; pandas has many dtypes. A `DType`
is the pandas meaning; `DType.storage` is the H2O kind that carries it. The difference (width, bool, category
order, time unit, time zone) is never stored in the cluster: it lives in the schema on the client.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Hashable

Storage = Literal["num", "enum", "str", "time"]

_SIGNED = ("int8", "int16", "int32", "int64")
_UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
_FLOATS = ("float32", "float64")
_MASKED_NAMES = {"i": "Int", "u": "UInt", "f": "Float"}
KINDS = frozenset({"bool", *_SIGNED, *_UNSIGNED, *_FLOATS, "str", "category", "datetime", "timedelta", "packed"})


@dataclass(frozen=True)
class DType:
    """The logical type of a column.

    Parameters
    ----------
    kind : str
        ``"bool"``, an integer or float name as NumPy spells it, ``"str"``, ``"category"``, ``"datetime"``,
        ``"timedelta"``, or ``"packed"``: a value of an Arrow type that H2O has no column for, written as text.
    nullable : bool
        True for pandas' masked dtypes (``Int64``, ``boolean``, ``Float64``) and for ``string``, whose missing value
        is ``pandas.NA``; False for NumPy's and for ``str``.
    unit : str
        Resolution of a datetime or timedelta: ``"s"``, ``"ms"``, ``"us"`` or ``"ns"``.
    tz : str or None
        Time zone of a datetime; the cluster holds UTC.
    categories : tuple or None
        Category values in their order. None when only the cluster knows them (levels are then strings).
    ordered : bool
        Whether the categories are ordered.
    categories_kind : str
        The kind of the category values (``"str"``, ``"int64"``, ...).
    arrow : pyarrow.DataType or None
        The type of ``"packed"`` values (lists, structs, ...), and ``date32`` for datetimes that are dates.

    Examples
    --------
    >>> INT64.is_integer, INT64.storage
    (True, 'num')
    """

    kind: str
    nullable: bool = False
    unit: str = ""
    tz: str | None = None
    categories: tuple[Hashable, ...] | None = None
    ordered: bool = False
    categories_kind: str = "str"
    arrow: Any = None

    @property
    def storage(self) -> Storage:
        """The H2O column kind that carries this dtype."""
        carriers: dict[str, Storage] = {"str": "str", "packed": "str", "category": "enum", "datetime": "time"}
        return carriers.get(self.kind, "num")

    @property
    def is_bool(self) -> bool:
        """Whether this is a boolean dtype."""
        return self.kind == "bool"

    @property
    def is_integer(self) -> bool:
        """Whether this is an integer dtype of any width."""
        return self.kind in _SIGNED or self.kind in _UNSIGNED

    @property
    def is_float(self) -> bool:
        """Whether this is a floating point dtype."""
        return self.kind in _FLOATS

    @property
    def is_numeric(self) -> bool:
        """Whether arithmetic applies (bool included, as in pandas)."""
        return self.is_bool or self.is_integer or self.is_float

    @property
    def is_temporal(self) -> bool:
        """Whether this is a datetime or a timedelta."""
        return self.kind in {"datetime", "timedelta"}

    @property
    def holds_na(self) -> bool:
        """Whether missing values fit into the dtype without changing it."""
        return self.nullable or not (self.is_bool or self.is_integer)

    def with_na(self) -> DType:
        """Give the dtype pandas ends up with when missing values enter a column of this one."""
        if self.holds_na:
            return self
        return OBJECT_BOOL if self.is_bool else FLOAT64

    def but(self, **changes: Any) -> DType:
        """Give a copy with some fields changed."""
        return replace(self, **changes)

    def __str__(self) -> str:
        """Name the dtype as pandas does."""
        if self.arrow is not None:
            return f"{self.arrow}[pyarrow]"
        if self.kind == "datetime":
            return f"datetime64[{self.unit}]" if self.tz is None else f"datetime64[{self.unit}, {self.tz}]"
        if self.kind == "timedelta":
            return f"timedelta64[{self.unit}]"
        if self == OBJECT_BOOL:
            return "object"
        if self.nullable and self.kind == "str":
            return "string"
        if self.nullable:
            return "boolean" if self.is_bool else _MASKED_NAMES[self.kind[0]] + self.kind.lstrip("uintfloa")
        return self.kind


BOOL = DType("bool")
INT8, INT16, INT32, INT64 = (DType(k) for k in _SIGNED)
UINT8, UINT16, UINT32, UINT64 = (DType(k) for k in _UNSIGNED)
FLOAT32, FLOAT64 = (DType(k) for k in _FLOATS)
STR = DType("str")
CATEGORY = DType("category")
BOOLEAN = DType("bool", nullable=True)
# pandas gives dtype object to a bool column into which NaN came; the cluster holds 0, 1 and NA.
OBJECT_BOOL = DType("bool", nullable=True, unit="object")
DATETIME_MS = DType("datetime", unit="ms")
TIMEDELTA_MS = DType("timedelta", unit="ms")
# Days, held as the time at which they begin.
DATE = DType("datetime", unit="ms", arrow=pa.date32())


def datetime(unit: str = "us", tz: str | None = None) -> DType:
    """Give the dtype of a datetime column with this resolution and time zone."""
    return DType("datetime", unit=unit, tz=tz)


def timedelta(unit: str = "us") -> DType:
    """Give the dtype of a timedelta column with this resolution."""
    return DType("timedelta", unit=unit)


def packed(arrow: Any) -> DType:
    """Give the dtype of a column of Arrow values that the cluster holds as text."""
    return DType("packed", arrow=arrow)


def category(categories: tuple[Hashable, ...] | None, *, ordered: bool = False, kind: str = "str") -> DType:
    """Give the dtype of a categorical column with these values in this order."""
    return DType("category", categories=categories, ordered=ordered, categories_kind=kind)


_WIDTH = {"bool": 0, "int8": 1, "int16": 2, "int32": 4, "int64": 8, "uint8": 1, "uint16": 2, "uint32": 4, "uint64": 8}
_UNITS = ("s", "ms", "us", "ns")


def finer(a: str, b: str) -> str:
    """Give the finer of two time units."""
    return max(a, b, key=_UNITS.index)


def common(a: DType, b: DType) -> DType:
    """Give the dtype that holds the values of both, as ``pandas.concat`` chooses it.

    Parameters
    ----------
    a, b : DType
        Two dtypes.

    Returns
    -------
    DType

    Raises
    ------
    TypeError
        When pandas would fall back to dtype object.

    Examples
    --------
    >>> str(common(INT8, FLOAT32)), str(common(UINT8, INT8))
    ('float32', 'int16')
    """
    if a == b:
        return a
    if (a.kind == b.kind == "datetime" and a.tz == b.tz) or a.kind == b.kind == "timedelta":
        return a.but(unit=finer(a.unit, b.unit), arrow=None)
    if a.kind in {"str", "category"} and b.kind in {"str", "category"}:
        return STR.but(nullable=a.nullable or b.nullable)
    if a.is_numeric and b.is_numeric and a.is_bool == b.is_bool:
        return _common_number(a, b)
    msg = f"columns of dtype {a} and {b} have no common dtype in H2O; convert one with astype first"
    raise TypeError(msg)


def _common_number(a: DType, b: DType) -> DType:
    nullable = a.nullable or b.nullable
    if a.is_bool and b.is_bool:
        return BOOLEAN if nullable else BOOL
    if a.is_float or b.is_float:
        other = b if a.is_float else a
        own = a if a.is_float else b
        wide = own.kind == "float64" or other.kind == "float64" or (other.is_integer and _WIDTH[other.kind] > 2)
        return DType("float64" if wide else "float32", nullable=nullable)
    wa, wb = _WIDTH[a.kind], _WIDTH[b.kind]
    ua, ub = a.kind in _UNSIGNED, b.kind in _UNSIGNED
    if ua == ub:
        return DType(a.kind if wa >= wb else b.kind, nullable=nullable)
    unsigned, signed = (wa, wb) if ua else (wb, wa)
    width = signed if signed > unsigned else unsigned * 2
    if width > 8:
        return DType("float64", nullable=nullable)
    return DType(f"int{8 * width}", nullable=nullable)
