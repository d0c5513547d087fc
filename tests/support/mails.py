"""Mails that a sink has kept."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path


def read_mails(folder: Path) -> list[EmailMessage]:
    """Return the mails of a directory in the order of their arrival."""
    parser = BytesParser(EmailMessage, policy=policy.default)
    return [parser.parsebytes(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]
