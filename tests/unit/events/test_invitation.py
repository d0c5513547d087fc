from datetime import timedelta

import pytest

from services.events.domain.answer import Channel, InvitationState, Reply, Respondent
from services.events.domain.invitation import (
    AlreadyAnswered,
    AlreadyWithdrawn,
    AnswerTooLate,
    Invitation,
    NobodyAddressed,
)
from services.events.domain.link import PURPOSE, AnswerLink, LinkRefused, LinkRevoked
from services.events.domain.meeting import MeetingNotOpen
from services.events.domain.participation import Participation
from shared.contracts.events import (
    CityInvited,
    InvitationAccepted,
    InvitationDeclined,
    InvitationPassed,
    InvitationUnaddressed,
    InvitationWithdrawn,
)
from shared.links import sign
from tests.unit.events.builders import (
    ANSWER_BY,
    BEGINS,
    DEPUTY,
    MAYOR,
    MEETING,
    NOW,
    TIRANA,
    a_meeting,
    a_respondent,
    all_said,
    an_invitation,
    audience_invited,
    said,
)

LATE = ANSWER_BY + timedelta(milliseconds=1)
SECRET = "0123456789abcdef0123456789abcdef"


def accept(invitation: Invitation, respondent: Respondent | None = None) -> None:
    invitation.accept(respondent or a_respondent(), a_meeting(), at=NOW)


def decline(invitation: Invitation, respondent: Respondent | None = None) -> None:
    invitation.decline(respondent or a_respondent(), a_meeting(), reason="Council.", at=NOW)


def test_a_city_is_invited_through_its_office_holder() -> None:
    invitation = Invitation.open(audience_invited(DEPUTY), TIRANA, MAYOR, at=NOW)

    (invited,) = said(invitation, CityInvited)
    assert invitation.id == Participation(MEETING, TIRANA).invitation_id
    assert (invited.person_id, invited.alternate_id) == (MAYOR, DEPUTY)
    assert (invited.generation, invited.revision, invited.answer_by) == (1, 0, ANSWER_BY)
    assert invitation.waiting_for == frozenset()


def test_an_invitation_waits_while_nobody_is_known_to_address_it_to() -> None:
    invitation = Invitation.open(audience_invited(), TIRANA, None, at=NOW)

    assert all_said(invitation) == ["InvitationUnaddressed"]
    assert invitation.waiting_for == {"addressee"}

    assert invitation.address(MAYOR, at=NOW)

    (invited,) = said(invitation, CityInvited)
    assert (invited.person_id, invited.generation) == (MAYOR, 1)
    assert invitation.waiting_for == frozenset()


def test_an_open_invitation_follows_what_becomes_known_of_the_office() -> None:
    invitation = an_invitation(MAYOR)

    assert invitation.address("successor", at=NOW)

    (invited,) = said(invitation, CityInvited)
    assert (invited.person_id, invited.generation) == ("successor", 2)


def test_an_open_invitation_waits_again_when_the_office_proves_to_be_vacant() -> None:
    invitation = an_invitation(MAYOR)

    assert invitation.address(None, at=NOW)

    assert said(invitation, InvitationUnaddressed)[0].city_id == TIRANA
    assert invitation.person_id is None
    assert invitation.generation == 2
    assert invitation.waiting_for == {"addressee"}


def test_addressing_it_to_the_same_person_changes_nothing() -> None:
    invitation = an_invitation(MAYOR)

    assert not invitation.address(MAYOR, at=NOW)

    assert all_said(invitation) == []
    assert invitation.generation == 1


def test_an_answer_settles_to_whom_it_is_addressed() -> None:
    accepted, declined, passed = (
        an_invitation(),
        an_invitation(),
        an_invitation(alternate_id=DEPUTY),
    )
    accept(accepted)
    decline(declined)
    decline(passed)

    assert not any(each.address("successor", at=NOW) for each in (accepted, declined, passed))
    assert [each.person_id for each in (accepted, declined, passed)] == [MAYOR, MAYOR, DEPUTY]


def test_accepting_says_who_answered_and_how() -> None:
    invitation = an_invitation()
    respondent = Respondent.with_token(
        "ada", "organiser", on_behalf_of="The secretary", channel=Channel.PHONE
    )

    invitation.accept(respondent, a_meeting(), at=NOW)

    (accepted,) = said(invitation, InvitationAccepted)
    (answer,) = invitation.history
    assert invitation.state is InvitationState.ACCEPTED
    assert (accepted.person_id, accepted.answered_by) == (MAYOR, "The secretary")
    assert (accepted.channel, accepted.on_behalf, accepted.generation) == ("phone", True, 1)
    assert (answer.by, answer.recorded_by, answer.at) == ("The secretary", "ada", NOW)


def test_whoever_answers_for_themselves_is_named_by_their_token() -> None:
    invitation = an_invitation()

    accept(invitation)

    (accepted,) = said(invitation, InvitationAccepted)
    assert (accepted.answered_by, accepted.channel, accepted.on_behalf) == ("ada", "api", False)


def test_an_acceptance_cannot_be_given_twice() -> None:
    invitation = an_invitation()
    accept(invitation)

    with pytest.raises(AlreadyAnswered):
        accept(invitation)


def test_a_decline_without_an_alternate_is_for_good() -> None:
    invitation = an_invitation()

    decline(invitation)

    (declined,) = said(invitation, InvitationDeclined)
    assert (declined.passed_on, declined.reason, declined.person_id) == (False, "Council.", MAYOR)
    assert invitation.state is InvitationState.DECLINED
    assert invitation.is_void
    with pytest.raises(AlreadyAnswered):
        decline(invitation)
    with pytest.raises(AlreadyAnswered):
        accept(invitation)


def test_a_decline_passes_the_invitation_to_the_alternate_with_its_history() -> None:
    invitation = an_invitation(alternate_id=DEPUTY)
    meeting = a_meeting()
    meeting.revision = 3

    invitation.decline(a_respondent(), meeting, reason="Council.", at=NOW)

    (declined,) = said(invitation, InvitationDeclined)
    (passed,) = said(invitation, InvitationPassed)
    assert all_said(invitation) == ["InvitationDeclined", "InvitationPassed"]
    assert declined.passed_on
    assert declined.generation == 1
    assert (passed.from_person_id, passed.person_id) == (MAYOR, DEPUTY)
    assert (passed.generation, passed.revision) == (2, 3)
    assert invitation.state is InvitationState.OPEN
    assert [answer.person_id for answer in invitation.history] == [MAYOR]


def test_an_alternate_is_asked_once() -> None:
    invitation = an_invitation(alternate_id=DEPUTY)
    decline(invitation)

    decline(invitation)

    assert [each.passed_on for each in said(invitation, InvitationDeclined)] == [True, False]
    assert invitation.state is InvitationState.DECLINED


def test_an_alternate_who_is_the_office_holder_is_not_asked_again() -> None:
    invitation = an_invitation(MAYOR, alternate_id=MAYOR)

    decline(invitation)

    assert invitation.state is InvitationState.DECLINED


def test_what_was_accepted_can_be_declined_later() -> None:
    invitation = an_invitation()
    accept(invitation)

    decline(invitation)

    assert invitation.state is InvitationState.DECLINED
    assert [answer.reply for answer in invitation.history] == [Reply.ACCEPTED, Reply.DECLINED]


def test_an_alternate_can_accept() -> None:
    invitation = an_invitation(alternate_id=DEPUTY)
    decline(invitation)

    accept(invitation)

    (accepted,) = said(invitation, InvitationAccepted)
    assert (accepted.person_id, accepted.generation) == (DEPUTY, 2)


def test_a_withdrawn_invitation_is_void_and_so_is_its_link() -> None:
    invitation = an_invitation()

    invitation.withdraw(reason="By mistake.", at=NOW)

    (withdrawn,) = said(invitation, InvitationWithdrawn)
    assert (withdrawn.person_id, withdrawn.reason) == (MAYOR, "By mistake.")
    assert invitation.is_void
    assert invitation.generation == 2
    with pytest.raises(AlreadyWithdrawn):
        invitation.withdraw(reason="Again.", at=NOW)
    with pytest.raises(AlreadyWithdrawn):
        accept(invitation)
    with pytest.raises(AlreadyWithdrawn):
        decline(invitation)
    assert not invitation.address("successor", at=NOW)


def test_an_invitation_that_waits_for_an_addressee_can_be_withdrawn() -> None:
    invitation = an_invitation(None)

    invitation.withdraw(reason="By mistake.", at=NOW)

    assert said(invitation, InvitationWithdrawn)[0].person_id is None
    assert invitation.waiting_for == frozenset()


def test_nobody_can_answer_what_is_addressed_to_nobody() -> None:
    for answer in (accept, decline):
        with pytest.raises(NobodyAddressed):
            answer(an_invitation(None))


def test_a_city_answers_until_the_deadline() -> None:
    in_time, late = an_invitation(), an_invitation()

    in_time.accept(a_respondent(), a_meeting(), at=ANSWER_BY)

    with pytest.raises(AnswerTooLate):
        late.accept(a_respondent(), a_meeting(), at=LATE)
    with pytest.raises(AnswerTooLate):
        late.decline(Respondent.with_link(), a_meeting(), reason="", at=LATE)
    assert late.history == ()


def test_the_secretariat_can_record_an_answer_after_the_deadline() -> None:
    invitation = an_invitation()

    invitation.accept(a_respondent("organiser"), a_meeting(), at=LATE)

    assert invitation.state is InvitationState.ACCEPTED


def test_nobody_answers_once_the_meeting_has_begun_or_was_cancelled() -> None:
    cancelled = a_meeting()
    cancelled.cancel(reason="Snow.", at=NOW)

    with pytest.raises(MeetingNotOpen):
        an_invitation().accept(a_respondent("organiser"), a_meeting(), at=BEGINS.at)
    with pytest.raises(MeetingNotOpen):
        an_invitation().decline(a_respondent(), cancelled, reason="", at=NOW)


# -- signed links ------------------------------------------------------------------------------


def a_link(
    generation: int = 1, *, signed_for: int | None = None, purpose: str = PURPOSE
) -> AnswerLink:
    invitation_id = an_invitation().id
    signature = sign(SECRET, purpose, invitation_id, signed_for or generation)
    return AnswerLink(invitation_id=invitation_id, generation=generation, signature=signature)


def test_the_holder_of_a_link_answers_without_an_account() -> None:
    invitation = an_invitation()

    a_link().check_signature(SECRET)
    a_link().answer(invitation, Reply.ACCEPTED, a_meeting(), reason="", at=NOW)

    (accepted,) = said(invitation, InvitationAccepted)
    assert (accepted.answered_by, accepted.channel, accepted.on_behalf) == ("link", "link", False)


def test_the_holder_of_a_link_can_decline() -> None:
    invitation = an_invitation()

    a_link().answer(invitation, Reply.DECLINED, a_meeting(), reason="Council.", at=NOW)

    assert said(invitation, InvitationDeclined)[0].reason == "Council."


@pytest.mark.parametrize(
    "link",
    [
        AnswerLink(invitation_id=an_invitation().id, generation=1, signature="made-up"),
        a_link(2, signed_for=1),
        a_link(purpose="erase_invitation"),
    ],
)
def test_a_link_that_was_not_made_by_us_is_refused(link: AnswerLink) -> None:
    with pytest.raises(LinkRefused):
        link.check_signature(SECRET)


def test_no_link_holds_where_no_secret_is_set() -> None:
    invitation_id = an_invitation().id
    forged = AnswerLink(
        invitation_id=invitation_id, generation=1, signature=sign("", PURPOSE, invitation_id, 1)
    )

    with pytest.raises(LinkRefused):
        forged.check_signature("")


def test_the_link_of_whoever_was_asked_before_is_void() -> None:
    invitation = an_invitation(alternate_id=DEPUTY)
    decline(invitation)

    with pytest.raises(LinkRevoked):
        a_link(1).answer(invitation, Reply.ACCEPTED, a_meeting(), reason="", at=NOW)
    a_link(2).answer(invitation, Reply.ACCEPTED, a_meeting(), reason="", at=NOW)

    assert invitation.state is InvitationState.ACCEPTED
