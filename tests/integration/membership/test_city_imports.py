from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.membership import CityRowAccepted
from tests.integration.membership.world import Listener, World, refusal
from tests.support.client import Client
from tests.support.outside import Outsider
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until

HEADER = (
    "city_id,name_en,name_local,name_local_latin,name_tr,country_iso2,timezone,"
    "languages_bcp47,airports,sample,joined,left"
)
DEMONSTRATION = Path(__file__).parents[3] / "deploy/demo/data/cities.csv"


def a_line(city_id: str, joined: str = "2021-11", name: str = "Sofia") -> str:
    return f"{city_id},{name},София,Sofia,Sofya,BG,Europe/Sofia,bg,SOF;PDV,false,{joined},"


def a_sheet(*lines: str) -> dict[str, str]:
    return {"csv": "\r\n".join((HEADER, *lines))}


def when_applied(api: Client, import_id: str, rows: int) -> Any:
    def report() -> Any:
        found = api.get(f"/v1/city-imports/{import_id}").json()
        return found if found["applied"] == rows else None

    return wait_until(report, what=f"{rows} rows applied")


@pytest.fixture
def outsider(membership: RunningService) -> Iterator[Outsider]:
    outsider = Outsider(membership.amqp_uri)
    yield outsider
    outsider.close()


def a_row(city_id: str, import_id: str, at: datetime, **said: Any) -> CityRowAccepted:
    return CityRowAccepted(
        **{
            "import_id": import_id,
            "row": 1,
            "city_id": city_id,
            "name": "Sofia",
            "names": {"bg": "София"},
            "country": "BG",
            "zone": "Europe/Sofia",
            "languages": ("bg",),
            "airports": ("SOF",),
            "sample": False,
            "occurred_at": at,
            **said,
        }
    )


def test_a_sheet_is_taken_and_its_cities_follow(
    organiser: Client, world: World, published: Listener
) -> None:
    member, applicant = world.city_id(), world.city_id()

    answer = organiser.post(
        "/v1/city-imports",
        a_sheet(a_line(member), a_line("Sofia"), a_line(applicant, joined="")),
    )

    assert answer.status_code == 201
    started = answer.json()
    assert (started["accepted"], started["refused"]) == (2, 1)
    report = when_applied(organiser, started["id"], 2)
    assert report["rows"] == [
        {
            "number": 1,
            "city_id": member,
            "result": "accepted",
            "errors": [],
            "outcome": "created",
        },
        {
            "number": 2,
            "city_id": "Sofia",
            "result": "refused",
            "errors": ["city_id: invalid"],
            "outcome": None,
        },
        {
            "number": 3,
            "city_id": applicant,
            "result": "accepted",
            "errors": [],
            "outcome": "created",
        },
    ]
    city = organiser.get(f"/v1/cities/{member}").json()
    assert city["names"] == {"en": "Sofia", "bg": "София", "bg-Latn": "Sofia", "tr": "Sofya"}
    assert (city["standing"], city["standing_since"], city["standing_precision"]) == (
        "member",
        "2021-11-01",
        "month",
    )
    assert [name for name, _ in published.events_of(member, 2)] == [
        "CityDescribed",
        "CityAdmitted",
    ]
    assert [name for name, _ in published.events_of(applicant, 2)] == [
        "CityDescribed",
        "CityApplied",
    ]


def test_the_same_sheet_again_changes_nothing(organiser: Client, world: World) -> None:
    city_id = world.city_id()
    first = organiser.post("/v1/city-imports", a_sheet(a_line(city_id))).json()
    when_applied(organiser, first["id"], 1)

    second = organiser.post("/v1/city-imports", a_sheet(a_line(city_id))).json()

    report = when_applied(organiser, second["id"], 1)
    assert report["rows"][0]["outcome"] == "unchanged"
    assert when_applied(organiser, first["id"], 1)["rows"][0]["outcome"] == "created"


def test_a_later_sheet_changes_what_it_says_otherwise(organiser: Client, world: World) -> None:
    city_id = world.city_id()
    first = organiser.post("/v1/city-imports", a_sheet(a_line(city_id, joined=""))).json()
    when_applied(organiser, first["id"], 1)

    second = organiser.post(
        "/v1/city-imports", a_sheet(a_line(city_id, joined="2999-01-01", name="Sofiya"))
    ).json()

    report = when_applied(organiser, second["id"], 1)
    city = organiser.get(f"/v1/cities/{city_id}").json()
    assert report["rows"][0]["outcome"] == "changed"
    assert (city["name"], city["standing"]) == ("Sofiya", "applicant")
    assert city["standings"][1]["since"] == "2999-01-01"


def test_a_sheet_that_contradicts_a_decision_is_told_so(organiser: Client, world: World) -> None:
    city_id = world.a_member()

    started = organiser.post(
        "/v1/city-imports", a_sheet(a_line(city_id, joined="2023-01-01"))
    ).json()

    report = when_applied(organiser, started["id"], 1)
    assert report["rows"][0]["outcome"] == "contradicted"
    assert organiser.get(f"/v1/cities/{city_id}").json()["standing_since"] == "2021-11-30"


def test_the_same_request_starts_one_import(organiser: Client, world: World) -> None:
    sheet, key = a_sheet(a_line(world.city_id())), world.city_id()

    first = organiser.post("/v1/city-imports", sheet, key=key)
    again = organiser.post("/v1/city-imports", sheet, key=key)

    assert (first.status_code, first.text) == (again.status_code, again.text)


def test_what_is_no_sheet_is_refused(organiser: Client) -> None:
    answer = organiser.post("/v1/city-imports", {"csv": "name\r\nSofia"})

    assert refusal(answer) == (422, "invalid", ["csv"])


def test_an_import_nobody_started_is_unknown(organiser: Client) -> None:
    assert refusal(organiser.get("/v1/city-imports/none")) == (404, "unknown_import", [])


def test_only_organisers_import(api: Callable[..., Client], world: World) -> None:
    sheet = a_sheet(a_line(world.city_id()))

    assert refusal(api("host").post("/v1/city-imports", sheet)) == (403, "forbidden", [])
    assert refusal(api("city_lead").get("/v1/city-imports/x")) == (403, "forbidden", [])


def test_every_city_of_the_demonstration_is_imported(organiser: Client) -> None:
    sheet = DEMONSTRATION.read_text("utf-8")

    started = organiser.post("/v1/city-imports", {"csv": sheet}).json()

    report = when_applied(organiser, started["id"], 76)
    assert {row["outcome"] for row in report["rows"]} == {"created"}
    standings = [
        city["standing"]
        for country in sorted({row["city_id"][:2].upper() for row in report["rows"]})
        for city in organiser.get("/v1/cities", country=country, on="2024-12-07", limit=200).json()[
            "items"
        ]
        if city["id"] in {row["city_id"] for row in report["rows"]}
    ]
    assert (standings.count("member"), len(standings)) == (52, 76)


def test_an_accepted_row_that_comes_twice_is_followed_once(
    organiser: Client, world: World, outsider: Outsider, published: Listener
) -> None:
    city_id, import_id = world.city_id(), world.city_id()
    row = a_row(city_id, import_id, datetime(2024, 11, 20, tzinfo=UTC))
    message = outsider.message(row, "city_imports", import_id, 1)

    outsider.send([message, message, message])
    outsider.publish(
        a_row(city_id, f"{import_id}-2", datetime(2024, 11, 21, tzinfo=UTC), name="Sofiya"),
        "city_imports",
        f"{import_id}-2",
    )

    wait_until(
        lambda: organiser.get(f"/v1/cities/{city_id}").json().get("name") == "Sofiya",
        what="the second import is followed",
    )
    assert [name for name, _ in published.events_of(city_id, 3)] == [
        "CityDescribed",
        "CityApplied",
        "CityDescribed",
    ]
    assert organiser.get(f"/v1/cities/{city_id}").json()["standing_since"] == "2024-11-20"


def test_a_row_that_was_overtaken_does_not_undo_the_newer_one(
    organiser: Client, world: World, outsider: Outsider
) -> None:
    city_id, old, new = world.city_id(), world.city_id(), world.city_id()
    at = datetime(2024, 11, 20, tzinfo=UTC)

    outsider.publish(
        a_row(city_id, new, at + timedelta(days=200), member_since=date(2025, 2, 24)),
        "city_imports",
        new,
    )
    wait_until(lambda: organiser.get(f"/v1/cities/{city_id}").status_code == 200)
    outsider.publish(a_row(city_id, old, at, name="Old"), "city_imports", old)

    city = wait_until(
        lambda: (
            found
            if len((found := organiser.get(f"/v1/cities/{city_id}").json())["standings"]) == 2
            else None
        ),
        what="the older row is followed",
    )
    assert city["name"] == "Sofia"
    assert [each["kind"] for each in city["standings"]] == ["applicant", "member"]
