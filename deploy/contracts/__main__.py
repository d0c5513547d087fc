"""Write a sample of each new event, and note new fields: ``python -m deploy.contracts``.

What is there stays as it is: it was published, and the tests hold the code to it.
"""

import json
import sys
from pathlib import Path
from typing import Any

from deploy.contracts.language import contracts, name_of
from deploy.contracts.listing import breaches, grown, today
from deploy.contracts.samples import sample_of

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "contract"


def main(folder: Path = FOLDER) -> int:
    """Write what is new; returns the exit code: 1 when the code breaks what was published."""
    listing = folder / "fields.json"
    published = json.loads(listing.read_text()) if listing.exists() else {}
    if broken := breaches(published, today()):
        print("This breaks what was published; add an optional field or a new event instead:")
        print("\n".join(f"  {each}" for each in broken))
        return 1
    written = [_write(listing, grown(published, today()))]
    for contract in contracts():
        path = folder / "samples" / f"{name_of(contract)}.v1.json"
        if not path.exists():
            written.append(_write(path, sample_of(contract)))
    print("\n".join(f"{path} written" for path in written if path) or "Nothing is new.")
    return 0


def _write(path: Path, value: Any) -> Path | None:
    """Write a file if it would be another; returns its path if so."""
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    if path.exists() and path.read_text() == text:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


if __name__ == "__main__":
    sys.exit(main())
