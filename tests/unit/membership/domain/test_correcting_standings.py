from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from services.membership.domain.city import City
from services.membership.domain.decision import Decision, NotDecidedYet
from services.membership.domain.life_cycle import NotTheNewest, SinceTooEarly
from services.membership.domain.register import ImportResult
from services.membership.domain.standing import (
    ImpreciseSince,
    Standing,
    StandingChanges,
    StandingKind,
)
from shared.contracts.membership import (
    CityAdmitted,
    CityApplied,
    CityStanding,
    CityStandingsWithdrawn,
    CitySuspended,
)
from shared.errors import ServiceError
from tests.unit.membership.builders import (
    NOW,
    TODAY,
    a_description,
    a_member,
    a_row,
    an_applicant,
    forget_events,
    recorded,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
COUNCIL = Decision(text="Council, item 2", decided_on=date(2024, 2, 20))
STILL_COUNT = (
    CityStanding(kind="applicant", since=date(2021, 1, 4)),
    CityStanding(kind="member", since=date(2021, 11, 30)),
)


def a_suspended_city() -> City:
    city = a_member()
    city.suspend(reason="Dues.", since=date(2024, 3, 1), decision=COUNCIL, at=NOW)
    forget_events(city)
    return city


def test_a_suspension_that_was_a_mistake_is_taken_back() -> None:
    city = a_suspended_city()

    city.withdraw_standing(StandingKind.SUSPENDED, at=NOW + HOUR)

    assert city.is_member_on(TODAY)
    assert recorded(city) == [
        CityStandingsWithdrawn(city_id="tr-istanbul", standings=STILL_COUNT, occurred_at=NOW + HOUR)
    ]


def test_what_was_believed_before_a_withdrawal_stays_known() -> None:
    city = a_suspended_city()

    city.withdraw_standing(StandingKind.SUSPENDED, at=NOW + HOUR)

    thought = city.standing_on(TODAY, known_at=NOW + HOUR / 2)
    assert thought is not None
    assert thought.kind is StandingKind.SUSPENDED
    assert [each.kind.value for each in city.standings_known(NOW)] == [
        "applicant",
        "member",
        "suspended",
    ]
    assert city.standings_known(NOW - HOUR) == ()


def test_standings_are_taken_back_one_after_another_to_the_first() -> None:
    city = a_member()

    city.withdraw_standing(StandingKind.MEMBER, at=NOW)
    city.withdraw_standing(StandingKind.APPLICANT, at=NOW)

    assert city.standings == ()
    assert city.standing_on(TODAY) is None
    city.apply(a_description(), since=date(2020, 1, 1), at=NOW)
    assert [each.kind for each in city.standings] == [StandingKind.APPLICANT]


@pytest.mark.parametrize("kind", [StandingKind.MEMBER, StandingKind.LEFT])
def test_only_the_newest_standing_is_taken_back_or_corrected(kind: StandingKind) -> None:
    city = a_suspended_city()

    with pytest.raises(NotTheNewest):
        city.withdraw_standing(kind, at=NOW)
    with pytest.raises(NotTheNewest):
        city.correct_standing(kind, StandingChanges(reason="Other."), at=NOW)

    assert recorded(city) == []


def test_a_city_without_a_standing_has_none_to_take_back() -> None:
    city = City.unknown("tr-istanbul", a_description(), at=NOW)

    with pytest.raises(NotTheNewest):
        city.withdraw_standing(StandingKind.APPLICANT, at=NOW)


def test_a_first_day_is_corrected_and_told_anew() -> None:
    city = a_suspended_city()

    city.correct_standing(
        StandingKind.SUSPENDED, StandingChanges(since=date(2024, 5, 1)), at=NOW + HOUR
    )

    assert [city.is_member_on(date(2024, month, 30)) for month in (3, 4, 5)] == [True, True, False]
    assert recorded(city) == [
        CityStandingsWithdrawn(
            city_id="tr-istanbul", standings=STILL_COUNT, occurred_at=NOW + HOUR
        ),
        CitySuspended(
            city_id="tr-istanbul",
            since=date(2024, 5, 1),
            reason="Dues.",
            decision="Council, item 2",
            decided_on=date(2024, 2, 20),
            occurred_at=NOW + HOUR,
        ),
    ]
    thought = city.standing_on(date(2024, 3, 30), known_at=NOW)
    assert thought is not None
    assert thought.kind is StandingKind.SUSPENDED


SUSPENDED = Standing(
    kind=StandingKind.SUSPENDED, since=date(2024, 3, 1), reason="Dues.", decision=COUNCIL
)


@pytest.mark.parametrize(
    ("changes", "corrected"),
    [
        (StandingChanges(reason="Absent."), replace(SUSPENDED, reason="Absent.")),
        (StandingChanges(precision="month"), replace(SUSPENDED, precision="month")),
        (
            StandingChanges(decision="Assembly"),
            replace(SUSPENDED, decision=replace(COUNCIL, text="Assembly")),
        ),
        (
            StandingChanges(decided_on=date(2024, 2, 21)),
            replace(SUSPENDED, decision=replace(COUNCIL, decided_on=date(2024, 2, 21))),
        ),
        (StandingChanges(decision=""), replace(SUSPENDED, decision=Decision())),
        (
            StandingChanges(decision="", decided_on=date(2024, 2, 21)),
            replace(SUSPENDED, decision=Decision(decided_on=date(2024, 2, 21))),
        ),
    ],
)
def test_what_is_given_is_corrected_and_the_rest_stays(
    changes: StandingChanges, corrected: Standing
) -> None:
    city = a_suspended_city()

    city.correct_standing(StandingKind.SUSPENDED, changes, at=NOW)

    assert city.standings[-1] == corrected
    assert [type(each) for each in recorded(city)] == [CityStandingsWithdrawn, CitySuspended]


def test_a_correction_that_changes_nothing_is_no_news() -> None:
    city = a_suspended_city()

    city.correct_standing(StandingKind.SUSPENDED, StandingChanges(since=date(2024, 3, 1)), at=NOW)

    assert recorded(city) == []


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        (StandingChanges(since=date(2021, 11, 29)), SinceTooEarly, "since"),
        (StandingChanges(since=date(2024, 3, 2), precision="month"), ImpreciseSince, "since"),
        (StandingChanges(decided_on=TODAY + DAY), NotDecidedYet, "decided_on"),
    ],
)
def test_a_correction_keeps_the_rules_of_what_it_corrects(
    changes: StandingChanges, error: type[ServiceError], field: str
) -> None:
    city = a_suspended_city()
    before = city.standings

    with pytest.raises(error) as refused:
        city.correct_standing(StandingKind.SUSPENDED, changes, at=NOW)

    assert [each["field"] for each in refused.value.errors] == [field]
    assert city.standings == before
    assert recorded(city) == []


def test_a_corrected_suspension_ends_in_what_was_before_it() -> None:
    city = a_suspended_city()
    city.correct_standing(StandingKind.SUSPENDED, StandingChanges(reason="Absent."), at=NOW)

    city.reinstate(since=date(2024, 9, 1), at=NOW)

    assert city.is_member_on(TODAY)


# -- and imports -------------------------------------------------------------------------------


def an_imported_member() -> City:
    row = a_row(member_since=date(2021, 11, 30))
    city = City.unknown(row.city_id, a_description(), at=NOW)
    city.follow(row)
    forget_events(city)
    return city


@pytest.mark.parametrize("started_at", [NOW - HOUR, NOW + HOUR])
def test_what_was_taken_back_does_not_come_back_with_an_import_started_before(
    started_at: datetime,
) -> None:
    city = an_imported_member()
    city.withdraw_standing(StandingKind.MEMBER, at=NOW + HOUR)

    city.follow(a_row(import_id="late", member_since=date(2021, 11, 30), occurred_at=started_at))

    assert city.standings == ()
    assert city.imported[-1].result is ImportResult.CONTRADICTED


def test_an_import_started_later_is_believed_again() -> None:
    city = an_imported_member()
    city.withdraw_standing(StandingKind.MEMBER, at=NOW + HOUR)

    city.follow(a_row(import_id="next", member_since=date(2022, 1, 1), occurred_at=NOW + 2 * HOUR))

    assert [(each.kind.value, each.since) for each in city.standings] == [
        ("member", date(2022, 1, 1))
    ]


def test_a_day_that_imports_know_better_replaces_the_one_they_told_before() -> None:
    city = an_imported_member()

    city.follow(a_row(import_id="next", member_since=date(2022, 1, 1), occurred_at=NOW + HOUR))

    assert recorded(city) == [
        CityStandingsWithdrawn(city_id="tr-istanbul", standings=(), occurred_at=NOW + HOUR),
        CityAdmitted(city_id="tr-istanbul", since=date(2022, 1, 1), occurred_at=NOW + HOUR),
    ]
    assert city.standings_known(NOW) == (
        Standing(kind=StandingKind.MEMBER, since=date(2021, 11, 30)),
    )


def test_a_corrected_application_is_not_answered_by_what_was_imported_before() -> None:
    city = an_applicant(since=date(2022, 1, 4))
    city.follow(a_row(member_since=date(2021, 11, 30)))
    forget_events(city)

    city.correct_standing(
        StandingKind.APPLICANT, StandingChanges(since=date(2021, 1, 4)), at=NOW + HOUR
    )
    city.follow(a_row(import_id="late", occurred_at=NOW))

    assert [each.kind.value for each in city.standings] == ["applicant"]
    assert [type(each) for each in recorded(city)] == [CityStandingsWithdrawn, CityApplied]
