"""Doors of delegations."""

from collections.abc import Mapping

from services.events.domain.delegate import Role
from services.events.domain.delegation import Delegation
from services.events.domain.invitation import Invitation
from services.events.domain.meeting import Meeting
from services.events.domain.participation import Participation
from services.events.repository import Repositories
from services.events.schemas import (
    DelegationSchema,
    ListDelegationsSchema,
    NominateDelegateSchema,
)
from services.events.use_cases import delegations
from shared.clock import utc_now
from shared.contracts.events import (
    DelegateConfirmed,
    DelegateNominated,
    InvitationDeclined,
    InvitationWithdrawn,
    MeetingCancelled,
)
from shared.domain import Aggregate
from shared.messaging.subscriber import Key, subscribe
from shared.web.auth import ANYWHERE, ORGANISER, OWN_CITY, Access, Principal
from shared.web.http import http
from shared.web.paging import Page, PageRequest

CITIES = ORGANISER | Access(city_lead=OWN_CITY)
READERS = CITIES | Access(host=ANYWHERE)

OfACity = InvitationDeclined | InvitationWithdrawn | DelegateNominated | DelegateConfirmed


def _part(event: OfACity) -> Participation:
    return Participation(event.meeting_id, event.city_id)


PART: Mapping[type[Aggregate], Key] = {
    Delegation: lambda event: _part(event).delegation_id,
    Invitation: lambda event: _part(event).invitation_id,
    Meeting: "meeting_id",
}
"""What decides whether a city's delegates come."""


class DelegationDoors:
    """What can be asked and done about delegations, and what they follow."""

    @http(
        "GET",
        "/v1/meetings/<meeting_id>/delegations",
        takes=ListDelegationsSchema,
        lists=DelegationSchema,
        allow=READERS,
    )
    def list_delegations(
        self: Repositories, page: PageRequest, meeting_id: str, city_id: str | None
    ) -> Page[Delegation]:
        """List a meeting's delegations by city."""
        return delegations.list_delegations(self, page, meeting_id, city_id=city_id)

    @http(
        "GET",
        "/v1/meetings/<meeting_id>/delegations/<city_id>",
        gives=DelegationSchema,
        allow=READERS,
    )
    def get_delegation(self: Repositories, meeting_id: str, city_id: str) -> Delegation:
        """Look up a city's delegation."""
        return delegations.get_delegation(self, Participation(meeting_id, city_id))

    @http(
        "POST",
        "/v1/meetings/<meeting_id>/delegations/<city_id>/delegates",
        takes=NominateDelegateSchema,
        gives=DelegationSchema,
        status=201,
        allow=CITIES,
    )
    def nominate_delegate(
        self: Repositories,
        meeting_id: str,
        city_id: str,
        person_id: str,
        role: Role,
        principal: Principal,
    ) -> Delegation:
        """Name a person for a city's delegation."""
        part = Participation(meeting_id, city_id)
        return delegations.nominate_delegate(
            self, part, person_id, role, by=principal.role, at=utc_now()
        )

    @http(
        "POST",
        "/v1/meetings/<meeting_id>/delegations/<city_id>/delegates/<person_id>/confirmation",
        gives=DelegationSchema,
        allow=CITIES,
    )
    def confirm_delegate(
        self: Repositories, meeting_id: str, city_id: str, person_id: str, principal: Principal
    ) -> Delegation:
        """Say for certain that a delegate comes."""
        part = Participation(meeting_id, city_id)
        return delegations.confirm_delegate(self, part, person_id, by=principal.role, at=utc_now())

    @http(
        "POST",
        "/v1/meetings/<meeting_id>/delegations/<city_id>/delegates/<person_id>/withdrawal",
        gives=DelegationSchema,
        allow=CITIES,
    )
    def withdraw_delegate(
        self: Repositories, meeting_id: str, city_id: str, person_id: str
    ) -> Delegation:
        """Say that a delegate does not come after all."""
        part = Participation(meeting_id, city_id)
        return delegations.withdraw_delegate(self, part, person_id, at=utc_now())

    @subscribe(InvitationDeclined, loads=PART)
    def on_invitation_declined(self: Repositories, event: InvitationDeclined) -> None:
        """Withdraw the delegates of a city that does not come."""
        delegations.follow_participation(self, _part(event), at=utc_now())

    @subscribe(InvitationWithdrawn, loads=PART)
    def on_invitation_withdrawn(self: Repositories, event: InvitationWithdrawn) -> None:
        """Withdraw the delegates of a city that is invited no longer."""
        delegations.follow_participation(self, _part(event), at=utc_now())

    @subscribe(DelegateNominated, loads=PART)
    def on_delegate_nominated(self: Repositories, event: DelegateNominated) -> None:
        """Withdraw the delegate, if the city stays away since while this was saved."""
        delegations.follow_participation(self, _part(event), at=utc_now())

    @subscribe(DelegateConfirmed, loads=PART)
    def on_delegate_confirmed(self: Repositories, event: DelegateConfirmed) -> None:
        """Withdraw the delegate, if the city stays away since while this was saved."""
        delegations.follow_participation(self, _part(event), at=utc_now())

    @subscribe(MeetingCancelled, alone=True)
    def on_meeting_cancelled(self: Repositories, event: MeetingCancelled) -> None:
        """Withdraw all delegates."""
        delegations.follow_meeting(self, event.meeting_id, at=utc_now())
