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
    _was_whole: bool = False

    def ready(self) -> tuple[str, dict[str, bool]]:
        """Tell how it is, and what works.

        Returns:
            ``ready``; ``degraded`` when the broker has gone, since commands are still accepted and
            their events kept; ``not ready`` when nothing can be accepted, or not yet; and what
            works, by name.
        """
        checks = {**self.look(), "accepting": not self.draining}
        if all(checks.values()):
            self._was_whole = True
            return "ready", checks
        if self._was_whole and checks["database"] and not self.draining:
            return "degraded", checks
        return "not ready", checks
