"""``@http``: a method of a service that answers requests.

The method stays as it is and gets keyword arguments: those of the path, the loaded fields of
``takes``, and, when it has parameters of these names, ``new_id``, ``page`` and ``principal``.
"""

from collections.abc import Callable
from typing import Any, TypeVar, Unpack

from nameko.extensions import Entrypoint, register_entrypoint

from shared.persistence.command import Answer
from shared.web.door import Declaration, Door, declare
from shared.web.server import WebServer

__all__ = ["Answer", "http"]

Method = TypeVar("Method", bound=Callable[..., Any])


class _HttpEntrypoint(Entrypoint):
    """Registers a door with the server that all doors of a service share."""

    server = WebServer()

    def __init__(self, door: Door) -> None:
        super().__init__()
        self.door = door

    def setup(self) -> None:
        """Add the door to the server."""
        self.server.add(self.door)


def http(method: str, path: str, **declaration: Unpack[Declaration]) -> Callable[[Method], Method]:
    """Have a method answer requests; it must say whom it lets in.

    Args:
        method: ``GET``, ``POST``, ``PUT``, ``PATCH`` or ``DELETE``.
        path: With arguments as ``<city_id>``.
        declaration: See ``Door``.

    Raises:
        TypeError: ``allow`` is missing, or the method could not be called with what is declared.
    """

    def decorate(function: Method) -> Method:
        declare(method, path, **declaration)(function)
        register_entrypoint(function, _HttpEntrypoint(function.__dict__["door"]))
        return function

    return decorate
