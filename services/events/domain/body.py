"""Body: the copy of a body of the network and of who holds its seats."""

from dataclasses import dataclass, field
from datetime import date

from services.events.domain.as_of import Change, in_force, noted
from shared.contracts.membership import BodyFounded, SeatFilled, SeatVacated
from shared.domain import Aggregate
from shared.errors import RuleViolated

FOUNDATION = "foundation"
"""What a copy waits for that has heard of a seat, but not yet of the body itself."""


class UnknownBody(RuleViolated):
    """Nobody knows such a body."""


@dataclass(frozen=True, kw_only=True)
class SeatTerm(Change):
    """A seat has a holder from a day on.

    Attributes:
        city_id: The city; ``None`` when the seat is vacant.
        alternate_id: Person who steps in when the city's office holder declines, or ``None``.
    """

    city_id: str | None
    alternate_id: str | None = None


@dataclass(kw_only=True, eq=False)
class Body(Aggregate):
    """A body of the network as membership describes it.

    Attributes:
        name: English name; empty until the foundation was heard of.
        kind: As in ``BodyFounded``.
        seat_ids: Its seats, in order.
        seats: Terms of each seat, vacancies included, in the order in which they were told.
    """

    name: str = ""
    kind: str = ""
    seat_ids: tuple[str, ...] = ()
    seats: dict[str, tuple[SeatTerm, ...]] = field(default_factory=dict)

    @classmethod
    def heard_of(cls, body_id: str) -> "Body":
        """Return a body of which nothing but its id is known yet."""
        body = cls(id=body_id)
        body.wait_for(FOUNDATION)
        return body

    @property
    def is_founded(self) -> bool:
        """Whether membership's foundation has come."""
        return self.name != ""

    def found(self, event: BodyFounded) -> None:
        """Note name, kind and seats, unless something newer did."""
        if self.is_news(event):
            self.name, self.kind, self.seat_ids = event.name, event.kind, event.seats
        self.stop_waiting(FOUNDATION)

    def fill_seat(self, event: SeatFilled) -> None:
        """Note that a city holds a seat from a day on."""
        term = SeatTerm(
            sequence=event.sequence,
            since=event.starts_on,
            until=event.ends_on,
            city_id=event.city_id,
            alternate_id=event.alternate_id,
        )
        self._note_seat(event.seat_id, term)

    def vacate_seat(self, event: SeatVacated) -> None:
        """Note that nobody holds a seat from a day on."""
        term = SeatTerm(sequence=event.sequence, since=event.since, city_id=None)
        self._note_seat(event.seat_id, term)

    def holders_on(self, on: date) -> dict[str, str | None]:
        """Return the cities that hold a seat on a day, each with its alternate or ``None``."""
        holders: dict[str, str | None] = {}
        for seat_id in sorted(self.seats):
            term = in_force(self.seats[seat_id], on)
            if term is not None and term.city_id is not None:
                holders[term.city_id] = holders.get(term.city_id) or term.alternate_id
        return holders

    def _note_seat(self, seat_id: str, term: SeatTerm) -> None:
        self.seats[seat_id] = noted(self.seats.get(seat_id, ()), term)
