"""Write what an installation in containers needs: ``python -m deploy.containers``.

That is ``.env`` with random secrets, and the key pair of its tokens. What is there already stays.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.containers.environment import complete
from deploy.local.keys import Keys
from deploy.local.layout import REPOSITORY


def main(arguments: Sequence[str] | None = None) -> int:
    """Do it, and say what was written."""
    parser = argparse.ArgumentParser(prog="python -m deploy.containers", description=__doc__)
    parser.add_argument("--file", type=Path, default=REPOSITORY / ".env")
    parser.add_argument("--keys", type=Path, default=REPOSITORY / "secrets")
    parser.add_argument("--demo", action="store_true", help="for a demonstration: with a clock")
    options = parser.parse_args(arguments)
    added = complete(options.file, {"CLOCK_MAY_BE_SET": "true"} if options.demo else {})
    Keys(options.keys).create()
    print(f"{options.file.name}: {', '.join(added) or 'nothing was missing'}")
    print(
        f"Tokens are issued with the key in {options.keys}: make token keys={options.keys.name} …"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
