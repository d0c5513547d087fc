import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson.datetime_ms import DatetimeMS
from pymongo import MongoClient

from shared.clock import utc_now
from shared.heard import RUNS_KEPT
from shared.messaging.envelope import Cause, sealed
from shared.messaging.frames import Outgoing
from tests.sample.outside import Poked, Retitled, Unheard
from tests.sample.sample import OrderPlaced
from tests.support.outside import Outsider
from tests.support.running_service import RunningService
from tests.support.servers import LADDER_SECONDS
from tests.support.waiting import wait_until

NOW = datetime(2024, 11, 1, tzinfo=UTC)
Documents = Any


@pytest.fixture
def sample(run_service: Callable[..., RunningService]) -> RunningService:
    return run_service("tests.sample.service", {"OUTBOX_SWEEP_SECONDS": "1"})


@pytest.fixture
def documents(sample: RunningService, mongo_client: MongoClient[dict[str, Any]]) -> Documents:
    return mongo_client[sample.database_name]


@pytest.fixture
def outsider(sample: RunningService) -> Iterator[Outsider]:
    outsider = Outsider(sample.amqp_uri)
    yield outsider
    outsider.close()


IN_ANOTHERS_NAME = {"ce-source": "/sample/orders", "ce-type": "zirve.sample.OrderPlaced.v1"}
SPOILT: list[tuple[str, Callable[[Outgoing], Any]]] = [
    ("broken_contract", lambda m: setattr(m, "body", b"{")),
    ("broken_contract", lambda m: setattr(m, "body", b'{"note_id": NaN}')),
    ("broken_contract", lambda m: setattr(m, "body", b'{"note_id": "n", "note_id": "m"}')),
    ("broken_contract", lambda m: setattr(m, "body", b"[" * 5000)),
    ("broken_contract", lambda m: setattr(m, "body", b'"' + b"x" * 70_000 + b'"')),
    ("bad_envelope", lambda m: m.headers.pop("ce-id")),
    ("bad_envelope", lambda m: m.headers.pop("ce-type")),
    ("bad_envelope", lambda m: m.headers.update({"ce-specversion": "2.0"})),
    ("bad_envelope", lambda m: m.headers.update({"ce-sequence": "many"})),
    ("bad_envelope", lambda m: m.headers.update({"ce-sequence": "0"})),
    ("bad_envelope", lambda m: m.headers.update({"ce-id": 7})),
    ("bad_envelope", lambda m: m.headers.update({"zirve-tries": -9})),
    ("bad_envelope", lambda m: m.headers.update({"ce-source": "/membership/things"})),
    ("bad_envelope", lambda m: m.headers.update({"ce-type": "zirve.outside.Poked.v2"})),
    ("bad_envelope", lambda m: m.headers.update(IN_ANOTHERS_NAME)),
    ("bad_envelope", lambda m: (setattr(m, "exchange", ""), setattr(m, "key", "sample.in"))),
]


def poke(outsider: Outsider, note: str, text: str = "hello", number: int = 1) -> Outgoing:
    event = Poked(note_id=note, text=text, occurred_at=NOW)
    return outsider.message(event, "things", note, number)


def retitle(outsider: Outsider, note: str, title: str, number: int = 1) -> Outgoing:
    event = Retitled(note_id=note, title=title, occurred_at=NOW)
    return outsider.message(event, "things", note, number)


def texts(documents: Documents, note: str) -> list[str]:
    found = documents.notes.find_one({"_id": note})
    return found["texts"] if found else []


def dead_letters(documents: Documents) -> list[dict[str, Any]]:
    return list(documents["_dead_letters"].find())


def calls(sample: RunningService, event: str) -> int:
    """Count how often the handler of an event has failed."""
    lines = [json.loads(line) for line in sample.log.splitlines()]
    return sum(1 for line in lines if line.get("event_type") == event)


def retried(metrics: str) -> float:
    found = re.search(r'zirve_events_total{event="Retitled",fate="retried"} (.*)', metrics)
    return float(found[1]) if found else 0


def test_an_event_that_comes_three_times_takes_effect_once(
    outsider: Outsider, documents: Documents
) -> None:
    message = poke(outsider, "n1")

    outsider.send([message, message])
    wait_until(lambda: texts(documents, "n1") == ["hello"], 10)
    outsider.send([message, poke(outsider, "n1", "again", 2)])

    wait_until(lambda: len(texts(documents, "n1")) > 1, 10)
    assert texts(documents, "n1") == ["hello", "again"]


def test_a_message_that_always_fails_goes_up_the_ladder_and_is_parked_with_its_reason(
    outsider: Outsider, documents: Documents
) -> None:
    good = [poke(outsider, f"good{n}") for n in range(50)]

    outsider.send([*good[:25], poke(outsider, "bad", "poison"), *good[25:]])

    wait_until(lambda: documents.notes.count_documents({}) == 50, 10)
    assert texts(documents, "bad") == []
    (letter,) = wait_until(lambda: dead_letters(documents), 20)
    assert letter["reason"] == "ValueError: poisoned"
    assert len(letter["history"]) == 4


def test_a_handler_with_two_tries_is_called_twice_and_its_neighbour_as_often_as_the_ladder_says(
    sample: RunningService, outsider: Outsider, documents: Documents
) -> None:
    limited, whole = retitle(outsider, "n1", "poison"), poke(outsider, "n2", "poison")

    outsider.send([limited, whole])

    wait_until(lambda: len(dead_letters(documents)) == 2, 20)
    letters = {each["_id"]: each for each in dead_letters(documents)}
    assert letters[limited.id]["reason"] == "ValueError: poisoned"
    assert len(letters[limited.id]["history"]) == calls(sample, "Retitled") == 2
    assert len(letters[whole.id]["history"]) == calls(sample, "Poked") == len(LADDER_SECONDS) + 1


def test_what_waits_for_another_process_uses_up_none_of_its_tries(
    sample: RunningService, outsider: Outsider, documents: Documents
) -> None:
    outsider.send([retitle(outsider, "n1", "claimed")])
    wait_until(lambda: documents.notes.count_documents({"title": "claimed"}) == 1, 10)
    outsider.send([retitle(outsider, "n1", "poison", 2)])
    client = sample.client()
    wait_until(lambda: retried(client.get("/metrics").text) > 2, 20)
    client.close()

    documents.notes.update_one({"_id": "n1"}, {"$set": {"title": ""}})

    (letter,) = wait_until(lambda: dead_letters(documents), 20)
    said = [line.split(" ", 1)[1].partition(":")[0] for line in letter["history"]]
    assert said[:3] == ["Claimed"] * 3
    assert said.count("ValueError") == 2


def test_a_message_that_a_rule_refuses_is_parked_at_once(
    outsider: Outsider, documents: Documents
) -> None:
    outsider.send([poke(outsider, "n1", "refuse"), poke(outsider, "n2")])

    (letter,) = wait_until(lambda: dead_letters(documents), 10)
    assert letter["reason"].startswith("refused")
    wait_until(lambda: texts(documents, "n2") == ["hello"], 10)
    assert texts(documents, "n1") == []


def test_an_event_that_nobody_here_knows_is_parked_after_the_ladder(
    outsider: Outsider, documents: Documents
) -> None:
    message = outsider.message(Unheard(occurred_at=NOW), "things", "x", 1)
    message.key = "Poked"

    outsider.send([message])

    (letter,) = wait_until(lambda: dead_letters(documents), 20)
    assert letter["reason"].startswith("no_handler")


def test_what_is_no_event_of_ours_is_parked_and_its_neighbours_are_handled(
    outsider: Outsider, documents: Documents
) -> None:
    messages = []
    for number, (_, spoil) in enumerate(SPOILT):
        spoilt = poke(outsider, f"bad{number}")
        spoil(spoilt)
        messages += [spoilt, poke(outsider, f"good{number}")]

    outsider.send(messages)

    wait_until(lambda: len(dead_letters(documents)) == len(SPOILT), 10)
    reasons = [each["reason"].partition(":")[0] for each in dead_letters(documents)]
    assert sorted(reasons) == sorted(reason for reason, _ in SPOILT)
    wait_until(lambda: documents.notes.count_documents({}) == len(SPOILT), 10)
    assert documents.notes.count_documents({"_id": {"$regex": "^bad"}}) == 0


def test_a_document_that_cannot_be_read_holds_up_its_own_message_alone(
    sample: RunningService, outsider: Outsider, documents: Documents
) -> None:
    # A day so far off that Python has none for it.
    documents.notes.insert_one({"_id": "bad", "title": DatetimeMS(2**62)})
    good = [poke(outsider, f"good{n}") for n in range(50)]

    outsider.send([*good[:25], poke(outsider, "bad"), *good[25:]])

    wait_until(lambda: documents.notes.count_documents({"texts": ["hello"]}) == 50, 10)
    (letter,) = wait_until(lambda: dead_letters(documents), 20)
    assert letter["reason"] == "InvalidBSON"
    assert len(letter["history"]) == len(LADDER_SECONDS) + 1
    assert "consuming connection lost" not in sample.log


def test_a_header_meant_for_nameko_hurts_nobody(outsider: Outsider, documents: Documents) -> None:
    message = poke(outsider, "n1")
    message.headers["nameko.call_id_stack"] = 7

    outsider.send([message])

    wait_until(lambda: texts(documents, "n1") == ["hello"], 10)


def test_an_event_too_old_to_judge_is_parked(outsider: Outsider, documents: Documents) -> None:
    newer = [poke(outsider, "n1", f"t{n}", 2 * n) for n in range(1, RUNS_KEPT + 2)]
    outsider.send(newer)
    wait_until(lambda: len(texts(documents, "n1")) == len(newer), 30)

    outsider.send([poke(outsider, "n1", "late", 1)])

    (letter,) = wait_until(lambda: dead_letters(documents), 10)
    assert letter["reason"] == "too_old_to_judge: outside/things/n1@1"
    assert "late" not in texts(documents, "n1")


def test_killing_the_process_again_and_again_loses_and_doubles_nothing(
    sample: RunningService, outsider: Outsider, documents: Documents
) -> None:
    total = 3000
    outsider.send([poke(outsider, f"n{n % 300}", f"t{n}", n // 300 + 1) for n in range(total)])

    for _ in range(4):
        wait_until(lambda: outsider.count("sample.in") < total, 10)
        sample.kill()
        sample.start()

    def heard() -> list[str]:
        return [text for note in documents.notes.find() for text in note["texts"]]

    wait_until(lambda: len(heard()) >= total, 30)
    assert sorted(heard()) == sorted(f"t{n}" for n in range(total))


def test_an_orderly_stop_gives_back_only_what_was_not_finished(
    sample: RunningService, outsider: Outsider, documents: Documents
) -> None:
    def handled() -> int:
        return documents.notes.count_documents({})

    total = 6000
    outsider.send([poke(outsider, f"n{n}") for n in range(total)])

    for _ in range(3):
        before = handled()
        wait_until(lambda before=before: handled() > before + 100, 10)  # type: ignore[misc]

        sample.stop()

        left = total - handled()
        # The broker takes a moment to put back what a closed connection had.
        wait_until(lambda left=left: outsider.count("sample.in") >= left, 5)  # type: ignore[misc]
        assert outsider.count("sample.in") == left
        assert 0 < left < total
        sample.start()


def test_events_that_a_dead_process_left_behind_are_published_by_another(
    sample: RunningService, documents: Documents
) -> None:
    event = OrderPlaced(order_id="o1", tally_id="t1", amount=3, occurred_at=utc_now())
    entry = sealed(event, 1, Cause("c", "d")) | {"at": utc_now() - timedelta(minutes=1)}
    documents.orders.insert_one(
        {
            "_id": "o1",
            "city_id": "tr-izmir",
            "tally_id": "t1",
            "amount": 3,
            "remarks": [],
            "cancelled": False,
            "reminded": 0,
            "_version": 1,
            "_sequence": 1,
            "_schema": 1,
            "_saved_by": [1],
            "_outbox": [entry],
        }
    )

    wait_until(lambda: documents.tallies.find_one({"_id": "t1"}) is not None, 10)

    assert documents.tallies.find_one({"_id": "t1"})["counts"] == {"o1": 3}
    wait_until(lambda: documents.orders.find_one({"_id": "o1"})["_outbox"] == [], 10)


def test_a_due_timer_fires_once(sample: RunningService, documents: Documents) -> None:
    due = {"kind": "reminder", "due_at": utc_now() - timedelta(seconds=1)}
    documents.orders.insert_many(
        {
            "_id": f"o{n}",
            "city_id": "tr-izmir",
            "tally_id": "t",
            "amount": 1,
            "remarks": [],
            "cancelled": False,
            "reminded": 0,
            "_timers": [due],
            "_version": 1,
            "_sequence": 0,
            "_schema": 1,
            "_saved_by": [1],
            "_outbox": [],
        }
        for n in range(300)
    )

    wait_until(lambda: documents.orders.count_documents({"_timers": {"$exists": True}}) == 0, 20)

    assert documents.orders.count_documents({"reminded": 1}) == 300
