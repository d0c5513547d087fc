"""The journal: what clients were told, in memory and in a file."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


class Journal:
    """What the clients were told.

    Attributes:
        oddities: Answers that nobody should get, and clients that waited in vain.
        repeats: How often a request had to be sent again, by the reason.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("w")
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self.oddities: list[str] = []
        self.repeats: Counter[str] = Counter()

    def note(self, what: str, **facts: Any) -> None:
        """Note an acknowledged command."""
        entry = {"what": what, **facts}
        with self._lock:
            self._entries.append(entry)
            self._file.write(json.dumps(entry) + "\n")
            self._file.flush()

    def note_oddity(self, text: str) -> None:
        """Note what should not have happened."""
        with self._lock:
            self.oddities.append(text)

    def note_repeat(self, reason: str) -> None:
        """Note that a request is sent again."""
        with self._lock:
            self.repeats[reason] += 1

    def acknowledged(self) -> int:
        """Count the acknowledged commands."""
        return len(self._entries)

    def entries(self) -> Iterator[Entry]:
        """Return all that was noted, in order."""
        return iter(list(self._entries))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
