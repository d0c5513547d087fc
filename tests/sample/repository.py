"""Where orders, tallies and notes are kept."""

from shared.persistence import Index, Repository
from tests.sample.domain import Note, Order, Tally, UnknownOrder


class OrderRepository(Repository[Order]):
    """Orders."""

    collection = "orders"
    aggregate = Order
    not_found = UnknownOrder
    indexes = (Index("city_id"),)


class TallyRepository(Repository[Tally]):
    """Tallies."""

    collection = "tallies"
    aggregate = Tally


class NoteRepository(Repository[Note]):
    """Notes."""

    collection = "notes"
    aggregate = Note
