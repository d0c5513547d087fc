"""What a service refuses, and with which HTTP status; drawn as a tree.

::

    ServiceError
    ├── BadRequest             400  the request cannot be read
    ├── Unauthenticated        401  nobody knows who asks
    ├── Forbidden              403  who asks may not do this
    ├── NotFound               404
    ├── MethodNotAllowed       405  the path takes other methods
    ├── Conflict               409  not in this state
    ├── PreconditionFailed     412  it is not at the version of If-Match any more
    ├── BodyTooLarge           413
    ├── UnsupportedMediaType   415
    ├── RuleViolated           422  readable, but against a rule; may name the field
    ├── PreconditionRequired   428  If-Match is missing
    ├── TooManyRequests        429  later; says when
    └── Unavailable            503  later; says when
        └── Claimed            503  another process is at it

A domain's own errors subclass one of these beside the method that raises them. Their class name
is the fact and, in snake_case, the ``code`` that a caller can rely on.
"""

import re
from typing import Any, ClassVar

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class ServiceError(Exception):
    """A refusal that the caller is told about.

    Attributes:
        status: HTTP status (RFC 9110).
        code: The class name in snake_case.
        rule: The rule that it was refused by, one sentence; empty where none of the domain's is.
        rule_source: Where the rule stands outside of this code, or empty.
        params: What the message speaks of, by name; also given to the caller, so no secrets.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    rule: ClassVar[str] = ""
    rule_source: ClassVar[str] = ""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message)
        self.params = params

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.code = _WORD_START.sub("_", cls.__name__).lower()

    @property
    def message(self) -> str:
        """The sentence that the caller reads."""
        return str(self.args[0])

    @property
    def errors(self) -> list[dict[str, str]]:
        """The fields at fault: ``{field, code, message}`` each; empty when it is none's."""
        return []


class BadRequest(ServiceError):
    """The request cannot be read."""

    status = 400


class Unauthenticated(ServiceError):
    """Nobody knows who asks."""

    status = 401


class Forbidden(ServiceError):
    """Who asks may not do this."""

    status = 403


class NotFound(ServiceError):
    """There is no such thing."""

    status = 404


class MethodNotAllowed(ServiceError):
    """The path takes other methods."""

    status = 405


class Conflict(ServiceError):
    """Not in the state that it is in."""

    status = 409


class PreconditionFailed(ServiceError):
    """It is not at the version of If-Match any more."""

    status = 412


class BodyTooLarge(ServiceError):
    """The body is larger than this door takes."""

    status = 413


class UnsupportedMediaType(ServiceError):
    """The body is not of a type that this door reads."""

    status = 415


class RuleViolated(ServiceError):
    """The request can be read, but it is against a rule.

    Attributes:
        field: Path of the field at fault (``legs.0.zone``), or ``None``.
    """

    status = 422

    def __init__(self, message: str, field: str | None = None, **params: Any) -> None:
        super().__init__(message, **params)
        self.field = field

    @property
    def errors(self) -> list[dict[str, str]]:
        """The one field at fault, if it was named."""
        if self.field is None:
            return []
        return [{"field": self.field, "code": self.code, "message": self.message}]


class PreconditionRequired(ServiceError):
    """If-Match is missing."""

    status = 428


class _Later(ServiceError):
    """Refused for now.

    Attributes:
        retry_after: When to ask again, seconds from now.
    """

    def __init__(self, message: str, *, retry_after: int = 1, **params: Any) -> None:
        super().__init__(message, **params)
        self.retry_after = retry_after


class TooManyRequests(_Later):
    """Who asks has asked too often."""

    status = 429


class Unavailable(_Later):
    """Something that this needs is away, or the process is full."""

    status = 503


class Claimed(Unavailable):
    """Another process is at it; an event waits for that without having been tried."""
