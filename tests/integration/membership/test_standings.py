"""Observers, decisions, later days, corrections, and what was known when."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.membership.world import Listener, World, refusal
from tests.support.client import Client

DECISION = {"decision": "General Assembly, Sofia, item 4", "decided_on": "2025-02-24"}
NEVER = "2999-01-01"


def standings(city: Any) -> list[tuple[str, str]]:
    return [(each["kind"], each["since"]) for each in city["standings"]]


def suspended(organiser: Client, city_id: str, since: str = "2024-03-01") -> str:
    answer = organiser.post(
        f"/v1/cities/{city_id}/suspension", {"since": since, "reason": "Dues.", **DECISION}
    )
    assert answer.status_code == 200, answer.text
    return city_id


def test_an_observer_takes_part_without_a_vote_and_is_admitted_later(
    organiser: Client, world: World, published: Listener
) -> None:
    city_id = world.an_applicant()
    path = f"/v1/cities/{city_id}"

    answers = [
        organiser.post(f"{path}/observership", {"since": "2024-09-01", "precision": "month"}),
        organiser.post(f"{path}/suspension", {"since": "2024-10-01", "reason": "Absent."}),
        organiser.post(f"{path}/reinstatement", {"since": "2024-11-01"}),
        organiser.post(f"{path}/admission", {"since": "2025-02-24", **DECISION}),
    ]

    assert [(each.status_code, each.json()["standing"]) for each in answers] == [
        (200, "observer"),
        (200, "suspended"),
        (200, "observer"),
        (200, "member"),
    ]
    assert [name for name, _ in published.events_of(city_id, 6)[2:]] == [
        "CityAdmittedAsObserver",
        "CitySuspended",
        "CityReinstatedAsObserver",
        "CityAdmitted",
    ]


def test_an_observer_has_no_seat(organiser: Client, world: World) -> None:
    city_id, body = world.an_applicant(), world.a_body("Host")
    organiser.post(f"/v1/cities/{city_id}/observership", {"since": "2024-09-01"})

    answer = organiser.post(
        f"/v1/bodies/{body['id']}/seats/{body['seats'][0]['id']}/terms",
        {"city_id": city_id, "starts_on": "2025-01-01"},
    )

    assert refusal(answer) == (422, "not_a_member", ["city_id"])


def test_the_decision_is_shown_and_told(
    organiser: Client, world: World, published: Listener
) -> None:
    city_id = suspended(organiser, world.a_member())

    newest = organiser.get(f"/v1/cities/{city_id}").json()["standings"][-1]

    assert newest == {
        "kind": "suspended",
        "since": "2024-03-01",
        "precision": "day",
        "reason": "Dues.",
        **DECISION,
    }
    (_, event) = published.events_of(city_id, 4)[-1]
    assert {name: event[name] for name in DECISION} == DECISION


def test_what_is_decided_for_a_later_day_holds_from_then_on(
    organiser: Client, world: World
) -> None:
    city_id = world.a_member()
    path = f"/v1/cities/{city_id}"

    answer = organiser.post(f"{path}/suspension", {"since": NEVER, "reason": "Dues."})
    early = organiser.post(f"{path}/departure", {"reason": "Council."})

    assert answer.json()["standing"] == "member"
    assert standings(answer.json())[-1] == ("suspended", NEVER)
    assert refusal(early) == (422, "since_too_early", ["since"])
    assert early.json()["rule"]["text"] == (
        "A standing does not begin before the one that it follows."
    )
    assert organiser.get(path, on="2998-12-31").json()["standing"] == "member"
    assert organiser.get(path, on=NEVER).json()["standing"] == "suspended"
    assert organiser.get(path).json()["standing"] == "member"


def test_a_mistake_is_taken_back_once_and_stays_in_the_history(
    organiser: Client, world: World, published: Listener
) -> None:
    city_id = suspended(organiser, world.a_member())
    path = f"/v1/cities/{city_id}"

    done = organiser.post(f"{path}/standings/newest/withdrawal", {"kind": "suspended"})
    again = organiser.post(f"{path}/standings/newest/withdrawal", {"kind": "suspended"})

    assert (done.status_code, done.json()["standing"]) == (200, "member")
    assert refusal(again) == (409, "not_the_newest", [])
    assert again.json()["rule"]["text"] == (
        "Only the newest standing of a city is corrected or withdrawn."
    )
    name, event = published.events_of(city_id, 5)[-1]
    assert name == "CityStandingsWithdrawn"
    assert standings(event) == [("applicant", "2021-01-04"), ("member", "2021-11-30")]
    history = organiser.get(f"{path}/standings").json()
    assert history["city_id"] == city_id
    assert standings(history) == [
        ("applicant", "2021-01-04"),
        ("member", "2021-11-30"),
        ("suspended", "2024-03-01"),
    ]
    assert [each["replaced_at"] is None for each in history["standings"]] == [True, True, False]
    assert history["standings"][2]["decision"] == DECISION["decision"]


def test_a_wrong_day_is_corrected(organiser: Client, world: World, published: Listener) -> None:
    city_id = suspended(organiser, world.a_member())
    path = f"/v1/cities/{city_id}"

    answer = organiser.post(
        f"{path}/standings/newest/correction",
        {"kind": "suspended", "since": "2024-05-01", "precision": "month", "decision": ""},
    )

    assert answer.status_code == 200
    assert answer.json()["standings"][-1] == {
        "kind": "suspended",
        "since": "2024-05-01",
        "precision": "month",
        "reason": "Dues.",
        "decision": "",
        "decided_on": None,
    }
    told = published.events_of(city_id, 6)[-2:]
    assert [name for name, _ in told] == ["CityStandingsWithdrawn", "CitySuspended"]
    assert (told[1][1]["since"], told[1][1]["precision"]) == ("2024-05-01", "month")
    assert organiser.get(path, on="2024-04-30").json()["standing"] == "member"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"kind": "member", "reason": "x"}, (409, "not_the_newest", [])),
        ({"kind": "suspended", "since": "2021-11-29"}, (422, "since_too_early", ["since"])),
        (
            {"kind": "suspended", "since": "2024-05-02", "precision": "month"},
            (422, "imprecise_since", ["since"]),
        ),
        ({"kind": "suspended", "decided_on": NEVER}, (422, "not_decided_yet", ["decided_on"])),
        ({"kind": "suspended", "reason": " "}, (422, "invalid", ["reason"])),
        ({"since": "2024-05-01"}, (422, "invalid", ["kind"])),
    ],
)
def test_a_correction_that_cannot_be_changes_nothing(
    organiser: Client, world: World, body: dict[str, str], expected: tuple[int, str, list[str]]
) -> None:
    city_id = suspended(organiser, world.a_member())
    before = organiser.get(f"/v1/cities/{city_id}")

    answer = organiser.post(f"/v1/cities/{city_id}/standings/newest/correction", body)

    assert refusal(answer) == expected
    after = organiser.get(f"/v1/cities/{city_id}")
    assert (after.json(), after.headers["ETag"]) == (before.json(), before.headers["ETag"])


def test_what_was_thought_at_an_instant_is_told(organiser: Client, world: World) -> None:
    city_id = suspended(organiser, world.a_member(country="QD"))
    path = f"/v1/cities/{city_id}"
    recorded = organiser.get(f"{path}/standings").json()["standings"]
    before, when_admitted, when_suspended = (
        "2024-03-15T12:00:00Z",
        recorded[1]["recorded_at"],
        recorded[2]["recorded_at"],
    )
    organiser.post(f"{path}/standings/newest/withdrawal", {"kind": "suspended"})

    def thought(known_at: str, on: str = "2024-03-01") -> str | None:
        shown: str | None = organiser.get(path, on=on, known_at=known_at).json()["standing"]
        return shown

    def listed(standing: str, known_at: str) -> list[str]:
        query = {"country": "QD", "on": "2024-03-01", "standing": standing}
        found = organiser.get("/v1/cities", known_at=known_at, **query).json()["items"]
        return [each["id"] for each in found]

    assert thought(when_suspended) == "suspended"
    assert thought(when_suspended, on="2024-02-29") == "member"
    assert thought(when_admitted) == "member"
    assert thought(before) is None
    assert organiser.get(path, on="2024-03-01").json()["standing"] == "member"
    shown = organiser.get(path, known_at=when_suspended).json()
    assert (shown["standing"], len(shown["standings"])) == ("suspended", 3)
    assert listed("suspended", when_suspended) == [city_id]
    assert listed("member", when_suspended) == []
    assert listed("member", when_admitted) == [city_id]
    assert listed("member", before) == listed("suspended", before) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"on": "2024"}, "on"),
        ({"known_at": "2024-03-01"}, "known_at"),
        ({"known_at": "2024-03-01T12:00:00"}, "known_at"),
        ({"when": "2024-03-01"}, "when"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/cities", "/v1/cities/{}"])
def test_a_day_or_an_instant_that_is_none_is_refused_by_its_field(
    organiser: Client, world: World, path: str, query: dict[str, str], field: str
) -> None:
    answer = organiser.get(path.format(world.an_applicant()), **query)

    assert refusal(answer) == (422, "invalid", [field])


def test_a_city_that_nobody_knows_has_no_history(organiser: Client, world: World) -> None:
    path = f"/v1/cities/{world.city_id()}/standings"

    assert refusal(organiser.get(path)) == (404, "unknown_city", [])
    assert refusal(organiser.post(f"{path}/newest/withdrawal", {"kind": "member"})) == (
        404,
        "unknown_city",
        [],
    )


def test_a_city_lead_reads_the_history_of_his_own_city_and_corrects_nothing(
    api: Callable[..., Client], world: World
) -> None:
    own, other = world.a_member(), world.a_member()
    lead = api("city_lead", cities=(own,))

    assert lead.get(f"/v1/cities/{own}/standings").status_code == 200
    assert refusal(lead.get(f"/v1/cities/{other}/standings")) == (403, "not_presiding", [])
    answer = lead.post(f"/v1/cities/{own}/standings/newest/withdrawal", {"kind": "member"})
    assert refusal(answer) == (403, "forbidden", [])
