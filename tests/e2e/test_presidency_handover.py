"""The presidency's handover: rights, contacts and open items move at the term's date."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.membership.world import World, refusal
from tests.support.client import Client
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until

Json = dict[str, Any]

B40 = (
    (2022, "tr-istanbul"),
    (2023, "gr-athens"),
    (2024, "al-tirana"),
    (2025, "bg-sofia"),
    (2026, "hr-zagreb"),
)
SOFIA, ZAGREB, SARAJEVO = "bg-sofia", "hr-zagreb", "ba-sarajevo"
CONTACTS = "/v1/network-contacts"
CURRENT = "/v1/presidencies/current/contacts"
ITEMS = "/v1/presidency-items"
NOT_PRESIDING = (403, "not_presiding", [])


def owners_of(item: Json) -> list[str]:
    """Return who saw to it in order; it may be opened before Sofia's late entry is handed over."""
    return [each["city_id"] for each in item["owners"] if each["city_id"] is not None]


class Network:
    """B40 before the presidency moves from Sofia to Zagreb.

    Attributes:
        organiser: The secretariat.
        sofia: Sofia's city lead, with the same token all the time, as all of these.
        zagreb: Zagreb's.
        sarajevo: Sarajevo's.
    """

    def __init__(self, membership: RunningService, client: Callable[..., Client]) -> None:
        self.membership = membership
        self.organiser = client(membership)
        self.sofia, self.zagreb, self.sarajevo = (
            client(membership, role="city_lead", cities=(city_id,))
            for city_id in (SOFIA, ZAGREB, SARAJEVO)
        )

    def set_clock(self, now: str) -> None:
        answer = self.organiser.put("/v1/clock", {"now": now})
        assert answer.ok, answer.text

    def prepare(self) -> None:
        world = World(self.organiser)
        for city_id in (*(each for _, each in B40), SARAJEVO):
            world.a_member(city_id, name=city_id[3:].title(), country=city_id[:2].upper())
            mayor = world.a_person(city_id, email=f"mayor@{city_id[3:]}.example")
            term = {"office": "mayor", "person_id": mayor, "starts_on": "2021-12-01"}
            assert self.organiser.post(f"/v1/cities/{city_id}/office-holders", term).ok
        for year, city_id in B40:
            assert self.organiser.post("/v1/presidencies", {"year": year, "city_id": city_id}).ok

    def open_item(self, by: Client, title: str) -> str:
        answer = by.post(ITEMS, {"title": title, "due_on": "2026-01-20"})
        assert answer.status_code == 201, answer.text
        made: str = answer.json()["id"]
        return made

    def wait_for_owner(self, item_id: str, city_id: str) -> Json:
        def owned() -> Json | None:
            item: Json = self.organiser.get(f"{ITEMS}/{item_id}").json()
            return item if item["city_id"] == city_id else None

        return wait_until(owned, what=f"{city_id} to see to {item_id}")

    def spans(self, right: str, **query: str) -> list[tuple[str, str, str]]:
        found = self.organiser.get("/v1/access-audit", **query).json()["spans"]
        return [
            (each["city_id"], each["from"][:10], each["until"][:10])
            for each in found
            if each["right"] == right
        ]


@pytest.fixture
def network(run_service: Callable[..., RunningService], client: Callable[..., Client]) -> Network:
    """B40 in November 2025."""
    made = Network(run_service("membership"), client)
    made.set_clock("2025-11-20T09:00:00Z")
    made.prepare()
    return made


def test_rights_and_contacts_move_at_the_terms_date(network: Network) -> None:
    sofia, zagreb = network.sofia, network.zagreb

    network.set_clock("2025-12-31T23:59:00Z")
    for path in (CONTACTS, "/v1/cities", f"/v1/cities/{SOFIA}"):
        assert refusal(zagreb.get(path)) == NOT_PRESIDING
    assert zagreb.get(CURRENT).json()["city_id"] == SOFIA
    assert len(sofia.get(CONTACTS).json()["items"]) == 6
    assert sofia.get(CURRENT).json()["contacts"][0]["email"] == "mayor@sofia.example"
    assert sofia.get(f"/v1/cities/{ZAGREB}/office-holders").ok

    network.set_clock("2026-01-01T00:00:00Z")
    for path in (CONTACTS, "/v1/cities", f"/v1/cities/{ZAGREB}"):
        assert refusal(sofia.get(path)) == NOT_PRESIDING
    assert refusal(sofia.get(CURRENT, on="2024-06-01")) == NOT_PRESIDING
    assert sofia.get(CURRENT).json()["city_id"] == ZAGREB
    assert len(zagreb.get(CONTACTS).json()["items"]) == 6
    assert zagreb.get(CURRENT).json()["contacts"][0]["email"] == "mayor@zagreb.example"
    assert zagreb.get("/v1/cities").ok

    both = [(SOFIA, "2025-11-20", "2026-01-01"), (ZAGREB, "2026-01-01", "2027-01-01")]
    assert network.spans("read_network_contacts") == network.spans("see_to_items") == both
    assert network.spans("read_network", city_id=ZAGREB) == both[1:]
    assert network.spans("read_network", to="2025-12-31") == both[:1]
    assert network.spans("read_presidency_contacts") == [(None, *days) for _, *days in both]


def test_open_items_move_and_closed_ones_stay(network: Network) -> None:
    organiser, sofia, zagreb = network.organiser, network.sofia, network.zagreb
    letters = network.open_item(organiser, "Letters of invitation to the summit")
    report = network.open_item(sofia, "Report on the presidency")
    for each in (letters, report):
        network.wait_for_owner(each, SOFIA)
    assert refusal(zagreb.get(ITEMS)) == NOT_PRESIDING
    assert refusal(zagreb.get(f"{ITEMS}/{letters}")) == NOT_PRESIDING
    assert refusal(zagreb.post(f"{ITEMS}/{letters}/closure", {})) == NOT_PRESIDING
    assert sofia.post(f"{ITEMS}/{report}/closure", {"outcome": "Published."}).ok

    network.set_clock("2026-01-01T00:00:00Z")

    item = network.wait_for_owner(letters, ZAGREB)
    assert refusal(sofia.get(ITEMS)) == NOT_PRESIDING
    assert refusal(sofia.post(f"{ITEMS}/{letters}/closure", {})) == NOT_PRESIDING
    assert zagreb.post(f"{ITEMS}/{letters}/closure", {"outcome": "Sent."}).ok
    assert owners_of(item) == [SOFIA, ZAGREB]
    assert organiser.get(f"{ITEMS}/{report}").json()["city_id"] == SOFIA
    before = organiser.get(ITEMS, on="2025-12-31", state="open").json()["items"]
    assert [(each["id"], each["city_id"]) for each in before] == [(letters, SOFIA)]


def test_a_clock_that_jumps_over_a_handover_and_a_process_that_is_killed_lose_nothing(
    network: Network,
) -> None:
    items = [network.open_item(network.organiser, f"Item {number}") for number in range(20)]
    assert network.organiser.post("/v1/presidencies", {"year": 2027, "city_id": SARAJEVO}).ok
    for each in items:
        network.wait_for_owner(each, SOFIA)

    network.set_clock("2027-03-01T09:00:00Z")
    network.membership.kill()
    network.membership.start()

    for each in items:
        moved = network.wait_for_owner(each, SARAJEVO)
        assert owners_of(moved) == [SOFIA, ZAGREB, SARAJEVO]
    assert network.sarajevo.get(CONTACTS).ok
    assert refusal(network.zagreb.get(CONTACTS)) == NOT_PRESIDING


def test_nobody_has_the_presidencys_rights_while_nobody_presides(network: Network) -> None:
    item = network.open_item(network.organiser, "Report on the presidency")

    network.set_clock("2027-01-01T00:00:00Z")

    network.wait_for_owner(item, ZAGREB)
    for lead in (network.sofia, network.zagreb, network.sarajevo):
        assert refusal(lead.get(CONTACTS)) == NOT_PRESIDING
        assert refusal(lead.post(f"{ITEMS}/{item}/closure", {})) == NOT_PRESIDING
        assert refusal(lead.get(CURRENT))[:2] == (404, "nobody_presides")
    late = network.organiser.post("/v1/presidencies", {"year": 2027, "city_id": SARAJEVO})
    assert late.ok
    network.wait_for_owner(item, SARAJEVO)
    assert network.sarajevo.get(CONTACTS).ok
