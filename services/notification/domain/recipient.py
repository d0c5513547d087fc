"""Recipient: notification's copy of a person, as far as letters need it."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.membership import PersonContactChanged, PersonDescribed
from shared.contracts.notification import RecipientNoted
from shared.domain import Aggregate


@dataclass(kw_only=True, eq=False)
class Recipient(Aggregate):
    """A person who may be written to; ``id`` is the person's.

    Attributes:
        name: In Latin letters, given name first; empty until it is known.
        original_name: In the script it is written in at home, or empty.
        languages: BCP 47, preferred first.
        email: Address of RFC 5321; empty until it is known.
        phone: ITU-T E.164, or empty.
    """

    name: str = ""
    original_name: str = ""
    languages: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is a name and an address to write to."""
        return bool(self.name and self.email)

    def name_in(self, language: str) -> str:
        """Return how to address the person in a language.

        That is the name in the script of home when the language is one of the person's own. What
        falls back to another language, or was asked for in Latin letters, has the name in those.
        """
        own = {wanted.lower().split("-")[0] for wanted in self.languages}
        parts = language.split("-")
        at_home = parts[0] in own and "Latn" not in parts
        return self.original_name if at_home and self.original_name else self.name

    def describe(self, event: PersonDescribed, *, at: datetime) -> None:
        """Take over name and languages; records ``RecipientNoted`` when that lets letters go."""
        if self.is_news(event):
            before = self._address()
            self.name, self.original_name = event.name, event.original_name
            self.languages = event.languages
            self._note(before, at)

    def change_contact(self, event: PersonContactChanged, *, at: datetime) -> None:
        """Take over address and phone; records ``RecipientNoted`` when that lets letters go."""
        if self.is_news(event):
            before = self._address()
            self.email, self.phone = event.email, event.phone
            self._note(before, at)

    def _address(self) -> tuple[object, ...]:
        return self.name, self.original_name, self.languages, self.email, self.phone

    def _note(self, before: tuple[object, ...], at: datetime) -> None:
        if self.is_known and self._address() != before:
            self.record(RecipientNoted(person_id=self.id, occurred_at=at))
