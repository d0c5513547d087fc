"""Use cases of invitations."""

from datetime import datetime

from services.events.domain.answer import InvitationState, Reply, Respondent
from services.events.domain.invitation import Invitation
from services.events.domain.link import AnswerLink
from services.events.domain.participation import Participation
from services.events.domain.summary import InvitationSummary
from services.events.repository import Repositories
from shared.contracts.events import AudienceInvited
from shared.web.paging import Page, PageRequest


def list_invitations(
    here: Repositories,
    page: PageRequest,
    meeting_id: str,
    *,
    state: InvitationState | None,
    city_id: str | None,
) -> Page[Invitation]:
    """List a meeting's invitations."""
    meeting = here.meetings.get(meeting_id)
    return here.invitations.page_of(page, meeting_id=meeting.id, state=state, city_id=city_id)


def accept_invitation(
    here: Repositories, invitation_id: str, respondent: Respondent, *, at: datetime
) -> Invitation:
    """Say that a city comes."""
    invitation = here.invitations.get(invitation_id)
    meeting = here.meetings.get(invitation.meeting_id)
    invitation.accept(respondent, meeting, at=at)
    here.invitations.save(invitation)
    return invitation


def decline_invitation(
    here: Repositories, invitation_id: str, respondent: Respondent, *, reason: str, at: datetime
) -> Invitation:
    """Say that the person invited does not come."""
    invitation = here.invitations.get(invitation_id)
    meeting = here.meetings.get(invitation.meeting_id)
    invitation.decline(respondent, meeting, reason=reason, at=at)
    here.invitations.save(invitation)
    return invitation


def withdraw_invitation(
    here: Repositories, invitation_id: str, *, reason: str, at: datetime
) -> Invitation:
    """Take an invitation back."""
    invitation = here.invitations.get(invitation_id)
    invitation.withdraw(reason=reason, at=at)
    here.invitations.save(invitation)
    return invitation


def open_answer_link(here: Repositories, link: AnswerLink, *, secret: str) -> InvitationSummary:
    """Show an invitation to the holder of its link."""
    link.check_signature(secret)
    invitation = here.invitations.get(link.invitation_id)
    link.check_generation(invitation)
    return _summary(here, invitation)


def answer_by_link(
    here: Repositories, link: AnswerLink, reply: Reply, *, secret: str, reason: str, at: datetime
) -> InvitationSummary:
    """Accept or decline an invitation with its link."""
    link.check_signature(secret)
    invitation = here.invitations.get(link.invitation_id)
    meeting = here.meetings.get(invitation.meeting_id)
    link.answer(invitation, reply, meeting, reason=reason, at=at)
    here.invitations.save(invitation)
    return _summary(here, invitation)


def invite_cities(here: Repositories, event: AudienceInvited, *, at: datetime) -> None:
    """Open the invitation of each city that a meeting has invited."""
    members = here.members.find_many(event.reasons)
    for city_id in event.reasons:
        invitation_id = Participation(event.meeting_id, city_id).invitation_id
        if here.invitations.find(invitation_id) is None:
            member = members.get(city_id)
            person_id = member.addressee_on(event.on) if member else None
            here.invitations.save(Invitation.open(event, city_id, person_id, at=at))


def address_invitation(here: Repositories, invitation_id: str, *, at: datetime) -> None:
    """Address an invitation to whoever holds the city's office by what is known now."""
    _address(here, here.invitations.get(invitation_id), at)


def address_invitations_of_city(here: Repositories, city_id: str, *, at: datetime) -> None:
    """Address a city's open invitations to whoever holds its office by what is known now."""
    for invitation in here.invitations.open_of_city(city_id):
        _address(here, invitation, at)


def _address(here: Repositories, invitation: Invitation, at: datetime) -> None:
    member = here.members.find(invitation.city_id)
    person_id = member.addressee_on(invitation.on) if member else None
    if invitation.address(person_id, at=at):
        here.invitations.save(invitation)


def _summary(here: Repositories, invitation: Invitation) -> InvitationSummary:
    meeting = here.meetings.get(invitation.meeting_id)
    return InvitationSummary.of(invitation, meeting, here.members.find(invitation.city_id))
