"""Restatement: published events are published once more, for a service that has lost its copies.

They are the same events, with their ids and numbers, so those who have heard them do nothing, and
those who have not handle them as they would have the first time. There is no second way to build a
copy, which could differ from the first (docs/decisions/0015).

Any process of the publisher takes a restatement up and keeps it by a lease; it notes how far it has
come after each page. Whoever follows one that was killed begins with that page again.
"""

import logging
import random
import threading
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import ClassVar

from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.errors import PyMongoError

from shared.clock import real_now
from shared.errors import NotFound, Unavailable
from shared.ids import new_id
from shared.messaging.envelope import headers_of
from shared.messaging.frames import Outgoing
from shared.messaging.relay import Sender
from shared.persistence.document import Document
from shared.persistence.facts import aggregate_of
from shared.persistence.indexes import Indexes
from shared.persistence.store import Store, answering

PAGE = 200
PAUSE_SECONDS = 0.2
"""Between two pages: 1,000 events a second at the most, which leaves room for what is new."""
LOOK_SECONDS = 1.0
LEASE = timedelta(seconds=30)
KEPT = timedelta(days=90)
_COLLECTION = "_restatements"

log = logging.getLogger(__name__)


class UnknownRestatement(NotFound):
    """Nobody has asked for this restatement, or it was longer than 90 days ago."""


class Restatements:
    """What one service says again.

    Attributes:
        indexes: Of its collection.
    """

    indexes: ClassVar[Indexes] = {
        _COLLECTION: (IndexModel("finished_at", expireAfterSeconds=int(KEPT.total_seconds())),)
    }

    def __init__(
        self, service: str, store: Store, sender: Sender, collections: Iterable[str]
    ) -> None:
        """Look at a database.

        Args:
            service: Its name.
            store: Its documents.
            sender: Publishes.
            collections: Those with outboxes.
        """
        self._service = service
        self._store = store
        self._sender = sender
        self._collections = list(collections)
        self._restatements = store.database[_COLLECTION]
        self._process = new_id()
        self._awaited: dict[str, set[str]] = {}

    def ask(self, events: Sequence[str], by: str) -> Document:
        """Have all published events of these names published again.

        Args:
            events: Names of contracts.
            by: Who wants it.

        Raises:
            DatabaseAway: It does not answer.
        """
        asked: Document = {
            "_id": new_id(),
            "events": list(events),
            "asked_by": by,
            "asked_at": real_now(),
            "position": "",
            "published": 0,
            "finished_at": None,
            "process": "",
            "until": real_now(),
        }
        with answering():
            self._restatements.insert_one(asked)
        return asked

    def get(self, restatement_id: str) -> Document:
        """Tell how far a restatement has come.

        Raises:
            UnknownRestatement: There is none.
            DatabaseAway: It does not answer.
        """
        with answering():
            found = self._restatements.find_one({"_id": restatement_id})
        if found is None:
            raise UnknownRestatement(f"There is no restatement {restatement_id!r}.")
        return found

    def run(self, stopping: threading.Event) -> None:
        """Publish what is asked for until told to stop; a thread of its own."""
        while not stopping.wait(LOOK_SECONDS * random.uniform(0.8, 1.2)):  # noqa: S311 - jitter
            try:
                while self.publish_page():
                    if stopping.wait(PAUSE_SECONDS):
                        return
            except (Unavailable, PyMongoError) as error:
                log.warning("restatement waits", extra={"reason": type(error).__name__})

    def publish_page(self) -> bool:
        """Publish one page of what is asked for; tells whether there may be more to do now.

        Raises:
            Unavailable, PyMongoError: It did not work; the page is published again.
        """
        now = real_now()
        mine = {"$or": [{"process": self._process}, {"until": {"$lte": now}}]}
        asked = self._restatements.find_one_and_update(
            {"finished_at": None, **mine},
            {"$set": {"process": self._process, "until": now + LEASE}},
            sort=[("asked_at", ASCENDING)],
            return_document=ReturnDocument.AFTER,
        )
        if asked is None or not self._is_complete(asked):
            return False
        facts = self._store.facts.after(asked["position"], asked["events"], PAGE)
        told: Document = {"published": asked["published"] + len(facts)}
        if facts:
            self._sender.send([self._outgoing(each, asked["_id"]) for each in facts])
            told["position"] = facts[-1]["_id"]
        if len(facts) < PAGE:
            told["finished_at"] = real_now()
            log.info("restated", extra={"count": told["published"]})
        # Where it was: whose lease has ended meanwhile must not set it back.
        self._restatements.update_one(
            {"_id": asked["_id"], "position": asked["position"]}, {"$set": told}
        )
        return True

    def _is_complete(self, asked: Document) -> bool:
        """Tell whether all that was published before it was asked for is among the facts by now.

        An event can have been heard while it is in its outbox still, and be missed by whoever
        walks through the facts just then. So what was in an outbox at the first look must have
        left it; no clock says what was there before.
        """
        if asked["position"]:
            return True
        there = self._in_outboxes()
        awaited = self._awaited.setdefault(asked["_id"], there)
        awaited &= there
        if not awaited:
            del self._awaited[asked["_id"]]
        return not awaited

    def _in_outboxes(self) -> set[str]:
        full: Document = {"_outbox.at": {"$exists": True}}
        return {
            entry["id"]
            for collection in self._collections
            for document in self._store.find(collection, full, projection={"_outbox.id": 1})
            for entry in document["_outbox"]
        }

    def _outgoing(self, fact: Document, restatement_id: str) -> Outgoing:
        headers = headers_of(fact, self._service, *aggregate_of(fact))
        headers["ce-restatementid"] = restatement_id
        body = bytes(fact["body"])
        return Outgoing(f"{self._service}.events", fact["type"], body, headers, fact["id"])
