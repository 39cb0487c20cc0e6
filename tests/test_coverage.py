"""The coverage page is what its script gives, and does not fall behind what was reached."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs" / "coverage"))


def test_every_name_has_a_case():
    """A name that pandas adds is noticed here; its case is a line in docs/coverage."""
    from measure import FAMILIES, family_cases

    for family in FAMILIES:
        assert {name for name, _ in family_cases(family)} == set(family.names), family.title


def test_every_use_has_a_case():
    from measure import cases
    from page import uses

    assert {int(rank) for rank, _ in cases("uses")} == {rank for rank, _ in uses()} == set(range(1, 151))


@pytest.mark.slow
def test_the_page_is_what_was_measured(cluster, extension, tmp_path):
    made = tmp_path / "coverage.md"
    subprocess.run([sys.executable, str(ROOT / "docs" / "coverage" / "measure.py"), str(made)], check=True)
    assert made.read_text() == (ROOT / "docs" / "coverage.md").read_text(), "run `make coverage`"


def totals():
    """Read the numbers of the page: native names of all, and uses that no call of which leaves the cluster unasked."""
    text = (ROOT / "docs" / "coverage.md").read_text()
    row = next(line for line in text.splitlines() if line.startswith("| **all** |"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    said = next(line for line in text.splitlines() if line.startswith("In the order of a count"))
    uses = {word: int(count) for count, word in re.findall(r"(\d+) (native|handed over)", said)}
    return int(cells[1].split()[0]) / int(cells[-2]), uses


def test_nothing_that_was_reached_is_lost():
    share, uses = totals()
    assert share >= 0.6
    assert uses["native"] + uses.get("handed over", 0) >= 130
    assert uses["native"] >= 125
