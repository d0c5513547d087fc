"""The data of the scene are what they claim to be."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

from deploy.demo.stage import DATA, cast, journeys_booked

EXPECTED = json.loads((DATA.parent / "expected.json").read_text())
COLUMNS = """
    city_id name_en name_local name_local_latin name_tr country_iso2 timezone languages_bcp47
    airports sample joined left
""".split()  # noqa: SIM905 - as the header has them
JOINED = re.compile(r"(\d{4}(-\d\d(-\d\d)?)?|by \d{4}-\d\d)?")


def cities() -> list[dict[str, str]]:
    with (DATA / "cities.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_76_cities_in_the_columns_of_the_import() -> None:
    rows = cities()

    assert len({row["city_id"] for row in rows}) == EXPECTED["cities"]["records"]
    assert list(rows[0]) == COLUMNS
    assert all(JOINED.fullmatch(row["joined"]) for row in rows)


def test_a_sample_city_has_no_date_of_joining_and_every_other_has_one() -> None:
    for row in cities():
        assert (row["sample"] == "true") == (row["joined"] == ""), row["city_id"]


def test_historic_turkish_names_are_left_out() -> None:
    names = {row["city_id"]: row["name_tr"] for row in cities()}

    for city_id in ("bg-veliko-tarnovo", "bg-sliven", "gr-kilkis", "gr-lefkada", "mk-prilep"):
        assert names[city_id] == "", city_id


def test_nobody_in_the_cast_can_be_reached() -> None:
    for each in cast():
        assert each["email"].endswith(".example")
        assert re.fullmatch(r"\+447700900\d{3}", each["phone"])


def test_what_is_expected_of_messages_adds_up() -> None:
    messages = EXPECTED["messages"]
    kinds: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    for person in messages["by_person"].values():
        kinds.update(person["kinds"])
        languages[person["language"]] += sum(person["kinds"].values())

    assert kinds == messages["kinds"]
    assert languages == messages["languages"]
    assert sum(kinds.values()) == messages["mails"] == messages["states"]["sent"]
    assert sum(messages["states"].values()) == messages["total"]
    assert len(messages["suppressed"]) == messages["states"]["suppressed"]


def test_every_booking_of_the_script_is_of_somebody_in_the_cast() -> None:
    people = {each["key"] for each in cast()} | {"party"}

    assert {who for who, _ in journeys_booked()} <= people


def test_the_checker_knows_nothing_of_what_it_checks() -> None:
    for path in (Path(DATA).parent / "checker").glob("*.py"):
        imported = re.findall(r"^\s*(?:from|import) ([\w.]+)", path.read_text(), re.MULTILINE)

        foreign = [name for name in imported if name.split(".")[0] in ("services", "shared")]
        beyond = [
            name
            for name in imported
            if name.startswith("deploy") and not name.startswith("deploy.demo.checker")
        ]
        assert not foreign + beyond, path
