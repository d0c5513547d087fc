"""Valid things of membership; a test overrides only what it is about."""

from datetime import UTC, date, datetime
from typing import Any

from services.membership.domain.body import Body, BodyKind
from services.membership.domain.city import City
from services.membership.domain.columns import Column, ImportKind
from services.membership.domain.description import CityDescription
from services.membership.domain.import_rows import ImportPart, ImportRow
from services.membership.domain.imports import Import
from services.membership.domain.person import Person
from services.membership.domain.presidency import Presidency
from services.membership.domain.presidency_term import PresidencyTerm
from services.membership.domain.profile import Contact, PersonDetails, Profile, TravelDocument
from services.membership.domain.seat import Seat
from shared.contracts.membership import CityRowAccepted, PersonRowAccepted
from shared.domain import Aggregate, Event, bookkeeping

NOW = datetime(2024, 11, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


def a_description(**known: Any) -> CityDescription:
    return CityDescription(
        **{
            "name": "Istanbul",
            "names": {"en": "Istanbul", "tr": "İstanbul"},
            "country": "TR",
            "zone": "Europe/Istanbul",
            "languages": ("tr",),
            "airports": ("IST", "SAW"),
            **known,
        }
    )


def an_applicant(city_id: str = "tr-istanbul", since: date = date(2021, 1, 4)) -> City:
    city = City.unknown(city_id, a_description(), at=NOW)
    city.apply(a_description(), since=since, at=NOW)
    forget_events(city)
    return city


def a_member(city_id: str = "tr-istanbul", since: date = date(2021, 11, 30)) -> City:
    city = an_applicant(city_id)
    city.admit(since=since, precision="day", at=NOW)
    forget_events(city)
    return city


def a_row(**said: Any) -> CityRowAccepted:
    return CityRowAccepted(
        **{
            "import_id": "import-1",
            "row": 1,
            "city_id": "tr-istanbul",
            "sample": False,
            "occurred_at": NOW,
            **{name: said.get(name, value) for name, value in vars(a_description()).items()},
            **said,
        }
    )


def a_person(person_id: str = "person-1", city_id: str = "tr-istanbul", **known: Any) -> Person:
    profile = {"name": "Defne Karasu", "title": "Mayor", "languages": ("tr", "en"), **known}
    details = PersonDetails(
        profile=Profile(**profile),
        contact=Contact(email="defne@istanbul.example", phone="+447700900105"),
        document=TravelDocument(nationality="TR"),
    )
    person = Person.register(person_id, city_id, details, at=NOW)
    forget_events(person)
    return person


def a_person_row(**said: Any) -> PersonRowAccepted:
    return PersonRowAccepted(
        **{
            "import_id": "import-1",
            "row": 2,
            "person_id": "person-1",
            "city_id": "tr-istanbul",
            "name": "Defne Karasu",
            "occurred_at": NOW,
            **said,
        }
    )


def an_import_of(*rows: ImportRow, kind: ImportKind = ImportKind.CITIES) -> Import:
    columns = (Column(heading="City", field="city_id"),)
    return Import.preview("import-1", kind, columns, [ImportPart.of(rows)], at=NOW)


def a_body(*names: str) -> Body:
    seats = tuple(Seat(id=f"seat-{name}", name=name) for name in names or ("Host", "Elected"))
    body = Body.found("board", "Executive Board", BodyKind.EXECUTIVE_BOARD, seats, at=NOW)
    forget_events(body)
    return body


def a_presidency(*years: tuple[int, str], at: datetime = NOW) -> Presidency:
    presidency = Presidency(id="presidency")
    for year, city_id in years:
        presidency.elect(PresidencyTerm.of(year, city_id), a_member(city_id), at=at)
    forget_events(presidency)
    return presidency


def recorded(aggregate: Aggregate) -> list[Event]:
    return list(bookkeeping(aggregate).recorded)


def forget_events(aggregate: Aggregate) -> None:
    bookkeeping(aggregate).recorded.clear()
