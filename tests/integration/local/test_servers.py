import shutil
import signal
import smtplib
import subprocess
import sys

import pytest
from kombu import Connection
from pymongo import MongoClient

from deploy.local.ending import end_everything
from deploy.local.installation import Installation
from deploy.local.layout import REPOSITORY, Layout
from deploy.local.ports import is_free
from deploy.local.process import strays
from deploy.local.services import Outside
from deploy.local.state import Processes
from tests.support.mails import read_mails
from tests.support.waiting import wait_until

USE_IT = """
import sys
from pathlib import Path
from deploy.local.installation import Installation
from deploy.local.services import Outside
given = Outside(amqp_uri="amqp://unused", mongo_uri="mongodb://unused")
with Installation(Path(sys.argv[1]), modules={}, outside=given):
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path):
    yield tmp_path
    end_everything(Layout(tmp_path), Processes(tmp_path / "run"))


def servers(folder):
    """Broker, database and mail sink of its own, whatever the environment gives."""
    return Installation(folder, modules={}, outside=Outside())


def put_a_letter(zirve):
    with Connection(zirve.amqp_uri) as connection:
        queue = connection.SimpleQueue("letters")
        queue.put("hello")
        queue.close()


def take_a_letter(zirve):
    with Connection(zirve.amqp_uri) as connection:
        queue = connection.SimpleQueue("letters")
        letter = queue.get(timeout=5)
        letter.ack()
        queue.close()
        return letter.payload


def letters(zirve):
    return MongoClient(zirve.mongo_uri, serverSelectionTimeoutMS=5000)


def test_what_is_written_stays_and_nothing_keeps_running(folder):
    with servers(folder) as zirve:
        ports = [port for each in zirve.running() for port in each.ports.values()]
        put_a_letter(zirve)
        with letters(zirve) as client:
            client.post.letters.insert_one({"_id": "hello"})
        host, _, port = zirve.smtp_uri.removeprefix("smtp://").partition(":")
        with smtplib.SMTP(host, int(port)) as post:
            post.sendmail("from@zirve.example", ["to@zirve.example"], "Subject: hello\r\n\r\nYou")

    assert strays(folder, []) == []
    assert all(map(is_free, ports))
    (mail,) = read_mails(zirve.mails)
    assert mail["subject"] == "hello"
    assert mail["return-path"] == "<from@zirve.example>"
    assert mail["delivered-to"] == "to@zirve.example"

    shutil.rmtree(folder / "run")  # so that all of it starts at other ports
    with servers(folder) as zirve:
        assert take_a_letter(zirve) == "hello"
        with letters(zirve) as client:
            assert client.post.letters.find_one() == {"_id": "hello"}


def test_what_has_died_comes_back_and_what_is_half_dead_ends(folder):
    zirve = servers(folder)
    zirve.up()
    uris = zirve.amqp_uri, zirve.mongo_uri, zirve.smtp_uri
    database = zirve.pid("database")
    zirve.kill("broker")
    zirve.kill("mail")

    zirve.up()

    assert (zirve.amqp_uri, zirve.mongo_uri, zirve.smtp_uri) == uris
    assert zirve.pid("database") == database
    put_a_letter(zirve)

    zirve.kill("broker")
    zirve.kill("database")
    servers(folder).down()

    assert zirve.running() == []
    assert strays(folder, []) == []


def test_ending_what_never_ran_is_no_trouble(folder):
    servers(folder).down()

    assert servers(folder).running() == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_installation_ends_with_the_program_that_uses_it(folder, number):
    program = subprocess.Popen(
        [sys.executable, "-c", USE_IT, str(folder)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert program.stdout.readline() == b"up\n"

    program.send_signal(number)
    program.communicate()

    wait_until(lambda: not strays(folder, []), 30)


def test_an_interrupted_start_leaves_nothing_behind(folder):
    # A shell has its background jobs ignore interrupts, and their children inherit that.
    interruptible = ["env", "--default-signal=INT"]
    program = subprocess.Popen(
        [*interruptible, sys.executable, "-m", "deploy.local", "--data", str(folder), "up"],
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    wait_until((folder / "run" / "broker.json").exists)

    program.send_signal(signal.SIGINT)

    _, said = program.communicate()
    assert said.decode() == "Interrupted; what was started is ended.\n"
    assert program.returncode == 130
    assert strays(folder, []) == []
