"""Answer: what was said to an invitation, by whom and in which way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.events.domain.roles import ORGANISER


class Channel(StrEnum):
    """How an answer reached us."""

    API = "api"
    LINK = "link"
    PHONE = "phone"
    MAIL = "mail"
    IN_PERSON = "in_person"


class InvitationState(StrEnum):
    """What has become of an invitation."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Reply(StrEnum):
    """What an answer says."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, kw_only=True)
class Respondent:
    """Who answers.

    Attributes:
        name: Who said it: a token's subject, ``link``, or a name when it is on behalf.
        recorded_by: Who recorded it: a token's subject, or ``link``.
        channel: How it reached us.
        on_behalf: Somebody else recorded it for the one who said it.
        keeps_deadline: Whether the answer has to be in time.
    """

    name: str
    recorded_by: str
    channel: Channel
    on_behalf: bool
    keeps_deadline: bool

    @classmethod
    def with_token(
        cls, subject: str, role: str, *, on_behalf_of: str | None, channel: Channel
    ) -> "Respondent":
        """Return whoever uses the API, for themselves or for somebody who told them."""
        return cls(
            name=on_behalf_of or subject,
            recorded_by=subject,
            channel=channel,
            on_behalf=on_behalf_of is not None,
            keeps_deadline=role != ORGANISER,
        )

    @classmethod
    def with_link(cls) -> "Respondent":
        """Return whoever holds the signed link of an invitation."""
        return cls(
            name=Channel.LINK.value,
            recorded_by=Channel.LINK.value,
            channel=Channel.LINK,
            on_behalf=False,
            keeps_deadline=True,
        )


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer as it is kept.

    Attributes:
        reply: What it says.
        person_id: To whom the invitation was addressed then.
        by: Who said it; see ``Respondent``.
        recorded_by: Who recorded it.
        channel: How it reached us.
        on_behalf: Somebody else recorded it.
        at: When it was recorded, UTC.
        reason: As given, or empty.
    """

    reply: Reply
    person_id: str
    by: str
    recorded_by: str
    channel: Channel
    on_behalf: bool
    at: datetime
    reason: str = ""

    @classmethod
    def of(
        cls, respondent: Respondent, reply: Reply, person_id: str, *, reason: str, at: datetime
    ) -> "Answer":
        """Return what a respondent says for the person addressed."""
        return cls(
            reply=reply,
            person_id=person_id,
            by=respondent.name,
            recorded_by=respondent.recorded_by,
            channel=respondent.channel,
            on_behalf=respondent.on_behalf,
            at=at,
            reason=reason,
        )
