import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from pymongo import MongoClient

from deploy.local.installation import Installation
from deploy.local.services import Outside
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.frames import Outgoing
from shared.messaging.topology import Topology
from shared.persistence.store import Store
from tests.conftest import TEST_SETTINGS
from tests.sample.outside import ContactChanged, Poked, Unheard
from tests.support.client import Client
from tests.support.outside import Outsider
from tests.support.running_service import NO_MAILS, RunningService
from tests.support.servers import LADDER_SECONDS
from tests.support.waiting import wait_until

NOW = datetime(2024, 11, 1, tzinfo=UTC)
PATH = "/v1/dead-letters"
Documents = Any


@pytest.fixture
def sample(run_service: Callable[..., RunningService]) -> RunningService:
    return run_service("tests.sample.service")


@pytest.fixture
def mend(
    sample: RunningService, outside: Outside, tmp_path: Path
) -> Iterator[Callable[[], Client]]:
    """Deploy a newer version in place of the one that runs; returns an operator's client."""
    given = Outside(
        amqp_uri=outside.amqp_uri,
        mongo_uri=outside.mongo_uri,
        smtp_uri=NO_MAILS,
        database_prefix=outside.database_prefix,
    )
    modules = {"sample": "tests.sample.mended"}
    mended = Installation(
        tmp_path / "mended", settings=TEST_SETTINGS, outside=given, modules=modules
    )

    def deploy() -> Client:
        sample.stop()
        mended.up()
        return Client(mended.url("sample"), mended.token("operator"))

    yield deploy
    mended.down()


@pytest.fixture
def documents(sample: RunningService, mongo_client: MongoClient[dict[str, Any]]) -> Documents:
    return mongo_client[sample.database_name]


@pytest.fixture
def operator(sample: RunningService) -> Client:
    return sample.client("operator")


@pytest.fixture
def outsider(sample: RunningService) -> Iterator[Outsider]:
    outsider = Outsider(sample.amqp_uri)
    yield outsider
    outsider.close()


def poke(outsider: Outsider, note: str, text: str = "hello", number: int = 1) -> Outgoing:
    event = Poked(note_id=note, text=text, occurred_at=NOW)
    return outsider.message(event, "things", note, number)


def parked(client: Client, number: int = 1, seconds: float = 20) -> list[Any]:
    def listed() -> list[Any]:
        items: list[Any] = client.get(PATH).json()["items"]
        return items if len(items) >= number else []

    return wait_until(listed, seconds)


def show(client: Client, letter_id: str) -> Any:
    return client.get(f"{PATH}/{letter_id}").json()


def replay(client: Client, *ids: str) -> Any:
    answer = client.post(f"{PATH}/replays", {"ids": list(ids) or None})
    assert answer.status_code == 200, answer.text
    return answer.json()["replayed"]


def texts(documents: Documents, note: str) -> list[str]:
    found = documents.notes.find_one({"_id": note})
    return found["texts"] if found else []


def test_what_fails_on_every_step_tells_why_where_and_when(
    outsider: Outsider, operator: Client
) -> None:
    message = poke(outsider, "n1", "poison")

    outsider.send([message])

    (listed,) = parked(operator)
    letter = show(operator, message.id)
    assert letter | listed == letter
    assert letter["id"] == message.id
    assert letter["state"] == "parked"
    assert letter["event"] == "outside.Poked"
    assert letter["handler"] == "sample.on_poked"
    assert letter["reason"] == "ValueError: poisoned"
    assert "in hear" in letter["traceback"]
    assert letter["traceback"].endswith("ValueError")
    instants = [datetime.fromisoformat(line.split(" ", 1)[0]) for line in letter["history"]]
    assert len(instants) == len(LADDER_SECONDS) + 1
    assert instants == sorted(instants)
    assert all(line.endswith(" ValueError: poisoned") for line in letter["history"])
    assert letter["headers"]["ce-subject"] == "n1"
    assert '"text":"poison"' in letter["body"]
    assert operator.get("/v1/status").json()["queues"]["parked"] == 1
    assert "zirve_queue_parked_messages 1.0" in operator.get("/metrics").text


def test_good_messages_around_a_poisonous_one_are_all_handled(
    outsider: Outsider, operator: Client, documents: Documents
) -> None:
    good = [poke(outsider, f"good{n}") for n in range(400)]

    outsider.send([*good[:200], poke(outsider, "bad", "poison"), *good[200:]])

    (letter,) = parked(operator)
    assert show(operator, letter["id"])["headers"]["ce-subject"] == "bad"
    assert documents.notes.count_documents({}) == len(good)
    assert texts(documents, "bad") == []
    # Each good one was handled the first time that it came; the ladder saw the bad one alone.
    told = operator.get("/metrics").text
    for fate, number in (("handled", len(good)), ("retried", len(LADDER_SECONDS)), ("parked", 1)):
        assert f'zirve_events_total{{event="Poked",fate="{fate}"}} {number:.1f}' in told


def test_a_mended_fault_is_replayed_with_one_effect_however_often_it_is_asked_for(
    outsider: Outsider, operator: Client, documents: Documents, mend: Callable[[], Client]
) -> None:
    message = poke(outsider, "n1", "poison")
    outsider.send([message])
    parked(operator)
    client = mend()

    assert replay(client, message.id) == 1
    wait_until(lambda: texts(documents, "n1") == ["poison"])
    assert replay(client, message.id) == 0
    outsider.send([message, poke(outsider, "n1", "after", 2)])
    wait_until(lambda: len(texts(documents, "n1")) > 1)

    assert texts(documents, "n1") == ["poison", "after"]
    refused = client.post(f"{PATH}/{message.id}/drop", {"why": "so"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_parked")
    letter = show(client, message.id)
    assert letter["state"] == "replayed"
    assert letter["history"][-1].endswith("replayed by operator")
    assert client.get("/v1/status").json()["queues"]["parked"] == 0
    (closed,) = client.get(PATH, state="replayed").json()["items"]
    assert closed["id"] == message.id


def test_what_fails_again_after_a_replay_is_parked_again_with_all_its_history(
    outsider: Outsider, operator: Client
) -> None:
    message = poke(outsider, "n1", "refuse")
    outsider.send([message])
    (first,) = parked(operator)

    assert replay(operator, message.id) == 1

    wait_until(lambda: len(show(operator, message.id)["history"]) == 3)
    letter = show(operator, message.id)
    assert letter["state"] == "parked"
    assert letter["reason"] == first["reason"] == "refused: That may not be said."
    said = [line.split(" ", 1)[1] for line in letter["history"]]
    assert said == [letter["reason"], "replayed by operator", letter["reason"]]
    assert "Refused" in letter["traceback"]


def test_an_event_that_nobody_knew_is_handled_once_a_newer_version_is_there(
    outsider: Outsider, operator: Client, documents: Documents, mend: Callable[[], Client]
) -> None:
    message = outsider.message(Unheard(occurred_at=NOW), "things", "x", 1)
    message.key = "Poked"  # as if the queue were bound to it still
    outsider.send([message])
    (letter,) = parked(operator)
    assert letter["reason"] == "no_handler: outside.Unheard"
    assert letter["handler"] is None

    assert replay(mend()) == 1

    wait_until(lambda: texts(documents, "unheard") == ["heard"])


def test_what_the_broker_has_parked_itself_is_shown_and_can_be_replayed(
    sample: RunningService, outsider: Outsider, operator: Client, documents: Documents
) -> None:
    sample.stop()
    outsider.send([poke(outsider, "n1")])
    wait_until(lambda: outsider.give_back("sample.in") and outsider.count("sample.parked") == 1)

    sample.start()
    operator = sample.client("operator")
    (letter,) = parked(operator)

    assert letter["reason"] == "delivery_limit: it came 20 times and was never acked"
    assert letter["history"][-1].endswith(letter["reason"])
    assert letter["handler"] == "sample.on_poked"
    assert replay(operator) == 1
    wait_until(lambda: texts(documents, "n1") == ["hello"])


def test_who_may_see_what(outsider: Outsider, operator: Client, sample: RunningService) -> None:
    organiser, lead = sample.client("organiser"), sample.client("city_lead", ["tr-izmir"])
    known, junk = poke(outsider, "n1", "refuse"), poke(outsider, "n2")
    junk.headers.pop("ce-type")
    outsider.send([known, junk])
    letters = {each["event"]: each["id"] for each in parked(operator, 2)}

    assert lead.get(PATH).status_code == 403
    assert lead.get(f"{PATH}/{known.id}").status_code == 403
    assert lead.post(f"{PATH}/replays", {"ids": None}).status_code == 403
    assert lead.post(f"{PATH}/{known.id}/drop", {"why": "so"}).status_code == 403
    assert sample.client(None).get(PATH).status_code == 401
    assert show(organiser, known.id)["body"] == show(operator, known.id)["body"]
    assert show(organiser, letters[None])["body"] is None
    assert "hello" in show(operator, letters[None])["body"]


def test_contact_data_are_shown_to_an_operator_alone_and_told_to_no_log(
    outsider: Outsider, sample: RunningService, mend: Callable[[], Client], tmp_path: Path
) -> None:
    client = mend()
    contact = ContactChanged(email="deniz@izmir.example", occurred_at=NOW)
    outsider.publish(contact, "people", "p1")
    outsider.publish(ContactChanged(email="", occurred_at=NOW), "people", "p2")
    letter, nobodys = parked(client, 2)

    organiser = Client(client.url, Installation(tmp_path / "mended").token("organiser"))
    seen = organiser.get(f"{PATH}/{letter['id']}").text
    assert "izmir.example" not in seen
    assert letter["reason"] == "ValueError"
    assert nobodys["reason"] == "KeyError", "what names the aggregates may fail as well"
    assert "izmir.example" in show(client, letter["id"])["body"]
    assert "izmir.example" not in (tmp_path / "mended/logs/sample-1.log").read_text()


def test_what_is_dropped_stays_with_its_reason_and_is_counted(
    outsider: Outsider, operator: Client, sample: RunningService
) -> None:
    message = poke(outsider, "n1", "refuse")
    outsider.send([message])
    parked(operator)

    for _ in range(2):
        answer = operator.post(f"{PATH}/{message.id}/drop", {"why": "a test's"})
        assert answer.status_code == 204
    outsider.send([message])

    wait_until(lambda: sample.log.count("event parked") == 2)
    wait_until(lambda: outsider.count("sample.parked") == 0)
    assert operator.get(PATH).json()["items"] == []
    (letter,) = operator.get(PATH, state="dropped").json()["items"]
    assert letter["history"][-1].endswith("dropped by operator: a test's")
    assert operator.get("/v1/status").json()["queues"]["parked"] == 0
    assert 'zirve_events_total{event="Poked",fate="dropped"} 1.0' in operator.get("/metrics").text
    assert '"fate":"dropped"' in sample.log.replace(" ", "")
    assert replay(operator) == 0


def test_an_unknown_id_is_told_so(operator: Client) -> None:
    for answer in (
        operator.get(f"{PATH}/nothing"),
        operator.post(f"{PATH}/replays", {"ids": ["nothing"]}),
        operator.post(f"{PATH}/nothing/drop", {"why": "so"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_dead_letter")
    for body in ({}, {"ids": []}, {"ids": [7]}, {"ids": "all"}):
        assert operator.post(f"{PATH}/replays", body).status_code == 422
    assert operator.post(f"{PATH}/nothing/drop", {"why": ""}).status_code == 422


def test_several_replays_at_once_have_one_effect_each(
    outsider: Outsider, operator: Client, documents: Documents, mend: Callable[[], Client]
) -> None:
    outsider.send([poke(outsider, f"n{n}", "poison") for n in range(150)])
    parked(operator, 50, 60)
    wait_until(lambda: operator.get("/v1/status").json()["queues"]["parked"] == 150, 60)
    client = mend()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: replay(client), range(4)))

    assert sum(counts) >= 150
    wait_until(lambda: documents.notes.count_documents({}) == 150, 30)
    wait_until(lambda: outsider.count("sample.in") == 0)
    assert all(note["texts"] == ["poison"] for note in documents.notes.find())
    assert client.get("/v1/status").json()["queues"]["parked"] == 0


class Dying:
    """A sender whose process dies when the broker has confirmed, before anybody can note it."""

    def __init__(self, outsider: Outsider) -> None:
        self._outsider = outsider

    def send(self, messages: Sequence[Outgoing]) -> None:
        self._outsider.send(messages)
        raise KeyboardInterrupt


def test_a_kill_between_publishing_and_noting_leaves_it_parked_and_the_effect_is_one(
    outsider: Outsider, operator: Client, documents: Documents, mend: Callable[[], Client]
) -> None:
    message = poke(outsider, "n1", "poison")
    outsider.send([message])
    parked(operator)
    client = mend()
    topology = Topology("sample", {}, LADDER_SECONDS)
    dying = DeadLetters(Store(documents), topology, (), Dying(outsider))

    with pytest.raises(KeyboardInterrupt):
        dying.replay([message.id], "somebody")
    wait_until(lambda: texts(documents, "n1") == ["poison"])
    assert show(client, message.id)["state"] == "parked"
    assert replay(client, message.id) == 1
    outsider.send([poke(outsider, "n1", "after", 2)])

    wait_until(lambda: len(texts(documents, "n1")) > 1)
    assert texts(documents, "n1") == ["poison", "after"]
    assert show(client, message.id)["state"] == "replayed"


def test_killing_the_process_while_messages_are_parked_and_replayed_loses_and_doubles_none(
    sample: RunningService, outsider: Outsider, documents: Documents
) -> None:
    total = 400
    outsider.send([poke(outsider, f"n{n}", "refuse") for n in range(total)])
    letters = documents["_dead_letters"]

    for share in (0.2, 0.5):
        wait_until(lambda share=share: letters.count_documents({}) > share * total, 30)
        sample.kill()
        sample.start()
    wait_until(lambda: letters.count_documents({"state": "parked", "round": 0}) == total, 30)
    operator = sample.client("operator")
    threading.Thread(target=lambda: interrupted(operator), daemon=True).start()
    wait_until(lambda: letters.count_documents({"history": {"$regex": "replayed"}}) > 0, 30)
    sample.kill()
    sample.start()

    # Each that was replayed is refused once more and comes back.
    wait_until(lambda: outsider.count("sample.in") == outsider.count("sample.parked") == 0, 30)
    wait_until(lambda: letters.count_documents({"state": "parked"}) == total, 30)
    assert letters.count_documents({}) == total
    assert documents.notes.count_documents({}) == 0


def interrupted(client: Client) -> None:
    with suppress(requests.RequestException):
        replay(client)


def test_a_message_that_is_no_event_and_larger_than_a_frame_is_parked_whole(
    outsider: Outsider, operator: Client, documents: Documents
) -> None:
    message = poke(outsider, "n1")
    message.body = b"x" * 300_000

    outsider.send([message, poke(outsider, "n2")])

    (letter,) = parked(operator)
    assert letter["reason"].startswith("broken_contract")
    assert len(show(operator, letter["id"])["body"]) == len(message.body)
    wait_until(lambda: texts(documents, "n2") == ["hello"])


def test_pages_lead_through_all_of_them(outsider: Outsider, operator: Client) -> None:
    outsider.send([poke(outsider, f"n{n}", "refuse") for n in range(5)])
    everything = [each["id"] for each in parked(operator, 5)]

    first = operator.get(PATH, limit=3).json()
    rest = operator.get(PATH, limit=3, cursor=first["next_cursor"]).json()

    assert [each["id"] for each in (*first["items"], *rest["items"])] == everything
    assert everything == sorted(everything)
    assert rest["next_cursor"] is None
