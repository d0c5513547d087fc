import os

import pytest

from deploy.local.errors import LocalError
from deploy.local.process import Process
from deploy.local.state import Entry, Processes

GONE = Process(pid=2**22 + 1, started=1)  # above Linux' highest pid


@pytest.fixture
def processes(tmp_path):
    return Processes(tmp_path)


@pytest.fixture
def this():
    return Process.find(os.getpid())


def test_a_process_is_remembered_as_it_was_started(processes, this):
    entry = Entry("travel-1", this, {"http": 8003, "admin": 20001}, shares_port=True)

    processes.record(entry)

    assert processes.last("travel-1") == entry
    assert processes.alive("travel-1") == entry
    assert processes.all_alive() == [entry]


def test_what_has_ended_is_remembered_and_not_alive(processes, this):
    processes.record(Entry("mail", GONE, {"smtp": 20002}))
    processes.record(Entry("broker", this))

    assert processes.last("mail").ports == {"smtp": 20002}
    assert processes.alive("mail") is None
    assert [each.name for each in processes.all_alive()] == ["broker"]


def test_what_was_never_started_is_not_remembered(processes):
    assert processes.last("mail") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"process": 1}', '{"process": {"pid": 1}}'])
def test_a_file_that_cannot_be_read_is_nothing_to_remember(processes, tmp_path, text):
    (tmp_path / "mail.json").write_text(text)

    assert processes.last("mail") is None
    assert processes.all_alive() == []


def test_two_commands_do_not_change_an_installation_at_once(processes, tmp_path):
    other = Processes(tmp_path)

    with processes.lock(), pytest.raises(LocalError, match="Another command"), other.lock():
        pass

    with other.lock():
        pass
