"""Parameters that several algorithms share, each described once."""

# ruff: noqa: E501 - a table: a parameter stands on few lines
from __future__ import annotations

from h2o_sklearn._params import Param

STOPPING_METRICS = (
    "auto", "deviance", "logloss", "mse", "rmse", "mae", "rmsle", "auc", "aucpr", "lift_top_group",
    "misclassification", "mean_per_class_error", "custom", "custom_increasing",
)  # fmt: skip
CATEGORICAL_ENCODINGS = (
    "auto", "enum", "one_hot_internal", "one_hot_explicit", "binary", "eigen", "label_encoder",
    "sort_by_response", "enum_limited",
)  # fmt: skip
AUC_TYPES = ("auto", "none", "macro_ovr", "weighted_ovr", "macro_ovo", "weighted_ovo")
CLASSIFIER_DISTRIBUTIONS = ("auto", "bernoulli", "multinomial", "custom")
REGRESSOR_DISTRIBUTIONS = (
    "auto", "gaussian", "poisson", "gamma", "tweedie", "laplace", "quantile", "huber", "custom",
)  # fmt: skip
HISTOGRAM_TYPES = (
    "auto", "uniform_adaptive", "random", "quantiles_global", "round_robin", "uniform_robust",
)  # fmt: skip


def either(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of all groups, each once, in order."""
    return tuple(dict.fromkeys(word for group in groups for word in group))


RANDOM_STATE = Param(
    "random_state", "seed", None,
    "Seed of everything random in the fit. A RandomState or Generator gives one number to each fit; None lets"
    " H2O choose.",
    h2o="seed", h2o_default=-1,
)  # fmt: skip
MAX_RUNTIME = Param(
    "max_runtime_secs", "float", 0.0,
    "Stop the fit after this many seconds and keep what there is; 0 means no limit.",
    low=0,
)  # fmt: skip
CHECKPOINTS_DIR = Param(
    "export_checkpoints_dir", "str", None,
    "Directory, as the cluster's machines see it, into which H2O writes models while it builds them.",
    optional=True,
)  # fmt: skip
IGNORE_CONST = Param(
    "ignore_const_cols", "bool", True, "Leave columns with a single value out of the model.",
)  # fmt: skip
SCORE_EACH = Param(
    "score_each_iteration", "bool", False, "Compute the training metrics after every iteration.",
)  # fmt: skip
CATEGORICAL_ENCODING = Param(
    "categorical_encoding", "choice", "auto",
    "How categorical columns enter the algorithm; the default is the algorithm's own best way.",
    choices=CATEGORICAL_ENCODINGS,
)  # fmt: skip

OFFSET = Param(
    "offset_column", "column", None,
    "Column of X that is added to every prediction on the scale of the link; no feature.",
    optional=True,
)  # fmt: skip
MONOTONE = Param(
    "monotone_constraints", "column_signs", None,
    "Columns of X in which the prediction must rise (1) or fall (-1).",
    optional=True,
)  # fmt: skip
INTERACTION_CONSTRAINTS = Param(
    "interaction_constraints", "column_groups", None,
    "Groups of columns of X that may meet on one branch; others may not.",
    optional=True,
)  # fmt: skip
CLASS_WEIGHT = Param(
    "class_weight", "class_weight", None,
    "For classifiers: weights of the classes, which multiply those of the rows; 'balanced' makes all classes weigh"
    " the same.",
    optional=True, sent=False,
)  # fmt: skip
WARM_START = Param(
    "warm_start", "bool", False,
    "Let the next fit go on from the last one, as with checkpoint=self, in place of starting anew.",
    sent=False,
)  # fmt: skip

BACKEND = Param(
    "backend", "choice", "mojo",
    "What scores rows of this machine: H2O's own library, or 'compiled' machine code of the trees, which is made by a C"
    " compiler at the first prediction, in some seconds, and is quicker for many rows. It is compared with the MOJO"
    " first, and steps aside with a warning where the two differ. Probabilities may be 1e-15 apart.",
    choices=("mojo", "compiled"), sent=False,
)  # fmt: skip

#: H2O's own cross-validation. scikit-learn's needs none of these.
CROSS_VALIDATION = (
    Param("nfolds", "int", 0, "Folds of H2O's own cross-validation during the fit; 0 switches it off.", low=0),
    Param(
        "fold_assignment", "choice", "auto", "How H2O deals rows to its folds.",
        choices=("auto", "random", "modulo", "stratified"),
    ),
    Param(
        "fold_column", "column", None,
        "Column of X that says which fold of H2O's cross-validation a row belongs to.",
        optional=True,
    ),
    Param(
        "keep_cross_validation_models", "bool", False,
        "Keep the models of H2O's folds in the cluster as long as the estimator lives. H2O's default is True;"
        " here nothing is kept that was not asked for.",
        h2o_default=True,
    ),
    Param("keep_cross_validation_predictions", "bool", False, "Keep the hold-out predictions of H2O's folds."),
    Param("keep_cross_validation_fold_assignment", "bool", False, "Keep the column that deals rows to folds."),
)  # fmt: skip

EARLY_STOPPING = (
    Param(
        "stopping_rounds", "int", 0,
        "Stop when the moving average of the stopping metric over this many scoring events no longer improves;"
        " 0 switches early stopping off.",
        low=0,
    ),
    Param(
        "stopping_metric", "choice", "auto",
        "Metric that early stopping watches: by default log loss for classes and deviance for numbers.",
        choices=STOPPING_METRICS,
    ),
    Param(
        "stopping_tolerance", "float", 0.001,
        "Relative improvement of the stopping metric that counts as improvement.",
        low=0,
    ),
)  # fmt: skip

CLASS_BALANCE = (
    Param("balance_classes", "bool", False, "Over- or under-sample rows so that classes are equally frequent."),
    Param(
        "class_sampling_factors", "floats", None,
        "Sampling factor per class, in the order of classes_; only with balance_classes.",
        optional=True, low=0,
    ),
    Param(
        "max_after_balance_size", "float", 5.0,
        "Largest size of the data after balancing, relative to its size before.",
        low=0, low_open=True,
    ),
)  # fmt: skip

METRICS = (
    Param("gainslift_bins", "int", -1, "Bins of the gains and lift table: -1 chooses, 0 leaves it out.", low=-1),
    Param("auc_type", "choice", "auto", "How AUC is averaged over more than two classes.", choices=AUC_TYPES),
    Param(
        "custom_metric_func", "str", None,
        "Reference to a metric function uploaded to the cluster, as h2o.upload_custom_metric returns it.",
        optional=True,
    ),
)  # fmt: skip
MAX_CONFUSION = Param(
    "max_confusion_matrix_size", "int", 20, "Most classes for which a confusion matrix is computed.", low=0,
)  # fmt: skip

#: Decision trees that both gradient boosting and random forests grow.
TREES = (
    Param("n_estimators", "int", 50, "Number of trees (per class, where there are more than two).", h2o="ntrees", low=1),
    Param("max_depth", "int", 5, "Greatest depth of a tree; 0 or None means no limit.", low=0, optional=True, none_means=0),
    Param(
        "min_rows", "float", 10.0,
        "Fewest rows, counted by weight, in a leaf. Data of fewer than twice this many rows lower it to half"
        " their number: H2O would refuse to fit, scikit-learn expects a model.",
        low=0, low_open=True,
    ),
    Param("nbins", "int", 20, "Bins of the histogram of a numeric column at the bottom of a tree.", low=2),
    Param("nbins_top_level", "int", 1024, "Bins at the root, halved with each level down to nbins.", low=2),
    Param("nbins_cats", "int", 1024, "Most bins of a categorical column; more levels are grouped.", low=2),
    Param(
        "min_split_improvement", "float", 1e-05, "Smallest relative gain for which a node is split.", low=0,
    ),
    Param(
        "histogram_type", "choice", "auto", "How the bins of numeric columns are laid out.",
        choices=HISTOGRAM_TYPES,
    ),
    Param(
        "col_sample_rate_per_tree", "float", 1.0, "Share of the columns that each tree may use.",
        low=0, high=1, low_open=True,
    ),
    Param(
        "col_sample_rate_change_per_level", "float", 1.0,
        "Factor on the share of columns with each level of depth.",
        low=0, high=2, low_open=True,
    ),
    Param(
        "sample_rate_per_class", "floats", None,
        "Share of rows per class, in the order of classes_, that each tree sees.",
        optional=True, low=0, high=1,
    ),
    Param(
        "score_tree_interval", "int", 0,
        "Compute the metrics after every so many trees. 0 lets H2O decide where early stopping or eval_set watch them, and"
        " computes them at the end otherwise.",
        low=0,
    ),
    Param(
        "r2_stopping", "float", None,
        "Stop when the training R2 reaches this value. H2O no longer uses it; it is here for old code.",
        optional=True, h2o_default=None,
    ),
    Param("build_tree_one_node", "bool", False, "Grow trees on one node only, which avoids traffic on small data."),
    Param(
        "check_constant_response", "bool", False,
        "Refuse a target that never changes. H2O's default is True; scikit-learn expects a regressor that then"
        " predicts the constant.",
        h2o_default=True,
    ),
    Param(
        "calibrate_model", "bool", False,
        "Calibrate the probabilities of two classes inside H2O. Predictions here are the uncalibrated ones:"
        " scikit-learn's CalibratedClassifierCV calibrates any estimator.",
    ),
    Param(
        "calibration_frame", "labelled_table", None, "Data for calibrate_model: a pair of X and y.", optional=True,
    ),
    Param(
        "calibration_method", "choice", "auto", "How calibrate_model calibrates.",
        choices=("auto", "platt_scaling", "isotonic_regression"),
    ),
    Param(
        "checkpoint", "model", None,
        "Fitted estimator of the same class, or the id of a model in the cluster, to continue from: the result"
        " has n_estimators trees in all.",
        optional=True,
    ),
)  # fmt: skip
