"""Parameters of what is made of other models: stacked ensembles and AutoML."""

# ruff: noqa: E501 - a table: a parameter stands on few lines
from __future__ import annotations

from dataclasses import replace

from h2o_sklearn import _common_parameters as common
from h2o_sklearn._params import Param, chosen, with_defaults

_METALEARNERS = ("auto", "deeplearning", "drf", "gbm", "glm", "naivebayes", "xgboost")

STACKED_ENSEMBLE_PARAMETERS = (
    Param(
        "estimators", "estimators", None,
        "Pairs of a name and an estimator of this package; clones of them are fitted, and what they predict for rows"
        " they have not seen is what the ensemble learns from.",
        h2o="base_models", h2o_default=[],
    ),
    Param("nfolds", "int", 5, "Folds in which the estimators predict rows they have not seen.", low=2, sent=False),
    Param(
        "metalearner_algorithm", "choice", "auto",
        "What learns from the predictions; 'auto' is a linear model without negative weights.",
        choices=_METALEARNERS,
    ),
    Param("metalearner_params", "json", None, "Parameters of the metalearner, in H2O's words.", optional=True, h2o_default=""),
    common.RANDOM_STATE,
    Param("metalearner_nfolds", "int", 0, "Folds of the metalearner's own cross-validation; 0 switches it off.", low=0),
    Param(
        "metalearner_fold_assignment", "choice", None, "How rows are dealt to those folds.",
        choices=("auto", "random", "modulo", "stratified"), optional=True,
    ),
    Param("metalearner_fold_column", "column", None, "Column of X that says which of those folds a row belongs to.", optional=True),
    Param("metalearner_transform", "choice", "none", "What is done to the predictions first.", choices=("none", "logit")),
    Param("blending_frame", "labelled_table", None, "A pair of X and y: the metalearner learns from these rows, and no folds are needed.", optional=True),
    common.OFFSET,
    Param("score_training_samples", "int", 10000, "Rows of the training data used for scoring; 0 takes all.", low=0),
    Param("keep_levelone_frame", "bool", False, "Keep the predictions that the metalearner learned from as a frame in the cluster."),
    common.MAX_RUNTIME,
    *common.METRICS,
    common.CHECKPOINTS_DIR,
    common.CLASS_WEIGHT,
)  # fmt: skip

_ALGORITHMS = ("drf", "glm", "xgboost", "gbm", "deeplearning", "stackedensemble")
_CONTROL, _CRITERIA, _MODELS, _INPUT = "build_control.", "build_control.stopping_criteria.", "build_models.", "input_spec."
_AUTOML_METRICS = {
    "classifier": ("auto", "auc", "aucpr", "logloss", "mean_per_class_error", "rmse", "mse"),
    "regressor": ("auto", "deviance", "rmse", "mse", "mae", "rmsle"),
}
_AUTOML_DISTRIBUTIONS = {
    "classifier": ("auto", "bernoulli", "multinomial"),
    "regressor": ("auto", "gaussian", "poisson", "gamma", "tweedie", "laplace", "quantile", "huber"),
}


def _at(path: str, *params: Param) -> tuple[Param, ...]:
    """Say in which part of the request parameters stand."""
    return tuple(replace(param, h2o=path + param.server_name) for param in params)


AUTOML_PARAMETERS = (
    *_at(
        _CRITERIA,
        Param(
            "max_models", "int", 0,
            "Most models, ensembles apart; 0: no limit. For reproducible results set this, and no time.",
            low=0,
        ),
        Param(
            "max_runtime_secs", "float", None,
            "Longest time. None is an hour where max_models is 0 as well, and no limit otherwise.",
            optional=True, low=0, h2o_default=0.0,
        ),
        common.RANDOM_STATE,
    ),
    *_at(
        _MODELS,
        Param("include_algos", "words", None, "Algorithms to try; by default all.", choices=_ALGORITHMS, optional=True),
        Param("exclude_algos", "words", None, "Algorithms to leave out.", choices=_ALGORITHMS, optional=True),
    ),
    *_at(
        _INPUT,
        Param(
            "sort_metric", "choice", "auto",
            "Metric that decides which model is best: by default AUC for two classes, the mean error of the classes for"
            " more, deviance for numbers.",
            choices=common.either(*_AUTOML_METRICS.values()), task_choices=_AUTOML_METRICS,
        ),
        Param("fold_column", "column", None, "Column of X that says which fold a row belongs to.", optional=True),
    ),
    *_at(
        _CONTROL,
        Param("nfolds", "int", -1, "Folds of the cross-validation; -1 lets H2O decide, 0 switches it off.", low=-1),
        Param(
            "distribution", "choice", "auto", "Distribution of the target.",
            choices=common.either(*_AUTOML_DISTRIBUTIONS.values()), task_choices=_AUTOML_DISTRIBUTIONS,
        ),
        Param("quantile_alpha", "float", 0.5, "Quantile that distribution='quantile' predicts.", low=0, high=1),
        Param("tweedie_power", "float", 1.5, "Variance power of distribution='tweedie'.", low=1, high=2, low_open=True, high_open=True),
        Param("huber_alpha", "float", 0.9, "Quantile beyond which distribution='huber' sees outliers.", low=0, high=1),
    ),
    *_at(
        _CRITERIA,
        Param("max_runtime_secs_per_model", "float", 0.0, "Longest time of a single model; 0: no limit.", low=0),
        *with_defaults(
            chosen(common.EARLY_STOPPING, "stopping_rounds", "stopping_metric"), stopping_rounds=3,
        ),
        Param(
            "stopping_tolerance", "float", None,
            "Relative improvement of the stopping metric that counts as improvement; None: H2O decides by the data.",
            optional=True, low=0, h2o_default=-1.0,
        ),
    ),
    *_at(
        _MODELS,
        Param("exploitation_ratio", "float", -1.0, "Share of the time for tuning the best models further; -1: H2O decides.", low=-1, high=1),
        Param("modeling_plan", "plan", None, "Steps to go through: names of algorithms, or dicts of name and steps.", optional=True),
        Param("preprocessing", "words", None, "What is done to the data first.", choices=("target_encoding",), optional=True),
    ),
    replace(common.MONOTONE, h2o=_MODELS + "algo_parameters"),
    *_at(
        _CONTROL,
        *common.CLASS_BALANCE,
        *chosen(
            common.CROSS_VALIDATION,
            "keep_cross_validation_predictions", "keep_cross_validation_fold_assignment",
        ),
        Param("keep_cross_validation_models", "bool", False, "Keep the models of the folds in the cluster."),
        *chosen(common.METRICS, "custom_metric_func"),
        common.CHECKPOINTS_DIR,
    ),
    common.CLASS_WEIGHT,
)  # fmt: skip
