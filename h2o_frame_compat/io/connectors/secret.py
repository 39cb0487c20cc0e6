"""Secrets: named where a job is described, looked up where they are used, and never printed or stored."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

_KINDS = ("env", "file", "value")


@dataclass(frozen=True, repr=False)
class SecretRef:
    """Where a secret is found, or the secret itself, which is then kept in memory only.

    Attributes
    ----------
    kind : {"env", "file", "value"}
        A variable of the environment, a file, or the text itself.
    name : str
        The variable, the path, or the text.

    Examples
    --------
    >>> SecretRef("env", "AWS_SECRET_ACCESS_KEY")
    SecretRef(env: AWS_SECRET_ACCESS_KEY)
    >>> SecretRef("value", "swordfish")
    SecretRef(***)
    """

    kind: str
    name: str = field(repr=False)

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            msg = f"a secret comes from env, file or value, not from {self.kind!r}"
            raise ValueError(msg)

    @classmethod
    def of(cls, given: Any) -> SecretRef:
        """Make a reference of what a configuration has.

        Parameters
        ----------
        given : SecretRef, mapping or str
            ``{"env": "NAME"}``, ``{"file": "path"}``, or the secret itself.

        Returns
        -------
        SecretRef

        Raises
        ------
        ValueError
            When it is none of these; the message does not quote it.
        """
        if isinstance(given, SecretRef):
            return given
        if isinstance(given, Mapping) and len(given) == 1:
            kind, name = next(iter(given.items()))
            if kind in _KINDS and isinstance(name, str):
                return cls(kind, name)
        if isinstance(given, str):
            return cls("value", given)
        raise ValueError('is a text, {"env": "NAME"} or {"file": "path"}')

    @classmethod
    def parse(cls, text: str) -> SecretRef:
        """Read ``env:NAME`` or ``file:path``, as on a command line; any other text is the secret itself.

        Parameters
        ----------
        text : str
            The text.

        Returns
        -------
        SecretRef
        """
        kind, colon, name = text.partition(":")
        return cls(kind, name) if colon and kind in {"env", "file"} else cls("value", text)

    def resolve(self) -> str:
        """Look the secret up.

        Returns
        -------
        str

        Raises
        ------
        ValueError
            When the variable is not set, or the file cannot be read.
        """
        if self.kind == "value":
            return self.name
        if self.kind == "env":
            found = os.environ.get(self.name)
            if found is None:
                msg = f"the environment variable {self.name} is not set"
                raise ValueError(msg)
            return found
        try:
            return Path(self.name).expanduser().read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            msg = f"the file {self.name} cannot be read: {error.strerror}"
            raise ValueError(msg) from None

    def portable(self) -> tuple[dict[str, str], dict[str, str]]:
        """Give a reference that may be written down, and the variables that make it work elsewhere.

        Returns
        -------
        reference : dict
            ``{"env": name}`` or ``{"file": path}``.
        environment : dict
            The variable of a secret that was given as text; else none.
        """
        if self.kind != "value":
            return {self.kind: self.name}, {}
        variable = "H2O_COMPAT_SECRET_" + hashlib.sha256(self.name.encode()).hexdigest()[:12].upper()
        return {"env": variable}, {variable: self.name}

    def __repr__(self) -> str:
        return "SecretRef(***)" if self.kind == "value" else f"SecretRef({self.kind}: {self.name})"

    def __reduce__(self) -> tuple[type[SecretRef], tuple[str, str]]:
        if self.kind == "value":
            _refuse()
        return SecretRef, (self.kind, self.name)


def _refuse() -> NoReturn:
    raise TypeError("a secret given as text is not pickled: hand over Connector.portable() and its environment")
