"""Withdrawals, takeovers and handovers of the presidency."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.membership.domain.decision import NotDecidedYet
from services.membership.domain.presidency import (
    HANDOVER,
    AlreadyPresides,
    NobodyElected,
    NotInTerm,
    Presidency,
    TermHasBegun,
)
from services.membership.domain.presidency_term import NoTwoTermsInARow, PresidencyTerm, Takeover
from services.membership.domain.references import NotAMember
from shared.contracts.membership import (
    PresidencyHandedOver,
    PresidencyTakenOver,
    PresidencyWithdrawn,
)
from shared.domain import bookkeeping
from tests.unit.membership.builders import (
    NOW,
    TODAY,
    a_member,
    a_presidency,
    an_applicant,
    forget_events,
    recorded,
)

TIRANA, SOFIA, ZAGREB, ATHENS = "al-tirana", "bg-sofia", "hr-zagreb", "gr-athens"
JULY = date(2025, 7, 1)
HOUR = timedelta(hours=1)


def at(*day: int) -> datetime:
    return datetime(*day, tzinfo=UTC)  # type: ignore[arg-type]


def take_over(
    presidency: Presidency,
    city_id: str,
    since: date = JULY,
    *,
    now: datetime = NOW,
    **known: Any,
) -> PresidencyTerm:
    takeover = Takeover(city_id=city_id, since=since, reason="The mayor has resigned.", **known)
    return presidency.take_over(2025, takeover, a_member(city_id), at=now)


def days(presidency: Presidency, known_at: datetime | None = None) -> list[tuple[str, str, str]]:
    return [
        (each.city_id, each.starts_on.isoformat(), each.ends_on.isoformat())
        for each in presidency.terms_known_at(known_at)
    ]


def timer_of(presidency: Presidency) -> datetime | None:
    return next((each.due_at for each in bookkeeping(presidency).timers), None)


def handed_over(presidency: Presidency, now: datetime) -> list[tuple[str | None, str, str]]:
    presidency.hand_over(at=now)
    told = [each for each in recorded(presidency) if isinstance(each, PresidencyHandedOver)]
    forget_events(presidency)
    return [(each.from_city_id, each.to_city_id, each.on.isoformat()) for each in told]


def test_the_rest_of_a_term_is_taken_over_from_a_day_on() -> None:
    presidency = a_presidency((2025, SOFIA))

    term = take_over(presidency, ZAGREB, decision="Board, item 2", decided_on=TODAY)

    assert recorded(presidency) == [
        PresidencyTakenOver(
            year=2025,
            from_city_id=SOFIA,
            city_id=ZAGREB,
            starts_on=JULY,
            ends_on=date(2025, 12, 31),
            reason="The mayor has resigned.",
            decision="Board, item 2",
            decided_on=TODAY,
            occurred_at=NOW,
        )
    ]
    assert days(presidency) == [
        (SOFIA, "2025-01-01", "2025-06-30"),
        (ZAGREB, "2025-07-01", "2025-12-31"),
    ]
    assert term.taken_over_from == SOFIA
    assert presidency.host_of(2025) == ZAGREB


def test_a_takeover_on_the_first_day_corrects_who_was_elected() -> None:
    presidency = a_presidency((2025, SOFIA))

    take_over(presidency, ZAGREB, date(2025, 1, 1), now=NOW + HOUR)

    assert days(presidency) == [(ZAGREB, "2025-01-01", "2025-12-31")]
    assert days(presidency, NOW) == [(SOFIA, "2025-01-01", "2025-12-31")]


def test_what_was_known_stays_when_something_else_becomes_known() -> None:
    presidency = a_presidency((2025, SOFIA))
    take_over(presidency, ZAGREB, now=NOW + HOUR)
    presidency.withdraw(2025, reason="By mistake.", at=NOW + 2 * HOUR)
    presidency.withdraw(2025, reason="By mistake.", at=NOW + 3 * HOUR)

    assert days(presidency, NOW - HOUR) == []
    assert days(presidency, NOW) == [(SOFIA, "2025-01-01", "2025-12-31")]
    assert [each[0] for each in days(presidency, NOW + HOUR)] == [SOFIA, ZAGREB]
    assert days(presidency, NOW + 2 * HOUR) == days(presidency, NOW)
    assert days(presidency, NOW + 3 * HOUR) == days(presidency) == []


@pytest.mark.parametrize("since", [date(2024, 12, 31), date(2026, 1, 1)])
def test_a_takeover_outside_of_the_term_is_refused(since: date) -> None:
    presidency = a_presidency((2024, TIRANA), (2025, SOFIA))

    with pytest.raises(NotInTerm) as refused:
        take_over(presidency, ZAGREB, since)

    assert refused.value.field == "since"
    assert recorded(presidency) == []


def test_a_city_takes_over_from_another_one() -> None:
    presidency = a_presidency((2025, SOFIA))

    with pytest.raises(AlreadyPresides) as refused:
        take_over(presidency, SOFIA)

    assert refused.value.field == "city_id"


@pytest.mark.parametrize("neighbour", [TIRANA, ZAGREB])
def test_the_presidents_of_the_years_before_and_after_take_nothing_over(neighbour: str) -> None:
    presidency = a_presidency((2024, TIRANA), (2025, SOFIA), (2026, ZAGREB))

    with pytest.raises(NoTwoTermsInARow) as refused:
        take_over(presidency, neighbour)

    assert refused.value.field == "city_id"
    assert len(presidency.terms) == 3


def test_who_presided_for_a_part_of_a_year_is_not_elected_for_the_next_one() -> None:
    presidency = a_presidency((2025, SOFIA))
    take_over(presidency, ZAGREB)

    for city_id in (SOFIA, ZAGREB):
        with pytest.raises(NoTwoTermsInARow):
            presidency.elect(PresidencyTerm.of(2026, city_id), a_member(city_id), at=NOW)


def test_a_takeover_that_makes_room_cannot_be_withdrawn() -> None:
    presidency = a_presidency((2025, SOFIA))
    take_over(presidency, ZAGREB, date(2025, 1, 1))
    presidency.elect(PresidencyTerm.of(2026, SOFIA), a_member(SOFIA), at=NOW)

    with pytest.raises(NoTwoTermsInARow):
        presidency.withdraw(2025, reason="By mistake.", at=NOW)

    assert [each.city_id for each in presidency.terms] == [ZAGREB, SOFIA]


def test_only_a_member_takes_over() -> None:
    presidency = a_presidency((2025, SOFIA))
    takeover = Takeover(city_id=ATHENS, since=JULY, reason="x")

    with pytest.raises(NotAMember):
        presidency.take_over(2025, takeover, an_applicant(ATHENS), at=NOW)


def test_a_takeover_is_not_decided_later() -> None:
    with pytest.raises(NotDecidedYet):
        take_over(a_presidency((2025, SOFIA)), ZAGREB, decided_on=JULY)


def test_a_year_without_election_is_neither_taken_over_nor_withdrawn() -> None:
    presidency = a_presidency((2024, TIRANA))

    with pytest.raises(NobodyElected):
        take_over(presidency, ZAGREB)
    with pytest.raises(NobodyElected):
        presidency.withdraw(2025, reason="x", at=NOW)


def test_an_election_is_withdrawn_until_its_term_begins() -> None:
    presidency = a_presidency((2025, SOFIA))

    withdrawn = presidency.withdraw(2025, reason="By mistake.", at=at(2024, 12, 31, 23, 59))

    assert withdrawn.city_id == SOFIA
    assert recorded(presidency) == [
        PresidencyWithdrawn(
            year=2025,
            city_id=SOFIA,
            starts_on=date(2025, 1, 1),
            reason="By mistake.",
            occurred_at=at(2024, 12, 31, 23, 59),
        )
    ]
    assert presidency.terms == ()
    presidency.elect(PresidencyTerm.of(2025, ZAGREB), a_member(ZAGREB), at=NOW)


def test_a_term_that_has_begun_is_not_withdrawn() -> None:
    presidency = a_presidency((2025, SOFIA))

    with pytest.raises(TermHasBegun):
        presidency.withdraw(2025, reason="By mistake.", at=at(2025, 1, 1))

    assert len(presidency.terms) == 1


def test_whoever_was_elected_keeps_a_term_whose_takeover_is_withdrawn() -> None:
    presidency = a_presidency((2025, SOFIA))
    take_over(presidency, ZAGREB, date(2025, 1, 1))
    take_over(presidency, ATHENS)

    assert presidency.withdraw(2025, reason="x", at=NOW).city_id == ATHENS
    assert days(presidency) == [(ZAGREB, "2025-01-01", "2025-12-31")]
    assert presidency.withdraw(2025, reason="x", at=NOW).city_id == ZAGREB
    assert days(presidency) == [(SOFIA, "2025-01-01", "2025-12-31")]


def test_the_presidency_is_handed_over_at_midnight_utc() -> None:
    presidency = a_presidency((2024, TIRANA), (2025, SOFIA))
    assert timer_of(presidency) == at(2024, 1, 1)

    presidency.hand_over(at=NOW)

    assert recorded(presidency) == [
        PresidencyHandedOver(
            handover=1,
            year=2024,
            from_city_id=None,
            to_city_id=TIRANA,
            on=date(2024, 1, 1),
            occurred_at=NOW,
        )
    ]
    forget_events(presidency)
    assert timer_of(presidency) == at(2025, 1, 1)
    assert handed_over(presidency, at(2024, 12, 31, 23, 59)) == []
    assert timer_of(presidency) == at(2025, 1, 1)
    assert handed_over(presidency, at(2025, 1, 1)) == [(TIRANA, SOFIA, "2025-01-01")]
    assert timer_of(presidency) is None
    assert handed_over(presidency, at(2025, 1, 2)) == []


def test_handovers_that_a_clock_has_jumped_over_follow_one_another() -> None:
    presidency = a_presidency((2024, TIRANA), (2025, SOFIA), (2026, ZAGREB))

    assert handed_over(presidency, at(2026, 6, 1)) == [
        (None, TIRANA, "2024-01-01"),
        (TIRANA, SOFIA, "2025-01-01"),
        (SOFIA, ZAGREB, "2026-01-01"),
    ]


def test_a_term_that_is_entered_late_is_handed_over_at_once() -> None:
    presidency = a_presidency((2024, TIRANA))
    presidency.hand_over(at=NOW)
    late = at(2025, 2, 1)
    presidency.elect(PresidencyTerm.of(2025, SOFIA), a_member(SOFIA), at=late)
    forget_events(presidency)

    assert timer_of(presidency) == at(2025, 1, 1)
    assert handed_over(presidency, late) == [(TIRANA, SOFIA, "2025-01-01")]


def test_nothing_is_handed_over_for_history_that_is_entered_later() -> None:
    presidency = a_presidency((2026, ZAGREB), at=at(2026, 5, 1))
    presidency.hand_over(at=at(2026, 5, 1))
    presidency.elect(PresidencyTerm.of(2025, SOFIA), a_member(SOFIA), at=at(2026, 5, 2))
    forget_events(presidency)

    assert timer_of(presidency) is None
    assert handed_over(presidency, at(2026, 5, 3)) == []


def test_a_term_that_was_over_when_it_was_entered_is_not_handed_over() -> None:
    presidency = a_presidency((2022, TIRANA), (2023, ATHENS))

    assert timer_of(presidency) is None
    assert handed_over(presidency, NOW) == []
    last_day = a_presidency((2023, ATHENS), at=at(2023, 12, 31, 23, 59))
    assert handed_over(last_day, at(2024, 1, 1)) == [(None, ATHENS, "2023-01-01")]


def test_who_takes_over_a_term_that_has_begun_is_handed_the_presidency() -> None:
    presidency = a_presidency((2025, SOFIA))
    presidency.hand_over(at=at(2025, 1, 1))
    take_over(presidency, ZAGREB, now=at(2025, 6, 1))
    forget_events(presidency)

    assert timer_of(presidency) == at(2025, 7, 1)
    assert handed_over(presidency, at(2025, 7, 1)) == [(SOFIA, ZAGREB, "2025-07-01")]


def test_who_corrects_a_term_that_has_begun_is_handed_the_presidency() -> None:
    presidency = a_presidency((2025, SOFIA))
    presidency.hand_over(at=at(2025, 1, 1))
    take_over(presidency, ZAGREB, date(2025, 1, 1), now=at(2025, 1, 2))
    forget_events(presidency)

    assert handed_over(presidency, at(2025, 1, 2)) == [(SOFIA, ZAGREB, "2025-01-01")]


def test_a_city_that_has_its_own_term_back_is_handed_nothing_twice() -> None:
    presidency = a_presidency((2025, SOFIA))
    presidency.hand_over(at=at(2025, 1, 1))
    take_over(presidency, ZAGREB, now=at(2025, 2, 1))
    take_over(presidency, SOFIA, now=at(2025, 2, 2))
    forget_events(presidency)

    assert handed_over(presidency, at(2025, 7, 1)) == []
    assert timer_of(presidency) is None


def test_a_withdrawn_term_is_not_handed_over() -> None:
    presidency = a_presidency((2025, SOFIA))
    presidency.withdraw(2025, reason="x", at=NOW)
    forget_events(presidency)

    assert timer_of(presidency) is None
    assert handed_over(presidency, at(2025, 1, 1)) == []
    assert bookkeeping(presidency).timers == []
    assert HANDOVER == "handover"
