"""The text of docs/coverage.md."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd
from measure import DIFFERS, FALLBACK, HANDED, HERE, MISSING, NATIVE, REFUSED, cases

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS = [NATIVE, HANDED, FALLBACK, REFUSED, DIFFERS, MISSING]

# ruff: noqa: E501 - a paragraph of the page is a line

HEAD = """# Coverage

Every public name of pandas {pandas}, and how it runs here. This page is written by `make coverage`, which runs the calls listed in [docs/coverage](https://github.com/h2oai/h2o-compat/tree/main/docs/coverage) on pandas and on a cluster and compares the results.

- **native**: the cluster computes it; no column crosses to the client, only small results and distinct values do.
- **handed over**: the call asks for the data in your process by its nature (`values`, iteration, `to_dict`), and gets it without computing anything else.
- **fallback**: pandas computes it on the client, and a `FallbackWarning` says so.
- **refused**: an error says why and what to use instead.
- **differs**: the result is not quite that of pandas, in a dtype or an order; see [known differences](pandas.md#known-differences).
- **missing**: there is no such name.

A name counts by its plain use; its parameters are listed by what calls that give them do. Parameters that no call gives are not listed.
"""

# Names present, counted in the same way; presence does not mean every parameter, nor that nothing is fetched.
PEERS = """| | DataFrame | Series | Index | DataFrameGroupBy | .str | .dt | functions |
|---|---|---|---|---|---|---|---|
| h2o-compat, native | {native} |
| h2o-compat, present | {present} |
| modin 0.37 | 201 | 202 | | | | | 60 |
| pyspark.pandas 4.3 | 178 | 178 | 64 | 45 | 52 | 34 | 31 |
| bigframes 2.51 | 165 | 162 | 40 | 35 | 34 | 22 | 15 |
| of pandas {pandas} | {all} |
"""
COMPARED = ["DataFrame", "Series", "Index", "DataFrameGroupBy", "Series.str", "Series.dt", "functions"]


def uses() -> list[tuple[int, str]]:
    """Read the ranking: pairs of a rank and a use."""
    table = pd.read_csv(HERE / "uses.tsv", sep="\t")
    return list(zip(table["rank"], table["use"], strict=True))


def worst(answers: Iterable[str]) -> str:
    """Give the answer that is furthest from native."""
    return max(answers, key=COLUMNS.index)


def use_answers(found: dict[str, Any]) -> dict[int, str]:
    """Give for each rank the worst answer of its cases."""
    result: dict[int, str] = {}
    for rank, _ in cases("uses"):
        finding = found["uses"][rank]
        bad = [answer for _, answer, _ in finding.notes]
        result[int(rank)] = worst(bad) if bad else NATIVE
    return result


def text(found: dict[str, Any], families: list[Any]) -> str:
    """Write the page.

    Parameters
    ----------
    found : dict
        Findings by family and name.
    families : list of Family
        In the order of the page.
    """
    parts = [HEAD.format(pandas=pd.__version__), *_totals(found, families), *_peers(found, families), *_uses(found)]
    for family in families:
        parts += [f"## {family.title}\n", _family(found[family.title], family)]
    return "\n".join(parts)


def _totals(found: dict[str, Any], families: list[Any]) -> list[str]:
    rows = [f"| | {' | '.join(COLUMNS)} | names | all calls native |", f"|---|{'---|' * (len(COLUMNS) + 2)}"]
    total: Counter[str] = Counter()
    for family in families:
        counts = answers(found[family.title], family)
        total += counts
        rows.append(_total_row(family.title, counts))
    rows.append(_total_row("**all**", total))
    return ["## Totals\n", "\n".join(rows), ""]


def _total_row(title: str, counts: Counter[str]) -> str:
    names = sum(counts[c] for c in COLUMNS)
    cells = [f"{counts[c]}" + (f" ({counts[c] / names:.0%})" if c == NATIVE else "") for c in COLUMNS]
    return f"| {title} | {' | '.join(cells)} | {names} | {counts['wholly']} |"


def answers(findings: dict[str, Any], family: Any) -> Counter[str]:
    """Count the names of a family by their answer."""
    counts: Counter[str] = Counter()
    for name in family.names:
        finding = findings.get(name)
        answer = finding.answer if finding else MISSING
        counts[answer] += 1
        counts["wholly"] += bool(finding and not finding.notes)
    return counts


def _peers(found: dict[str, Any], families: list[Any]) -> list[str]:
    counts = {f.title: answers(found[f.title], f) for f in families}
    chosen = [counts[title] for title in COMPARED]
    sizes = [sum(c[k] for k in COLUMNS) for c in chosen]
    native = " | ".join(f"{c[NATIVE]} ({c[NATIVE] / n:.0%})" for c, n in zip(chosen, sizes, strict=True))
    present = " | ".join(str(n - c[MISSING] - c[REFUSED]) for c, n in zip(chosen, sizes, strict=True))
    table = PEERS.format(native=native, present=present, all=" | ".join(map(str, sizes)), pandas=pd.__version__)
    return [
        "## Beside others\n",
        "Names that are present; modin has most of them by fetching the data into pandas.\n",
        table,
    ]


def _uses(found: dict[str, Any]) -> list[str]:
    by_rank = use_answers(found)
    counts = Counter(by_rank.values())
    rows = ["| rank | use | | calls that are not native |", "|---|---|---|---|"]
    for rank, use in uses():
        notes = found["uses"][str(rank)].notes
        codes = "; ".join(_code(code) for code, _, _ in notes)
        rows.append(f"| {rank} | {_code(use)} | {by_rank[rank]} | {codes} |")
    said = ", ".join(f"{counts[c]} {c}" for c in COLUMNS if counts[c])
    return [
        "## The 150 operations that scripts use most\n",
        f"In the order of a count over 2,321 published scripts; one use stands for all of its calls: {said}.\n",
        "\n".join(rows),
        "",
    ]


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _family(findings: dict[str, Any], family: Any) -> str:
    rows = ["| name | | native parameters | others |", "|---|---|---|---|"]
    for name in family.names:
        finding = findings.get(name)
        if finding is None:
            rows.append(f"| `{name}` | {MISSING} | | |")
            continue
        native = ", ".join(sorted(p for p, a in finding.parameters.items() if a == NATIVE))
        others = [f"{p}: {a}" for p, a in sorted(finding.parameters.items()) if a != NATIVE]
        calls = [f"{_code(code)} {answer}" for code, answer, _ in finding.notes]
        rows.append(f"| `{name}` | {finding.answer} | {native} | {'; '.join([*others, *calls])} |")
    return "\n".join(rows) + "\n"
