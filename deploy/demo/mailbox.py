"""Where the scene finds the mails that were delivered: in a directory, or at Mailpit."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import requests

PAGE = 200
SECONDS = 30


class Mailbox(Protocol):
    """The mails of an installation, whoever they are for."""

    @property
    def folder(self) -> Path:
        """Directory of what ``files`` gives."""

    def files(self) -> list[Path]:
        """Return each mail that has come so far, oldest first, as an ``.eml`` file."""


@dataclass(frozen=True)
class Folder:
    """The directory that a local mail sink writes to.

    Attributes:
        folder: Of ``.eml`` files whose names begin with the time.
    """

    folder: Path

    def files(self) -> list[Path]:
        """Return what lies in it."""
        return sorted(self.folder.glob("*.eml"))


class Mailpit:
    """A Mailpit, whose mails are copied to a directory.

    Attributes:
        folder: Of the copies; made when missing. What else lies there is taken for mails, too.

    Source:
        Mailpit's API v1: ``/api/v1/messages``, newest first, and ``/api/v1/message/{ID}/raw``.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy stands between us and this machine

    def files(self) -> list[Path]:
        """Copy what has come since.

        Raises:
            requests.RequestException: Mailpit does not answer.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        there = {path.name for path in self.folder.glob("*.eml")}
        for message in self._messages():
            name = f"{message['Created']}-{message['ID']}.eml".replace(":", "")
            if name not in there:
                content = self._get(f"message/{message['ID']}/raw").content
                (self.folder / name).write_bytes(content)
        return sorted(self.folder.glob("*.eml"))

    def _messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            page = self._get("messages", start=len(found), limit=PAGE).json()["messages"]
            found += page
            if len(page) < PAGE:
                return found

    def _get(self, path: str, **query: int) -> requests.Response:
        answer = self._session.get(f"{self._url}/api/v1/{path}", params=query, timeout=SECONDS)
        answer.raise_for_status()
        return answer
