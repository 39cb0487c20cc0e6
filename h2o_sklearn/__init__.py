"""scikit-learn estimators that train on an H2O cluster."""
