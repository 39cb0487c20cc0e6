"""What the benchmarks of frames share: the clock, the machine, and their sections of docs/benchmarks.md."""

from __future__ import annotations

import argparse
import gc
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Give the seconds that a call took, and its result."""
    gc.collect()
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def parser(description: str | None) -> argparse.ArgumentParser:
    """Give the arguments of a script that may be compared with h2o.sklearn."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--write", action="store_true", help="update docs/benchmarks.md")
    made.add_argument("--no-peer", dest="peer", action="store_false")
    return made


def machine() -> str:
    """Describe the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB of memory"


def write(name: str, text: str) -> None:
    """Replace, or add, the section of docs/benchmarks.md that a script owns."""
    start, end = f"<!-- {name}: written by benchmarks/{name}.py -->", f"<!-- {name}: end -->"
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else "# Benchmarks\n"
    section = f"{start}\n{text}\n{end}"
    if start in old:
        before, _, rest = old.partition(start)
        old = before + section + rest.partition(end)[2]
    else:
        old = f"{old.rstrip()}\n\n{section}\n"
    PAGE.write_text(old, encoding="utf-8")
