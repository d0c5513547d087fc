from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from services.events.domain.participation import Participation
from tests.integration.events.world import World, done, refused
from tests.support.client import Client
from tests.support.waiting import wait_until
from tests.unit.events.builders import body_founded, city_described, office_held, seat_filled

PAST_DEADLINE = {"answer_by": "2024-10-30T22:00:00Z"}


def with_alternate(world: World) -> str:
    """Invite Tirana by a seat that has an alternate; returns the invitation's id."""
    board = f"board-{world.mark}"
    deputy = world.person("deputy")
    world.tell(
        body_founded(body_id=board),
        seat_filled(world.tirana, body_id=board, alternate_id=deputy),
    )
    meeting_id = world.meeting()
    body = {"audience": [{"body_id": board}], "on": "2024-12-07"}
    done(world.api.post(f"/v1/meetings/{meeting_id}/invitations", body))
    invitation_id = Participation(meeting_id, world.tirana).invitation_id
    world.until_invitation(invitation_id, state="open")
    return invitation_id


# -- to whom it is addressed -------------------------------------------------------------------


def test_an_invited_city_is_addressed_through_its_mayor(world: World) -> None:
    meeting_id, invitation_id = world.invited()

    assert world.invitation(invitation_id) == {
        "id": invitation_id,
        "meeting_id": meeting_id,
        "city_id": world.tirana,
        "on": "2024-12-07",
        "part": "named",
        "person_id": world.mayor(world.tirana),
        "alternate_id": None,
        "answer_by": "2024-11-22T22:00:00.000Z",
        "revision": 0,
        "generation": 1,
        "state": "open",
        "history": [],
        "reason": "",
    }


def test_an_invitation_waits_until_the_mayor_is_known(world: World) -> None:
    city_id = world.city("gr-athens")
    world.tell(city_described(city_id))
    (invitation_id,) = world.invite(world.meeting(), city_id)
    waiting = world.documents.invitations.find_one({"_id": invitation_id})
    assert waiting is not None
    assert waiting["_waiting_for"] == ["addressee"]
    assert world.invitation(invitation_id)["person_id"] is None

    world.tell(office_held("kostas", city_id=city_id))

    addressed = world.until_invitation(invitation_id, person_id="kostas")
    assert addressed["generation"] == 1
    done_waiting = world.documents.invitations.find_one({"_id": invitation_id})
    assert done_waiting is not None
    assert "_waiting_for" not in done_waiting


def test_an_open_invitation_moves_to_the_mayor_that_becomes_known_later(world: World) -> None:
    _, invitation_id = world.invited()

    world.tell(office_held("successor", 2, city_id=world.tirana, starts_on=date(2024, 6, 1)))

    moved = world.until_invitation(invitation_id, person_id="successor")
    assert moved["generation"] == 2
    refused(
        world.api.get(f"/v1/answers/{invitation_id}", **world.signed(invitation_id, 1)),
        403,
        "link_revoked",
    )


def test_an_answered_invitation_stays_with_whom_has_answered(world: World) -> None:
    _, invitation_id = world.invited()
    done(world.api.post(f"/v1/invitations/{invitation_id}/acceptance", {}))

    world.tell(office_held("successor", 2, city_id=world.tirana, starts_on=date(2024, 6, 1)))
    (other,) = world.invite(world.meeting(), world.tirana)

    assert world.invitation(other)["person_id"] == "successor"
    assert world.invitation(invitation_id)["person_id"] == world.mayor(world.tirana)


# -- answers -----------------------------------------------------------------------------------


def test_a_city_accepts_for_itself(world: World, api: Callable[..., Client]) -> None:
    _, invitation_id = world.invited()

    lead = api("city_lead", world.tirana)
    accepted = done(lead.post(f"/v1/invitations/{invitation_id}/acceptance", {}))

    (answer,) = accepted["history"]
    assert accepted["state"] == "accepted"
    assert answer["reply"] == "accepted"
    assert (answer["by"], answer["channel"], answer["on_behalf"]) == ("city_lead", "api", False)


def test_the_secretariat_records_what_somebody_said_on_the_phone(world: World) -> None:
    _, invitation_id = world.invited()
    how = {"on_behalf_of": "The mayor's secretary", "channel": "phone"}

    accepted = done(world.api.post(f"/v1/invitations/{invitation_id}/acceptance", how))

    (answer,) = accepted["history"]
    assert (answer["by"], answer["recorded_by"]) == ("The mayor's secretary", "organiser")
    assert (answer["channel"], answer["on_behalf"]) == ("phone", True)


def test_a_decline_passes_to_the_alternate_and_then_is_for_good(world: World) -> None:
    invitation_id = with_alternate(world)
    path = f"/v1/invitations/{invitation_id}/decline"

    passed = done(world.api.post(path, {"reason": "Council."}))
    declined = done(world.api.post(path, {}))

    assert (passed["state"], passed["generation"]) == ("open", 2)
    assert passed["person_id"] == world.person("deputy")
    assert declined["state"] == "declined"
    assert [each["person_id"] for each in declined["history"]] == [
        world.mayor(world.tirana),
        world.person("deputy"),
    ]
    refused(world.api.post(path, {}), 409, "already_answered")
    acceptance = f"/v1/invitations/{invitation_id}/acceptance"
    refused(world.api.post(acceptance, {}), 409, "already_answered")


def test_of_ten_acceptances_at_once_one_is_taken(world: World) -> None:
    _, invitation_id = world.invited()
    path = f"/v1/invitations/{invitation_id}/acceptance"
    clients = [world.running.client() for _ in range(10)]

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda client: client.post(path, {}), clients))

    for client in clients:
        client.close()
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    assert len(world.invitation(invitation_id)["history"]) == 1


def test_the_same_answer_sent_again_is_the_same_answer(world: World) -> None:
    _, invitation_id = world.invited()
    path = f"/v1/invitations/{invitation_id}/acceptance"

    first = world.api.post(path, {}, key="accept")
    again = world.api.post(path, {}, key="accept")

    assert again.status_code == 200
    assert again.json() == first.json()
    assert len(world.invitation(invitation_id)["history"]) == 1


def test_after_the_deadline_only_the_secretariat_records_answers(
    world: World, api: Callable[..., Client]
) -> None:
    _, invitation_id = world.invited(**PAST_DEADLINE)
    path = f"/v1/invitations/{invitation_id}"
    lead = api("city_lead", world.tirana)

    refused(lead.post(f"{path}/acceptance", {}), 409, "answer_too_late")
    refused(lead.post(f"{path}/decline", {}), 409, "answer_too_late")
    assert done(world.api.post(f"{path}/acceptance", {}))["state"] == "accepted"


def test_nobody_answers_what_is_addressed_to_nobody(world: World) -> None:
    city_id = world.city("gr-athens")
    world.tell(city_described(city_id))
    (invitation_id,) = world.invite(world.meeting(), city_id)

    for door in ("acceptance", "decline"):
        answer = world.api.post(f"/v1/invitations/{invitation_id}/{door}", {})
        refused(answer, 409, "nobody_addressed")


def test_nobody_answers_once_the_meeting_is_cancelled(world: World) -> None:
    meeting_id, invitation_id = world.invited()
    done(world.api.post(f"/v1/meetings/{meeting_id}/cancellation", {"reason": "Snow."}))

    for door in ("acceptance", "decline"):
        answer = world.api.post(f"/v1/invitations/{invitation_id}/{door}", {})
        refused(answer, 409, "meeting_not_open")


def test_a_withdrawn_invitation_takes_no_answer(world: World) -> None:
    _, invitation_id = world.invited()
    path = f"/v1/invitations/{invitation_id}"

    withdrawn = done(world.api.post(f"{path}/withdrawal", {"reason": "By mistake."}))

    assert (withdrawn["state"], withdrawn["reason"]) == ("withdrawn", "By mistake.")
    for door, body in (("acceptance", {}), ("decline", {}), ("withdrawal", {"reason": "Again."})):
        refused(world.api.post(f"{path}/{door}", body), 409, "already_withdrawn")


@pytest.mark.parametrize(
    ("door", "body", "field"),
    [
        ("acceptance", {"channel": "link"}, "channel"),
        ("decline", {"reason": 7}, "reason"),
        ("withdrawal", {}, "reason"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(
    world: World, door: str, body: Any, field: str
) -> None:
    _, invitation_id = world.invited()

    answer = world.api.post(f"/v1/invitations/{invitation_id}/{door}", body)

    refused(answer, 422, "invalid", field)
    assert world.invitation(invitation_id)["state"] == "open"


# -- who may -----------------------------------------------------------------------------------


def test_a_city_neither_sees_nor_answers_the_invitation_of_another(
    world: World, api: Callable[..., Client]
) -> None:
    _, invitation_id = world.invited()
    path = f"/v1/invitations/{invitation_id}"
    lead = api("city_lead", world.sofia)

    refused(lead.get(path), 403, "not_your_city")
    refused(lead.post(f"{path}/acceptance", {}), 403, "not_your_city")
    refused(lead.post(f"{path}/decline", {}), 403, "not_your_city")
    assert world.invitation(invitation_id)["state"] == "open"


def test_only_the_secretariat_withdraws(world: World, api: Callable[..., Client]) -> None:
    _, invitation_id = world.invited()
    path = f"/v1/invitations/{invitation_id}"

    lead = api("city_lead", world.tirana)
    refused(lead.post(f"{path}/withdrawal", {"reason": "x"}), 403, "forbidden")
    refused(api("host").get(path), 403, "forbidden")
    refused(api(None).post(f"{path}/acceptance", {}), 401, "unauthenticated")


def test_an_invitation_that_there_is_not_is_not_found(world: World) -> None:
    refused(world.api.get("/v1/invitations/nowhere"), 404, "unknown_invitation")
    for door, body in (("acceptance", {}), ("decline", {}), ("withdrawal", {"reason": "x"})):
        answer = world.api.post(f"/v1/invitations/nowhere/{door}", body)
        refused(answer, 404, "unknown_invitation")
    refused(world.api.get("/v1/meetings/nowhere/invitations"), 404, "unknown_meeting")


def test_invitations_are_listed_by_city_and_by_state(
    world: World, api: Callable[..., Client]
) -> None:
    meeting_id = world.meeting()
    tirana, sofia = world.invite(meeting_id, world.tirana, world.sofia)
    done(world.api.post(f"/v1/invitations/{sofia}/acceptance", {}))
    path = f"/v1/meetings/{meeting_id}/invitations"

    def listed(client: Client, **query: Any) -> list[str]:
        return [each["id"] for each in done(client.get(path, **query))["items"]]

    lead = api("city_lead", world.tirana)
    assert listed(world.api) == [tirana, sofia]
    assert listed(world.api, state="accepted") == [sofia]
    assert listed(lead, city_id=world.tirana) == [tirana]
    refused(lead.get(path), 403, "not_your_city")
    refused(lead.get(path, city_id=world.sofia), 403, "not_your_city")
    refused(world.api.get(path, state="maybe"), 422, "invalid", "state")


# -- signed links ------------------------------------------------------------------------------


def test_the_holder_of_a_link_sees_the_invitation_and_answers(
    world: World, api: Callable[..., Client]
) -> None:
    _, invitation_id = world.invited()
    stranger, path = api(None), f"/v1/answers/{invitation_id}"
    link = world.signed(invitation_id, 1)

    seen = done(stranger.get(path, **link))
    accepted = done(stranger.post(path, {"answer": "accepted", **link}))

    assert (seen["city"], seen["state"], seen["meeting_state"]) == (
        f"Tirana-{world.mark}".title(),
        "open",
        "announced",
    )
    assert seen["begins"]["at"] == "2024-12-07T10:00:00.000Z"
    assert accepted["state"] == "accepted"
    (answer,) = world.invitation(invitation_id)["history"]
    assert (answer["by"], answer["channel"]) == ("link", "link")
    refused(stranger.post(path, {"answer": "accepted", **link}), 409, "already_answered")


def test_declining_by_link_makes_it_void(world: World, api: Callable[..., Client]) -> None:
    invitation_id = with_alternate(world)
    stranger, path = api(None), f"/v1/answers/{invitation_id}"
    link = world.signed(invitation_id, 1)

    done(stranger.post(path, {"answer": "declined", "reason": "Council.", **link}))

    refused(stranger.get(path, **link), 403, "link_revoked")
    refused(stranger.post(path, {"answer": "accepted", **link}), 403, "link_revoked")
    assert done(stranger.get(path, **world.signed(invitation_id, 2)))["state"] == "open"


def test_a_link_that_was_not_made_by_us_is_refused(
    world: World, api: Callable[..., Client]
) -> None:
    _, invitation_id = world.invited()
    stranger, path = api(None), f"/v1/answers/{invitation_id}"
    forged = [
        {"generation": 1, "signature": "made-up"},
        {**world.signed(invitation_id, 1), "generation": 2},
        world.signed("another", 1),
    ]

    for link in forged:
        refused(stranger.get(path, **link), 403, "link_refused")
        refused(stranger.post(path, {"answer": "accepted", **link}), 403, "link_refused")
    assert world.invitation(invitation_id)["state"] == "open"


def test_a_link_to_nothing_leads_nowhere(world: World, api: Callable[..., Client]) -> None:
    stranger, link = api(None), world.signed("nowhere", 1)

    refused(stranger.get("/v1/answers/nowhere", **link), 404, "unknown_invitation")
    answer = stranger.post("/v1/answers/nowhere", {"answer": "accepted", **link})
    refused(answer, 404, "unknown_invitation")


def test_a_link_that_lacks_a_part_is_refused(world: World, api: Callable[..., Client]) -> None:
    _, invitation_id = world.invited()
    stranger, path = api(None), f"/v1/answers/{invitation_id}"

    refused(stranger.get(path, generation=1), 422, "invalid", "signature")
    link = world.signed(invitation_id, 1)
    refused(stranger.post(path, {"answer": "maybe", **link}), 422, "invalid", "answer")


def test_by_link_nobody_answers_after_the_deadline(
    world: World, api: Callable[..., Client]
) -> None:
    _, invitation_id = world.invited(**PAST_DEADLINE)
    link = world.signed(invitation_id, 1)

    answer = api(None).post(f"/v1/answers/{invitation_id}", {"answer": "accepted", **link})

    refused(answer, 409, "answer_too_late")


def test_inviting_many_cities_at_once_gives_each_one_invitation(world: World) -> None:
    cities = [world.city(f"rs-city{number:03}") for number in range(60)]
    world.tell(*(event for city_id in cities for event in world.facts(city_id)))
    meeting_id = world.meeting()

    world.invite(meeting_id, *cities)

    found = list(world.documents.invitations.find({"meeting_id": meeting_id}))
    assert {each["city_id"]: each["person_id"] for each in found} == {
        city_id: world.mayor(city_id) for city_id in cities
    }
    wait_until(lambda: done(world.api.get("/v1/status"))["outbox"] == 0)
