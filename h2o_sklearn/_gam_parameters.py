"""Parameters of the generalized additive model."""

# ruff: noqa: E501 - a table: a parameter stands on few lines
from __future__ import annotations

from h2o_sklearn import _common_parameters as common
from h2o_sklearn._glm_parameters import GLM_PARAMETERS
from h2o_sklearn._params import Param, chosen, with_defaults

GAM_PARAMETERS = (
    Param(
        "gam_columns", "column_groups", None,
        "Columns of X that get a spline, each a list of one column, or of several for a thin plate. None gives one to"
        " every number of more than a few distinct values; H2O itself wants them named.",
        optional=True,
    ),
    Param(
        "num_knots", "ints", None, "Knots of each spline; None takes 10, fewer where a column has fewer distinct values.",
        optional=True, low=2,
    ),
    Param(
        "bs", "ints", None,
        "Kind of each spline: 0 cubic, 1 thin plate, 2 monotone, 3 M-spline. None takes cubic ones, and thin plates for"
        " several columns.",
        optional=True, low=0, high=3,
    ),
    Param("scale", "floats", None, "Smoothing of each spline; None is 1.", optional=True, low=0),
    *with_defaults(chosen(GLM_PARAMETERS, "family", "link", "lambda_", "l1_ratio", "solver", "max_iter", "standardize", "intercept"), standardize=False),
    common.RANDOM_STATE,
    Param("spline_orders", "ints", None, "Order of each monotone spline or M-spline.", optional=True, low=1),
    Param("splines_non_negative", "bools", None, "Let each monotone spline rise (True) or fall (False).", optional=True),
    Param("knot_ids", "tables", None, "Table of the knots of each spline.", optional=True),
    Param("standardize_tp_gam_cols", "bool", False, "Scale the columns of thin plates."),
    Param("scale_tp_penalty_mat", "bool", False, "Scale the penalty of thin plates as R does."),
    Param("keep_gam_cols", "bool", False, "Keep the columns of the splines as frames in the cluster."),
    Param("store_knot_locations", "bool", False, "Let the model's output say where the knots are."),
    *with_defaults(
        chosen(
            GLM_PARAMETERS,
            "lambda_search", "early_stopping", "nlambdas", "lambda_min_ratio", "max_active_predictors", "cold_start",
            "non_negative", "beta_constraints", "missing_values_handling", "plug_values", "tweedie_variance_power",
            "tweedie_link_power", "prior", "interactions", "interaction_pairs", "offset_column", "startval",
            "beta_epsilon", "objective_epsilon", "gradient_epsilon", "obj_reg", "remove_collinear_columns",
            "compute_p_values",
        ),
        tweedie_link_power=0.0,
    ),
    Param("theta", "float", 0.0, "Dispersion of family='negativebinomial'.", low=0),
    *common.EARLY_STOPPING,
    common.MAX_RUNTIME,
    *common.CROSS_VALIDATION,
    *common.CLASS_BALANCE,
    *chosen(common.METRICS, "gainslift_bins", "auc_type"),
    common.MAX_CONFUSION,
    common.IGNORE_CONST,
    common.SCORE_EACH,
    common.CHECKPOINTS_DIR,
    common.CLASS_WEIGHT,
)  # fmt: skip
