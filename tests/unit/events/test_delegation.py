from datetime import timedelta

import pytest

from services.events.domain.delegate import DelegateState, Role
from services.events.domain.delegation import (
    AlreadyNominated,
    AlreadyWithdrawn,
    Delegation,
    HeadAlreadyNamed,
    NotNominated,
    QuotaExceeded,
    UnknownDelegate,
    UnknownPerson,
)
from services.events.domain.invitation import Invitation
from services.events.domain.meeting import Meeting, MeetingNotOpen
from services.events.domain.naming import NamingTooLate, NotInvited
from services.events.domain.participation import Participation
from services.events.domain.person import Person
from shared.contracts.events import DelegateConfirmed, DelegateNominated, DelegateWithdrawn
from tests.unit.events.builders import (
    BEGINS,
    MAYOR,
    MEETING,
    NAMING_BY,
    NOW,
    SOFIA,
    TIRANA,
    a_delegation,
    a_meeting,
    a_naming,
    a_person,
    a_respondent,
    all_said,
    an_invitation,
    said,
)

LATE = NAMING_BY + timedelta(milliseconds=1)


def a_declined_invitation() -> Invitation:
    invitation = an_invitation()
    invitation.decline(a_respondent(), a_meeting(), reason="", at=NOW)
    return invitation


def a_withdrawn_invitation() -> Invitation:
    invitation = an_invitation()
    invitation.withdraw(reason="By mistake.", at=NOW)
    return invitation


def a_cancelled_meeting() -> Meeting:
    meeting = a_meeting()
    meeting.cancel(reason="Snow.", at=NOW)
    return meeting


def test_a_person_is_nominated_for_their_city() -> None:
    delegation = a_delegation()

    delegation.nominate("ana", Role.HEAD, a_person("ana"), a_naming())

    (nominated,) = said(delegation, DelegateNominated)
    assert delegation.id == Participation(MEETING, TIRANA).delegation_id
    assert (nominated.person_id, nominated.role, nominated.city_id) == ("ana", "head", TIRANA)
    assert delegation.delegates["ana"].state is DelegateState.NOMINATED


@pytest.mark.parametrize("person", [None, a_person("ana", SOFIA)])
def test_a_city_names_only_people_of_its_own(person: Person | None) -> None:
    with pytest.raises(UnknownPerson) as refused:
        a_delegation().nominate("ana", Role.HEAD, person, a_naming())

    assert refused.value.field == "person_id"


def test_a_person_is_not_nominated_twice() -> None:
    delegation = a_delegation(ana=Role.HEAD)

    with pytest.raises(AlreadyNominated):
        delegation.nominate("ana", Role.MEMBER, a_person("ana"), a_naming())


def test_a_delegation_has_one_head() -> None:
    delegation = a_delegation(ana=Role.HEAD)

    with pytest.raises(HeadAlreadyNamed):
        delegation.nominate("ben", Role.HEAD, a_person("ben"), a_naming())


def test_a_city_sends_no_more_than_its_quota() -> None:
    delegation = a_delegation(ana=Role.HEAD, ben=Role.MEMBER)

    with pytest.raises(QuotaExceeded):
        delegation.nominate("eva", Role.MEMBER, a_person("eva"), a_naming())


def test_who_was_withdrawn_frees_a_place_and_can_be_named_again() -> None:
    delegation = a_delegation(ana=Role.HEAD, ben=Role.MEMBER)
    delegation.withdraw("ana", at=NOW)

    delegation.nominate("ana", Role.HEAD, a_person("ana"), a_naming())

    assert delegation.delegates["ana"].state is DelegateState.NOMINATED


@pytest.mark.parametrize("invitation", [None, a_declined_invitation(), a_withdrawn_invitation()])
def test_a_city_that_does_not_come_names_nobody(invitation: Invitation | None) -> None:
    naming = a_naming(invitation=invitation)

    with pytest.raises(NotInvited):
        a_delegation().nominate("ana", Role.HEAD, a_person("ana"), naming)
    with pytest.raises(NotInvited):
        a_delegation(ana=Role.HEAD).confirm("ana", naming)


def test_nobody_is_named_once_the_meeting_has_begun_or_was_cancelled() -> None:
    for naming in (a_naming("organiser", at=BEGINS.at), a_naming(meeting=a_cancelled_meeting())):
        with pytest.raises(MeetingNotOpen):
            a_delegation().nominate("ana", Role.HEAD, a_person("ana"), naming)


def test_a_city_names_and_confirms_until_the_deadline() -> None:
    delegation = a_delegation()
    delegation.nominate("ana", Role.HEAD, a_person("ana"), a_naming(at=NAMING_BY))

    with pytest.raises(NamingTooLate):
        delegation.nominate("ben", Role.MEMBER, a_person("ben"), a_naming(at=LATE))
    with pytest.raises(NamingTooLate):
        delegation.confirm("ana", a_naming(at=LATE))


def test_the_secretariat_can_name_and_confirm_after_the_deadline() -> None:
    delegation = a_delegation()

    delegation.nominate("ana", Role.HEAD, a_person("ana"), a_naming("organiser", at=LATE))
    delegation.confirm("ana", a_naming("organiser", at=LATE))

    assert delegation.delegates["ana"].state is DelegateState.CONFIRMED


def test_without_a_deadline_a_city_names_until_the_meeting_begins() -> None:
    naming = a_naming(meeting=a_meeting(naming_by=None), at=BEGINS.at - timedelta(seconds=1))

    a_delegation().nominate("ana", Role.HEAD, a_person("ana"), naming)


@pytest.mark.parametrize(("person_id", "invitee"), [(MAYOR, True), ("ana", False)])
def test_confirming_tells_whether_the_invitation_is_addressed_to_the_delegate(
    person_id: str, invitee: bool
) -> None:
    delegation = a_delegation(**{person_id: Role.HEAD})
    meeting = a_meeting()
    meeting.revision = 2

    delegation.confirm(person_id, a_naming(meeting=meeting))

    (confirmed,) = said(delegation, DelegateConfirmed)
    assert (confirmed.person_id, confirmed.role, confirmed.invitee) == (person_id, "head", invitee)
    assert confirmed.revision == 2


def test_only_who_is_nominated_can_be_confirmed() -> None:
    delegation = a_delegation(ana=Role.HEAD, ben=Role.MEMBER)
    delegation.confirm("ana", a_naming())
    delegation.withdraw("ben", at=NOW)

    for person_id in ("ana", "ben"):
        with pytest.raises(NotNominated):
            delegation.confirm(person_id, a_naming())


def test_who_was_never_named_can_neither_be_confirmed_nor_withdrawn() -> None:
    delegation = a_delegation()

    with pytest.raises(UnknownDelegate):
        delegation.confirm("ana", a_naming())
    with pytest.raises(UnknownDelegate):
        delegation.withdraw("ana", at=NOW)


def test_withdrawing_tells_whether_others_have_acted_upon_the_delegate() -> None:
    delegation = a_delegation(ana=Role.HEAD, ben=Role.MEMBER)
    delegation.confirm("ana", a_naming())

    delegation.withdraw("ana", at=NOW)
    delegation.withdraw("ben", at=NOW)

    facts = [
        (each.person_id, each.was_confirmed, each.reason)
        for each in said(delegation, DelegateWithdrawn)
    ]
    assert facts == [("ana", True, "withdrawn"), ("ben", False, "withdrawn")]


def test_nobody_is_withdrawn_twice() -> None:
    delegation = a_delegation(ana=Role.HEAD)
    delegation.withdraw("ana", at=NOW)

    with pytest.raises(AlreadyWithdrawn):
        delegation.withdraw("ana", at=NOW)


@pytest.mark.parametrize(
    ("invitation", "meeting", "reason"),
    [
        (a_declined_invitation(), a_meeting(), "declined"),
        (a_withdrawn_invitation(), a_meeting(), "invitation_withdrawn"),
        (an_invitation(), a_cancelled_meeting(), "meeting_cancelled"),
        (None, a_cancelled_meeting(), "meeting_cancelled"),
        (a_declined_invitation(), a_cancelled_meeting(), "declined"),
    ],
)
def test_when_the_city_does_not_come_all_its_delegates_are_withdrawn(
    invitation: Invitation | None, meeting: Meeting, reason: str
) -> None:
    delegation = a_delegation(ana=Role.HEAD, ben=Role.MEMBER)
    delegation.confirm("ana", a_naming())

    assert delegation.follow(invitation, meeting, at=NOW)

    withdrawn = said(delegation, DelegateWithdrawn)
    assert [(each.person_id, each.reason) for each in withdrawn] == [
        ("ana", reason),
        ("ben", reason),
    ]
    assert {each.state for each in delegation.people} == {DelegateState.WITHDRAWN}


def test_following_twice_says_nothing_more() -> None:
    delegation = a_delegation(ana=Role.HEAD)
    delegation.follow(a_declined_invitation(), a_meeting(), at=NOW)

    assert not delegation.follow(a_declined_invitation(), a_meeting(), at=NOW)

    assert all_said(delegation) == ["DelegateWithdrawn"]


def test_delegates_stay_while_the_city_comes() -> None:
    delegation: Delegation = a_delegation(ana=Role.HEAD)

    assert not delegation.follow(an_invitation(), a_meeting(), at=NOW)

    assert delegation.delegates["ana"].is_active
