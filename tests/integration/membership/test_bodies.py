import uuid
from collections.abc import Callable

import pytest

from tests.integration.membership.world import Listener, World, refusal
from tests.support.client import Client


def test_a_body_is_founded_with_its_seats_in_order(organiser: Client, published: Listener) -> None:
    key = uuid.uuid4().hex
    given = {"name": "Board", "kind": "executive_board", "seats": ["Host", "Elected", "Elected"]}

    answer = organiser.post("/v1/bodies", given, key=key)
    again = organiser.post("/v1/bodies", given, key=key)

    assert answer.status_code == 201
    body = answer.json()
    assert [seat["name"] for seat in body["seats"]] == given["seats"]
    assert len({seat["id"] for seat in body["seats"]}) == 3
    assert again.json() == organiser.get(f"/v1/bodies/{body['id']}").json() == body
    ((name, told),) = published.events_of(body["id"])
    assert name == "BodyFounded"
    assert told["seats"] == [seat["id"] for seat in body["seats"]]


def test_bodies_are_listed(organiser: Client, world: World) -> None:
    made = {world.a_body()["id"] for _ in range(3)}

    listed: set[str] = set()
    cursor: dict[str, str] = {}
    while True:
        page = organiser.get("/v1/bodies", limit=2, **cursor).json()
        listed |= {each["id"] for each in page["items"]}
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}

    assert made <= listed


def test_a_seat_is_filled_vacated_and_filled_again(
    organiser: Client, world: World, published: Listener
) -> None:
    body, first, second = world.a_body("Host", "Elected"), world.a_member(), world.a_member()
    alternate = world.a_person(first)
    path = f"/v1/bodies/{body['id']}"
    seat = f"{path}/seats/{body['seats'][0]['id']}"

    filled = organiser.post(
        f"{seat}/terms",
        {
            "city_id": first,
            "starts_on": "2024-01-31",
            "ends_on": "2025-02-24",
            "alternate_id": alternate,
            "sample": True,
        },
    )
    vacated = organiser.post(f"{seat}/vacancy", {"since": "2024-06-01"})
    refilled = organiser.post(f"{seat}/terms", {"city_id": second, "starts_on": "2024-07-01"})

    assert [each.status_code for each in (filled, vacated, refilled)] == [200, 200, 200]
    assert [each["ends_on"] for each in refilled.json()["seats"][0]["terms"]] == [
        "2024-05-31",
        None,
    ]

    def roster(on: str) -> list[tuple[str, str | None]]:
        found = organiser.get(f"{path}/roster", on=on).json()
        assert (found["body_id"], found["on"]) == (body["id"], on)
        return [(each["state"], each["city_id"]) for each in found["seats"]]

    assert roster("2024-01-30") == [("vacant", None)] * 2
    assert roster("2024-02-01")[0] == ("filled", first)
    assert roster("2024-05-31")[0] == ("ends_soon", first)
    assert roster("2024-06-01")[0] == ("vacant", None)
    assert roster("2024-07-01")[0] == ("filled", second)
    assert organiser.get(f"{path}/roster").json()["seats"][0] == {
        "seat_id": body["seats"][0]["id"],
        "name": "Host",
        "basis": "elected",
        "state": "filled",
        "city_id": second,
        "starts_on": "2024-07-01",
        "ends_on": None,
        "alternate_id": None,
        "sample": False,
    }
    assert [name for name, _ in published.events_of(body["id"], 4)] == [
        "BodyFounded",
        "SeatFilled",
        "SeatVacated",
        "SeatFilled",
    ]


def test_a_seat_is_refused_to_whom_it_cannot_be_given(organiser: Client, world: World) -> None:
    body, member = world.a_body(), world.a_member()
    terms = f"/v1/bodies/{body['id']}/seats/{body['seats'][0]['id']}/terms"
    given = {"city_id": member, "starts_on": "2024-01-31"}

    answers = [
        organiser.post(terms, {**given, "city_id": world.an_applicant()}),
        organiser.post(terms, {**given, "starts_on": "2021-11-29"}),
        organiser.post(terms, {**given, "city_id": world.city_id()}),
        organiser.post(terms, {**given, "alternate_id": "none"}),
        organiser.post(terms, {**given, "ends_on": "2024-01-30"}),
    ]

    assert [refusal(answer) for answer in answers] == [
        (422, "not_a_member", ["city_id"]),
        (422, "not_a_member", ["city_id"]),
        (422, "unknown_city", ["city_id"]),
        (422, "unknown_person", ["alternate_id"]),
        (422, "ends_before_it_starts", ["ends_on"]),
    ]


def test_a_seat_that_is_held_is_a_conflict(organiser: Client, world: World) -> None:
    body, member = world.a_body(), world.a_member()
    seat = f"/v1/bodies/{body['id']}/seats/{body['seats'][0]['id']}"
    given = {"city_id": member, "starts_on": "2024-01-31"}
    organiser.post(f"{seat}/terms", given)

    assert refusal(organiser.post(f"{seat}/terms", given)) == (409, "overlaps_term", [])
    assert refusal(organiser.post(f"{seat}/vacancy", {"since": "2024-01-30"})) == (
        409,
        "seat_is_vacant",
        [],
    )
    assert refusal(organiser.post(f"{seat}/vacancy", {"since": "2024-01-31"})) == (
        422,
        "vacated_too_early",
        ["since"],
    )


def test_bodies_and_seats_nobody_knows_are_unknown(organiser: Client, world: World) -> None:
    body, member = world.a_body(), world.a_member()
    given = {"city_id": member, "starts_on": "2024-01-31"}
    no_seat = f"/v1/bodies/{body['id']}/seats/none"

    answers = [
        organiser.get("/v1/bodies/none"),
        organiser.get("/v1/bodies/none/roster"),
        organiser.post("/v1/bodies/none/seats/none/terms", given),
        organiser.post("/v1/bodies/none/seats/none/vacancy", {"since": "2024-01-31"}),
        organiser.post(f"{no_seat}/terms", given),
        organiser.post(f"{no_seat}/vacancy", {"since": "2024-01-31"}),
    ]

    assert [refusal(answer)[:2] for answer in answers] == [
        *[(404, "unknown_body")] * 4,
        *[(404, "unknown_seat")] * 2,
    ]


def test_bodies_are_not_for_city_leads(api: Callable[..., Client], world: World) -> None:
    body, city_id = world.a_body(), world.a_member()
    lead, host = api("city_lead", cities=(city_id,)), api("host")
    forbidden, not_presiding = (403, "forbidden", []), (403, "not_presiding", [])

    assert refusal(lead.get(f"/v1/bodies/{body['id']}")) == not_presiding
    assert refusal(lead.get("/v1/presidencies")) == not_presiding
    assert host.get(f"/v1/bodies/{body['id']}/roster").status_code == 200
    assert refusal(host.post("/v1/bodies", {"name": "x"})) == forbidden


@pytest.mark.usefixtures("no_presidency")
def test_cities_are_elected_and_listed_by_year(
    organiser: Client, world: World, published: Listener
) -> None:
    athens, tirana = world.a_member(), world.a_member()

    elected = organiser.post("/v1/presidencies", {"year": 2024, "city_id": tirana})
    organiser.post("/v1/presidencies", {"year": 2023, "city_id": athens})
    organiser.post(
        "/v1/presidencies",
        {"year": 2025, "city_id": athens, "starts_on": "2025-01-15", "ends_on": "2026-01-14"},
    )

    term = {
        "year": 2024,
        "city_id": tirana,
        "starts_on": "2024-01-01",
        "ends_on": "2024-12-31",
        "summit_host_city_id": tirana,
        "taken_over_from": None,
        "decision": "",
        "decided_on": None,
    }
    assert (elected.status_code, elected.json()) == (201, term)
    assert elected.headers["Zirve-Seen"].endswith(";type=PresidencyElected")
    first = organiser.get("/v1/presidencies", limit=2).json()
    second = organiser.get("/v1/presidencies", limit=2, cursor=first["next_cursor"]).json()
    assert [each["year"] for each in first["items"] + second["items"]] == [2023, 2024, 2025]
    assert first["items"][1] == term
    assert second["next_cursor"] is None
    told = [name for name, _ in published.events_of("presidency", 3)]
    assert {"PresidencyElected"} <= set(told) <= {"PresidencyElected", "PresidencyHandedOver"}


@pytest.mark.usefixtures("no_presidency")
def test_the_rules_of_the_presidency_are_kept(organiser: Client, world: World) -> None:
    tirana, sofia = world.a_member(), world.a_member()
    organiser.post("/v1/presidencies", {"year": 2024, "city_id": tirana})

    def elect(year: int, city_id: str, **days: str) -> tuple[int, str, list[str]]:
        return refusal(
            organiser.post("/v1/presidencies", {"year": year, "city_id": city_id, **days})
        )

    assert elect(2024, sofia) == (409, "year_taken", [])
    assert elect(2025, tirana) == (422, "no_two_terms_in_a_row", ["city_id"])
    assert elect(2023, tirana) == (422, "no_two_terms_in_a_row", ["city_id"])
    assert elect(2021, sofia) == (422, "not_a_member", ["city_id"])
    assert elect(2025, world.city_id()) == (422, "unknown_city", ["city_id"])
    assert elect(2025, sofia, starts_on="2024-12-31") == (422, "overlaps_term", ["starts_on"])
    assert elect(2025, sofia, ends_on="2024-12-31") == (422, "ends_before_it_starts", ["ends_on"])
    assert len(organiser.get("/v1/presidencies").json()["items"]) == 1


def test_a_cursor_of_another_list_is_refused(organiser: Client, world: World) -> None:
    for country in ("QD", "QD"):
        world.an_applicant(country=country)
    cursor = organiser.get("/v1/cities", country="QD", limit=1).json()["next_cursor"]

    assert refusal(organiser.get("/v1/presidencies", cursor=cursor)) == (
        422,
        "bad_cursor",
        ["cursor"],
    )
    assert refusal(organiser.get("/v1/people", cursor=cursor)) == (422, "bad_cursor", ["cursor"])
