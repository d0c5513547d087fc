"""A TCP proxy between the services and a server, which can cut, stall and deceive."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from deploy.local.ports import LOOPBACK
from tests.faults.wires import Quiet

READ_BYTES = 65_536
CLOSING_SECONDS = 0.1
"""A socket is closed some turns of the loop after its end was told."""
LINGER_NOT = struct.pack("ii", 1, 0)
"""For SO_LINGER: a socket that is closed is reset."""


class Passage:
    """One connection through the proxy.

    Attributes:
        port: The client's end.
        wire: What was seen on it.
        is_deaf: What the client sends gets lost, and it is not told.
    """

    def __init__(self, wire: Quiet, client: asyncio.StreamWriter) -> None:
        self.wire = wire
        self.port: int = client.get_extra_info("peername")[1]
        self.is_deaf = False
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self._ends = [client]

    def reaches(self, server: asyncio.StreamWriter) -> None:
        """Note the other end."""
        self._ends.append(server)

    def cut(self) -> None:
        """Reset both ends."""
        for end in self._ends:
            with suppress(OSError):
                sock = end.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
            end.transport.abort()
        self.goes_on.set()

    def deafen(self) -> None:
        """Drop the server's end alone."""
        self.is_deaf = True
        for end in self._ends[1:]:
            end.transport.abort()


class Proxy:
    """Listens on a port of its own; runs in a thread.

    Args:
        target: Returns the port of the server.
        wire: Makes what watches a connection.

    Attributes:
        port: Where it listens.
        passages: Open connections.
        is_open: Whether connections are let through.
    """

    def __init__(self, target: Callable[[], int], wire: Callable[[], Quiet]) -> None:
        self.port = 0
        self.passages: list[Passage] = []
        self.is_open = True
        self._target = target
        self._wire = wire
        self._loop = asyncio.new_event_loop()
        self._listens = threading.Event()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._thread.start()
        self._listens.wait()

    def close(self) -> None:
        """Cut everything and end the thread."""
        self.is_open = False
        self.cut(self.passages)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self, passages: Iterable[Passage]) -> None:
        """Reset connections."""
        for each in list(passages):
            self._loop.call_soon_threadsafe(each.cut)

    def deafen(self, passages: Iterable[Passage]) -> None:
        """Make connections half-open: the server's end is gone, and the client is not told."""
        for each in list(passages):
            self._loop.call_soon_threadsafe(each.deafen)

    @contextmanager
    def stalled(self, passages: Iterable[Passage]) -> Iterator[None]:
        """Pass nothing on for the length of a block."""
        stalled = list(passages)
        for each in stalled:
            self._loop.call_soon_threadsafe(each.goes_on.clear)
        try:
            yield
        finally:
            for each in stalled:
                self._loop.call_soon_threadsafe(each.goes_on.set)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._pass, LOOPBACK, 0))
        self.port = server.sockets[0].getsockname()[1]
        self._listens.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._end())

    async def _end(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(CLOSING_SECONDS)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passage = Passage(self._wire(), writer)
        try:
            if not self.is_open:
                return
            back, forth = await asyncio.open_connection(LOOPBACK, self._target())
        except OSError:
            return
        else:
            passage.reaches(forth)
            self.passages.append(passage)
            there = self._pump(passage, reader, forth, passage.wire.sent)
            here = self._pump(passage, back, writer, passage.wire.received)
            await asyncio.gather(there, here)
        finally:
            passage.cut()
            if passage in self.passages:
                self.passages.remove(passage)

    async def _pump(
        self,
        passage: Passage,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        note: Callable[[bytes], bytes],
    ) -> None:
        with suppress(OSError):
            while data := await source.read(READ_BYTES):
                await passage.goes_on.wait()
                if passage.is_deaf:
                    continue
                sink.write(note(data))
                await sink.drain()
        # Whoever's end closes, the other hears of it at once, unless it is to be deceived.
        if not passage.is_deaf or note == passage.wire.sent:
            passage.cut()
