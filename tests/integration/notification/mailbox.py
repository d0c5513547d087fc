"""A mail server of the test's own, which takes, refuses or puts off by recipient."""

import asyncio
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller
from icalendar import Calendar, Event

from deploy.local.ports import LOOPBACK, free_port

REFUSED, LATER, SLOW = "refused", "later", "slow"
"""Local parts that get 550, or 451 the first time, or whose mails take their time."""
SLOW_SECONDS = 3


class Mailbox:
    """Keeps what it takes, in the order of taking.

    Attributes:
        mails: Those it has taken.
        begun: Recipients of those that it was handed, taken or not.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.begun: list[str] = []
        self._put_off: set[str] = set()
        self._controller = Controller(
            self, hostname=LOOPBACK, port=free_port(), enable_SMTPUTF8=False
        )

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        local = address.split(".")[0]
        if local == REFUSED:
            return f"550 5.1.1 <{address}>: no such user"
        if local == LATER and address not in self._put_off:
            self._put_off.add(address)
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        parser = BytesParser(EmailMessage, policy=policy.default)
        self.begun += envelope.rcpt_tos
        if envelope.rcpt_tos[0].startswith(f"{SLOW}."):
            await asyncio.sleep(SLOW_SECONDS)
        self.mails.append(parser.parsebytes(envelope.content))
        return "250 OK: queued as 4711"

    def __enter__(self) -> "Mailbox":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def uri(self) -> str:
        return f"smtp://{LOOPBACK}:{self._controller.port}"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if address in str(mail["To"])]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text


def calendar_of(mail: EmailMessage) -> tuple[str, Event] | None:
    """Return METHOD and VEVENT of the calendar object, or None when there is none."""
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_content())
            (event,) = calendar.walk("VEVENT")
            assert part.get_param("method") == calendar["METHOD"]
            return str(calendar["METHOD"]), event
    return None
