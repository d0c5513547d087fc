import base64
import hashlib
import json
import re
from dataclasses import replace

import pytest

from deploy.access.__main__ import main
from deploy.access.accounts import ADMINISTRATOR, DEPLOYER, MONITOR
from deploy.access.broker import definitions
from deploy.local.services import MODULES
from shared.config import Settings
from shared.launcher import service_class
from shared.service import topology_of

LADDER = Settings().RETRY_LADDER_SECONDS
TOPOLOGIES = [topology_of(service_class(module), LADDER) for module in MODULES.values()]
ACCOUNTS = [*MODULES, DEPLOYER]
NAMES = {
    name
    for each in TOPOLOGIES
    for name in (*each.exchanges(), *each.queues(), *each.marks().values())
}
STRANGE = {"", "amq.default", "amq.topic", "travel", "xtravel.in", "travel.in.x", "travelxin"}

each_topology = pytest.mark.parametrize("topology", TOPOLOGIES, ids=lambda each: each.service)


def permissions(user: str) -> dict[str, set[str]]:
    """What a user may, among all names there are and some that there are not."""
    said = definitions(TOPOLOGIES, dict.fromkeys(ACCOUNTS, "secret"), "/")
    (found,) = [each for each in said["permissions"] if each["user"] == user]
    assert found["vhost"] == "/"
    return {
        right: {name for name in NAMES | STRANGE if name and re.search(found[right], name)}
        for right in ("configure", "write", "read")
    }


@each_topology
def test_a_service_may_what_its_topology_has(topology):
    may = permissions(topology.service)

    assert may["configure"] == set()
    assert may["write"] == set(topology.published_to)
    assert may["read"] == {*topology.queues(), *topology.marks().values()}


@each_topology
def test_a_service_may_look_for_the_marks_of_another_version(topology):
    heard = {**topology.heard, "membership": ("HatLost",)}
    other = {*replace(topology, heard=heard).marks().values()} - {*topology.marks().values()}
    said = definitions(TOPOLOGIES, dict.fromkeys(ACCOUNTS, "secret"), "/")
    (read,) = [each["read"] for each in said["permissions"] if each["user"] == topology.service]

    assert len(other) == 1
    assert all(re.search(read, mark) for mark in other)


@each_topology
def test_no_queue_bears_the_name_of_an_exchange_that_is_published_to(topology):
    queues = {queue for each in TOPOLOGIES for queue in each.queues()}

    assert not queues & set(topology.published_to)


def test_the_deploy_step_may_declare_all_of_it_and_nothing_else():
    may = permissions(DEPLOYER)

    assert NAMES <= may["configure"] == may["write"] == may["read"]
    assert may["configure"] - NAMES == {"travel.in.x"}


def test_everybody_is_an_ordinary_user_with_a_hashed_password():
    said = definitions(TOPOLOGIES, {name: f"secret of {name}" for name in ACCOUNTS}, "/")

    assert [each["name"] for each in said["users"]] == ACCOUNTS
    for each in said["users"]:
        hashed = base64.b64decode(each["password_hash"])
        salt, secret = hashed[:4], f"secret of {each['name']}".encode()
        assert hashed[4:] == hashlib.sha256(salt + secret).digest()
        assert each["tags"] == []


def test_there_is_an_administrator_where_it_has_a_password():
    said = definitions(TOPOLOGIES, dict.fromkeys([*ACCOUNTS, ADMINISTRATOR], "secret"), "/")
    without = definitions(TOPOLOGIES, dict.fromkeys(ACCOUNTS, "secret"), "/")

    (user,) = [each for each in said["users"] if each["tags"] == ["administrator"]]
    (rights,) = [each for each in said["permissions"] if each["user"] == ADMINISTRATOR]
    assert user["name"] == ADMINISTRATOR
    assert rights == {
        "user": ADMINISTRATOR,
        "vhost": "/",
        **dict.fromkeys(("configure", "write", "read"), ".*"),
    }
    assert [each for each in said["permissions"] if each is not rights] == without["permissions"]


def test_the_command_writes_a_file_that_is_whole_when_it_is_there(monkeypatch, capsys, tmp_path):
    for name in ACCOUNTS:
        monkeypatch.setenv(f"BROKER_PASSWORD_{name.upper()}", "secret")

    assert main(["broker", "--output", str(tmp_path / "definitions.json")]) == 0

    assert capsys.readouterr().out == ""
    (written,) = tmp_path.iterdir()
    said = json.loads(written.read_text())
    assert [each["name"] for each in said["users"]] == ACCOUNTS


def test_the_command_prints_definitions_without_a_password(monkeypatch, capsys):
    for name in ACCOUNTS:
        monkeypatch.setenv(f"BROKER_PASSWORD_{name.upper()}", "secret")

    assert main(["broker", "--vhost", "cities"]) == 0

    printed = capsys.readouterr().out
    assert json.loads(printed)["vhosts"] == [{"name": "cities"}]
    assert "secret" not in printed


def test_who_scales_services_sees_queues_and_takes_nothing_from_them(monkeypatch, capsys):
    for name in (*ACCOUNTS, MONITOR):
        monkeypatch.setenv(f"BROKER_PASSWORD_{name.upper()}", "secret")

    assert main(["broker"]) == 0

    printed = json.loads(capsys.readouterr().out)
    assert {each["name"]: each["tags"] for each in printed["users"]} == {
        **{name: [] for name in ACCOUNTS},
        MONITOR: ["monitoring"],
    }
    *others, its = printed["permissions"]
    assert [each["user"] for each in others] == ACCOUNTS
    assert its == {
        "user": MONITOR,
        "vhost": "/",
        **dict.fromkeys(("configure", "write", "read"), "^$"),
    }


@pytest.mark.parametrize("server", ["broker", "database"])
def test_the_command_names_every_password_that_is_missing(monkeypatch, server):
    for name in (*ACCOUNTS, ADMINISTRATOR):
        monkeypatch.delenv(f"{server.upper()}_PASSWORD_{name.upper()}", raising=False)
    monkeypatch.setenv(f"{server.upper()}_PASSWORD_TRAVEL", "secret")

    with pytest.raises(SystemExit) as ended:
        main([server])

    missing = [f"{server.upper()}_PASSWORD_{name.upper()}" for name in ACCOUNTS if name != "travel"]
    assert str(ended.value) == f"Passwords are missing: {', '.join(missing)}"


def test_without_a_database_the_command_says_what_it_needs(monkeypatch, capsys):
    for name in ACCOUNTS:
        monkeypatch.setenv(f"DATABASE_PASSWORD_{name.upper()}", "secret")
    monkeypatch.delenv("MONGO_URI", raising=False)

    assert main(["database"]) == 1

    assert capsys.readouterr().err.startswith("MONGO_URI must name a user")


def test_a_first_node_needs_a_password_for_its_administrator(monkeypatch):
    for name in ACCOUNTS:
        monkeypatch.setenv(f"DATABASE_PASSWORD_{name.upper()}", "secret")
    monkeypatch.delenv("DATABASE_PASSWORD_ADMIN", raising=False)
    monkeypatch.setenv("MONGO_URI", "mongodb://127.0.0.1:1/?directConnection=true")

    with pytest.raises(SystemExit, match="needs DATABASE_PASSWORD_ADMIN"):
        main(["database", "--first-node", "mongodb:27017"])
