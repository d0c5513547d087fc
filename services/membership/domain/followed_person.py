"""People who follow rows of imports."""

from dataclasses import fields
from typing import Any

from services.membership.domain.person import Person
from services.membership.domain.profile import (
    Contact,
    PassportType,
    PersonChanges,
    PersonDetails,
    Profile,
    TravelDocument,
)
from services.membership.domain.register import ImportResult, remembered
from services.membership.domain.stated import Statement
from shared.contracts.membership import PersonRowAccepted
from shared.errors import ServiceError

STATED = tuple(each.name for each in fields(PersonChanges))
"""Fields that a row can state."""


def followed(person: Person | None, row: PersonRowAccepted) -> Person:
    """Return a person who has taken over what a row says; a new one when there was none.

    Field by field what the newest import states counts, in whatever order rows are heard.

    Raises:
        ServiceError: A new person cannot be entered like that.
    """
    said: dict[str, Any] = {
        name: value for name in STATED if (value := getattr(row, name)) is not None
    }
    if row.passport_type is not None:
        said["passport_type"] = PassportType(row.passport_type)
    statement = Statement(stated_at=row.occurred_at, import_id=row.import_id)
    if person is None:
        person = Person.register(row.person_id, row.city_id, _details(said), at=row.occurred_at)
        result, new = ImportResult.CREATED, said
    else:
        new = {
            name: value
            for name, value in said.items()
            if person.stated.get(name, statement) <= statement
        }
        result = _changed(person, row, said, new)
    person.stated = {**person.stated, **dict.fromkeys(new, statement)}
    person.imported = remembered(person.imported, row, result)
    return person


def _changed(
    person: Person, row: PersonRowAccepted, said: dict[str, Any], new: dict[str, Any]
) -> ImportResult:
    """Change a person as a row says, as far as that can be done now."""
    before = known_of(person)
    if person.city_id != row.city_id:
        return ImportResult.CONTRADICTED
    try:
        person.change(PersonChanges(**new), at=row.occurred_at)
    except ServiceError:
        return ImportResult.CONTRADICTED
    after = known_of(person)
    if any(after[name] != value for name, value in said.items()):
        return ImportResult.CONTRADICTED
    return ImportResult.UNCHANGED if after == before else ImportResult.CHANGED


def _details(said: dict[str, Any]) -> PersonDetails:
    def given(kind: type[Any]) -> Any:
        return kind(**{name: said[name] for name in kind.__dataclass_fields__ if name in said})

    return PersonDetails(
        profile=given(Profile), contact=given(Contact), document=given(TravelDocument)
    )


def known_of(person: Person) -> dict[str, Any]:
    """Return all that a row can state, as it is known, by field."""
    return {**vars(person.profile), **vars(person.contact), **vars(person.document)}
