from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.membership.world import Listener, World, refusal
from tests.support.client import Client


def standing(city: Any) -> tuple[str | None, str | None, str | None]:
    return city["standing"], city["standing_since"], city["standing_precision"]


def test_a_city_applies_and_is_told_of(
    organiser: Client, world: World, published: Listener
) -> None:
    city_id = world.city_id()

    answer = organiser.post(
        "/v1/cities",
        {
            "city_id": city_id,
            "name": "Istanbul",
            "names": {"tr": "İstanbul"},
            "country": "TR",
            "zone": "Europe/Istanbul",
            "languages": ["tr"],
            "airports": ["IST", "SAW"],
            "since": "2021-01-04",
        },
    )

    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Zirve-Seen"] == (
        f"membership/cities/{city_id}@1;type=CityDescribed, "
        f"membership/cities/{city_id}@2;type=CityApplied"
    )
    assert answer.json() == {
        "id": city_id,
        "name": "Istanbul",
        "names": {"tr": "İstanbul"},
        "country": "TR",
        "zone": "Europe/Istanbul",
        "languages": ["tr"],
        "airports": ["IST", "SAW"],
        "sample": False,
        "standing": "applicant",
        "standing_since": "2021-01-04",
        "standing_precision": "day",
        "standings": [
            {
                "kind": "applicant",
                "since": "2021-01-04",
                "precision": "day",
                "reason": "",
                "decision": "",
                "decided_on": None,
            }
        ],
    }
    assert [name for name, _ in published.events_of(city_id, 2)] == [
        "CityDescribed",
        "CityApplied",
    ]


def test_a_city_lives_through_its_membership(
    organiser: Client, world: World, published: Listener
) -> None:
    city_id = world.an_applicant()
    path = f"/v1/cities/{city_id}"

    answers = [
        organiser.post(f"{path}/admission", {"since": "2021-11-01", "precision": "month"}),
        organiser.post(f"{path}/suspension", {"since": "2023-03-01", "reason": "Dues."}),
        organiser.post(f"{path}/reinstatement", {"since": "2023-09-01"}),
        organiser.post(f"{path}/departure", {"since": "2024-02-01", "reason": "Council."}),
    ]

    assert [(answer.status_code, standing(answer.json())) for answer in answers] == [
        (200, ("member", "2021-11-01", "month")),
        (200, ("suspended", "2023-03-01", "day")),
        (200, ("member", "2023-09-01", "day")),
        (200, ("left", "2024-02-01", "day")),
    ]
    events = published.events_of(city_id, 6)[2:]
    assert [name for name, _ in events] == [
        "CityAdmitted",
        "CitySuspended",
        "CityReinstated",
        "CityLeft",
    ]
    assert events[1][1]["reason"] == "Dues."


def test_a_city_that_has_left_applies_again(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    organiser.post(f"/v1/cities/{city_id}/departure", {"since": "2024-02-01", "reason": "Council."})

    world.an_applicant(city_id, since="2024-03-01", name="New Istanbul")

    city = organiser.get(f"/v1/cities/{city_id}").json()
    assert standing(city) == ("applicant", "2024-03-01", "day")
    assert city["name"] == "New Istanbul"


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("suspension", {"reason": "Dues."}, "not_a_member"),
        ("reinstatement", {}, "not_suspended"),
        ("departure", {"reason": "Council."}, "not_a_member"),
    ],
)
def test_what_an_applicant_cannot_do_is_a_conflict(
    organiser: Client, world: World, path: str, body: dict[str, str], code: str
) -> None:
    city_id = world.an_applicant()

    answer = organiser.post(f"/v1/cities/{city_id}/{path}", body)

    assert refusal(answer) == (409, code, [])
    assert organiser.get(f"/v1/cities/{city_id}").headers["ETag"] == '"1"'


def test_what_was_done_cannot_be_done_again(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    path = f"/v1/cities/{city_id}"

    admitted = organiser.post(f"{path}/admission", {"since": "2021-12-01"})
    organiser.post(f"{path}/suspension", {"since": "2023-03-01", "reason": "Dues."})
    suspended = organiser.post(f"{path}/suspension", {"reason": "Dues."})
    organiser.post(f"{path}/departure", {"since": "2024-02-01", "reason": "Council."})
    left = organiser.post(f"{path}/admission", {"since": "2024-03-01"})

    assert refusal(admitted) == (409, "already_member", [])
    assert refusal(suspended) == (409, "already_suspended", [])
    assert refusal(left) == (409, "not_an_applicant", [])


def test_a_known_city_cannot_apply(organiser: Client, world: World) -> None:
    city_id = world.an_applicant()
    known = organiser.get(f"/v1/cities/{city_id}").json()
    names = ("name", "names", "country", "zone", "languages", "airports")

    answer = organiser.post(
        "/v1/cities", {"city_id": city_id, **{name: known[name] for name in names}}
    )

    assert refusal(answer) == (409, "city_exists", [])


def test_a_day_that_cannot_be_is_refused_by_its_field(organiser: Client, world: World) -> None:
    path = f"/v1/cities/{world.a_member()}/suspension"

    early = organiser.post(path, {"since": "2021-11-29", "reason": "Dues."})
    undecided = organiser.post(path, {"decided_on": "2999-01-01", "reason": "Dues."})

    assert refusal(early) == (422, "since_too_early", ["since"])
    assert refusal(undecided) == (422, "not_decided_yet", ["decided_on"])


def test_a_day_that_is_not_known_is_refused(organiser: Client, world: World) -> None:
    city_id = world.an_applicant()

    answer = organiser.post(
        f"/v1/cities/{city_id}/admission", {"since": "2021-11-30", "precision": "month"}
    )

    assert refusal(answer) == (422, "imprecise_since", ["since"])


def test_the_same_request_is_done_once(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    path = f"/v1/cities/{city_id}/suspension"

    first = organiser.post(path, {"reason": "Dues."}, key=f"suspend-{city_id}")
    again = organiser.post(path, {"reason": "Dues."}, key=f"suspend-{city_id}")

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.text == again.text
    assert first.headers["ETag"] == again.headers["ETag"] == '"3"'


def test_a_description_is_replaced_at_the_version_that_was_seen(
    organiser: Client, world: World, published: Listener
) -> None:
    city_id = world.a_member()
    path = f"/v1/cities/{city_id}"
    new = {"name": "İstanbul", "country": "TR", "zone": "Europe/Istanbul", "languages": ["tr"]}

    replaced = organiser.put(path, new, headers={"If-Match": '"2"'})
    stale = organiser.put(path, new, headers={"If-Match": '"2"'})

    assert (replaced.status_code, replaced.json()["airports"]) == (200, [])
    assert refusal(stale) == (412, "precondition_failed", [])
    assert organiser.get(path).headers["ETag"] == replaced.headers["ETag"] == '"3"'
    assert published.events_of(city_id, 4)[3][1]["name"] == "İstanbul"


def test_the_list_is_as_of_a_day(organiser: Client, world: World) -> None:
    member = world.a_member(country="QA")
    suspended = world.a_member(country="QA")
    organiser.post(f"/v1/cities/{suspended}/suspension", {"since": "2023-03-01", "reason": "Dues."})

    def listed(**query: str) -> dict[str, str | None]:
        items = organiser.get("/v1/cities", country="QA", **query).json()["items"]
        return {city["id"]: city["standing"] for city in items}

    assert listed() == {member: "member", suspended: "suspended"}
    assert listed(on="2023-02-28") == {member: "member", suspended: "member"}
    assert listed(on="2021-11-29") == {member: "applicant", suspended: "applicant"}
    assert listed(on="2021-01-03") == {member: None, suspended: None}
    assert listed(standing="member") == {member: "member"}
    assert listed(standing="suspended") == {suspended: "suspended"}
    assert listed(standing="suspended", on="2023-02-28") == {}
    assert listed(standing="applicant", on="2021-06-01") == {
        member: "applicant",
        suspended: "applicant",
    }


def test_the_list_comes_in_pages_without_gaps(organiser: Client, world: World) -> None:
    made = sorted(world.an_applicant(country="QB") for _ in range(5))

    seen: list[str] = []
    query: dict[str, Any] = {"country": "QB", "limit": 2}
    while True:
        page = organiser.get("/v1/cities", **query).json()
        seen += [city["id"] for city in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]

    assert seen == made


def test_a_city_lead_reads_his_own_city_alone(api: Callable[..., Client], world: World) -> None:
    own, other = world.a_member(), world.a_member()
    lead = api("city_lead", cities=(own,))

    assert lead.get(f"/v1/cities/{own}").status_code == 200
    assert refusal(lead.get(f"/v1/cities/{other}")) == (403, "not_presiding", [])
    assert refusal(lead.get("/v1/cities")) == (403, "not_presiding", [])
    assert refusal(lead.post(f"/v1/cities/{own}/departure", {"reason": "x"})) == (
        403,
        "forbidden",
        [],
    )


def test_host_staff_read_and_do_not_decide(api: Callable[..., Client], world: World) -> None:
    city_id = world.a_member()
    host = api("host")

    assert host.get("/v1/cities", country="QC").json()["items"] == []
    assert refusal(host.post(f"/v1/cities/{city_id}/suspension", {"reason": "x"})) == (
        403,
        "forbidden",
        [],
    )
