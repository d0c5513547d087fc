"""The dependency that gives a service its settings."""

from typing import cast, overload

from nameko.extensions import DependencyProvider

from shared.config import Settings


class Configured(DependencyProvider):  # type: ignore[misc]
    """Gives a service class what its process was told from outside: ``settings = Configured()``."""

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn under which name the service class has it."""
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "Configured": ...

    @overload
    def __get__(self, instance: object, owner: type) -> Settings: ...

    def __get__(self, instance: object | None, owner: type) -> "Configured | Settings":
        """Return the provider on the class; an instance has its settings in its own dict."""
        if instance is None:
            return self
        return cast(Settings, instance.__dict__[self.name])

    def get_dependency(self, worker_ctx: object) -> Settings:
        """Return the settings of this process."""
        return cast(Settings, self.container.config["runtime"].settings)
