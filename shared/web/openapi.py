"""The description of a service's API: OpenAPI 3.1, from what its doors declare."""

import inspect
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from shared.web.auth import PUBLIC, SIGNED_LINK
from shared.web.builtin import BuiltIn
from shared.web.door import PATH_ARGUMENT, Door, doors_of
from shared.web.problem import CONTENT_TYPE
from shared.web.route import PagingSchema

VERSION = "1.0.0"

_PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "correlation_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "What to rely on; in snake_case."},
        "correlation_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string", "description": "Path: `legs.0.zone`."},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
        "rule": {
            "type": "object",
            "description": "The rule that it was refused by, and where it stands.",
            "required": ["text", "source"],
            "properties": {"text": {"type": "string"}, "source": {"type": "string"}},
        },
        "params": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
_WALL_TIME = {
    "type": "object",
    "required": ["local", "zone"],
    "properties": {
        "local": {"type": "string", "example": "2024-12-07T09:00:00"},
        "zone": {"type": "string", "description": "IANA time zone.", "example": "Europe/Tirane"},
        "fold": {"type": "integer", "enum": [0, 1], "description": "Which of two equal times."},
        "at": {"type": "string", "format": "date-time", "description": "The instant, UTC; given."},
    },
}
_PROBLEMS = {
    400: "It cannot be read.",
    401: "No valid token.",
    403: "Not for this role or city.",
    404: "There is no such thing.",
    409: "Not in this state; or not yet known here (`not_yet_known`).",
    412: "Changed meanwhile.",
    413: "The body is over 1 MiB.",
    415: "Not application/json.",
    422: "Against the schema or a rule; `errors` names the fields.",
    428: "If-Match is missing.",
    500: "A fault of ours.",
    503: "For now; Retry-After says how long.",
}
_HEADERS = {
    "Idempotency-Key": "The caller's name of this request; the same one is done only once.",
    "If-Match": "The ETag that the caller has seen.",
    "Zirve-After": "What Zirve-Seen said elsewhere; the answer knows of it.",
    "X-Correlation-Id": "Carried through every event and log line that follows.",
    "traceparent": "W3C Trace Context of the caller; the trace goes on here.",
}
_ANSWERED = {
    "X-Correlation-Id": "The request's, or a new one.",
    "traceresponse": "W3C Trace Context of this request: version, trace, span, flags.",
    "ETag": "The version of what is answered.",
    "Zirve-Seen": "The events of this command, for Zirve-After.",
}


def document(service: type[Any]) -> dict[str, Any]:
    """Return the description of a service's API; nothing needs to run."""
    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    spec = APISpec(
        title=f"Zirve {service.name}",
        version=VERSION,
        openapi_version="3.1.0",
        info={"description": inspect.getdoc(service) or ""},
        plugins=[plugin],
    )
    if plugin.converter is not None:  # It is there from APISpec() on.
        plugin.converter.add_attribute_function(_shape_of)
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", _PROBLEM)
    spec.components.schema("LocalTime", _WALL_TIME)
    for status, text in _PROBLEMS.items():
        content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        spec.components.response(f"Problem{status}", {"description": text, "content": content})
    for door in (*doors_of(service), *doors_of(BuiltIn)):
        path = PATH_ARGUMENT.sub(r"{\1}", door.path)
        spec.path(path=path, operations={door.method.lower(): _operation(door)})
    described: dict[str, Any] = spec.to_dict()
    return described


def _operation(door: Door) -> dict[str, Any]:
    summary, _, rest = (inspect.getdoc(door.function) or "").partition("\n")
    operation: dict[str, Any] = {
        "operationId": door.name,
        "summary": summary,
        "parameters": list(_parameters(door)),
        "responses": _responses(door),
        "security": [] if door.allow in (PUBLIC, SIGNED_LINK) else [{"token": []}],
    }
    if door.tags:
        operation["tags"] = list(door.tags)
    if rest.strip():
        operation["description"] = rest.strip()
    if door.allow.scopes:
        scopes = {role: scope.value for role, scope in door.allow.scopes.items()}
        operation["x-allow"] = scopes
    if door.has_body and door.takes:
        content = {"application/json": {"schema": door.takes}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(door: Door) -> Iterator[dict[str, Any]]:
    for name in door.path_arguments:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    if door.takes and not door.has_body:
        yield {"in": "query", "schema": door.takes}
    if door.lists:
        yield {"in": "query", "schema": PagingSchema}
    headers = {"X-Correlation-Id": False, "traceparent": False, "Zirve-After": False}
    if door.is_command:
        headers |= {"Idempotency-Key": door.creates, "If-Match": door.if_match}
    for name, required in headers.items():
        yield {
            "name": name,
            "in": "header",
            "required": required,
            "description": _HEADERS[name],
            "schema": {"type": "string"},
        }


def _responses(door: Door) -> dict[str, Any]:
    success: dict[str, Any] = {"description": HTTPStatus(door.status).phrase}
    headers = ["X-Correlation-Id", "traceresponse"]
    if door.lists:
        page = {
            "type": "object",
            "required": ["items", "next_cursor"],
            "properties": {
                "items": {"type": "array", "items": door.lists},
                "next_cursor": {"type": ["string", "null"]},
            },
        }
        success["content"] = {"application/json": {"schema": page}}
    elif door.gives:
        success["content"] = {"application/json": {"schema": door.gives}}
        headers.append("ETag")
    elif door.files:
        binary = {"schema": {"type": "string", "format": "binary"}}
        success["content"] = dict.fromkeys(door.files, binary)
    if door.is_command:
        headers.append("Zirve-Seen")
    success["headers"] = {
        name: {"description": _ANSWERED[name], "schema": {"type": "string"}} for name in headers
    }
    refused = [404, 422, 500, 503] if door.allow is PUBLIC else [401, 403, 404, 409, 422, 500, 503]
    if door.is_command:
        refused += [400, 412] + ([413, 415] if door.has_body else [])
        refused += [428] if door.if_match else []
    problems = {str(status): f"Problem{status}" for status in sorted(refused)}
    return {str(door.status): success, **problems}


def _schema_name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema")


def _shape_of(converter: Any, field: Any, ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Describe our own fields; apispec knows marshmallow's."""
    shape: dict[str, Any] = getattr(field, "shape", {})
    if field.allow_none and shape:
        return {"anyOf": [shape, {"type": "null"}]}
    return shape
