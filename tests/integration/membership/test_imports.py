from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.membership import CityRowAccepted
from tests.integration.membership.imports import rows_of, when_completed
from tests.integration.membership.world import Listener, World, refusal
from tests.support.client import Client
from tests.support.outside import Outsider
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until

HEADER = (
    "city_id,name_en,name_local,name_local_latin,name_tr,country_iso2,timezone,"
    "languages_bcp47,airports,sample,joined,left"
)
CITY_COLUMNS = [
    f"mapping.{name}"
    for name in ("city_id", "name_en", "country_iso2", "timezone", "languages_bcp47")
]
DEMONSTRATION = Path(__file__).parents[3] / "deploy/demo/data/cities.csv"


def a_line(city_id: str, joined: str = "2021-11", name: str = "Sofia") -> str:
    return f"{city_id},{name},София,Sofia,Sofya,BG,Europe/Sofia,bg,SOF;PDV,false,{joined},"


def a_sheet(*lines: str, **options: Any) -> dict[str, Any]:
    return {
        "kind": "cities",
        "format": "csv",
        "content": "\r\n".join((HEADER, *lines)),
        **options,
    }


def committed(*lines: str) -> dict[str, Any]:
    return a_sheet(*lines, commit=True)


def outcome(api: Client, import_id: str) -> Any:
    when_completed(api, import_id)
    (row,) = rows_of(api, import_id)
    return row["outcome"]


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


def test_a_sheet_is_previewed_and_changes_nothing(organiser: Client, world: World) -> None:
    known, new = world.a_member(), world.city_id()

    answer = organiser.post(
        "/v1/imports", a_sheet(a_line(known), a_line("Sofia"), a_line(new, joined=""), a_line(new))
    )

    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["state"], made["rows"], made["good"], made["applied"]) == ("previewed", 4, 2, 0)
    assert made["results"] == {"contradicted": 1, "refused": 2, "would_create": 1}
    assert made["columns"][:2] == [
        {"heading": "city_id", "field": "city_id"},
        {"heading": "name_en", "field": "name_en"},
    ]
    assert organiser.get(f"/v1/imports/{made['id']}").json() == made
    rows = rows_of(organiser, made["id"])
    assert [(row["number"], row["subject"], row["result"]) for row in rows] == [
        (2, known, "contradicted"),
        (3, "Sofia", "refused"),
        (4, new, "would_create"),
        (5, new, "refused"),
    ]
    assert {"field": "name", "old": "Istanbul", "new": "Sofia"} in rows[0]["changes"]
    assert rows[1]["errors"] == [
        {"column": "city_id", "code": "invalid", "message": "Not a city's id, as tr-istanbul."}
    ]
    assert rows[3]["errors"] == [
        {"column": "city_id", "code": "repeated", "message": "Row 4 is about the same."}
    ]
    assert organiser.get(f"/v1/cities/{known}").json()["name"] == "Istanbul"
    assert refusal(organiser.get(f"/v1/cities/{new}"))[0] == 404


def test_a_committed_sheet_is_applied_and_its_rows_tell_what_they_did(
    organiser: Client, world: World, published: Listener
) -> None:
    member, applicant = world.city_id(), world.city_id()
    sheet = a_sheet(a_line(member), a_line("Sofia"), a_line(applicant, joined=""))
    import_id = organiser.post("/v1/imports", sheet).json()["id"]

    answer = organiser.post(f"/v1/imports/{import_id}/commitment")

    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "committed"
    report = when_completed(organiser, import_id)
    assert report["outcomes"] == {"created": 2, "changed": 0, "unchanged": 0, "contradicted": 0}
    assert (report["applied"], report["good"]) == (2, 2)
    assert [row["outcome"] for row in rows_of(organiser, import_id)] == ["created", None, "created"]
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
    assert [name for name, _ in published.events_of(import_id, 6)] == [
        "ImportPreviewed",
        "ImportCommitted",
        "CityRowAccepted",
        "CityRowAccepted",
        "ImportPartAccepted",
        "ImportCompleted",
    ]


def test_the_same_sheet_again_changes_nothing(organiser: Client, world: World) -> None:
    sheet = committed(a_line(world.city_id()))
    first = organiser.post("/v1/imports", sheet).json()["id"]
    assert outcome(organiser, first) == "created"

    second = organiser.post("/v1/imports", sheet).json()

    assert second["results"] == {"unchanged": 1}
    assert outcome(organiser, second["id"]) == "unchanged"
    assert outcome(organiser, first) == "created"


def test_a_later_sheet_changes_what_it_says_otherwise(organiser: Client, world: World) -> None:
    city_id = world.city_id()
    first = organiser.post("/v1/imports", committed(a_line(city_id, joined=""))).json()
    when_completed(organiser, first["id"])

    second = organiser.post(
        "/v1/imports", committed(a_line(city_id, joined="2999-01-01", name="Sofiya"))
    ).json()

    assert second["results"] == {"would_change": 1}
    assert outcome(organiser, second["id"]) == "changed"
    city = organiser.get(f"/v1/cities/{city_id}").json()
    assert (city["name"], city["standing"]) == ("Sofiya", "applicant")
    assert city["standings"][1]["since"] == "2999-01-01"


def test_columns_that_a_sheet_does_not_have_keep_what_is_known(
    organiser: Client, world: World
) -> None:
    city_id = world.a_member()
    content = (
        "City;City ID;Country;Time zone;Languages;Notes\r\n"
        f"Stambul;{city_id};tr;Europe/Istanbul;TR, ku;who knows\r\n"
    )

    made = organiser.post("/v1/imports", a_sheet(content=content, commit=True)).json()

    assert [each["field"] for each in made["columns"]] == [
        "name_en",
        "city_id",
        "country_iso2",
        "timezone",
        "languages_bcp47",
        None,
    ]
    when_completed(organiser, made["id"])
    city = organiser.get(f"/v1/cities/{city_id}").json()
    assert (city["name"], city["languages"], city["airports"], city["names"]["tr"]) == (
        "Stambul",
        ["tr", "ku"],
        ["IST"],
        "İstanbul",
    )


def test_a_sheet_that_contradicts_a_decision_is_told_so(organiser: Client, world: World) -> None:
    city_id = world.a_member()

    made = organiser.post("/v1/imports", committed(a_line(city_id, joined="2023-01-01"))).json()

    assert outcome(organiser, made["id"]) == "contradicted"
    assert organiser.get(f"/v1/cities/{city_id}").json()["standing_since"] == "2021-11-30"


def test_the_same_request_starts_one_import(organiser: Client, world: World) -> None:
    sheet, key = a_sheet(a_line(world.city_id())), world.city_id()

    first = organiser.post("/v1/imports", sheet, key=key)
    again = organiser.post("/v1/imports", sheet, key=key)

    assert (first.status_code, first.text) == (again.status_code, again.text)


def test_a_cancelled_import_is_forgotten_and_never_committed(
    organiser: Client, world: World, published: Listener
) -> None:
    made = organiser.post("/v1/imports", a_sheet(a_line(world.city_id()))).json()
    path = f"/v1/imports/{made['id']}"

    answer = organiser.post(f"{path}/cancellation")

    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert rows_of(organiser, made["id"]) == []
    assert refusal(organiser.post(f"{path}/commitment")) == (409, "not_previewed", [])
    assert refusal(organiser.post(f"{path}/cancellation")) == (409, "not_previewed", [])
    assert published.events_of(made["id"], 2)[1][0] == "ImportCancelled"


def test_rows_come_in_pages_and_by_result(organiser: Client, world: World) -> None:
    lines = [a_line(world.city_id() if n % 3 else "?") for n in range(500)]
    made = organiser.post("/v1/imports", a_sheet(*lines)).json()

    every = rows_of(organiser, made["id"], limit=200)
    refused = rows_of(organiser, made["id"], limit=40, result="refused")

    assert [row["number"] for row in every] == list(range(2, 502))
    assert [row["number"] for row in refused] == list(range(2, 502, 3))
    assert made["results"] == {"refused": 167, "would_create": 333}
    answer = organiser.get(f"/v1/imports/{made['id']}/rows", result="maybe")
    assert refusal(answer) == (422, "invalid", ["result"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"kind": "ships"}, ("invalid", ["kind"])),
        ({"format": "ods"}, ("invalid", ["format"])),
        ({"content": 5}, ("invalid", ["content"])),
        ({"content": ""}, ("missing_columns", CITY_COLUMNS)),
        ({"content": HEADER}, ("unreadable_sheet", ["content"])),
        ({"content": HEADER + '\r\n"tr'}, ("unreadable_sheet", ["content"])),
        ({"content": HEADER + "\r\n\ufffdstanbul"}, ("unreadable_sheet", ["content"])),
        (
            {"content": "city_id,name_en\r\ntr-x,X"},
            ("missing_columns", CITY_COLUMNS[2:]),
        ),
        ({"mapping": {"mayor": "name_en"}}, ("unknown_column", ["mapping.mayor"])),
        ({"mapping": {"left": "gone"}}, ("unknown_column", ["mapping.left"])),
        ({"mapping": ["left"]}, ("invalid", ["mapping"])),
        ({"sheet": "Cities"}, ("unknown_sheet", ["sheet"])),
        ({"format": "xlsx"}, ("unreadable_sheet", ["content"])),
        ({"format": "xlsx", "content": "UEsDBA=="}, ("unreadable_sheet", ["content"])),
        ({"date_order": "year_first"}, ("invalid", ["date_order"])),
        ({"commit": "yes"}, ("invalid", ["commit"])),
    ],
)
def test_what_is_no_sheet_is_refused(
    organiser: Client, given: dict[str, Any], expected: tuple[str, list[str]]
) -> None:
    answer = organiser.post("/v1/imports", {**a_sheet(a_line("bg-sofia")), **given})

    assert refusal(answer) == (422, *expected)


def test_an_import_nobody_started_is_unknown(organiser: Client) -> None:
    path = "/v1/imports/none"
    for answer in (
        organiser.get(path),
        organiser.get(f"{path}/rows"),
        organiser.post(f"{path}/commitment"),
        organiser.post(f"{path}/cancellation"),
    ):
        assert refusal(answer) == (404, "unknown_import", [])


def test_only_organisers_import(api: Callable[..., Client], world: World) -> None:
    sheet = a_sheet(a_line(world.city_id()))

    assert refusal(api("host").post("/v1/imports", sheet)) == (403, "forbidden", [])
    assert refusal(api("city_lead").get("/v1/imports/x")) == (403, "forbidden", [])


def test_every_city_of_the_demonstration_is_imported(organiser: Client) -> None:
    sheet = a_sheet(content=DEMONSTRATION.read_text("utf-8"), commit=True)

    made = organiser.post("/v1/imports", sheet).json()

    assert when_completed(organiser, made["id"])["outcomes"]["created"] == 76
    cities = {row["subject"] for row in rows_of(organiser, made["id"])}
    standings = [
        city["standing"]
        for country in sorted({city_id[:2].upper() for city_id in cities})
        for city in organiser.get("/v1/cities", country=country, on="2024-12-07", limit=200).json()[
            "items"
        ]
        if city["id"] in cities
    ]
    assert (standings.count("member"), len(standings)) == (52, 76)


def test_an_accepted_row_that_comes_twice_is_followed_once(
    organiser: Client, world: World, outsider: Outsider, published: Listener
) -> None:
    city_id, import_id = world.city_id(), world.city_id()
    row = a_row(city_id, import_id, datetime(2024, 11, 20, tzinfo=UTC))
    message = outsider.message(row, "imports", import_id, 1)

    outsider.send([message, message, message])
    outsider.publish(
        a_row(city_id, f"{import_id}-2", datetime(2024, 11, 21, tzinfo=UTC), name="Sofiya"),
        "imports",
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
        "imports",
        new,
    )
    wait_until(lambda: organiser.get(f"/v1/cities/{city_id}").status_code == 200)
    outsider.publish(a_row(city_id, old, at, name="Old"), "imports", old)

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
