"""Sheets of people: messy workbooks, twice, and through a crash."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from pymongo import MongoClient

from services.membership.domain.import_rows import PART_ROWS
from tests.integration.membership.imports import Json, rows_of, when_completed
from tests.integration.membership.world import Listener, World, refusal
from tests.support.client import Client
from tests.support.running_service import RunningService
from tests.support.waiting import wait_until
from tests.unit.membership.workbooks import (
    MERGED_CELLS_WITHOUT_END,
    a_csv,
    a_workbook,
    as_text,
    with_part,
)

UPPER = ["Kişi", None, None, "Şehir", "İletişim", None, "Diller", "Kayit", "Not"]
LOWER = ["Ad Soyad", "Özgün ad", "Unvan", None, "E-posta", "Telefon", None, None, None]
PEOPLE = 2000
"""So many that the process is killed long before it has entered all of them."""
SCRIPTS = ("Дефне Ђ.", "Δάφνη Καρασού", "Defne Karasu")


def a_messy_workbook(city_id: str, mark: str) -> bytes:
    """Return a sheet of 70 people: title, header of two lines, three scripts, doubtful rows."""
    rows: list[list[Any]] = [["B40: people 2024"], UPPER, LOWER]
    for number in range(70):
        rows.append(
            [
                f"  Defne\u00a0 Karasu {'abcdefg'[number // 10]}{'abcdefghij'[number % 10]} ",
                SCRIPTS[number % 3],
                "Mayor" if number % 2 else "Deputy  mayor ",
                city_id if number % 5 == 0 else None,
                f"d{number}.{mark}@x.example ",
                905321234567 if number == 40 else "+90 532 123 45 67",
                "tr; EN",
                "31.02.2024",
                "=1+1",
            ]
        )
        if number % 20 == 19:
            rows.append([])
    rows[3 + 10][4] = f"D9.{mark}@X.example"  # another writing of the address of row 9
    rows[3 + 11][4] = "nobody at x.example"
    rows[3 + 12][0] = "Дефне Ђ."
    rows[3 + 13][0:2] = [None, None]
    merged = ["A1:I1", "A2:C2", "D2:D3", "E2:F2", "G2:G3", "H2:H3"]
    # A city that counts for five people is one cell, as people like to draw it; none of them
    # crosses a line that is blank.
    starts = [
        row for row, cells in enumerate(rows, start=1) if row > 3 and cells and cells[3] is not None
    ]
    merged += [f"D{row}:D{row + 4}" for row in starts]
    return a_workbook(rows, merged=merged, hidden={"Old": [["Ad Soyad"], ["Nobody"]]})


def a_sheet(workbook: bytes, **options: Any) -> Json:
    return {"kind": "people", "format": "xlsx", "content": as_text(workbook), **options}


def a_list(*people: Json, **options: Any) -> Json:
    header = sorted({name for each in people for name in each})
    rows = [[each.get(name, "") for name in header] for each in people]
    return {"kind": "people", "format": "csv", "content": a_csv([header, *rows]), **options}


def a_mail() -> str:
    return f"{uuid.uuid4().hex[:12]}@x.example"


def handed_in(organiser: Client, sheet: Json) -> Json:
    """Return an import as it is answered."""
    answer = organiser.post("/v1/imports", sheet)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


@pytest.fixture
def imported(organiser: Client) -> Callable[[Json], tuple[Json, list[Json]]]:
    """Import a sheet, and return report and rows of it."""

    def run(sheet: Json) -> tuple[Json, list[Json]]:
        import_id = handed_in(organiser, {**sheet, "commit": True})["id"]
        return when_completed(organiser, import_id), rows_of(organiser, import_id)

    return run


def people_of(organiser: Client, city_id: str) -> Json:
    """Return the people of a city, by e-mail address."""
    items = organiser.get("/v1/people", city_id=city_id, limit=200).json()["items"]
    return {each["email"]: each for each in items}


def test_a_messy_workbook_is_previewed_row_by_row_and_its_good_rows_are_imported(
    organiser: Client, world: World, published: Listener
) -> None:
    city_id, mark = world.a_member(), uuid.uuid4().hex[:8]
    sheet = a_sheet(a_messy_workbook(city_id, mark))

    made = handed_in(organiser, sheet)

    assert (made["rows"], made["results"]) == (70, {"would_create": 65, "refused": 5})
    taken = {each["field"]: each["heading"] for each in made["columns"] if each["field"]}
    assert taken == {
        "name": "Ad Soyad",
        "original_name": "Özgün ad",
        "title": "Unvan",
        "city_id": "Şehir",
        "email": "E-posta",
        "phone": "Telefon",
        "languages": "Diller",
    }
    refused = rows_of(organiser, made["id"], result="refused")
    assert [(each["number"], each["errors"][0]) for each in refused] == [
        (
            14,
            {
                "column": "E-posta",
                "code": "repeated",
                "message": "Row 13 is about the same.",
            },
        ),
        (
            15,
            {
                "column": "E-posta",
                "code": "invalid",
                "message": "Not a valid email address.",
            },
        ),
        (
            16,
            {
                "column": "Ad Soyad",
                "code": "not_in_latin_letters",
                "message": "Write the name in Latin letters.",
            },
        ),
        (
            17,
            {
                "column": "Ad Soyad",
                "code": "name_missing",
                "message": "Give the name in Latin letters.",
            },
        ),
        (
            46,
            {
                "column": "Telefon",
                "code": "invalid",
                "message": "Not a telephone number as +447700900105 (E.164).",
            },
        ),
    ]
    assert organiser.get("/v1/people", city_id=city_id).json()["items"] == []

    assert organiser.post(f"/v1/imports/{made['id']}/commitment").status_code == 200

    report = when_completed(organiser, made["id"])
    assert (report["outcomes"]["created"], report["applied"]) == (65, 65)
    people = people_of(organiser, city_id)
    assert len(people) == 65
    person = people[f"d1.{mark}@x.example"]
    said = {
        "city_id": city_id,
        "name": "Defne Karasu ab",
        "original_name": "Δάφνη Καρασού",
        "title": "Mayor",
        "languages": ["tr", "en"],
        "email": f"d1.{mark}@x.example",
        "phone": "+905321234567",
        "nationality": "",
        "passport_type": None,
    }
    assert {name: person[name] for name in said} == said

    again = handed_in(organiser, {**sheet, "commit": True})

    assert again["results"] == {"unchanged": 65, "refused": 5}
    assert when_completed(organiser, again["id"])["outcomes"]["unchanged"] == 65
    assert len(people_of(organiser, city_id)) == 65
    organiser.patch(f"/v1/people/{person['id']}", {"title": "Envoy"})
    told = [name for name, _ in published.events_of(person["id"], 3)]
    assert told == ["PersonDescribed", "PersonContactChanged", "PersonDescribed"]


def test_days_in_a_workbook_are_read_and_doubtful_ones_refused(
    organiser: Client, world: World
) -> None:
    header = ["Şehir", "City id", "Ülke", "Saat dilimi", "Diller", "Üyelik tarihi"]
    days = ["30.11.2021", "2021-11-30", "05/06/2021", "31.02.2022", "by 2024"]
    rows = [["Sofya", world.city_id(), "bg", "Europe/Sofia", "bg", day] for day in days]
    sheet = {**a_sheet(a_workbook([header, *rows])), "kind": "cities"}

    made = organiser.post("/v1/imports", sheet).json()
    ordered = organiser.post("/v1/imports", {**sheet, "date_order": "day_first"}).json()

    rows_read = rows_of(organiser, made["id"])
    assert [[each["code"] for each in row["errors"]] for row in rows_read] == [
        [],
        [],
        ["ambiguous_day"],
        ["invalid"],
        [],
    ]
    assert [row["changes"][-1]["new"] for row in rows_read if not row["errors"]] == [
        "member since 2021-11-30 (day)",
        "member since 2021-11-30 (day)",
        "member since 2024-12-31 (no_later_than)",
    ]
    assert rows_read[2]["errors"][0]["column"] == "Üyelik tarihi"
    assert ordered["results"] == {"would_create": 4, "refused": 1}


def test_what_a_sheet_says_otherwise_changes_whom_it_names(
    organiser: Client, world: World, imported: Callable[[Json], tuple[Json, list[Json]]]
) -> None:
    city_id, mail = world.a_member(), a_mail()
    person_id = world.a_person(city_id, email=mail, name="Defne Karasu")
    colleague = world.a_person(city_id, email=mail.upper(), name="Deniz Su")

    _, (ambiguous,) = imported(a_list({"name": "Defne Karasu", "city": city_id, "email": mail}))
    report, (row,) = imported(
        a_list({"person_id": person_id, "name": "Defne Karasu", "city": city_id, "title": "Envoy"})
    )

    assert ambiguous["errors"][0]["code"] == "ambiguous_person"
    assert report["outcomes"]["changed"] == 1
    assert (row["subject"], row["outcome"]) == (person_id, "changed")
    assert row["changes"] == [{"field": "title", "old": "", "new": "Envoy"}]
    assert organiser.get(f"/v1/people/{person_id}").json()["title"] == "Envoy"
    assert organiser.get(f"/v1/people/{colleague}").json()["title"] == ""


def test_a_person_of_a_key_is_found_again_by_it(
    organiser: Client, world: World, imported: Callable[[Json], tuple[Json, list[Json]]]
) -> None:
    city_id, key = world.a_member(), uuid.uuid4().hex
    defne = {"external key": key, "name": "Defne Karasu", "city": city_id}

    _, (first,) = imported(a_list({**defne, "email": a_mail()}))
    _, (second,) = imported(a_list({**defne, "email": (mail := a_mail())}))

    assert (first["outcome"], second["outcome"]) == ("created", "changed")
    assert organiser.get(f"/v1/people/{first['subject']}").json()["email"] == mail


def test_a_person_who_looks_like_another_is_pointed_out(organiser: Client, world: World) -> None:
    city_id, mail = world.a_member(), a_mail()
    person_id = world.a_person(city_id, email=mail)
    row = {"external key": uuid.uuid4().hex, "name": "D. K.", "city": city_id, "email": mail}

    made = organiser.post("/v1/imports", a_list(row)).json()

    (read,) = rows_of(organiser, made["id"])
    assert read["result"] == "would_create"
    assert [(each["code"], each["person_id"]) for each in read["warnings"]] == [
        ("same_mail", person_id)
    ]


def test_whoever_was_registered_since_the_preview_is_not_entered_twice(
    organiser: Client, world: World
) -> None:
    city_id, mail = world.a_member(), a_mail()
    row = {"name": "Defne Karasu", "city": city_id, "email": mail, "title": "Envoy"}
    made = organiser.post("/v1/imports", a_list(row)).json()
    assert made["results"] == {"would_create": 1}
    person_id = world.a_person(city_id, email=mail.upper())

    organiser.post(f"/v1/imports/{made['id']}/commitment")

    report = when_completed(organiser, made["id"])
    assert report["outcomes"]["changed"] == 1
    (person,) = organiser.get("/v1/people", city_id=city_id).json()["items"]
    assert (person["id"], person["title"]) == (person_id, "Envoy")


def test_two_rows_that_have_come_to_be_about_one_person_complete_the_import(
    organiser: Client, world: World
) -> None:
    city_id, mail = world.a_member(), a_mail()
    person_id = world.a_person(city_id, email=a_mail())
    known = {"person_id": person_id, "name": "Defne Karasu", "city": city_id, "title": "Envoy"}
    new = {"name": "D. Karasu", "city": city_id, "email": mail}
    made = handed_in(organiser, a_list(known, new))
    assert made["good"] == 2
    organiser.patch(f"/v1/people/{person_id}", {"email": mail})

    organiser.post(f"/v1/imports/{made['id']}/commitment")

    report = when_completed(organiser, made["id"])
    assert (report["applied"], report["outcomes"]["changed"]) == (2, 2)


def test_a_sheet_larger_than_the_limit_is_refused(organiser: Client) -> None:
    answer = organiser.post("/v1/imports", a_list({"name": "x" * 4_200_000}))

    assert refusal(answer) == (413, "body_too_large", [])


def test_a_workbook_that_exhausts_its_reader_is_refused_and_hurts_nobody(
    organiser: Client, world: World
) -> None:
    bomb = with_part(a_workbook([["x"]]), "xl/worksheets/sheet1.xml", MERGED_CELLS_WITHOUT_END)

    answer = organiser.post("/v1/imports", a_sheet(bomb))

    assert refusal(answer) == (422, "unreadable_sheet", ["content"])
    assert organiser.get(f"/v1/cities/{world.a_member()}").status_code == 200


def test_an_import_without_a_good_row_completes_and_does_nothing(
    organiser: Client, imported: Callable[[Json], tuple[Json, list[Json]]]
) -> None:
    report, (row,) = imported(a_list({"name": "Defne", "city": "Atlantis", "email": a_mail()}))

    assert (report["good"], report["applied"]) == (0, 0)
    assert (row["errors"][0]["code"], row["outcome"]) == ("unknown_city", None)


def test_a_process_killed_half_way_leaves_an_import_that_completes_once(
    run_service: Callable[..., RunningService], mongo_client: MongoClient[Json]
) -> None:
    membership = run_service("membership", {"OUTBOX_SWEEP_SECONDS": "1"})
    organiser = membership.client()
    world = World(organiser)
    city_id = world.a_member()
    people = [
        {"name": f"Defne {chr(97 + n % 26)}", "city": city_id, "email": f"d{n}@x.example"}
        for n in range(PEOPLE)
    ]
    database = mongo_client[membership.database_name]
    import_id = organiser.post("/v1/imports", a_list(*people, commit=True)).json()["id"]

    for share in (50, 500, 1000):
        wait_until(
            lambda share=share: database["people"].count_documents({}) > share,
            60,
            what=f"{share} people are entered",
        )
        membership.kill()
        assert database["people"].count_documents({}) < PEOPLE
        membership.start()

    report = when_completed(membership.client(), import_id)
    assert report["outcomes"] == {
        "created": PEOPLE,
        "changed": 0,
        "unchanged": 0,
        "contradicted": 0,
    }
    assert database["people"].count_documents({}) == PEOPLE
    assert {each["_sequence"] for each in database["people"].find({}, {"_sequence": 1})} == {2}
    (stored,) = database["imports"].find({}, {"_sequence": 1})
    # One of the preview, of the commitment and of the completion, and those of rows and parts.
    assert stored["_sequence"] == 3 + PEOPLE + PEOPLE / PART_ROWS
