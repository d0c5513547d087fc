"""Rows of a sheet of people: whom they are about, what they say, and what they would do."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from services.membership.domain.followed_person import STATED, followed, known_of
from services.membership.domain.import_rows import (
    RESULTS,
    CellError,
    ImportRow,
    RowWarning,
    changes,
    repeated,
)
from services.membership.domain.person import Person
from services.membership.domain.profile import PersonChanges
from services.membership.domain.row_subjects import KnownCities, KnownPeople, Refusal
from shared.contracts.membership import PersonRowAccepted
from shared.errors import ServiceError
from shared.ids import derived_id


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A row as it was read; what is ``None`` it does not say.

    Attributes:
        number: Of the row in its sheet.
        person_id: A person who is known, or empty.
        key: What the owner of the sheet knows the person by, or empty.
        city: Id or name of the city, as written.
        errors: Why it cannot be taken, by column.

    For the others see ``PersonRowAccepted``.
    """

    number: int
    person_id: str = ""
    key: str = ""
    city: str = ""
    name: str | None = None
    original_name: str | None = None
    passport_name: str | None = None
    title: str | None = None
    languages: tuple[str, ...] | None = None
    email: str | None = None
    phone: str | None = None
    nationality: str | None = None
    passport_type: str | None = None
    errors: tuple[CellError, ...] = ()

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        """Return a row from what ``said`` has returned."""
        languages = said["languages"]
        return cls(**{**said, "languages": None if languages is None else tuple(languages)})

    def said(self) -> dict[str, Any]:
        """Return what is to be applied, as JSON can hold it."""
        return {name: value for name, value in vars(self).items() if name != "errors"}

    @property
    def mail(self) -> str:
        """The e-mail address as it is compared; empty when there is none."""
        return (self.email or "").casefold()

    @property
    def is_new_by_mail(self) -> bool:
        """Whether it is about somebody who was known by no address when it was judged."""
        return bool(self.mail) and self.person_id == _id_of_mail(self.mail)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of people whom it may be about."""
        by_key = derived_id("membership.person_of_key", self.key) if self.key else ""
        by_mail = _id_of_mail(self.mail) if self.mail else ""
        return tuple(each for each in (self.person_id, by_key, by_mail) if each)

    def subject(self, known: KnownPeople) -> str:
        """Return the person whom it is about, by id, else by key, else by e-mail address.

        Raises:
            Refusal: There is no such person, or no way to tell.
        """
        if self.person_id:
            if self.person_id not in known.by_id:
                raise Refusal("person_id", "unknown_person", "There is no such person.")
            return self.person_id
        if not self.ids:
            message = "Give an e-mail address, or a key by which the person is known again."
            raise Refusal("email", "missing", message)
        if self.key:
            return self.ids[0]
        found = known.by_mail.get(self.mail, ())
        if len(found) > 1:
            message = "Several people have this address; give the person_id."
            raise Refusal("email", "ambiguous_person", message)
        return found[0].id if found else self.ids[0]

    def owner(self, known: KnownPeople) -> str:
        """Return the person whom it is to be applied to.

        Args:
            known: Those who have its e-mail address by now.
        """
        found = known.by_mail.get(self.mail) if self.is_new_by_mail else None
        return found[0].id if found else self.person_id

    def judged(
        self, cities: KnownCities, known: KnownPeople, taken: dict[str, int], *, at: datetime
    ) -> ImportRow:
        """Tell what the row would do.

        Args:
            cities: All that there are.
            known: All whom it may be about or resembles.
            taken: Number of the first row by person; this one is added if it is taken.
            at: Now, UTC.
        """
        label = self.name or self.original_name or ""
        if self.errors:
            return ImportRow.refused(self.number, self.person_id, label, *self.errors)
        try:
            row = self.accepted("", self.subject(known), cities.id_of(self.city), at=at)
            if row.person_id in taken:
                first = taken[row.person_id]
                column = "person_id" if self.person_id else "key" if self.key else "email"
                return repeated(self.number, row.person_id, label, first, column)
            before = known.by_id.get(row.person_id)
            after = _followed(before, row)
        except Refusal as refusal:
            return ImportRow.refused(self.number, self.person_id, label, refusal.error)
        taken[row.person_id] = self.number
        return ImportRow(
            number=self.number,
            subject=row.person_id,
            label=label,
            result=RESULTS[after.imported[-1].result],
            changes=changes(_shown(before) if before else None, _shown(after)),
            warnings=tuple(self._warnings(row, known)),
            said={**self.said(), "person_id": row.person_id, "city": row.city_id},
        )

    def accepted(
        self, import_id: str, person_id: str, city_id: str, *, at: datetime
    ) -> PersonRowAccepted:
        """Return the fact that the row was accepted."""
        said = {name: getattr(self, name) for name in STATED}
        return PersonRowAccepted(
            import_id=import_id,
            row=self.number,
            person_id=person_id,
            city_id=city_id,
            occurred_at=at,
            **said,
        )

    def _warnings(self, row: PersonRowAccepted, known: KnownPeople) -> Iterable[RowWarning]:
        alike = {
            "same_mail": known.by_mail.get(self.mail, ()) if self.mail else (),
            "same_name": known.by_name.get((row.city_id, self.name or ""), ()),
        }
        told = {row.person_id}
        for code, people in alike.items():
            what = "e-mail address" if code == "same_mail" else "name, in the same city"
            for each in people:
                if each.id not in told:
                    told.add(each.id)
                    message = f"It looks like {each.profile.name}, who has the same {what}."
                    yield RowWarning(code=code, message=message, person_id=each.id)


def _followed(person: Person | None, row: PersonRowAccepted) -> Person:
    """Return what would become of a person.

    Raises:
        Refusal: The domain would refuse the row.
    """
    if person is not None and person.city_id != row.city_id:
        message = f"The person belongs to {person.city_id}."
        raise Refusal("city_id", "person_of_another_city", message)
    try:
        twin = replace(person) if person else None
        if twin is not None:
            twin.change(PersonChanges(name=row.name), at=row.occurred_at)
        return followed(replace(person) if person else None, row)
    except ServiceError as error:
        column = getattr(error, "field", None) or "row"
        raise Refusal(column, error.code, error.message) from None


def _shown(person: Person) -> dict[str, str]:
    """Return what is known of a person as text by field."""
    return {
        name: "; ".join(value) if isinstance(value, tuple) else str(value or "")
        for name, value in known_of(person).items()
    }


def _id_of_mail(mail: str) -> str:
    return derived_id("membership.person_of_mail", mail)
