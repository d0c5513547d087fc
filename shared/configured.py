"""The dependency that gives a service its settings, or what is made of them."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, cast, overload

from nameko.extensions import DependencyProvider

from shared.config import Settings

T = TypeVar("T")


class Configured(DependencyProvider, Generic[T]):  # type: ignore[misc]
    """Gives a service class what its process was told from outside: ``settings = Configured()``.

    With a function it gives what that makes of the settings, once per process and at its start:
    ``mail = Configured(MailServer)``.
    """

    @overload
    def __init__(self: "Configured[Settings]") -> None: ...

    @overload
    def __init__(self, make: Callable[[Settings], T]) -> None: ...

    def __init__(self, make: Callable[[Settings], Any] = lambda settings: settings) -> None:
        super().__init__()
        self.make = make

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn under which name the service class has it."""
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Self | T:
        """Return the provider on the class; an instance has its own in its dict."""
        if instance is None:
            return self
        return cast(T, instance.__dict__[self.name])

    def get_dependency(self, worker_ctx: object) -> T:
        """Return what this process was given."""
        return cast(T, self.make(self.container.config["runtime"].settings))
