"""What a MOJO says of its model, read from the file itself."""

from __future__ import annotations

import io
import json
import re
import zipfile
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


#: Thin plates and M-splines, by H2O's numbers: its library computes other ones than the cluster.
OTHER_SPLINES = frozenset({1, 3})


class Mojo:
    """The facts of a model in MOJO form.

    Parameters
    ----------
    file : bytes or callable
        The file, or what gives it when it is needed.
    """

    def __init__(self, file: bytes | Callable[[], bytes]) -> None:
        self._file = file

    @cached_property
    def data(self) -> bytes:
        """The file."""
        return self._file() if callable(self._file) else self._file

    def __reduce__(self) -> tuple[type[Mojo], tuple[bytes]]:
        return Mojo, (self.data,)

    @cached_property
    def _zip(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(io.BytesIO(self.data))

    def text(self, name: str) -> str:
        """Return a file inside the MOJO, as text."""
        return self.file(name).decode("utf-8")

    def file(self, name: str) -> bytes:
        """Return a file inside the MOJO."""
        return self._zip.read(name)

    def has(self, name: str) -> bool:
        """Say whether there is such a file inside the MOJO."""
        return name in self._zip.NameToInfo

    @cached_property
    def _sections(self) -> dict[str, list[str]]:
        sections: dict[str, list[str]] = {}
        current: list[str] = []
        for line in self._zip.read("model.ini").decode("utf-8").split("\n"):
            if line.startswith("[") and line.endswith("]") and line[1:-1] in {"info", "columns", "domains"}:
                current = sections.setdefault(line[1:-1], [])
            elif line:
                current.append(line)
        return sections

    @cached_property
    def info(self) -> dict[str, str]:
        """Entries of the first section, as text."""
        return dict(line.split(" = ", 1) for line in self._sections["info"] if " = " in line)

    @cached_property
    def columns(self) -> list[str]:
        """Names of the columns in the model's order, the response last where there is one."""
        return self._sections["columns"]

    @cached_property
    def n_features(self) -> int:
        """Number of columns that a row to score has; splines, which stand behind them, are made of them."""
        return int(self.info["n_features"]) - int(self.info.get("num_expanded_gam_columns_center", 0))

    @property
    def is_computed_as_in_the_cluster(self) -> bool:
        """Whether H2O's library gives what the cluster gives: not so for some splines of additive models."""
        return self.info["algo"] != "gam" or OTHER_SPLINES.isdisjoint(json.loads(self.info["bs"]))

    @cached_property
    def domains(self) -> dict[int, list[str]]:
        """Levels of the categorical columns, by position of the column."""
        escaped = self.info.get("escape_domain_values") == "true"
        found = {}
        for line in self._sections.get("domains", []):
            position, rest = line.split(":", 1)
            size, name = rest.split()
            text = self._zip.read(f"domains/{name}").decode("utf-8")
            levels = text.split("\n")[: int(size)]
            found[int(position)] = [_unescape(level) for level in levels] if escaped else levels
        return found

    @property
    def is_classifier(self) -> bool:
        """Whether the model tells classes apart."""
        return self.info["category"] in {"Binomial", "Multinomial", "Ordinal"}

    @cached_property
    def details(self) -> dict[str, Any]:
        """The model's output as H2O describes it in its REST interface."""
        output = json.loads(self._zip.read("experimental/modelDetails.json"))["output"]
        assert isinstance(output, dict)
        return output

    def table(self, name: str) -> dict[str, list[Any]] | None:
        """Return a table of the output, by column; None where the model has none of that name."""
        return as_columns(self.details.get(name))


def as_columns(table: dict[str, Any] | None) -> dict[str, list[Any]] | None:
    """Return a two-dimensional table of the REST interface by column; numbers written as text are numbers."""
    if not table:
        return None
    names = [column["name"] for column in table["columns"]]
    return dict(zip(names, table["data"], strict=True))


def _unescape(level: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], level)
