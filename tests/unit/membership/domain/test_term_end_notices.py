from datetime import UTC, date, datetime

import pytest

from services.membership.domain.body import TERM_END, Body
from services.membership.domain.seat_term import CarryOver
from services.membership.domain.term import Term
from shared.contracts.membership import SeatTermEndNoticed
from shared.domain import bookkeeping
from tests.unit.membership.boards import (
    ELECTED,
    a_seat_term,
    an_executive_board,
    fill,
    presidencies,
    seated,
)
from tests.unit.membership.builders import NOW, a_member, forget_events, recorded

SEAT = ELECTED[0]
IZMIR = a_member("tr-izmir")


def a_board_with(ends: str | None) -> Body:
    body = an_executive_board()
    fill(body, SEAT, a_seat_term("2024-01-31", ends))
    return body


def due(body: Body) -> list[datetime]:
    return [each.due_at for each in bookkeeping(body).timers if each.kind == TERM_END]


def noticed(body: Body) -> list[date]:
    found = [each.ends_on for each in recorded(body) if isinstance(each, SeatTermEndNoticed)]
    forget_events(body)
    return found


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def test_the_end_of_a_term_is_noticed_once_sixty_days_before() -> None:
    body = a_board_with("2025-02-24")
    assert due(body) == [at("2024-12-26")]
    assert noticed(body) == []

    body.notice_ends(at=at("2024-12-26"))
    assert recorded(body) == [
        SeatTermEndNoticed(
            body_id="board",
            seat_id=SEAT,
            city_id="tr-izmir",
            starts_on=date(2024, 1, 31),
            ends_on=date(2025, 2, 24),
            occurred_at=at("2024-12-26"),
        )
    ]
    forget_events(body)

    body.notice_ends(at=at("2024-12-27"))
    assert noticed(body) == []
    assert due(body) == []


def test_a_term_entered_shortly_before_its_end_is_noticed_at_once() -> None:
    assert noticed(a_board_with("2025-01-19")) == [date(2025, 1, 19)]  # 60 days after NOW.
    assert noticed(a_board_with("2025-01-20")) == []


def test_what_has_ended_is_noticed_no_more_and_its_last_day_still_is() -> None:
    assert noticed(a_board_with("2024-11-19")) == []
    assert noticed(a_board_with("2024-11-20")) == [date(2024, 11, 20)]


def test_a_term_without_an_end_is_not_noticed() -> None:
    assert due(a_board_with(None)) == []


def test_the_timer_is_due_for_the_next_of_several_ends() -> None:
    body = a_board_with("2025-02-24")
    fill(body, ELECTED[1], a_seat_term("2024-01-31", "2025-01-31", "tr-mugla"))
    assert due(body) == [at("2024-12-02")]

    body.notice_ends(at=at("2024-12-02"))

    assert noticed(body) == [date(2025, 1, 31)]
    assert due(body) == [at("2024-12-26")]


def test_of_several_that_are_due_at_once_each_is_noticed() -> None:
    body = a_board_with("2025-02-24")
    fill(body, ELECTED[1], a_seat_term("2024-01-31", "2025-01-31", "tr-mugla"))

    body.notice_ends(at=at("2025-01-01"))

    assert noticed(body) == [date(2025, 2, 24), date(2025, 1, 31)]


def test_a_seat_that_is_left_needs_no_notice() -> None:
    body = a_board_with("2025-02-24")

    body.vacate_seat(SEAT, date(2025, 1, 1), at=NOW)

    assert due(body) == []
    assert noticed(body) == []


def test_a_term_that_is_withdrawn_needs_no_notice() -> None:
    body = a_board_with("2025-02-24")

    body.withdraw_term(SEAT, "2024-01-31", at=NOW)

    assert due(body) == []


@pytest.mark.parametrize(
    ("ends", "next_due", "at_once"),
    [
        ("2025-06-30", [at("2025-05-01")], []),
        ("2024-12-31", [], [date(2024, 12, 31)]),
        (None, [], []),
    ],
)
def test_the_notice_moves_with_the_end(
    ends: str | None, next_due: list[datetime], at_once: list[date]
) -> None:
    body = a_board_with("2025-02-24")
    days = Term(starts_on=date(2024, 1, 31), ends_on=date.fromisoformat(ends) if ends else None)

    body.correct_term(SEAT, "2024-01-31", days, IZMIR, at=NOW)

    assert due(body) == next_due
    assert noticed(body) == at_once


def test_an_end_that_was_put_off_is_noticed_again() -> None:
    body = a_board_with("2025-02-24")
    body.notice_ends(at=at("2025-01-01"))
    forget_events(body)

    days = Term(starts_on=date(2024, 1, 31), ends_on=date(2025, 3, 31))
    body.correct_term(SEAT, "2024-01-31", days, IZMIR, at=at("2025-01-02"))
    assert due(body) == [at("2025-01-30")]
    body.notice_ends(at=at("2025-01-30"))

    assert noticed(body) == [date(2025, 3, 31)]


def test_the_seats_of_hosts_are_not_noticed() -> None:
    body = an_executive_board()

    body.follow_presidency(presidencies(2024, 2025), at=NOW)

    assert due(body) == []
    assert noticed(body) == []


def test_the_last_day_of_the_calendar_is_an_end_as_any_other() -> None:
    assert due(a_board_with("9999-12-31")) == [at("9999-11-01")]


def test_who_carries_on_without_end_does_so_to_the_last_day_of_the_calendar() -> None:
    body = an_executive_board(CarryOver(limit_days=3660))
    fill(body, SEAT, a_seat_term("2024-01-31", "9999-12-30"))

    assert seated(body, "9999-12-31")[SEAT] == "tr-izmir"
