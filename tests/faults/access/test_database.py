from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import InsertOne, MongoClient, ReturnDocument, UpdateOne
from pymongo.database import Database
from pymongo.errors import OperationFailure

from deploy.access.__main__ import main
from deploy.access.accounts import DEPLOYER
from deploy.access.database import grant
from deploy.backup.taking import take
from deploy.doctor.certificates import examine_certificates
from deploy.doctor.database import examine_database
from deploy.local.services import MODULES
from shared.launcher import indexes_of, service_class
from shared.persistence.indexes import indexes_declared_by, make_indexes, undeclared_indexes
from shared.persistence.mongo import UnfitDatabase, check_rights, connect
from shared.service import repositories_of
from tests.support.certificates import Authority, outdated_server
from tests.support.guarded import PASSWORD, ROOT, Guarded, GuardedDatabase

NOT_AUTHORIZED = 13
"""MongoDB's error code Unauthorized (src/mongo/base/error_codes.yml)."""
Connect = Callable[..., Database[dict[str, Any]]]


@pytest.fixture(scope="module")
def server(guarded: Guarded) -> GuardedDatabase:
    guarded.database.grant({name: name for name in MODULES})
    return guarded.database


@pytest.fixture
def database_of(server: GuardedDatabase) -> Iterator[Connect]:
    """A database as an account sees it; the account's own unless another is named."""
    opened = []

    def connected(user: str, name: str | None = None) -> Database[dict[str, Any]]:
        opened.append(connect(server.uri_of(user), name or user, "a test"))
        return opened[-1]

    yield connected
    for each in opened:
        each.client.close()


def is_let(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OperationFailure as error:
        if error.code != NOT_AUTHORIZED:
            raise
        return False
    return True


@pytest.mark.parametrize("service", MODULES)
def test_a_service_works_in_its_own_database(database_of: Connect, service: str) -> None:
    database = database_of(service)
    check_rights(database)
    things = database["things"]

    things.bulk_write([InsertOne({"_id": 1}), UpdateOne({"_id": 2}, {"$inc": {"n": 1}}, True)])
    things.find_one_and_update(
        {"_id": 3}, {"$inc": {"n": 1}}, upsert=True, return_document=ReturnDocument.AFTER
    )

    assert things.count_documents({}) == 3
    assert len(list(things.aggregate([{"$group": {"_id": "$n"}}]))) == 2
    assert things.delete_many({}).deleted_count == 3


@pytest.mark.parametrize("other", [name for name in (*MODULES, "admin") if name != "travel"])
def test_a_service_reaches_no_other_database(database_of: Connect, other: str) -> None:
    things = database_of("travel", other)["things"]

    assert not is_let(lambda: things.find_one({}))
    assert not is_let(lambda: things.insert_one({}))
    assert not is_let(lambda: things.update_many({}, {"$set": {"n": 1}}))
    assert not is_let(lambda: things.delete_many({}))
    with pytest.raises(UnfitDatabase, match=f"^Database '{other}' is not ours: .*not authorized"):
        check_rights(things.database)


def test_a_service_makes_and_drops_nothing(database_of: Connect) -> None:
    database = database_of("travel")

    assert not is_let(lambda: database["trips"].create_index("x"))
    assert not is_let(lambda: database["trips"].drop())
    assert not is_let(lambda: database.client.drop_database("travel"))
    assert not is_let(lambda: database.command("createUser", "me", pwd="me", roles=[]))


def test_the_deploy_step_makes_indexes_and_reads_nothing(database_of: Connect) -> None:
    database = database_of("deploy", "travel")

    for repository in repositories_of(service_class(MODULES["travel"])):
        make_indexes(database, indexes_declared_by([repository]))

    assert not is_let(lambda: database["trips"].find_one({}))
    assert not is_let(lambda: database["trips"].insert_one({}))
    assert not is_let(lambda: database_of("deploy", "other")["things"].create_index("x"))


def test_the_deploy_step_drops_an_index_that_is_not_declared(database_of: Connect) -> None:
    indexes = indexes_of(service_class(MODULES["travel"]))
    database = database_of("deploy", "travel")
    make_indexes(database, indexes)
    database["trips"].create_index("of_old")

    assert undeclared_indexes(database, indexes) == [("trips", "of_old_1")]
    database["trips"].drop_index("of_old_1")
    assert undeclared_indexes(database, indexes) == []


def test_the_account_for_backups_takes_one_and_does_nothing_else(
    server: GuardedDatabase, database_of: Connect, tmp_path: Path
) -> None:
    things = database_of("membership")["things"]
    things.insert_one({"_id": "of a backup"})
    folder = tmp_path / "backup"

    with MongoClient[dict[str, Any]](server.uri_of("backup")) as client:
        manifest = take(client, folder, {name: name for name in MODULES})
        assert not is_let(lambda: client["membership"]["things"].delete_many({}))
        assert not is_let(lambda: client["membership"]["things"].insert_one({}))
        assert not is_let(lambda: client["membership"]["things"].create_index("x"))
        assert not is_let(lambda: client["other"]["things"].find_one({}))

    manifest.verify(folder)
    (part,) = [each for each in manifest.of("membership") if each.collection == "things"]
    assert part.documents == things.count_documents({})
    things.delete_many({})


def test_the_account_for_backups_is_enough_for_the_doctor(server: GuardedDatabase) -> None:
    kinds = {name: service_class(module) for name, module in MODULES.items()}

    looked = [each.what for each in examine_database(server.uri_of("backup"), kinds)]

    assert {f"outboxes of {name}" for name in MODULES} <= set(looked)


def test_an_account_that_may_not_look_is_told_which_may(server: GuardedDatabase) -> None:
    kinds = {name: service_class(MODULES[name]) for name in ("travel", "events")}

    wrong = [each for each in examine_database(server.uri_of("travel"), kinds) if each.trouble]

    assert [each.what for each in wrong] == ["database travel", "database events"]
    assert all(each.trouble and "as `backup` may" in each.trouble.mend for each in wrong)


def test_a_certificate_of_a_database_that_ends_soon_is_found(server: GuardedDatabase) -> None:
    (found,) = examine_certificates([server.uri_of("travel")])

    assert found.trouble
    assert found.trouble.is_wrong == "It ends in 0 days and 11 hours."


def test_granted_again_an_account_has_the_new_password_only(server: GuardedDatabase) -> None:
    databases = {"guest": "guest"}
    with MongoClient[dict[str, Any]](server.uri_of(ROOT)) as client:
        grant(client, databases, {"guest": "old", "deploy": PASSWORD})
        grant(client, databases, {"guest": "new", "deploy": PASSWORD})
    server.grant({name: name for name in MODULES})  # The deploy step's databases, as they were.

    connect(server.uri_of("guest", password="new"), "guest", "a test").client.close()
    with pytest.raises(UnfitDatabase, match=r"does not let us in: .*Authentication failed"):
        connect(server.uri_of("guest", password="old"), "guest", "a test")


def test_the_command_makes_the_accounts(
    server: GuardedDatabase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MONGO_URI", server.uri_of(ROOT))
    for name in (*MODULES, DEPLOYER):
        monkeypatch.setenv(f"DATABASE_PASSWORD_{name.upper()}", f"of {name}")

    assert main(["database"]) == 0

    assert capsys.readouterr().out == "Users: membership, events, travel, notification, deploy.\n"
    monkeypatch.setenv("DATABASE_PASSWORD_BACKUP", "of backup")
    assert main(["database"]) == 0
    assert capsys.readouterr().out.endswith("notification, deploy, backup.\n")
    database = connect(server.uri_of("travel", password="of travel"), "travel", "a test")
    check_rights(database)
    database.client.close()
    server.grant({name: name for name in MODULES})


def test_the_command_says_what_the_database_refuses(
    server: GuardedDatabase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MONGO_URI", server.uri_of("travel"))
    for name in (*MODULES, DEPLOYER):
        monkeypatch.setenv(f"DATABASE_PASSWORD_{name.upper()}", "a secret")

    assert main(["database"]) == 1

    told = capsys.readouterr().err
    assert "not authorized" in told
    assert "a secret" not in told


# -- TLS -------------------------------------------------------------------------------------------


def test_a_database_of_another_authority_is_refused(
    server: GuardedDatabase, guarded: Guarded
) -> None:
    with pytest.raises(UnfitDatabase, match="certificate verify failed"):
        connect(server.uri_of("travel", ca_file=guarded.stranger), "travel", "a test")


def test_a_database_of_another_name_is_refused(server: GuardedDatabase) -> None:
    with pytest.raises(UnfitDatabase, match="not valid for 'localhost'"):
        connect(server.uri_of("travel", host="localhost"), "travel", "a test")


def test_a_database_that_wants_tls_is_not_reached_without(server: GuardedDatabase) -> None:
    uri = server.uri_of("travel").partition("&tls=")[0]

    with pytest.raises(UnfitDatabase, match="does not let us in"):
        connect(uri, "travel", "a test")


def test_a_database_that_speaks_outdated_tls_is_refused(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    with (
        outdated_server(authority) as address,
        pytest.raises(UnfitDatabase, match=r"(?i)protocol"),
    ):
        connect(f"mongodb://{address}/?tls=true&tlsCAFile={authority.ca_file}", "travel", "a test")


def test_a_missing_file_of_the_authority_is_named(server: GuardedDatabase) -> None:
    with pytest.raises(UnfitDatabase, match=r"MONGO_URI cannot be used: .*absent\.pem"):
        connect(server.uri_of("travel", ca_file="/absent.pem"), "travel", "a test")
