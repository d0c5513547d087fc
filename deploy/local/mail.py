"""A mail server that keeps what it is given: ``python -m deploy.local.mail``.

Every mail becomes a file in one directory, whoever it is for; none leaves the machine.
"""

import argparse
import asyncio
import itertools
import signal
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.local.layout import REPOSITORY
from deploy.local.ports import LOOPBACK, accepts
from deploy.local.server import PYTHON, Server


class MailSink(Server):
    """The mail server as a process of an installation."""

    name = "mail"
    purposes = ("smtp",)

    @property
    def uri(self) -> str:
        """Return the ``smtp://`` URI."""
        return f"smtp://{LOOPBACK}:{self.entry().ports['smtp']}"

    @property
    def folder(self) -> Path:
        """Where its module is found."""
        return REPOSITORY

    def command(self, ports: Mapping[str, int]) -> Sequence[str]:
        """Return program and arguments."""
        port, directory = str(ports["smtp"]), str(self.layout.mails)
        return [PYTHON, "-m", "deploy.local.mail", "--port", port, "--directory", directory]

    def is_ready(self) -> bool:
        """Tell whether it listens."""
        return accepts(self.entry().ports["smtp"])


class Keeper:
    """Handles a finished mail, as aiosmtpd asks of a handler."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._numbers = itertools.count(1)

    async def handle_DATA(self, _server: object, _session: object, mail: Any) -> str:  # noqa: N802 - its name there
        """Write a mail; it appears under its name when it is complete.

        What SMTP said of it goes before its own headers: one line for the sender, one for each
        recipient (RFC 5321 §4.4, and the custom of Delivered-To).
        """
        said = [f"Return-Path: <{mail.mail_from}>"]
        said += [f"Delivered-To: {recipient}" for recipient in mail.rcpt_tos]
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{next(self._numbers):06d}.eml"
        draft = self._directory / f".{name}"
        draft.write_bytes("".join(f"{line}\r\n" for line in said).encode() + mail.content)
        draft.replace(self._directory / name)
        return "250 Kept"


async def serve(port: int, directory: Path) -> None:
    """Take mails until the process is told to end."""
    from aiosmtpd.smtp import SMTP  # Only the server's own process needs it.

    directory.mkdir(parents=True, exist_ok=True)
    keeper = Keeper(directory)
    loop = asyncio.get_running_loop()
    told_to_end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_end.set)
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="localhost", enable_SMTPUTF8=True, loop=loop),
        LOOPBACK,
        port,
    )
    async with server:
        await told_to_end.wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the server that the command line describes."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local.mail", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="to listen at, loopback only")
    parser.add_argument("--directory", type=Path, required=True, help="where mails are kept")
    options = parser.parse_args(arguments)
    asyncio.run(serve(options.port, options.directory))


if __name__ == "__main__":
    main()
