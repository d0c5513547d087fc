"""Door: what is declared about a method that answers requests."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Required, TypedDict, TypeVar, Unpack

from marshmallow import Schema, missing

from shared.declarations import declared_by
from shared.web.auth import BY_RIGHT, Access
from shared.web.body import BODY_BYTES

Method = TypeVar("Method", bound=Callable[..., Any])

PATH_ARGUMENT = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")


class Declaration(TypedDict, total=False):
    """What ``@http`` takes beside method and path; see ``Door``."""

    allow: Required[Access]
    takes: type[Schema] | None
    gives: type[Schema] | None
    lists: type[Schema] | None
    status: int
    creates: bool
    if_match: bool
    body_bytes: int
    files: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Door:
    """What ``@http`` declares.

    Attributes:
        method: ``GET``, ``POST``, ``PUT``, ``PATCH`` or ``DELETE``.
        path: With arguments as ``<city_id>``.
        allow: Who may enter.
        takes: Of the body, or of the query string of a GET or DELETE.
        gives: Of the answer.
        lists: Of the items, when the answer is a page.
        status: HTTP status of success.
        creates: The method gets a ``new_id``, and the request must have an Idempotency-Key.
        if_match: The request must have an If-Match.
        body_bytes: Size limit of its body.
        files: Media types of the answer, when the method returns a ready-made ``Answer``.
        tags: Groups in the description of the API.
        function: The method.
    """

    method: str
    path: str
    allow: Access
    takes: type[Schema] | None = None
    gives: type[Schema] | None = None
    lists: type[Schema] | None = None
    status: int = 200
    creates: bool = False
    if_match: bool = False
    body_bytes: int = BODY_BYTES
    files: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    function: Callable[..., Any] = field(repr=False)

    @property
    def name(self) -> str:
        """The operation id."""
        return self.function.__name__

    @property
    def is_command(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET"

    @property
    def has_body(self) -> bool:
        """Whether ``takes`` is of the body."""
        return self.method in ("POST", "PUT", "PATCH")

    @property
    def path_arguments(self) -> list[str]:
        """Names in the path, in order."""
        return PATH_ARGUMENT.findall(self.path)

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """Those of the method but ``self``, by name."""
        return dict(list(inspect.signature(self.function).parameters.items())[1:])

    def check(self) -> None:
        """Compare the declaration with the method.

        Raises:
            TypeError: The method could not be called with what the declaration gives.
        """
        if self.lists and (self.gives or self.is_command):
            raise TypeError(f"{self.name}: a list is a GET and gives nothing else")
        if self.creates and self.method != "POST":
            raise TypeError(f"{self.name}: only a POST creates")
        if BY_RIGHT in self.allow.scopes.values() and "principal" not in self.parameters:
            raise TypeError(f"{self.name}: nothing asks for the right of who enters")
        offered = {"principal": True, **dict.fromkeys(self.path_arguments, True)}
        offered |= {"new_id": True} if self.creates else {}
        offered |= {"page": True} if self.lists else {}
        for name, each in (self.takes().load_fields if self.takes else {}).items():
            # ``attribute="description.name"`` gathers fields in one value, ``description``.
            whole = (each.attribute or name).partition(".")[0]
            always = each.required or each.load_default is not missing
            offered[whole] = offered.get(whole, False) or always
        wanted = self.parameters
        needed = {name for name, each in wanted.items() if each.default is each.empty}
        if not_sure := [name for name in needed if not offered.get(name)]:
            raise TypeError(f"{self.name}: nothing always gives {', '.join(sorted(not_sure))}")
        if unused := offered.keys() - wanted.keys() - {"principal", "new_id"}:
            raise TypeError(f"{self.name}: has no parameter for {', '.join(sorted(unused))}")


def declare(
    method: str, path: str, **declaration: Unpack[Declaration]
) -> Callable[[Method], Method]:
    """Note on a method that it answers requests; see ``Door`` for the arguments.

    The status is 201 when something is created, 204 when nothing is given, else 200. A method
    without ``gives`` and ``lists`` returns ``None`` or a ready-made ``Answer``.

    Raises:
        TypeError: The method could not be called with what the declaration gives.
    """

    def decorate(function: Method) -> Method:
        gives = any(declaration.get(each) for each in ("gives", "lists", "files"))
        usual = 201 if declaration.get("creates") else 200 if gives else 204
        everything: Any = {"status": usual, **declaration}
        door = Door(method=method, path=path, function=function, **everything)
        door.check()
        function.__dict__["door"] = door
        return function

    return decorate


def doors_of(service: type) -> list[Door]:
    """Return the doors that a class declares, in its order."""
    members = declared_by(service).values()
    return [each.__dict__["door"] for each in members if "door" in getattr(each, "__dict__", {})]
