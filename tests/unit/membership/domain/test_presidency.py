from datetime import date

import pytest

from services.membership.domain.presidency import (
    NoTwoTermsInARow,
    OverlapsTerm,
    Presidency,
    PresidencyTerm,
    YearTaken,
)
from services.membership.domain.references import NotAMember
from services.membership.domain.term import EndsBeforeItStarts
from shared.contracts.membership import PresidencyElected
from tests.unit.membership.builders import NOW, a_member, an_applicant, forget_events, recorded


def a_presidency(*years: tuple[int, str]) -> Presidency:
    presidency = Presidency(id="presidency")
    for year, city_id in years:
        presidency.elect(PresidencyTerm.of(year, city_id), a_member(city_id), at=NOW)
    forget_events(presidency)
    return presidency


def test_a_city_presides_for_a_calendar_year_and_hosts_its_summit() -> None:
    presidency = a_presidency()

    presidency.elect(PresidencyTerm.of(2024, "al-tirana"), a_member("al-tirana"), at=NOW)

    assert recorded(presidency) == [
        PresidencyElected(
            year=2024,
            city_id="al-tirana",
            starts_on=date(2024, 1, 1),
            ends_on=date(2024, 12, 31),
            occurred_at=NOW,
        )
    ]
    assert presidency.host_of(2024) == "al-tirana"
    assert presidency.host_of(2025) is None


def test_a_term_can_last_from_summit_to_summit() -> None:
    term = PresidencyTerm.of(2024, "al-tirana", date(2024, 1, 31), date(2025, 2, 24))

    assert (term.starts_on, term.ends_on) == (date(2024, 1, 31), date(2025, 2, 24))


def test_a_year_has_one_president() -> None:
    presidency = a_presidency((2024, "al-tirana"))

    with pytest.raises(YearTaken):
        presidency.elect(PresidencyTerm.of(2024, "bg-sofia"), a_member("bg-sofia"), at=NOW)


@pytest.mark.parametrize("year", [2023, 2025])
def test_no_city_presides_twice_in_a_row(year: int) -> None:
    presidency = a_presidency((2024, "al-tirana"))

    with pytest.raises(NoTwoTermsInARow) as refused:
        presidency.elect(PresidencyTerm.of(year, "al-tirana"), a_member("al-tirana"), at=NOW)

    assert refused.value.field == "city_id"
    assert recorded(presidency) == []


def test_a_city_can_preside_again_after_another() -> None:
    presidency = a_presidency((2024, "al-tirana"), (2025, "bg-sofia"), (2026, "al-tirana"))

    assert [each.city_id for each in presidency.terms] == ["al-tirana", "bg-sofia", "al-tirana"]


def test_years_may_be_elected_in_any_order() -> None:
    presidency = a_presidency((2025, "bg-sofia"), (2023, "gr-athens"), (2024, "al-tirana"))

    assert [each.year for each in presidency.terms] == [2023, 2024, 2025]


def test_only_a_member_presides() -> None:
    with pytest.raises(NotAMember) as refused:
        a_presidency().elect(
            PresidencyTerm.of(2024, "al-tirana"), an_applicant("al-tirana"), at=NOW
        )

    assert refused.value.field == "city_id"


def test_no_two_cities_preside_on_one_day() -> None:
    presidency = a_presidency((2024, "al-tirana"))
    early = PresidencyTerm.of(2025, "bg-sofia", starts_on=date(2024, 12, 31))

    with pytest.raises(OverlapsTerm) as refused:
        presidency.elect(early, a_member("bg-sofia"), at=NOW)

    assert refused.value.field == "starts_on"


def test_a_presidency_cannot_end_before_it_starts() -> None:
    with pytest.raises(EndsBeforeItStarts):
        PresidencyTerm.of(2024, "al-tirana", ends_on=date(2023, 12, 31))
