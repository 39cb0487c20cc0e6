"""Frames as the H2O Python module of the first generation has them: lists of vecs, and lazy expressions."""

from __future__ import annotations

from h2o_frame_compat.classic.checks import check_dims_values, dim_check, np_comparison_check, value_check
from h2o_frame_compat.classic.cluster import (
    cluster_info,
    cluster_status,
    download_csv,
    export_file,
    frame,
    frame_summary,
    frames,
    get_frame,
    import_file,
    import_frame,
    init,
    keys_leaked,
    locate,
    log_and_echo,
    ls,
    network_test,
    ou,
    parse,
    parse_raw,
    parse_setup,
    rapids,
    remove,
    remove_all,
    removeFrameShallow,
    store_size,
    upload_file,
)
from h2o_frame_compat.classic.display import H2ODisplay
from h2o_frame_compat.classic.frame import Expr, H2OFrame
from h2o_frame_compat.classic.functions import (
    EACH,
    as_list,
    cbind,
    ifelse,
    impute,
    mktime,
    rbind,
    split_frame,
)
from h2o_frame_compat.classic.vec import H2OVec

globals().update(EACH)  # cos, mean, asnumeric, ...

__all__ = [
    "Expr",
    "H2ODisplay",
    "H2OFrame",
    "H2OVec",
    "as_list",
    "cbind",
    "check_dims_values",
    "cluster_info",
    "cluster_status",
    "dim_check",
    "download_csv",
    "export_file",
    "frame",
    "frame_summary",
    "frames",
    "get_frame",
    "ifelse",
    "import_file",
    "import_frame",
    "impute",
    "init",
    "keys_leaked",
    "locate",
    "log_and_echo",
    "ls",
    "mktime",
    "network_test",
    "np_comparison_check",
    "ou",
    "parse",
    "parse_raw",
    "parse_setup",
    "rapids",
    "rbind",
    "remove",
    "removeFrameShallow",
    "remove_all",
    "split_frame",
    "store_size",
    "upload_file",
    "value_check",
]
__all__ += list(EACH)
