"""As `pandas.plotting`: pictures of frames and series, also of ours, which are fetched."""

from __future__ import annotations

import pandas as pd
from pandas.plotting import (
    PlotAccessor,
    deregister_matplotlib_converters,
    plot_params,
    register_matplotlib_converters,
    table,
)

from h2o_frame_compat.pandas.general import moved

andrews_curves = moved(pd.plotting, "andrews_curves", quiet=True)
autocorrelation_plot = moved(pd.plotting, "autocorrelation_plot", quiet=True)
bootstrap_plot = moved(pd.plotting, "bootstrap_plot", quiet=True)
boxplot = moved(pd.plotting, "boxplot", quiet=True)
boxplot_frame = moved(pd.plotting, "boxplot_frame", quiet=True)
boxplot_frame_groupby = moved(pd.plotting, "boxplot_frame_groupby", quiet=True)
hist_frame = moved(pd.plotting, "hist_frame", quiet=True)
hist_series = moved(pd.plotting, "hist_series", quiet=True)
lag_plot = moved(pd.plotting, "lag_plot", quiet=True)
parallel_coordinates = moved(pd.plotting, "parallel_coordinates", quiet=True)
radviz = moved(pd.plotting, "radviz", quiet=True)
scatter_matrix = moved(pd.plotting, "scatter_matrix", quiet=True)

__all__ = [
    "PlotAccessor",
    "andrews_curves",
    "autocorrelation_plot",
    "bootstrap_plot",
    "boxplot",
    "boxplot_frame",
    "boxplot_frame_groupby",
    "deregister_matplotlib_converters",
    "hist_frame",
    "hist_series",
    "lag_plot",
    "parallel_coordinates",
    "plot_params",
    "radviz",
    "register_matplotlib_converters",
    "scatter_matrix",
    "table",
]
