"""The API: one table of its routes, from which the application and its OpenAPI document are made."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import h2o_frame_compat

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    Handler = Callable[[Request], Awaitable[Response]]

_TEXT: dict[str, Any] = {"type": "string"}
_OBJECT: dict[str, Any] = {"type": "object"}
_PLACE: dict[str, Any] = {
    "type": "object",
    "required": ["spec_uid"],
    "properties": {
        "spec_uid": {"type": "string", "description": "A connector of GET /api/connectors, whose schema config has."},
        "location": _TEXT,
        "mime_type": _TEXT,
        "config": _OBJECT,
    },
}
JOB: dict[str, Any] = {
    "type": "object",
    "required": ["source", "sink", "model"],
    "additionalProperties": False,
    "properties": {
        "name": _TEXT,
        "model": {"type": "string", "description": "A file of GET /api/models."},
        "source": _PLACE,
        "sink": _PLACE,
        "dead_letter": _PLACE,
        "mini_batch_size": {"type": "integer", "minimum": 1},
        "partitions": {"type": "integer", "minimum": 1},
        "retries": {"type": "integer", "minimum": 0},
        "max_dead_letters": {"type": "integer", "minimum": 0},
        "write_mode": {"type": "string", "enum": ["error", "append", "ignore", "overwrite"]},
        "model_request_parameters": _OBJECT,
        "runtime": {"description": "local, kubernetes, spark or ray, or an object with kind and options."},
        "kubernetes_options": _OBJECT,
    },
}
_AZURE: dict[str, Any] = {
    "azureaccount": _TEXT,
    "azurekey": {"type": "string", "writeOnly": True},
    "containername": _TEXT,
    "azureendpoint": _TEXT,
    "orbitdb": {"type": "boolean"},
}
ORBIT: dict[str, Any] = {
    "type": "object",
    "required": ["address"],
    "properties": {"address": _TEXT, "peers": {"type": "array", "items": _TEXT}},
}
TRAIN: dict[str, Any] = {
    "type": "object",
    "properties": {
        "clusters": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 100}, {"const": "auto"}]},
        "columns": {"type": "array", "items": _TEXT},
    },
}
HOST: dict[str, Any] = {"type": "object", "properties": _AZURE}
OCEAN: dict[str, Any] = {
    "type": "object",
    "required": ["name", "price"],
    "properties": {
        "name": _TEXT,
        "price": {"type": ["number", "string"]},
        "description": _TEXT,
        "author": _TEXT,
        **_AZURE,
    },
}
ROW: dict[str, Any] = {"type": "object", "required": ["row"], "properties": {"row": _OBJECT}}
RERUN: dict[str, Any] = {"type": "object", "properties": {"write_mode": JOB["properties"]["write_mode"]}}


@dataclass(frozen=True)
class Entry:
    """A route of the API.

    Attributes
    ----------
    method : str
        GET or POST.
    path : str
        Its path, with parameters in braces.
    handler : callable
        What answers.
    summary : str
        What it does.
    body : dict
        The JSON schema of what is sent; empty for nothing.
    status : int
        The status of an answer.
    answer : str
        Its media type.
    form : bool
        Whether the body is a form with a file.
    values : dict
        What a parameter of the path may be.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    body: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    answer: str = "application/json"
    form: bool = False
    values: dict[str, list[str]] = field(default_factory=dict)


def document(entries: Sequence[Entry]) -> dict[str, Any]:
    """Describe the API.

    Parameters
    ----------
    entries : sequence of Entry
        Its routes.

    Returns
    -------
    dict
        An OpenAPI 3.1 document.
    """
    paths: dict[str, Any] = {}
    for entry in entries:
        paths.setdefault(entry.path, {})[entry.method.lower()] = _operation(entry)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "h2o-compat app",
            "version": h2o_frame_compat.__version__,
            "description": "Every POST sends what GET /api/session gives as csrf in the header x-csrf-token.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"csrf": {"type": "apiKey", "in": "header", "name": "x-csrf-token"}},
            "schemas": {
                "Error": {
                    "type": "object",
                    "required": ["error"],
                    "properties": {
                        "error": {
                            "type": "object",
                            "required": ["message", "field"],
                            "properties": {"message": _TEXT, "field": _TEXT},
                        }
                    },
                }
            },
        },
    }


def _operation(entry: Entry) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    error = {"description": "Why not.", "content": {"application/json": {"schema": schema}}}
    answer = {"description": entry.summary, "content": {entry.answer: {"schema": {}}}}
    made: dict[str, Any] = {"summary": entry.summary, "responses": {str(entry.status): answer, "4XX": error}}
    names = re.findall(r"\{(\w+)\}", entry.path)
    if names:
        made["parameters"] = [
            {"name": n, "in": "path", "required": True, "schema": {**_TEXT, **_choice(entry.values.get(n))}}
            for n in names
        ]
    if entry.method == "POST":
        made["security"] = [{"csrf": []}]
    if entry.form:
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        form = {"type": "object", "required": ["file"], "properties": {"file": file}}
        made["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    elif entry.body:
        made["requestBody"] = {
            "required": bool(entry.body.get("required")),
            "content": {"application/json": {"schema": entry.body}},
        }
    return made


def _choice(values: list[str] | None) -> dict[str, Any]:
    return {"enum": values} if values else {}
