from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.membership.world import Listener, World, refusal
from tests.support.client import Client
from tests.support.waiting import wait_until

pytestmark = pytest.mark.usefixtures("no_presidency")


def mayor(organiser: Client, city_id: str, on: str, **more: str) -> str | None:
    answer = organiser.get(f"/v1/cities/{city_id}/office-holders", on=on, **more).json()
    held = [each["person_id"] for each in answer["holders"] if each["office"] == "mayor"]
    return held[0] if held else None


def test_a_succession_says_what_follows_from_it(organiser: Client, world: World) -> None:
    sofia = world.a_member()
    old, new = world.a_person(sofia), world.a_person(sofia, name="Nadia Petrova")
    path = f"/v1/cities/{sofia}"
    organiser.post(
        f"{path}/office-holders",
        {"office": "mayor", "person_id": old, "starts_on": "2023-11-13", "ends_on": "2027-11-12"},
    )
    organiser.post("/v1/presidencies", {"year": 2025, "city_id": sofia})
    body = world.a_body({"name": "Host", "basis": "presidency_current"}, "Elected")
    host, elected = (each["id"] for each in body["seats"])
    other = world.a_member()
    organiser.post(
        f"/v1/bodies/{body['id']}/seats/{elected}/terms",
        {"city_id": other, "starts_on": "2025-02-25", "alternate_id": old},
    )
    roster = f"/v1/bodies/{body['id']}/roster"
    wait_until(
        lambda: organiser.get(roster, on="2025-06-01").json()["seats"][0]["city_id"] == sofia,
        what="Sofia on the seat of the host",
    )

    given = {"office": "mayor", "person_id": new, "starts_on": "2025-06-01"}
    answer = organiser.post(f"{path}/office-successions", given)

    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["predecessor"]["person_id"], told["predecessor"]["ends_on"]) == (
        old,
        "2027-11-12",
    )
    assert told["successor"]["person_id"] == new
    found = [
        (each["kind"], each["seat_id"], each["year"])
        for each in told["follows"]
        if each["body_id"] in (body["id"], None)
    ]
    assert found == [
        ("seat", host, None),
        ("presidency", None, 2025),
        ("alternate", elected, None),
    ]
    assert all(each["text"] for each in told["follows"])
    assert [mayor(organiser, sofia, on) for on in ("2025-05-31", "2025-06-01")] == [old, new]


def test_a_succession_that_does_not_fit_is_refused(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    own, stranger = world.a_person(city_id), world.a_person(world.a_member())
    path = f"/v1/cities/{city_id}"
    organiser.post(
        f"{path}/office-holders",
        {"office": "mayor", "person_id": own, "starts_on": "2029-04-01"},
    )

    def succeed(**given: Any) -> tuple[int, str, list[str]]:
        term = {"office": "mayor", "person_id": own, "starts_on": "2024-04-01", **given}
        return refusal(organiser.post(f"{path}/office-successions", term))

    assert succeed() == (422, "overlaps_term", ["starts_on"])
    assert succeed(person_id="none") == (422, "unknown_person", ["person_id"])
    assert succeed(person_id=stranger) == (422, "person_of_another_city", ["person_id"])
    assert succeed(ends_on="2024-03-31") == (422, "ends_before_it_starts", ["ends_on"])
    nobody = organiser.post(
        f"/v1/cities/{world.city_id()}/office-successions",
        {"office": "mayor", "person_id": own, "starts_on": "2024-04-01"},
    )
    assert refusal(nobody) == (404, "unknown_city", [])


def test_a_term_entered_by_mistake_is_withdrawn_and_was_known_until_then(
    organiser: Client, world: World, published: Listener
) -> None:
    city_id = world.a_member()
    old, new = world.a_person(city_id), world.a_person(city_id)
    path = f"/v1/cities/{city_id}/office-holders"
    for person_id, starts_on in ((old, "2019-06-27"), (new, "2024-04-01")):
        organiser.post(path, {"office": "mayor", "person_id": person_id, "starts_on": starts_on})
    before = organiser.get("/v1/clock").json()["now"]

    withdrawn = organiser.send("POST", f"{path}/mayor/2024-04-01/withdrawal")

    assert withdrawn.status_code == 200, withdrawn.text
    assert mayor(organiser, city_id, "2024-06-01") == old
    assert mayor(organiser, city_id, "2024-06-01", known_at=before) == new
    assert mayor(organiser, city_id, "2024-06-01", known_at="2020-01-01T00:00:00Z") is None
    assert [name for name, _ in published.events_of(city_id, 5)][-1] == "OfficeTermWithdrawn"
    again = organiser.send("POST", f"{path}/mayor/2024-04-01/withdrawal")
    assert refusal(again) == (404, "unknown_office_term", [])


def test_what_was_known_is_asked_for_by_an_instant(
    api: Callable[..., Client], world: World
) -> None:
    city_id = world.a_member()
    path = f"/v1/cities/{city_id}/office-holders"

    assert refusal(api().get(path, known_at="2024-04-01")) == (422, "invalid", ["known_at"])
    lead = api("city_lead", cities=(city_id,))
    assert lead.get(path, known_at="2024-04-01T00:00:00Z").status_code == 200
    given = {"office": "mayor", "person_id": None, "starts_on": "2024-04-01"}
    refused = lead.post(f"/v1/cities/{city_id}/office-successions", given)
    assert refusal(refused) == (403, "forbidden", [])
