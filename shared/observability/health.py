"""Live: this process turns. Ready: it can do its work, so send it some."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Health:
    """What readiness depends on.

    Attributes:
        look: Tells what works, by name.
        draining: The process has been told to stop.
    """

    look: Callable[[], dict[str, bool]]
    draining: bool = False

    def ready(self) -> tuple[bool, dict[str, bool]]:
        """Tell whether all works, and what does."""
        checks = {**self.look(), "accepting": not self.draining}
        return all(checks.values()), checks
