"""The page of the classic module says name by name what there is, and all is there that the module had."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from h2o_sklearn import classic as h2o

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "names"))

FUNCTIONS = """
    init import_frame import_file upload_file parse_raw parse_setup parse frame frames frame_summary ls remove
    removeFrameShallow remove_all rapids cbind as_list impute split_frame export_file download_pojo cluster_info
    cluster_status log_and_echo ou locate store_size keys_leaked dim_check value_check np_comparison_check H2ODisplay
    gbm glm random_forest deeplearning autoencoder kmeans naive_bayes prcomp svd
    H2OFrame H2OVec Expr H2OTwoDimTable H2ORegressionModel H2OBinomialModel H2OMultinomialModel H2OClusteringModel
    H2OAutoEncoderModel H2ODimReductionModel
"""
OF_VECS = """
    asfactor asnumeric isfactor levels nlevels isna runif quantile cut table unique ifelse which head tail dim
    describe summary show year month week day dayOfWeek hour minute second match hist scale kfold_column
    mean sum min max sd var median sub gsub strsplit trim tolower toupper setLevel setLevels round signif
"""
OF_FRAMES = """
    head tail dim ncol nrow col_names describe summary show drop group_by ddply merge cbind rbind apply scale impute
    hist table unique quantile runif kfold_column var mean sum min max isna levels nlevels
"""
OF_ALL_MODELS = "show summary predict model_performance varimp scoring_history download_pojo"
OF_MODELS = {
    "Regression": "mse rmse mae r2 aic null_deviance residual_deviance null_degrees_of_freedom"
    " residual_degrees_of_freedom coef coef_norm deepfeatures",
    "Binomial": "mse rmse r2 logloss auc gini giniCoef confusion_matrix roc find_threshold_by_max_metric"
    " find_idx_by_threshold F1 F2 F0point5 accuracy error precision tpr tnr fnr fpr recall sensitivity fallout missrate"
    " specificity mcc max_per_class_error metric coef coef_norm aic null_deviance deepfeatures",
    "Multinomial": "mse rmse r2 logloss hit_ratio_table confusion_matrix coef deepfeatures",
    "Clustering": "size num_iterations betweenss tot_withinss totss withinss centers centers_std",
    "AutoEncoder": "mse rmse anomaly deepfeatures",
    "DimReduction": "num_iterations",
}
OF_THE_FIT = {"coef", "coef_norm", "deepfeatures", "anomaly", "centers", "centers_std", "num_iterations"}


def gone(thing, names):
    return [name for name in names.split() if not hasattr(thing, name)]


def test_the_page_has_every_name():
    from classic import PAGE, page

    assert PAGE.read_text(encoding="utf-8") == page(), "run python docs/names/classic.py"


def test_functions_and_classes():
    assert gone(h2o, FUNCTIONS) == []
    assert set(FUNCTIONS.split()) <= set(h2o.__all__)


def test_methods_of_frames_and_vecs():
    assert gone(h2o.H2OVec, OF_VECS) == []
    assert gone(h2o.H2OFrame, OF_FRAMES) == []
    assert issubclass(h2o.Expr, h2o.H2OFrame)


@pytest.mark.parametrize("kind", OF_MODELS)
def test_models_and_metrics_have_the_same_accessors(kind):
    model, metrics = getattr(h2o, f"H2O{kind}Model"), getattr(h2o, f"H2O{kind}ModelMetrics")
    assert gone(model, f"{OF_ALL_MODELS} {OF_MODELS[kind]}") == []
    assert gone(metrics, " ".join(set(OF_MODELS[kind].split()) - OF_THE_FIT)) == []


def test_accessors_say_what_they_are():
    assert "probability" in h2o.H2OBinomialModel.logloss.__doc__
    for cls in (h2o.H2ORegressionModel, h2o.H2OBinomialModelMetrics, h2o.H2OClusteringModel):
        for name in dir(cls):
            assert name.startswith("_") or getattr(cls, name).__doc__, name
