"""Where meetings, invitations, delegations and the copies are kept."""

from typing import Any, Protocol

from services.events.domain.answer import InvitationState
from services.events.domain.body import Body
from services.events.domain.delegation import Delegation, UnknownDelegation
from services.events.domain.invitation import Invitation, UnknownInvitation
from services.events.domain.meeting import Meeting, MeetingState, UnknownMeeting
from services.events.domain.member import Member
from services.events.domain.person import Person
from services.events.domain.presidency import Presidency
from shared.persistence import Index, Repository
from shared.web.paging import Page, PageRequest


class MeetingRepository(Repository[Meeting]):
    """Meetings."""

    collection = "meetings"
    aggregate = Meeting
    not_found = UnknownMeeting
    indexes = (Index("plan.begins.at"), Index("plan.host_city_id", "plan.begins.at"))

    def page_of(
        self, page: PageRequest, *, states: tuple[MeetingState, ...], host_city_id: str | None
    ) -> Page[Meeting]:
        """Return the meetings in one of these states, and of one host if given, as they begin."""
        query: dict[str, Any] = {"state": {"$in": [state.value for state in states]}}
        if host_city_id is not None:
            query["plan.host_city_id"] = host_city_id
        return self.page(query, page, sort=("plan.begins.at",))


class InvitationRepository(Repository[Invitation]):
    """Invitations."""

    collection = "invitations"
    aggregate = Invitation
    not_found = UnknownInvitation
    indexes = (Index("meeting_id", "city_id"), Index("city_id", "state"))

    def page_of(
        self,
        page: PageRequest,
        *,
        meeting_id: str,
        state: InvitationState | None,
        city_id: str | None,
    ) -> Page[Invitation]:
        """Return a meeting's invitations by city, those of one state or city if given."""
        query = {"meeting_id": meeting_id}
        if state is not None:
            query["state"] = state.value
        if city_id is not None:
            query["city_id"] = city_id
        return self.page(query, page, sort=("city_id",))

    def open_of_city(self, city_id: str) -> list[Invitation]:
        """Return a city's invitations that nobody has answered yet."""
        return self.query({"city_id": city_id, "state": InvitationState.OPEN.value})


class DelegationRepository(Repository[Delegation]):
    """Delegations."""

    collection = "delegations"
    aggregate = Delegation
    not_found = UnknownDelegation
    indexes = (Index("meeting_id", "city_id"),)

    def page_of(
        self, page: PageRequest, *, meeting_id: str, city_id: str | None
    ) -> Page[Delegation]:
        """Return a meeting's delegations by city, that of one city if given."""
        query = {"meeting_id": meeting_id}
        if city_id is not None:
            query["city_id"] = city_id
        return self.page(query, page, sort=("city_id",))

    def of_meeting(self, meeting_id: str) -> list[Delegation]:
        """Return all of a meeting's delegations."""
        return self.query({"meeting_id": meeting_id})


class MemberRepository(Repository[Member]):
    """Copies of cities."""

    collection = "members"
    aggregate = Member
    is_copy = True

    def everybody(self) -> dict[str, Member]:
        """Return every city that was heard of, by id; a network has some hundred."""
        return {member.id: member for member in self.query({})}


class PersonRepository(Repository[Person]):
    """Copies of people."""

    collection = "people"
    aggregate = Person
    is_copy = True


class BodyRepository(Repository[Body]):
    """Copies of bodies."""

    collection = "bodies"
    aggregate = Body
    is_copy = True

    def everyone(self) -> dict[str, Body]:
        """Return every body that was heard of, by id; a network has some ten."""
        return {body.id: body for body in self.query({})}


class PresidencyRepository(Repository[Presidency]):
    """The copy of the presidency."""

    collection = "presidencies"
    aggregate = Presidency
    is_copy = True


class Repositories(Protocol):
    """What use cases work with; the service is one."""

    @property
    def meetings(self) -> MeetingRepository:
        """Meetings."""

    @property
    def invitations(self) -> InvitationRepository:
        """Invitations."""

    @property
    def delegations(self) -> DelegationRepository:
        """Delegations."""

    @property
    def members(self) -> MemberRepository:
        """Copies of cities."""

    @property
    def people(self) -> PersonRepository:
        """Copies of people."""

    @property
    def bodies(self) -> BodyRepository:
        """Copies of bodies."""

    @property
    def presidencies(self) -> PresidencyRepository:
        """The copy of the presidency."""
