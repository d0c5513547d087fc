import csv
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from tests.integration.membership.world import World, refusal
from tests.support.client import Client

Rows = list[dict[str, str]]


def rows_of(answer: Any) -> Rows:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def sheet_rows_of(answer: Any) -> Rows:
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    headings, *rows = book.active.iter_rows(values_only=True)
    return [{name: cell or "" for name, cell in zip(headings, row, strict=True)} for row in rows]


def test_people_are_exported_with_all_that_an_organiser_may_see(
    organiser: Client, world: World
) -> None:
    city_id = world.a_member()
    second = world.a_person(city_id, name="Zeynep Çelik", email="z@x.example", phone="")
    first = world.a_person(
        city_id, original_name="Дефне Цветанова", name="=HYPERLINK(1)", languages=["bg", "en"]
    )

    rows = rows_of(organiser.get("/v1/exports/people", city_id=city_id))

    assert [row["id"] for row in rows] == [first, second]
    assert rows[0] == {
        "id": first,
        "city_id": city_id,
        "city": "Istanbul",
        "name": "'=HYPERLINK(1)",
        "name_source": "given",
        "original_name": "Дефне Цветанова",
        "passport_name": "",
        "title": "",
        "languages": "bg en",
        "email": "defne@istanbul.example",
        "phone": "'+447700900105",
        "other_emails": "",
        "other_phones": "",
        "nationality": "TR",
        "passport_type": "ordinary",
    }


def test_a_sheet_of_excel_has_the_same_rows(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    world.a_person(city_id, name="Zeynep Çelik", original_name="Ζεϊνέπ")

    answer = organiser.get("/v1/exports/people", city_id=city_id, format="xlsx")

    rows = rows_of(organiser.get("/v1/exports/people", city_id=city_id))
    rows[0]["phone"] = rows[0]["phone"].removeprefix("'")
    assert sheet_rows_of(answer) == rows
    assert answer.headers["Content-Disposition"] == 'attachment; filename="people.xlsx"'


@pytest.mark.parametrize("what", ["people", "cities", "office-holders"])
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_the_same_data_give_the_same_bytes(
    organiser: Client, world: World, what: str, format_: str
) -> None:
    city_id = world.a_member()
    holder = world.a_person(city_id)
    term = {"office": "mayor", "person_id": holder, "starts_on": "2024-04-01"}
    organiser.post(f"/v1/cities/{city_id}/office-holders", term)

    first, second = (organiser.get(f"/v1/exports/{what}", format=format_) for _ in range(2))

    assert first.status_code == 200
    assert first.content == second.content


def test_host_staff_are_not_told_how_to_reach_people(
    api: Callable[..., Client], world: World
) -> None:
    city_id = world.a_member()
    world.a_person(city_id)
    host = api("host")

    (row,) = rows_of(host.get("/v1/exports/people", city_id=city_id))

    assert list(row)[-1] == "languages"
    assert "defne@istanbul.example" not in str(row)


def test_a_city_lead_exports_his_own_city_alone(api: Callable[..., Client], world: World) -> None:
    own, other = world.a_member(), world.a_member()
    world.a_person(own)
    lead = api("city_lead", cities=(own,))

    (row,) = rows_of(lead.get("/v1/exports/people", city_id=own))

    assert row["email"] == "defne@istanbul.example"
    not_his = (403, "not_your_city", [])
    assert refusal(lead.get("/v1/exports/people", city_id=other)) == not_his
    assert refusal(lead.get("/v1/exports/people")) == not_his
    assert refusal(lead.get("/v1/exports/office-holders")) == not_his
    assert refusal(lead.get("/v1/exports/cities")) == (403, "forbidden", [])


def test_people_are_exported_as_they_belonged_on_a_day(
    api: Callable[..., Client], organiser: Client, world: World
) -> None:
    izmir, sofia = world.a_member(), world.a_member()
    person_id = world.a_person(izmir, title="Mayor")
    moved = {"city_id": sofia, "starts_on": "2024-03-01", "title": "Adviser"}
    organiser.post(f"/v1/people/{person_id}/affiliations", moved)

    def found(city_id: str, **query: str) -> list[tuple[str, str, str]]:
        rows = rows_of(organiser.get("/v1/exports/people", city_id=city_id, **query))
        return [(row["city_id"], row["title"], row["email"]) for row in rows]

    mail = "defne@istanbul.example"
    assert found(izmir) == []
    assert found(sofia) == [(sofia, "Adviser", mail)]
    assert found(izmir, on="2024-02-29") == [(izmir, "Mayor", mail)]
    assert found(sofia, on="2024-02-29") == []
    lead = api("city_lead", cities=(izmir,))
    (row,) = rows_of(lead.get("/v1/exports/people", city_id=izmir, on="2024-02-29"))
    assert (row["title"], row["email"], row["nationality"]) == ("Mayor", "", "")


def test_cities_are_exported_as_they_were_on_a_day(organiser: Client, world: World) -> None:
    city_id = world.a_member(name="Plovdiv", country="BG")

    def standing(**query: str) -> tuple[str, str]:
        rows = rows_of(organiser.get("/v1/exports/cities", **query))
        assert [row["city_id"] for row in rows] == sorted(row["city_id"] for row in rows)
        (row,) = [row for row in rows if row["city_id"] == city_id]
        return row["name"], row["standing"]

    assert standing() == ("Plovdiv", "member")
    assert standing(on="2021-11-29") == ("Plovdiv", "applicant")
    assert standing(on="2020-01-01") == ("Plovdiv", "")


def test_who_holds_an_office_is_exported_with_the_representative(
    api: Callable[..., Client], organiser: Client, world: World
) -> None:
    city_id = world.a_member()
    mayor = world.a_person(city_id, title="Mayor")
    deputy = world.a_person(city_id, name="Ali Can")
    term = {"office": "mayor", "person_id": mayor, "starts_on": "2024-04-01"}
    path = f"/v1/cities/{city_id}/office-holders"
    organiser.post(path, {**term, "acting": True, "represented_by": deputy})
    organiser.post(path, {"office": "secretary", "person_id": None, "starts_on": "2024-04-01"})

    rows = rows_of(organiser.get("/v1/exports/office-holders", city_id=city_id))
    before = organiser.get("/v1/exports/office-holders", city_id=city_id, on="2024-03-31")

    assert rows[0] == {
        "city_id": city_id,
        "city": "Istanbul",
        "country": "TR",
        "office": "mayor",
        "person_id": mayor,
        "name": "Defne Karasu",
        "title": "Mayor",
        "starts_on": "2024-04-01",
        "ends_on": "",
        "acting": "true",
        "represented_by": "Ali Can",
        "email": "defne@istanbul.example",
        "phone": "'+447700900105",
    }
    assert (rows[1]["office"], rows[1]["name"]) == ("secretary", "")
    assert rows_of(before) == []
    (shown, _) = rows_of(api("host").get("/v1/exports/office-holders", city_id=city_id))
    assert list(shown)[-1] == "represented_by"


def test_a_roster_is_exported_with_mayors_and_alternates(organiser: Client, world: World) -> None:
    city_id = world.a_member()
    mayor, alternate = world.a_person(city_id), world.a_person(city_id, name="Ali Can")
    term = {"office": "mayor", "person_id": mayor, "starts_on": "2024-01-01"}
    organiser.post(f"/v1/cities/{city_id}/office-holders", term)
    body = world.a_body("Host", "Elected 1")
    seat = body["seats"][0]["id"]
    held = {"city_id": city_id, "starts_on": "2024-01-31", "alternate_id": alternate}
    organiser.post(f"/v1/bodies/{body['id']}/seats/{seat}/terms", held)

    rows = rows_of(organiser.get(f"/v1/exports/rosters/{body['id']}", on="2024-12-07"))
    early = rows_of(organiser.get(f"/v1/exports/rosters/{body['id']}", on="2024-01-30"))

    assert [(row["seat"], row["state"], row["city"], row["mayor"]) for row in rows] == [
        ("Host", "filled", "Istanbul", "Defne Karasu"),
        ("Elected 1", "vacant", "", ""),
    ]
    assert (rows[0]["alternate"], rows[0]["email"]) == ("Ali Can", "defne@istanbul.example")
    assert [row["state"] for row in early] == ["vacant", "vacant"]


def test_what_cannot_be_exported_is_refused(organiser: Client) -> None:
    answers = [
        organiser.get("/v1/exports/people", format="pdf"),
        organiser.get("/v1/exports/people", on="2024"),
        organiser.get("/v1/exports/people", city="tr-izmir"),
        organiser.get("/v1/exports/rosters/none"),
        organiser.get("/v1/exports/hotels"),
    ]

    assert [refusal(answer) for answer in answers] == [
        (422, "invalid", ["format"]),
        (422, "invalid", ["on"]),
        (422, "invalid", ["city"]),
        (404, "unknown_body", []),
        (404, "not_found", []),
    ]
