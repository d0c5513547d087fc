"""Where messages are kept, and the copies that decide about them."""

from services.notification.domain import (
    Attendance,
    Kind,
    Meeting,
    Message,
    Recipient,
    State,
    UnknownMessage,
)
from shared.persistence import Index, Repository
from shared.persistence.document import Document
from shared.web.paging import Page, PageRequest


class RecipientRepository(Repository[Recipient]):
    """People who may be written to."""

    collection = "recipients"
    aggregate = Recipient
    is_copy = True


class MeetingRepository(Repository[Meeting]):
    """Meetings."""

    collection = "meetings"
    aggregate = Meeting
    is_copy = True


class AttendanceRepository(Repository[Attendance]):
    """What people have to do with meetings."""

    collection = "attendances"
    aggregate = Attendance
    is_copy = True
    indexes = (Index("meeting_id"),)

    def of_meeting(self, meeting_id: str) -> list[Attendance]:
        """Return those of a meeting, in no particular order."""
        return self.query({"meeting_id": meeting_id})


class MessageRepository(Repository[Message]):
    """Messages."""

    collection = "messages"
    aggregate = Message
    not_found = UnknownMessage
    indexes = (
        Index("intended_at"),
        Index("person_id", "meeting_id"),
        Index("meeting_id", "state"),
        Index("state", "intended_at"),
    )
    counted_states = (State.INTENDED.value, State.HELD.value, State.FAILED.value)

    def held_for_person(self, person_id: str) -> list[Message]:
        """Return the messages to a person that wait for something."""
        return self.query({"person_id": person_id, "state": State.HELD.value})

    def held_for_meeting(self, meeting_id: str) -> list[Message]:
        """Return the messages about a meeting that wait for something."""
        return self.query({"meeting_id": meeting_id, "state": State.HELD.value})

    def told_revision(self, person_id: str, meeting_id: str) -> int | None:
        """Return the highest schedule revision that a person was told of; ``None`` for none."""
        sent = self.query(
            {"person_id": person_id, "meeting_id": meeting_id, "state": State.SENT.value}
        )
        revisions = [message.revision for message in sent if message.revision is not None]
        return max(revisions, default=None)

    def matching(
        self,
        page: PageRequest,
        *,
        person_id: str | None,
        meeting_id: str | None,
        state: State | None,
        kind: Kind | None,
    ) -> Page[Message]:
        """Return a page of messages, oldest first; ``None`` stands for all."""
        wanted: Document = {
            "person_id": person_id,
            "meeting_id": meeting_id,
            "state": state and state.value,
            "kind": kind and kind.value,
        }
        query = {name: value for name, value in wanted.items() if value is not None}
        return self.page(query, page, sort=("intended_at",))
