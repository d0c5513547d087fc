"""First act: the network's cities, people, bodies and presidencies."""

from deploy.demo.stage import Json, Stage, cast, cities_csv

TERM = {"starts_on": "2024-01-31", "ends_on": "2025-02-24"}
"""From the summit of 2024, whose last day elected the board, to that of 2025."""
BOARD = (
    # Seat, city, alternate, sample.
    ("Host of the year", "al-tirana", None, False),
    ("Host of last year", "gr-athens", None, False),
    ("Host of next year", "bg-sofia", None, False),
    ("Elected 1", "tr-canakkale", None, False),
    ("Elected 2", "rs-belgrade", None, True),
    ("Elected 3", "ba-sarajevo", "sarajevo-deputy", True),
    ("Elected 4", None, None, False),  # Its holder of 2024 is not known.
)
SECRETARIAT = (("Secretariat", "tr-istanbul", None, False),)
PRESIDENCIES = ((2023, "gr-athens"), (2024, "al-tirana"), (2025, "bg-sofia"))


def assemble(stage: Stage) -> None:
    """Play the act."""
    with stage.act("The network"):
        import_cities(stage)
        register_people(stage)
        found_bodies(stage)
        elect_presidencies(stage)


def import_cities(stage: Stage) -> None:
    """Import the cities and wait until every good row is applied."""
    sheet = {"kind": "cities", "format": "csv", "content": cities_csv(), "commit": True}
    made = stage.client.post("membership", "/v1/imports", sheet, key="import-cities")
    stage.ids["import"] = made["id"]
    path = f"/v1/imports/{made['id']}"
    stage.client.wait_for(
        "every good row applied",
        lambda: stage.client.get("membership", path)["state"] == "completed",
    )
    stage.say(f"{made['rows']} records of cities imported, {made['good']} of them good.")


def register_people(stage: Stage) -> None:
    """Register the persons of the scene, and who holds which office."""
    people = cast()
    for each in people:
        known = {name: each[name] for name in each if name not in ("key", "office")}
        made = stage.client.post(
            "membership",
            "/v1/people",
            {**known, "passport_type": "ordinary"},
            key=f"person-{each['key']}",
        )
        stage.ids[each["key"]] = made["id"]
    for each in people:
        if each["office"]:
            stage.client.post(
                "membership",
                f"/v1/cities/{each['city_id']}/office-holders",
                {
                    "office": each["office"],
                    "person_id": stage.person(each["key"]),
                    "starts_on": "2024-04-01",
                },
                key=f"office-{each['key']}",
            )
    stage.say(f"{len(people)} invented persons registered with their offices.")


def found_bodies(stage: Stage) -> None:
    """Found the Executive Board and the secretariat, and fill their seats."""
    found_body(stage, "board", "Executive Board", "executive_board", BOARD)
    found_body(stage, "secretariat", "Permanent Secretariat", "secretariat", SECRETARIAT)
    stage.say("The Executive Board of 2024 is seated; one seat is vacant, two are sample data.")


def found_body(
    stage: Stage,
    key: str,
    name: str,
    kind: str,
    seats: tuple[tuple[str, str | None, str | None, bool], ...],
) -> None:
    """Found a body and fill its seats."""
    body = stage.client.post(
        "membership",
        "/v1/bodies",
        {"name": name, "kind": kind, "seats": [seat for seat, *_ in seats]},
        key=f"body-{key}",
    )
    stage.ids[key] = body["id"]
    seat_ids = {each["name"]: each["id"] for each in body["seats"]}
    for seat, city_id, alternate, sample in seats:
        if city_id is None:
            continue
        term: Json = {"city_id": city_id, "sample": sample, **TERM}
        if alternate is not None:
            term["alternate_id"] = stage.person(alternate)
        stage.client.post(
            "membership",
            f"/v1/bodies/{body['id']}/seats/{seat_ids[seat]}/terms",
            term,
            key=f"seat-{key}-{city_id}",
        )


def elect_presidencies(stage: Stage) -> None:
    """Elect three presidencies, and try the rule against two terms in a row."""
    for year, city_id in PRESIDENCIES:
        stage.client.post(
            "membership",
            "/v1/presidencies",
            {"year": year, "city_id": city_id},
            key=f"presidency-{year}",
        )
    year, city_id = PRESIDENCIES[-1]
    stage.client.refused(
        "membership",
        "/v1/presidencies",
        {"year": year + 1, "city_id": city_id},
        code="no_two_terms_in_a_row",
        key="presidency-refused",
    )
    stage.say("Tirana presides in 2024; a second term in a row for Sofia is refused.")
