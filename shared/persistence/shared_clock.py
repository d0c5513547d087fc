"""The clock's offset as the processes of one service share it: a document, followed by all."""

import logging
import threading
import time
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pymongo import IndexModel, ReturnDocument
from pymongo.database import Database
from pymongo.errors import PyMongoError

from shared.clock import CLOCK, real_now
from shared.errors import Unavailable
from shared.ids import new_id
from shared.persistence.document import Document
from shared.persistence.indexes import Indexes
from shared.persistence.store import answering

FOLLOW_SECONDS = 0.25
GONE = timedelta(seconds=10)
"""A process that was not heard of for so long is not waited for."""
ADOPTED_WITHIN_SECONDS = 10.0

log = logging.getLogger(__name__)


class SharedClock:
    """Sets the offset for all processes of a service, and follows it in this one.

    Attributes:
        indexes: The one that forgets dead processes.
    """

    indexes: ClassVar[Indexes] = {"_processes": (IndexModel("seen_at", expireAfterSeconds=3600),)}

    def __init__(self, database: Database[Document]) -> None:
        self._clock = database["_clock"]
        self._processes = database["_processes"]
        self._process = new_id()
        self._said: tuple[int, float] = (-1, 0.0)

    @answering()
    def set(self, now: datetime) -> datetime:
        """Set the domain's time; returns it once every live process has adopted it.

        Raises:
            Unavailable: A live process did not adopt it within ten seconds.
            DatabaseAway: It does not answer.
        """
        milliseconds = round((now - real_now()).total_seconds() * 1000)
        document: Any = self._clock.find_one_and_update(
            {"_id": "offset"},
            {"$set": {"milliseconds": milliseconds}, "$inc": {"generation": 1}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        self.follow_once()
        deadline = time.monotonic() + ADOPTED_WITHIN_SECONDS
        behind = {"generation": {"$lt": document["generation"]}}
        while self._processes.find_one({**behind, "seen_at": {"$gt": real_now() - GONE}}):
            if time.monotonic() > deadline:
                raise Unavailable("A process has not adopted the time yet.")
            time.sleep(FOLLOW_SECONDS / 4)
        return CLOCK.now()

    def follow_once(self) -> None:
        """Adopt the offset, and say that it was adopted."""
        document = self._clock.find_one({"_id": "offset"})
        if document is not None:
            offset = timedelta(milliseconds=document["milliseconds"])
            CLOCK.move(offset, document["generation"])
        generation, said_at = self._said
        if generation != CLOCK.generation or time.monotonic() - said_at > GONE.total_seconds() / 4:
            self._processes.update_one(
                {"_id": self._process},
                {"$set": {"generation": CLOCK.generation, "seen_at": real_now()}},
                upsert=True,
            )
            self._said = (CLOCK.generation, time.monotonic())

    def follow(self, stopping: threading.Event, *, may_be_set: bool) -> None:
        """Follow until told to stop; where the clock may not be set, there is nothing to do."""
        while may_be_set and not stopping.wait(FOLLOW_SECONDS):
            try:
                self.follow_once()
            except PyMongoError as error:
                log.warning("clock not followed", extra={"reason": type(error).__name__})
        if may_be_set:
            try:
                self._processes.delete_one({"_id": self._process})
            except PyMongoError:
                return
