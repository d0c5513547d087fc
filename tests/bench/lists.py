"""A thousand cities and ten thousand people: how long lists, rosters and orders take.

``python -m tests.bench.lists`` runs membership by itself, fills it by imports, and asks one
question after the other. Times are those that a client sees: the median, and what 95 of 100 answers
took at the most.
"""

import csv
import io
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

from deploy.local.installation import Installation
from deploy.local.services import MODULES
from tests.bench.imports import Importer

CITIES = 1_000
PEOPLE = 10_000
SEATS = 300
ASKED = 200
LIST_MS_MOST = 50
ROSTER_MS_MOST = 20
COUNTRIES = ("AL", "BA", "BG", "GR", "HR", "ME", "MK", "RO", "RS", "SI", "TR", "XK")
SINCE = "2021-11-30"


def city(number: int) -> str:
    """Return the id of a city."""
    return f"{COUNTRIES[number % len(COUNTRIES)].lower()}-city-{number:04}"


def sheet(kind: str, rows: Iterable[Sequence[str]]) -> dict[str, Any]:
    """Return an import of rows, the first of which is the header."""
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return {"kind": kind, "format": "csv", "content": written.getvalue(), "commit": True}


def cities() -> dict[str, Any]:
    """Return a sheet of cities."""
    header = ("city_id", "name_en", "country_iso2", "timezone", "languages_bcp47", "joined")
    rows = (
        (city(n), f"City {n}", COUNTRIES[n % len(COUNTRIES)], "Europe/Tirane", "sq", SINCE)
        for n in range(CITIES)
    )
    return sheet("cities", (header, *rows))


def people() -> dict[str, Any]:
    """Return a sheet of people, ten of each city."""
    header = ("name", "city_id", "email", "title", "languages")
    rows = (
        (f"Deniz Örnek {n}", city(n % CITIES), f"person{n}@cities.example", "Envoy", "tr")
        for n in range(PEOPLE)
    )
    return sheet("people", (header, *rows))


class Asker:
    """Asks membership, and takes the time."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer

    def get(self, path: str) -> Any:
        """Return what is answered."""
        return self._importer.get(path)

    def time(self, name: str, paths: Sequence[str], most: float | None = None) -> None:
        """Ask for paths in turn, and print how long it takes."""
        took = []
        for path, _ in zip(cycle(paths), range(ASKED), strict=False):
            started = time.perf_counter()
            self.get(path)
            took.append(1000 * (time.perf_counter() - started))
        took.sort()
        p95 = took[int(len(took) * 0.95)]
        verdict = "" if most is None else f"< {most:g} {'met' if p95 < most else 'NOT MET'}"
        sys.stdout.write(f"{name:44} {median(took):8.1f} {p95:8.1f} ms  {verdict}\n")
        sys.stdout.flush()

    def pages(self, path: str, number: int = 20) -> list[str]:
        """Return the paths of the first pages of a list."""
        found = [path]
        joint = "&" if "?" in path else "?"
        while len(found) < number and (cursor := self.get(found[-1])["next_cursor"]):
            found.append(f"{path}{joint}cursor={cursor}")
        return found


def fill(importer: Importer) -> dict[str, Any]:
    """Enter cities, people, a large body, offices and a president; returns the body."""
    importer.run(cities(), f"{CITIES} cities")
    importer.run(people(), f"{PEOPLE} people")
    plan = {
        "name": "Assembly",
        "kind": "executive_board",
        "seats": [f"Seat {number}" for number in range(SEATS)],
    }
    body: dict[str, Any] = importer.post("/v1/bodies", plan, "body")
    for number, seat in enumerate(body["seats"]):
        for year in (2023, 2024, 2025):
            term = {"city_id": city((number + year) % CITIES), "starts_on": f"{year}-02-01"}
            path = f"/v1/bodies/{body['id']}/seats/{seat['id']}/terms"
            importer.post(path, {**term, "ends_on": f"{year + 1}-01-31"}, f"{seat['id']}-{year}")
    for person in importer.get("/v1/people?limit=200")["items"]:
        term = {"office": "mayor", "person_id": person["id"], "starts_on": "2024-04-01"}
        importer.post(f"/v1/cities/{person['city_id']}/office-holders", term, person["id"])
    importer.post("/v1/presidencies", {"year": 2025, "city_id": city(0)}, "president")
    return body


def measure(importer: Importer) -> None:
    """Fill membership, ask it, and print what that takes."""
    body = fill(importer)
    asker = Asker(importer)
    sys.stdout.write(f"\n{'':44} {'median':>8} {'p95':>8}\n")
    listed: list[tuple[str, str]] = [
        ("cities, a page of 50", "/v1/cities?limit=50"),
        ("members on a day, a page of 50", "/v1/cities?standing=member&on=2024-12-07"),
        (
            "members as known at an instant",
            "/v1/cities?standing=member&on=2024-12-07&known_at=2030-01-01T00:00:00Z",
        ),
        ("people, a page of 50", "/v1/people?limit=50"),
        ("people of a city on a day", f"/v1/people?city_id={city(7)}&on=2024-12-07"),
    ]
    for name, path in listed:
        asker.time(name, asker.pages(path), LIST_MS_MOST)
    days = [f"{year}-{month:02}-15" for year in (2023, 2024, 2025) for month in range(1, 13)]
    roster = [f"/v1/bodies/{body['id']}/roster?on={day}" for day in days]
    asker.time(f"roster of {SEATS} seats on a day", roster, ROSTER_MS_MOST)
    offices = [f"/v1/cities/{city(number)}/office-holders?on=2024-12-07" for number in range(50)]
    asker.time("office holders of a city on a day", offices, ROSTER_MS_MOST)
    forty = "&".join(f"city_id={city(number)}" for number in range(40))
    asker.time("order of 40 cities", [f"/v1/precedence/order?on=2025-06-01&{forty}"], LIST_MS_MOST)
    asker.time(f"order of {CITIES} cities", ["/v1/precedence/order?on=2025-06-01"])


def main() -> None:
    """Run membership and measure."""
    modules = {"membership": MODULES["membership"]}
    with (
        tempfile.TemporaryDirectory() as folder,
        Installation(Path(folder), counts={"membership": 1}, modules=modules) as zirve,
    ):
        measure(Importer(zirve))


if __name__ == "__main__":
    main()
