import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from deploy.demo.mailbox import PAGE, Folder, Mailpit


class MailServer(ThreadingHTTPServer):
    """Answers as Mailpit's documentation says, newest first.

    Attributes:
        mails: Contents by id, oldest first.
        asked: Ids whose contents were asked for, in order.
    """

    mails: dict[str, bytes]
    asked: list[str]


class Answers(BaseHTTPRequestHandler):
    server: MailServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        *_, name, last = parts.path.split("/")
        if last == "raw":
            self.server.asked.append(name)
            self.answer(self.server.mails[name])
            return
        query = {key: int(values[0]) for key, values in parse_qs(parts.query).items()}
        newest_first = list(self.server.mails)[::-1]
        page = newest_first[query["start"] : query["start"] + query["limit"]]
        messages = [{"ID": each, "Created": f"2024-11-04T09:00:{each}Z"} for each in page]
        self.answer(json.dumps({"messages": messages}).encode())

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(("127.0.0.1", 0), Answers) as server:
        server.mails, server.asked = {}, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_folder_gives_its_mails_oldest_first(tmp_path: Path) -> None:
    for name in ("2.eml", "1.eml", ".3.eml.draft"):
        (tmp_path / name).touch()

    assert [path.name for path in Folder(tmp_path).files()] == ["1.eml", "2.eml"]


def test_mails_are_copied_once_page_by_page_and_given_oldest_first(
    server: MailServer, tmp_path: Path
) -> None:
    server.mails = {f"{number:06}": f"mail {number}".encode() for number in range(PAGE + 5)}
    mailbox = Mailpit(f"http://127.0.0.1:{server.server_port}", tmp_path / "mails")

    files = mailbox.files()
    server.mails["999999"] = b"a late one"
    more = mailbox.files()

    assert [path.read_bytes() for path in files] == list(server.mails.values())[:-1]
    assert more[:-1] == files
    assert more[-1].read_bytes() == b"a late one"
    assert sorted(server.asked) == sorted(server.mails)
