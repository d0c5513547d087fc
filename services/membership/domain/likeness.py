"""Likeness: by what two people are taken for one, and which pairs are shown to the secretariat."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, islice

from services.membership.domain.latin import folded, transliterated
from services.membership.domain.person import Person

PAIRS_MOST = 45
"""Pairs shown of people who have one thing in common, as of an office's address: all of ten."""


class Likeness(StrEnum):
    """What two people have in common."""

    SAME_EMAIL = "same_email"
    SAME_NAME_AND_CITY = "same_name_and_city"
    SAME_NAME_AND_NATIONALITY = "same_name_and_nationality"
    SAME_PASSPORT_NAME = "same_passport_name"


@dataclass(frozen=True, kw_only=True)
class LikePair:
    """Two people who may be one.

    Attributes:
        people: The one with the lower id first.
        reasons: What they have in common.
    """

    people: tuple[Person, Person]
    reasons: tuple[Likeness, ...]


def likeness_keys(person: Person) -> tuple[str, ...]:
    """Return what a person has that another entry of the same person may have, ``reason:value``.

    None of somebody who was merged into another.
    """
    if person.merged_into is not None:
        return ()
    profile, nationality = person.profile, person.document.nationality
    keys = {(Likeness.SAME_EMAIL, each.casefold()) for each in person.contact.emails}
    if profile.passport_name:
        keys.add((Likeness.SAME_PASSPORT_NAME, profile.passport_name))
    written = transliterated(profile.original_name, profile.languages, person.country)
    for name in {folded(each) for each in (profile.name, profile.passport_name, written)} - {""}:
        keys.add((Likeness.SAME_NAME_AND_CITY, f"{person.city_id}:{name}"))
        if nationality:
            keys.add((Likeness.SAME_NAME_AND_NATIONALITY, f"{nationality}:{name}"))
    return tuple(sorted(f"{reason}:{value}" for reason, value in keys))


def like_pairs(
    shared: Mapping[str, Iterable[str]], apart: frozenset[frozenset[str]]
) -> dict[tuple[str, str], tuple[Likeness, ...]]:
    """Return who may be one, by the ids of two, the lower first, in order; with the reasons.

    Args:
        shared: Ids of people by a key that they have in common.
        apart: Pairs that are known to be two people.
    """
    found: dict[tuple[str, str], set[Likeness]] = {}
    for key, ids in shared.items():
        reason = Likeness(key.partition(":")[0])
        pairs = combinations(sorted(set(ids)), 2)
        for pair in islice((each for each in pairs if frozenset(each) not in apart), PAIRS_MOST):
            found.setdefault(pair, set()).add(reason)
    return {pair: tuple(sorted(found[pair])) for pair in sorted(found)}
