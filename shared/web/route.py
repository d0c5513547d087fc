"""A route: one door of a running service, with all that can be known before a request comes."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from marshmallow import Schema, ValidationError, fields, validate

from shared.domain import Aggregate, bookkeeping
from shared.errors import PreconditionRequired
from shared.ids import derived_id
from shared.messaging.envelope import Cause
from shared.messaging.seen import Seen
from shared.observability.metrics import DoorMeter
from shared.persistence.command import Answer, Command, Relay, RequestKey, run_query
from shared.persistence.repository import Repository
from shared.strict_json import dumps
from shared.web.auth import (
    LINK_HOLDER,
    OWN_CITY,
    PUBLIC,
    SIGNED_LINK,
    CityGuard,
    Principal,
    Verifier,
)
from shared.web.door import Door
from shared.web.fields import IntegerField
from shared.web.paging import LIMIT_DEFAULT, LIMIT_MOST, PageRequest
from shared.web.problem import Invalid
from shared.web.request import IdempotencyKeyMissing, NotJson, Request, typed

JSON = {"Content-Type": "application/json"}


class PagingSchema(Schema):
    """The query parameters of every list."""

    limit = IntegerField(load_default=LIMIT_DEFAULT, validate=validate.Range(1, LIMIT_MOST))
    cursor = fields.String(load_default=None)


class Process(Protocol):
    """What a route needs of the process that it is in."""

    relay: Relay
    seen: Seen

    def repository_of(self, aggregate: type[Aggregate]) -> Repository[Any]:
        """Return the repository that keeps aggregates of a class."""


class Route:
    """Answers the requests at one door.

    Attributes:
        door: What was declared.
        is_public: Nobody is asked who he is, and no limit of load applies.
        meter: Counts its requests.
    """

    def __init__(
        self,
        door: Door,
        call: Callable[..., Any],
        process: Process,
        service: str,
        verifier: Verifier,
    ) -> None:
        self.door = door
        self.is_public = door.allow is PUBLIC
        self.meter = DoorMeter(door.name, logging.DEBUG if self.is_public else logging.INFO)
        self._call = call
        self._process = process
        self._service = service
        self._verifier = verifier
        self._takes: Schema = door.takes() if door.takes else Schema()
        self._pages = PagingSchema()
        gives = door.lists or door.gives
        self._gives = gives() if gives else None
        self._wants_principal = "principal" in door.parameters

    def enter(self, request: Request) -> tuple[Principal, CityGuard | None]:
        """Find out who asks, and read all of what he sends.

        Raises:
            ServiceError: Whatever is refused.
        """
        entered = self._who(request)
        if self.door.has_body:
            request.read(self.door.body_bytes)
        request.has_come()
        return entered

    def answer(
        self,
        request: Request,
        path_arguments: Mapping[str, str],
        principal: Principal,
        guard: CityGuard | None,
    ) -> Answer:
        """Answer a request that has come.

        Raises:
            ServiceError: Whatever is refused.
        """
        arguments = self._arguments(request, path_arguments)
        if guard is not None:
            guard.entering(arguments, needed=self.door.lists is not None)
        if self._wants_principal:
            arguments["principal"] = principal
        after = request.header("HTTP_ZIRVE_AFTER")
        if after is not None and not self.is_public:
            self._process.seen.wait_for(after)
        cause = Cause(request.correlation_id, request.correlation_id, request.traceparent)
        if self.door.is_command:
            key = self._key(request, principal, arguments)
            return self._command(request, arguments, guard, key, cause)
        result = run_query(lambda: self._call(**arguments), cause)
        if guard is not None and not self.door.lists:
            guard.answering(result)
        return self._rendered(result, None)

    def _command(
        self,
        request: Request,
        arguments: dict[str, Any],
        guard: CityGuard | None,
        key: RequestKey | None,
        cause: Cause,
    ) -> Answer:
        if self.door.if_match and request.header("HTTP_IF_MATCH") is None:
            raise PreconditionRequired("If-Match is needed: the ETag that you have seen.")

        def render(result: Any, saved: Aggregate | None) -> Answer:
            if guard is not None:
                guard.answering(result)
            return self._rendered(result, saved)

        return Command(
            call=lambda: self._call(**arguments),
            render=render,
            relay=self._process.relay,
            cause=cause,
            guard=guard.saving if guard else None,
            request=key,
            expected_version=request.expected_version,
            is_awaited=request.is_awaited,
        ).run()

    # -- before the call -----------------------------------------------------------------------

    def _who(self, request: Request) -> tuple[Principal, CityGuard | None]:
        allow = self.door.allow
        if allow is PUBLIC or allow is SIGNED_LINK:
            return LINK_HOLDER, None
        principal = self._verifier.principal(request.header("HTTP_AUTHORIZATION"))
        own_city = allow.scope_of(principal) is OWN_CITY
        return principal, CityGuard(principal) if own_city else None

    def _arguments(self, request: Request, path_arguments: Mapping[str, str]) -> dict[str, Any]:
        query = request.query()
        arguments: dict[str, Any] = {}
        try:
            if self.door.lists:
                paging = {name: query.pop(name) for name in self._pages.fields.keys() & query}
                wanted = self._pages.load(typed(paging, self._pages))
                arguments["page"] = PageRequest.of(wanted["limit"], wanted["cursor"])
            if self.door.has_body:
                body = request.json()
                if query:
                    Schema().load(query)
                if body is None and self.door.takes is not None:
                    raise NotJson("A body is needed.")
                given = self._takes.load({} if body is None else body)
            else:
                given = self._takes.load(typed(query, self._takes))
        except ValidationError as error:
            raise Invalid(error) from None
        return {**arguments, **given, **path_arguments}

    def _key(
        self, request: Request, principal: Principal, arguments: dict[str, Any]
    ) -> RequestKey | None:
        """Read the Idempotency-Key; derives the new id from it where something is created."""
        key = request.idempotency_key
        if key is None:
            if self.door.creates:
                raise IdempotencyKeyMissing("An Idempotency-Key is needed to create something.")
            return None
        route = f"{request.method} {request.path}"
        if self.door.creates:
            arguments["new_id"] = derived_id("request", principal.subject, route, key)
        named = "\x1f".join((principal.subject, route, key)).encode()
        return RequestKey(
            hashlib.sha256(named).hexdigest(), hashlib.sha256(request.body).hexdigest()
        )

    # -- after it ------------------------------------------------------------------------------

    def _rendered(self, result: Any, saved: Aggregate | None) -> Answer:
        """Return the answer; before the write, so what was saved still has its old version."""
        if isinstance(result, Answer):
            body, headers, status = result.body, dict(result.headers), result.status
        elif self._gives is None:
            body, headers, status = b"", {}, self.door.status
        elif self.door.lists:
            items = self._gives.dump(result.items, many=True)
            body = dumps({"items": items, "next_cursor": result.next_cursor})
            headers, status = dict(JSON), self.door.status
        else:
            body, headers = dumps(self._gives.dump(result)), dict(JSON)
            status = self.door.status
        if isinstance(result, Aggregate):
            headers["ETag"] = f'"{result.version + (result is saved)}"'
        if saved is not None and (seen := self._seen(saved)):
            headers["Zirve-Seen"] = seen
        return Answer(status, body, headers)

    def _seen(self, saved: Aggregate) -> str:
        collection = self._process.repository_of(type(saved)).collection
        source = f"{self._service}/{collection}/{saved.id}"
        pending = bookkeeping(saved).pending
        return ", ".join(f"{source}@{each['sequence']};type={each['type']}" for each in pending)
