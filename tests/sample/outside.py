"""Contracts of a publisher that is not there: tests and the bench publish in its name."""

from dataclasses import dataclass

from shared.domain import Event


@dataclass(frozen=True, kw_only=True)
class Poked(Event):
    """Somebody outside wants a note to be written.

    Attributes:
        note_id: The note.
        text: What it says; ``poison`` makes the handler raise, ``refuse`` breaks a rule.
        answer: Whether the note says that it was written.
    """

    note_id: str
    text: str
    answer: bool = False


@dataclass(frozen=True, kw_only=True)
class Retitled(Event):
    """Somebody outside calls a note otherwise.

    Attributes:
        note_id: The note.
        title: Its new title; ``poison`` makes the handler raise, and so does every one after
            ``claimed``, as if another process were at the note.
    """

    note_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Unheard(Event):
    """Something that no handler exists for."""


@dataclass(frozen=True, kw_only=True)
class ContactChanged(Event, restricted=True):
    """Somebody outside is to be written to elsewhere.

    Attributes:
        email: Where.
    """

    email: str
