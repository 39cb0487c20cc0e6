"""The table of algorithms. A new algorithm is one entry here, generated signatures, and its class.

After a change run ``python -m h2o_sklearn._signatures``, which writes the constructors anew; a test compares
this table with what the cluster itself says of its parameters.
"""

# ruff: noqa: E501 - a table: a parameter stands on few lines
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from h2o_sklearn import _common_parameters as common
from h2o_sklearn import _inference_parameters as inference
from h2o_sklearn import _meta_parameters as meta
from h2o_sklearn import _supervised_parameters as supervised
from h2o_sklearn import _unsupervised_parameters as unsupervised
from h2o_sklearn._gam_parameters import GAM_PARAMETERS
from h2o_sklearn._glm_parameters import GLM_PARAMETERS
from h2o_sklearn._network_parameters import AUTOENCODER_PARAMETERS, DEEP_LEARNING_PARAMETERS
from h2o_sklearn._params import Param, with_defaults

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Algorithm:
    """One algorithm of H2O.

    Attributes
    ----------
    key : str
        Its name in this table; that of its module of ``_signatures``.
    title : str
        Its name in a sentence.
    parameters : tuple of Param
        Its parameters in the order of the signature.
    mojo : bool
        H2O can write its models as MOJO, so that they are scored without a cluster.
    builder : str
        Its name in the REST interface, where that is another one.
    version : int
        The version of the REST interface that has it.
    fixed : mapping
        What H2O is always told beside the parameters, in H2O's words.
    """

    key: str
    title: str
    parameters: tuple[Param, ...]
    mojo: bool = True
    builder: str = ""
    version: int = 3
    fixed: Mapping[str, str] = field(default_factory=dict)

    @property
    def server_name(self) -> str:
        """Its name in the REST interface."""
        return self.builder or self.key

    def value(self, name: str, params: Mapping[str, Any]) -> Any:
        """Return the value of a parameter among checked ones, which leave out H2O's defaults."""
        return params.get(name, self.param(name).default)

    def param(self, name: str) -> Param:
        """Return a parameter by its name here."""
        return next(param for param in self.parameters if param.name == name)


def _ordered(first: tuple[str, ...], params: tuple[Param, ...]) -> tuple[Param, ...]:
    """Put the parameters people use first, in that order; the others follow as they are."""
    by_name = {param.name: param for param in params}
    return tuple(by_name.pop(name) for name in first) + tuple(by_name.values())


_DISTRIBUTION = Param(
    "distribution", "choice", "auto",
    "Distribution of the target, which decides the loss. By default classes are bernoulli or multinomial and"
    " numbers are gaussian.",
    choices=common.either(common.CLASSIFIER_DISTRIBUTIONS, common.REGRESSOR_DISTRIBUTIONS),
    task_choices={
        "classifier": common.CLASSIFIER_DISTRIBUTIONS,
        "regressor": common.REGRESSOR_DISTRIBUTIONS,
    },
)  # fmt: skip

_TREE_REST = (
    *common.EARLY_STOPPING,
    common.MAX_RUNTIME,
    *common.CROSS_VALIDATION,
    *common.CLASS_BALANCE,
    *common.METRICS,
    common.MAX_CONFUSION,
    common.IGNORE_CONST,
    common.CATEGORICAL_ENCODING,
    common.SCORE_EACH,
    common.CHECKPOINTS_DIR,
    common.RANDOM_STATE,
    common.CLASS_WEIGHT,
    common.WARM_START,
    common.BACKEND,
)

GBM = Algorithm(
    "gbm",
    "gradient boosting machine",
    _ordered(
        ("n_estimators", "learning_rate", "max_depth", "min_rows", "subsample", "col_sample_rate", "random_state"),
        (
            *common.TREES,
            Param(
                "learning_rate", "float", 0.1, "Share of each tree's prediction that is added to the model.",
                h2o="learn_rate", low=0, high=1, low_open=True,
            ),
            Param(
                "learn_rate_annealing", "float", 1.0, "Factor on the learning rate with each tree.",
                low=0, high=1, low_open=True,
            ),
            Param(
                "subsample", "float", 1.0, "Share of the rows, drawn without replacement, that each tree sees.",
                h2o="sample_rate", low=0, high=1, low_open=True,
            ),
            Param(
                "col_sample_rate", "float", 1.0, "Share of the columns considered at each split.",
                low=0, high=1, low_open=True,
            ),
            _DISTRIBUTION,
            Param("quantile_alpha", "float", 0.5, "Quantile that distribution='quantile' predicts.", low=0, high=1),
            Param(
                "tweedie_power", "float", 1.5, "Variance power of distribution='tweedie'.",
                low=1, high=2, low_open=True, high_open=True,
            ),
            Param(
                "huber_alpha", "float", 0.9,
                "Quantile of the residuals beyond which distribution='huber' counts them as outliers.",
                low=0, high=1,
            ),
            common.MONOTONE,
            common.INTERACTION_CONSTRAINTS,
            common.OFFSET,
            Param(
                "max_abs_leafnode_pred", "float", None, "Largest absolute prediction of a leaf.",
                optional=True, low=0, low_open=True,
            ),
            Param(
                "pred_noise_bandwidth", "float", 0.0,
                "Standard deviation of the multiplicative noise on the predictions of the trees.",
                low=0,
            ),
            Param(
                "custom_distribution_func", "str", None,
                "Reference to a distribution uploaded to the cluster, as h2o.upload_custom_distribution returns it.",
                optional=True,
            ),
            Param(
                "in_training_checkpoints_dir", "str", None,
                "Directory, as the cluster's machines see it, for checkpoints while trees are built.",
                optional=True,
            ),
            Param(
                "in_training_checkpoints_tree_interval", "int", 1,
                "Trees from one checkpoint to the next.",
                low=1,
            ),
            Param("auto_rebalance", "bool", True, "Let H2O redistribute the data over cores and nodes before the fit."),
            *_TREE_REST,
        ),
    ),
)  # fmt: skip

DRF = Algorithm(
    "drf",
    "random forest",
    _ordered(
        ("n_estimators", "max_depth", "min_rows", "mtries", "sample_rate", "random_state"),
        (
            *with_defaults(common.TREES, max_depth=20, min_rows=1.0),
            Param(
                "mtries", "int", -1,
                "Columns considered at each split: -1 is the square root of their number for classes and a third"
                " for numbers, -2 all of them.",
                low=-2,
            ),
            Param(
                "sample_rate", "float", 0.632, "Share of the rows, drawn without replacement, that each tree sees.",
                low=0, high=1, low_open=True,
            ),
            Param("binomial_double_trees", "bool", False, "With two classes, grow a tree for each of them."),
            Param(
                "distribution", "choice", "auto", "Distribution of the target; a forest needs no other than the default.",
                choices=("auto", "bernoulli", "multinomial", "gaussian"),
                task_choices={
                    "classifier": ("auto", "bernoulli", "multinomial"),
                    "regressor": ("auto", "gaussian"),
                },
            ),
            *_TREE_REST,
        ),
    ),
)  # fmt: skip

EXTRA_TREES = Algorithm(
    "extra_trees", "forest of extremely randomised trees",
    tuple(param for param in DRF.parameters if param.name != "histogram_type"),
    builder="drf", fixed={"histogram_type": "Random"},
)  # fmt: skip
XGBOOST = Algorithm("xgboost", "XGBoost", supervised.XGBOOST_PARAMETERS)
DEEP_LEARNING = Algorithm(
    "deep_learning", "neural network", DEEP_LEARNING_PARAMETERS, builder="deeplearning", fixed={"autoencoder": "false"},
)  # fmt: skip
NAIVE_BAYES = Algorithm("naive_bayes", "naive Bayes", supervised.NAIVE_BAYES_PARAMETERS, mojo=False, builder="naivebayes")
RULEFIT = Algorithm("rulefit", "rule ensemble", supervised.RULEFIT_PARAMETERS)
DECISION_TREE = Algorithm("decision_tree", "decision tree", supervised.DECISION_TREE_PARAMETERS, mojo=False, builder="dt")
ADABOOST = Algorithm("adaboost", "adaptive boosting", supervised.ADABOOST_PARAMETERS, mojo=False)
SVM = Algorithm("svm", "support vector machine", supervised.SVM_PARAMETERS, mojo=False, builder="psvm")
ISOTONIC = Algorithm("isotonic", "isotonic regression", supervised.ISOTONIC_PARAMETERS, builder="isotonicregression")
GAM = Algorithm("gam", "generalized additive model", GAM_PARAMETERS)
STACKED_ENSEMBLE = Algorithm(
    "stacked_ensemble", "stacked ensemble", meta.STACKED_ENSEMBLE_PARAMETERS, builder="stackedensemble", version=99,
)  # fmt: skip
AUTOML = Algorithm("automl", "automatic search", meta.AUTOML_PARAMETERS, version=99)
HGLM = Algorithm("hglm", "hierarchical linear model", supervised.HGLM_PARAMETERS, mojo=False)
GLM = Algorithm("glm", "generalized linear model", GLM_PARAMETERS)

KMEANS = Algorithm(
    "kmeans",
    "k-means clustering",
    (
        Param(
            "n_clusters", "int_or_auto", 1,
            "Number of clusters, or their greatest number with estimate_k. 'auto' takes the number, up to"
            " max_clusters, with the best silhouette on a sample of the rows; H2O's own estimate_k is of no use on one"
            " or two columns.",
            h2o="k", low=1,
        ),
        Param(
            "n_init", "int_or_auto", "auto",
            "Fits from different first centres, of which the one with the least inertia is kept. 'auto' is 10; it is 1"
            " where the first centres are given, with one cluster, estimate_k or cluster_size_constraints.",
            low=1, sent=False,
        ),
        Param(
            "max_iter", "int", 300, "Most rounds of moving the centres; they end when the centres stay.",
            h2o="max_iterations", h2o_default=10, low=1,
        ),
        Param(
            "init", "choice", "furthest", "How the first centres are chosen; 'user' takes user_points.",
            choices=("random", "plus_plus", "furthest", "user"),
        ),
        common.RANDOM_STATE,
        Param("estimate_k", "bool", False, "Let H2O find the number of clusters, up to n_clusters."),
        Param("user_points", "table", None, "First centres: n_clusters rows in the columns of X.", optional=True),
        Param("standardize", "bool", True, "Scale columns to mean 0 and variance 1 before distances are taken."),
        Param(
            "cluster_size_constraints", "ints", None,
            "Fewest rows of each cluster, a number for each. H2O takes a second and more for each round, and longer the"
            " more rows there are: it is for hundreds of rows.",
            optional=True, low=0,
        ),
        Param("max_clusters", "int", 10, "Most clusters that n_clusters='auto' tries.", low=2, sent=False),
        common.MAX_RUNTIME,
        *common.CROSS_VALIDATION,
        common.IGNORE_CONST,
        common.CATEGORICAL_ENCODING,
        common.SCORE_EACH,
        common.CHECKPOINTS_DIR,
    ),
)  # fmt: skip

PCA = Algorithm("pca", "principal component analysis", unsupervised.PCA_PARAMETERS)
SVD = Algorithm(
    "svd", "singular value decomposition", unsupervised.SVD_PARAMETERS, mojo=False, version=99,
    fixed={"keep_u": "false"},
)  # fmt: skip
GLRM = Algorithm("glrm", "generalized low rank model", unsupervised.GLRM_PARAMETERS)
ISOLATION_FOREST = Algorithm("isolation_forest", "isolation forest", unsupervised.ISOLATION_FOREST_PARAMETERS, builder="isolationforest")
EXTENDED_ISOLATION_FOREST = Algorithm(
    "extended_isolation_forest", "extended isolation forest", unsupervised.EXTENDED_ISOLATION_FOREST_PARAMETERS,
    builder="extendedisolationforest",
)  # fmt: skip
AGGREGATOR = Algorithm(
    "aggregator", "aggregator", unsupervised.AGGREGATOR_PARAMETERS, mojo=False, version=99,
    fixed={"save_mapping_frame": "true"},
)  # fmt: skip
WORD2VEC = Algorithm("word2vec", "word embedding", unsupervised.WORD2VEC_PARAMETERS)
TARGET_ENCODER = Algorithm("target_encoder", "target encoder", unsupervised.TARGET_ENCODER_PARAMETERS, builder="targetencoder")
MODEL_SELECTION = Algorithm(
    "model_selection", "selection of columns by linear models", inference.MODEL_SELECTION_PARAMETERS, mojo=False,
    builder="modelselection",
)  # fmt: skip
ANOVA_GLM = Algorithm(
    "anova_glm", "analysis of variance of a linear model", inference.ANOVA_GLM_PARAMETERS, mojo=False,
    builder="anovaglm", fixed={"save_transformed_framekeys": "false"},
)  # fmt: skip
INFOGRAM = Algorithm("infogram", "information diagram", inference.INFOGRAM_PARAMETERS, mojo=False)
COXPH = Algorithm("coxph", "proportional hazards model", inference.COXPH_PARAMETERS)
AUTOENCODER = Algorithm(
    "autoencoder", "autoencoder", AUTOENCODER_PARAMETERS, builder="deeplearning", fixed={"autoencoder": "true"},
)  # fmt: skip
UPLIFT = Algorithm("uplift", "uplift random forest", inference.UPLIFT_PARAMETERS, builder="upliftdrf")

ALGORITHMS = {
    algorithm.key: algorithm
    for algorithm in (
        GBM, DRF, EXTRA_TREES, XGBOOST, DEEP_LEARNING, NAIVE_BAYES, RULEFIT, DECISION_TREE, ADABOOST, SVM, ISOTONIC, GAM, HGLM,
        STACKED_ENSEMBLE, AUTOML,
        GLM, KMEANS, PCA, SVD, GLRM, ISOLATION_FOREST, EXTENDED_ISOLATION_FOREST, AGGREGATOR, WORD2VEC,
        TARGET_ENCODER, MODEL_SELECTION, ANOVA_GLM, INFOGRAM, COXPH, UPLIFT, AUTOENCODER,
    )
}  # fmt: skip
