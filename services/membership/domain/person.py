"""People: who they are, where they can be reached, and to which cities they belong."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from services.membership.domain.affiliation import (
    Affiliation,
    JoinedTooEarly,
    joined,
    newest_in,
    titled,
    united,
)
from services.membership.domain.city import City
from services.membership.domain.merging import AlreadyMerged, MergedWithOneself, WasMerged
from services.membership.domain.profile import (
    Contact,
    PersonChanges,
    PersonDetails,
    Profile,
    TravelDocument,
)
from services.membership.domain.public_person import PublicPerson
from services.membership.domain.register import Imported
from services.membership.domain.stated import Statement
from shared.contracts.membership import (
    PersonAffiliated,
    PersonContactChanged,
    PersonDescribed,
    PersonMerged,
    PersonRestored,
    PersonToldApart,
    SurvivorChanged,
)
from shared.domain import Aggregate
from shared.errors import NotFound
from shared.local_time import local_time


class UnknownPerson(NotFound):
    """There is no such person."""


@dataclass(kw_only=True, eq=False)
class Person(Aggregate):
    """Somebody who holds an office, sits in a body or travels for a city.

    Attributes:
        city_id: City the person belongs to now, or has belonged to last.
        profile: Who it is.
        contact: Where the person can be reached; published restricted, shown to few.
        document: What decides on visas; published by rows of imports alone, restricted.
        stated: Which import has stated a field last, by field.
        imported: Rows applied to the person, as heard, the newest sixteen.
        affiliations: In which cities, oldest first.
        merged_into: Person that this entry stands for and says the same as; ``None`` for most.
        absorbed: Ids of entries that stand for this person.
        distinct_from: Ids of people who look like this one and are somebody else.
    """

    city_id: str
    profile: Profile
    contact: Contact
    document: TravelDocument
    stated: dict[str, Statement] = field(default_factory=dict)
    imported: tuple[Imported, ...] = ()
    affiliations: tuple[Affiliation, ...] = ()
    merged_into: str | None = None
    absorbed: tuple[str, ...] = ()
    distinct_from: tuple[str, ...] = ()

    @classmethod
    def register(
        cls, person_id: str, city_id: str, details: PersonDetails, *, at: datetime
    ) -> "Person":
        """Enter a person; records ``PersonDescribed``, and ``PersonContactChanged`` if reachable.

        Raises:
            NotInLatinLetters, NameMissing, NotAPassportSpelling: See ``Profile.named``.
        """
        person = cls(id=person_id, city_id=city_id, **vars(details))
        person.profile = details.profile.named(person.country)
        person.affiliations = (
            Affiliation(city_id=city_id, starts_on=None, title=person.profile.title),
        )
        person._record_profile(at)
        if details.contact != Contact():
            person._record_contact(at)
        return person

    @property
    def country(self) -> str:
        """Country of the city, ISO 3166-1 alpha-2 in lower case: a city's id begins with it."""
        return self.city_id.partition("-")[0]

    @property
    def details(self) -> PersonDetails:
        """All that is known of the person beside the cities."""
        return PersonDetails(profile=self.profile, contact=self.contact, document=self.document)

    def affiliation_on(self, day: date, *, city_id: str | None) -> Affiliation | None:
        """Return the affiliation of a day, the newest when there are several, or ``None``.

        Args:
            day: The day.
            city_id: Only one with this city; any when absent.
        """
        covering = [each for each in self.affiliations if each.covers(day)]
        return next((each for each in reversed(covering) if city_id in (None, each.city_id)), None)

    def shown(self, *, in_full: bool) -> "Person | PublicPerson":
        """Return the person, or what is for everybody's eyes."""
        if in_full:
            return self
        return PublicPerson(
            id=self.id,
            city_id=self.city_id,
            profile=self.profile,
            affiliations=self.affiliations,
            merged_into=self.merged_into,
        )

    # -- commands -------------------------------------------------------------------------------

    def change(self, changes: PersonChanges, *, at: datetime) -> None:
        """Correct what is known; records what others are told of, if that changed.

        A name that was written from the original follows it; one that was given stays.

        Raises:
            NotInLatinLetters, NameMissing, NotAPassportSpelling: See ``Profile.named``.
            WasMerged: The entry stands for another person.
        """
        self._check_not_merged()
        profile = changes.applied_to(self.profile)
        if replace(profile, title=self.profile.title) != self.profile:
            profile = profile.named(self.country)
        details = PersonDetails(
            profile=profile,
            contact=changes.applied_to(self.contact).tidied(),
            document=changes.applied_to(self.document),
        )
        self.affiliations = titled(self.affiliations, self.city_id, profile.title)
        self._become(self.city_id, details, at=at)

    def join(self, affiliation: Affiliation, city: City, *, at: datetime) -> None:
        """Enter that the person belongs to a city in some days; records ``PersonAffiliated``.

        One without a last day is a move, after which the person belongs to that city; see
        ``joined``. What is entered with a last day is history.

        Args:
            affiliation: With its first day.
            city: Its city.
            at: Now, UTC.

        Raises:
            JoinedTooEarly: Its first day has not come yet, neither in UTC nor in the city.
            OverlapsAffiliation, MovedBackwards: See ``joined``.
            WasMerged: The entry stands for another person.
        """
        self._check_not_merged()
        today = max(at.date(), local_time(at, city.description.zone).local.date())
        if affiliation.starts_on is not None and affiliation.starts_on > today:
            raise JoinedTooEarly(f"{affiliation.starts_on} has not come yet.", field="starts_on")
        affiliations = joined(self.affiliations, affiliation, leaves=self.city_id)
        city_id = affiliation.city_id if affiliation.ends_on is None else self.city_id
        profile = replace(self.profile, title=newest_in(affiliations, city_id).title)
        is_new = self._affiliate(affiliations, at=at)
        self._become(city_id, replace(self.details, profile=profile), at=at, is_told=is_new)

    def tell_apart(self, other_id: str, *, at: datetime) -> None:
        """Note that somebody who looks the same is another person; records ``PersonToldApart``.

        Raises:
            MergedWithOneself: It is the same entry.
            WasMerged: The entry stands for another person.
        """
        self._check_not_merged()
        if other_id == self.id:
            raise MergedWithOneself("Name another person.", field="other_id")
        if other_id not in self.distinct_from:
            self.distinct_from = (*self.distinct_from, other_id)
            self.record(PersonToldApart(person_id=self.id, other_id=other_id, occurred_at=at))

    def merge_into(self, survivor: "Person", *, at: datetime) -> None:
        """Stand for another entry from now on; records ``PersonMerged``, which both follow.

        Merging the same two once more changes nothing.

        Raises:
            MergedWithOneself: It is the same entry.
            AlreadyMerged: It stands for somebody else already.
            WasMerged: The other one stands for somebody else.
        """
        if survivor.id == self.id:
            raise MergedWithOneself("Name another person.", field="duplicate_id")
        if self.merged_into == survivor.id:
            return
        if self.merged_into is not None:
            raise AlreadyMerged("It was merged before.", merged_into=self.merged_into)
        survivor._check_not_merged()
        self.merged_into = survivor.id
        self.record(PersonMerged(person_id=self.id, survivor_id=survivor.id, occurred_at=at))

    # -- what follows from a merger -------------------------------------------------------------

    def restore(self, *, at: datetime) -> None:
        """Stand for oneself again, when several were merged in a circle; records the fact."""
        if self.merged_into is not None:
            self.merged_into = None
            self.record(PersonRestored(person_id=self.id, occurred_at=at))

    def absorb(self, duplicate: "Person", *, at: datetime) -> None:
        """Take over from a duplicate what is missing here; records ``SurvivorChanged``.

        Once is enough: it changes nothing when the duplicate was absorbed before.
        """
        if duplicate.id in self.absorbed:
            return
        entries = (*self.absorbed, duplicate.id, *duplicate.absorbed)
        self.absorbed = tuple(each for each in dict.fromkeys(entries) if each != self.id)
        details = self.details.completed(duplicate.details)
        if not self.profile.title and self.city_id == duplicate.city_id:
            profile = replace(details.profile, title=duplicate.profile.title)
            details = replace(details, profile=profile)
        affiliations = united(self.affiliations, duplicate.affiliations)
        self._affiliate(titled(affiliations, self.city_id, details.profile.title), at=at)
        self._become(self.city_id, details, at=at, is_told=True)

    def follow(self, survivor: "Person", *, at: datetime) -> None:
        """Say the same as the person that this entry stands for; records what changed of it.

        It changes nothing as long as the survivor has not taken over what was known here.
        """
        if self.id in survivor.absorbed:
            self.merged_into, self.absorbed = survivor.id, ()
            self._affiliate(survivor.affiliations, at=at)
            self._become(survivor.city_id, survivor.details, at=at)

    # -- how ------------------------------------------------------------------------------------

    def _check_not_merged(self) -> None:
        if self.merged_into is not None:
            raise WasMerged("It was merged into another.", merged_into=self.merged_into)

    def _affiliate(self, affiliations: tuple[Affiliation, ...], *, at: datetime) -> bool:
        """Take over affiliations, and record those that are new; tells whether any is."""
        known, self.affiliations = self.affiliations, affiliations
        new = [each for each in affiliations if each not in known]
        for each in new:
            self.record(PersonAffiliated(person_id=self.id, occurred_at=at, **vars(each)))
        return bool(new)

    def _become(
        self, city_id: str, details: PersonDetails, *, at: datetime, is_told: bool = False
    ) -> None:
        """Take over what is known now, and record what others are told of it, if that changed.

        Args:
            city_id: City the person belongs to.
            details: All that is known beside.
            at: Now, UTC.
            is_told: Whether duplicates have to follow although nothing of this has changed.
        """
        before, was_in = self.details, self.city_id
        self.city_id, self.profile = city_id, details.profile
        self.contact, self.document = details.contact, details.document
        if (city_id, details.profile) != (was_in, before.profile):
            self._record_profile(at)
        if details.contact.reached_at != before.contact.reached_at:
            self._record_contact(at)
        if self.absorbed and (is_told or (city_id, details) != (was_in, before)):
            told = SurvivorChanged(person_id=self.id, duplicates=self.absorbed, occurred_at=at)
            self.record(told)

    def _record_profile(self, at: datetime) -> None:
        self.record(
            PersonDescribed(
                person_id=self.id,
                city_id=self.city_id,
                name=self.profile.name,
                original_name=self.profile.original_name,
                passport_name=self.profile.passport_name,
                name_source=self.profile.name_source,
                title=self.profile.title,
                languages=self.profile.languages,
                occurred_at=at,
            )
        )

    def _record_contact(self, at: datetime) -> None:
        self.record(
            PersonContactChanged(
                person_id=self.id,
                email=self.contact.email,
                phone=self.contact.phone,
                occurred_at=at,
            )
        )
