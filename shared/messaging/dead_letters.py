"""Dead letters: parked messages as documents, to be listed, shown, replayed and dropped.

Reading a queue means taking from it, which hides a message from others and counts as a delivery.
So each process moves what is in ``<service>.parked`` to the collection ``_dead_letters``, stored
first and acked then; from there on several operators are several writers of one document.

A letter's ``round`` is how often its message had been replayed before it came; the message carries
it as ``zirve-replays``. Whenever somebody is killed between two steps, a message comes twice or
late, so it counts only if its round is higher than what is stored. A replay is noted once the
broker has confirmed it: a kill in between leaves the letter open, to be replayed again, and whoever
hears the event then has heard it already.
"""

import hashlib
import logging
import re
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar

from amqp.serialization import dumps, loads
from pymongo import ASCENDING, IndexModel, UpdateOne
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.clock import real_now
from shared.errors import Conflict, NotFound
from shared.ids import derived_id
from shared.messaging.connection import Link
from shared.messaging.envelope import BadEnvelope, opened
from shared.messaging.failure import HISTORY_MOST, noted
from shared.messaging.frames import Outgoing
from shared.messaging.received import Subscription
from shared.messaging.relay import Sender
from shared.messaging.topology import DELIVERY_LIMIT, Topology
from shared.observability import metrics
from shared.persistence.document import Document
from shared.persistence.indexes import Indexes
from shared.persistence.store import Store, answering
from shared.web.paging import Page, PageRequest

PARKED, REPLAYED, DROPPED = STATES = ("parked", "replayed", "dropped")
KEPT = timedelta(days=90)
"""How long a letter stays after it was replayed or dropped."""
BODY_BYTES = 1_048_576
"""What is kept of a body: 1 MiB; an event has 64 KiB at the most."""
IN_HAND = 20
TOGETHER = 100
AWAY_SECONDS = 2.0
_COLLECTION = "_dead_letters"
_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_OURS = ("x-", "zirve-")
_NOT_REPLAYED = {"$ne": REPLAYED}
_LISTED = {"body": 0, "headers": 0, "traceback": 0}

log = logging.getLogger(__name__)


class UnknownDeadLetter(NotFound):
    """No message with this id was parked here."""


class NotParked(Conflict):
    """The message was replayed meanwhile."""


class DeadLetters:
    """The dead letters of one service.

    Attributes:
        indexes: Of its collection.
    """

    indexes: ClassVar[Indexes] = {
        _COLLECTION: (
            IndexModel([("state", ASCENDING), ("_id", ASCENDING)]),
            IndexModel("closed_at", expireAfterSeconds=int(KEPT.total_seconds())),
        )
    }

    def __init__(
        self,
        store: Store,
        topology: Topology,
        subscriptions: Sequence[Subscription],
        sender: Sender,
    ) -> None:
        self._store = store
        self._letters = store.database[_COLLECTION]
        self._topology = topology
        self._subscriptions = subscriptions
        self._sender = sender

    # -- from the queue ------------------------------------------------------------------------

    def run(self, uri: str, stopping: threading.Event) -> None:
        """Move what is parked from the queue to the database; a thread of its own."""
        while not stopping.is_set():
            try:
                self._move(uri, stopping)
            except Exception as error:  # noqa: BLE001 - this thread must outlive whatever a frame holds
                log.warning("parked messages wait", extra={"reason": type(error).__name__})
                stopping.wait(AWAY_SECONDS)

    def _move(self, uri: str, stopping: threading.Event) -> None:
        link = Link(uri, f"{self._topology.service} dead letters")
        arrived: deque[Any] = deque()
        try:
            link.channel.basic_qos(0, IN_HAND, False)  # noqa: FBT003 - amqp's signature
            link.channel.basic_consume(self._topology.parked, callback=arrived.append)
            while not stopping.is_set():
                link.read(0.5)
                try:
                    while arrived:
                        self.keep(arrived[0])
                        link.channel.basic_ack(arrived.popleft().delivery_tag)
                except PyMongoError as error:
                    # Held, not given back: each time that it comes again counts as a delivery.
                    log.warning("parked messages wait", extra={"reason": type(error).__name__})
                    stopping.wait(AWAY_SECONDS)
        finally:
            link.close()

    def keep(self, message: Any) -> None:
        """Store a parked message, unless it is known already."""
        headers = message.properties.get("application_headers") or {}
        body: bytes = message.body.encode() if isinstance(message.body, str) else message.body
        message_id = _text(message.properties.get("message_id"))
        plain = {k: v for k, v in headers.items() if not str(k).startswith(_OURS)}
        table: bytes = dumps("F", [plain])
        letter_id, event = _identity(headers, message_id, table + body)
        subscription = next((each for each in self._subscriptions if each.name == event), None)
        reason, history = headers.get("zirve-reason"), headers.get("zirve-history")
        trace, rounds = headers.get("zirve-traceback"), headers.get("zirve-replays")
        if deaths := headers.get("x-death"):
            # No process has had a chance to say anything: the broker itself has given up.
            reason = f"{deaths[0]['reason']}: it came {DELIVERY_LIMIT} times and was never acked"
            history, trace = noted(history, reason), ""
        letter = {
            "state": PARKED,
            "round": rounds if type(rounds) is int else 0,
            "event": event,
            "handler": subscription and f"{self._topology.service}.{subscription.call.__name__}",
            "open_to_all": bool(subscription and not subscription.contract.restricted),
            "reason": _text(reason),
            "traceback": _text(trace),
            "history": _text(history).splitlines(),
            "parked_at": real_now(),
            "closed_at": None,
            "message_id": message_id,
            "headers": table,
            "body": body[:BODY_BYTES],
        }
        is_news = {"_id": letter_id, "round": {"$lt": letter["round"]}}
        # When it is not, the upsert finds the id taken.
        with suppress(DuplicateKeyError):
            self._letters.update_one(is_news, {"$set": letter}, upsert=True)

    # -- for operators -------------------------------------------------------------------------

    @answering()
    def count(self) -> int:
        """Count the letters that nobody has replayed or dropped."""
        return self._letters.count_documents({"state": PARKED})

    def page(self, state: str, request: PageRequest) -> Page[Document]:
        """Return letters in one state without their contents, oldest events first."""
        after = request.position(1)
        beyond = {"_id": {"$gt": after[0]}} if after else {}
        found = self._find({"state": state, **beyond}, _LISTED, request.limit + 1)
        shown = found[: request.limit]
        return Page.of(shown, [shown[-1]["_id"]] if len(found) > len(shown) else None)

    def get(self, letter_id: str, *, whole: bool = False) -> Document:
        """Return a letter with its headers, and with its body as text.

        Args:
            letter_id: Which.
            whole: With its body even where that may hold contact data: of a restricted event, and
                of what was no event that this service knows.

        Raises:
            UnknownDeadLetter: There is none.
        """
        for letter in self._find({"_id": letter_id}):
            headers = {_text(name): _text(value) for name, value in _headers(letter).items()}
            may = whole or letter["open_to_all"]
            body = letter["body"].decode(errors="replace") if may else None
            return letter | {"headers": headers, "body": body}
        raise UnknownDeadLetter(f"No message {letter_id!r} was parked here.")

    @answering()
    def replay(self, ids: Sequence[str] | None, by: str) -> int:
        """Bring messages back to the inbox, the whole ladder before them; returns how many.

        What was replayed already is left alone; what was dropped may be replayed after all.

        Args:
            ids: Of letters; ``None`` for all that are parked.
            by: Who wants it.

        Raises:
            UnknownDeadLetter: One of them does not exist; nothing is replayed.
            BrokerAway: The broker did not confirm; what it did not is parked still.
            DatabaseAway: It does not answer; a replay may be repeated.
        """
        for each in ids or ():
            self.get(each)
        state = PARKED if ids is None else _NOT_REPLAYED
        which = {"state": state} | ({} if ids is None else {"_id": {"$in": ids}})
        found = [each["_id"] for each in self._find(which, {"_id": 1})]
        count = 0
        for start in range(0, len(found), TOGETHER):
            some = {"state": state, "_id": {"$in": found[start : start + TOGETHER]}}
            if letters := self._find(some):  # Somebody else may have been faster.
                self._sender.send([self._again(letter, by) for letter in letters])
                # A round later it may be here again by now, and that is for another replay.
                same = [{"_id": each["_id"], "round": each["round"]} for each in letters]
                self._letters.bulk_write([UpdateOne(each, _closed(REPLAYED, by)) for each in same])
                _tell(letters, REPLAYED, by)
                count += len(letters)
        return count

    @answering()
    def drop(self, letter_id: str, why: str, by: str) -> None:
        """Note that a message needs nobody any more; it stays to be looked at.

        Raises:
            UnknownDeadLetter: There is none.
            NotParked: It was replayed.
            DatabaseAway: It does not answer.
        """
        if self.get(letter_id)["state"] == DROPPED:
            return
        parked, told = {"_id": letter_id, "state": PARKED}, f"{by}: {why}"
        letter = self._letters.find_one_and_update(parked, _closed(DROPPED, told))
        if letter is None:
            raise NotParked("The message was replayed.")
        _tell([letter], DROPPED, told)

    def _find(
        self, query: Document, fields: Document | None = None, limit: int = 0
    ) -> list[Document]:
        order = [("_id", ASCENDING)]
        return self._store.find(_COLLECTION, query, projection=fields, sort=order, limit=limit)

    def _again(self, letter: Document, by: str) -> Outgoing:
        history = noted("\n".join(letter["history"]), f"{REPLAYED} by {by}")
        headers = _headers(letter)
        headers |= {"zirve-history": history, "zirve-replays": letter["round"] + 1}
        return Outgoing(self._topology.requeue, "", letter["body"], headers, letter["message_id"])


def _identity(headers: Document, message_id: str, content: bytes) -> tuple[str, str | None]:
    """Return the letter's id, which is the event's if it is one; and publisher and name of that."""
    with suppress(BadEnvelope):
        envelope = opened(headers)
        if _ID.fullmatch(envelope.id):
            return envelope.id, f"{envelope.publisher}.{envelope.name}"
    return derived_id("dead letter", message_id, hashlib.sha256(content).hexdigest()), None


def _headers(letter: Document) -> dict[Any, Any]:
    headers: dict[Any, Any] = loads("F", letter["headers"], 0)[0][0]
    return headers


def _closed(state: str, told: str) -> Document:
    """Return the update that closes a letter, and says so in its history."""
    lines = noted(None, f"{state} by {told}").splitlines()
    return {
        "$set": {"state": state, "closed_at": real_now()},
        "$push": {"history": {"$each": lines, "$slice": -HISTORY_MOST}},
    }


def _tell(letters: Sequence[Document], fate: str, told: str) -> None:
    for each in letters:
        # The name of what nobody here hears must not make a label.
        metrics.closed(each["event"].partition(".")[2] if each["handler"] else "unknown", fate)
        log.warning("dead letter closed", extra={"letter": each["_id"], "fate": fate, "told": told})


def _text(value: Any) -> str:
    """Return what a header holds as text that can be stored."""
    return ("" if value is None else str(value)).encode(errors="replace").decode()
