"""Which events this service has handled, for those who want to read what they wrote.

A command answers ``Zirve-Seen: <service>/<collection>/<id>@<sequence>;type=<Event>``. Whoever
sends that as ``Zirve-After`` to another service is answered once that service has handled it. One
small document a batch says what was handled; it is a hint that lasts a day, not a promise.
"""

import re
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from pymongo import IndexModel, WriteConcern
from pymongo.database import Database
from pymongo.errors import PyMongoError

from shared.clock import real_now
from shared.errors import Conflict, RuleViolated
from shared.messaging.envelope import Envelope
from shared.persistence.document import Document
from shared.persistence.indexes import Indexes
from shared.persistence.store import answering

KEPT = timedelta(hours=24)
WAIT_SECONDS = 5.0
LOOK_SECONDS = 0.02
_TOKEN = re.compile(r"(?P<event>[a-z]+/[a-z_]+/[^@;,\s]{1,200}@\d{1,18});type=(?P<name>[A-Za-z]+)")


class NotYetKnown(Conflict):
    """The service has not heard yet what the caller has seen elsewhere."""


class Seen:
    """The events that one service has handled.

    Attributes:
        indexes: Of its collection.
    """

    indexes: ClassVar[Indexes] = {
        "_seen": (
            IndexModel("events"),
            IndexModel("of", sparse=True),
            IndexModel("at", expireAfterSeconds=int(KEPT.total_seconds())),
        )
    }

    def __init__(self, database: Database[Document], heard: frozenset[tuple[str, str]]) -> None:
        """Look at a database.

        Args:
            database: The service's.
            heard: Publisher and name of each event that the service is bound to.
        """
        self._batches = database.get_collection("_seen", write_concern=WriteConcern(w=1))
        self._heard = heard

    def note(self, envelopes: Iterable[Envelope]) -> None:
        """Note that these were handled; when it fails, somebody waits in vain."""
        by_restatement: dict[str, list[str]] = {}
        for each in envelopes:
            events = by_restatement.setdefault(each.restatement, [])
            events.append(f"{each.source}@{each.sequence}")
        for restatement, events in by_restatement.items():
            batch = {"at": real_now(), "events": events}
            try:
                self._batches.insert_one(batch | ({"of": restatement} if restatement else {}))
            except PyMongoError:
                return

    def wait_for(self, header: str) -> None:
        """Wait until what a ``Zirve-After`` header names was handled.

        Events that this service does not listen to are not waited for.

        Raises:
            RuleViolated: The header is not one or more of our tokens, separated by commas.
            NotYetKnown: It was not handled within five seconds.
            DatabaseAway: It does not answer.
        """
        wanted = []
        for token in header.split(","):
            match = _TOKEN.fullmatch(token.strip())
            if match is None:
                raise RuleViolated("This is no Zirve-Seen token.", field="Zirve-After")
            if (match["event"].partition("/")[0], match["name"]) in self._heard:
                wanted.append(match["event"])
        deadline = time.monotonic() + WAIT_SECONDS
        while wanted:
            wanted = [each for each in wanted if not self._was_handled(each)]
            if wanted and time.monotonic() > deadline:
                raise NotYetKnown(f"Not heard of yet: {', '.join(wanted)}.")
            if wanted:
                time.sleep(LOOK_SECONDS)

    def count(self, restatement: str | None = None) -> int:
        """Count the distinct events handled within the last day, or those of a restatement.

        Raises:
            DatabaseAway: It does not answer.
        """
        stages: list[Document] = [
            {"$match": {} if restatement is None else {"of": restatement}},
            {"$unwind": "$events"},
            {"$group": {"_id": "$events"}},
            {"$count": "events"},
        ]
        with answering():
            return next((found["events"] for found in self._batches.aggregate(stages)), 0)

    def _was_handled(self, event: str) -> bool:
        with answering():
            return self._batches.find_one({"events": event}, {"_id": 1}) is not None
