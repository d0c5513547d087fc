"""The post: writes letters as mails and hands them to the mail server."""

from collections import OrderedDict
from dataclasses import dataclass
from email.errors import MessageError, NonASCIILocalPartDefect
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from urllib.parse import urlencode

from services.notification.domain.fact import InvitationFact
from services.notification.domain.letter import ID_DOMAIN, Letter, Receipt
from services.notification.gateways.calendars import calendar_object
from services.notification.gateways.mail_server import MailServer
from services.notification.gateways.texts import Text, Texts
from shared.config import BadSettings, Settings
from shared.links import sign

ANSWER_INVITATION = "answer_invitation"
"""What the holder of an answer link may do; events checks it under the same name."""

_EVERYWHERE = SMTP.clone(cte_type="7bit")
"""What every mail server takes: not all of them know 8BITMIME (RFC 6152)."""

REMEMBERED_MOST = 1000
"""Answers kept: only what is being handled right now can be asked for."""


class UnusableAddress(ValueError):
    """What is known as the recipient's address is none."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter that a mail server has answered.

    Attributes:
        letter: As it was written.
        receipt: The answer.
    """

    letter: Letter
    receipt: Receipt


class Post:
    """Writes and sends letters; one per process.

    Attributes:
        languages: Tags that there are texts in (BCP 47).
        seconds: Time that sending takes at the most.
    """

    def __init__(self, settings: Settings) -> None:
        """Read what is written and how it is sent.

        Raises:
            BadSettings: There is no mail server, or nothing to sign answer links with.
        """
        if not settings.LINK_SECRET:
            raise BadSettings("LINK_SECRET: notification signs answer links with it")
        self.seconds = settings.SMTP_SECONDS
        self._server = MailServer(settings.SMTP_URI, self.seconds)
        self._answered: OrderedDict[tuple[str, int], Delivery] = OrderedDict()
        self._sender = settings.MAIL_FROM
        self._public_url = settings.PUBLIC_URL.rstrip("/")
        self._secret = settings.LINK_SECRET
        self._texts = Texts()
        self.languages = self._texts.languages

    def answered(self, message_id: str, attempt: int) -> Delivery | None:
        """Return what the mail server said before, when the note of it could not be stored."""
        return self._answered.get((message_id, attempt))

    def send(self, letter: Letter, attempt: int, *, trace_id: str) -> Delivery:
        """Write a letter and hand it to the mail server; its answer is remembered for a while.

        Args:
            letter: What to write.
            attempt: Tells sending it again on purpose from sending it again by accident.
            trace_id: Of the trace that it is sent in (W3C Trace Context), or empty.

        Raises:
            MailServerAway: It is not there; the same letter may be sent later. Should the server
                have taken it, the second one has the same Message-ID.
        """
        delivery = Delivery(letter, self._hand_over(letter, trace_id))
        self._answered[letter.message_id, attempt] = delivery
        if len(self._answered) > REMEMBERED_MOST:
            self._answered.popitem(last=False)
        return delivery

    def _hand_over(self, letter: Letter, trace_id: str) -> Receipt:
        text = self._texts.write(letter, self._link(letter))
        try:
            mail = self._mail(letter, text)
        except UnusableAddress:
            return Receipt(accepted=False, reply="no mail address", subject=text.subject)
        if trace_id:
            mail["X-Trace-Id"] = trace_id
        reply = self._server.deliver(mail)
        return Receipt(accepted=reply.accepted, reply=reply.text, subject=text.subject)

    def _link(self, letter: Letter) -> str:
        """Return where an invitation can be answered, or nothing; it is stored nowhere."""
        fact = letter.fact
        if not isinstance(fact, InvitationFact) or not fact.generation:
            return ""
        signature = sign(self._secret, ANSWER_INVITATION, fact.invitation_id, fact.generation)
        query = urlencode({"generation": fact.generation, "signature": signature})
        return f"{self._public_url}/v1/answers/{fact.invitation_id}?{query}"

    def _mail(self, letter: Letter, text: Text) -> EmailMessage:
        mail = EmailMessage(policy=_EVERYWHERE)
        mail["Message-ID"] = f"<{letter.message_id}@{ID_DOMAIN}>"
        mail["Date"] = letter.written_at
        mail["From"] = self._sender
        mail["To"] = _address(letter)
        mail["Subject"] = text.subject
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices, please.
        mail["X-Zirve-Message-Kind"] = letter.kind.value
        mail["X-Correlation-Id"] = " ".join(letter.correlation_id.split())
        mail.set_content(text.body)
        if letter.calendar is not None:
            organizer = parseaddr(self._sender)[1]
            mail.add_alternative(
                calendar_object(letter, letter.calendar, organizer),
                subtype="calendar",
                params={"method": letter.calendar.method.value},
            )
        mail["Content-Language"] = letter.language  # Setting the content would remove it.
        return mail


def _address(letter: Letter) -> Address:
    name = " ".join(letter.name.split())
    try:
        return Address(name, addr_spec=letter.email)
    except NonASCIILocalPartDefect:
        # The mail server decides about these (RFC 6531, SMTPUTF8).
        local, _, domain = letter.email.rpartition("@")
        return Address(name, local, domain)
    except (MessageError, ValueError, IndexError):
        # The library has no one way to say that a text is no address.
        raise UnusableAddress(letter.message_id) from None
