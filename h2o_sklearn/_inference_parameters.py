"""Parameters of the algorithms that choose columns, explain them, or have a target of their own kind."""

# ruff: noqa: E501 - a table: a parameter stands on few lines
from __future__ import annotations

from dataclasses import replace

from h2o_sklearn import _common_parameters as common
from h2o_sklearn._glm_parameters import GLM_PARAMETERS
from h2o_sklearn._params import Param

_GLM = {param.name: param for param in GLM_PARAMETERS}
_TREES = {param.name: param for param in common.TREES}


def _like(params: dict[str, Param], *names: str, **defaults: object) -> tuple[Param, ...]:
    """Return parameters of another algorithm, some of them with H2O's other default."""
    same = tuple(params[name] for name in names)
    return (*same, *(replace(params[name], default=default) for name, default in defaults.items()))


_FAMILY = Param(
    "family", "choice", "auto",
    "Distribution of the target. By default two classes are binomial and numbers are gaussian.",
    choices=(
        "auto", "gaussian", "binomial", "fractionalbinomial", "quasibinomial", "poisson", "gamma", "tweedie",
        "negativebinomial",
    ),
)  # fmt: skip
_PENALTY = Param(
    "lambda_", "float_or_floats", 0.0, "Strength of the penalty, or several to try.",
    h2o="lambda", low=0, h2o_default=[0.0],
)  # fmt: skip
_MAX_ITERATIONS = Param(
    "max_iterations", "int", 0, "Most iterations in the fit of a linear model; 0 lets H2O decide.", low=0,
)  # fmt: skip
_THETA = replace(_GLM["theta"], default=0.0, low_open=False)
_REGRESSION = (
    *_like(_GLM, "link", "l1_ratio", "lambda_search", "standardize", "missing_values_handling", "plug_values"),
    *_like(_GLM, "non_negative", "tweedie_variance_power"),
    *_like(_GLM, solver="irlsm", early_stopping=False, prior=0.0),
    _MAX_ITERATIONS,
    _PENALTY,
    _THETA,
)
_END = (*common.EARLY_STOPPING, common.MAX_RUNTIME, *common.CLASS_BALANCE)

MODEL_SELECTION_PARAMETERS = (
    Param("max_predictor_number", "int", 1, "Most columns: a model is chosen for each number up to it.", low=1),
    Param(
        "mode", "choice", "maxr",
        "How columns are chosen: all subsets, by sequential replacement (maxr, or maxrsweep, which is quicker), or"
        " backward by p values.",
        choices=("allsubsets", "maxr", "maxrsweep", "backward"),
    ),
    Param("min_predictor_number", "int", 1, "Fewest columns of mode='backward'.", low=1),
    Param("p_values_threshold", "float", 0.0, "mode='backward' ends when all p values are below this; 0: not for that.", low=0, high=1),
    _FAMILY,
    *_REGRESSION,
    *_like(_GLM, "intercept", "compute_p_values", "remove_collinear_columns", "cold_start", "beta_constraints"),
    *_like(_GLM, "startval", "beta_epsilon", "objective_epsilon", "gradient_epsilon", "obj_reg", "influence"),
    *_like(_GLM, "max_active_predictors", tweedie_link_power=0.0, nlambdas=0, lambda_min_ratio=0.0),
    replace(_GLM["score_iteration_interval"], default=0),
    Param("build_glm_model", "bool", False, "mode='maxrsweep' also fits a model to each choice of columns."),
    Param("multinode_mode", "bool", False, "mode='maxrsweep' uses all nodes."),
    Param("nparallelism", "int", 0, "Models fitted at a time; 0 lets H2O decide.", low=0),
    *common.CROSS_VALIDATION[:3],
    common.RANDOM_STATE,
    *_END,
    common.MAX_CONFUSION,
    common.IGNORE_CONST,
    common.SCORE_EACH,
)  # fmt: skip

ANOVA_GLM_PARAMETERS = (
    Param(
        "highest_interaction_term", "int", 0,
        "Most columns in an interaction: 1 tests columns alone, 2 also pairs of them; 0 all interactions, which are"
        " 2 ** n_features models.",
        low=0,
    ),
    _FAMILY,
    *_REGRESSION,
    *_like(_GLM, "tweedie_link_power", compute_p_values=True),
    Param("type", "int", 0, "Type of the sums of squares; H2O has type 3 only, for which 0 stands too.", low=0, high=3),
    Param("nparallelism", "int", 4, "Models fitted at a time.", low=1),
    common.RANDOM_STATE,
    *_END,
    common.IGNORE_CONST,
    common.SCORE_EACH,
)  # fmt: skip

_THRESHOLD = "; -1 is 0.1."

INFOGRAM_PARAMETERS = (
    Param(
        "protected_columns", "columns", None,
        "Columns of X that must not be used, openly or through others: the others are judged by how safe they are.",
        optional=True,
    ),
    Param(
        "algorithm", "choice", "auto", "Algorithm of the models that are compared; by default gradient boosting.",
        choices=("auto", "deeplearning", "drf", "gbm", "glm", "xgboost"),
    ),
    Param("algorithm_params", "json", None, "Parameters of that algorithm, in H2O's words.", optional=True, h2o_default=""),
    Param("net_information_threshold", "float", -1.0, "Least net information of a column that is kept" + _THRESHOLD, low=-1, high=1),
    Param("total_information_threshold", "float", -1.0, "Least total information of a column that is kept" + _THRESHOLD, low=-1, high=1),
    Param("safety_index_threshold", "float", -1.0, "The same for protected_columns: least safety" + _THRESHOLD, low=-1, high=1),
    Param("relevance_index_threshold", "float", -1.0, "The same for protected_columns: least relevance" + _THRESHOLD, low=-1, high=1),
    Param("data_fraction", "float", 1.0, "Share of the rows that are used.", low=0, high=1, low_open=True),
    Param("top_n_features", "int", 50, "Most columns that are judged, the most important first.", low=1),
    common.RANDOM_STATE,
    Param("standardize", "bool", False, "Scale columns to mean 0 and variance 1."),
    Param(
        "distribution", "choice", "auto", "Distribution of the target.", choices=("auto", "bernoulli", "multinomial"),
    ),
    _GLM["plug_values"],
    _MAX_ITERATIONS,
    *_END,
    *common.CROSS_VALIDATION,
    *common.METRICS[1:],
    common.IGNORE_CONST,
    common.SCORE_EACH,
)  # fmt: skip

COXPH_PARAMETERS = (
    Param("ties", "choice", "efron", "What is assumed of events at the same time.", choices=("efron", "breslow")),
    Param("stratify_by", "columns", None, "Categorical columns of X; each combination has its own baseline.", optional=True),
    Param("max_iter", "int", 20, "Most iterations.", h2o="max_iterations", low=1),
    Param("lre_min", "float", 9.0, "Digits of the likelihood that must stay the same for the fit to end.", low=0, low_open=True),
    Param("init", "float", 0.0, "First value of the coefficients."),
    _GLM["offset_column"],
    _GLM["interactions"],
    _GLM["interaction_pairs"],
    Param(
        "interactions_only", "columns", None, "Columns of X that enter as products and not by themselves.", optional=True,
    ),
    Param("use_all_factor_levels", "bool", False, "A category has an indicator for each of its levels."),
    Param("single_node_mode", "bool", False, "Fit on one node only, which avoids traffic on small data."),
    common.CHECKPOINTS_DIR,
)  # fmt: skip

UPLIFT_PARAMETERS = (
    *_like(_TREES, "n_estimators", max_depth=20, min_rows=1.0),
    Param(
        "uplift_metric", "choice", "auto", "Divergence between the treated and the others that a split increases.",
        choices=("auto", "kl", "euclidean", "chi_squared"),
    ),
    Param("mtries", "int", -2, "Columns considered at each split: -1 is the square root of their number, -2 all.", low=-2),
    Param("sample_rate", "float", 0.632, "Share of the rows that each tree sees.", low=0, high=1, low_open=True),
    common.RANDOM_STATE,
    Param("auuc_type", "choice", "auto", "How the area under the uplift curve is taken.", choices=("auto", "qini", "lift", "gain")),
    Param("auuc_nbins", "int", -1, "Bins of the uplift curve; -1 lets H2O decide.", low=-1),
    *_like(_TREES, "nbins", "nbins_top_level", "nbins_cats", "histogram_type", "sample_rate_per_class"),
    *_like(_TREES, "col_sample_rate_per_tree", "col_sample_rate_change_per_level", "score_tree_interval"),
    *_like(_TREES, "check_constant_response"),
    Param("distribution", "choice", "auto", "Distribution of the target; there is no other.", choices=("auto", "bernoulli")),
    Param("stopping_rounds", "int", 0, "Stop early after this many scoring events without improvement; 0: never.", low=0),
    Param(
        "stopping_metric", "choice", "auto", "Metric that early stopping watches.",
        choices=("auto", "auuc", "ate", "att", "atc", "qini"),
    ),
    Param("stopping_tolerance", "float", 0.001, "Relative improvement that counts as improvement.", low=0),
    common.METRICS[2],
    common.MAX_RUNTIME,
    common.IGNORE_CONST,
    common.SCORE_EACH,
    common.CATEGORICAL_ENCODING,
)  # fmt: skip
