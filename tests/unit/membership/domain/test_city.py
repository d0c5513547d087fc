from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from services.membership.domain.city import City
from services.membership.domain.decision import Decision, NotDecidedYet
from services.membership.domain.life_cycle import (
    AlreadyMember,
    AlreadyObserver,
    AlreadySuspended,
    CityExists,
    NotAMember,
    NotAnApplicant,
    NotSuspended,
    SinceTooEarly,
)
from services.membership.domain.standing import (
    ImpreciseSince,
    Standing,
    StandingKind,
)
from shared.contracts.membership import (
    CityAdmitted,
    CityAdmittedAsObserver,
    CityApplied,
    CityDescribed,
    CityLeft,
    CityReinstated,
    CityReinstatedAsObserver,
    CitySuspended,
)
from shared.errors import ServiceError
from tests.unit.membership.builders import (
    NOW,
    TODAY,
    a_description,
    a_member,
    an_applicant,
    forget_events,
    recorded,
)


def a_suspended_city() -> City:
    city = a_member()
    city.suspend(reason="Dues.", since=date(2024, 3, 1), at=NOW)
    forget_events(city)
    return city


def a_former_member() -> City:
    city = a_member()
    city.leave(reason="Council decision.", since=date(2024, 6, 1), at=NOW)
    forget_events(city)
    return city


def an_observer() -> City:
    city = an_applicant()
    city.admit_as_observer(since=date(2023, 1, 1), precision="day", at=NOW)
    forget_events(city)
    return city


def a_city_without_standing() -> City:
    city = an_applicant()
    city.withdraw_standing(StandingKind.APPLICANT, at=NOW)
    forget_events(city)
    return city


def test_an_application_tells_what_the_city_is_and_since_when_it_applies() -> None:
    city = City.unknown("tr-istanbul", a_description(), at=NOW)

    city.apply(a_description(), since=date(2021, 1, 4), at=NOW)

    assert recorded(city) == [
        CityDescribed(
            city_id="tr-istanbul",
            name="Istanbul",
            names={"en": "Istanbul", "tr": "İstanbul"},
            country="TR",
            zone="Europe/Istanbul",
            languages=("tr",),
            airports=("IST", "SAW"),
            sample=False,
            occurred_at=NOW,
        ),
        CityApplied(city_id="tr-istanbul", since=date(2021, 1, 4), occurred_at=NOW),
    ]


def test_an_application_without_a_day_is_of_today() -> None:
    city = City.unknown("tr-istanbul", a_description(), at=NOW)

    city.apply(a_description(), since=None, at=NOW)

    assert city.standing_on(TODAY) == Standing(kind=StandingKind.APPLICANT, since=TODAY)


def test_an_applicant_is_admitted_with_the_precision_that_is_known() -> None:
    city = an_applicant()

    city.admit(since=date(2021, 11, 1), precision="month", at=NOW)

    assert recorded(city) == [
        CityAdmitted(
            city_id="tr-istanbul", since=date(2021, 11, 1), precision="month", occurred_at=NOW
        )
    ]
    assert city.standing_on(TODAY) == Standing(
        kind=StandingKind.MEMBER, since=date(2021, 11, 1), precision="month"
    )


def test_a_suspended_member_has_no_vote_until_it_is_reinstated() -> None:
    city = a_member()

    city.suspend(reason="Dues.", since=date(2024, 3, 1), at=NOW)
    city.reinstate(since=date(2024, 9, 1), at=NOW)

    assert [city.is_member_on(date(2024, month, 1)) for month in (2, 3, 8, 9)] == [
        True,
        False,
        False,
        True,
    ]
    assert recorded(city) == [
        CitySuspended(
            city_id="tr-istanbul", since=date(2024, 3, 1), reason="Dues.", occurred_at=NOW
        ),
        CityReinstated(city_id="tr-istanbul", since=date(2024, 9, 1), occurred_at=NOW),
    ]


@pytest.mark.parametrize("begin", [a_member, a_suspended_city])
def test_a_member_can_leave_suspended_or_not(begin: Callable[[], City]) -> None:
    city = begin()

    city.leave(reason="Council decision.", since=None, at=NOW)

    assert recorded(city) == [
        CityLeft(city_id="tr-istanbul", since=TODAY, reason="Council decision.", occurred_at=NOW)
    ]


def test_a_city_that_has_left_can_apply_and_be_admitted_again() -> None:
    city = a_former_member()

    city.apply(a_description(), since=date(2024, 7, 1), at=NOW)
    city.admit(since=date(2024, 8, 1), precision="day", at=NOW)

    assert [type(each) for each in recorded(city)] == [CityApplied, CityAdmitted]
    assert city.is_member_on(TODAY)


@pytest.mark.parametrize(
    ("begin", "decide", "error"),
    [
        (an_applicant, "suspend", NotAMember),
        (a_former_member, "suspend", NotAMember),
        (a_suspended_city, "suspend", AlreadySuspended),
        (an_applicant, "reinstate", NotSuspended),
        (a_member, "reinstate", NotSuspended),
        (an_applicant, "leave", NotAMember),
        (a_former_member, "leave", NotAMember),
        (a_member, "admit", AlreadyMember),
        (an_observer, "reinstate", NotSuspended),
        (a_former_member, "reinstate", NotSuspended),
        (a_city_without_standing, "suspend", NotAMember),
        (a_city_without_standing, "reinstate", NotSuspended),
        (a_city_without_standing, "leave", NotAMember),
        (a_city_without_standing, "admit", NotAnApplicant),
        (a_city_without_standing, "admit_as_observer", NotAnApplicant),
        (a_suspended_city, "admit", AlreadySuspended),
        (a_former_member, "admit", NotAnApplicant),
        (a_member, "admit_as_observer", AlreadyMember),
        (an_observer, "admit_as_observer", AlreadyObserver),
        (a_suspended_city, "admit_as_observer", AlreadySuspended),
        (a_former_member, "admit_as_observer", NotAnApplicant),
        (an_applicant, "apply", CityExists),
        (a_member, "apply", CityExists),
        (an_observer, "apply", CityExists),
        (a_suspended_city, "apply", CityExists),
    ],
)
def test_what_does_not_follow_from_the_standing_is_refused(
    begin: Callable[[], City], decide: str, error: type[ServiceError]
) -> None:
    city = begin()
    before = city.standings
    arguments: dict[str, dict[str, object]] = {
        "apply": {"description": a_description(), "since": None},
        "suspend": {"reason": "", "since": None},
        "leave": {"reason": "", "since": None},
        "admit": {"since": TODAY, "precision": "day"},
        "admit_as_observer": {"since": TODAY, "precision": "day"},
    }

    with pytest.raises(error) as refused:
        getattr(city, decide)(**arguments.get(decide, {"since": None}), at=NOW)

    assert city.standings == before
    assert recorded(city) == []
    assert refused.value.rule.endswith(".")


def test_a_standing_cannot_begin_before_the_one_it_follows() -> None:
    city = a_member(since=date(2021, 11, 30))

    with pytest.raises(SinceTooEarly) as refused:
        city.suspend(reason="Dues.", since=date(2021, 11, 29), at=NOW)

    assert refused.value.field == "since"


def test_of_two_standings_of_one_day_the_later_decision_counts() -> None:
    city = a_member(since=date(2021, 11, 30))

    city.suspend(reason="Dues.", since=date(2021, 11, 30), at=NOW)

    assert not city.is_member_on(date(2021, 11, 30))


def test_a_decision_takes_effect_on_a_later_day() -> None:
    city = a_member()
    first_day = TODAY + timedelta(days=30)

    city.suspend(reason="Dues.", since=first_day, at=NOW)

    assert city.is_member_on(TODAY)
    assert city.is_member_on(first_day - timedelta(days=1))
    assert not city.is_member_on(first_day)
    (event,) = recorded(city)
    assert isinstance(event, CitySuspended)
    assert event.since == first_day


@pytest.mark.parametrize("decide", ["suspend", "leave", "reinstate"])
def test_nothing_comes_before_what_is_decided_for_a_later_day(decide: str) -> None:
    city = a_member()
    city.suspend(reason="Dues.", since=TODAY + timedelta(days=30), at=NOW)
    reason = {} if decide == "reinstate" else {"reason": "Dues."}

    with pytest.raises(SinceTooEarly) as refused:
        getattr(city, decide)(**reason, since=None, at=NOW)

    assert refused.value.field == "since"


def test_a_step_follows_from_what_the_city_is_on_its_first_day() -> None:
    city = a_member()
    city.suspend(reason="Dues.", since=TODAY + timedelta(days=30), at=NOW)

    city.reinstate(since=TODAY + timedelta(days=60), at=NOW)

    days = (0, 29, 30, 59, 60)
    assert [city.is_member_on(TODAY + timedelta(days=each)) for each in days] == [
        True,
        True,
        False,
        False,
        True,
    ]


def test_the_decision_behind_a_standing_is_kept_and_told() -> None:
    city = an_applicant()
    sofia = Decision(text="General Assembly, Sofia, item 4", decided_on=date(2024, 2, 24))

    city.admit(since=date(2024, 3, 1), precision="day", decision=sofia, at=NOW)

    assert city.standings[-1].decision == sofia
    (event,) = recorded(city)
    assert isinstance(event, CityAdmitted)
    assert (event.decision, event.decided_on) == (
        "General Assembly, Sofia, item 4",
        date(2024, 2, 24),
    )


def test_a_decision_that_has_not_been_taken_is_refused() -> None:
    city = an_applicant()
    tomorrow = Decision(text="General Assembly", decided_on=TODAY + timedelta(days=1))

    with pytest.raises(NotDecidedYet) as refused:
        city.admit(since=TODAY, precision="day", decision=tomorrow, at=NOW)

    assert refused.value.field == "decided_on"
    assert recorded(city) == []


def test_a_decision_is_of_today_where_today_has_begun_at_the_city() -> None:
    city = a_member()
    late = datetime(2024, 11, 20, 21, 30, tzinfo=UTC)
    council = Decision(text="Council", decided_on=date(2024, 11, 21))

    city.suspend(reason="Dues.", since=None, decision=council, at=late)

    assert city.standings[-1].decision == council


# -- observers ---------------------------------------------------------------------------------


def test_an_applicant_becomes_an_observer_without_a_vote() -> None:
    city = an_applicant()

    city.admit_as_observer(since=date(2024, 9, 1), precision="month", at=NOW)

    assert recorded(city) == [
        CityAdmittedAsObserver(
            city_id="tr-istanbul", since=date(2024, 9, 1), precision="month", occurred_at=NOW
        )
    ]
    assert not city.is_member_on(TODAY)


def test_an_observer_becomes_a_member() -> None:
    city = an_observer()

    city.admit(since=date(2024, 10, 1), precision="day", at=NOW)

    assert [type(each) for each in recorded(city)] == [CityAdmitted]
    assert city.is_member_on(TODAY)


def test_an_observer_is_suspended_and_an_observer_again() -> None:
    city = an_observer()

    city.suspend(reason="Absent.", since=date(2024, 3, 1), at=NOW)
    city.reinstate(since=date(2024, 9, 1), at=NOW)

    assert [type(each) for each in recorded(city)] == [CitySuspended, CityReinstatedAsObserver]
    assert [each.kind.value for each in city.standings[1:]] == ["observer", "suspended", "observer"]


def test_an_observer_leaves() -> None:
    city = an_observer()

    city.leave(reason="Council decision.", since=None, at=NOW)

    assert [type(each) for each in recorded(city)] == [CityLeft]


@pytest.mark.parametrize(
    ("precision", "since"), [("month", date(2021, 11, 30)), ("year", date(2021, 11, 1))]
)
def test_a_day_that_is_not_known_is_not_written(precision: str, since: date) -> None:
    city = an_applicant()

    with pytest.raises(ImpreciseSince) as refused:
        city.admit(since=since, precision=precision, at=NOW)  # type: ignore[arg-type]

    assert refused.value.field == "since"


def test_nothing_is_known_of_a_city_before_it_applied() -> None:
    assert an_applicant(since=date(2021, 1, 4)).standing_on(date(2021, 1, 3)) is None


def test_a_new_description_is_told_as_a_whole() -> None:
    city = a_member()

    city.describe(a_description(airports=("IST",)), at=NOW)

    (event,) = recorded(city)
    assert isinstance(event, CityDescribed)
    assert (event.name, event.airports) == ("Istanbul", ("IST",))


def test_the_same_description_is_no_news() -> None:
    city = a_member()

    city.describe(a_description(), at=NOW)

    assert recorded(city) == []
