"""Host a table on OrbitDB until stopped; the first line printed is a JSON object with its address and peers."""

from __future__ import annotations

import argparse
import itertools
import json
import math
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from sklearn.datasets import make_blobs

from h2o_frame_compat.io.orbitdb import OrbitNode
from h2o_frame_compat.io.orbitdb.layout import table_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Its parser.
    """
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("file", nargs="?", help="a .json, .csv or .parquet file; JSON also as {x: [], y: [], t: []}")
    source.add_argument("--generate", type=_positive, metavar="N", help="N random points in groups, instead of a file")
    parser.add_argument("--centers", type=_positive, default=4, metavar="K", help="groups of --generate (default: 4)")
    parser.add_argument("--seed", type=int, help="makes --generate repeatable")
    parser.add_argument("--names", metavar="A,B,...", help="names of the columns of a CSV file without a header line")
    parser.add_argument("--dates", metavar="A,B,...", help="columns of a CSV file that are dates")
    parser.add_argument("--every", type=_seconds, metavar="SECONDS", help="so often, host what has changed since")
    parser.add_argument("--name", help="the table's name (default: the file's)")
    parser.add_argument("--directory", help="where data and keys are kept (default: removed at the end)")
    parser.add_argument("--listen", action="append", metavar="ADDRESS", help="default: /ip4/127.0.0.1/tcp/0")
    parser.add_argument("--peer", action="append", default=[], metavar="ADDRESS", help="another node to connect to")


def run(args: argparse.Namespace) -> int:
    """Host until a signal comes.

    Parameters
    ----------
    args : argparse.Namespace
        What `add_arguments` declares.

    Returns
    -------
    int
        0 after a signal; 1, with a line on standard error, when there is nothing to host or no node.
    """
    stopped = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: stopped.set()) for number in signals]
    try:
        table = _table(args, 0)
        with OrbitNode(args.directory, listen=args.listen, peers=args.peer) as node:
            name = args.name or (Path(args.file).stem if args.file else "generated")
            hosted = node.host(table, name, live=args.every is not None)
            sys.stdout.write(json.dumps({"address": hosted.address, "peers": hosted.peers}) + "\n")
            sys.stdout.flush()
            for turn in itertools.count(1):
                if _stopped(stopped, node, args.every):
                    return 0
                try:
                    changed = _table(args, turn)
                except (OSError, TypeError, ValueError) as error:  # it may be half written
                    _say(f"the last state stays: {error}")
                    continue
                if not changed.equals(table):
                    hosted.update(changed)
                    table = changed
    except (ImportError, OSError, RuntimeError, TypeError, ValueError) as error:
        _say(error)
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
    return 1


def _stopped(stopped: threading.Event, node: OrbitNode, seconds: float | None) -> bool:
    """Wait for a signal, at most so long, and look now and then whether the node is still there."""
    until = time.monotonic() + (seconds or math.inf)
    while (left := until - time.monotonic()) > 0:
        if stopped.wait(min(left, 1.0)):
            return True
        node.check()
    return False


def _say(message: object) -> None:
    sys.stderr.write(f"h2o-compat host: {message}\n")


def _table(args: argparse.Namespace, turn: int) -> pa.Table:
    """Give the table as it is now, generated ones with another seed each time."""
    if args.file:
        return table_of(read(Path(args.file), args.names, args.dates))
    seed = None if args.seed is None else args.seed + turn
    points, groups = make_blobs(args.generate, centers=args.centers, cluster_std=0.5, random_state=seed)
    return pa.table({"x": points[:, 0], "y": points[:, 1], "t": groups})


def read(file: Path, names: str | None = None, dates: str | None = None) -> Any:
    """Read a file of rows.

    Parameters
    ----------
    file : Path
        A .json, .csv or .parquet file.
    names : str, optional
        Names of the columns of a CSV file without a header line, with commas between them.
    dates : str, optional
        Columns of a CSV file that are dates.

    Returns
    -------
    frame or dict
        The rows; JSON that has columns as it has them.
    """
    kind = file.suffix.lower()
    if kind == ".parquet":
        return pd.read_parquet(file)
    if kind == ".csv":
        named = {"names": names.split(",")} if names else {}
        return pd.read_csv(file, parse_dates=dates.split(",") if dates else None, **named)
    if kind != ".json":
        raise ValueError(f"{file} is none of .json, .csv and .parquet")
    read = json.loads(file.read_text(encoding="utf-8"))
    columns = isinstance(read, dict) and all(isinstance(values, list) for values in read.values())
    return read if columns else pd.read_json(file)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds")
    return number
