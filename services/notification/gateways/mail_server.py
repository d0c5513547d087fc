"""The mail server that takes the network's mails (RFC 5321)."""

import contextlib
import re
import smtplib
import time
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from shared.config import BadSettings
from shared.errors import Unavailable
from shared.observability.traces.spans import calling

PERMANENT = 500
"""From this reply code on, the same mail will not be taken later either (RFC 5321 §4.2.1)."""
_REPLY_MOST = 300
_ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")


class MailServerAway(Unavailable):
    """The mail server does not answer, or has asked to be tried again later."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The mail server's word on a mail.

    Attributes:
        accepted: It is responsible for the mail from now on; else it refuses it for good.
        text: Code and text, without addresses.
    """

    accepted: bool
    text: str


class _Conversation(smtplib.SMTP):
    """A connection that ends, as a whole, within so many seconds, also after the process stood."""

    def __init__(self, host: str, port: int, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        super().__init__(host, port, timeout=seconds)

    def send(self, s: Any) -> None:
        self._hurry()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        self._hurry()
        return super().getreply()

    def _hurry(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if self.sock is not None:
            self.sock.settimeout(left)


class MailServer:
    """Hands mails over, one connection each."""

    def __init__(self, uri: str, seconds: float) -> None:
        """Take the server's place.

        Args:
            uri: ``smtp://host:port``.
            seconds: How long it may take for a mail.

        Raises:
            BadSettings: It is none.
        """
        try:
            parts = urlsplit(uri)
            host, port = parts.hostname, parts.port or smtplib.SMTP_PORT
        except ValueError:
            host, port = None, 0
        if host is None or parts.scheme != "smtp":
            raise BadSettings("SMTP_URI: smtp://host:port is expected")
        self._host, self._port, self._seconds = host, port, seconds

    def deliver(self, mail: EmailMessage) -> Reply:
        """Hand a mail over to whom its headers name.

        Raises:
            MailServerAway: Nobody knows whether it was taken, or it may be taken later.
        """
        with calling("send mail", self._host, self._port):
            return self._deliver(mail)

    def _deliver(self, mail: EmailMessage) -> Reply:
        try:
            connection = _Conversation(self._host, self._port, self._seconds)
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerAway(f"The mail server is away: {type(error).__name__}.") from None
        try:
            connection.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            ((code, text),) = error.recipients.values()
            return _refusal(code, text)
        except smtplib.SMTPHeloError as error:
            # It refuses us, not this mail.
            raise MailServerAway(_said(error.smtp_code, error.smtp_error)) from None
        except smtplib.SMTPResponseException as error:
            return _refusal(error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError:
            return Reply(accepted=False, text="the server takes no internationalised addresses")
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerAway(f"The mail server went away: {type(error).__name__}.") from None
        finally:
            # The mail's fate is decided; a server that is rude at parting changes nothing.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                connection.quit()
            connection.close()
        return Reply(accepted=True, text="250")


def _refusal(code: int, text: bytes | str) -> Reply:
    if code < PERMANENT:
        raise MailServerAway(_said(code, text))
    return Reply(accepted=False, text=_said(code, text))


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {_ADDRESS.sub('<address>', ' '.join(words.split()))}"[:_REPLY_MOST]
