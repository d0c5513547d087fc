"""Where organisers work: cities and their mayors, and what every organiser has at hand."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.faults.caller import Caller
from tests.faults.journal import Journal

CITIES = {
    # City: country, zone, name.
    "tr-izmir": ("TR", "Europe/Istanbul", "Izmir"),
    "tr-bursa": ("TR", "Europe/Istanbul", "Bursa"),
    "gr-athens": ("GR", "Europe/Athens", "Athens"),
    "bg-sofia": ("BG", "Europe/Sofia", "Sofia"),
    "al-tirana": ("AL", "Europe/Tirane", "Tirana"),
    "rs-belgrade": ("RS", "Europe/Belgrade", "Belgrade"),
}


@dataclass(frozen=True, kw_only=True)
class Office:
    """What every organiser has at hand.

    Attributes:
        caller: Returns the caller of this thread.
        journal: Where acknowledged commands are noted.
        together: Does several commands of one meeting at once.
        seed: Of the run.
        mayors: By city.
    """

    caller: Callable[[], Caller]
    journal: Journal
    together: ThreadPoolExecutor
    seed: str
    mayors: dict[str, str]


def found(office: Office) -> None:
    """Register the cities and their mayors, once."""
    for city, (country, zone, name) in CITIES.items():
        description = {
            "city_id": city,
            "name": name,
            "country": country,
            "zone": zone,
            "languages": ["en"],
            "since": "2024-01-01",
        }
        office.caller().do("membership", "/v1/cities", description, key=f"city-{city}")
        office.journal.note("city", id=city)
        office.mayors[city] = register(office, city, f"Mayor of {name}", f"mayor-{city}")
        office.caller().do(
            "membership",
            f"/v1/cities/{city}/office-holders",
            {"office": "mayor", "person_id": office.mayors[city], "starts_on": "2024-02-01"},
            key=f"office-{city}",
        )
        office.journal.note("office", city=city, person=office.mayors[city])


def register(office: Office, city: str, name: str, key: str) -> str:
    """Register a person; returns their id."""
    answer = office.caller().do(
        "membership",
        "/v1/people",
        {
            "city_id": city,
            "name": name,
            "languages": ["en"],
            "email": f"{key}@{city}.example",
            "nationality": CITIES[city][0],
        },
        key=f"person-{key}",
    )
    person: str = answer.body["id"]
    office.journal.note("person", id=person, city=city, name=name, email=f"{key}@{city}.example")
    return person
