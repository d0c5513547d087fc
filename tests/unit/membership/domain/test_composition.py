from datetime import date

import pytest

from services.membership.domain.body import Body, BodyKind
from services.membership.domain.composition import (
    Composition,
    CompositionPart,
    NoRuleOfComposition,
)
from services.membership.domain.presidency import Presidency, PresidencyTerm
from services.membership.domain.seat import Seat
from tests.unit.membership.boards import (
    BOARD_OF_2025,
    BOARD_OF_2026,
    ELECTED,
    a_seat_term,
    an_executive_board,
    fill,
    presidencies,
    the_board_of_b40,
)
from tests.unit.membership.builders import NOW, a_member

DAY = date(2025, 6, 1)


def part(composition: Composition, basis: str) -> CompositionPart:
    (found,) = (each for each in composition.parts if each.basis == basis)
    return found


def states(composition: Composition) -> dict[str, str]:
    return {each.basis.value: each.state.value for each in composition.parts}


def a_named_board(*cities: str) -> Body:
    """Return a board whose seats do not say on what basis they are held."""
    seats = tuple(Seat(id=f"seat-{number}", name=str(number)) for number, _ in enumerate(cities))
    body = Body.found("board", "Board", BodyKind.EXECUTIVE_BOARD, seats, at=NOW)
    for seat, city_id in zip(seats, cities, strict=True):
        fill(body, seat.id, a_seat_term("2024-01-31", city_id=city_id))
    return body


KEPT = dict.fromkeys(
    ("presidency_current", "presidency_previous", "presidency_next", "elected"), "fulfilled"
)


@pytest.mark.parametrize(
    ("day", "hosts", "elected"),
    [
        ("2025-06-01", ("bg-sofia", "al-tirana", "hr-zagreb"), BOARD_OF_2025),
        ("2026-06-01", ("hr-zagreb", "bg-sofia", "ba-sarajevo"), BOARD_OF_2026),
    ],
)
def test_the_boards_of_2025_and_2026_fit_the_rule(
    day: str, hosts: tuple[str, ...], elected: tuple[str, ...]
) -> None:
    found = Composition.of(the_board_of_b40(), presidencies(), date.fromisoformat(day))

    assert (found.fits, found.year) == (True, int(day[:4]))
    assert states(found) == KEPT
    assert tuple(each.expected_city_id for each in found.parts[:3]) == hosts
    assert part(found, "elected").city_ids == elected
    assert "four elected cities" in found.rule.text
    assert found.rule.source


def test_a_board_founded_by_names_has_the_hosts_in_any_seat() -> None:
    body = a_named_board("gr-pella", "bg-sofia", *BOARD_OF_2025[1:], "hr-zagreb", "al-tirana")

    found = Composition.of(body, presidencies(), DAY)

    assert found.fits
    assert part(found, "presidency_current").seat_ids == ("seat-1",)
    assert part(found, "elected").city_ids == ("gr-pella", *BOARD_OF_2025[1:])


def test_an_elected_seat_that_is_vacant_is_missing() -> None:
    body = the_board_of_b40()
    body.vacate_seat(ELECTED[0], date(2025, 5, 1), at=NOW)

    found = Composition.of(body, presidencies(), DAY)

    assert not found.fits
    assert states(found) == {**KEPT, "elected": "missing"}
    assert part(found, "elected").text == "3 cities are elected, 1 too few."


def test_a_fifth_elected_city_is_too_many() -> None:
    body = a_named_board("bg-sofia", "al-tirana", "hr-zagreb", *BOARD_OF_2025, "gr-pella")

    found = Composition.of(body, presidencies(), DAY)

    assert states(found) == {**KEPT, "elected": "too_many"}
    assert part(found, "elected").text == "5 cities are elected, 1 too many."


def test_a_city_counts_once() -> None:
    body = the_board_of_b40()
    body.vacate_seat(ELECTED[0], date(2025, 5, 1), at=NOW)
    fill(body, ELECTED[0], a_seat_term("2025-05-01", "2025-12-31", "bg-sofia"))

    found = Composition.of(body, presidencies(), DAY)

    assert states(found) == {**KEPT, "elected": "contradicted"}
    assert "bg-sofia holds more than one seat" in part(found, "elected").text


def test_a_host_with_two_seats_that_are_not_told_apart_counts_once() -> None:
    body = a_named_board("bg-sofia", "al-tirana", "hr-zagreb", "bg-sofia", *BOARD_OF_2025[1:])

    found = Composition.of(body, presidencies(), DAY)

    assert states(found) == {**KEPT, "elected": "contradicted"}


def test_a_host_without_a_seat_is_missing() -> None:
    body = a_named_board("al-tirana", "hr-zagreb", *BOARD_OF_2025)

    found = Composition.of(body, presidencies(), DAY)

    assert states(found) == {**KEPT, "presidency_current": "missing"}
    assert part(found, "presidency_current").text == ("bg-sofia, the host of 2025, holds no seat.")


def test_a_host_seat_held_against_the_presidency_is_a_contradiction() -> None:
    body = the_board_of_b40()  # It has not followed yet that another city was elected for 2025.
    changed = presidencies(2024, 2026)

    found = Composition.of(body, changed, DAY)

    assert found.year == 2025
    assert states(found)["presidency_current"] == "missing"
    assert "Nobody is elected to the presidency of 2025" in (part(found, "presidency_current").text)
    assert states(found)["presidency_previous"] == "fulfilled"


def test_a_seat_of_a_host_that_another_city_holds_is_a_contradiction() -> None:
    body = an_executive_board()
    body.follow_presidency(presidencies(2024, 2025), at=NOW)

    found = Composition.of(body, _with_zagreb_in_2025(), DAY)

    assert states(found)["presidency_current"] == "contradicted"
    assert part(found, "presidency_current").text == (
        "bg-sofia sits for the host of 2025, which is hr-zagreb."
    )


def test_without_any_presidency_the_hosts_are_not_known() -> None:
    found = Composition.of(an_executive_board(), Presidency(id="presidency"), DAY)

    assert (found.fits, found.year) == (False, 2025)
    assert set(states(found).values()) == {"missing"}


def test_other_bodies_are_composed_by_no_rule() -> None:
    body = Body.found("group", "Group", BodyKind.WORKING_GROUP, (), at=NOW)

    with pytest.raises(NoRuleOfComposition):
        Composition.of(body, presidencies(), DAY)


def _with_zagreb_in_2025() -> Presidency:
    presidency = presidencies(2024)
    zagreb = a_member("hr-zagreb")
    presidency.elect(PresidencyTerm.of(2025, zagreb.id), zagreb, at=NOW)
    return presidency
