"""Seats that are held ex officio: by whom, as it follows from the presidency."""

from services.membership.domain.presidency import Presidency
from services.membership.domain.seat import Seat, SeatBasis
from services.membership.domain.seat_term import SeatTerm

YEARS_AWAY = {
    SeatBasis.PRESIDENCY_CURRENT: 0,
    SeatBasis.PRESIDENCY_PREVIOUS: -1,
    SeatBasis.PRESIDENCY_NEXT: 1,
}
"""By basis, the year whose host holds the seat, counted from that of the term in office."""


def host_for(basis: SeatBasis, presidency: Presidency, year: int) -> str | None:
    """Return the city that holds a seat of this basis in a year; ``None`` when nobody is elected.

    Args:
        basis: Any but ``elected``.
        presidency: All its terms.
        year: Year of the term in office.
    """
    return presidency.host_of(year + YEARS_AWAY[basis])


def terms_by_office(seat: Seat, presidency: Presidency) -> tuple[SeatTerm, ...]:
    """Return the terms of a seat held ex officio, by first day: those of the presidency.

    The terms that the seat has already keep their alternates.
    """
    held = {(each.starts_on, each.city_id): each for each in seat.terms}
    terms = []
    for office in presidency.terms:
        # A term that was taken over has one city for its first days and another for the rest.
        city_id = (
            office.city_id
            if seat.basis is SeatBasis.PRESIDENCY_CURRENT
            else host_for(seat.basis, presidency, office.year)
        )
        if city_id is None:
            continue
        before = held.get((office.starts_on, city_id))
        term = before or SeatTerm(city_id=city_id, starts_on=office.starts_on)
        terms.append(term.within(office.starts_on, office.ends_on, vacated=False))
    return tuple(terms)
