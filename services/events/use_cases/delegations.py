"""Use cases of delegations."""

from datetime import datetime

from services.events.domain.delegate import Role
from services.events.domain.delegation import Delegation
from services.events.domain.naming import Naming
from services.events.domain.participation import Participation
from services.events.repository import Repositories
from shared.web.paging import Page, PageRequest


def list_delegations(
    here: Repositories, page: PageRequest, meeting_id: str, *, city_id: str | None
) -> Page[Delegation]:
    """List a meeting's delegations."""
    meeting = here.meetings.get(meeting_id)
    return here.delegations.page_of(page, meeting_id=meeting.id, city_id=city_id)


def get_delegation(here: Repositories, part: Participation) -> Delegation:
    """Look up a city's delegation to a meeting."""
    return here.delegations.get(part.delegation_id)


def nominate_delegate(
    here: Repositories,
    part: Participation,
    person_id: str,
    role: Role,
    *,
    by: str,
    at: datetime,
) -> Delegation:
    """Name a person for a city's delegation; ``by`` is the role of whoever does it."""
    delegation = here.delegations.find(part.delegation_id) or Delegation.of(part)
    naming = _naming(here, part, by, at)
    delegation.nominate(person_id, role, here.people.find(person_id), naming)
    here.delegations.save(delegation)
    return delegation


def confirm_delegate(
    here: Repositories, part: Participation, person_id: str, *, by: str, at: datetime
) -> Delegation:
    """Say for certain that a delegate comes; ``by`` is the role of whoever does it."""
    delegation = here.delegations.get(part.delegation_id)
    delegation.confirm(person_id, _naming(here, part, by, at))
    here.delegations.save(delegation)
    return delegation


def withdraw_delegate(
    here: Repositories, part: Participation, person_id: str, *, at: datetime
) -> Delegation:
    """Say that a delegate does not come after all."""
    delegation = here.delegations.get(part.delegation_id)
    delegation.withdraw(person_id, at=at)
    here.delegations.save(delegation)
    return delegation


def follow_participation(here: Repositories, part: Participation, *, at: datetime) -> None:
    """Withdraw a city's delegates if the city does not come, by what is true now."""
    delegation = here.delegations.find(part.delegation_id)
    if delegation is not None:
        _follow(here, delegation, at)


def follow_meeting(here: Repositories, meeting_id: str, *, at: datetime) -> None:
    """Withdraw the delegates of all cities that do not come, by what is true now."""
    delegations = here.delegations.of_meeting(meeting_id)
    here.invitations.find_many(each.part.invitation_id for each in delegations)  # all at once
    for delegation in delegations:
        _follow(here, delegation, at)


def _follow(here: Repositories, delegation: Delegation, at: datetime) -> None:
    invitation = here.invitations.find(delegation.part.invitation_id)
    if delegation.follow(invitation, here.meetings.get(delegation.meeting_id), at=at):
        here.delegations.save(delegation)


def _naming(here: Repositories, part: Participation, role: str, at: datetime) -> Naming:
    meeting = here.meetings.get(part.meeting_id)
    return Naming.by(role, meeting, here.invitations.find(part.invitation_id), at=at)
