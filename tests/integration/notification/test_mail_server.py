import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest

from deploy.local.ports import LOOPBACK
from services.notification.gateways.mail_server import MailServer, MailServerAway

CUT = b""
"""In the place of a reply: the connection ends."""


class Scripted(socketserver.BaseRequestHandler):
    """Says what a test has written down for it."""

    def handle(self) -> None:
        script: dict[str, bytes] = self.server.script  # type: ignore[attr-defined]
        lines = self.request.makefile("rb")
        if not self._say(script["greeting"]):
            return
        for line in lines:
            command = line[:4].decode().strip().lower()
            if not self._say(script[command]):
                return
            if command == "data" and script["data"].startswith(b"3"):
                while next(lines, b".\r\n") != b".\r\n":
                    pass
                if not self._say(script["mail is in"]):
                    return

    def _say(self, reply: bytes) -> bool:
        if reply is not CUT:
            time.sleep(self.server.pause)  # type: ignore[attr-defined]
            self.request.sendall(reply + b"\r\n")
        return reply is not CUT


POLITE = {
    "greeting": b"220 here",
    "ehlo": b"250 here",
    "helo": b"250 here",
    "mail": b"250 OK",
    "rcpt": b"250 OK",
    "data": b"354 go on",
    "mail is in": b"250 OK",
    "rset": b"250 OK",
    "quit": b"221 bye",
}


@pytest.fixture
def server() -> Iterator[Callable[..., MailServer]]:
    started = []

    def start(seconds: float = 20, pause: float = 0, **script: bytes) -> MailServer:
        listener = socketserver.ThreadingTCPServer((LOOPBACK, 0), Scripted)
        listener.script = {**POLITE, **script}  # type: ignore[attr-defined]
        listener.pause = pause  # type: ignore[attr-defined]
        threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True).start()
        started.append(listener)
        return MailServer(f"smtp://{LOOPBACK}:{listener.server_address[1]}", seconds)

    yield start
    for listener in started:
        listener.shutdown()
        listener.server_close()


@pytest.fixture
def mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "secretariat@zirve.example"
    mail["To"] = "defne.karasu@istanbul.example"
    mail.set_content("Sayın Defne Karasu,\n.\n")  # noqa: RUF001 - Turkish as it is written
    return mail


def test_a_mail_that_is_taken_is_taken(
    server: Callable[..., MailServer], mail: EmailMessage
) -> None:
    assert server().deliver(mail).accepted


@pytest.mark.parametrize("reply", [b"500 what?", b"421 hurry up", CUT])
def test_rudeness_at_parting_changes_nothing(
    server: Callable[..., MailServer], mail: EmailMessage, reply: bytes
) -> None:
    assert server(quit=reply).deliver(mail).accepted


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ({"rcpt": b"550 5.1.1 <defne.karasu@istanbul.example> unknown"}, "550 5.1.1 <address> unk"),
        ({"mail": b"553 who is secretariat@zirve.example?"}, "553 who is <address>"),
        ({"data": b"554 no"}, "554 no"),
        ({"mail is in": b"552 too large"}, "552 too large"),
    ],
)
def test_a_mail_that_is_refused_for_good_is_refused_without_naming_addresses(
    server: Callable[..., MailServer], mail: EmailMessage, script: dict[str, bytes], text: str
) -> None:
    reply = server(**script).deliver(mail)

    assert not reply.accepted
    assert reply.text.startswith(text)
    assert "@" not in reply.text


@pytest.mark.parametrize(
    "script",
    [
        {"greeting": b"554 no service"},
        {"greeting": b"421 busy"},
        {"greeting": CUT},
        {"ehlo": b"502 what?", "helo": b"550 not you"},
        {"ehlo": CUT},
        {"mail": b"451 later"},
        {"rcpt": b"450 greylisted"},
        {"data": b"452 disk full"},
        {"mail is in": b"421 shutting down"},
        {"mail is in": CUT},
    ],
)
def test_a_mail_of_unknown_fate_is_tried_again_later(
    server: Callable[..., MailServer], mail: EmailMessage, script: dict[str, bytes]
) -> None:
    with pytest.raises(MailServerAway):
        server(**script).deliver(mail)


def test_a_mail_server_that_dawdles_is_left_although_each_reply_comes_in_time(
    server: Callable[..., MailServer], mail: EmailMessage
) -> None:
    with pytest.raises(MailServerAway):
        server(seconds=1, pause=0.3).deliver(mail)
