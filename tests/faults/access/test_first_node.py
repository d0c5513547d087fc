import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.access.__main__ import main
from deploy.access.accounts import ADMINISTRATOR, DEPLOYER
from deploy.access.first_node import NotReady, begin
from deploy.local.database import Database
from deploy.local.ending import end_everything
from deploy.local.guard import Guard
from deploy.local.layout import Layout
from deploy.local.ports import LOOPBACK, accepts, free_port
from deploy.local.services import MODULES
from deploy.local.state import Processes

PASSWORD = "the administrator's"


class NewDatabase(Database):
    """A ``mongod`` that demands accounts, and has none."""

    def command(self, ports: Mapping[str, int]) -> Sequence[str]:
        members = self.layout.data / "members.key"
        members.write_text(secrets.token_hex(32))
        members.chmod(0o600)
        return [*super().command(ports), "--keyFile", str(members)]

    def is_ready(self) -> bool:
        return accepts(self.entry().ports["mongodb"])

    @property
    def address(self) -> str:
        return self._address

    def client(self, **account: str) -> MongoClient[dict[str, Any]]:
        return MongoClient(self._address, directConnection=True, **account)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[NewDatabase]:
    layout = Layout(tmp_path)
    layout.create()
    processes = Processes(layout.run)
    guard = Guard(layout)
    try:
        database = NewDatabase(layout, processes)
        database.start()
        yield database
    finally:
        end_everything(layout, processes)
        guard.dismiss()


@pytest.fixture
def uri(database: NewDatabase) -> str:
    return f"mongodb://{database.address}/?directConnection=true"


def test_a_server_without_accounts_is_made_a_replica_set_with_all_of_them(
    database: NewDatabase, uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGO_URI", uri)
    for name in (*MODULES, DEPLOYER, ADMINISTRATOR):
        monkeypatch.setenv(f"DATABASE_PASSWORD_{name.upper()}", f"of {name}")

    assert main(["database", "--first-node", database.address]) == 0
    assert main(["database", "--first-node", database.address]) == 0

    travel = {"username": "travel", "password": "of travel"}
    with MongoClient[dict[str, Any]](database.uri, **travel) as client:
        client.travel.trips.insert_one({"_id": "t-1"})
        with pytest.raises(OperationFailure, match="not authorized"):
            client.events.meetings.find_one()
    with database.client() as stranger, pytest.raises(OperationFailure, match="authentication"):
        stranger.travel.trips.find_one()


def test_an_administrator_with_another_password_stays_as_it_is(
    database: NewDatabase, uri: str
) -> None:
    begin(uri, database.address, PASSWORD)

    with pytest.raises(OperationFailure, match="Authentication failed"):
        begin(uri, database.address, "another")

    with database.client(username=ADMINISTRATOR, password=PASSWORD) as client:
        assert client.admin.command("hello")["isWritablePrimary"]


def test_a_server_that_does_not_start_is_given_up() -> None:
    nobody = f"mongodb://{LOOPBACK}:{free_port()}/?directConnection=true"

    with pytest.raises(NotReady, match=r"not ready after 0\.5 s"):
        begin(nobody, "mongodb:27017", PASSWORD, seconds=0.5)
