"""Parameters of the smaller supervised algorithms."""

# ruff: noqa: E501 - a table: a parameter stands on few lines
from __future__ import annotations

from h2o_sklearn import _common_parameters as common
from h2o_sklearn._params import Param, chosen

_XGBOOST_DISTRIBUTIONS = {
    "classifier": ("auto", "bernoulli", "multinomial"),
    "regressor": ("auto", "gaussian", "poisson", "gamma", "tweedie"),
}

XGBOOST_PARAMETERS = (
    Param("n_estimators", "int", 50, "Number of trees (per class, where there are more than two).", h2o="ntrees", low=1),
    Param(
        "learning_rate", "float", 0.3, "Share of each tree's prediction that is added to the model.",
        h2o="learn_rate", low=0, high=1, low_open=True,
    ),
    Param("max_depth", "int", 6, "Greatest depth of a tree; 0 or None means no limit.", low=0, optional=True, none_means=0),
    Param("min_rows", "float", 1.0, "Smallest sum of weights (of the Hessian) in a leaf.", low=0),
    Param(
        "subsample", "float", 1.0, "Share of the rows, drawn without replacement, that each tree sees.",
        h2o="sample_rate", low=0, high=1, low_open=True,
    ),
    Param("col_sample_rate", "float", 1.0, "Share of the columns considered at each level.", low=0, high=1, low_open=True),
    Param("col_sample_rate_per_tree", "float", 1.0, "Share of the columns that each tree may use.", low=0, high=1, low_open=True),
    Param("colsample_bynode", "float", 1.0, "Share of the columns considered at each node.", low=0, high=1, low_open=True),
    common.RANDOM_STATE,
    Param("reg_lambda", "float", 1.0, "L2 penalty on the weights.", low=0),
    Param("reg_alpha", "float", 0.0, "L1 penalty on the weights.", low=0),
    Param("min_split_improvement", "float", 0.0, "Smallest gain for which a node is split.", low=0),
    Param("max_abs_leafnode_pred", "float", 0.0, "Largest absolute weight of a leaf; 0: no limit.", low=0),
    Param(
        "booster", "choice", "gbtree", "What is boosted: trees, linear functions, or trees with dropout.",
        choices=("gbtree", "gblinear", "dart"),
    ),
    Param(
        "tree_method", "choice", "auto", "How splits are found.", choices=("auto", "exact", "approx", "hist"),
    ),
    Param(
        "grow_policy", "choice", "depthwise", "Where the tree grows next: level by level, or at the greatest gain.",
        choices=("depthwise", "lossguide"),
    ),
    Param("max_bins", "int", 256, "Bins of a column, for tree_method='hist'.", low=2),
    Param("max_leaves", "int", 0, "Most leaves of a tree, for tree_method='hist'; 0: no limit.", low=0),
    Param("sample_type", "choice", "uniform", "How booster='dart' draws the trees to drop.", choices=("uniform", "weighted")),
    Param("normalize_type", "choice", "tree", "How booster='dart' weighs new trees.", choices=("tree", "forest")),
    Param("rate_drop", "float", 0.0, "Share of the trees that booster='dart' drops.", low=0, high=1),
    Param("one_drop", "bool", False, "Let booster='dart' drop at least one tree."),
    Param("skip_drop", "float", 0.0, "Probability with which booster='dart' drops none.", low=0, high=1),
    Param(
        "distribution", "choice", "auto",
        "Distribution of the target. By default classes are bernoulli or multinomial and numbers are gaussian.",
        choices=common.either(*_XGBOOST_DISTRIBUTIONS.values()),
        task_choices=_XGBOOST_DISTRIBUTIONS,
    ),
    Param(
        "tweedie_power", "float", 1.5, "Variance power of distribution='tweedie'.",
        low=1, high=2, low_open=True, high_open=True,
    ),
    common.MONOTONE,
    common.INTERACTION_CONSTRAINTS,
    common.OFFSET,
    Param("scale_pos_weight", "float", 1.0, "Weight of the rows of the second of two classes.", low=0, low_open=True),
    Param(
        "nthread", "int", None,
        "Threads of the fit. None takes one for every 20,000 rows, up to the cores of a node: more only get in each"
        " other's way. -1 takes all.",
        optional=True, low=-1, h2o_default=-1,
    ),
    Param("backend", "choice", "auto", "Where the trees are grown.", choices=("auto", "gpu", "cpu")),
    Param("gpu_id", "ints", None, "Which GPUs to use.", optional=True, low=0),
    Param(
        "dmatrix_type", "choice", "auto", "How the data is stored; 'sparse' takes 0 for missing.",
        choices=("auto", "dense", "sparse"),
    ),
    Param("eval_metric", "str", None, "A metric of XGBoost's own to evaluate.", optional=True),
    Param("score_eval_metric_only", "bool", False, "Compute that metric only, where scoring is frequent."),
    Param("parallelize_cross_validation", "bool", True, "Fit the folds of nfolds at the same time."),
    Param("quiet_mode", "bool", True, "Write less into the cluster's log."),
    Param("save_matrix_directory", "str", None, "Directory of the cluster into which the matrices are written.", optional=True),
    *chosen(
        common.TREES,
        "score_tree_interval", "build_tree_one_node", "calibrate_model", "calibration_frame", "calibration_method",
        "checkpoint",
    ),
    *common.EARLY_STOPPING,
    common.MAX_RUNTIME,
    *common.CROSS_VALIDATION,
    *common.METRICS,
    common.IGNORE_CONST,
    common.CATEGORICAL_ENCODING,
    common.SCORE_EACH,
    common.CHECKPOINTS_DIR,
    common.CLASS_WEIGHT,
    common.WARM_START,
)  # fmt: skip

NAIVE_BAYES_PARAMETERS = (
    Param("laplace", "float", 0.0, "Laplace's smoothing: how many rows every level has beforehand.", low=0),
    Param("min_sdev", "float", 0.001, "Standard deviation of a column of which a class has too few rows.", low=1e-10),
    Param("eps_sdev", "float", 0.0, "Standard deviation below which min_sdev is taken.", low=0),
    Param("min_prob", "float", 0.001, "Probability of a level of which a class has too few rows.", low=1e-10),
    Param("eps_prob", "float", 0.0, "Probability below which min_prob is taken.", low=0),
    Param("compute_metrics", "bool", True, "Compute metrics on the training data."),
    common.RANDOM_STATE,
    common.MAX_RUNTIME,
    *common.CROSS_VALIDATION,
    *common.CLASS_BALANCE,
    *chosen(common.METRICS, "gainslift_bins", "auc_type"),
    common.MAX_CONFUSION,
    common.IGNORE_CONST,
    common.SCORE_EACH,
    common.CHECKPOINTS_DIR,
)  # fmt: skip

_RULEFIT_DISTRIBUTIONS = {
    "classifier": ("auto", "bernoulli", "multinomial"),
    "regressor": ("auto", "gaussian", "poisson", "gamma", "tweedie", "laplace", "quantile", "huber"),
}

RULEFIT_PARAMETERS = (
    Param("algorithm", "choice", "auto", "What grows the trees that the rules are read from.", choices=("auto", "drf", "gbm")),
    Param("min_rule_length", "int", 3, "Fewest conditions of a rule.", low=1),
    Param("max_rule_length", "int", 3, "Most conditions of a rule.", low=1),
    Param("max_num_rules", "int", -1, "Most rules of the model; -1: as many as reduce the deviance noticeably.", low=-1),
    Param(
        "model_type", "choice", "rules_and_linear", "What the model is made of.",
        choices=("rules_and_linear", "rules", "linear"),
    ),
    Param("n_estimators", "int", 50, "Number of trees that the rules are read from.", h2o="rule_generation_ntrees", low=1),
    common.RANDOM_STATE,
    Param(
        "lambda_", "float_or_floats", None, "Strength of the penalty that selects rules; None lets H2O decide.",
        h2o="lambda", optional=True, low=0,
    ),
    Param(
        "distribution", "choice", "auto",
        "Distribution of the target. By default classes are bernoulli or multinomial and numbers are gaussian.",
        choices=common.either(*_RULEFIT_DISTRIBUTIONS.values()),
        task_choices=_RULEFIT_DISTRIBUTIONS,
    ),
    Param("remove_duplicates", "bool", True, "Leave out rules that are equal to others."),
    Param("max_categorical_levels", "int", 10, "Most levels of a category; the rarer ones are put together.", low=1),
    *chosen(common.METRICS, "auc_type"),
    common.CLASS_WEIGHT,
)  # fmt: skip

DECISION_TREE_PARAMETERS = (
    Param("max_depth", "int", 20, "Greatest depth of the tree.", low=1),
    Param(
        "min_rows", "int", 10,
        "Fewest rows in a leaf. Data of fewer than twice this many rows lower it to half their number.",
        low=1,
    ),
    common.RANDOM_STATE,
    common.IGNORE_CONST,
    common.CATEGORICAL_ENCODING,
)  # fmt: skip

ADABOOST_PARAMETERS = (
    Param("n_estimators", "int", 50, "Number of weak learners.", h2o="nlearners", low=1),
    Param(
        "weak_learner", "choice", "auto", "What is boosted; 'auto' is 'drf', a forest of one tree.",
        choices=("auto", "drf", "glm", "gbm", "deep_learning"),
    ),
    Param("learning_rate", "float", 0.5, "Share of each learner in the model.", h2o="learn_rate", low=0, high=1, low_open=True),
    Param(
        "weak_learner_params", "json", None, "Parameters of the weak learner, in H2O's words.",
        optional=True, h2o_default="",
    ),
    common.RANDOM_STATE,
    common.IGNORE_CONST,
    common.CATEGORICAL_ENCODING,
    common.CLASS_WEIGHT,
)  # fmt: skip

SVM_PARAMETERS = (
    Param("C", "float", 1.0, "Penalty of rows on the wrong side.", h2o="hyper_param", low=0, low_open=True),
    Param("gamma", "float", -1.0, "Coefficient of the kernel; -1 is one over the columns.", low=-1),
    Param("kernel_type", "choice", "gaussian", "The kernel; H2O has this one.", choices=("gaussian",)),
    Param(
        "rank_ratio", "float", -1.0, "Rank of the factorisation of the kernel, relative to the rows; -1: their root.",
        low=-1, high=1,
    ),
    Param("positive_weight", "float", 1.0, "Weight of the second class.", low=0, low_open=True),
    Param("negative_weight", "float", 1.0, "Weight of the first class.", low=0, low_open=True),
    Param("disable_training_metrics", "bool", True, "Compute no metrics on the training data, which takes long."),
    Param("sv_threshold", "float", 0.0001, "Threshold above which a row is a support vector.", low=0),
    Param("fact_threshold", "float", 1e-05, "Accuracy of the factorisation.", low=0),
    Param("feasible_threshold", "float", 0.001, "Accuracy of the residuals.", low=0),
    Param("surrogate_gap_threshold", "float", 0.001, "Accuracy of the duality gap.", low=0),
    Param("mu_factor", "float", 10.0, "Factor on the barrier.", low=0, low_open=True),
    Param("max_iter", "int", 200, "Most iterations of the solver.", h2o="max_iterations", low=1),
    common.RANDOM_STATE,
    common.IGNORE_CONST,
)  # fmt: skip

ISOTONIC_PARAMETERS = (
    Param(
        "out_of_bounds", "choice", "na",
        "Prediction for values outside of the range of the training data: missing, or that of the nearest bound.",
        choices=("na", "clip"),
    ),
    *chosen(common.METRICS, "custom_metric_func"),
    *common.CROSS_VALIDATION,
)  # fmt: skip

HGLM_PARAMETERS = (
    Param(
        "random_columns", "columns", None,
        "Columns of X whose coefficients vary from group to group. With no columns only the intercept varies.",
        optional=True,
    ),
    Param("group_column", "column", None, "Column of X whose values are the groups; by default the first category.", optional=True),
    Param("random_intercept", "bool", True, "Let the intercept vary from group to group."),
    Param("family", "choice", "gaussian", "Distribution of the target; H2O has this one.", choices=("gaussian",)),
    Param("rand_family", "choice", None, "Distribution of what varies; H2O has this one.", choices=("gaussian",), optional=True),
    Param("method", "choice", "em", "How the model is fitted; H2O has this one.", choices=("em",)),
    Param("max_iter", "int", -1, "Most iterations; -1 lets H2O decide.", h2o="max_iterations", low=-1),
    Param("em_epsilon", "float", 0.001, "Stop when nothing changes by more than this.", low=0),
    Param("initial_fixed_effects", "floats", None, "First values of the fixed coefficients.", optional=True),
    Param("initial_random_effects", "table", None, "First values of the random coefficients.", optional=True),
    Param("initial_t_matrix", "table", None, "First value of the covariance of the random coefficients.", optional=True),
    Param("tau_u_var_init", "float", 0.0, "First variance of the random coefficients; 0: a random one.", low=0),
    Param("tau_e_var_init", "float", 0.0, "First variance of the noise; 0: a random one.", low=0),
    common.RANDOM_STATE,
    Param(
        "missing_values_handling", "choice", "mean_imputation", "What becomes of missing values.",
        choices=("mean_imputation", "skip", "plug_values"),
    ),
    Param("plug_values", "table", None, "One row of values, in the columns of X, that replace missing ones.", optional=True),
    common.OFFSET,
    Param("gen_syn_data", "bool", False, "Add noise of variance tau_e_var_init, for simulations."),
    *chosen(common.METRICS, "custom_metric_func"),
    common.MAX_RUNTIME,
    common.IGNORE_CONST,
    common.SCORE_EACH,
    Param("score_iteration_interval", "int", 5, "Iterations from one scoring to the next.", low=1),
)  # fmt: skip
