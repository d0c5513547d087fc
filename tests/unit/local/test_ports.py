import os
import socket

import pytest

from deploy.local.ports import HIGHEST, LOOPBACK, LOWEST, accepts, free_port, is_free, listener


@pytest.fixture
def taken():
    with socket.create_server((LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def test_a_free_port_is_one_where_nobody_listens():
    port = free_port()

    assert LOWEST <= port <= HIGHEST
    assert is_free(port)
    assert not accepts(port)


def test_a_port_is_taken_while_somebody_listens(taken):
    assert not is_free(taken)
    assert accepts(taken)


def test_who_listens_is_named_with_pid_and_command(taken):
    assert listener(taken).startswith(f"pid {os.getpid()} (")


def test_nobody_to_name_is_another_process():
    assert listener(free_port()) == "another process"
