"""Reading a request: its headers, its query string, its body; strictly, and within limits."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from marshmallow import Schema, fields

from shared.errors import BadRequest, PreconditionFailed, UnsupportedMediaType
from shared.ids import new_id
from shared.observability.traces import context
from shared.strict_json import loads
from shared.web.body import BODY_BYTES, Body
from shared.web.fields import refuse

_PARAMETERS_MOST = 50
_JSON_TYPE = re.compile(r'application/json(\s*;\s*charset="?utf-8"?)?\s*', re.IGNORECASE)
_CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_KEY = re.compile(r"[!-~]{1,200}", re.ASCII)
_ETAG = re.compile(r'"(\d{1,15})"', re.ASCII)


class NotJson(BadRequest):
    """The body is not strict JSON."""


class IdempotencyKeyMissing(BadRequest):
    """What creates something needs the header ``Idempotency-Key``."""


class Request:
    """One request.

    Attributes:
        environ: As WSGI gives it.
        method: ``GET``, ``POST`` …
        path: Decoded, without the query string.
        correlation_id: The caller's, or a new one.
        traceparent: W3C Trace Context of the caller, when it is well formed; from the beginning of
            our own span on, that.
        body: Bytes; empty until ``read`` has read them.
    """

    __slots__ = ("_body", "body", "correlation_id", "environ", "method", "path", "traceparent")

    def __init__(self, environ: dict[str, Any]) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        # What is not UTF-8 matches no route and no id.
        self.path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        given = environ.get("HTTP_X_CORRELATION_ID", "")
        self.correlation_id = given if _CORRELATION_ID.fullmatch(given) else new_id()
        self.traceparent = context.read(environ.get("HTTP_TRACEPARENT"))
        self.body = b""
        self._body = Body()

    def header(self, name: str) -> str | None:
        """Return a header by its WSGI name (``HTTP_IF_MATCH``), or ``None``."""
        return self.environ.get(name)

    @property
    def idempotency_key(self) -> str | None:
        """The caller's name of this request.

        Raises:
            BadRequest: It is not 1 to 200 visible ASCII characters.
        """
        key = self.header("HTTP_IDEMPOTENCY_KEY")
        if key is not None and not _KEY.fullmatch(key):
            raise BadRequest("An Idempotency-Key has 1 to 200 visible ASCII characters.")
        return key

    @property
    def expected_version(self) -> int | None:
        """The version that If-Match names; ``None`` when any will do.

        Raises:
            PreconditionFailed: It is no ETag of ours.
        """
        given = self.header("HTTP_IF_MATCH")
        if given is None or given.strip() == "*":
            return None
        match = _ETAG.fullmatch(given.strip())
        if match is None:
            raise PreconditionFailed("This is no ETag of ours.")
        return int(match[1])

    def close_after(self) -> None:
        """Have the connection closed once this is answered."""
        if (connection := self.environ.get("zirve.connection")) is not None:
            connection.close_connection = True

    def is_awaited(self) -> bool:
        """Tell whether the client has not closed the connection yet."""
        connection = self.environ.get("zirve.connection")
        return connection is None or connection.is_open()

    def has_come(self) -> None:
        """Take off the deadline within which a request must have come."""
        declared = self.header("CONTENT_LENGTH") or self.header("HTTP_TRANSFER_ENCODING") or "0"
        if not self.body and declared != "0":
            self.close_after()  # It has a body that nobody reads, and that might never end.
        if (connection := self.environ.get("zirve.connection")) is not None:
            connection.reading.cancel()

    # -- the body ------------------------------------------------------------------------------

    def read(self, most: int = BODY_BYTES) -> None:
        """Read the body, if there is one; ``release`` must follow.

        Args:
            most: Bytes that it may have.

        Raises:
            BodyTooLarge: It has more.
            BadRequest: It does not come whole.
            Unavailable: This process holds too many.
        """
        length = self.header("CONTENT_LENGTH")
        if not length and not self.header("HTTP_TRANSFER_ENCODING"):
            return
        try:
            stream = self.environ["wsgi.input"]
            self.body = self._body.read(stream, int(length) if length else None, most)
        except BadRequest:
            self.close_after()
            raise

    def release(self) -> None:
        """Let go of the body."""
        self._body.release()

    def json(self) -> Any:
        """Return what the body says; ``None`` when there is none.

        Raises:
            UnsupportedMediaType: It is not declared as JSON, or is compressed.
            NotJson: It is not strict JSON.
        """
        if not self.body:
            return None
        if not _JSON_TYPE.fullmatch(self.environ.get("CONTENT_TYPE") or ""):
            raise UnsupportedMediaType("The body must be application/json.")
        if self.header("HTTP_CONTENT_ENCODING") not in (None, "identity"):
            raise UnsupportedMediaType("The body must not be compressed.")
        try:
            return loads(self.body)
        except ValueError as error:
            raise NotJson(f"The body is not JSON: {error}.") from None

    def is_framed_strangely(self) -> bool:
        """Tell whether a proxy could see another end of this request than we do.

        Source:
            RFC 9112 §6.1, §6.3, §11.2 (request smuggling).
        """
        length = self.header("CONTENT_LENGTH")
        transfer = self.header("HTTP_TRANSFER_ENCODING")
        if length is None and transfer is None:
            return False
        names = [name.lower() for name, _ in self.environ.get("headers_raw", ())]
        doubled = names.count("content-length") + names.count("transfer-encoding") > 1
        odd = transfer not in (None, "chunked") or not (length or "0").isdecimal()
        return doubled or odd

    # -- the query string ----------------------------------------------------------------------

    def query(self) -> dict[str, list[str]]:
        """Return the parameters of the query string.

        Raises:
            BadRequest: It is not UTF-8, or there are too many.
        """
        text = self.environ.get("QUERY_STRING")
        if not text:
            return {}
        try:
            return parse_qs(
                text, keep_blank_values=True, errors="strict", max_num_fields=_PARAMETERS_MOST
            )
        except ValueError:
            raise BadRequest("The query string cannot be read.") from None


def typed(query: Mapping[str, list[str]], schema: Schema) -> dict[str, Any]:
    """Give parameters the JSON types that a schema expects; what does not fit stays text.

    Raises:
        ValidationError: One comes twice that is not a list.
    """
    by_key = {field.data_key or name: field for name, field in schema.fields.items()}
    given: dict[str, Any] = {}
    for name, texts in query.items():
        field = by_key.get(name)
        if isinstance(field, fields.List):
            given[name] = [_typed(text, field.inner) for text in texts]
        elif len(texts) > 1:
            raise refuse("It is given more than once.", "repeated", name)
        else:
            given[name] = _typed(texts[0], field)
    return given


def _typed(text: str, field: fields.Field[Any] | None) -> Any:
    if isinstance(field, fields.Integer) and re.fullmatch(r"-?\d{1,15}", text, re.ASCII):
        return int(text)
    if isinstance(field, fields.Boolean):
        return {"true": True, "false": False}.get(text, text)
    return text
