"""Write the pages that follow from the code, or tell which are stale: ``python -m deploy.docs``."""

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; returns 1 when ``--check`` finds stale pages, else 0."""
    parser = argparse.ArgumentParser(prog="python -m deploy.docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, name stale pages")
    parser.add_argument("--root", type=Path, default=ROOT, help="checkout to write to")
    options = parser.parse_args(arguments)
    warnings.filterwarnings("ignore", message="\\nEventlet is deprecated")
    from deploy.docs.pages import pages

    stale = [
        (path, text)
        for path, text in pages(options.root).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(options.root)} {'is stale' if options.check else 'written'}")
    if stale and options.check:
        print("Run `make docs`.", file=sys.stderr)
    return int(bool(stale) and options.check)


if __name__ == "__main__":
    sys.exit(main())
