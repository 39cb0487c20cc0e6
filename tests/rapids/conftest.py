"""A laboratory: expressions evaluated in the embedded server, with the extension's primitives and without."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas
import pyarrow as pa
import pytest

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.expr.relations import Field, Source, fresh_id
from h2o_frame_compat.session import wire
from h2o_frame_compat.session.executor import Executor


def encoded(values):
    """Make the column the cluster holds of a pandas series; its dtype as we name it."""
    kind = values.dtype
    if isinstance(kind, pandas.CategoricalDtype):
        codes = pa.array(values.cat.codes.to_numpy(), pa.int32(), mask=values.isna().to_numpy())
        levels = [str(c) for c in kind.categories]
        return pa.DictionaryArray.from_arrays(codes, levels), dt.category(tuple(levels), ordered=kind.ordered)
    missing = values.isna().to_numpy()
    if kind.kind in "mM":
        ticks = np.where(missing, 0, values.astype("int64").to_numpy())
        made = pa.array(ticks, mask=missing)
        return (made.cast(pa.timestamp("ms")), dt.DATETIME_MS) if kind.kind == "M" else (made, dt.TIMEDELTA_MS)
    if str(kind) in {"str", "string"}:
        return pa.array(values.astype(object).where(~missing, None).tolist(), pa.string()), dt.STR.but(
            nullable=str(kind) == "string"
        )
    name = str(kind).lower().replace("boolean", "bool")
    masked = isinstance(kind, pandas.api.extensions.ExtensionDtype)
    if kind.kind == "f":
        return pa.array(values.to_numpy("float64", na_value=np.nan)), dt.DType(name, nullable=masked)
    whole = values.to_numpy(dtype="int64", na_value=0) if masked else values.to_numpy().astype("int64")
    return pa.array(whole, mask=missing), dt.DType(name, nullable=masked)


class Lab:
    """Puts pandas frames into the cluster and computes expressions over them."""

    def __init__(self, session, executor):
        self.session = session
        self.executor = executor

    def source(self, frame, chunks=1):
        """Upload a frame in as many chunks as wanted."""
        made = {name: encoded(frame[name]) for name in frame}
        table = pa.table({name: column for name, (column, _) in made.items()})
        key = self.session.new_key("lab")
        parts = np.array_split(np.arange(len(frame)), min(chunks, max(1, len(frame))))
        plan = [len(part) for part in parts]
        with self.session.client.connection() as (connection, headers, prefix):
            wire.put(connection, f"{prefix}/3/Compat.put?frame_id={key}", headers, table, chunk_plan=plan)
        fields = [Field(fresh_id(), d) for _, d in made.values()]
        source = Source(key, fields, len(frame), owned=True)
        self.executor.adopt(source)
        return source

    def columns(self, source, frame):
        """Give the columns of a source by name."""
        return SimpleNamespace(**{name: f.col() for name, f in zip(frame, source.fields, strict=True)})

    @staticmethod
    def expected(values):
        """Give the values of a pandas series in the terms of `fetch`."""
        return expected(values)

    def fetch(self, rel, *exprs):
        """Give the values of expressions as lists, in the terms of their dtypes."""
        table = self.executor.fetch(rel, exprs)
        return [decoded(c, e.dtype) for c, e in zip(table.columns, exprs, strict=True)]


def decoded(column, dtype):
    """Give Python values: bool for bool, int for integers, milliseconds for times, None for missing."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    values = [None if v is None or v != v else v for v in column.to_pylist()]  # noqa: PLR0124 - NaN
    if dtype.is_bool:
        assert set(values) <= {0, 1, None}, values
        return [None if v is None else bool(v) for v in values]
    if dtype.is_integer or dtype.is_temporal:
        return [int(v) if v is not None and v == v // 1 else v for v in values]
    return [float(v) if dtype.is_float and v is not None else v for v in values]


def expected(values):
    """Give the values of a pandas series in the same terms."""
    if values.dtype.kind in "mM" and not isinstance(values.dtype, pandas.CategoricalDtype):
        unit = values.dt.as_unit("ms")
        return [None if m else int(v) for v, m in zip(unit.astype("int64"), values.isna(), strict=True)]
    return [None if v is None or v is pandas.NA or v is pandas.NaT or v != v else v for v in values.tolist()]  # noqa: PLR0124 - NaN


@pytest.fixture(scope="session", params=["extension", "stock"])
def lab(request, cluster):
    """The embedded server, with the extension's primitives and with none of them."""
    executor = Executor(cluster)
    if request.param == "stock":
        executor.primitives = frozenset()
    made = Lab(cluster, executor)
    made.route = request.param
    return made
