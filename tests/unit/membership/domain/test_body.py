from datetime import date

import pytest

from services.membership.domain.body import Body, UnknownSeat
from services.membership.domain.references import NotAMember
from services.membership.domain.seat import OverlapsTerm, SeatIsVacant, VacatedTooEarly
from services.membership.domain.seat_term import SeatTerm
from shared.contracts.membership import BodyFounded, SeatFilled, SeatVacated
from tests.unit.membership.builders import (
    NOW,
    a_body,
    a_member,
    an_applicant,
    forget_events,
    recorded,
)

SEAT = "seat-Elected"


def a_term(starts: str, ends: str | None = None) -> SeatTerm:
    return SeatTerm(
        city_id="tr-istanbul",
        starts_on=date.fromisoformat(starts),
        ends_on=date.fromisoformat(ends) if ends else None,
    )


def a_board(*terms: SeatTerm) -> Body:
    body = a_body()
    for term in terms:
        body.fill_seat(SEAT, term, a_member(), at=NOW)
    forget_events(body)
    return body


def states(body: Body, day: str) -> list[tuple[str, str, str | None]]:
    return [
        (entry.name, entry.state, entry.term.city_id if entry.term else None)
        for entry in body.roster_on(date.fromisoformat(day))
    ]


def test_a_body_is_founded_with_vacant_seats() -> None:
    body = a_body("Host", "Elected")

    assert states(body, "2024-11-20") == [("Host", "vacant", None), ("Elected", "vacant", None)]


def test_the_founding_tells_the_seats_in_order() -> None:
    founded = Body.found("board", "Board", a_body().kind, a_body("B", "A").seats, at=NOW)

    assert recorded(founded) == [
        BodyFounded(
            body_id="board",
            name="Board",
            kind="executive_board",
            seats=("seat-B", "seat-A"),
            bases=("elected", "elected"),
            occurred_at=NOW,
        )
    ]


def test_a_member_takes_a_seat_for_a_term() -> None:
    body = a_board()
    term = SeatTerm(
        city_id="tr-istanbul",
        starts_on=date(2024, 1, 31),
        ends_on=date(2025, 2, 24),
        alternate_id="deputy",
        sample=True,
    )

    body.fill_seat(SEAT, term, a_member(), at=NOW)

    assert recorded(body) == [
        SeatFilled(
            body_id="board",
            seat_id=SEAT,
            city_id="tr-istanbul",
            starts_on=date(2024, 1, 31),
            ends_on=date(2025, 2, 24),
            alternate_id="deputy",
            sample=True,
            occurred_at=NOW,
        )
    ]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2024-01-30", "vacant"),
        ("2024-01-31", "filled"),
        ("2024-12-25", "filled"),  # 61 days before the last one.
        ("2024-12-26", "ends_soon"),  # 60 days before the last one.
        ("2025-02-24", "ends_soon"),
        ("2025-02-25", "vacant"),
    ],
)
def test_the_roster_is_as_of_a_day(day: str, state: str) -> None:
    body = a_board(a_term("2024-01-31", "2025-02-24"))

    holder = None if state == "vacant" else "tr-istanbul"
    assert states(body, day)[1] == ("Elected", state, holder)


def test_the_day_after_a_term_the_next_one_holds_the_seat() -> None:
    body = a_board(a_term("2024-01-31", "2025-02-24"), a_term("2025-02-25"))

    assert [states(body, day)[1][1] for day in ("2025-02-24", "2025-02-25", "2099-01-01")] == [
        "ends_soon",
        "filled",
        "filled",
    ]


@pytest.mark.parametrize(
    ("starts", "ends"), [("2025-02-24", None), ("2023-01-01", None), ("2024-03-01", "2024-03-02")]
)
def test_a_seat_is_held_by_one_city_at_a_time(starts: str, ends: str | None) -> None:
    body = a_board(a_term("2024-01-31", "2025-02-24"))

    with pytest.raises(OverlapsTerm):
        body.fill_seat(SEAT, a_term(starts, ends), a_member(), at=NOW)

    assert recorded(body) == []


def test_only_a_member_takes_a_seat() -> None:
    with pytest.raises(NotAMember) as refused:
        a_board().fill_seat(SEAT, a_term("2024-01-31"), an_applicant(), at=NOW)

    assert refused.value.field == "city_id"


def test_a_city_takes_no_seat_from_a_day_before_it_was_a_member() -> None:
    with pytest.raises(NotAMember):
        a_board().fill_seat(SEAT, a_term("2021-11-29"), a_member(since=date(2021, 11, 30)), at=NOW)


def test_a_seat_that_is_vacated_is_empty_from_that_day_on() -> None:
    body = a_board(a_term("2024-01-31"))

    body.vacate_seat(SEAT, date(2024, 6, 1), at=NOW)

    assert [states(body, day)[1][1] for day in ("2024-05-31", "2024-06-01")] == [
        "ends_soon",
        "vacant",
    ]
    assert recorded(body) == [
        SeatVacated(body_id="board", seat_id=SEAT, since=date(2024, 6, 1), occurred_at=NOW)
    ]


def test_a_vacated_seat_can_be_filled_from_the_same_day_on() -> None:
    body = a_board(a_term("2024-01-31"))
    body.vacate_seat(SEAT, date(2024, 6, 1), at=NOW)

    body.fill_seat(SEAT, a_term("2024-06-01"), a_member(), at=NOW)

    assert states(body, "2024-06-01")[1][1] == "filled"


def test_a_vacant_seat_cannot_be_vacated() -> None:
    with pytest.raises(SeatIsVacant):
        a_board().vacate_seat(SEAT, date(2024, 6, 1), at=NOW)


def test_a_seat_cannot_be_vacated_on_the_first_day_of_a_term() -> None:
    with pytest.raises(VacatedTooEarly) as refused:
        a_board(a_term("2024-01-31")).vacate_seat(SEAT, date(2024, 1, 31), at=NOW)

    assert refused.value.field == "since"


def test_a_seat_of_another_body_is_unknown() -> None:
    body = a_board()

    with pytest.raises(UnknownSeat):
        body.fill_seat("seat-Other", a_term("2024-01-31"), a_member(), at=NOW)
    with pytest.raises(UnknownSeat):
        body.vacate_seat("seat-Other", date(2024, 1, 31), at=NOW)
