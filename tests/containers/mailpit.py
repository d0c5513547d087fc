"""Stands in for Mailpit: takes mails at port 1025, gives them to the demonstration at port 8025.

It answers the two requests of Mailpit's API that the demonstration makes, in Mailpit's shape, and
the health check of docker-compose.yml (``/mailpit readyz``).
"""

import asyncio
import json
import re
import signal
import sys
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

from aiosmtpd.smtp import SMTP

FOLDER = Path("/data")
SMTP_PORT, HTTP_PORT = 1025, 8025


class Keeper:
    async def handle_DATA(self, _server: object, _session: object, mail: Any) -> str:  # noqa: N802
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        draft = FOLDER / f".{name}"
        draft.write_bytes(mail.content)
        draft.replace(FOLDER / f"{name}.eml")
        return "250 2.0.0 Ok: queued"


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/readyz":
            self.answer(b"ok", "text/plain")
        elif path == "/api/v1/messages":
            self.answer(json.dumps(self.page()).encode(), "application/json")
        elif found := re.fullmatch(r"/api/v1/message/(\w+)/raw", path):
            self.answer((FOLDER / f"{found[1]}.eml").read_bytes(), "text/plain")
        else:
            self.send_error(404)

    def page(self) -> dict[str, Any]:
        asked = {
            name: int(values[0]) for name, values in parse_qs(urlsplit(self.path).query).items()
        }
        start, limit = asked.get("start", 0), asked.get("limit", 50)
        names = sorted((path.stem for path in FOLDER.glob("*.eml")), reverse=True)
        messages = [{"ID": name, "Created": created(name)} for name in names[start : start + limit]]
        return {"total": len(names), "start": start, "messages": messages}

    def answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def created(name: str) -> str:
    return datetime.strptime(name, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC).isoformat()


async def serve() -> None:
    loop = asyncio.get_running_loop()
    told_to_end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_end.set)
    answering = ThreadingHTTPServer(("", HTTP_PORT), Answers)
    threading.Thread(target=answering.serve_forever, daemon=True).start()
    taking = await loop.create_server(
        lambda: SMTP(Keeper(), hostname="mailpit", enable_SMTPUTF8=True, loop=loop), "", SMTP_PORT
    )
    async with taking:
        await told_to_end.wait()


if __name__ == "__main__":
    if sys.argv[1:] == ["readyz"]:
        urlopen(f"http://127.0.0.1:{HTTP_PORT}/readyz", timeout=4).close()
    else:
        asyncio.run(serve())
