import os
import socket
import threading
from collections.abc import Iterator

import pytest

from deploy.local.ports import LOOPBACK
from tests.faults.owners import Owners
from tests.faults.proxy import Proxy
from tests.faults.wires import Quiet
from tests.support.waiting import wait_until

SECONDS = 5


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """Passes on to a server that says everything back."""
    with socket.create_server((LOOPBACK, 0)) as server:
        thread = threading.Thread(target=echo, args=(server,))
        thread.start()
        made = Proxy(lambda: server.getsockname()[1], Quiet)
        yield made
        made.close()
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def echo(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            try:
                while data := connection.recv(100):
                    connection.sendall(data)
            except OSError:
                continue


def connected(proxy: Proxy) -> socket.socket:
    client = socket.create_connection((LOOPBACK, proxy.port), timeout=SECONDS)
    try:
        client.sendall(b"one")
        assert client.recv(100) == b"one"
    except OSError:
        client.close()
        raise
    return client


def test_what_is_said_is_passed_on_both_ways(proxy: Proxy) -> None:
    connected(proxy).close()


def test_a_cut_is_a_reset(proxy: Proxy) -> None:
    with connected(proxy) as client:
        proxy.cut(proxy.passages)

        with pytest.raises(ConnectionResetError):
            client.recv(100)


def test_what_is_said_while_it_stalls_comes_late(proxy: Proxy) -> None:
    with connected(proxy) as client:
        with proxy.stalled(proxy.passages):
            client.sendall(b"two")
            client.settimeout(0.3)
            with pytest.raises(TimeoutError):
                client.recv(100)
        client.settimeout(SECONDS)

        assert client.recv(100) == b"two"


def test_a_half_open_connection_takes_everything_and_says_nothing(proxy: Proxy) -> None:
    with connected(proxy) as client:
        (passage,) = proxy.passages
        proxy.deafen([passage])
        wait_until(lambda: passage.is_deaf)
        client.sendall(b"two")
        client.settimeout(0.3)

        with pytest.raises(TimeoutError):
            client.recv(100)


def test_a_closed_proxy_turns_everybody_away(proxy: Proxy) -> None:
    proxy.is_open = False

    with pytest.raises(ConnectionResetError):
        connected(proxy)


def test_the_kernel_tells_whose_a_connection_is(proxy: Proxy) -> None:
    with connected(proxy) as client:
        here = client.getsockname()[1]

        assert Owners().of(here, proxy.port, [1, os.getpid()]) == os.getpid()
        assert Owners().of(here, proxy.port, [1]) is None
