"""AnswerLink: what lets the holder of an invitation answer it without an account."""

from dataclasses import dataclass
from datetime import datetime

from services.events.domain.answer import Reply, Respondent
from services.events.domain.invitation import Invitation
from services.events.domain.meeting import Meeting
from shared.errors import Forbidden
from shared.links import verify

PURPOSE = "answer_invitation"


class LinkRefused(Forbidden):
    """The link is not one of ours."""


class LinkRevoked(Forbidden):
    """The link was replaced by a newer one, or taken back."""


@dataclass(frozen=True, kw_only=True)
class AnswerLink:
    """The parts of a signed link, as its holder gives them.

    Attributes:
        invitation_id: The invitation.
        generation: Number of the invitation's link.
        signature: Over purpose, invitation and generation; see ``shared.links``.
    """

    invitation_id: str
    generation: int
    signature: str

    def check_signature(self, secret: str) -> None:
        """Refuse a link that was not made by us; before anything is looked up for it.

        Args:
            secret: The installation's.

        Raises:
            LinkRefused: It was made with another secret, or for something else.
        """
        if not verify(self.signature, secret, PURPOSE, self.invitation_id, self.generation):
            raise LinkRefused("This is no link of ours.")

    def check_generation(self, invitation: Invitation) -> None:
        """Refuse a link that is ours, but not the newest one of its invitation.

        Raises:
            LinkRevoked: It was replaced or taken back.
        """
        if self.generation != invitation.generation:
            raise LinkRevoked("This link is void; a newer message has another one.")

    def answer(
        self, invitation: Invitation, reply: Reply, meeting: Meeting, *, reason: str, at: datetime
    ) -> None:
        """Accept or decline the invitation in the name of whom it is addressed to.

        Raises:
            LinkRevoked: The link was replaced or taken back.
            Conflict: The answer cannot be taken; see ``Invitation``.
        """
        self.check_generation(invitation)
        if reply is Reply.ACCEPTED:
            invitation.accept(Respondent.with_link(), meeting, at=at)
        else:
            invitation.decline(Respondent.with_link(), meeting, reason=reason, at=at)
