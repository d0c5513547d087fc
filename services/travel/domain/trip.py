"""Trip: one delegate's journey to one meeting, and home again."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from services.travel.domain.booking import Booking, Wish
from services.travel.domain.copies import MEETING_CANCELLED, MeetingCopy
from services.travel.domain.journey import Direction, Journey
from shared.contracts.events import DelegateConfirmed, DelegateWithdrawn
from shared.contracts.travel import (
    PartyBooked,
    TripBooked,
    TripOpened,
    TripReleased,
    TripWishesGiven,
)
from shared.domain import Aggregate
from shared.errors import Conflict, NotFound, RuleViolated
from shared.ids import derived_id


class TripNotFound(NotFound):
    """There is no such trip."""


class UnknownTrip(RuleViolated):
    """A request names a trip that there is not."""


class OtherMeeting(RuleViolated):
    """The trip leads to another meeting."""


class TripIsReleased(Conflict):
    """Nobody travels: the delegate was withdrawn, or the meeting cancelled."""


class TripState(StrEnum):
    """Whether anybody travels."""

    OPEN = "open"
    RELEASED = "released"


@dataclass(kw_only=True, eq=False)
class Trip(Aggregate):
    """The journey of one delegate to one meeting.

    It opens when the delegate is confirmed, is released when nobody travels any more, and opens
    again, as the same trip, when the delegate returns. Its wishes and bookings stay on record;
    rooms do not, since somebody else may have them by then.

    Attributes:
        meeting_id: The meeting.
        city_id: City the delegate comes for.
        person_id: The delegate.
        role: ``head`` or ``member`` of the delegation.
        state: Whether anybody travels.
        release_reason: As in ``TripReleased``; empty while it is open.
        mandate: Sequence number of the delegation's event that decided last whether the delegate
            comes; a room goes with the mandate it was reserved under.
        wishes: By direction.
        bookings: By direction.
    """

    meeting_id: str
    city_id: str
    person_id: str
    role: str = ""
    state: TripState = TripState.RELEASED
    release_reason: str = ""
    mandate: int = 0
    wishes: dict[Direction, Wish] = field(default_factory=dict)
    bookings: dict[Direction, Booking] = field(default_factory=dict)

    @classmethod
    def of(cls, event: DelegateConfirmed | DelegateWithdrawn) -> Self:
        """Return the trip of a delegate who is heard of for the first time."""
        return cls(
            id=trip_id_of(event),
            meeting_id=event.meeting_id,
            city_id=event.city_id,
            person_id=event.person_id,
        )

    @property
    def is_open(self) -> bool:
        """Whether somebody travels."""
        return self.state is TripState.OPEN

    def keeps(self, mandate: int) -> bool:
        """Tell whether a room that was reserved under a mandate is still needed."""
        return self.is_open and self.mandate == mandate

    def party_id(self, direction: Direction) -> str | None:
        """Return the party that a direction is booked with, if it is."""
        booking = self.bookings.get(direction)
        return booking.party_id if booking else None

    # -- what follows from elsewhere -----------------------------------------------------------

    def confirm(self, event: DelegateConfirmed, *, at: datetime) -> None:
        """Have it arranged; records ``TripOpened`` and, of a trip reopened, ``TripBooked``.

        A second confirmation of an open trip means that the withdrawal between the two is still
        under way; the trip is released and opened for it.
        """
        if not self.is_news(event, "delegate") or event.sequence == self.mandate:
            return
        if self.is_open:
            self._release("withdrawn", at)
        self.mandate, self.role = event.sequence, event.role
        self.state, self.release_reason = TripState.OPEN, ""
        self.record(
            TripOpened(
                trip_id=self.id,
                meeting_id=self.meeting_id,
                city_id=self.city_id,
                person_id=self.person_id,
                occurred_at=at,
            )
        )
        for direction in self.bookings:
            self._tell_booking(direction, at)

    def withdraw(self, event: DelegateWithdrawn, *, at: datetime) -> None:
        """Give it up; records ``TripReleased`` when it was open.

        A withdrawal that overtakes its confirmation leaves the trip released, so that the
        confirmation comes too late.
        """
        if self.is_news(event, "delegate"):
            self.mandate, self.role = event.sequence, event.role
            self._release(event.reason, at)

    def stop(self, *, at: datetime) -> None:
        """Give it up for a cancelled meeting; records ``TripReleased`` when it was open."""
        if self.is_open:
            self._release(MEETING_CANCELLED, at)

    def follow(self, meeting: MeetingCopy | None, *, at: datetime) -> bool:
        """Give it up if its meeting is known to be cancelled; returns whether it did."""
        if meeting is None or not meeting.cancelled or not self.is_open:
            return False
        self.stop(at=at)
        return True

    # -- what is asked of it -------------------------------------------------------------------

    def wish(self, direction: Direction, wish: Wish, *, at: datetime) -> None:
        """Note how the delegate would like to travel; records ``TripWishesGiven``.

        Raises:
            TripIsReleased: Nobody travels.
        """
        self.refuse_if_released()
        self.wishes[direction] = wish
        self.record(
            TripWishesGiven(
                trip_id=self.id,
                meeting_id=self.meeting_id,
                city_id=self.city_id,
                person_id=self.person_id,
                direction=direction.value,
                occurred_at=at,
            )
        )

    def book(self, direction: Direction, journey: Journey, *, at: datetime) -> None:
        """Book a direction in place of what was booked before; records ``TripBooked``.

        Who was to travel with a party now travels alone, until the party is booked again.

        Raises:
            TripIsReleased: Nobody travels.
        """
        self.refuse_if_released()
        self._put(direction, Booking(number=1, journey=journey, booked_at=at), at)

    def book_with_party(self, event: PartyBooked, *, at: datetime) -> None:
        """Follow the booking of a party; records ``TripBooked`` when it counts.

        It does not count when a newer booking of the party was heard before, or when the trip was
        booked in another way after it. A released trip keeps it, should the delegate return.
        """
        direction = Direction(event.direction)
        booking = Booking(
            number=1,
            journey=Journey.booked(event.legs),
            booked_at=event.occurred_at,
            party_id=event.party_id,
        )
        newest = self.is_news(event, f"party:{event.party_id}:{direction}")
        if newest and not self._is_booked_later(direction, booking):
            self._put(direction, booking, at)
        else:
            booked = self.bookings[direction]
            self.bookings[direction] = replace(booked, number=booked.number + 1)

    def refuse_if_released(self) -> None:
        """Refuse to arrange what nobody travels.

        Raises:
            TripIsReleased: Nobody does.
        """
        if not self.is_open:
            raise TripIsReleased("Nobody travels: the trip is released.", trip_id=self.id)

    # -- within --------------------------------------------------------------------------------

    def _release(self, reason: str, at: datetime) -> None:
        was_open = self.is_open
        self.state, self.release_reason = TripState.RELEASED, reason
        if was_open:
            self.record(
                TripReleased(
                    trip_id=self.id,
                    meeting_id=self.meeting_id,
                    city_id=self.city_id,
                    person_id=self.person_id,
                    reason=reason,
                    occurred_at=at,
                )
            )

    def _is_booked_later(self, direction: Direction, booking: Booking) -> bool:
        booked = self.bookings.get(direction)
        if booked is None or booked.party_id == booking.party_id:
            return False
        # Two that were booked in the same millisecond must not depend on what is heard first.
        there = booked.booked_at, booked.party_id or ""
        return there > (booking.booked_at, booking.party_id or "")

    def _put(self, direction: Direction, booking: Booking, at: datetime) -> None:
        booked = self.bookings.get(direction)
        if booked is not None:
            booking = replace(booking, number=booked.number + 1)
        self.bookings[direction] = booking
        if self.is_open:
            self._tell_booking(direction, at)

    def _tell_booking(self, direction: Direction, at: datetime) -> None:
        booking = self.bookings[direction]
        self.record(
            TripBooked(
                trip_id=self.id,
                meeting_id=self.meeting_id,
                city_id=self.city_id,
                person_id=self.person_id,
                direction=direction.value,
                legs=booking.journey.as_booked(),
                booking=booking.number,
                party_id=booking.party_id,
                occurred_at=at,
            )
        )


def trip_id_of(event: DelegateConfirmed | DelegateWithdrawn) -> str:
    """Return the id of a delegate's trip.

    The city is part of it, so that whatever decides about a trip comes from one delegation, in one
    order, and a trip belongs to one city.
    """
    return derived_id("travel.trip", event.meeting_id, event.city_id, event.person_id)
