"""What one process decides while another has just changed what it decided upon."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from services.travel import use_cases
from shared.persistence.store import Write
from tests.integration.travel.replay import QueryingStore, Replay
from tests.unit.travel.builders import (
    MEETING,
    NOW,
    a_block,
    a_hold,
    a_trip,
    delegate_confirmed,
    delegate_withdrawn,
    meeting_cancelled,
)


class InterruptedStore(QueryingStore):
    """A store in which something happens just before a collection is written for the first time."""

    def __init__(self) -> None:
        super().__init__()
        self._interruption: tuple[str, Callable[[], None]] | None = None

    def before_writing(self, collection: str, call: Callable[[], None]) -> None:
        """Have ``call`` run once, before the next write to a collection."""
        self._interruption = collection, call

    def write(self, writes: Any) -> None:
        collections = [write.collection for write in writes if isinstance(write, Write)]
        if self._interruption is not None and self._interruption[0] in collections:
            (_, call), self._interruption = self._interruption, None
            call()
        super().write(writes)


class Pair:
    """Two processes on one store, of which the other one is quick.

    Attributes:
        store: Where both keep everything.
        slow: The one that is interrupted.
    """

    def __init__(self) -> None:
        self.store = InterruptedStore()
        self.slow = Replay(self.store, random.Random(1))
        self._quick = Replay(self.store, random.Random(2))
        self.interrupted = False

    def meanwhile(self, collection: str, event: Any) -> None:
        """Have the quick one handle an event, and all that follows, when the slow one writes."""

        def interrupt() -> None:
            self._quick.tell(event)
            self._quick.deliver()
            self.interrupted = True

        self.store.before_writing(collection, interrupt)

    def only(self, collection: str) -> Any:
        """Return the only document of a collection."""
        (document,) = self.slow.state()[collection].values()
        return document

    def reserve(self) -> None:
        """Reserve a room for the only trip."""
        here, trip = self.slow.service, a_trip()
        self.slow.command(
            lambda: use_cases.reserve_stay(
                here.blocks, here.trips, "block-1", "stay-1", a_hold(trip), at=NOW
            )
        )


@pytest.fixture
def pair() -> Pair:
    """Two processes, an open trip and a block of rooms."""
    pair = Pair()
    pair.slow.tell(delegate_confirmed())
    pair.slow.deliver()
    block = a_block()
    pair.slow.command(lambda: pair.slow.service.blocks.save(block))
    return pair


@pytest.mark.parametrize("collection", ["blocks", "stays"])
def test_a_withdrawal_between_reading_the_trip_and_taking_a_room_frees_the_room(
    pair: Pair, collection: str
) -> None:
    pair.meanwhile(collection, delegate_withdrawn())

    pair.reserve()
    pair.slow.deliver()

    assert pair.interrupted
    assert pair.only("trips")["state"] == "released"
    assert pair.only("stays")["state"] == "released"
    assert pair.only("blocks")["holds"] == {}


def test_a_cancellation_between_reading_the_meeting_and_opening_a_trip_stops_it() -> None:
    pair = Pair()
    pair.meanwhile("trips", meeting_cancelled())

    pair.slow.tell(delegate_confirmed())
    pair.slow.deliver()

    assert pair.interrupted
    assert pair.only("meetings")["cancelled"]
    trip = pair.only("trips")
    assert (trip["state"], trip["release_reason"]) == ("released", "meeting_cancelled")


def test_a_delegate_who_leaves_and_returns_while_a_room_is_settled_has_none(pair: Pair) -> None:
    pair.meanwhile("stays", delegate_withdrawn("ada", 2))

    pair.reserve()
    pair.slow.tell(delegate_confirmed("ada", 3))
    pair.slow.deliver()

    trip = pair.only("trips")
    assert (trip["state"], trip["mandate"], trip["meeting_id"]) == ("open", 3, MEETING)
    assert pair.only("stays")["state"] == "released"
    assert pair.only("blocks")["holds"] == {}
