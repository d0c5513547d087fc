import pytest
from kombu import Connection

from tests.support.waiting import wait_until

SERVICE = "tests.integration.shared.http_service"


def test_a_virtual_host_of_ones_own_takes_messages(vhost):
    with Connection(vhost) as connection:
        queue = connection.SimpleQueue("letters")
        queue.put("hello")

        assert queue.get(timeout=5).payload == "hello"
        queue.close()


def test_a_database_of_ones_own_is_empty_and_takes_documents(database):
    database.letters.insert_one({"_id": 1})

    assert database.list_collection_names() == ["letters"]
    assert database.letters.count_documents({}) == 1


def test_a_service_runs_with_a_database_of_its_own(run_service, client, mongo_client):
    running = run_service(SERVICE)

    answer = client(running).get("/health/ready")

    assert answer.status_code == 200
    assert running.database_name in mongo_client.list_database_names()


def test_a_killed_service_comes_back_at_the_same_port(run_service, client):
    running = run_service(SERVICE)
    url = running.url

    running.kill()
    running.start()

    assert running.url == url
    assert client(running).get("/health/ready").status_code == 200


def test_waiting_returns_what_the_predicate_returned():
    answers = iter([None, None, "here"])

    assert wait_until(lambda: next(answers)) == "here"


def test_waiting_in_vain_says_what_for():
    with pytest.raises(AssertionError, match=r"^rain does not hold after 0\.1 s: False$"):
        wait_until(lambda: False, 0.1, what="rain")
