"""A calendar entry through its life: requested, moved, cancelled."""

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar

from deploy.demo.network import import_cities
from deploy.demo.stage import local
from tests.e2e.conftest import Theatre
from tests.support.mails import read_mails

ZONE = "Europe/Tirane"
ADDRESS = "eleni.vasilaki@athens.example"


def test_an_accepted_invitation_that_is_moved_and_cancelled_stays_one_entry(
    theatre: Callable[..., Theatre],
) -> None:
    scene = theatre()
    client, stage = scene.stage.client, scene.stage
    stage.set_clock("2024-11-04T09:00:00Z")
    import_cities(stage)
    invite_the_mayor_of_athens(scene)
    meeting = f"/v1/meetings/{stage.ids['meeting']}"
    (invitation,) = client.items("events", f"{meeting}/invitations")

    client.post("events", f"/v1/invitations/{invitation['id']}/acceptance", {}, key="accept")
    client.settle()
    moved = {
        "begins": local("2024-12-07T13:00:00", ZONE),
        "ends": local("2024-12-07T17:00:00", ZONE),
    }
    client.post("events", f"{meeting}/reschedulings", {**moved, "reason": "Snow."}, key="move")
    client.settle()
    client.post("events", f"{meeting}/cancellation", {"reason": "More snow."}, key="cancel")
    client.settle()

    mails = read_mails(scene.place.mails.folder)
    entries = [entry for mail in mails if (entry := entry_in(mail)) is not None]
    assert [mail["To"].addresses[0].addr_spec for mail in mails] == [ADDRESS] * 4
    assert [method for method, _ in entries] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [int(event["SEQUENCE"]) for _, event in entries] == [0, 1, 2]
    assert {str(event["UID"]) for _, event in entries} == {f"{stage.ids['meeting']}@zirve.example"}
    assert [event["DTSTART"].dt.hour for _, event in entries] == [11, 13, 13]
    assert [str(event["STATUS"]) for _, event in entries][-1] == "CANCELLED"
    assert not [defect for mail in mails for part in mail.walk() for defect in part.defects]


def invite_the_mayor_of_athens(scene: Theatre) -> None:
    client, stage = scene.stage.client, scene.stage
    person = client.post(
        "membership",
        "/v1/people",
        {
            "city_id": "gr-athens",
            "name": "Eleni Vasilaki",
            "original_name": "Ελένη Βασιλάκη",
            "languages": ["el"],
            "email": ADDRESS,
        },
        key="person",
    )
    client.post(
        "membership",
        "/v1/cities/gr-athens/office-holders",
        {"office": "mayor", "person_id": person["id"], "starts_on": "2024-01-01"},
        key="office",
    )
    meeting = client.post(
        "events",
        "/v1/meetings",
        {
            "title": "Working group",
            "kind": "working_group",
            "host_city_id": "al-tirana",
            "venue": "City Hall",
            "begins": local("2024-12-07T11:00:00", ZONE),
            "ends": local("2024-12-07T15:00:00", ZONE),
            "quota": 1,
            "answer_by": "2024-11-22T22:00:00Z",
        },
        key="meeting",
    )
    stage.ids["meeting"] = meeting["id"]
    path = f"/v1/meetings/{meeting['id']}"
    client.post("events", f"{path}/announcement", key="announce")
    audience = {"audience": [{"city_ids": ["gr-athens"]}], "on": "2024-12-07"}
    client.post("events", f"{path}/invitations", audience, key="invite")
    client.settle()


def entry_in(mail: EmailMessage) -> tuple[str, Any] | None:
    """Return method and event of the calendar object in a mail, if it has one."""
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_content())
            (event,) = calendar.walk("VEVENT")
            assert calendar["METHOD"] == part.get_param("method")
            assert len(calendar.walk("VTIMEZONE")) == 1
            return str(calendar["METHOD"]), event
    return None
