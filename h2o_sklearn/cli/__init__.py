"""The command ``h2o-compat``. Each of its subcommands is a module with ``add_arguments(parser)`` and ``run(args)``."""

from __future__ import annotations

import argparse
import importlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Subcommand: its module, which is imported when it is asked for, and what it does.
COMMANDS = {
    "score": ("h2o_sklearn.cli.score", "score a large set with a saved model"),
    "jobs": ("h2o_sklearn.cli.jobs", "list, show and cancel jobs of batch scoring"),
    "host": ("h2o_sklearn.cli.host", "host a table on OrbitDB"),
    "publish": ("h2o_sklearn.cli.publish", "cluster a table and sell the result on Ocean"),
    "app": ("h2o_sklearn.cli.app", "start the web application"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        What stands after the command's name. The default is what the process was started with.

    Returns
    -------
    int
        The exit code: what the subcommand says, or 2 where the arguments are wrong.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="h2o-compat", description="Tools around data and models of H2O clusters.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = arguments[0] if arguments else None
    for name, (module, purpose) in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=purpose)
        if name == asked:
            try:
                command = importlib.import_module(module)
            except ImportError as error:  # an extra that is not installed; the message says which
                parser.exit(1, f"h2o-compat {name}: {error}\n")
            command.add_arguments(subparser)
            subparser.description = command.__doc__
            subparser.set_defaults(run=command.run)
    parsed = parser.parse_args(arguments)
    return int(parsed.run(parsed))
