from datetime import date, timedelta

import pytest

from services.membership.domain.body import Body
from services.membership.domain.references import NotAMember
from services.membership.domain.seat import (
    FollowsPresidency,
    OverlapsTerm,
    SeatIsVacant,
    UnknownTerm,
)
from services.membership.domain.seat_term import Alternate, CarryOver
from services.membership.domain.term import Term
from shared.contracts.membership import (
    AlternateSince,
    HeldTerm,
    SeatAlternateChanged,
    SeatFilled,
    SeatTermsCorrected,
    SeatVacated,
)
from tests.unit.membership.boards import (
    ELECTED,
    HOST,
    NEXT,
    PREVIOUS,
    a_seat_term,
    an_executive_board,
    fill,
    presidencies,
    seated,
)
from tests.unit.membership.builders import NOW, a_member, forget_events, recorded

SEAT = ELECTED[0]
LATER = NOW + timedelta(days=1)


def a_filled_board(carry_over: CarryOver | None = None) -> Body:
    body = an_executive_board(carry_over)
    fill(body, SEAT, a_seat_term("2024-01-31", "2025-02-24"))
    forget_events(body)
    return body


def on_seat(body: Body, day: str) -> tuple[str, str | None, str | None]:
    (entry,) = (each for each in body.roster_on(date.fromisoformat(day)) if each.seat_id == SEAT)
    return entry.state, entry.term.city_id if entry.term else None, entry.alternate_id


# -- carry-over --------------------------------------------------------------------------------


def test_a_holder_carries_on_until_the_successors_term_begins() -> None:
    body = a_filled_board(CarryOver())
    fill(body, SEAT, a_seat_term("2025-06-01", city_id="tr-mugla"))

    assert on_seat(body, "2025-02-24")[:2] == ("ends_soon", "tr-izmir")
    assert on_seat(body, "2025-02-25")[:2] == ("carried_over", "tr-izmir")
    assert on_seat(body, "2025-05-31")[:2] == ("carried_over", "tr-izmir")
    assert on_seat(body, "2025-06-01")[:2] == ("filled", "tr-mugla")


def test_a_holder_carries_on_no_longer_than_the_limit() -> None:
    body = a_filled_board(CarryOver(limit_days=90))

    assert on_seat(body, "2025-05-25")[0] == "carried_over"
    assert on_seat(body, "2025-05-26")[0] == "vacant"


def test_nobody_carries_on_before_a_term_or_in_a_body_that_does_not_say_so() -> None:
    assert on_seat(a_filled_board(CarryOver()), "2024-01-30")[0] == "vacant"
    assert on_seat(a_filled_board(), "2025-02-25")[0] == "vacant"


def test_nobody_carries_on_in_a_seat_that_was_left() -> None:
    body = a_filled_board(CarryOver())

    body.vacate_seat(SEAT, date(2024, 12, 1), at=NOW)

    assert on_seat(body, "2024-11-30")[0] == "ends_soon"
    assert on_seat(body, "2024-12-01")[0] == "vacant"


def test_whoever_carries_on_can_leave() -> None:
    body = a_filled_board(CarryOver())

    body.vacate_seat(SEAT, date(2025, 4, 1), at=NOW)

    assert on_seat(body, "2025-03-31")[1] == "tr-izmir"
    assert on_seat(body, "2025-04-01")[0] == "vacant"


def test_nobody_carries_on_in_the_seat_of_a_host() -> None:
    body = an_executive_board(CarryOver())
    body.follow_presidency(presidencies(2024), at=NOW)

    assert seated(body, "2024-12-31")[HOST] == "al-tirana"
    assert seated(body, "2025-01-01")[HOST] is None


# -- alternates --------------------------------------------------------------------------------


def test_somebody_else_steps_in_from_a_day_of_the_term_on() -> None:
    body = an_executive_board()
    fill(body, SEAT, a_seat_term("2024-01-31", "2025-02-24", alternate_id="ana"))
    forget_events(body)

    body.name_alternate(SEAT, Alternate(since=date(2024, 9, 1), person_id="boris"), at=NOW)
    body.name_alternate(SEAT, Alternate(since=date(2024, 6, 1), person_id=None), at=NOW)

    days = ("2024-05-31", "2024-06-01", "2024-08-31", "2024-09-01", "2025-02-24")
    assert [on_seat(body, day)[2] for day in days] == ["ana", None, None, "boris", "boris"]
    assert recorded(body)[0] == SeatAlternateChanged(
        body_id="board",
        seat_id=SEAT,
        since=date(2024, 9, 1),
        alternate_id="boris",
        occurred_at=NOW,
    )


def test_an_alternate_from_the_first_day_or_the_same_day_again_is_corrected() -> None:
    body = a_filled_board()
    for since, person_id in (("2024-01-31", "ana"), ("2024-06-01", "b"), ("2024-06-01", "boris")):
        alternate = Alternate(since=date.fromisoformat(since), person_id=person_id)
        body.name_alternate(SEAT, alternate, at=NOW)

    assert [on_seat(body, day)[2] for day in ("2024-01-31", "2024-06-01")] == ["ana", "boris"]


@pytest.mark.parametrize("day", ["2024-01-30", "2025-02-25"])
def test_outside_of_every_term_nobody_steps_in(day: str) -> None:
    body = a_filled_board(CarryOver())

    with pytest.raises(SeatIsVacant):
        body.name_alternate(SEAT, Alternate(since=date.fromisoformat(day), person_id="ana"), at=NOW)

    assert recorded(body) == []


def test_whoever_would_step_in_after_the_seat_was_left_does_not() -> None:
    body = a_filled_board()
    body.name_alternate(SEAT, Alternate(since=date(2024, 9, 1), person_id="ana"), at=NOW)
    body.vacate_seat(SEAT, date(2024, 6, 1), at=NOW)

    fill(body, SEAT, a_seat_term("2024-07-01", city_id="tr-mugla"))

    assert on_seat(body, "2024-10-01") == ("filled", "tr-mugla", None)


# -- corrections -------------------------------------------------------------------------------


def test_the_days_of_a_term_are_corrected_and_all_terms_are_told_again() -> None:
    body = a_filled_board()
    fill(body, SEAT, a_seat_term("2025-06-01", city_id="tr-mugla"))
    body.name_alternate(SEAT, Alternate(since=date(2024, 9, 1), person_id="ana"), at=NOW)
    forget_events(body)

    days = Term(starts_on=date(2024, 2, 1), ends_on=date(2025, 5, 31))
    body.correct_term(SEAT, "2024-01-31", days, a_member("tr-izmir"), at=LATER)

    assert on_seat(body, "2024-01-31")[0] == "vacant"
    assert on_seat(body, "2025-05-31") == ("ends_soon", "tr-izmir", "ana")
    assert recorded(body) == [
        SeatTermsCorrected(
            body_id="board",
            seat_id=SEAT,
            terms=(
                HeldTerm(
                    city_id="tr-izmir",
                    starts_on=date(2024, 2, 1),
                    ends_on=date(2025, 5, 31),
                    alternates=(AlternateSince(since=date(2024, 9, 1), person_id="ana"),),
                ),
                HeldTerm(city_id="tr-mugla", starts_on=date(2025, 6, 1)),
            ),
            occurred_at=LATER,
        )
    ]


def test_who_steps_in_follows_the_corrected_days() -> None:
    body = a_filled_board(CarryOver())
    for since, person_id in (("2024-06-01", "ana"), ("2025-01-01", "boris")):
        alternate = Alternate(since=date.fromisoformat(since), person_id=person_id)
        body.name_alternate(SEAT, alternate, at=NOW)

    days = Term(starts_on=date(2024, 7, 1), ends_on=date(2024, 12, 31))
    body.correct_term(SEAT, "2024-01-31", days, a_member("tr-izmir"), at=NOW)

    assert on_seat(body, "2024-07-01") == ("filled", "tr-izmir", "ana")
    assert on_seat(body, "2025-02-01") == ("carried_over", "tr-izmir", "ana")


def test_a_term_of_a_seat_that_was_left_can_be_given_its_days_back() -> None:
    body = a_filled_board(CarryOver())
    body.vacate_seat(SEAT, date(2024, 6, 1), at=NOW)

    days = Term(starts_on=date(2024, 1, 31), ends_on=date(2025, 2, 24))
    body.correct_term(SEAT, "2024-01-31", days, a_member("tr-izmir"), at=NOW)

    assert on_seat(body, "2025-02-25")[0] == "carried_over"


def test_correcting_nothing_tells_nothing() -> None:
    body = a_filled_board()

    days = Term(starts_on=date(2024, 1, 31), ends_on=date(2025, 2, 24))
    body.correct_term(SEAT, "2024-01-31", days, a_member("tr-izmir"), at=NOW)

    assert recorded(body) == []


def test_a_term_is_not_corrected_into_another_one() -> None:
    body = a_filled_board()
    fill(body, SEAT, a_seat_term("2025-06-01", city_id="tr-mugla"))

    days = Term(starts_on=date(2024, 1, 31), ends_on=date(2025, 6, 1))
    with pytest.raises(OverlapsTerm):
        body.correct_term(SEAT, "2024-01-31", days, a_member("tr-izmir"), at=NOW)


def test_a_term_is_not_corrected_to_days_before_the_city_was_a_member() -> None:
    with pytest.raises(NotAMember):
        a_filled_board().correct_term(
            SEAT, "2024-01-31", Term(starts_on=date(2021, 1, 1)), a_member("tr-izmir"), at=NOW
        )


def test_a_term_entered_by_mistake_is_withdrawn_and_was_known_until_then() -> None:
    body = a_filled_board()

    body.withdraw_term(SEAT, "2024-01-31", at=LATER)

    assert on_seat(body, "2024-06-01")[0] == "vacant"
    (before,) = (
        each for each in body.roster_on(date(2024, 6, 1), known_at=NOW) if each.seat_id == SEAT
    )
    assert (before.state, before.term) == ("filled", a_seat_term("2024-01-31", "2025-02-24"))
    assert recorded(body) == [
        SeatTermsCorrected(body_id="board", seat_id=SEAT, terms=(), occurred_at=LATER)
    ]


@pytest.mark.parametrize("first_day", ["2024-02-01", "none", ""])
def test_a_term_that_the_seat_does_not_have_is_unknown(first_day: str) -> None:
    body, izmir = a_filled_board(), a_member("tr-izmir")

    with pytest.raises(UnknownTerm):
        body.withdraw_term(SEAT, first_day, at=NOW)
    with pytest.raises(UnknownTerm):
        body.correct_term(SEAT, first_day, Term(starts_on=date(2024, 2, 1)), izmir, at=NOW)


# -- ex officio --------------------------------------------------------------------------------


def test_the_hosts_of_this_of_last_and_of_next_year_sit_by_the_presidency() -> None:
    body = an_executive_board()

    assert body.follow_presidency(presidencies(2024, 2025, 2026), at=NOW)

    hosts = [
        {seat: seated(body, day)[seat] for seat in (PREVIOUS, HOST, NEXT)}
        for day in ("2023-12-31", "2024-01-01", "2025-06-01", "2026-12-31", "2027-01-01")
    ]
    assert [list(each.values()) for each in hosts] == [
        [None, None, None],
        [None, "al-tirana", "bg-sofia"],
        ["al-tirana", "bg-sofia", "hr-zagreb"],
        ["bg-sofia", "hr-zagreb", None],
        [None, None, None],
    ]
    assert {type(each) for each in recorded(body)} == {SeatFilled}


def test_a_new_election_fills_what_it_decides_and_nothing_twice() -> None:
    body = an_executive_board()
    body.follow_presidency(presidencies(2024), at=NOW)
    forget_events(body)

    assert body.follow_presidency(presidencies(2024, 2025), at=NOW)
    assert not body.follow_presidency(presidencies(2024, 2025), at=NOW)

    assert [
        (each.seat_id, each.city_id) for each in recorded(body) if isinstance(each, SeatFilled)
    ] == [(HOST, "bg-sofia"), (PREVIOUS, "al-tirana"), (NEXT, "bg-sofia")]
    assert len(recorded(body)) == 3


def test_what_the_presidency_does_not_say_any_more_is_corrected() -> None:
    body = an_executive_board()
    body.follow_presidency(presidencies(2024, 2025), at=NOW)
    body.name_alternate(HOST, Alternate(since=date(2024, 3, 1), person_id="ana"), at=NOW)
    forget_events(body)

    body.follow_presidency(presidencies(2024), at=NOW)

    held = HeldTerm(
        city_id="al-tirana",
        starts_on=date(2024, 1, 1),
        ends_on=date(2024, 12, 31),
        alternates=(AlternateSince(since=date(2024, 3, 1), person_id="ana"),),
    )
    told = [each for each in recorded(body) if isinstance(each, SeatTermsCorrected)]
    assert {each.seat_id: each.terms for each in told} == {HOST: (held,), PREVIOUS: (), NEXT: ()}
    assert len(recorded(body)) == 3


def test_elected_seats_do_not_follow_the_presidency() -> None:
    body = a_filled_board()
    before = body.seat(SEAT)

    body.follow_presidency(presidencies(), at=NOW)

    assert body.seat(SEAT) == before


def test_a_seat_held_ex_officio_is_not_given_left_or_corrected_by_hand() -> None:
    body = an_executive_board()
    body.follow_presidency(presidencies(2024), at=NOW)
    forget_events(body)
    tirana = a_member("al-tirana")

    with pytest.raises(FollowsPresidency):
        body.fill_seat(HOST, a_seat_term("2025-01-01", city_id="al-tirana"), tirana, at=NOW)
    with pytest.raises(FollowsPresidency):
        body.vacate_seat(HOST, date(2024, 6, 1), at=NOW)
    with pytest.raises(FollowsPresidency):
        body.correct_term(HOST, "2024-01-01", Term(starts_on=date(2024, 2, 1)), tirana, at=NOW)
    with pytest.raises(FollowsPresidency):
        body.withdraw_term(HOST, "2024-01-01", at=NOW)

    assert recorded(body) == []


def test_a_term_is_told_as_left_when_it_was() -> None:
    body = a_filled_board()
    fill(body, SEAT, a_seat_term("2025-06-01", city_id="tr-mugla"))
    body.vacate_seat(SEAT, date(2024, 6, 1), at=NOW)
    forget_events(body)

    body.withdraw_term(SEAT, "2025-06-01", at=NOW)

    (told,) = recorded(body)
    assert isinstance(told, SeatTermsCorrected)
    assert [(each.ends_on, each.vacated) for each in told.terms] == [(date(2024, 5, 31), True)]


def test_leaving_a_seat_is_told_as_that() -> None:
    body = a_filled_board()

    body.vacate_seat(SEAT, date(2024, 6, 1), at=NOW)

    assert recorded(body) == [
        SeatVacated(body_id="board", seat_id=SEAT, since=date(2024, 6, 1), occurred_at=NOW)
    ]
