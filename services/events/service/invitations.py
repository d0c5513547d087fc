"""Doors of invitations."""

from collections.abc import Iterable
from typing import Protocol

from services.events.domain.answer import Channel, InvitationState, Reply, Respondent
from services.events.domain.invitation import Invitation
from services.events.domain.link import AnswerLink
from services.events.domain.member import Member
from services.events.domain.participation import Participation
from services.events.domain.summary import InvitationSummary
from services.events.repository import Repositories
from services.events.schemas import (
    AcceptInvitationSchema,
    AnswerByLinkSchema,
    DeclineInvitationSchema,
    InvitationSchema,
    InvitationSummarySchema,
    ListInvitationsSchema,
    OpenAnswerLinkSchema,
    WithdrawInvitationSchema,
)
from services.events.use_cases import invitations
from shared.clock import utc_now
from shared.config import Settings
from shared.contracts.events import (
    AudienceInvited,
    CityInvited,
    CityOfficeNoted,
    InvitationUnaddressed,
)
from shared.messaging.subscriber import subscribe
from shared.web.auth import ORGANISER, OWN_CITY, SIGNED_LINK, Access, Principal
from shared.web.http import http
from shared.web.paging import Page, PageRequest

RESPONDENTS = ORGANISER | Access(city_lead=OWN_CITY)


class SigningRepositories(Repositories, Protocol):
    """Repositories, and the secret that links are signed with."""

    @property
    def settings(self) -> Settings:
        """What the process was told from outside."""


def _invitation_ids(event: AudienceInvited) -> Iterable[str]:
    return [Participation(event.meeting_id, city_id).invitation_id for city_id in event.reasons]


class InvitationDoors:
    """What can be asked and done about invitations, and what they follow."""

    @http(
        "GET",
        "/v1/meetings/<meeting_id>/invitations",
        takes=ListInvitationsSchema,
        lists=InvitationSchema,
        allow=RESPONDENTS,
    )
    def list_invitations(
        self: Repositories,
        page: PageRequest,
        meeting_id: str,
        state: InvitationState | None,
        city_id: str | None,
    ) -> Page[Invitation]:
        """List a meeting's invitations by city."""
        return invitations.list_invitations(self, page, meeting_id, state=state, city_id=city_id)

    @http("GET", "/v1/invitations/<invitation_id>", gives=InvitationSchema, allow=RESPONDENTS)
    def get_invitation(self: Repositories, invitation_id: str) -> Invitation:
        """Look up an invitation with its history."""
        return self.invitations.get(invitation_id)

    @http(
        "POST",
        "/v1/invitations/<invitation_id>/acceptance",
        takes=AcceptInvitationSchema,
        gives=InvitationSchema,
        allow=RESPONDENTS,
    )
    def accept_invitation(
        self: Repositories,
        invitation_id: str,
        on_behalf_of: str | None,
        channel: Channel,
        principal: Principal,
    ) -> Invitation:
        """Say that a city comes, for oneself or on behalf of somebody."""
        respondent = Respondent.with_token(
            principal.subject, principal.role, on_behalf_of=on_behalf_of, channel=channel
        )
        return invitations.accept_invitation(self, invitation_id, respondent, at=utc_now())

    @http(
        "POST",
        "/v1/invitations/<invitation_id>/decline",
        takes=DeclineInvitationSchema,
        gives=InvitationSchema,
        allow=RESPONDENTS,
    )
    def decline_invitation(
        self: Repositories,
        invitation_id: str,
        reason: str,
        on_behalf_of: str | None,
        channel: Channel,
        principal: Principal,
    ) -> Invitation:
        """Say that the person invited does not come; the alternate is asked if there is one."""
        respondent = Respondent.with_token(
            principal.subject, principal.role, on_behalf_of=on_behalf_of, channel=channel
        )
        at = utc_now()
        return invitations.decline_invitation(self, invitation_id, respondent, reason=reason, at=at)

    @http(
        "POST",
        "/v1/invitations/<invitation_id>/withdrawal",
        takes=WithdrawInvitationSchema,
        gives=InvitationSchema,
        allow=ORGANISER,
    )
    def withdraw_invitation(self: Repositories, invitation_id: str, reason: str) -> Invitation:
        """Take an invitation back."""
        return invitations.withdraw_invitation(self, invitation_id, reason=reason, at=utc_now())

    @http(
        "GET",
        "/v1/answers/<invitation_id>",
        takes=OpenAnswerLinkSchema,
        gives=InvitationSummarySchema,
        allow=SIGNED_LINK,
    )
    def open_answer_link(
        self: SigningRepositories, invitation_id: str, generation: int, signature: str
    ) -> InvitationSummary:
        """Show an invitation to the holder of its link."""
        link = AnswerLink(invitation_id=invitation_id, generation=generation, signature=signature)
        return invitations.open_answer_link(self, link, secret=self.settings.LINK_SECRET)

    @http(
        "POST",
        "/v1/answers/<invitation_id>",
        takes=AnswerByLinkSchema,
        gives=InvitationSummarySchema,
        allow=SIGNED_LINK,
    )
    def answer_by_link(
        self: SigningRepositories,
        invitation_id: str,
        answer: Reply,
        generation: int,
        signature: str,
        reason: str,
    ) -> InvitationSummary:
        """Accept or decline an invitation with its link."""
        link = AnswerLink(invitation_id=invitation_id, generation=generation, signature=signature)
        secret, at = self.settings.LINK_SECRET, utc_now()
        return invitations.answer_by_link(self, link, answer, secret=secret, reason=reason, at=at)

    @subscribe(AudienceInvited, loads={Invitation: _invitation_ids, Member: "reasons"})
    def on_audience_invited(self: Repositories, event: AudienceInvited) -> None:
        """Open the invitation of each city."""
        invitations.invite_cities(self, event, at=utc_now())

    @subscribe(InvitationUnaddressed, loads={Invitation: "invitation_id", Member: "city_id"})
    def on_invitation_unaddressed(self: Repositories, event: InvitationUnaddressed) -> None:
        """Address it, if the office holder has become known while it was saved."""
        invitations.address_invitation(self, event.invitation_id, at=utc_now())

    @subscribe(CityInvited, loads={Invitation: "invitation_id", Member: "city_id"})
    def on_city_invited(self: Repositories, event: CityInvited) -> None:
        """Address it to somebody else, if another became known while it was saved."""
        invitations.address_invitation(self, event.invitation_id, at=utc_now())

    @subscribe(CityOfficeNoted, alone=True)
    def on_city_office_noted(self: Repositories, event: CityOfficeNoted) -> None:
        """Address the city's open invitations to whoever holds its office."""
        invitations.address_invitations_of_city(self, event.city_id, at=utc_now())
