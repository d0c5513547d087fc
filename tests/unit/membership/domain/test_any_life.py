"""Any sequence of decisions, corrections and imported rows, against a model without classes."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.events.domain.member import Member
from services.membership.domain.city import City
from services.membership.domain.standing import Standing, StandingChanges, StandingKind
from shared.contracts.membership import CityDescribed, CityStandingsWithdrawn
from shared.domain import numbered
from shared.errors import ServiceError
from tests.unit.membership.builders import NOW, TODAY, a_description, a_row, recorded

HOUR = timedelta(hours=1)
DAYS = [TODAY + timedelta(days=each) for each in range(-3, 4)]
"""Few, so that standings often begin on the same day, and some lie in the future."""

Told = list[tuple[str, date]]


def after(told: Told, step: str, day: date | None, kind: str) -> Told | None:
    """Return kinds and first days after a step, by the rules alone; ``None`` when it is refused."""
    is_now = told[-1][0] if told else "nothing"
    if step == "withdraw_standing":
        return told[:-1] if is_now == kind else None
    if step == "correct_standing":
        if is_now != kind or (day and told[:-1] and day < told[-2][1]):
            return None
        return [*told[:-1], (kind, day or told[-1][1])]
    first_day = day or TODAY
    if told and first_day < told[-1][1]:
        return None
    may_follow = {
        "apply": ("nothing left", "applicant"),
        "admit": ("applicant observer", "member"),
        "admit_as_observer": ("applicant", "observer"),
        "suspend": ("member observer", "suspended"),
        "reinstate": ("suspended", told[-2][0] if len(told) > 1 else ""),
        "leave": ("member observer suspended", "left"),
    }
    from_what, becomes = may_follow[step]
    return [*told, (becomes, first_day)] if is_now in from_what.split() else None


def take(city: City, step: str, day: date | None, kind: str, at: datetime) -> bool:
    """Have a city take a step; tells whether it was not refused."""
    given: dict[str, dict[str, Any]] = {
        "apply": {"description": a_description(), "since": day},
        "admit": {"since": day or TODAY, "precision": "day"},
        "admit_as_observer": {"since": day or TODAY, "precision": "day"},
        "suspend": {"since": day, "reason": "Dues."},
        "reinstate": {"since": day},
        "leave": {"since": day, "reason": "Council."},
        "correct_standing": {"kind": StandingKind(kind), "changes": StandingChanges(since=day)},
        "withdraw_standing": {"kind": StandingKind(kind)},
    }
    try:
        getattr(city, step)(**given[step], at=at)
    except ServiceError:
        return False
    return True


def told_by(standings: tuple[Standing, ...]) -> Told:
    return [(each.kind.value, each.since) for each in standings]


@dataclass
class Life:
    """A city, the model of it, and what was known when.

    Attributes:
        city: The city.
        told: The model.
        states: What counted, by the instant from which on it did.
    """

    city: City = field(default_factory=lambda: City.unknown("tr-x", a_description(), at=NOW))
    told: Told = field(default_factory=list)
    states: dict[datetime, tuple[Standing, ...]] = field(default_factory=dict)

    def take(self, step: str, day: date | None, kind: str, at: datetime) -> None:
        """Take a step here and in the model."""
        expected = after(self.told, step, day, kind)
        assert take(self.city, step, day, kind, at) == (expected is not None)
        self.told = self.told if expected is None else expected
        self._note()

    def follow(self, member: date | None, left: date | None, at: datetime) -> None:
        """Hear a row; what imports may change has tests of its own."""
        self.city.follow(a_row(member_since=member, left_since=left, occurred_at=at))
        self.told = told_by(self.city.standings)
        self._note()

    def _note(self) -> None:
        history = self.city.history
        if history:
            newest = max(each.replaced_at or each.recorded_at for each in history)
            self.states[newest] = self.city.standings


STEPS = (
    *("apply", "admit", "admit_as_observer", "suspend", "reinstate", "leave"),
    *("correct_standing", "withdraw_standing"),
)
days = st.one_of(st.none(), st.sampled_from(DAYS))
kinds = st.sampled_from([each.value for each in StandingKind])


@st.composite
def lives(draw: st.DrawFn) -> Life:
    life = Life()
    for number in range(draw(st.integers(0, 20))):
        at, day, kind = NOW + number * HOUR / 4, draw(days), draw(kinds)
        if draw(st.integers(0, 7)) == 0:
            left = draw(days) if day else None
            started_at = draw(st.sampled_from((NOW, at)))
            life.follow(day, left if left and day and left >= day else None, started_at)
        elif draw(st.integers(0, 4)) == 0:
            life.take(draw(st.sampled_from(STEPS)), day, kind, at)
        else:
            # Anything would mostly be refused, and no life would become long.
            kind = life.told[-1][0] if life.told else kind
            sensible = [each for each in STEPS if after(life.told, each, day, kind) is not None]
            life.take(draw(st.sampled_from(sensible or STEPS)), day, kind, at)
    return life


@given(lives())
def test_standings_are_those_of_the_model_and_in_order(life: Life) -> None:
    assert told_by(life.city.standings) == life.told
    first_days = [each.since for each in life.city.standings]
    assert first_days == sorted(first_days)


@given(lives())
def test_what_a_city_is_on_a_day_is_what_the_model_says(life: Life) -> None:
    for day in [DAYS[0] - timedelta(days=1), *DAYS]:
        expected = None
        for kind, since in life.told:
            expected = kind if since <= day else expected
        standing = life.city.standing_on(day)
        assert (standing.kind.value if standing else None) == expected
        assert life.city.is_member_on(day) == (expected == "member")


@given(lives())
def test_everything_that_was_known_once_stays_known_as_of_then(life: Life) -> None:
    for at, standings in life.states.items():
        assert life.city.standings_known(at) == standings
    if life.states:
        assert life.city.standings_known(min(life.states) - HOUR) == ()


@given(lives(), st.randoms(use_true_random=False))
def test_a_copy_agrees_about_every_day_whatever_order_it_hears_in(
    life: Life, order: random.Random
) -> None:
    told = [each for each in recorded(life.city) if not isinstance(each, CityDescribed)]
    events = [numbered(each, number) for number, each in enumerate(told, start=2)]
    order.shuffle(events)
    member = Member.heard_of("tr-x")
    for event in events:
        if isinstance(event, CityStandingsWithdrawn):
            member.withdraw_standings(event)
        else:
            member.note_standing(event)  # type: ignore[arg-type]

    for day in DAYS:
        standing, copied = life.city.standing_on(day), member.standing_on(day)
        assert (copied.value if copied else None) == (standing.kind.value if standing else None)
