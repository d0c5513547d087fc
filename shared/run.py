"""Run one process of a service, or declare what services need: ``python -m shared.run``.

eventlet must patch the standard library before anything that opens a socket or takes a lock is
imported, so this module imports nothing else.
"""

import os
import sys
import warnings


def main(arguments: list[str] | None = None) -> int:
    """Patch, then run what the command line says; returns the exit code."""
    # Read by eventlet when it is imported: its own resolver breaks more than it helps.
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # noqa: TID251 - not a setting of ours
    warnings.filterwarnings("ignore", message="\\nEventlet is deprecated")
    import eventlet

    eventlet.monkey_patch()
    from shared.launcher import launch

    return launch(arguments)


if __name__ == "__main__":
    sys.exit(main())
