"""Parameters of the generalized linear model, and of its relatives."""

# ruff: noqa: E501 - a table: a parameter stands on few lines
from __future__ import annotations

from h2o_sklearn import _common_parameters as common
from h2o_sklearn._params import Param

CLASSIFIER_FAMILIES = ("auto", "binomial", "multinomial", "ordinal")
REGRESSOR_FAMILIES = (
    "auto", "gaussian", "poisson", "gamma", "tweedie", "negativebinomial", "fractionalbinomial", "quasibinomial",
)  # fmt: skip

_CORE = (
    Param(
        "family", "choice", "auto",
        "Distribution of the target. By default classes are binomial or multinomial and numbers are gaussian.",
        choices=common.either(CLASSIFIER_FAMILIES, REGRESSOR_FAMILIES),
        task_choices={"classifier": CLASSIFIER_FAMILIES, "regressor": REGRESSOR_FAMILIES},
    ),
    Param(
        "link", "choice", "family_default", "Link function between the linear predictor and the mean.",
        choices=("family_default", "identity", "logit", "log", "inverse", "tweedie", "ologit"),
    ),
    Param(
        "lambda_", "float_or_floats", None,
        "Strength of the penalty, or several to try. None lets H2O derive a small one from the data; 0 switches"
        " the penalty off.",
        h2o="lambda", optional=True, low=0,
    ),
    Param(
        "l1_ratio", "float_or_floats", None,
        "Mix of the penalty, or several to try: 0 is ridge, 1 is lasso. None is 0.5, except for solver='l_bfgs',"
        " where it is 0.",
        h2o="alpha", optional=True, low=0, high=1,
    ),
    Param(
        "solver", "choice", "auto", "Optimiser.",
        choices=(
            "auto", "irlsm", "l_bfgs", "coordinate_descent_naive", "coordinate_descent",
            "gradient_descent_lh", "gradient_descent_sqerr",
        ),
    ),
    Param(
        "max_iter", "int", -1, "Most iterations of the solver; -1 lets H2O decide.",
        h2o="max_iterations", low=-1,
    ),
    Param("standardize", "bool", True, "Scale columns to mean 0 and variance 1 for the fit; coef_ is on the scale of X."),
    Param("intercept", "bool", True, "Fit a constant term."),
    common.RANDOM_STATE,
)  # fmt: skip

_PENALTY = (
    Param("lambda_search", "bool", False, "Fit along a path of penalties and keep the best."),
    Param("early_stopping", "bool", True, "Stop the path of lambda_search when the fit no longer improves."),
    Param("nlambdas", "int", -1, "Steps on the path of lambda_search; -1 lets H2O decide.", low=-1),
    Param(
        "lambda_min_ratio", "float", -1.0, "Smallest penalty of the path relative to the largest; -1: H2O decides.",
        low=-1, high=1,
    ),
    Param("max_active_predictors", "int", -1, "End lambda_search at so many non-zero coefficients; -1: no limit.", low=-1),
    Param("cold_start", "bool", False, "Start each penalty of the path from scratch."),
    Param("non_negative", "bool", False, "Keep coefficients, apart from the intercept, at or above 0."),
    Param(
        "beta_constraints", "table", None,
        "Table with a row per column (names) and its bounds (lower_bounds, upper_bounds).",
        optional=True,
    ),
    Param(
        "linear_constraints", "table", None,
        "Table of linear constraints on coefficients (names, values, types, constraint_numbers).",
        optional=True,
    ),
    Param("init_optimal_glm", "bool", False, "With linear constraints, start from the unconstrained optimum."),
    Param("separate_linear_beta", "bool", False, "Treat beta_constraints apart from linear_constraints."),
    Param("constraint_eta0", "float", 0.1258925, "Tolerance of constraints: first value of eta.", low=0, low_open=True),
    Param("constraint_tau", "float", 10.0, "Factor on the penalty of violated constraints.", low=0, low_open=True),
    Param("constraint_alpha", "float", 0.1, "Exponent of the tolerance of constraints, early.", low=0),
    Param("constraint_beta", "float", 0.9, "Exponent of the tolerance of constraints, late.", low=0),
    Param("constraint_c0", "float", 10.0, "First penalty of violated constraints.", low=0, low_open=True),
)  # fmt: skip

_FAMILY = (
    Param(
        "missing_values_handling", "choice", "mean_imputation",
        "What becomes of missing values: replaced by the mean (the most frequent level), left out with their row,"
        " or replaced by plug_values.",
        choices=("mean_imputation", "skip", "plug_values"),
    ),
    Param(
        "plug_values", "table", None, "One row of values, in the columns of X, that replace missing ones.",
        optional=True,
    ),
    Param("tweedie_variance_power", "float", 0.0, "Variance power of family='tweedie'.", low=0),
    Param("tweedie_link_power", "float", 1.0, "Power of the tweedie link."),
    Param("theta", "float", 1e-10, "Dispersion of family='negativebinomial'.", low=0, low_open=True),
    Param(
        "prior", "float", -1.0, "Share of the positive class in reality where the sample differs; -1: as in the sample.",
        low=-1, high=1, high_open=True,
    ),
    Param(
        "interactions", "columns", None, "Columns of X of which all pairs enter the model as products.",
        optional=True,
    ),
    Param("interaction_pairs", "column_pairs", None, "Pairs of columns of X that enter as products.", optional=True),
    common.OFFSET,
    Param(
        "control_variables", "columns", None,
        "Columns of X that take part in the fit and whose effect is left out of predictions.",
        optional=True,
    ),
    Param("remove_offset_effects", "bool", False, "Leave the effect of the offset out of predictions."),
)  # fmt: skip

_NUMERICS = (
    Param("startval", "floats", None, "First coefficients, the intercept last.", optional=True),
    Param("beta_epsilon", "float", 0.0001, "Stop when no coefficient changes by more than this.", low=0),
    Param("objective_epsilon", "float", -1.0, "Stop when the objective improves by less; -1: H2O decides.", low=-1),
    Param("gradient_epsilon", "float", -1.0, "Stop when the gradient is smaller; -1: H2O decides.", low=-1),
    Param("obj_reg", "float", -1.0, "Factor of the likelihood in the objective; -1 is one over the rows.", low=-1),
    Param("remove_collinear_columns", "bool", False, "Drop columns that others determine."),
    Param("compute_p_values", "bool", False, "Compute standard errors and p values; needs lambda_=0."),
    Param("generate_variable_inflation_factors", "bool", False, "Compute variance inflation factors."),
    Param("calc_like", "bool", False, "Compute the full likelihood and AIC."),
    Param("build_null_model", "bool", False, "Fit the intercept alone."),
    Param(
        "influence", "choice", None, "Compute the influence of each row on the coefficients.",
        choices=("dfbetas",), optional=True,
    ),
    Param(
        "dispersion_parameter_method", "choice", "pearson", "How the dispersion is estimated.",
        choices=("deviance", "pearson", "ml"),
    ),
    Param("init_dispersion_parameter", "float", 1.0, "First value of the dispersion.", low=0, low_open=True),
    Param("fix_dispersion_parameter", "bool", False, "Keep the dispersion at its first value."),
    Param("fix_tweedie_variance_power", "bool", True, "Keep tweedie_variance_power as it is given."),
    Param("dispersion_epsilon", "float", 0.0001, "Stop estimating the dispersion when it changes by less.", low=0),
    Param("tweedie_epsilon", "float", 8e-17, "Accuracy of the series of the tweedie density.", low=0, low_open=True),
    Param("max_iterations_dispersion", "int", 3000, "Most iterations for the dispersion.", low=1),
    Param("dispersion_learning_rate", "float", 0.5, "Step of the estimate of the dispersion.", low=0, low_open=True),
    Param("generate_scoring_history", "bool", False, "Keep the metrics of every iteration."),
    Param("score_iteration_interval", "int", -1, "Iterations from one scoring to the next; -1: H2O decides.", low=-1),
)  # fmt: skip

GLM_PARAMETERS = (
    *_CORE,
    *_PENALTY,
    *_FAMILY,
    *_NUMERICS,
    *common.EARLY_STOPPING,
    common.MAX_RUNTIME,
    *common.CROSS_VALIDATION,
    *common.CLASS_BALANCE,
    *common.METRICS,
    common.MAX_CONFUSION,
    common.IGNORE_CONST,
    common.SCORE_EACH,
    Param(
        "checkpoint", "model", None,
        "Fitted estimator of the same class, or the id of a model in the cluster, to continue from.",
        optional=True,
    ),
    common.CHECKPOINTS_DIR,
    common.CLASS_WEIGHT,
)  # fmt: skip
