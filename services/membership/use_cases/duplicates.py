"""Load, decide, save: people who were entered twice.

A merger is one write, on the duplicate. What follows is one write each: the survivor takes over
what it lacks when it hears of the merger, the entries that stand for it follow when they hear of
that. Each handler reads what is stored when it runs, so it does no harm twice, late or half way.
"""

from datetime import datetime

from services.membership.domain.merging import survivor_of
from services.membership.domain.person import Person
from services.membership.repository import Repositories
from shared.contracts.membership import PersonMerged, SurvivorChanged


def merge_people(
    here: Repositories, survivor_id: str, duplicate_id: str, *, at: datetime
) -> Person:
    """Have a duplicate stand for another entry; returns the duplicate."""
    survivor = here.people.get(survivor_id)
    duplicate = here.people.get_named(duplicate_id=duplicate_id)[duplicate_id]
    duplicate.merge_into(survivor, at=at)
    here.people.save(duplicate)
    return duplicate


def tell_people_apart(here: Repositories, person_id: str, other_id: str, *, at: datetime) -> Person:
    """Note that two people who look the same are two."""
    person = here.people.get(person_id)
    here.people.get_named(other_id=other_id)
    person.tell_apart(other_id, at=at)
    here.people.save(person)
    return person


def follow_merger(here: Repositories, event: PersonMerged) -> None:
    """Have the survivor take over what a duplicate knows."""
    survivor = survivor_of(here.people.chain_of(event.survivor_id))
    duplicate = here.people.get(event.person_id)
    survivor.restore(at=event.occurred_at)
    if survivor.id != duplicate.id:
        survivor.absorb(duplicate, at=event.occurred_at)
    here.people.save(survivor)


def follow_survivor(here: Repositories, event: SurvivorChanged) -> None:
    """Have the entries that stand for a person say what is true of that person now."""
    duplicates = here.people.find_many(event.duplicates)
    survivor = survivor_of(here.people.chain_of(event.person_id))
    for each in duplicates.values():
        each.follow(survivor, at=event.occurred_at)
        here.people.save(each)
