"""A mail server that is far: ``python -m tests.bench.capacity.slow_mail PORT FOLDER SECONDS``."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from deploy.local.mail import Keeper
from deploy.local.ports import LOOPBACK


class SlowKeeper(Keeper):
    """Keeps a mail after a while, as if all its round trips together had taken so long."""

    def __init__(self, directory: Path, seconds: float) -> None:
        super().__init__(directory)
        self._seconds = seconds

    async def handle_DATA(self, server: object, session: object, mail: Any) -> str:  # noqa: N802 - its name there
        """Wait, and keep it."""
        await asyncio.sleep(self._seconds)
        return await super().handle_DATA(server, session, mail)


async def serve(port: int, directory: Path, seconds: float) -> None:
    """Take mails until the process is ended."""
    from aiosmtpd.smtp import SMTP

    keeper = SlowKeeper(directory, seconds)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="localhost", enable_SMTPUTF8=True, loop=loop), LOOPBACK, port
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])))
