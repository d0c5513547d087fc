"""Rows of imports: judged by what is known, accepted, and followed."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.membership.domain import city_row, followed_person
from services.membership.domain.city_row import CityRow
from services.membership.domain.columns import ImportKind
from services.membership.domain.import_rows import PART_ROWS, ImportPart, ImportRow
from services.membership.domain.imports import Sheet
from services.membership.domain.person_row import PersonRow
from services.membership.domain.row_subjects import KnownCities, KnownPeople
from services.membership.repository import Repositories
from shared.contracts.membership import CityRowAccepted, PersonRowAccepted


def judge_rows(here: Repositories, sheet: Sheet, *, at: datetime) -> list[ImportPart]:
    """Tell what each row of a sheet would do; of two about the same the first is taken."""
    parts = [sheet.rows[n : n + PART_ROWS] for n in range(0, len(sheet.rows), PART_ROWS)]
    taken: dict[str, int] = {}
    judge: Any = _judge_cities
    known: dict[str, Any] = {}
    if sheet.kind is ImportKind.PEOPLE:
        judge, known = _judge_people, {"cities": KnownCities.of(here.cities.names())}
    judged = []
    for part in parts:
        # Others have their turn: the database may answer before anybody waits for it.
        time.sleep(0)
        judged.append(ImportPart.of(judge(here, part, taken, at=at, **known)))
    return judged


def accept_cities(
    here: Repositories, import_id: str, part: ImportPart, *, at: datetime
) -> list[CityRowAccepted]:
    """Return the facts that the good rows of a part were accepted."""
    rows = [CityRow.of(said) for said in part.good]
    known = here.cities.find_many(row.city_id for row in rows)
    return [row.accepted(import_id, known.get(row.city_id), at=at) for row in rows]


def accept_people(
    here: Repositories, import_id: str, part: ImportPart, *, at: datetime
) -> list[PersonRowAccepted]:
    """Return the facts that the good rows of a part were accepted.

    Somebody who was not known when the row was judged may have been registered since.
    """
    rows = [PersonRow.of(said) for said in part.good]
    new = [row.mail for row in rows if row.is_new_by_mail]
    known = KnownPeople(here.people.resembling(mails=new))
    return [row.accepted(import_id, row.owner(known), row.city, at=at) for row in rows]


def follow_city_row(here: Repositories, row: CityRowAccepted) -> None:
    """Have a city take over what an import's row says."""
    here.cities.save(city_row.followed(here.cities.find(row.city_id), row))


def follow_person_row(here: Repositories, row: PersonRowAccepted) -> None:
    """Have a person take over what an import's row says."""
    here.people.save(followed_person.followed(here.people.find(row.person_id), row))


def _judge_cities(
    here: Repositories, rows: Sequence[CityRow], taken: dict[str, int], *, at: datetime
) -> list[ImportRow]:
    known = here.cities.find_many(row.city_id for row in rows)
    return [row.judged(known.get(row.city_id), taken, at=at) for row in rows]


def _judge_people(
    here: Repositories,
    rows: Sequence[PersonRow],
    taken: dict[str, int],
    *,
    cities: KnownCities,
    at: datetime,
) -> list[ImportRow]:
    ids = {id_ for row in rows for id_ in row.ids}
    found = here.people.resembling(ids=ids, mails={row.mail for row in rows if row.mail})
    new = [row.name for row in rows if row.name and found.keys().isdisjoint(row.ids)]
    known = KnownPeople({**found, **here.people.resembling(names=new)})
    return [row.judged(cities, known, taken, at=at) for row in rows]
