"""The tables of TPC-H, made by tpchgen-cli, as pandas frames."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    import pandas as pd

TABLES = ["customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"]


def tables(scale: float) -> SimpleNamespace:
    """Generate the tables; decimals become floats, dates datetimes."""
    program = Path(sys.executable).with_name("tpchgen-cli")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "parquet", "-s", str(scale), "--output-dir", folder], check=True, capture_output=True)
        return SimpleNamespace(**{name: _frame(Path(folder) / f"{name}.parquet") for name in TABLES})


def _frame(path: Path) -> pd.DataFrame:
    table = pq.read_table(path)
    for n, field in enumerate(table.schema):
        kind = pa.float64() if pa.types.is_decimal(field.type) else field.type
        kind = pa.timestamp("ms") if pa.types.is_date(kind) else kind
        if kind != field.type:
            table = table.set_column(n, field.name, table.column(n).cast(kind))
    return table.to_pandas()
