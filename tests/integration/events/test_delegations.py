from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.integration.events.world import World, done, refused
from tests.support.client import Client
from tests.support.waiting import wait_until
from tests.unit.events.builders import person_described


def test_a_city_names_and_confirms_its_delegates(world: World, api: Callable[..., Client]) -> None:
    meeting_id, _ = world.invited()
    lead, person_id = api("city_lead", world.tirana), world.person("deputy")
    path = world.delegates(meeting_id)

    named = done(lead.post(path, {"person_id": person_id, "role": "head"}), 201)
    confirmed = done(lead.post(f"{path}/{person_id}/confirmation"))

    assert (named["meeting_id"], named["city_id"]) == (meeting_id, world.tirana)
    assert named["delegates"] == [{"person_id": person_id, "role": "head", "state": "nominated"}]
    assert confirmed["delegates"][0]["state"] == "confirmed"
    assert done(lead.get(f"/v1/meetings/{meeting_id}/delegations/{world.tirana}")) == confirmed


def test_a_delegate_is_withdrawn_and_named_again(world: World) -> None:
    meeting_id, _ = world.invited()
    path = world.nominate(meeting_id, "deputy", "head")

    withdrawn = done(world.api.post(f"{path}/withdrawal"))
    refused(world.api.post(f"{path}/withdrawal"), 409, "already_withdrawn")
    refused(world.api.post(f"{path}/confirmation"), 409, "not_nominated")
    world.nominate(meeting_id, "deputy")

    assert withdrawn["delegates"][0]["state"] == "withdrawn"
    assert world.states(meeting_id) == {world.person("deputy"): "nominated"}


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"person_id": "nobody"}, 422, "unknown_person", "person_id"),
        ({"person_id": "deputy", "role": "head"}, 409, "already_nominated", None),
        ({"person_id": "adviser", "role": "head"}, 409, "head_already_named", None),
        ({"person_id": "adviser", "role": "king"}, 422, "invalid", "role"),
        ({}, 422, "invalid", "person_id"),
    ],
)
def test_whom_a_city_cannot_name(
    world: World, body: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    meeting_id, _ = world.invited()
    world.nominate(meeting_id, "deputy", "head")
    known = {name: world.person(value) for name, value in body.items() if name == "person_id"}

    answer = world.api.post(world.delegates(meeting_id), {**body, **known})

    refused(answer, status, code, field)
    assert world.states(meeting_id) == {world.person("deputy"): "nominated"}


def test_a_city_does_not_name_people_of_another(world: World) -> None:
    meeting_id, _ = world.invited()
    body = {"person_id": world.mayor(world.sofia)}

    answer = world.api.post(world.delegates(meeting_id), body)

    refused(answer, 422, "unknown_person", "person_id")


def test_of_ten_delegates_named_at_once_no_more_than_the_quota_are_taken(world: World) -> None:
    meeting_id, _ = world.invited(quota=3)
    people = [world.person(f"guest{number}") for number in range(10)]
    world.tell(*(person_described(each, city_id=world.tirana) for each in people))
    path = world.delegates(meeting_id)
    clients = [world.running.client() for _ in people]

    def nominate(client: Client, person_id: str) -> int:
        return client.post(path, {"person_id": person_id}).status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(nominate, clients, people))

    for client in clients:
        client.close()
    assert sorted(statuses) == [201] * 3 + [422] * 7
    assert len(world.states(meeting_id)) == 3
    refused(world.api.post(path, {"person_id": world.person("deputy")}), 422, "quota_exceeded")


def test_a_city_that_is_not_invited_names_nobody(world: World) -> None:
    meeting_id = world.meeting()

    answer = world.api.post(world.delegates(meeting_id), {"person_id": world.person("deputy")})

    refused(answer, 409, "not_invited")


def test_after_the_deadline_only_the_secretariat_names_and_confirms(
    world: World, api: Callable[..., Client]
) -> None:
    meeting_id, _ = world.invited(naming_by="2024-10-30T22:00:00Z")
    lead, person_id = api("city_lead", world.tirana), world.person("deputy")
    path = world.delegates(meeting_id)

    refused(lead.post(path, {"person_id": person_id}), 409, "naming_too_late")
    world.nominate(meeting_id, "deputy")
    refused(lead.post(f"{path}/{person_id}/confirmation"), 409, "naming_too_late")
    done(world.api.post(f"{path}/{person_id}/confirmation"))
    done(lead.post(f"{path}/{person_id}/withdrawal"))


def test_what_there_is_not_is_not_found(world: World) -> None:
    meeting_id, _ = world.invited()
    nobody = f"{world.delegates(meeting_id)}/nobody"
    refused(
        world.api.get(f"/v1/meetings/{meeting_id}/delegations/{world.tirana}"),
        404,
        "unknown_delegation",
    )
    refused(world.api.post(f"{nobody}/confirmation"), 404, "unknown_delegation")
    refused(world.api.post(f"{nobody}/withdrawal"), 404, "unknown_delegation")
    world.nominate(meeting_id, "deputy")

    refused(world.api.post(f"{nobody}/confirmation"), 404, "unknown_delegate")
    refused(world.api.post(f"{nobody}/withdrawal"), 404, "unknown_delegate")
    refused(world.api.get("/v1/meetings/nowhere/delegations"), 404, "unknown_meeting")
    answer = world.api.post(world.delegates("nowhere"), {"person_id": world.person("deputy")})
    refused(answer, 404, "unknown_meeting")


def test_a_city_neither_sees_nor_changes_the_delegation_of_another(
    world: World, api: Callable[..., Client]
) -> None:
    meeting_id, _ = world.invited()
    path = world.nominate(meeting_id, "deputy")
    lead = api("city_lead", world.sofia)
    delegation = f"/v1/meetings/{meeting_id}/delegations/{world.tirana}"

    refused(lead.get(delegation), 403, "not_your_city")
    body = {"person_id": world.person("adviser")}
    refused(lead.post(world.delegates(meeting_id), body), 403, "not_your_city")
    refused(lead.post(f"{path}/confirmation"), 403, "not_your_city")
    refused(lead.post(f"{path}/withdrawal"), 403, "not_your_city")
    assert world.states(meeting_id) == {world.person("deputy"): "nominated"}


def test_delegations_are_listed_for_the_secretariat_the_host_and_the_city_itself(
    world: World, api: Callable[..., Client]
) -> None:
    meeting_id, _ = world.invited()
    world.nominate(meeting_id, "deputy")
    path = f"/v1/meetings/{meeting_id}/delegations"

    lead = api("city_lead", world.tirana)
    for client, query in ((world.api, {}), (api("host"), {}), (lead, {"city_id": world.tirana})):
        (found,) = done(client.get(path, **query))["items"]
        assert found["city_id"] == world.tirana
    assert done(world.api.get(path, city_id=world.sofia))["items"] == []
    refused(lead.get(path), 403, "not_your_city")
    refused(api("host").post(world.delegates(meeting_id), {"person_id": "x"}), 403, "forbidden")
    refused(api(None).get(path), 401, "unauthenticated")


# -- what delegations follow -------------------------------------------------------------------


def test_delegates_stay_at_home_when_their_city_declines(world: World) -> None:
    meeting_id, invitation_id = world.invited()
    confirmed = world.nominate(meeting_id, "deputy", "head")
    done(world.api.post(f"{confirmed}/confirmation"))
    world.nominate(meeting_id, "adviser")

    done(world.api.post(f"/v1/invitations/{invitation_id}/decline", {}))

    world.until_withdrawn(meeting_id, "deputy", "adviser")
    refused(
        world.api.post(world.delegates(meeting_id), {"person_id": world.person("deputy")}),
        409,
        "not_invited",
    )


def test_delegates_stay_at_home_when_their_invitation_is_withdrawn(world: World) -> None:
    meeting_id, invitation_id = world.invited()
    world.nominate(meeting_id, "deputy")

    path = f"/v1/invitations/{invitation_id}/withdrawal"
    done(world.api.post(path, {"reason": "By mistake."}))

    world.until_withdrawn(meeting_id, "deputy")


def test_everybody_stays_at_home_when_the_meeting_is_cancelled(world: World) -> None:
    meeting_id = world.meeting()
    world.invite(meeting_id, world.tirana, world.sofia)
    confirmed = world.nominate(meeting_id, "deputy")
    done(world.api.post(f"{confirmed}/confirmation"))
    sofia = world.mayor(world.sofia)
    done(world.api.post(world.delegates(meeting_id, world.sofia), {"person_id": sofia}), 201)

    done(world.api.post(f"/v1/meetings/{meeting_id}/cancellation", {"reason": "Snow."}))

    world.until_withdrawn(meeting_id, "deputy")
    path = f"/v1/meetings/{meeting_id}/delegations/{world.sofia}"
    wait_until(
        lambda: done(world.api.get(path))["delegates"][0]["state"] == "withdrawn",
        what="Sofia withdrawn",
    )


def test_a_delegate_confirmed_while_the_city_declines_does_not_slip_through(world: World) -> None:
    for attempt in range(5):
        meeting_id, invitation_id = world.invited()
        path = world.nominate(meeting_id, "deputy", "head")
        doors = (f"{path}/confirmation", f"/v1/invitations/{invitation_id}/decline")
        clients = [world.running.client() for _ in doors]

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda c, door: c.post(door, {}), clients, doors))

        for client in clients:
            client.close()
        assert answers[0].status_code in (200, 409), (attempt, answers[0].text)
        assert answers[1].status_code == 200
        world.until_withdrawn(meeting_id, "deputy")
