"""Elections, takeovers and withdrawals of the presidency, and what follows from a term."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.membership.terms import RULES_OF_2022, TODAY, YEAR, elect, elect_for_today
from tests.integration.membership.world import Listener, World, refusal
from tests.support.client import Client

pytestmark = pytest.mark.usefixtures("no_presidency")

B40 = ("tr-istanbul", "gr-athens", "al-tirana", "bg-sofia", "hr-zagreb", "ba-sarajevo")


def terms(organiser: Client, **query: Any) -> list[tuple[str, str, str]]:
    items = organiser.get("/v1/presidencies", **query).json()["items"]
    return [(each["city_id"], each["starts_on"], each["ends_on"]) for each in items]


def now(client: Client) -> str:
    found: str = client.get("/v1/clock").json()["now"]
    return found


def test_the_presidents_of_b40_are_entered_and_none_presides_twice_in_a_row(
    organiser: Client, world: World
) -> None:
    known = {name: world.a_member() for name in B40}

    for year, name in enumerate(B40, start=2022):
        term = elect(organiser, year, known[name])
        assert term["summit_host_city_id"] == known[name]
    again = organiser.post("/v1/presidencies", {"year": 2028, "city_id": known["ba-sarajevo"]})

    assert terms(organiser) == [
        (known[name], f"{year}-01-01", f"{year}-12-31") for year, name in enumerate(B40, start=2022)
    ]
    assert terms(organiser, on="2024-01-29") == [(known["al-tirana"], "2024-01-01", "2024-12-31")]
    assert terms(organiser, on="2029-01-01") == []
    assert refusal(again) == (422, "no_two_terms_in_a_row", ["city_id"])
    assert again.json()["rule"] == {
        "text": "No city presides for two terms in a row.",
        "source": RULES_OF_2022,
    }


def test_a_presidency_is_taken_over_and_what_was_known_stays(
    organiser: Client, cities: list[str], published: Listener
) -> None:
    sofia, zagreb, *_ = cities
    decided = {"decision": "General Assembly, item 4", "decided_on": "2024-01-31"}
    elected = elect(organiser, YEAR, sofia, **decided)
    before = now(organiser)

    taken = organiser.post(
        f"/v1/presidencies/{YEAR}/takeover",
        {
            "city_id": zagreb,
            "since": f"{YEAR}-07-01",
            "reason": "The city has left the network.",
            "decision": "Executive Board, item 2",
            "decided_on": "2024-05-30",
        },
    )
    between = now(organiser)
    withdrawn = organiser.post(f"/v1/presidencies/{YEAR}/withdrawal", {"reason": "By mistake."})

    whole = (sofia, f"{YEAR}-01-01", f"{YEAR}-12-31")
    assert (elected["decision"], elected["decided_on"]) == tuple(decided.values())
    assert taken.status_code == 200
    assert taken.json() == withdrawn.json()
    assert taken.json() == {
        "year": YEAR,
        "city_id": zagreb,
        "starts_on": f"{YEAR}-07-01",
        "ends_on": f"{YEAR}-12-31",
        "summit_host_city_id": zagreb,
        "taken_over_from": sofia,
        "decision": "Executive Board, item 2",
        "decided_on": "2024-05-30",
    }
    assert terms(organiser) == terms(organiser, known_at=before) == [whole]
    assert terms(organiser, known_at=between) == [
        (sofia, f"{YEAR}-01-01", f"{YEAR}-06-30"),
        (zagreb, f"{YEAR}-07-01", f"{YEAR}-12-31"),
    ]
    assert terms(organiser, known_at="2024-01-01T00:00:00Z") == []
    names = [name for name, _ in published.events_of("presidency", 3)]
    assert names == ["PresidencyElected", "PresidencyTakenOver", "PresidencyWithdrawn"]


def test_what_cannot_be_done_about_the_presidency_changes_nothing(
    organiser: Client, world: World, cities: list[str]
) -> None:
    tirana, sofia, zagreb, _ = cities
    elect_for_today(organiser, tirana, YEAR - 1)
    elect(organiser, YEAR, sofia)
    path = f"/v1/presidencies/{YEAR}"
    takeover = {"city_id": zagreb, "since": f"{YEAR}-07-01", "reason": "Resigned."}
    why = {"reason": "By mistake."}
    tomorrow = str(TODAY + timedelta(days=1))
    before = terms(organiser)

    def take_over(**changes: Any) -> tuple[int, str, list[str]]:
        return refusal(organiser.post(f"{path}/takeover", {**takeover, **changes}))

    assert take_over(since=f"{YEAR + 1}-01-01") == (422, "not_in_term", ["since"])
    assert take_over(city_id=sofia) == (422, "already_presides", ["city_id"])
    assert take_over(city_id=tirana) == (422, "no_two_terms_in_a_row", ["city_id"])
    assert take_over(city_id=world.city_id()) == (422, "unknown_city", ["city_id"])
    assert take_over(city_id=world.an_applicant()) == (422, "not_a_member", ["city_id"])
    assert take_over(decided_on=tomorrow) == (422, "not_decided_yet", ["decided_on"])
    assert take_over(reason=" ") == (422, "invalid", ["reason"])
    assert take_over(decision="x" * 1001) == (422, "invalid", ["decision"])
    for verb, body in (("takeover", takeover), ("withdrawal", why)):
        nowhere = organiser.post(f"/v1/presidencies/{YEAR + 1}/{verb}", body)
        assert refusal(nowhere)[:2] == (404, "nobody_elected")
        assert organiser.post(f"/v1/presidencies/next/{verb}", body).status_code == 404
    assert terms(organiser) == before


def test_what_comes_too_late_or_too_early_is_refused(organiser: Client, cities: list[str]) -> None:
    elect_for_today(organiser, cities[0], YEAR - 1)
    tomorrow = str(TODAY + timedelta(days=1))
    why = {"reason": "By mistake."}

    begun = organiser.post(f"/v1/presidencies/{YEAR - 1}/withdrawal", why)
    assert refusal(begun) == (409, "term_has_begun", [])
    assert begun.json()["rule"]["text"] == "An election can be withdrawn until its term begins."
    late = organiser.post(
        "/v1/presidencies", {"year": YEAR + 1, "city_id": cities[1], "decided_on": tomorrow}
    )

    assert refusal(late) == (422, "not_decided_yet", ["decided_on"])
    assert len(terms(organiser)) == 1


def test_only_organisers_decide_about_the_presidency(
    api: Callable[..., Client], organiser: Client, cities: list[str]
) -> None:
    elect_for_today(organiser, cities[0])
    body = {"city_id": cities[1], "since": str(TODAY), "reason": "x"}

    for client in (api("city_lead", cities=(cities[0],)), api("host"), api("operator")):
        for path in ("", f"/{YEAR}/takeover", f"/{YEAR}/withdrawal"):
            assert refusal(client.post(f"/v1/presidencies{path}", body))[:2] == (403, "forbidden")


def test_a_term_that_is_entered_late_is_handed_over(
    organiser: Client, cities: list[str], published: Listener
) -> None:
    elect(organiser, 2022, cities[0])
    elect_for_today(organiser, cities[1])

    (told,) = [
        body
        for name, body in published.events_of("presidency", 3)
        if name == "PresidencyHandedOver"
    ]
    assert told == {
        "handover": 1,
        "year": YEAR,
        "from_city_id": None,
        "to_city_id": cities[1],
        "on": str(TODAY - timedelta(days=1)),
        "occurred_at": told["occurred_at"],
    }


def test_a_day_is_asked_for_as_one(organiser: Client) -> None:
    assert refusal(organiser.get("/v1/presidencies", on="2026-13-01"))[:2] == (422, "invalid")
    assert refusal(organiser.get("/v1/presidencies", known_at="2026-01-01")) == (
        422,
        "invalid",
        ["known_at"],
    )
