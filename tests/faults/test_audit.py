"""The auditor finds what is wrong in a small world that was right before it was doctored."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.local.layout import REPOSITORY
from tests.faults.audit.commands import check_commands
from tests.faults.audit.evidence import Event, Evidence
from tests.faults.audit.hearing import check_hearing
from tests.faults.audit.journeys import check_journeys
from tests.faults.audit.mails import check_mails
from tests.faults.audit.messages import check_messages
from tests.faults.audit.verdict import Verdict
from tests.faults.controller import Incident
from tests.faults.site import DATABASE

World = dict[str, dict[str, dict[str, dict[str, Any]]]]
GUEST = {"meeting_id": "m", "city_id": "c", "person_id": "p"}
CONFIRMED = {**GUEST, "delegation_id": "d", "revision": 0}
SENT_AT = "20270101T100000.000000"
WORLD: World = {
    "membership": {
        "cities": {"c": {}},
        "people": {"p": {"profile": {"name": "P"}, "contact": {"email": "p@c.example"}}},
    },
    "events": {
        "meetings": {"m": {"state": "announced", "revision": 0}},
        "invitations": {
            "i": {"meeting_id": "m", "city_id": "c", "history": [{"reply": "accepted"}]}
        },
        "delegations": {"d": {**GUEST, "delegates": {"p": {"state": "confirmed"}}}},
    },
    "travel": {
        "trips": {
            "t": {
                **GUEST,
                "_id": "t",
                "state": "open",
                "bookings": {"arrival": {"number": 1}},
                "_heard": {"events/delegations/d": [2, 2]},
            }
        },
        "blocks": {
            "b": {
                "stock": {"single": {"2027-05-10": 1}},
                "holds": {
                    "s": {
                        "trip_id": "t",
                        "room_type": "single",
                        "arrives_on": "2027-05-10",
                        "departs_on": "2027-05-11",
                    }
                },
                "returned": [],
            }
        },
        "stays": {"s": {"state": "confirmed", "block_id": "b", "trip_id": "t"}},
    },
    "notification": {
        "attendances": {"a": {**GUEST, "_id": "a", "_heard": {"events/delegations/d": [2, 2]}}},
        "messages": {
            "x": {
                **GUEST,
                "kind": "delegate_confirmed",
                "fact": {"delegation_id": "d", "sequence": 2},
                "state": "sent",
                "history": [{"at": datetime(2027, 1, 1, 10, tzinfo=UTC)}],
            }
        },
    },
}
ENTRIES = [
    {"what": "city", "id": "c"},
    {"what": "person", "id": "p", "name": "P"},
    {"what": "meeting", "meeting": "m"},
    {"what": "announced", "meeting": "m"},
    {"what": "invited", "meeting": "m", "cities": ["c"]},
    {"what": "accepted", "invitation": "i"},
    {"what": "nominated", "meeting": "m", "city": "c", "person": "p"},
    {"what": "confirmed", "meeting": "m", "city": "c", "person": "p"},
    {"what": "booked", "trip": "t", "direction": "arrival"},
    {"what": "block", "id": "b", "stock": 1},
    {"what": "stay", "id": "s", "block": "b", "trip": "t"},
]


def evidence_of(world: World, mails: Path, incidents: tuple[Incident, ...] = ()) -> Evidence:
    evidence = Evidence(
        mongo_uri="",
        amqp_uri="",
        mails=mails,
        ladder_seconds=(1,),
        entries=ENTRIES,
        incidents=incidents,
    )
    event = Event("e", "events/delegations/d", "DelegateConfirmed", 2, CONFIRMED)
    # What would be read from servers is put where it is kept once it was read.
    evidence.__dict__["documents"] = world
    evidence.__dict__["_witnessed"] = ([event], Counter({"e": 1}))
    return evidence


def failures_of(evidence: Evidence) -> str:
    verdict = Verdict()
    for check in (check_commands, check_hearing, check_journeys, check_messages, check_mails):
        check(verdict, evidence)
    return "; ".join(verdict.failures)


def deliver(folder: Path, message: str, at: str) -> None:
    text = f"Message-ID: <{message}@zirve.example>\r\nTo: p@c.example\r\n"
    text += "X-Zirve-Message-Kind: delegate_confirmed\r\n\r\n"
    (folder / f"{at}-000001.eml").write_text(text)


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    deliver(tmp_path, "x", SENT_AT)
    return tmp_path


def test_nothing_is_found_where_nothing_is_wrong(mails: Path) -> None:
    assert failures_of(evidence_of(WORLD, mails)) == ""


def lose_a_meeting(world: World) -> None:
    world["events"]["meetings"] = {}
    world["events"]["delegations"] = {}


def answer_twice(world: World) -> None:
    world["events"]["invitations"]["i"]["history"] *= 2


def book_twice(world: World) -> None:
    world["travel"]["trips"]["t"]["bookings"]["arrival"]["number"] = 2


def reschedule_unasked(world: World) -> None:
    world["events"]["meetings"]["m"]["revision"] = 1


def lose_a_confirmation(world: World) -> None:
    world["events"]["delegations"]["d"]["delegates"]["p"]["state"] = "nominated"


def do_not_hear(world: World) -> None:
    world["notification"]["attendances"]["a"]["_heard"] = {}


def open_a_second_trip(world: World) -> None:
    world["travel"]["trips"]["u"] = {**world["travel"]["trips"]["t"], "_id": "u", "bookings": {}}


def oversell(world: World) -> None:
    block = world["travel"]["blocks"]["b"]
    block["holds"]["z"] = {**block["holds"]["s"], "trip_id": "u"}


def give_a_room_back_that_is_held(world: World) -> None:
    world["travel"]["blocks"]["b"]["returned"] = ["s"]


def tell_twice(world: World) -> None:
    messages = world["notification"]["messages"]
    messages["y"] = {**messages["x"], "state": "suppressed"}


def never_send(world: World) -> None:
    world["notification"]["messages"]["x"]["state"] = "intended"


@pytest.mark.parametrize(
    ("doctor", "finding"),
    [
        (lose_a_meeting, "meetings called and announced"),
        (answer_twice, "answers"),
        (book_twice, "journeys booked"),
        (reschedule_unasked, "reschedulings and cancellations"),
        (lose_a_confirmation, "nominations, confirmations"),
        (do_not_hear, "DelegateConfirmed applied by notification.attendances"),
        (open_a_second_trip, "one per confirmed delegate"),
        (oversell, "none oversold"),
        (give_a_room_back_that_is_held, "each in its block once"),
        (tell_twice, "facts and recipients with one message each"),
        (never_send, "messages whose end is known"),
        (never_send, "mails of a message that was not true any more"),
    ],
)
def test_what_was_lost_or_done_twice_is_found(
    doctor: Callable[[World], None], finding: str, mails: Path
) -> None:
    world = deepcopy(WORLD)
    doctor(world)

    assert finding in failures_of(evidence_of(world, mails))


def test_a_second_mail_is_excused_only_by_something_that_was_struck_meanwhile(mails: Path) -> None:
    deliver(mails, "x", "20270101T100020.000000")
    began = datetime(2027, 1, 1, 10, tzinfo=UTC).timestamp()
    before = Incident("kill", DATABASE, began - 60, began - 50)
    meanwhile = Incident("kill", DATABASE, began + 5, began + 9)

    assert "mails that came again" in failures_of(evidence_of(WORLD, mails, (before,)))
    assert failures_of(evidence_of(WORLD, mails, (before, meanwhile))) == ""


def test_a_mail_under_another_message_id_is_found(mails: Path) -> None:
    deliver(mails, "other", "20270101T100020.000000")

    assert "mails with the Message-ID of a message" in failures_of(evidence_of(WORLD, mails))


def test_the_auditor_knows_none_of_the_code() -> None:
    program = "import sys, tests.faults.audit; print(*sys.modules)"

    said = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )

    assert not {name.partition(".")[0] for name in said.stdout.split()} & {"services", "shared"}
