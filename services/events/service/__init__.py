"""The doors of events, by what they are about."""

from services.events.repository import (
    BodyRepository,
    DelegationRepository,
    InvitationRepository,
    MeetingRepository,
    MemberRepository,
    PersonRepository,
    PresidencyRepository,
)
from services.events.service.delegations import DelegationDoors
from services.events.service.invitations import InvitationDoors
from services.events.service.meetings import MeetingDoors
from services.events.service.membership import MembershipDoors
from shared.configured import Configured
from shared.persistence import Mongo
from shared.service import Service


class EventsService(MeetingDoors, InvitationDoors, DelegationDoors, MembershipDoors, Service):
    """Which meetings are held, who is invited, what they answer and whom they send."""

    name = "events"
    port = 8002

    settings = Configured()
    meetings = Mongo(MeetingRepository)
    invitations = Mongo(InvitationRepository)
    delegations = Mongo(DelegationRepository)
    members = Mongo(MemberRepository)
    people = Mongo(PersonRepository)
    bodies = Mongo(BodyRepository)
    presidencies = Mongo(PresidencyRepository)
