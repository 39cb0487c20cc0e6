"""Parameters of neural networks."""

# ruff: noqa: E501 - a table: a parameter stands on few lines
from __future__ import annotations

from h2o_sklearn import _common_parameters as common
from h2o_sklearn._params import Param, with_defaults

DISTRIBUTIONS = {
    "classifier": ("auto", "bernoulli", "multinomial"),
    "regressor": ("auto", "gaussian", "poisson", "gamma", "tweedie", "laplace", "quantile", "huber"),
}

#: What all networks share, the autoencoder too.
NETWORK = (
    Param(
        "hidden_layer_sizes", "ints", (200, 200), "Neurons in each hidden layer.",
        h2o="hidden", h2o_default=[200, 200], low=1,
    ),
    Param(
        "activation", "choice", "rectifier", "Activation function.",
        choices=("tanh", "tanh_with_dropout", "rectifier", "rectifier_with_dropout", "maxout", "maxout_with_dropout"),
    ),
    Param("epochs", "float", 10.0, "How many times the rows are gone through; may be a fraction.", low=0, low_open=True),
    Param(
        "random_state", "seed", None,
        "Seed of everything random in the fit. With a seed the fit is reproducible, for which H2O uses one thread;"
        " None lets H2O choose. A RandomState or Generator gives one number to each fit.",
        h2o="seed", h2o_default=-1,
    ),
    Param("l1", "float", 0.0, "L1 penalty: many weights become 0.", low=0),
    Param("l2", "float", 0.0, "L2 penalty: many weights become small.", low=0),
    Param("input_dropout_ratio", "float", 0.0, "Share of the inputs that are dropped.", low=0, high=1, high_open=True),
    Param(
        "hidden_dropout_ratios", "floats", None,
        "Share of each hidden layer that is dropped, for activations with dropout; None is 0.5.",
        optional=True, low=0, high=1, high_open=True,
    ),
    Param("adaptive_rate", "bool", True, "Let the learning rate adapt itself (ADADELTA)."),
    Param("rho", "float", 0.99, "Time decay of the adaptive learning rate.", low=0, high=1),
    Param("epsilon", "float", 1e-08, "Smoothing of the adaptive learning rate.", low=0, low_open=True),
    Param("rate", "float", 0.005, "Learning rate where adaptive_rate is off.", low=0, low_open=True),
    Param("rate_annealing", "float", 1e-06, "Annealing: rate / (1 + rate_annealing * rows seen).", low=0),
    Param("rate_decay", "float", 1.0, "Factor on the learning rate from layer to layer.", low=0),
    Param("momentum_start", "float", 0.0, "Momentum at the start.", low=0, high=1, high_open=True),
    Param("momentum_ramp", "float", 1000000.0, "Rows over which the momentum grows.", low=1),
    Param("momentum_stable", "float", 0.0, "Momentum after the ramp.", low=0, high=1, high_open=True),
    Param("nesterov_accelerated_gradient", "bool", True, "Use Nesterov's accelerated gradient."),
    Param("max_w2", "float", None, "Largest squared sum of the weights into a neuron.", optional=True, low=0, low_open=True, h2o_default=3.4028235e38),
    Param("mini_batch_size", "int", 1, "Rows of a batch: smaller fits better, larger is faster and more general.", low=1),
    Param(
        "initial_weight_distribution", "choice", "uniform_adaptive", "Distribution of the first weights.",
        choices=("uniform_adaptive", "uniform", "normal"),
    ),
    Param("initial_weight_scale", "float", 1.0, "Bounds of uniform first weights, standard deviation of normal ones.", low=0),
    Param("initial_weights", "tables", None, "Tables of the first weights, one for each layer.", optional=True),
    Param("initial_biases", "tables", None, "Tables of the first biases, one for each layer.", optional=True),
    Param(
        "loss", "choice", "automatic", "Loss function.",
        choices=("automatic", "cross_entropy", "quadratic", "huber", "absolute", "quantile"),
    ),
    Param("standardize", "bool", True, "Scale columns to mean 0 and variance 1 before the fit."),
    Param("use_all_factor_levels", "bool", True, "Give every level of a category an input; else the first has none."),
    Param(
        "missing_values_handling", "choice", "mean_imputation", "What becomes of missing values.",
        choices=("mean_imputation", "skip"),
    ),
    Param("max_categorical_features", "int", None, "Most inputs of categories; more levels are hashed.", optional=True, low=1, h2o_default=2147483647),
    Param(
        "train_samples_per_iteration", "int", -2,
        "Rows from one iteration to the next: 0 is one epoch, -1 all rows of every node, -2 lets H2O decide.",
        low=-2,
    ),
    Param("target_ratio_comm_to_comp", "float", 0.05, "Share of communication where train_samples_per_iteration is -2.", low=0, low_open=True),
    Param("overwrite_with_best_model", "bool", True, "The result is the best network of the fit, not the last one."),
    Param("score_interval", "float", 5.0, "Shortest time, in seconds, from one scoring to the next.", low=0),
    Param("score_training_samples", "int", 10000, "Rows of the training data used for scoring; 0 takes all.", low=0),
    Param("score_validation_samples", "int", 0, "Rows of the validation data used for scoring; 0 takes all.", low=0),
    Param(
        "score_validation_sampling", "choice", "uniform", "How rows of the validation data are drawn.",
        choices=("uniform", "stratified"),
    ),
    Param("score_duty_cycle", "float", 0.1, "Largest share of the time that goes into scoring.", low=0, high=1),
    Param("classification_stop", "float", 0.0, "Stop at this training error of classes; -1: never.", low=-1),
    Param("regression_stop", "float", 1e-06, "Stop at this training error of numbers; -1: never.", low=-1),
    Param("diagnostics", "bool", True, "Compute diagnostics of the hidden layers."),
    Param("fast_mode", "bool", True, "Approximate a little in the back-propagation."),
    Param("force_load_balance", "bool", True, "Distribute small data so that all cores are busy."),
    Param("variable_importances", "bool", True, "Compute feature_importances_ (Gedeon's method)."),
    Param("replicate_training_data", "bool", True, "Copy the training data to every node."),
    Param("single_node_mode", "bool", False, "Fit on one node."),
    Param("shuffle_training_data", "bool", False, "Go through the rows in random order."),
    Param("quiet_mode", "bool", False, "Write less into the cluster's log."),
    Param("sparse", "bool", False, "Store and compute zeros sparsely."),
    Param("col_major", "bool", False, "Store the weights of the inputs by column. H2O advises against it."),
    Param("average_activation", "float", 0.0, "Average activation of a sparse autoencoder."),
    Param("sparsity_beta", "float", 0.0, "Penalty of a sparse autoencoder.", low=0),
    Param(
        "reproducible", "bool", False,
        "Make the fit reproducible, on one thread; without random_state it is, too, for the seed that H2O chose.",
    ),
    Param("export_weights_and_biases", "bool", False, "Keep weights and biases as frames in the cluster."),
    Param("elastic_averaging", "bool", False, "Average between nodes elastically."),
    Param("elastic_averaging_moving_rate", "float", 0.9, "Moving rate of the elastic averaging."),
    Param("elastic_averaging_regularization", "float", 0.001, "Penalty of the elastic averaging."),
    *with_defaults(common.EARLY_STOPPING, stopping_rounds=5, stopping_tolerance=0.0),
    common.MAX_RUNTIME,
    *common.CROSS_VALIDATION,
    *common.METRICS,
    common.MAX_CONFUSION,
    common.IGNORE_CONST,
    common.CATEGORICAL_ENCODING,
    common.SCORE_EACH,
    common.CHECKPOINTS_DIR,
)  # fmt: skip

DEEP_LEARNING_PARAMETERS = (
    *NETWORK,
    Param(
        "distribution", "choice", "auto",
        "Distribution of the target. By default classes are bernoulli or multinomial and numbers are gaussian.",
        choices=common.either(*DISTRIBUTIONS.values()),
        task_choices=DISTRIBUTIONS,
    ),
    Param("quantile_alpha", "float", 0.5, "Quantile that distribution='quantile' predicts.", low=0, high=1),
    Param(
        "tweedie_power", "float", 1.5, "Variance power of distribution='tweedie'.",
        low=1, high=2, low_open=True, high_open=True,
    ),
    Param("huber_alpha", "float", 0.9, "Quantile beyond which distribution='huber' sees outliers.", low=0, high=1),
    common.OFFSET,
    *common.CLASS_BALANCE,
    Param(
        "checkpoint", "model", None,
        "Fitted estimator of the same class, or the id of a model in the cluster, to continue from: the result"
        " has seen the rows epochs times in all.",
        optional=True,
    ),
    Param("pretrained_autoencoder", "model", None, "Fitted H2OAutoencoder whose weights are the first ones.", optional=True),
    common.CLASS_WEIGHT,
    common.WARM_START,
)  # fmt: skip

#: An autoencoder has no target: the distribution, and what goes with it, is that of the columns.
AUTOENCODER_PARAMETERS = (
    *NETWORK,
    Param(
        "contamination", "float", 0.1, "Share of outliers among the training rows, which decides offset_.",
        low=0, high=0.5, low_open=True, sent=False,
    ),
    Param(
        "checkpoint", "model", None,
        "Fitted estimator of the same class, or the id of a model in the cluster, to continue from.",
        optional=True,
    ),
)  # fmt: skip
