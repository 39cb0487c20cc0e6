"""Write docs/coverage.md: what runs in the cluster, found by running it. `make coverage`.

The cases are beside this file, one a line: a name and code that uses it. Each runs on pandas and here, and the results
are compared.
"""

from __future__ import annotations

import ast
import inspect
import io
import os
import sqlite3
import sys
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.core.groupby import DataFrameGroupBy, SeriesGroupBy
from pandas.core.resample import Resampler
from pandas.core.window import Expanding, ExponentialMovingWindow, Rolling

import h2o_frame_compat.pandas as ours
from h2o_frame_compat import options
from h2o_frame_compat.core import limits
from h2o_frame_compat.errors import FallbackError
from h2o_frame_compat.expr import Distinct
from h2o_frame_compat.session import current_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HERE = Path(__file__).parent
PAGE = HERE.parent / "coverage.md"
ROWS = 60

NATIVE, HANDED, FALLBACK = "native", "handed over", "fallback"
REFUSED, MISSING, DIFFERS = "refused", "missing", "differs"
ANSWERS = (NATIVE, HANDED, FALLBACK, REFUSED, MISSING, DIFFERS)


# ---------------------------------------------------------------------- the data


def _flights() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    texts = ["Red apple", "blue Pear-2", "a", "Apple pie", "ben e-1"]
    days = pd.Series(pd.to_datetime(["2023-12-31 23:30:00", "2024-02-29 05:10:20", "2024-07-01 00:00:00"]))
    data = pd.DataFrame(
        {
            "k": rng.choice(["a", "b", "c"], ROWS),
            "c": pd.Categorical(rng.choice(["p", "q", "r"], ROWS), categories=["p", "q", "r", "unused"]),
            "n": rng.integers(0, 9, ROWS),
            "m": rng.integers(-4, 5, ROWS),
            "x": rng.choice([0.25, 1.5, 2.5, 2.75, 4.0, 5.5, 6.25], ROWS),
            "y": rng.choice([-1.5, 0.5, 2.0, 3.25, 8.0], ROWS),
            "y2": rng.choice([0.5, 2.0, 3.25, 8.0], ROWS),
            "b": rng.random(ROWS) > 0.5,
            "t": rng.choice(texts, ROWS),
            "d": days.sample(ROWS, replace=True, random_state=1, ignore_index=True),
        }
    )
    data.loc[::7, "x"] = np.nan
    data.loc[5::9, ["k", "t", "c"]] = None
    data.loc[4::11, "d"] = pd.NaT
    return data


def _other() -> pd.DataFrame:
    made = _flights()[["n", "m", "x", "y"]] + 1
    return made.set_axis(range(3, ROWS + 3))


def _times(freq: str) -> pd.DataFrame:
    data = _flights()[["x", "y"]]
    return data.set_axis(pd.date_range("2024-01-01", periods=ROWS, freq=freq))


def _few() -> pd.DataFrame:
    return pd.DataFrame({"p": ["a", "a", "b", "b"], "q": [1, 2, 1, 3], "v": [1.5, 2.5, 3.5, 4.5]})


def _by_two() -> pd.DataFrame:
    index = pd.MultiIndex.from_arrays([["a", "b", "c"] * 4, [*range(1, 5)] * 3], names=["one", "two"])
    return pd.DataFrame({"n": range(12), "x": np.arange(12) / 4}, index=index)


# What the cases are about: frames and series of pandas, which are sent to the cluster for our run.
DATA: dict[str, Callable[[], Any]] = {
    "df": _flights,
    "num": lambda: _flights()[["n", "m", "x", "y"]],
    "other": _other,
    "right": lambda: pd.DataFrame({"w": [1, 2, 3]}, index=pd.Index(["a", "b", "d"], name="k")),
    "carriers": lambda: pd.DataFrame({"k": ["a", "b", "d"], "w": [1, 2, 3]}),
    "few": _few,
    "wide": lambda: pd.DataFrame({"id": [1, 2], "v2020": [1.5, 2.5], "v2021": [3.5, 4.5]}),
    "by_two": _by_two,
    "by_one": lambda: pd.DataFrame({"one": ["a", "b", "c"], "n": [10, 20, 30], "x": [0.5, 1.5, 2.5]}).set_index("one"),
    "labelled": lambda: _flights().set_axis([f"r{(i * 7) % ROWS:02d}" for i in range(ROWS)]),
    "daily": lambda: _times("D"),
    "hourly": lambda: _times("h"),
    "s": lambda: _flights()["x"],
    "y": lambda: _flights()["y"],
    "i": lambda: _flights()["n"],
    "m": lambda: _flights()["m"],
    "b": lambda: _flights()["b"],
    "t": lambda: _flights()["t"],
    "k": lambda: _flights()["k"],
    "c": lambda: _flights()["c"],
    "d": lambda: _flights()["d"],
    "dates": lambda: pd.Series(["01/02/2024", "31/12/2023", None], name="dates"),
}


def _write(folder: Path) -> None:
    """Write the files that the readers read."""
    table = pd.DataFrame({"n": [1, 2, 3], "x": [1.5, None, 2.5], "k": ["a", "b", None], "m": [4, 5, 6]})
    table["d"] = pd.to_datetime(["2024-01-01", "2024-02-02", "2024-03-03"])
    table.to_csv(folder / "a.csv", index=False)
    table.to_csv(folder / "a.tsv", index=False, sep="\t")
    (folder / "a.fwf").write_text("n  x\n1  2.5\n2  3.5\n")
    table.to_json(folder / "a.json")
    table.to_json(folder / "lines.json", orient="records", lines=True)
    table.to_parquet(folder / "a.parquet")
    table.to_feather(folder / "a.feather")
    table.drop(columns="d").to_orc(folder / "a.orc")
    table.to_pickle(folder / "a.pkl")
    table.to_stata(folder / "a.dta", write_index=False)
    table.drop(columns="d").to_xml(folder / "a.xml", parser="etree", index=False)
    table.to_html(folder / "a.html", index=False)
    with sqlite3.connect(folder / "a.db") as connection:
        table.to_sql("a", connection, index=False)
    connection.close()


_MADE = {"pd", "np", "buffer", "files", "tmp", "sqlite", "arrow", "arrow_column", "lists", "structs"}


class Names(dict[str, Any]):
    """What the code of a case may name, made when it is named.

    Parameters
    ----------
    module : module
        pandas, or ours.
    up : callable
        Sends a frame or series to the cluster, or leaves it alone.
    files : Path
        Where the readers' files are.
    more : dict of str
        Names of the family, as code.
    """

    def __init__(self, module: Any, up: Callable[[Any], Any], files: Path, more: dict[str, str]) -> None:
        super().__init__()
        self._module, self._up, self._files, self._more = module, up, files, more
        self._opened: list[Any] = []

    def __missing__(self, name: str) -> Any:
        if name in self._more:
            value = run(self._more[name], self)
        elif name in DATA:
            value = self._up(DATA[name]())
        else:
            value = self._make(name)
        self[name] = value
        return value

    def knows(self, name: str) -> bool:
        """Tell whether a name is one of these."""
        return name in self._more or name in DATA or name in _MADE

    def _make(self, name: str) -> Any:
        if name == "pd":
            return self._module
        if name == "np":
            return np
        if name == "buffer":
            return io.StringIO()
        if name == "files":
            return str(self._files)
        if name == "tmp":
            self._opened.append(tempfile.TemporaryDirectory())
            return self._opened[-1].name
        if name == "sqlite":
            copy = sqlite3.connect(":memory:")
            with sqlite3.connect(self._files / "a.db") as source:
                source.backup(copy)
            source.close()
            self._opened.append(copy)
            return copy
        if name == "arrow":
            return pa.table({"a": [1, 2, None], "b": ["x", "y", None]})
        if name == "arrow_column":
            return self["arrow"].column("a")
        if name == "lists":
            return self._module.Series(pd.Series([[1, 2], [3]], dtype=_arrow_type("list")))
        if name == "structs":
            return self._module.Series(pd.Series([{"a": 1}, {"a": 2}], dtype=_arrow_type("struct")))
        raise KeyError(name)

    def close(self) -> None:
        """Remove what was made for one case."""
        for thing in self._opened:
            (getattr(thing, "cleanup", None) or thing.close)()


def _arrow_type(kind: str) -> Any:
    return pd.ArrowDtype(pa.list_(pa.int64()) if kind == "list" else pa.struct([("a", pa.int64())]))


# ---------------------------------------------------------------------- the cases


@dataclass
class Family:
    """Names that belong together.

    Parameters
    ----------
    title : str
        What the page calls them.
    owner : object
        Whose public names they are.
    files : tuple of str
        The files with their cases.
    more : dict of str
        What the cases may name besides the data, as code.
    """

    title: str
    owner: Any
    files: tuple[str, ...]
    more: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The public names, as pandas has them."""
        return sorted(n for n in dir(self.owner) if not n.startswith("_") and (self.owner is not pd or _function(n)))


def _function(name: str) -> bool:
    value = getattr(pd, name)
    return callable(value) and not inspect.isclass(value) and not inspect.ismodule(value)


_LABELS = 'pd.DataFrame({"v": range(60)}, index=labels).index'
_PART = "idx[2:8].append(idx[:1])"
FAMILIES = [
    Family("DataFrame", pd.DataFrame, ("DataFrame",)),
    Family("Series", pd.Series, ("Series",)),
    Family("Index", pd.Index, ("Index",), {
        "labels": '["r%02d" % (i * 7 % 60) for i in range(60)]', "idx": _LABELS, "part": _PART,
    }),
    Family("MultiIndex", pd.MultiIndex, ("Index", "MultiIndex"), {
        "labels": '[["abc"[i % 3] for i in range(60)], list(range(60))]',
        "idx": _LABELS, "part": _PART,
    }),
    Family("DatetimeIndex", pd.DatetimeIndex, ("Index", "DatetimeIndex"), {"idx": "hourly.index", "part": _PART}),
    Family("DataFrameGroupBy", DataFrameGroupBy, ("GroupBy", "DataFrameGroupBy"), {"g": 'df.groupby("k")[["n", "x"]]'}),
    Family("SeriesGroupBy", SeriesGroupBy, ("GroupBy", "SeriesGroupBy"), {"g": 'df.groupby("k")["x"]'}),
    Family("Series.str", pd.Series(["a"]).str, ("str",)),
    Family("Series.dt", pd.Series(pd.to_datetime(["2024-01-01"])).dt, ("dt",)),
    Family("Series.cat", pd.Series(["a"], dtype="category").cat, ("cat",)),
    Family("Rolling", Rolling, ("Window",), {"w": 'num[["n", "x"]].rolling(3, min_periods=1)'}),
    Family("Expanding", Expanding, ("Window",), {"w": 'num[["n", "x"]].expanding(2)'}),
    Family("ExponentialMovingWindow", ExponentialMovingWindow, ("ExponentialMovingWindow",), {
        "w": 'num[["n", "x"]].ewm(span=3)',
    }),
    Family("Resampler", Resampler, ("Resampler",), {"r": 'daily.resample("W")'}),
    Family("functions", pd, ("functions",)),
]


def cases(name: str) -> list[tuple[str, str]]:
    """Read the cases of a file: pairs of a name and code."""
    lines = (HERE / f"{name}.txt").read_text().splitlines()
    pairs = (line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    return [(name, code) for name, code in pairs]


def family_cases(family: Family) -> list[tuple[str, str]]:
    """Give the cases of a family; a later file says a name's plain case anew."""
    per_file = [cases(file) for file in family.files]
    own = {name for name, _ in per_file[-1]}
    return [case for n, found in enumerate(per_file) for case in found if n == len(per_file) - 1 or case[0] not in own]


def run(code: str, names: Names) -> Any:
    """Run the code of a case: give what its last expression gives, or the data where that is None."""
    tree = ast.parse(code)
    last = tree.body[-1]
    assert isinstance(last, ast.Expr), code
    spoken = {n: names[n] for n in mentioned(code) if names.knows(n)}
    exec(compile(ast.Module(tree.body[:-1], []), code, "exec"), spoken)  # noqa: S102 - code of this folder
    value = eval(compile(ast.Expression(last.value), code, "eval"), spoken)  # noqa: S307 - code of this folder
    if value is None:
        value = [spoken[n] for n in sorted(spoken) if n in {*DATA, "buffer", "idx"}]
    return value


def mentioned(code: str) -> set[str]:
    """Give the names that code mentions."""
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


# ---------------------------------------------------------------------- comparing


def local(value: Any) -> Any:
    """Give the pandas counterpart of what is ours, also inside lists, tuples and dicts."""
    if hasattr(value, "to_pandas"):
        return value.to_pandas()
    if isinstance(value, dict):
        return {k: local(v) for k, v in value.items()}
    if type(value) in {list, tuple}:
        return type(value)(local(v) for v in value)
    return value


def check(found: Any, expected: Any) -> None:
    """Compare a result of ours, made local, with that of pandas; an AssertionError says what differs."""
    if isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(found, expected, check_freq=False)
    elif isinstance(expected, pd.Series) and len(expected) and hasattr(expected.iloc[0], "get_figure"):
        check(np.asarray(found), expected.to_numpy())
    elif isinstance(expected, pd.Series):
        pd.testing.assert_series_equal(found, expected, check_freq=False)
    elif isinstance(expected, pd.Index):
        found = found if isinstance(found, pd.Index) else pd.Index(found)
        pd.testing.assert_index_equal(found, expected, check_freq=False)
    elif isinstance(expected, (np.ndarray, pd.api.extensions.ExtensionArray)):
        found = found.array if isinstance(found, pd.Series) else found  # a column of ours stands for an array
        assert np.shape(found) == expected.shape
        if expected.size and hasattr(expected.ravel()[0], "get_figure"):  # plots
            return
        pd.testing.assert_frame_equal(pd.DataFrame(found), pd.DataFrame(expected))
    elif isinstance(expected, dict):
        assert list(found) == list(expected)
        for key in expected:
            check(found[key], expected[key])
    elif isinstance(expected, (list, tuple)):
        assert len(found) == len(expected)
        for one, two in zip(found, expected, strict=True):
            check(one, two)
    elif isinstance(expected, io.StringIO):
        check(found.getvalue(), expected.getvalue())
    elif isinstance(expected, (str, bytes)):
        assert found == expected or _without_names(found) == _without_names(expected)
    elif isinstance(expected, (float, np.floating)):
        assert found == expected or (pd.isna(found) and pd.isna(expected)) or np.isclose(found, expected, rtol=1e-12)
    elif pd.api.types.is_scalar(expected) or isinstance(expected, (set, range, slice, np.dtype)):
        assert found == expected or (pd.isna(found) and pd.isna(expected))
    else:  # plots, connections, accessors
        assert type(found).__name__ == type(expected).__name__ or callable(found) == callable(expected)


def _without_names(text: Any) -> Any:
    """Leave out what a text says about where it comes from, such as the class in ``info()``."""
    if not isinstance(text, str):
        return text
    return [line for line in text.splitlines() if "memory usage" not in line and not line.startswith("<class")]


# ---------------------------------------------------------------------- measuring


class Watch:
    """Whether whole columns crossed to the client while a case ran."""

    def __init__(self, executor: Any) -> None:
        self.rows = 0
        fetch = type(executor).fetch

        def watched(this: Any, rel: Any, *args: Any, **kwargs: Any) -> Any:
            distinct = any(isinstance(below, Distinct) for below in rel.inputs)
            table = fetch(this, rel, *args, **kwargs)
            if not distinct:
                self.rows = max(self.rows, table.num_rows)
            return table

        type(executor).fetch = watched


def ours_up(value: Any) -> Any:
    """Send a pandas frame or series to the cluster."""
    made = ours.DataFrame(value) if isinstance(value, pd.DataFrame) else ours.Series(value)
    current_session().executor.store(made._block.rel)  # noqa: SLF001 - as the tests do
    return made


def measure(code: str, family: Family, files: Path, watch: Watch) -> tuple[str, str]:
    """Run a case on pandas and here; give the answer, and where it is not native a word on why."""
    expected = _attempt(code, Names(pd, lambda value: value, files, family.more))
    names = Names(ours, ours_up, files, family.more)
    for name in mentioned(code) & DATA.keys():
        names[name]  # sent before anything is watched
    watch.rows = 0
    with options.context(fallback="error"):
        found = _attempt(code, names, lambda: watch.rows)
    moved = found.moved
    answer = NATIVE
    if isinstance(found.error, FallbackError):
        answer = FALLBACK
        with options.context(fallback="silent"):
            found = _attempt(code, Names(ours, ours_up, files, family.more))
        if isinstance(found.error, FallbackError):
            return REFUSED, _word(found.error)
    if expected.error is not None:
        if type(found.error) is type(expected.error):
            return answer, ""
        return DIFFERS, f"pandas raises {type(expected.error).__name__}: {_word(expected.error)}"
    if found.error is not None:
        gone = isinstance(found.error, AttributeError) and "has no attribute" in str(found.error)
        return MISSING if gone else REFUSED, _word(found.error)
    try:
        check(found.value, expected.value)
    except Exception as error:  # noqa: BLE001 - what cannot even be compared is not the same
        return DIFFERS, _word(error)
    if answer == NATIVE and moved >= ROWS:
        return (FALLBACK, "unspoken") if found.lazy else (HANDED, "")
    return answer, ""


@dataclass
class Outcome:
    """What a case gave, made local."""

    value: Any = None
    error: Exception | None = None
    moved: int = 0
    lazy: bool = False


def _attempt(code: str, names: Names, moved: Callable[[], int] = lambda: 0) -> Outcome:
    outcome = Outcome()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = run(code, names)
            outcome.moved = moved()
            parts = value if isinstance(value, (list, tuple)) else [value]
            # Writers give nothing and leave the data as it was; what changes the data gives nothing, too.
            outcome.lazy = all(hasattr(part, "to_pandas") for part in parts) and ".to_" not in code
            outcome.value = local(value)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        outcome.error = error
    finally:
        names.close()
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")
    return outcome


def _word(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def given(name: str, code: str, owner: Any) -> set[str]:
    """Tell which parameters of a name a case gives."""
    kind = owner if inspect.isclass(owner) or inspect.ismodule(owner) else type(owner)
    theirs = getattr(kind, name, None)
    try:
        parameters = list(inspect.signature(theirs).parameters.values())
    except (TypeError, ValueError):
        return set()
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            own = parameters[1:] if parameters and parameters[0].name == "self" else parameters
            places = [p for p in own if p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD}]
            found |= {p.name for p, _ in zip(places, node.args, strict=False)}
            known = {p.name for p in own}
            found |= {word.arg for word in node.keywords if word.arg in known}
    return found


@dataclass
class Finding:
    """What was found out about one name.

    Attributes
    ----------
    answer : str
        How its plain use runs.
    parameters : dict
        How calls with each parameter run: the best answer.
    notes : list of str
        Cases that are not native, with why.
    """

    answer: str = MISSING
    parameters: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, str, str]] = field(default_factory=list)


def survey(families: Iterable[Family]) -> dict[str, dict[str, Finding]]:
    """Run every case of some families."""
    watch = Watch(current_session().executor)
    limits.FEW_CELLS = 0  # small tables go the way of large ones
    result: dict[str, dict[str, Finding]] = {}
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder))
        for family in families:
            found: dict[str, Finding] = {}
            for name, code in family_cases(family):
                answer, why = measure(code, family, Path(folder), watch)
                finding = found.setdefault(name, Finding(answer))
                for parameter in given(name, code, family.owner):
                    before = finding.parameters.get(parameter, answer)
                    finding.parameters[parameter] = min(before, answer, key=ANSWERS.index)
                if answer != NATIVE:
                    finding.notes.append((code, answer, why))
            result[family.title] = found
    return result


USES = Family("uses", None, ("uses",))


def main() -> None:
    """Measure and write the page, or to the file that is named; ``-v`` prints every call that is not native."""
    from page import text  # noqa: PLC0415 - the page builds on this module

    os.environ.setdefault("MPLBACKEND", "Agg")
    found = survey([*FAMILIES, USES])
    wanted = [Path(word) for word in sys.argv[1:] if word != "-v"] or [PAGE]
    wanted[0].write_text(text(found, FAMILIES))
    if "-v" not in sys.argv:
        return
    for family, names in found.items():
        for name, finding in names.items():
            for note in finding.notes:
                sys.stdout.write("\t".join([family, name, *note]) + "\n")


if __name__ == "__main__":
    main()
