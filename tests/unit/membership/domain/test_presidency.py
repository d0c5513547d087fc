from datetime import date

import pytest

from services.membership.domain.decision import NotDecidedYet
from services.membership.domain.presidency import OverlapsTerm, YearTaken
from services.membership.domain.presidency_term import (
    RULES_OF_2022,
    NoTwoTermsInARow,
    PresidencyTerm,
)
from services.membership.domain.references import NotAMember
from services.membership.domain.term import DAY, EndsBeforeItStarts
from shared.contracts.membership import PresidencyElected
from tests.unit.membership.builders import (
    NOW,
    TODAY,
    a_member,
    a_presidency,
    an_applicant,
    recorded,
)

B40 = (
    (2022, "tr-istanbul"),
    (2023, "gr-athens"),
    (2024, "al-tirana"),
    (2025, "bg-sofia"),
    (2026, "hr-zagreb"),
    (2027, "ba-sarajevo"),
)


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
    assert refused.value.rule == "No city presides for two terms in a row."
    assert refused.value.rule_source == RULES_OF_2022
    assert recorded(presidency) == []
    assert [each.year for each in presidency.terms] == [2024]


def test_the_presidents_of_b40_host_the_summits_of_their_years() -> None:
    presidency = a_presidency(*B40)

    assert [(each.year, each.city_id) for each in presidency.terms] == list(B40)
    for year, city_id in B40:
        term = presidency.term_on(date(year, 1, 25))
        assert presidency.host_of(year) == city_id
        assert term is not None
        assert term.summit_host_city_id == city_id


def test_an_election_tells_of_its_decision() -> None:
    presidency = a_presidency()
    term = PresidencyTerm.of(
        2025, "bg-sofia", decision="General Assembly, item 4", decided_on=TODAY
    )

    presidency.elect(term, a_member("bg-sofia"), at=NOW)

    (event,) = recorded(presidency)
    assert isinstance(event, PresidencyElected)
    assert (event.decision, event.decided_on) == ("General Assembly, item 4", TODAY)


def test_a_decision_that_lies_ahead_is_refused() -> None:
    term = PresidencyTerm.of(2025, "bg-sofia", decided_on=TODAY + DAY)

    with pytest.raises(NotDecidedYet) as refused:
        a_presidency().elect(term, a_member("bg-sofia"), at=NOW)

    assert refused.value.field == "decided_on"


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
