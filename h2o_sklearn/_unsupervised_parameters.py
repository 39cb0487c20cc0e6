"""Parameters of the algorithms without a target: components, embeddings, outliers, exemplars."""

# ruff: noqa: E501 - a table: a parameter stands on few lines
from __future__ import annotations

from h2o_sklearn import _common_parameters as common
from h2o_sklearn._params import Param

_SCALINGS = ("none", "standardize", "normalize", "demean", "descale")


def _scaling(default: str) -> Param:
    # H2O's word would hide the method `transform`.
    return Param(
        "scaling", "choice", default,
        "What is done to numeric columns first: standardize (mean 0, variance 1), normalize (mean 0, divided by the"
        " range), demean, descale (variance 1), or none.",
        h2o="transform", choices=_SCALINGS,
    )  # fmt: skip


def _components(server_name: str) -> Param:
    return Param(
        "n_components", "int", 1, "Number of components, at most the number of columns.", h2o=server_name, low=1,
        required=True,
    )  # fmt: skip


def _max_iter(default: int) -> Param:
    return Param("max_iter", "int", default, "Most iterations.", h2o="max_iterations", low=1)


_ALL_LEVELS = "A category has an indicator for each of its levels; else the first level has none."
_REST = (common.IGNORE_CONST, common.SCORE_EACH, common.MAX_RUNTIME, common.CHECKPOINTS_DIR)

PCA_PARAMETERS = (
    _components("k"),
    _scaling("none"),
    Param(
        "pca_method", "choice", "gram_svd",
        "How components are found: from the Gram matrix, by power iteration, by a randomized method, or by GLRM.",
        choices=("gram_svd", "power", "randomized", "glrm"),
    ),
    Param(
        "pca_impl", "choice", None, "Library that decomposes the Gram matrix; None is the quickest.",
        choices=("mtj_evd_densematrix", "mtj_evd_symmmatrix", "mtj_svd_densematrix", "jama"), optional=True,
    ),
    _max_iter(1000),
    common.RANDOM_STATE,
    Param("use_all_factor_levels", "bool", False, _ALL_LEVELS),
    Param("compute_metrics", "bool", True, "Compute metrics on the training data."),
    Param(
        "impute_missing", "bool", False,
        "Missing values become the mean of their column; else a row with one takes no part in the fit.",
    ),
    *_REST,
)  # fmt: skip

SVD_PARAMETERS = (
    _components("nv"),
    _scaling("none"),
    Param(
        "svd_method", "choice", "gram_svd", "How singular vectors are found.",
        choices=("gram_svd", "power", "randomized"),
    ),
    _max_iter(1000),
    common.RANDOM_STATE,
    Param("use_all_factor_levels", "bool", True, _ALL_LEVELS),
    *_REST,
)  # fmt: skip

_LOSSES = ("quadratic", "absolute", "huber", "poisson", "hinge", "logistic", "periodic")
_REGULARIZERS = ("none", "quadratic", "l2", "l1", "non_negative", "one_sparse", "unit_one_sparse", "simplex")

GLRM_PARAMETERS = (
    _components("k"),
    Param("loss", "choice", "quadratic", "Loss of numeric columns.", choices=_LOSSES),
    Param("multi_loss", "choice", "categorical", "Loss of categorical columns.", choices=("categorical", "ordinal")),
    _scaling("none"),
    Param("regularization_x", "choice", "none", "Penalty on the representation of rows.", choices=_REGULARIZERS),
    Param("regularization_y", "choice", "none", "Penalty on the archetypes.", choices=_REGULARIZERS),
    Param("gamma_x", "float", 0.0, "Strength of regularization_x.", low=0),
    Param("gamma_y", "float", 0.0, "Strength of regularization_y.", low=0),
    _max_iter(1000),
    common.RANDOM_STATE,
    Param(
        "init", "choice", "plus_plus", "First archetypes; 'user' takes user_y.",
        choices=("random", "svd", "plus_plus", "user"),
    ),
    Param(
        "svd_method", "choice", "randomized", "How init='svd' finds singular vectors.",
        choices=("gram_svd", "power", "randomized"),
    ),
    Param("user_y", "table", None, "First archetypes: n_components rows in the columns of X.", optional=True),
    Param("user_x", "table", None, "First representation of the rows: n_components columns.", optional=True),
    Param("expand_user_y", "bool", True, "user_y has categories as they are, not yet as indicators."),
    Param(
        "loss_by_col", "words", None, "Losses of single columns, in the order of loss_by_col_idx.",
        choices=(*_LOSSES, "categorical", "ordinal"), optional=True,
    ),
    Param("loss_by_col_idx", "ints", None, "Positions of the columns that loss_by_col is for.", optional=True, low=0),
    Param("period", "int", 1, "Length of the period of loss='periodic'.", low=1),
    Param("max_updates", "int", 2000, "Most updates of either matrix.", low=1),
    Param("init_step_size", "float", 1.0, "First step.", low=0, low_open=True),
    Param("min_step_size", "float", 0.0001, "Stop when the step is smaller.", low=0, low_open=True),
    Param("impute_original", "bool", False, "Training metrics are on the scale of X, not on that of scaling."),
    Param("recover_svd", "bool", False, "Compute singular values and vectors of the product, too."),
    *_REST,
)  # fmt: skip

_OUTLIERS = Param(
    "contamination", "float", None,
    "Share of outliers among the training rows, which decides offset_. None puts offset_ at -0.5, the middle of the"
    " scale of the scores.",
    optional=True, low=0, high=0.5, low_open=True, sent=False,
)  # fmt: skip
_SAMPLE_SIZE = Param(
    "sample_size", "int", 256,
    "Rows that each tree sees; fewer training rows lower it to their number.", low=2,
)  # fmt: skip

ISOLATION_FOREST_PARAMETERS = (
    Param("n_estimators", "int", 50, "Number of trees.", h2o="ntrees", low=1),
    _SAMPLE_SIZE,
    _OUTLIERS,
    Param("max_depth", "int", 8, "Greatest depth of a tree; 0 or None means no limit.", low=0, optional=True, none_means=0),
    common.RANDOM_STATE,
    Param(
        "sample_rate", "float", None, "Share of the rows that each tree sees, in place of sample_size.",
        low=0, high=1, low_open=True, optional=True, h2o_default=-1.0,
    ),
    Param("min_rows", "float", 1.0, "Fewest rows in a leaf.", low=0, low_open=True),
    Param("mtries", "int", -1, "Columns considered at each split: -1 is a third of them, -2 all.", low=-2),
    Param(
        "col_sample_rate_per_tree", "float", 1.0, "Share of the columns that each tree may use.",
        low=0, high=1, low_open=True,
    ),
    Param(
        "col_sample_rate_change_per_level", "float", 1.0, "Factor on the share of columns with each level of depth.",
        low=0, high=2, low_open=True,
    ),
    Param("score_tree_interval", "int", 0, "Compute the training metrics after every so many trees; 0: at the end.", low=0),
    Param("stopping_rounds", "int", 0, "Stop early after this many scoring events without improvement; 0: never.", low=0),
    Param(
        "stopping_metric", "choice", "auto", "Metric that early stopping watches.", choices=("auto", "anomaly_score"),
    ),
    Param("stopping_tolerance", "float", 0.01, "Relative improvement that counts as improvement.", low=0),
    Param("build_tree_one_node", "bool", False, "Grow trees on one node only, which avoids traffic on small data."),
    common.CATEGORICAL_ENCODING,
    *_REST,
)  # fmt: skip

EXTENDED_ISOLATION_FOREST_PARAMETERS = (
    Param("n_estimators", "int", 100, "Number of trees.", h2o="ntrees", low=1),
    _SAMPLE_SIZE,
    _OUTLIERS,
    Param(
        "extension_level", "int", 0,
        "Columns in a split beside the first: 0 splits along the axes as an isolation forest does, the number of"
        " columns less 1 in any direction.",
        low=0,
    ),
    common.RANDOM_STATE,
    Param("disable_training_metrics", "bool", True, "Leave out metrics on the training data, which are costly."),
    Param("score_tree_interval", "int", 0, "Compute the training metrics after every so many trees; 0: at the end.", low=0),
    common.IGNORE_CONST,
    common.SCORE_EACH,
    common.CATEGORICAL_ENCODING,
)  # fmt: skip

AGGREGATOR_PARAMETERS = (
    Param("target_num_exemplars", "int", 5000, "How many exemplars are aimed at.", low=1),
    Param(
        "rel_tol_num_exemplars", "float", 0.5, "How far their number may be off, relative to the aim.",
        low=0, high=1, low_open=True,
    ),
    _scaling("normalize"),
    Param(
        "num_iteration_without_new_exemplar", "int", 500,
        "Stop after this many rounds in which the exemplars did not become fewer.", low=1,
    ),
    common.CATEGORICAL_ENCODING,
    common.IGNORE_CONST,
    common.CHECKPOINTS_DIR,
)  # fmt: skip

WORD2VEC_PARAMETERS = (
    Param("vec_size", "int", 100, "Length of a word's vector.", low=1),
    Param("window_size", "int", 5, "Greatest distance of words that count as neighbours.", low=1),
    Param("min_word_freq", "int", 5, "Words that are rarer are left out.", low=1),
    Param("epochs", "int", 5, "Passes over the words.", low=1),
    Param("word_model", "choice", "skip_gram", "What is learnt from neighbours.", choices=("skip_gram", "cbow")),
    Param("norm_model", "choice", "hsm", "Hierarchical softmax; H2O has no other.", choices=("hsm",)),
    Param(
        "sent_sample_rate", "float", 0.001, "Words more frequent than this are thinned out.", low=0, low_open=True,
    ),
    Param("init_learning_rate", "float", 0.025, "First learning rate.", low=0, low_open=True),
    Param(
        "pre_trained", "table", None, "Vectors that are known already: a column of words, then vec_size of numbers.",
        optional=True,
    ),
    common.MAX_RUNTIME,
    common.CHECKPOINTS_DIR,
)  # fmt: skip

TARGET_ENCODER_PARAMETERS = (
    Param(
        "columns_to_encode", "column_groups", None,
        "Groups of columns of X; the values of a group are encoded together. None encodes each categorical column.",
        optional=True,
    ),
    Param(
        "data_leakage_handling", "choice", "none",
        "How fit_transform keeps a row's own target out of its encoding: not at all, by leaving the row out, or by"
        " leaving the rows of its fold_column out.",
        choices=("none", "leave_one_out", "k_fold"),
    ),
    Param("blending", "bool", False, "Mix the mean of a rare category with the mean of all."),
    Param("inflection_point", "float", 10.0, "Rows of a category at which blending weighs both means alike.", low=0, low_open=True),
    Param("smoothing", "float", 20.0, "How slowly blending moves from one mean to the other.", low=0, low_open=True),
    Param(
        "noise", "float", 0.01, "Range of the noise that fit_transform adds; 0 adds none, -1 lets H2O choose.", low=-1,
    ),
    Param("fold_column", "column", None, "Column of X with the fold of each row, for k_fold; it is not encoded.", optional=True),
    common.RANDOM_STATE,
    Param(
        "keep_original_categorical_columns", "bool", False,
        "Keep the columns that were encoded. H2O's default is True; scikit-learn's encoders replace them.",
        h2o_default=True, sent=False,
    ),
    Param(
        "target_type", "choice", "auto",
        "What y is: numbers, of which there are means, or classes, of which there are shares. 'auto' takes whole"
        " numbers for classes, as scikit-learn's TargetEncoder does.",
        choices=("auto", "continuous", "binary", "multiclass"), sent=False,
    ),
)  # fmt: skip
