"""The fields of a connector's configuration: their names, their types, and what is said about them."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.io.connectors.secret import SecretRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_PAIR = {"name", "value"}


@dataclass(frozen=True)
class Field:
    """A field of a configuration.

    Attributes
    ----------
    name : str
        The documented name, as ``accessKeyID``.
    kind : {"string", "secret", "secrets", "integer", "boolean", "bound"}
        What it takes: ``secrets`` is a mapping of names to secrets, ``bound`` a number, a date or a time.
    says : str
        What it is for.
    required : bool
        Whether it has to be given.
    least : int or None
        The smallest value of an integer.
    choices : tuple of str
        The values of a string, where they are few.
    """

    name: str
    kind: str
    says: str
    required: bool = False
    least: int | None = None
    choices: tuple[str, ...] = ()

    @property
    def snake(self) -> str:
        """The name as Python has it, as ``access_key_id``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.name).lower()

    def json_schema(self) -> dict[str, Any]:
        """Describe the field.

        Returns
        -------
        dict
        """
        types: dict[str, dict[str, Any]] = {
            "string": {"type": "string"},
            "secret": {"type": "string", "writeOnly": True},
            "secrets": {"type": "object", "additionalProperties": {"type": "string"}, "writeOnly": True},
            "integer": {"type": "integer"},
            "boolean": {"type": "boolean"},
            "bound": {"type": ["number", "string"]},
        }
        made = {**types[self.kind], "description": self.says}
        if self.least is not None:
            made["minimum"] = self.least
        if self.choices:
            made["enum"] = list(self.choices)
        return made

    def taken(self, value: Any) -> Any:
        """Make what the connectors use of what was given.

        Parameters
        ----------
        value : object
            It, or its text.

        Returns
        -------
        object

        Raises
        ------
        ValueError
            When the field does not take it; the message names the field, and never quotes a secret.
        """
        try:
            return getattr(self, f"_{self.kind}")(value)
        except ValueError as problem:
            msg = f"{self.name}: {problem}"
            raise ValueError(msg) from None

    def _string(self, value: Any) -> str:
        if not isinstance(value, str):
            raise _not("a text", value)
        if self.choices and value.lower() not in self.choices:
            msg = f"is one of {', '.join(self.choices)}, not {value!r}"
            raise ValueError(msg)
        return value.lower() if self.choices else value

    def _secret(self, value: Any) -> SecretRef:
        if self.name == "credentials" and isinstance(value, Mapping) and "private_key" in value:
            value = json.dumps(dict(value))  # a service account's key, as its file has it
        return SecretRef.of(value)

    def _secrets(self, value: Any) -> dict[str, SecretRef]:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise ValueError("is a mapping of names to secrets") from None
        if isinstance(value, (list, tuple)) and all(isinstance(v, Mapping) and v.keys() == _PAIR for v in value):
            value = {pair["name"]: pair["value"] for pair in value}
        if not isinstance(value, Mapping) or not all(isinstance(name, str) and name for name in value):
            raise ValueError("is a mapping of names to secrets")
        return {name: SecretRef.of(secret) for name, secret in value.items()}

    def _integer(self, value: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d+\s*", value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise _not("a whole number", value)
        if self.least is not None and value < self.least:
            msg = f"is at least {self.least}, not {value}"
            raise ValueError(msg)
        return value

    @staticmethod
    def _boolean(value: Any) -> bool:
        if isinstance(value, str) and value.strip().lower() in {"true", "false"}:
            return value.strip().lower() == "true"
        if not isinstance(value, bool):
            raise _not("true or false", value)
        return value

    @staticmethod
    def _bound(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            if hasattr(value, "isoformat"):
                return value.isoformat()
            raise _not("a number, a date or a time", value)
        return value


def _not(wanted: str, value: object) -> ValueError:
    return ValueError(f"is {wanted}, not {value!r}")


def read(fields: Sequence[Field], config: Mapping[str, Any]) -> dict[str, Any]:
    """Check a configuration field by field.

    Parameters
    ----------
    fields : sequence of Field
        Those that there are.
    config : mapping
        What was given, by documented names or by Python's; what is None or an empty text counts as not given.

    Returns
    -------
    dict
        By documented names.

    Raises
    ------
    ValueError
        When a field is unknown, given twice, missing, or has a wrong value; the message names it.
    """
    names = {spelling: field for field in fields for spelling in (field.name, field.snake)}
    made: dict[str, Any] = {}
    for name, value in config.items():
        if name not in names:
            raise ValueError(_unknown(name, fields))
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        field = names[name]
        if field.name in made:
            msg = f"{field.name}: is given twice, as {field.name} and as {field.snake}"
            raise ValueError(msg)
        made[field.name] = field.taken(value)
    for field in fields:
        if field.required and field.name not in made:
            msg = f"{field.name}: is missing. {field.says}"
            raise ValueError(msg)
    return made


def _unknown(name: object, fields: Iterable[Field]) -> str:
    known = [field.name for field in fields]
    close = difflib.get_close_matches(str(name).lower().replace("_", ""), [k.lower() for k in known], 1)
    meant = [k for k in known if close and k.lower() == close[0]]
    hint = f"did you mean {meant[0]}?" if meant else f"there are {', '.join(known) or 'none'}"
    return f"{name}: is no field of this connector; {hint}"
