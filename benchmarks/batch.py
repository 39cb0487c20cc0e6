"""Batch scoring against H2O's own ways, on one machine, in one run.

A gradient boosting of 50 trees scores 1,000,000 rows of 20 columns, four of them text: Parquet to Parquet by a job with
all that it takes (its processes, pre-flight, commits); CSV to CSV by H2O's PredictCsv; import, predict and export by a
cluster. Reading from and writing to PostgreSQL are compared with ADBC alone, and memory is watched on ten times the
rows.

    python benchmarks/batch.py [--write] [--rows N] [--postgres URL] [--skip NAME ...]
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
from common.page import machine, timed, write
from common.usage import cpu_seconds

from h2o_frame_compat import connect, options
from h2o_frame_compat.io import connectors
from h2o_frame_compat.session.java import find_java
from h2o_sklearn import H2OGradientBoostingClassifier
from h2o_sklearn._scoring import model_library
from h2o_sklearn.batch import BatchScoringJobs, LocalRuntime

if TYPE_CHECKING:
    from collections.abc import Callable

TREES, NUMBERS, TEXTS = 50, 16, 4
GROUP = 100_000
LEVELS = np.array([f"level {i:02d}" for i in range(20)], dtype=object)


def rows(count: int, seed: int) -> pd.DataFrame:
    """Numbers and texts."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(count, NUMBERS)), columns=[f"x{i}" for i in range(NUMBERS)])
    for i in range(TEXTS):
        frame[f"c{i}"] = LEVELS[rng.integers(0, len(LEVELS), count)]
    return frame


def parquet(path: Path, count: int, *, alike: bool = False) -> None:
    """Write rows in groups, made one after the other; all groups are alike where only their number matters."""
    writer = None
    for at in range(0, count, GROUP):
        if writer is None or not alike:
            values = pa.Table.from_pandas(rows(min(GROUP, count - at), at), preserve_index=False)
        table = values.slice(0, count - at)
        table = table.add_column(0, "id", pa.array(np.arange(at, at + len(table))))
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    writer.close()


def model() -> Any:
    """The model, fitted to other rows."""
    X = rows(20_000, 12345)
    noise = np.random.default_rng(0).normal(size=len(X))
    y = np.where(X["x0"] + X["x1"] * X["x2"] + (X["c0"] < "level 10") + noise > 0, "yes", "no")
    return H2OGradientBoostingClassifier(n_estimators=TREES, max_depth=5, random_state=0).fit(X, y)


def job(folder: Path, fitted: Any, source: Path) -> dict[str, int]:
    """Score with a job; from the call to the file."""
    shutil.rmtree(folder / "state", ignore_errors=True)
    out = folder / "out.parquet"
    out.unlink(missing_ok=True)
    jobs = BatchScoringJobs(f"sqlite:///{folder / 'state' / 'jobs.db'}")
    made = jobs.create(
        source=str(source), sink=str(out), model=fitted, runtime=LocalRuntime(os.cpu_count()),
        model_request_parameters={"id_field": "id"}, start=False,
    )  # fmt: skip
    made.run()
    counts = made.counts
    assert counts.rows_in == counts.rows_out == pq.ParquetFile(out).metadata.num_rows, made.error
    jobs.close()
    return {"rows": counts.rows_out}


def predict_csv(folder: Path, fitted: Any, source: Path) -> Callable[[], None]:
    """Prepare H2O's own tool for MOJO files; its input is CSV."""
    mojo = fitted.to_mojo(folder / "model.zip")
    pc.write_csv(pq.read_table(source), folder / "in.csv")

    def run() -> None:
        tool = [find_java().executable, "-Xmx4g", "-cp", str(model_library()), "hex.genmodel.tools.PredictCsv"]
        places = ["--input", str(folder / "in.csv"), "--output", str(folder / "out.csv")]
        subprocess.run([*tool, "--mojo", str(mojo), *places, "--decimal"], check=True, capture_output=True)

    return run


def cluster(folder: Path, fitted: Any, source: Path) -> Callable[[], None]:
    """Prepare a cluster that has the model."""
    import h2o  # noqa: PLC0415 - only where the peer runs

    known = fitted.model_

    def run() -> None:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = h2o.import_file(str(source))
            found = known.predict(frame)
            h2o.export_file(found, str(folder / "cluster.csv"), force=True)
            h2o.remove([frame, found])

    return run


class Watched:
    """What this process and those it started used while something ran: CPU seconds, and memory of the new ones."""

    def __init__(self, run: Callable[[], Any]) -> None:
        self._before = {pid: _cpu(pid) for pid in _tree(os.getpid())}
        self._cpu: dict[int, float] = {}
        self.gigabytes = 0.0
        ended = threading.Event()
        thread = threading.Thread(target=self._watch, args=(ended,))
        thread.start()
        try:
            self.seconds, self.result = timed(run)
        finally:
            ended.set()
            thread.join()
        self.cpu = sum(last - self._before.get(pid, 0.0) for pid, last in self._cpu.items())

    def _watch(self, ended: threading.Event) -> None:
        while True:
            last = ended.wait(0.1)
            now = _tree(os.getpid())
            self._cpu |= {pid: _cpu(pid) for pid in now if _cpu(pid)}
            held = sum(map(_resident, now - set(self._before)))
            self.gigabytes = max(self.gigabytes, held / 1e9)
            if last:
                return


def _tree(pid: int) -> set[int]:
    found = {pid}
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text(encoding="ascii").split()):
                found |= _tree(child)
    return found


def _cpu(pid: int) -> float:
    with contextlib.suppress(OSError):  # it has ended
        return cpu_seconds(pid)
    return 0.0


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def job_elsewhere(folder: Path, fitted: Any, source: Path) -> int:
    """Score with a job whose driver is a process too, so that all its memory is counted."""
    jobs = BatchScoringJobs(f"sqlite:///{folder / 'large' / 'jobs.db'}")
    made = jobs.create(
        source=str(source), sink=str(folder / "large" / "out") + "/*.parquet", model=fitted,
        runtime=LocalRuntime(os.cpu_count()), model_request_parameters={"id_field": "id"}, partitions=40,
    )  # fmt: skip
    made.wait(logs=False)
    counts = made.counts
    assert counts.rows_in == counts.rows_out
    jobs.close()
    return counts.rows_out


def postgres(url: str, count: int) -> list[str]:
    """Read and write a table by the connectors, and by ADBC alone."""
    import adbc_driver_postgresql.dbapi as adbc  # noqa: PLC0415 - only with --postgres

    table = pa.Table.from_pandas(rows(count, 1), preserve_index=False).select([f"x{i}" for i in range(9)] + ["c0"])
    batches = table.to_batches(max_chunksize=50_000)
    config = {"table": "h2o_benchmark_in"}
    dsn = url.replace("postgres://", "postgresql://")

    def adbc_write(name: str = "h2o_benchmark_adbc") -> None:
        with adbc.connect(dsn) as connection, connection.cursor() as cursor:
            reader = pa.RecordBatchReader.from_batches(table.schema, batches)
            cursor.adbc_ingest(name, reader, mode="replace")
            connection.commit()

    def adbc_read() -> None:
        with adbc.connect(dsn) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT * FROM h2o_benchmark_in")
            assert sum(batch.num_rows for batch in cursor.fetch_record_batch()) == count

    def our_read() -> None:
        source = connectors.source("jdbc", config, location=url)
        found = (b.num_rows for part in source.partitions(1) for b in source.read(part, 50_000))
        assert sum(found) == count

    def our_write() -> None:
        sink = connectors.sink("jdbc", {"table": "h2o_benchmark_out"}, location=url, write_mode="overwrite")
        uid = f"bench-{time.time_ns()}"
        assert sink.begin(uid, table.schema)
        with sink.open_part(uid, "00000", table.schema) as part:
            for batch in batches:
                part.write(batch)
            part.commit({})
        assert sink.finish(uid, ["00000"])["rows"] == count

    adbc_write("h2o_benchmark_in")
    lines = ["| PostgreSQL, 10 columns | ADBC alone | connector | ratio |", "|---|---|---|---|"]
    for name, alone, ours in (("read", adbc_read, our_read), ("write", adbc_write, our_write)):
        pairs = [(timed(alone)[0], timed(ours)[0]) for _ in range(3)]  # in turn, the load is the same for both
        a, b = (sorted(side)[1] for side in zip(*pairs, strict=True))
        lines.append(f"| {name} | {a:.2f} s | {b:.2f} s | {b / a:.2f} |")
    return lines


def main() -> None:
    """Run all sides."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="update docs/benchmarks.md")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--postgres", help="a database to write to: postgres://user:password@host:port/database")
    parser.add_argument("--skip", nargs="*", default=[], choices=["peers", "memory"])
    arguments = parser.parse_args()
    options.progress = False
    connect("local", heap="4g")
    fitted = model()
    lines = [f"Gradient boosting, {TREES} trees, {NUMBERS + TEXTS} columns; {machine()}.", ""]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        source = folder / "in.parquet"
        parquet(source, arguments.rows)
        sides = [("a job, Parquet to Parquet", lambda: job(folder, fitted, source))]
        if "peers" not in arguments.skip:
            sides.append(("PredictCsv, CSV to CSV", predict_csv(folder, fitted, source)))
            sides.append(("a cluster: import Parquet, predict, export CSV", cluster(folder, fitted, source)))
        runs = {name: [Watched(run) for _ in range(3)] for name, run in sides}
        wall = {name: statistics.median(run.seconds for run in of_name) for name, of_name in runs.items()}
        cpu = {name: statistics.median(run.cpu for run in of_name) for name, of_name in runs.items()}
        ours = sides[0][0]
        lines += [
            f"Median of 3 runs of {arguments.rows:,} rows, from the command to the file, with the start of processes.",
            "",
            "| | seconds | rows a second | the job is faster by | CPU seconds | by CPU |",
            "|---|---|---|---|---|---|",
        ]
        for name, _ in sides:
            speed, ratio, by_cpu = arguments.rows / wall[name], wall[name] / wall[ours], cpu[name] / cpu[ours]
            cells = [name, f"{wall[name]:.1f}", f"{speed:,.0f}", f"{ratio:.1f}x", f"{cpu[name]:.1f}", f"{by_cpu:.1f}x"]
            lines.append("| " + " | ".join(cells) + " |")
        if arguments.postgres:
            lines += ["", *postgres(arguments.postgres, arguments.rows)]
        if "memory" not in arguments.skip:
            large = folder / "large.parquet"
            parquet(large, 10 * arguments.rows, alike=True)
            seen = Watched(lambda: job_elsewhere(folder, fitted, large))
            took = f"{seen.result:,} rows in {seen.seconds:.0f} seconds ({seen.cpu:.0f} of CPU)"
            held = f"at most {seen.gigabytes:.2f} GB (the sum of their resident sets, Java among them)"
            lines += ["", f"{took}; all processes of the job together held {held}."]
    print("\n".join(lines))
    if arguments.write:
        write("batch", "## Batch scoring\n\n" + "\n".join(lines))


if __name__ == "__main__":
    main()
