"""What follows from a term of the presidency: rights, contacts, and the audit of both."""

from collections.abc import Callable
from typing import Any

import pytest

from services.membership.service import MembershipService
from shared.web.auth import BY_RIGHT
from shared.web.door import Door, doors_of
from tests.integration.membership.terms import RULES_OF_2022, TODAY, YEAR, elect, elect_for_today
from tests.integration.membership.world import Json, World, refusal
from tests.support.client import Client

pytestmark = pytest.mark.usefixtures("no_presidency")

OPENED = {"title": "Letters of invitation", "due_on": "2026-12-20"}


FOR_EVERY_CITY = "get_presidency_contacts"
"""Whom to write to for the network; it has a test of its own."""


def by_right() -> list[Door]:
    return [
        each
        for each in doors_of(MembershipService)
        if BY_RIGHT in each.allow.scopes.values() and each.name != FOR_EVERY_CITY
    ]


@pytest.fixture
def things(organiser: Client, world: World, cities: list[str]) -> dict[str, str]:
    """What paths name: of another city than those of the leads."""
    item = organiser.post("/v1/presidency-items", OPENED).json()
    return {"city_id": cities[3], "body_id": world.a_body()["id"], "item_id": item["id"]}


@pytest.mark.parametrize("door", by_right(), ids=lambda door: door.name)
def test_what_follows_from_the_presidency_is_for_the_presiding_city_alone(
    api: Callable[..., Client],
    organiser: Client,
    cities: list[str],
    things: dict[str, str],
    door: Door,
) -> None:
    presiding, other = api("city_lead", cities=(cities[0],)), api("city_lead", cities=(cities[1],))
    path = door.path
    for name, value in things.items():
        path = path.replace(f"<{name}>", value)

    def ask(client: Client) -> Any:
        if door.is_command:
            return client.post(path, OPENED if door.creates else {})
        return client.get(path)

    for lead in (presiding, other):
        assert refusal(ask(lead)) == (403, "not_presiding", [])
    elect_for_today(organiser, cities[0])

    refused = ask(other)
    assert refusal(refused) == (403, "not_presiding", [])
    assert refused.json()["rule"]["text"].startswith("What the presidency needs")
    assert refused.json()["rule"]["source"] == RULES_OF_2022
    assert ask(presiding).status_code in (200, 201)
    assert refusal(ask(api("operator")))[:2] == (403, "forbidden")


def test_what_a_lead_may_of_his_own_city_needs_no_presidency(
    api: Callable[..., Client], cities: list[str]
) -> None:
    lead = api("city_lead", cities=(cities[1],))

    assert lead.get(f"/v1/cities/{cities[1]}").status_code == 200
    assert lead.get(f"/v1/cities/{cities[1]}/office-holders").status_code == 200


def test_the_presiding_lead_reads_no_more_of_people_than_any_other(
    api: Callable[..., Client], organiser: Client, world: World, cities: list[str]
) -> None:
    elect_for_today(organiser, cities[0])
    lead, person = api("city_lead", cities=(cities[0],)), world.a_person(cities[1])

    assert refusal(lead.get(f"/v1/people/{person}")) == (403, "not_your_city", [])
    assert refusal(lead.patch(f"/v1/people/{person}", {"title": "x"}))[:2] == (
        403,
        "not_your_city",
    )


# -- contacts --------------------------------------------------------------------------------------


def appoint(
    organiser: Client, city_id: str, office: str, person_id: str | None, **more: Any
) -> None:
    term = {"office": office, "person_id": person_id, "starts_on": "2024-04-01", **more}
    answer = organiser.post(f"/v1/cities/{city_id}/office-holders", term)
    assert answer.status_code == 200, answer.text


def test_the_contacts_of_the_presidency_are_those_of_the_presiding_city(
    api: Callable[..., Client], organiser: Client, world: World, cities: list[str]
) -> None:
    tirana, sofia, zagreb, _ = cities
    mayor, deputy = world.a_person(sofia, title="Mayor"), world.a_person(sofia, name="Vera Ilieva")
    appoint(organiser, sofia, "mayor", mayor, represented_by=deputy, acting=True)
    appoint(organiser, sofia, "deputy_mayor", None)
    elect(organiser, 2023, tirana)
    elect_for_today(organiser, sofia)
    path = "/v1/presidencies/current/contacts"

    found = api("city_lead", cities=(zagreb,)).get(path).json()

    assert (found["city_id"], found["city_name"], found["on"]) == (sofia, "Istanbul", str(TODAY))
    assert found["term"]["year"] == YEAR
    assert found["contacts"] == [
        {
            "office": "mayor",
            "acting": True,
            "represents": None,
            "person_id": mayor,
            "name": "Defne Karasu",
            "title": "Mayor",
            "languages": ["tr"],
            "email": "defne@istanbul.example",
            "phone": "+447700900105",
        },
        {
            **found["contacts"][0],
            "represents": mayor,
            "person_id": deputy,
            "name": "Vera Ilieva",
            "title": "",
        },
    ]
    other = api("city_lead", cities=(zagreb,))
    assert refusal(other.get(path, on="2023-06-01")) == (403, "not_presiding", [])
    assert api("city_lead", cities=(tirana,)).get(path, on="2023-06-01").status_code == 200
    assert api("city_lead", cities=(sofia,)).get(path, on="2023-06-01").status_code == 200
    assert organiser.get(path, on="2023-06-01").json()["city_id"] == tirana
    assert refusal(organiser.get(path, on="2021-12-01"))[:2] == (404, "nobody_presides")
    assert refusal(organiser.get(path, on="today")) == (422, "invalid", ["on"])
    assert refusal(api("host").get(path)) == (403, "forbidden", [])


def test_the_contacts_of_the_network_are_of_members_alone(organiser: Client, world: World) -> None:
    member, applicant = world.a_member(), world.an_applicant()
    holders = {city_id: world.a_person(city_id) for city_id in (member, applicant)}
    for city_id, person_id in holders.items():
        appoint(organiser, city_id, "mayor", person_id)

    found: dict[str, Json] = {}
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = organiser.get("/v1/network-contacts", **query).json()
        found |= {each["city_id"]: each for each in page["items"]}
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]

    assert applicant not in found
    assert [each["person_id"] for each in found[member]["contacts"]] == [holders[member]]
    assert found[member]["contacts"][0]["email"] == "defne@istanbul.example"


# -- the audit -------------------------------------------------------------------------------------


def test_the_audit_says_who_could_do_what_when_and_why(
    api: Callable[..., Client], organiser: Client, cities: list[str]
) -> None:
    tirana, sofia, *_ = cities
    elect_for_today(organiser, tirana, YEAR - 1)
    elect(organiser, YEAR, sofia, decision="General Assembly, item 4")

    whole = api("operator").get("/v1/access-audit").json()["spans"]
    of_sofia = [
        each
        for each in organiser.get("/v1/access-audit", city_id=sofia).json()["spans"]
        if each["right"] == "read_network_contacts"
    ]
    in_summer = organiser.get(
        "/v1/access-audit", **{"from": f"{YEAR}-07-01", "to": f"{YEAR}-07-31"}
    ).json()["spans"]

    assert {each["city_id"] for each in whole} == {tirana, sofia, None}
    assert {each["city_id"] for each in in_summer} == {sofia, None}
    assert {each["right"] for each in whole} == {
        "read_network",
        "read_network_contacts",
        "see_to_items",
        "read_presidency_contacts",
    }
    (span,) = of_sofia
    assert span == {
        "role": "city_lead",
        "city_id": sofia,
        "right": "read_network_contacts",
        "words": "Read how to reach the office holders of all member cities.",
        "from": f"{YEAR}-01-01T00:00:00.000Z",
        "until": f"{YEAR + 1}-01-01T00:00:00.000Z",
        "because": {
            "term": {
                "year": YEAR,
                "city_id": sofia,
                "starts_on": f"{YEAR}-01-01",
                "ends_on": f"{YEAR}-12-31",
                "summit_host_city_id": sofia,
                "taken_over_from": None,
                "decision": "General Assembly, item 4",
                "decided_on": None,
            },
            "known_since": span["because"]["known_since"],
        },
    }
    # Tirana's term began yesterday and was entered today: nobody could by it before.
    began = next(each["from"] for each in whole if each["city_id"] == tirana)
    assert began == next(
        each["because"]["known_since"] for each in whole if each["city_id"] == tirana
    )


def test_the_audit_is_not_for_those_whom_it_is_about(
    api: Callable[..., Client], organiser: Client, cities: list[str]
) -> None:
    elect_for_today(organiser, cities[0])

    for client in (api("city_lead", cities=(cities[0],)), api("host")):
        assert refusal(client.get("/v1/access-audit")) == (403, "forbidden", [])
    wrong = organiser.get("/v1/access-audit", **{"from": "2026-02-01", "to": "2026-01-01"})
    assert refusal(wrong) == (422, "invalid", ["to"])
    assert refusal(organiser.get("/v1/access-audit", until="x")) == (
        422,
        "invalid",
        ["until"],
    )
