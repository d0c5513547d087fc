"""A service's API as an operator's command uses it."""

from dataclasses import dataclass, field
from typing import Any

import requests

REQUEST_SECONDS = 300
"""Of the longest request: all that is parked is replayed in one."""

Json = dict[str, Any]


class Refused(Exception):
    """A service does not do what it was asked; the text is its own.

    Attributes:
        code: Of the problem; empty when it was none.
    """

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Api:
    """One service's API.

    Attributes:
        name: Of the service.
        url: Where it is.
        token: An operator's.
    """

    name: str
    url: str
    token: str = field(repr=False)

    def ask(self, method: str, path: str, **request: Any) -> Json:
        """Send a request; returns what was answered.

        Raises:
            Refused: The service does not do it.
            requests.RequestException: Nobody answers.
        """
        with requests.Session() as session:
            session.trust_env = False  # no proxy stands between us and this machine
            answer = session.request(
                method,
                f"{self.url}/v1/{path}",
                headers={"Authorization": f"Bearer {self.token}"},
                timeout=REQUEST_SECONDS,
                **request,
            )
        said: Json = answer.json() if answer.content else {}
        if not answer.ok:
            raise Refused(f"{self.name}: {said.get('detail', answer.reason)}", said.get("code", ""))
        return said
