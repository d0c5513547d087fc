"""An organiser's HTTP client: patient, repeatable, and able to read what it wrote.

Every command carries an ``Idempotency-Key`` that is the same in each run of the scene, so whatever
is killed meanwhile, here or there, a command may be sent again. What a service has changed is
awaited in the others by ``Zirve-After``; nothing here sleeps for a guessed time.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests

SERVICES = ("membership", "events", "travel", "notification")
REQUEST_SECONDS = 30
PATIENCE_SECONDS = 90
"""How long a service may be away before the scene gives up."""
PAUSE_SECONDS = 0.15
CALM_LOOKS = 3
"""Looks in a row that must find nothing: a message in a process's hands is in no queue."""
AWAITED_MOST = 30
"""Events named in one header: it must stay below the 8 KiB that servers take."""
PAGE = 200

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A request, as often as it is sent.

    Attributes:
        method: ``GET``, ``POST`` or ``PUT``.
        path: Below the service's base URL.
        body: To be sent as JSON.
        query: Parameters.
        key: Names the request in every run of the scene.
        anonymous: Without a token.
    """

    method: str
    path: str
    body: Json | None = None
    query: Mapping[str, str | int] | None = None
    key: str | None = None
    anonymous: bool = False


class Refused(Exception):
    """A service has refused what the scene relies on."""

    def __init__(self, call: Call, answer: requests.Response) -> None:
        told = f"{answer.status_code}: {answer.text[:600]}"
        super().__init__(f"{call.method} {call.path} was answered {told}")


class NoAnswer(Exception):
    """A service was away, or had something under way, for longer than the scene is patient."""


class Client:
    """Speaks with the four services.

    Attributes:
        urls: Base URL of each service, by its name.
    """

    def __init__(
        self, urls: Mapping[str, str], token: str, *, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self.urls = urls
        self._patience_seconds = patience_seconds
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy stands between us and this machine
        self._authorization = {"Authorization": f"Bearer {token}"}
        self._unseen: dict[str, list[str]] = {service: [] for service in urls}

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    # -- what an organiser does ----------------------------------------------------------------

    def get(self, service: str, path: str, **query: str | int) -> Json:
        """Read something, once the service has heard of all that was changed so far."""
        return self._answered(service, Call("GET", path, query=query))

    def items(self, service: str, path: str, **query: str | int) -> Iterator[Json]:
        """Read every item of a list, page by page."""
        cursor: str | None = None
        while True:
            more = {} if cursor is None else {"cursor": cursor}
            page = self._answered(
                service, Call("GET", path, query={"limit": PAGE, **query, **more})
            )
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def post(self, service: str, path: str, body: Json | None = None, *, key: str) -> Json:
        """Create or change something, once however often it is sent."""
        return self._answered(service, Call("POST", path, body, key=key))

    def put(self, service: str, path: str, body: Json, *, key: str) -> Json:
        """Set something."""
        return self._answered(service, Call("PUT", path, body, key=key))

    def refused(self, service: str, path: str, body: Json, *, code: str, key: str) -> Json:
        """Try what must be refused; returns the problem details.

        Raises:
            Refused: It was not, or for another reason.
        """
        call = Call("POST", path, body, key=key)
        answer = self._send(service, call)
        problem: Json = answer.json() if answer.content else {}
        if answer.ok or code not in _codes(problem):
            raise Refused(call, answer)
        return problem

    def answer_by_link(self, path: str, body: Json, *, key: str) -> Json:
        """Answer as somebody who has no account, only a link from a mail."""
        return self._answered("events", Call("POST", path, body, key=key, anonymous=True))

    # -- waiting -------------------------------------------------------------------------------

    def settle(self) -> dict[str, Json]:
        """Wait until nothing is under way in any service; returns their statuses.

        Raises:
            NoAnswer: Something was, for too long.
        """
        deadline = time.monotonic() + self._patience_seconds
        calm, before = 0, None
        while calm < CALM_LOOKS:
            found = {service: self.get(service, "/v1/status") for service in self.urls}
            counts = [(each["published"], each["handled"]) for each in found.values()]
            quiet = all(_is_quiet(each) for each in found.values())
            calm = calm + 1 if quiet and counts == before else int(quiet)
            before = counts
            if calm < CALM_LOOKS:
                _pause_until(deadline, f"Still under way: {found}")
        for tokens in self._unseen.values():
            tokens.clear()
        return found

    def wait_for(self, what: str, look: Callable[[], bool]) -> None:
        """Wait until something can be read.

        Raises:
            NoAnswer: It could not, for too long.
        """
        deadline = time.monotonic() + self._patience_seconds
        while not look():
            _pause_until(deadline, f"Not to be seen: {what}.")

    # -- the wire ------------------------------------------------------------------------------

    def _answered(self, service: str, call: Call) -> Json:
        answer = self._send(service, call)
        if not answer.ok:
            raise Refused(call, answer)
        body: Json = answer.json() if answer.content else {}
        return body

    def _send(self, service: str, call: Call) -> requests.Response:
        """Send until it is answered with more than "later"."""
        headers = {} if call.anonymous else dict(self._authorization)
        if call.key is not None:
            headers["Idempotency-Key"] = f"founding-scene/{call.key}"
        awaited = self._unseen[service][-AWAITED_MOST:]
        if awaited:
            headers["Zirve-After"] = ", ".join(awaited)
        deadline = time.monotonic() + self._patience_seconds
        url = self.urls[service] + call.path
        while True:
            answer = self._try(call.method, url, headers=headers, json=call.body, params=call.query)
            if isinstance(answer, requests.Response):
                break
            what = f"{call.method} {call.path}"
            _pause_until(deadline, f"{service} does not answer {what}: {answer}")
        self._note(service, awaited, answer)
        return answer

    def _try(self, method: str, url: str, **request: Any) -> requests.Response | str:
        """Send once; returns the answer, or why it has to be sent again."""
        try:
            answer = self._session.request(method, url, timeout=REQUEST_SECONDS, **request)
        except (requests.ConnectionError, requests.Timeout) as error:
            return type(error).__name__
        later = answer.status_code in (429, 503)
        not_yet = answer.status_code == 409 and answer.json().get("code") == "not_yet_known"
        return answer.text[:300] if later or not_yet else answer

    def _note(self, service: str, awaited: list[str], answer: requests.Response) -> None:
        """Forget what this service has seen by now; remember what the others have to see."""
        pending = self._unseen[service]
        pending[:] = [token for token in pending if token not in awaited]
        tokens = answer.headers.get("Zirve-Seen", "")
        for token in filter(None, (each.strip() for each in tokens.split(","))):
            for others in self._unseen.values():
                others.append(token)


def _codes(problem: Json) -> set[str]:
    return {problem.get("code", ""), *(each["code"] for each in problem.get("errors", ()))}


def _is_quiet(status: Json) -> bool:
    queues = status["queues"]
    return queues is not None and not (status["outbox"] or queues["in"] or queues["retry"])


def _pause_until(deadline: float, reason: str) -> None:
    """Pause before the next look.

    Raises:
        NoAnswer: The time is up.
    """
    if time.monotonic() > deadline:
        raise NoAnswer(reason)
    time.sleep(PAUSE_SECONDS)
