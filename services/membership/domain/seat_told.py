"""Terms of seats as they are told to others."""

from datetime import datetime

from services.membership.domain.seat import Seat
from services.membership.domain.seat_term import SeatTerm
from shared.contracts.membership import AlternateSince, HeldTerm, SeatFilled, SeatTermsCorrected


def seat_filled(body_id: str, seat_id: str, term: SeatTerm, at: datetime) -> SeatFilled:
    """Return the event that tells of a new term."""
    return SeatFilled(
        body_id=body_id,
        seat_id=seat_id,
        city_id=term.city_id,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        alternate_id=term.alternate_id,
        sample=term.sample,
        occurred_at=at,
    )


def terms_corrected(body_id: str, seat: Seat, at: datetime) -> SeatTermsCorrected:
    """Return the event that tells all terms of a seat, instead of what was told before."""
    held = tuple(_told(each) for each in seat.terms)
    return SeatTermsCorrected(body_id=body_id, seat_id=seat.id, terms=held, occurred_at=at)


def _told(term: SeatTerm) -> HeldTerm:
    return HeldTerm(
        city_id=term.city_id,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        alternate_id=term.alternate_id,
        alternates=tuple(
            AlternateSince(since=each.since, person_id=each.person_id) for each in term.alternates
        ),
        vacated=term.vacated,
        sample=term.sample,
    )
