"""List, show and cancel jobs of batch scoring."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from h2o_sklearn.batch import BatchScoringJobs, JobNotFoundError, JobStateError
from h2o_sklearn.cli.score import FAILED, FINISHED, WRONG, summary

if TYPE_CHECKING:
    import argparse

    from h2o_sklearn.batch import BatchScoringJob


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("what", choices=["list", "show", "logs", "cancel"], help="what to do")
    parser.add_argument("job", nargs="?", help="its uid, or the beginning of it")
    parser.add_argument("--state", help="for list: only jobs in this state")
    parser.add_argument("--store", metavar="URL", help="where jobs are remembered; a URL of SQLAlchemy")


def run(args: argparse.Namespace) -> int:
    """Do what was asked, and return the exit code."""
    jobs = BatchScoringJobs(args.store)
    try:
        if args.what == "list":
            return _list(jobs, args.state)
        if args.job is None:
            print(f"h2o-compat jobs {args.what}: which job?", file=sys.stderr)
            return WRONG
        return _of_one(args.what, jobs.get(args.job))
    except (JobNotFoundError, JobStateError) as error:
        print(f"h2o-compat jobs: {error}", file=sys.stderr)
        return FAILED
    finally:
        jobs.close()


def _list(jobs: BatchScoringJobs, state: str | None) -> int:
    for job in jobs.list(**({} if state is None else {"state": state.upper()})):
        now = job.progress
        print(f"{job.uid}  {job.state:<17}  {now.fraction:4.0%}  {now.rows_in:>12,} rows  {job.name}")
    return FINISHED


def _of_one(what: str, job: BatchScoringJob) -> int:
    if what == "logs":
        for line in job.logs():
            print(line)
    elif what == "cancel":
        job.cancel()
        summary(job)
    else:
        print(json.dumps(job.to_dict(), indent=2))
    return FINISHED
