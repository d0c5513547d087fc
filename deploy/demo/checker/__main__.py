"""Check by itself: ``python -m deploy.demo.checker --mongo-uri … --amqp-uri … --mails …``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.demo.checker import Evidence, check
from deploy.demo.checker.evidence import SERVICES


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the command line names; returns 0 when all is as expected."""
    parser = argparse.ArgumentParser(prog="python -m deploy.demo.checker", description=__doc__)
    parser.add_argument("--mongo-uri", required=True, help="the replica set")
    parser.add_argument("--amqp-uri", required=True, help="the broker and virtual host")
    parser.add_argument("--mails", type=Path, required=True, help="directory of .eml files")
    parser.add_argument("--database-prefix", default="", help="before each service's name")
    parser.add_argument("--was-killed", action="store_true", help="a mail may have come twice")
    options = parser.parse_args(arguments)
    evidence = Evidence(
        mongo_uri=options.mongo_uri,
        amqp_uri=options.amqp_uri,
        mails=options.mails,
        databases={service: options.database_prefix + service for service in SERVICES},
        was_killed=options.was_killed,
    )
    return 1 if check(evidence) else 0


if __name__ == "__main__":
    sys.exit(main())
