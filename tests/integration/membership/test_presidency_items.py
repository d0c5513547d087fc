"""What the presidency has to see to: opened, moved with it, closed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.membership.terms import TODAY, YEAR, elect_for_today
from tests.integration.membership.world import Json, Listener, World, refusal
from tests.support.client import Client
from tests.support.waiting import wait_until

pytestmark = pytest.mark.usefixtures("no_presidency")

ITEMS = "/v1/presidency-items"
LETTERS = {
    "title": "Letters of invitation to the summit",
    "details": "To all mayors, signed by the president.",
    "due_on": "2026-12-20",
}


def opened(client: Client, **changes: Any) -> Json:
    answer = client.post(ITEMS, {**LETTERS, **changes})
    assert answer.status_code == 201, answer.text
    item: Json = answer.json()
    return item


def wait_for_owner(organiser: Client, item_id: str, city_id: str) -> Json:
    def moved() -> Json | None:
        item: Json = organiser.get(f"{ITEMS}/{item_id}").json()
        return item if item["city_id"] == city_id else None

    return wait_until(moved, what=f"{city_id} to see to {item_id}")


def test_an_item_waits_for_the_first_president_and_moves_with_the_presidency(
    organiser: Client, cities: list[str], published: Listener
) -> None:
    item = opened(organiser)
    assert (item["city_id"], item["state"], item["opened_on"]) == (None, "open", str(TODAY))

    elect_for_today(organiser, cities[0])
    first = wait_for_owner(organiser, item["id"], cities[0])
    organiser.post(
        f"/v1/presidencies/{YEAR}/takeover",
        {"city_id": cities[1], "since": str(TODAY), "reason": "The mayor has resigned."},
    )
    second = wait_for_owner(organiser, item["id"], cities[1])

    assert [each["city_id"] for each in first["owners"]] == [None, cities[0]]
    assert [each["city_id"] for each in second["owners"]] == [None, *cities[:2]]
    told = published.events_of(item["id"], 3)
    assert [name for name, _ in told] == [
        "PresidencyItemOpened",
        "PresidencyItemHandedOver",
        "PresidencyItemHandedOver",
    ]
    moved = [(body["from_city_id"], body["to_city_id"]) for _, body in told[1:]]
    assert moved == [(None, cities[0]), (cities[0], cities[1])]


def test_the_presiding_city_opens_and_closes_items(
    api: Callable[..., Client], organiser: Client, cities: list[str]
) -> None:
    elect_for_today(organiser, cities[0])
    lead = api("city_lead", cities=(cities[0],))
    wait_for_owner(organiser, opened(organiser)["id"], cities[0])

    item = opened(lead, details="")
    closed = lead.post(f"{ITEMS}/{item['id']}/closure", {"outcome": "Sent to 76 mayors."})

    assert item["city_id"] == cities[0]
    assert closed.status_code == 200
    assert closed.json() == {
        **item,
        "state": "closed",
        "closed_on": str(TODAY),
        "outcome": "Sent to 76 mayors.",
    }
    again = lead.post(f"{ITEMS}/{item['id']}/closure", {})
    assert refusal(again) == (409, "already_closed", [])
    assert again.json()["rule"]["text"] == "An item is closed once."
    assert organiser.get(f"{ITEMS}/{item['id']}").json() == closed.json()


def test_a_closed_item_stays_with_whom_it_was(organiser: Client, cities: list[str]) -> None:
    closed, left_open = opened(organiser), opened(organiser)
    organiser.post(f"{ITEMS}/{closed['id']}/closure", {})

    elect_for_today(organiser, cities[0])
    wait_for_owner(organiser, left_open["id"], cities[0])

    assert organiser.get(f"{ITEMS}/{closed['id']}").json()["city_id"] is None


def test_items_are_listed_by_the_day_on_which_they_are_due(organiser: Client, world: World) -> None:
    mark = world.city_id()
    later = opened(organiser, title=f"{mark} later", due_on="2027-01-24")
    sooner = opened(organiser, title=f"{mark} sooner", due_on="2027-01-10")
    done = opened(organiser, title=f"{mark} done", due_on="2027-01-01")
    organiser.post(f"{ITEMS}/{done['id']}/closure", {})

    def listed(**query: Any) -> list[str]:
        found: list[str] = []
        while True:
            page = organiser.get(ITEMS, limit=2, **query).json()
            found += [each["id"] for each in page["items"] if each["title"].startswith(mark)]
            if page["next_cursor"] is None:
                return found
            query["cursor"] = page["next_cursor"]

    assert listed() == [done["id"], sooner["id"], later["id"]]
    assert listed(state="open") == [sooner["id"], later["id"]]
    assert listed(state="closed") == [done["id"]]
    assert listed(on=str(TODAY - timedelta(days=1))) == []


def test_an_item_is_made_once(organiser: Client) -> None:
    key = LETTERS["title"].replace(" ", "-") + str(TODAY)

    first = organiser.post(ITEMS, LETTERS, key=key)
    again = organiser.post(ITEMS, LETTERS, key=key)

    assert first.json()["id"] == again.json()["id"]
    keyless = organiser.send("POST", ITEMS, json=LETTERS)
    assert refusal(keyless) == (400, "idempotency_key_missing", [])


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"title": " "}, "invalid", "title"),
        ({"title": "x" * 201}, "invalid", "title"),
        ({"details": "x" * 1001}, "invalid", "details"),
        ({"due_on": "20 December"}, "invalid", "due_on"),
        ({"city_id": "hr-zagreb"}, "invalid", "city_id"),
    ],
)
def test_an_item_that_cannot_be_used_is_refused(
    organiser: Client, changes: Json, code: str, field: str
) -> None:
    assert refusal(organiser.post(ITEMS, {**LETTERS, **changes})) == (422, code, [field])


def test_an_item_nobody_opened_is_unknown(organiser: Client) -> None:
    assert refusal(organiser.get(f"{ITEMS}/none"))[:2] == (404, "unknown_item")
    assert refusal(organiser.post(f"{ITEMS}/none/closure", {}))[:2] == (404, "unknown_item")
    assert refusal(organiser.get(ITEMS, state="lost"))[:2] == (422, "invalid")
