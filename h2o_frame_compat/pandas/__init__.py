"""pandas, on an H2O cluster: ``import h2o_frame_compat.pandas as pd``."""

from __future__ import annotations

from h2o_frame_compat.pandas.frame import DataFrame
from h2o_frame_compat.pandas.io import (
    from_arrow,
    from_h2o,
    from_pandas,
    from_polars,
    read_clipboard,
    read_csv,
    read_excel,
    read_feather,
    read_fwf,
    read_hdf,
    read_html,
    read_json,
    read_orc,
    read_parquet,
    read_pickle,
    read_sas,
    read_spss,
    read_sql,
    read_sql_query,
    read_sql_table,
    read_stata,
    read_table,
    read_xml,
)
from h2o_frame_compat.pandas.series import Series

__all__ = [
    "DataFrame",
    "Series",
    "from_arrow",
    "from_h2o",
    "from_pandas",
    "from_polars",
    "read_clipboard",
    "read_csv",
    "read_excel",
    "read_feather",
    "read_fwf",
    "read_hdf",
    "read_html",
    "read_json",
    "read_orc",
    "read_parquet",
    "read_pickle",
    "read_sas",
    "read_spss",
    "read_sql",
    "read_sql_query",
    "read_sql_table",
    "read_stata",
    "read_table",
    "read_xml",
]
