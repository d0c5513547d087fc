"""A small HTTP client that speaks as one principal."""

import uuid
from collections.abc import Mapping
from typing import Any

import requests

SECONDS = 30


class Client:
    """Sends requests to one service.

    Attributes:
        url: Base URL of the service.
        headers: Sent with every request; a request's own win.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of this machine is none of our business

    def get(self, path: str, **query: Any) -> requests.Response:
        """Ask; keywords become the query string."""
        return self.send("GET", path, params=query)

    def post(
        self, path: str, body: Any = None, *, key: str | None = None, **options: Any
    ) -> requests.Response:
        """Send a JSON body, or none, with an Idempotency-Key: a new one unless ``key`` is given."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4()), **options.pop("headers", {})}
        return self.send("POST", path, json=body, headers=headers, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        """Send a JSON body, or none."""
        return self.send("PUT", path, json=body, **options)

    def patch(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        """Send a JSON body, or none."""
        return self.send("PATCH", path, json=body, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        """Ask for something to be gone."""
        return self.send("DELETE", path, **options)

    def send(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **options: Any
    ) -> requests.Response:
        """Send a request as ``requests`` describes it; answers of any status are returned."""
        return self._session.request(
            method,
            self.url + path,
            headers={**self.headers, **(headers or {})},
            timeout=SECONDS,
            **options,
        )

    def close(self) -> None:
        """Let go of its connections."""
        self._session.close()
