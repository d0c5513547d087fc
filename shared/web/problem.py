"""Problem details: the one shape in which everything that fails is told.

Source:
    RFC 9457.
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from marshmallow import ValidationError

from shared.errors import RuleViolated, ServiceError, Unauthenticated
from shared.persistence.command import Answer
from shared.strict_json import dumps

CONTENT_TYPE = "application/problem+json"

_CODES = {
    "Missing data for required field.": "missing",
    "Unknown field.": "unknown_field",
    "Field may not be null.": "null",
    "Not a valid string.": "wrong_type",
    "Not a valid integer.": "wrong_type",
    "Not a valid number.": "wrong_type",
    "Not a valid boolean.": "wrong_type",
    "Not a valid list.": "wrong_type",
    "Not a valid mapping type.": "wrong_type",
    "Not a valid tuple.": "wrong_type",
    "Invalid input type.": "wrong_type",
}
"""Code by the text that marshmallow gives; any other text is ``invalid``."""


class CodedText(str):
    """A message of a ValidationError that has a code of its own.

    Attributes:
        code: In snake_case.
    """

    __slots__ = ("code",)
    code: str

    @classmethod
    def of(cls, text: str, code: str) -> "CodedText":
        """Return the message."""
        coded = cls(text)
        coded.code = code
        return coded


class Invalid(RuleViolated):
    """The request does not fit its schema."""

    def __init__(self, error: ValidationError) -> None:
        super().__init__("The request does not fit its schema.")
        self._errors = list(_flat(error.normalized_messages(), ()))

    @property
    def errors(self) -> list[dict[str, str]]:
        """Every field at fault."""
        return self._errors


def _flat(messages: Any, path: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Give one entry per message; ``_schema`` is about the whole object."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _flat(inner, path if key == "_schema" else (*path, str(key)))
        return
    for message in messages if isinstance(messages, list) else [messages]:
        if isinstance(message, dict):
            yield from _flat(message, path)
            continue
        code = message.code if isinstance(message, CodedText) else _CODES.get(message, "invalid")
        yield {"field": ".".join(path), "code": code, "message": str(message)}


def problem(error: ServiceError, correlation_id: str) -> Answer:
    """Return the answer that tells of an error."""
    body = {
        "type": f"urn:zirve:problem:{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.message,
        "code": error.code,
        "correlation_id": correlation_id,
    }
    if error.errors:
        body["errors"] = error.errors
    if error.rule:
        body["rule"] = {"text": error.rule, "source": error.rule_source}
    if error.params:
        body["params"] = {name: str(value) for name, value in error.params.items()}
    headers = {"Content-Type": CONTENT_TYPE}
    if (retry_after := getattr(error, "retry_after", None)) is not None:
        headers["Retry-After"] = str(retry_after)
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = f'Bearer realm="zirve", error_description="{error.message}"'
    if (allow := error.params.get("allow")) is not None:
        headers["Allow"] = allow
    return Answer(error.status, dumps(body), headers)
