from collections.abc import Sequence
from datetime import date, timedelta
from itertools import permutations

import pytest

from services.membership.domain.city import City
from services.membership.domain.description import CityDescription
from services.membership.domain.register import IMPORTS_KEPT, ImportResult
from services.membership.domain.standing import Standing, StandingKind
from shared.contracts.membership import (
    CityAdmitted,
    CityApplied,
    CityDescribed,
    CityLeft,
    CityRowAccepted,
)
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


def followed(rows: Sequence[CityRowAccepted]) -> City:
    first = rows[0]
    city = City.unknown(first.city_id, CityDescription.of_row(first), at=first.occurred_at)
    for row in rows:
        city.follow(row)
    return city


def result_of(city: City) -> ImportResult:
    return city.imported[-1].result


def test_a_row_creates_a_member_with_the_precision_that_is_known() -> None:
    city = followed([a_row(member_since=date(2024, 1, 31), precision="no_later_than")])

    described, admitted = recorded(city)
    assert isinstance(described, CityDescribed)
    assert admitted == CityAdmitted(
        city_id="tr-istanbul",
        since=date(2024, 1, 31),
        precision="no_later_than",
        occurred_at=NOW,
    )
    assert result_of(city) is ImportResult.CREATED


def test_a_row_without_membership_creates_an_applicant_of_that_day() -> None:
    city = followed([a_row()])

    assert recorded(city)[1:] == [CityApplied(city_id="tr-istanbul", since=TODAY, occurred_at=NOW)]


def test_a_city_that_joins_later_is_nothing_yet() -> None:
    city = followed([a_row(member_since=date(2025, 2, 24))])

    assert city.standing_on(TODAY) is None
    assert city.is_member_on(date(2025, 2, 24))


def test_a_row_can_tell_that_a_city_has_left() -> None:
    city = followed([a_row(member_since=date(2021, 11, 1), left_since=date(2023, 5, 1))])

    assert recorded(city)[1:] == [
        CityAdmitted(city_id="tr-istanbul", since=date(2021, 11, 1), occurred_at=NOW),
        CityLeft(city_id="tr-istanbul", since=date(2023, 5, 1), occurred_at=NOW),
    ]


def test_the_same_row_of_another_import_changes_nothing() -> None:
    city = followed([a_row(member_since=date(2021, 11, 30))])
    forget_events(city)

    city.follow(
        a_row(import_id="import-2", member_since=date(2021, 11, 30), occurred_at=NOW + HOUR)
    )

    assert recorded(city) == []
    assert result_of(city) is ImportResult.UNCHANGED


def test_a_later_import_admits_who_was_listed_as_an_applicant() -> None:
    city = followed([a_row()])
    forget_events(city)

    city.follow(
        a_row(
            import_id="import-2",
            member_since=date(2025, 2, 24),
            occurred_at=NOW + timedelta(days=200),
        )
    )

    assert [type(each) for each in recorded(city)] == [CityAdmitted]
    assert [each.kind for each in city.standings] == [StandingKind.APPLICANT, StandingKind.MEMBER]
    assert result_of(city) is ImportResult.CHANGED


def test_an_import_answers_an_application_made_here() -> None:
    city = an_applicant(since=date(2021, 1, 4))

    city.follow(a_row(member_since=date(2021, 11, 30)))

    assert city.is_member_on(date(2021, 11, 30))
    assert result_of(city) is ImportResult.CHANGED


def test_an_import_cannot_admit_before_the_application_made_here() -> None:
    city = an_applicant(since=date(2022, 1, 4))

    city.follow(a_row(member_since=date(2021, 11, 30)))

    assert [each.kind for each in city.standings] == [StandingKind.APPLICANT]
    assert result_of(city) is ImportResult.CONTRADICTED


@pytest.mark.parametrize(
    "said", [{}, {"member_since": date(2020, 1, 1)}, {"left_since": date(2024, 1, 1)}]
)
def test_an_import_does_not_overwrite_what_was_decided_here(said: dict[str, date]) -> None:
    city = a_member(since=date(2021, 11, 30))
    before = city.standings

    row = {"member_since": date(2021, 11, 30), **said} if said else {}
    city.follow(a_row(**row))

    assert city.standings == before
    assert recorded(city) == []
    assert result_of(city) is ImportResult.CONTRADICTED


def test_an_import_that_agrees_with_what_was_decided_here_changes_nothing() -> None:
    city = a_member(since=date(2021, 11, 30))

    city.follow(a_row(member_since=date(2021, 11, 30)))

    assert result_of(city) is ImportResult.UNCHANGED


def test_an_import_describes_even_where_it_contradicts() -> None:
    city = a_member()

    city.follow(a_row(name="İstanbul"))

    assert city.description.name == "İstanbul"
    assert result_of(city) is ImportResult.CONTRADICTED


def test_an_import_started_before_the_city_was_described_here_does_not_describe_it() -> None:
    city = a_member()
    city.describe(a_description(name="Istanbul (TR)"), at=NOW + HOUR)
    forget_events(city)

    city.follow(a_row(member_since=date(2021, 11, 30)))

    assert city.description.name == "Istanbul (TR)"
    assert recorded(city) == []


def test_a_row_without_membership_takes_none_away() -> None:
    city = followed([a_row(member_since=date(2021, 11, 30))])

    city.follow(a_row(import_id="import-2", occurred_at=NOW + HOUR))

    assert city.is_member_on(TODAY)
    assert result_of(city) is ImportResult.CONTRADICTED


def test_a_decision_takes_what_imports_said_as_given() -> None:
    city = followed([a_row(member_since=date(2021, 11, 30))])
    city.suspend(reason="Dues.", since=date(2024, 3, 1), at=NOW)

    city.follow(a_row(import_id="import-2", member_since=date(2022, 1, 1), occurred_at=NOW + HOUR))

    assert city.standings == (
        Standing(kind=StandingKind.MEMBER, since=date(2021, 11, 30)),
        Standing(kind=StandingKind.SUSPENDED, since=date(2024, 3, 1), reason="Dues."),
    )


def test_rows_of_several_imports_end_the_same_in_every_order() -> None:
    rows = [
        a_row(import_id="a", name="A", occurred_at=NOW),
        a_row(import_id="b", name="B", member_since=date(2024, 1, 1), occurred_at=NOW + HOUR),
        a_row(import_id="c", name="C", member_since=date(2025, 2, 1), occurred_at=NOW + 2 * HOUR),
        a_row(import_id="d", name="D", occurred_at=NOW + 3 * HOUR),
    ]

    ends = {
        (city.description.name, city.standings, city.register)
        for city in map(followed, permutations(rows))
    }

    assert ends == {
        (
            "D",
            (
                Standing(kind=StandingKind.APPLICANT, since=TODAY),
                Standing(kind=StandingKind.MEMBER, since=date(2025, 2, 1)),
            ),
            followed(rows).register,
        )
    }


def test_only_the_newest_imports_are_remembered() -> None:
    rows = [
        a_row(import_id=f"import-{number}", occurred_at=NOW + number * HOUR)
        for number in range(IMPORTS_KEPT + 1)
    ]

    kept = [each.import_id for each in followed(rows).imported]

    assert kept == [f"import-{number}" for number in range(1, IMPORTS_KEPT + 1)]
