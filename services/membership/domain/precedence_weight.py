"""What each rule of precedence sees in a participant."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.membership.domain.body import Body
from services.membership.domain.collation import Collation
from services.membership.domain.offices import CityOffices, OfficeTerm
from services.membership.domain.participant import BELONGING, Candidate, Network, rank_of
from services.membership.domain.precedence import Rule, RuleKind, SeniorityOf
from services.membership.domain.standing import Standing, StandingKind
from services.membership.domain.term import DAY

_STANDINGS = (*BELONGING, "applicant", "left")


@dataclass(frozen=True, kw_only=True)
class Weight:
    """What a rule sees in a participant.

    Attributes:
        key: Lower comes first; ``None`` comes after all others.
        fact: The same in words, which are empty where there is nothing to say.
    """

    key: Any
    fact: str = ""


NOTHING = Weight(key=None)
Weigh = Callable[[Candidate], Weight]


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What rules look at beside the participant.

    Attributes:
        on: The day.
        host_city_id: City that hosts, or ``None``.
        collation: The alphabet.
        network: What was loaded.
    """

    on: date
    host_city_id: str | None
    collation: Collation
    network: Network


def weigh_by(rule: Rule, seen: Circumstances) -> Weigh:
    """Return what looks at participants by a rule."""
    return _MADE[rule.kind](rule, seen)


def _by_city(facts: Mapping[str, Weight]) -> Weigh:
    return lambda each: facts.get(each.city.id, NOTHING)


def _host(rule: Rule, seen: Circumstances) -> Weigh:
    host = seen.host_city_id
    return _by_city({host: Weight(key=0, fact="host")} if host else {})


def _presidency(rule: Rule, seen: Circumstances) -> Weigh:
    terms = [each for each in seen.network.presidency.terms if each.covers(seen.on)]
    return _by_city(
        {each.city_id: Weight(key=0, fact=f"president in {each.year}") for each in terms}
    )


def _founding_presidency(rule: Rule, seen: Circumstances) -> Weigh:
    begun = [each for each in seen.network.presidency.terms if each.starts_on <= seen.on]
    first = min(begun, key=lambda each: each.starts_on, default=None)
    if first is None:
        return _by_city({})
    return _by_city({first.city_id: Weight(key=0, fact=f"first president, in {first.year}")})


def _former_presidencies(rule: Rule, seen: Circumstances) -> Weigh:
    ended = [each for each in seen.network.presidency.terms if each.ends_on < seen.on]
    return _by_city(
        {
            each.city_id: Weight(key=each.starts_on, fact=f"president in {each.year}")
            for each in sorted(ended, key=lambda each: each.starts_on, reverse=True)
        }
    )


def _body(rule: Rule, seen: Circumstances) -> Weigh:
    def is_meant(body: Body) -> bool:
        return body.kind is rule.body_kind if rule.body_kind else body.id == rule.body_id

    return _by_city(
        {
            entry.term.city_id: Weight(key=0, fact=f"in {body.name}")
            for body in seen.network.bodies
            if is_meant(body)
            for entry in body.roster_on(seen.on)
            if entry.term is not None
        }
    )


def _office_rank(rule: Rule, seen: Circumstances) -> Weigh:
    def weigh(each: Candidate) -> Weight:
        fact = each.office.replace("_", " ") if each.office else ""
        return Weight(key=rank_of(each.office, rule.offices), fact=fact)

    return weigh


def _seniority(rule: Rule, seen: Circumstances) -> Weigh:
    def in_office(each: Candidate) -> Weight:
        if each.term is None or each.term.person_id is None:
            return NOTHING
        since = _held_since(seen.network.offices[each.city.id], each.term)
        return Weight(key=since, fact=f"in office since {since}")

    def in_membership(each: Candidate) -> Weight:
        joined = _joined(each.city.standings, seen.on)
        if joined is None:
            return NOTHING
        return Weight(key=joined.since, fact=f"member {_since(joined)}")

    return in_office if rule.of is SeniorityOf.OFFICE else in_membership


def _held_since(held: CityOffices, term: OfficeTerm) -> date:
    """Return since when the holder of a term has held the office without a break."""
    since = term.starts_on
    for each in sorted(held.terms, key=lambda each: each.starts_on, reverse=True):
        is_same = (each.office, each.person_id) == (term.office, term.person_id)
        if is_same and each.ends_on == since - DAY:
            since = each.starts_on
    return since


def _joined(standings: tuple[Standing, ...], day: date) -> Standing | None:
    """Return the standing in which a city became a member, since it last left; else ``None``."""
    joined = None
    for each in standings:
        if each.since > day:
            break
        if each.kind is StandingKind.LEFT:
            joined = None
        elif each.kind is StandingKind.MEMBER and joined is None:
            joined = each
    return joined


def _since(standing: Standing) -> str:
    """Write the first day of a standing as well as it is known."""
    day = standing.since.isoformat()
    if standing.precision == "no_later_than":
        return f"since {day} at the latest"
    return f"since {day[: {'year': 4, 'month': 7}.get(standing.precision, 10)]}"


def _standing(rule: Rule, seen: Circumstances) -> Weigh:
    def weigh(each: Candidate) -> Weight:
        standing = each.city.standing_on(seen.on)
        if standing is None:
            return NOTHING
        return Weight(key=_STANDINGS.index(standing.kind.value), fact=standing.kind.value)

    return weigh


def _alphabetical(rule: Rule, seen: Circumstances) -> Weigh:
    key, fact = seen.collation.key, f"alphabetical ({seen.collation.language})"

    def weigh(each: Candidate) -> Weight:
        person = key(each.person.profile.name) if each.person else b""
        return Weight(key=(key(each.name), person), fact=fact)

    return weigh


_MADE: dict[RuleKind, Callable[[Rule, Circumstances], Weigh]] = {
    RuleKind.HOST: _host,
    RuleKind.PRESIDENCY: _presidency,
    RuleKind.FOUNDING_PRESIDENCY: _founding_presidency,
    RuleKind.FORMER_PRESIDENCIES: _former_presidencies,
    RuleKind.BODY: _body,
    RuleKind.OFFICE_RANK: _office_rank,
    RuleKind.SENIORITY: _seniority,
    RuleKind.STANDING: _standing,
    RuleKind.ALPHABETICAL: _alphabetical,
}
