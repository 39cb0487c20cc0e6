"""Score a large set with a saved model.

Sources and sinks are paths or addresses: in.csv, folder/*.parquet, s3://bucket/key, postgres://user@host/db#table.
Everything can stand in a YAML file too (--config), which also holds what has no option here, such as the fields of a
connector. The last line on standard output is one JSON object.

Exit codes: 0 finished, 1 failed and can be resumed, 2 wrong arguments, 3 refused before it started, 4 cancelled,
5 finished with dead letters.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.config import options
from h2o_sklearn.batch import (
    BatchError,
    BatchScoringJobs,
    JobFailedError,
    JobState,
    LocalRuntime,
    OptionError,
    PreflightError,
)
from h2o_sklearn.batch.options import runtime_from_dict

if TYPE_CHECKING:
    from h2o_sklearn.batch import BatchScoringJob, Preflight

FINISHED, FAILED, WRONG, REFUSED, CANCELLED, WITH_DEAD_LETTERS = 0, 1, 2, 3, 4, 5
_CREATE = (
    "source", "sink", "model", "runtime", "environment_variables", "kubernetes_options", "mini_batch_size",
    "model_request_parameters", "name", "job_start_timeout", "on_error", "dead_letter", "max_dead_letters", "retries",
    "backoff", "partitions", "write_mode",
)  # fmt: skip
_HERE = ("store", "processes")
_ASKED = ("id_field", "contributions", "prediction_intervals", "output_fields_type")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--config", type=Path, metavar="FILE", help="a YAML file with what the other options say")
    parser.add_argument("--model", help="a pickled estimator or pipeline, or a MOJO")
    parser.add_argument("--source", help="where rows come from")
    parser.add_argument("--sink", help="where predictions go")
    parser.add_argument("--dead-letter", metavar="PLACE", help="where rows go that cannot be scored")
    parser.add_argument("--max-dead-letters", type=int, metavar="N", help="how many of them the job bears")
    parser.add_argument("--write-mode", choices=["error", "append", "ignore", "overwrite"])
    parser.add_argument("--id-field", metavar="COLUMN", help="a column that goes out with each prediction")
    parser.add_argument("--contributions", choices=["ORIGINAL", "TRANSFORMED"], help="of columns to predictions")
    parser.add_argument("--prediction-intervals", action="store_true", default=None)
    parser.add_argument("--include-inputs", action="store_true", help="every column goes out with the predictions")
    parser.add_argument("--mini-batch-size", type=int, metavar="ROWS", help="rows that a process holds at a time")
    parser.add_argument("--partitions", type=int, metavar="N", help="how many parts to divide the source into")
    parser.add_argument("--processes", type=int, metavar="N", help="processes on this machine; 0: this one")
    parser.add_argument("--retries", type=int, metavar="N", help="how often a partition is tried again")
    parser.add_argument("--name", help="a name to find the job by")
    parser.add_argument("--store", metavar="URL", help="where jobs are remembered; a URL of SQLAlchemy")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--dry-run", action="store_true", help="print the plan, or the Kubernetes manifests, and end")
    what.add_argument("--preflight", action="store_true", help="look whether the job can work, and end")
    what.add_argument("--resume", metavar="JOB", help="go on with a job that stopped")
    what.add_argument("--detach", action="store_true", help="start the job and end; `h2o-compat jobs` shows it")


def run(args: argparse.Namespace) -> int:
    """Do what was asked, and return the exit code."""
    try:
        asked = _asked(args)
        jobs = BatchScoringJobs(asked.pop("store", None))
    except (OptionError, ValueError, OSError) as error:
        return _end(WRONG, f"{error}")
    if args.quiet:
        options.progress = False
    try:
        return _do(jobs, args, asked)
    except OptionError as error:
        return _end(WRONG, str(error))
    except PreflightError as error:
        for check in error.preflight.errors:
            _tell(check.message)
        return _say(REFUSED, error.preflight.to_dict())
    except BatchError as error:
        return _end(FAILED, str(error))
    finally:
        jobs.close()


def _do(jobs: BatchScoringJobs, args: argparse.Namespace, asked: dict[str, Any]) -> int:
    if args.resume:
        job = jobs.get(args.resume)
        return _watched(job, partial(job.resume, wait=_here(job)))
    for name in ("source", "sink", "model"):
        if name not in asked:
            raise OptionError(name, "is missing")
    if args.preflight:
        asked.pop("name", None)
        return _looked(jobs.preflight(**asked))
    if args.dry_run:
        asked.pop("name", None)
        for text in jobs.dry_run(**asked):
            print(text)
        return _say(FINISHED, {"dry_run": True})
    job = jobs.create(**asked, start=False)
    if args.detach:
        job.submit()
        return _say(FINISHED, {"job": job.uid, "state": str(job.state)})
    return _watched(job, job.run if _here(job) else job.submit)


def _here(job: BatchScoringJob) -> bool:
    """Whether this process is to score by itself."""
    return job.runtime == LocalRuntime(processes=0)


def _watched(job: BatchScoringJob, start: Any) -> int:
    """Start a job and wait for it; an interrupt cancels it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        start()
        job.wait(logs=False)
    except JobFailedError:
        pass
    except KeyboardInterrupt:
        _tell("cancelling; `h2o-compat score --resume` goes on later")
        if not job.state.ended:
            job.cancel()
    return summary(job)


def summary(job: BatchScoringJob) -> int:
    """Print what came of a job, and return its exit code."""
    state, counts = job.state, job.counts
    if job.error:
        _tell(job.error)
    code = {JobState.FINISHED: FINISHED, JobState.CANCELLED: CANCELLED}.get(state, FAILED)
    if code == FINISHED and counts.dead_letters:
        code = WITH_DEAD_LETTERS
    rows = {"rows_in": counts.rows_in, "rows_out": counts.rows_out, "dead_letters": counts.dead_letters}
    return _say(code, {"job": job.uid, "state": str(state), **rows, "error": job.error})


def _looked(found: Preflight) -> int:
    for check in found.checks:
        _tell(f"{check.level}: {check.message}")
    return _say(FINISHED if found.ok else REFUSED, found.to_dict())


def _asked(args: argparse.Namespace) -> dict[str, Any]:
    """Put the file and the options together; options win."""
    asked = _from_file(args.config) if args.config is not None else {}
    for name in asked:
        if name not in _CREATE and name not in _HERE:
            raise OptionError(str(name), f"is not known in {args.config}; there are {', '.join((*_CREATE, *_HERE))}")
    for name in (*_CREATE, *_HERE):
        value = getattr(args, name, None)
        if value is not None:
            asked[name] = value
    parameters = dict(asked.get("model_request_parameters") or {})
    parameters |= {name: getattr(args, name) for name in _ASKED if getattr(args, name, None) is not None}
    if args.include_inputs:
        parameters["output_fields_type"] = "INCLUDE_ALL_INPUT_FEATURES"
    asked["model_request_parameters"] = parameters
    processes = asked.pop("processes", None)
    if processes is not None:
        if "runtime" in asked:
            raise OptionError("processes", "is for the runtime local, and a runtime is given")
        asked["runtime"] = {"kind": "local", "processes": processes}
    if isinstance(asked.get("runtime"), dict):
        asked["runtime"] = runtime_from_dict(asked["runtime"])
    return asked


def _from_file(path: Path) -> dict[str, Any]:
    try:
        import yaml  # noqa: PLC0415 - an extra
    except ImportError:
        raise OptionError("config", "needs PyYAML: pip install 'h2o-compat[batch]'") from None
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise OptionError("config", f"{path} is no YAML: {error}") from None
    if not isinstance(found, dict):
        raise OptionError("config", f"{path} must hold names and values")
    return {str(name).replace("-", "_"): value for name, value in found.items()}


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


def _end(code: int, message: str) -> int:
    _tell(f"h2o-compat score: {message}")
    return _say(code, {"error": message})


def _say(code: int, line: dict[str, Any]) -> int:
    nothing = {"job": None, "state": None, "rows_in": 0, "rows_out": 0, "dead_letters": 0}
    sys.stdout.write(json.dumps({**nothing, **line}) + os.linesep)
    sys.stdout.flush()
    return code
