"""Epochs: how events are numbered after a database was restored from a backup.

A backup does not know the events that were published after it. Were the next ones numbered as
those were, whoever has heard those would take the next ones for known. So a restore begins an
epoch: numbers go on from its time in microseconds, beyond all that was reached one by one.

What is stored keeps the number of its last event until there is a next one: it may be that event
which an aggregate is waiting for, as a message that is intended and has still to be sent.
"""

import time
from collections.abc import Iterable

from pymongo.database import Database

from shared.persistence.document import Document

_COLLECTION = "_epoch"


def floor_of(database: Database[Document]) -> int:
    """Return the number beyond which new events are numbered; 0 without a restore."""
    found = database[_COLLECTION].find_one({"_id": "epoch"})
    return found["floor"] if found else 0


def begin_epoch(database: Database[Document], collections: Iterable[str]) -> int:
    """Have events and versions numbered beyond all that were forgotten; returns the new floor.

    No process of the service may run. Interrupted, it is simply done again.
    """
    # Never lower than an epoch before, whatever the clock says.
    now: Document = {"$max": {"floor": time.time_ns() // 1000}}
    database[_COLLECTION].update_one({"_id": "epoch"}, now, upsert=True)
    floor = floor_of(database)
    for collection in collections:
        # An ETag must not come again with other contents.
        database[collection].update_many({}, {"$max": {"_version": floor}})
    return floor
