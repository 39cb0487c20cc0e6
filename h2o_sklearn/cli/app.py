"""Start the web application and open it in a browser: cluster studio, batch jobs, models."""

from __future__ import annotations

import secrets
import signal
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Its parser.
    """
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; others than loopback need a token")
    parser.add_argument("--port", type=int, default=8060, help="port, 0 for a free one (default: 8060)")
    parser.add_argument("--models", type=Path, default=Path(), help="folder of saved models (default: this one)")
    parser.add_argument("--data", type=Path, default=Path(), help="folder of files for batch jobs (default: this one)")
    parser.add_argument("--trust", action="append", default=[], metavar="FILE", help="a pickle in it that may be run")
    parser.add_argument("--store", metavar="URL", help="where batch jobs are kept (default: SQLite, as for jobs)")
    parser.add_argument("--allow", action="append", default=[], metavar="HOST[:PORT]", help="host it may contact")
    parser.add_argument("--rpc", metavar="URL", help="a node of the chain to publish on (default: a local chain)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def run(args: argparse.Namespace) -> int:
    """Serve until a signal comes.

    Parameters
    ----------
    args : argparse.Namespace
        What `add_arguments` declares.

    Returns
    -------
    int
        0 after a signal; 1, with a line on standard error, when it cannot listen, or a folder is none.
    """
    for name, folder in (("--models", args.models), ("--data", args.data)):
        if not folder.is_dir():
            sys.stderr.write(f"h2o-compat app: {name} {folder} is no folder\n")
            return 1
    try:
        from h2o_sklearn.app import Settings, serve  # noqa: PLC0415 - an extra, whose absence is told in one line
    except ImportError as error:
        sys.stderr.write(f"h2o-compat app: {error}\n")
        return 1
    settings = Settings(
        host=args.host,
        port=args.port,
        models=args.models.resolve(),
        data=args.data.resolve(),
        store=args.store,
        allowed=tuple(args.allow),
        rpc=args.rpc,
        trusted=tuple(args.trust),
    )
    if not settings.local:
        settings = settings.with_token(secrets.token_urlsafe(24))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        serve(settings, _ready(settings.token, browser=not args.no_browser))
    except OSError as error:
        sys.stderr.write(f"h2o-compat app: {error}; choose another --port\n")
        return 1
    return 0


def _ready(token: str, *, browser: bool) -> Callable[[str], None]:
    def ready(address: str) -> None:
        opened = f"{address}/?token={token}" if token else f"{address}/"
        sys.stdout.write(f"{opened}\n")
        sys.stdout.flush()
        if browser:
            webbrowser.open(opened)

    return ready
