"""Narwhals' dtypes and ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from narwhals._arrow.utils import narwhals_to_native_dtype, native_to_narwhals_dtype
from narwhals._utils import isinstance_or_issubclass

if TYPE_CHECKING:
    from h2o_frame_compat.dtypes import DType

_NAMES = {
    "bool": "Boolean", "int8": "Int8", "int16": "Int16", "int32": "Int32", "int64": "Int64", "uint8": "UInt8",
    "uint16": "UInt16", "uint32": "UInt32", "uint64": "UInt64", "float32": "Float32", "float64": "Float64",
    "str": "String",
}  # fmt: skip
_UNITS = {"s": "ms", "": "us"}
_ARROW = ("Date", "Time", "Binary", "List", "Array", "Struct")


def narwhals_dtype(dtype: DType, version: Any) -> Any:
    """Give narwhals' name of a dtype.

    Parameters
    ----------
    dtype : DType
        One of ours.
    version : narwhals._utils.Version
        Which generation of narwhals' dtypes is asked for.

    Returns
    -------
    narwhals.dtypes.DType
    """
    kinds = version.dtypes
    if dtype.arrow is not None:
        return native_to_narwhals_dtype(dtype.arrow, version)
    unit = _UNITS.get(dtype.unit, dtype.unit)
    if dtype.kind == "datetime":
        return kinds.Datetime(unit, dtype.tz)
    if dtype.kind == "timedelta":
        return kinds.Duration(unit)
    if dtype.kind != "category":
        return getattr(kinds, _NAMES[dtype.kind])()
    texts = dtype.categories is not None and all(isinstance(c, str) for c in dtype.categories)
    if dtype.ordered and texts and version.name != "V1":
        return kinds.Enum(dtype.categories)
    return kinds.Categorical()


def pandas_dtype(wanted: Any, version: Any, *, gaps: bool) -> Any:
    """Give the pandas dtype that ``astype`` takes for one of narwhals' dtypes.

    Parameters
    ----------
    wanted : narwhals.dtypes.DType or its class
        The dtype asked for.
    version : narwhals._utils.Version
        Which generation of narwhals' dtypes it is.
    gaps : bool
        Whether missing values may have to fit in.

    Returns
    -------
    str or pandas dtype

    Raises
    ------
    NotImplementedError
        When H2O has no column for such values.
    ValueError
        For an Enum without categories.
    """
    kinds = version.dtypes
    for ours, theirs in _NAMES.items():
        if isinstance_or_issubclass(wanted, getattr(kinds, theirs)):
            masked = gaps and not theirs.startswith(("Float", "String"))
            return theirs.lower() if masked and ours == "bool" else theirs if masked else ours
    if isinstance_or_issubclass(wanted, kinds.Datetime):
        unit, zone = getattr(wanted, "time_unit", "us"), getattr(wanted, "time_zone", None)
        return f"datetime64[{unit}]" if zone is None else f"datetime64[{unit}, {zone}]"
    if isinstance_or_issubclass(wanted, kinds.Duration):
        return f"timedelta64[{getattr(wanted, 'time_unit', 'us')}]"
    if isinstance_or_issubclass(wanted, kinds.Enum):
        if version.name == "V1":
            msg = "Converting to Enum is not supported in narwhals.stable.v1"
            raise NotImplementedError(msg)
        categories: Any = getattr(wanted, "categories", None)
        if not isinstance(categories, tuple):  # the class has a property of that name
            msg = "Can not cast / initialize Enum without categories present: write nw.Enum(['a', 'b'])"
            raise ValueError(msg)
        return pd.CategoricalDtype(list(categories), ordered=True)
    if isinstance_or_issubclass(wanted, kinds.Categorical):
        return "category"
    if any(isinstance_or_issubclass(wanted, getattr(kinds, name)) for name in _ARROW):
        return pd.ArrowDtype(narwhals_to_native_dtype(wanted, version))
    msg = f"H2O has no column type for {wanted}"
    raise NotImplementedError(msg)
