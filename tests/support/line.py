"""A line to a server that can be cut, mended, and held, as no test may do to a server of others."""

import contextlib
import socket
import threading
from urllib.parse import urlsplit


class Line:
    """Carries connections from a port of its own to a server.

    Attributes:
        port: Where it listens, on the loopback interface.
    """

    def __init__(self, uri: str) -> None:
        """Lay a line to the first server that a URI names."""
        host, _, port = urlsplit(uri).netloc.rpartition("@")[2].partition(",")[0].rpartition(":")
        self._to = (host, int(port))
        self._open: list[socket.socket] = []
        self._flows = threading.Event()
        self._flows.set()
        self._listening: socket.socket | None = None
        self.port = 0
        self.mend()

    def through(self, uri: str) -> str:
        """Return a URI with this line in the place of the server."""
        before, _, after = uri.partition("://")
        netloc, slash, rest = after.partition("/")
        user, at, _ = netloc.rpartition("@")
        return f"{before}://{user}{at}127.0.0.1:{self.port}{slash}{rest}"

    def cut(self) -> None:
        """Break all connections, and refuse new ones."""
        if self._listening is not None:
            # Wakes the thread that accepts, which closing alone would not.
            with contextlib.suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def mend(self) -> None:
        """Take connections again."""
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, args=[self._listening], daemon=True).start()

    def hold(self) -> None:
        """Let nothing through, and break nothing: as if the server had been halted."""
        self._flows.clear()

    def let_go(self) -> None:
        """Let through what was held."""
        self._flows.set()

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listening.accept()
                far = socket.create_connection(self._to)
                self._open += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flows.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
