from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.events.world import World, done, refused
from tests.support.client import Client
from tests.support.waiting import wait_until
from tests.unit.events.builders import body_founded, president_elected, seat_filled

LATER = {
    "begins": {"local": "2024-12-07T13:00:00", "zone": "Europe/Tirane"},
    "ends": {"local": "2024-12-07T17:00:00", "zone": "Europe/Tirane"},
    "reason": "The flight is late.",
}


def test_a_meeting_is_called_and_can_be_read(world: World) -> None:
    answer = world.api.post("/v1/meetings", world.plan())

    called = done(answer, 201)
    assert called["state"] == "draft"
    assert called["begins"] == {
        "local": "2024-12-07T11:00:00",
        "zone": "Europe/Tirane",
        "at": "2024-12-07T10:00:00.000Z",
    }
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Zirve-Seen"] == f"events/meetings/{called['id']}@1;type=MeetingCalled"
    assert done(world.api.get(f"/v1/meetings/{called['id']}")) == called


def test_calling_twice_with_one_key_calls_one_meeting(world: World) -> None:
    key = f"key-{world.mark}"
    first = world.api.post("/v1/meetings", world.plan(), key=key)

    again = world.api.post("/v1/meetings", world.plan(), key=key)
    other = world.api.post("/v1/meetings", world.plan(title="Another"), key=key)

    assert again.json() == first.json()
    refused(other, 422, "idempotency_key_reused")
    listed = done(world.api.get("/v1/meetings", host_city_id=world.tirana))["items"]
    assert [each["id"] for each in listed] == [first.json()["id"]]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"host_city_id": "xx-nowhere"}, "unknown_city", "host_city_id"),
        ({"body_id": "nobody"}, "unknown_body", "body_id"),
        ({"answer_by": "2025-01-01T00:00:00Z"}, "deadline_after_beginning", "answer_by"),
        (
            {"ends": {"local": "2024-12-07T10:00:00", "zone": "Europe/Tirane"}},
            "ends_before_it_begins",
            "ends",
        ),
        ({"quota": "two"}, "invalid", "quota"),
        ({"colour": "red"}, "invalid", "colour"),
    ],
)
def test_a_meeting_that_is_not_one_is_refused_and_nothing_is_stored(
    world: World, change: dict[str, Any], code: str, field: str
) -> None:
    refused(world.api.post("/v1/meetings", world.plan(**change)), 422, code, field)

    assert done(world.api.get("/v1/meetings", host_city_id=world.tirana))["items"] == []


def test_what_cannot_be_read_is_refused(world: World) -> None:
    headers = {"Content-Type": "application/json"}
    key = {"Idempotency-Key": "k"}

    refused(
        world.api.send("POST", "/v1/meetings", data=b"{", headers={**headers, **key}),
        400,
        "not_json",
    )
    refused(
        world.api.send("POST", "/v1/meetings", data=b"{}", headers=key),
        415,
        "unsupported_media_type",
    )
    refused(
        world.api.send("POST", "/v1/meetings", json=world.plan()), 400, "idempotency_key_missing"
    )


def test_a_draft_is_hidden_from_all_but_the_secretariat_until_it_is_announced(
    world: World, api: Callable[..., Client]
) -> None:
    meeting_id = world.draft()
    others = [api("city_lead", world.tirana), api("host")]
    path = f"/v1/meetings/{meeting_id}"

    for client in others:
        refused(client.get(path), 404, "unknown_meeting")
        assert done(client.get("/v1/meetings", host_city_id=world.tirana))["items"] == []

    done(world.api.post(f"{path}/announcement"))

    for client in others:
        assert done(client.get(path))["state"] == "announced"
        assert len(done(client.get("/v1/meetings", host_city_id=world.tirana))["items"]) == 1


def test_meetings_are_listed_as_they_begin_page_by_page(world: World) -> None:
    for hour in (12, 9, 10, 9, 11):
        begins = {"local": f"2024-12-07T{hour:02}:00:00", "zone": "Europe/Tirane"}
        world.draft(begins=begins)

    pages, cursor = [], {}
    while cursor is not None:
        page = done(
            world.api.get("/v1/meetings", host_city_id=world.tirana, limit=2, **(cursor or {}))
        )
        pages.append([each["begins"]["local"][11:13] for each in page["items"]])
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None

    assert pages == [["09", "09"], ["10", "11"], ["12"]]


def test_a_cursor_of_another_list_is_refused(world: World) -> None:
    meeting_id = world.meeting()
    world.invite(meeting_id, world.tirana, world.sofia)
    page = done(world.api.get(f"/v1/meetings/{meeting_id}/invitations", limit=1))

    answer = world.api.get("/v1/meetings", cursor=page["next_cursor"] + "x")

    refused(answer, 422, "bad_cursor", "cursor")


def test_a_meeting_is_announced_once(world: World) -> None:
    path = f"/v1/meetings/{world.draft()}/announcement"

    assert done(world.api.post(path))["state"] == "announced"
    refused(world.api.post(path), 409, "not_a_draft")


def test_moving_a_meeting_raises_its_revision(world: World) -> None:
    path = f"/v1/meetings/{world.meeting()}/reschedulings"

    moved = done(world.api.post(path, LATER))

    assert (moved["revision"], moved["reason"]) == (1, "The flight is late.")
    assert moved["begins"]["at"] == "2024-12-07T12:00:00.000Z"
    refused(world.api.post(path, LATER), 422, "nothing_moved", "begins")


def test_a_draft_cannot_be_moved(world: World) -> None:
    path = f"/v1/meetings/{world.draft()}/reschedulings"

    refused(world.api.post(path, LATER), 409, "not_announced")


def test_a_change_of_what_was_changed_meanwhile_is_refused(world: World) -> None:
    path = f"/v1/meetings/{world.meeting()}"
    seen = world.api.get(path).headers["ETag"]
    done(world.api.post(f"{path}/reschedulings", LATER))

    answer = world.api.post(f"{path}/cancellation", {"reason": "Snow."}, headers={"If-Match": seen})

    refused(answer, 412, "precondition_failed")
    assert done(world.api.get(path))["state"] == "announced"


def test_a_meeting_is_cancelled_once(world: World) -> None:
    path = f"/v1/meetings/{world.meeting()}"

    cancelled = done(world.api.post(f"{path}/cancellation", {"reason": "Snow."}))

    assert (cancelled["state"], cancelled["revision"]) == ("cancelled", 1)
    refused(world.api.post(f"{path}/cancellation", {"reason": "Snow."}), 409, "already_cancelled")
    refused(world.api.post(f"{path}/reschedulings", LATER), 409, "already_cancelled")


def test_an_audience_is_resolved_and_a_second_call_invites_the_difference(world: World) -> None:
    board = f"board-{world.mark}"
    world.tell(
        body_founded(body_id=board),
        seat_filled(world.tirana, 2, body_id=board, seat_id="s1"),
        seat_filled(
            world.sofia, 3, body_id=board, seat_id="s2", alternate_id=world.person("deputy")
        ),
        president_elected(world.sofia),
    )
    meeting_id = world.meeting(body_id=board)
    path = f"/v1/meetings/{meeting_id}/invitations"

    first = done(world.api.post(path, {"audience": [{"host": True}], "on": "2024-12-07"}))
    audience = [{"presidency": True}, {"body_id": board}]
    second = done(world.api.post(path, {"audience": audience, "on": "2024-12-07"}))
    third = done(world.api.post(path, {"audience": audience, "on": "2024-12-07"}))

    assert first == {"invited": [{"city_id": world.tirana, "reason": "host"}], "already": []}
    assert second == {
        "invited": [{"city_id": world.sofia, "reason": "presidency"}],
        "already": [world.tirana],
    }
    assert third == {"invited": [], "already": [world.sofia, world.tirana]}
    listed = {each["city_id"]: each for each in until_listed(world, path, 2)}
    assert listed[world.sofia]["alternate_id"] == world.person("deputy")
    assert listed[world.sofia]["part"] == "presidency"


def test_everybody_of_a_standing_is_invited(world: World) -> None:
    path = f"/v1/meetings/{world.meeting()}/invitations"

    found = done(world.api.post(path, {"audience": [{"standing": "member"}], "on": "2024-12-07"}))

    reasons = {each["city_id"]: each["reason"] for each in found["invited"]}
    assert reasons[world.tirana] == reasons[world.sofia] == "standing:member"


@pytest.mark.parametrize(
    ("part", "code", "field"),
    [
        ({"body_id": "nobody"}, "unknown_body", "audience.0.body_id"),
        ({"city_ids": ["xx-nowhere"]}, "unknown_city", "audience.0.city_ids.0"),
        ({"host": True, "presidency": True}, "invalid", "audience.0"),
    ],
)
def test_an_audience_that_nobody_knows_is_refused(
    world: World, part: dict[str, Any], code: str, field: str
) -> None:
    path = f"/v1/meetings/{world.meeting()}/invitations"

    answer = world.api.post(path, {"audience": [part], "on": "2024-12-07"})

    refused(answer, 422, code, field)


def test_nobody_presides_on_a_day_without_an_election(world: World) -> None:
    path = f"/v1/meetings/{world.meeting()}/invitations"

    answer = world.api.post(path, {"audience": [{"presidency": True}], "on": "1999-12-07"})

    refused(answer, 422, "nobody_presides", "audience.0.presidency")


def test_nobody_is_invited_to_a_draft(world: World) -> None:
    path = f"/v1/meetings/{world.draft()}/invitations"

    answer = world.api.post(path, {"audience": [{"host": True}], "on": "2024-12-07"})

    refused(answer, 409, "not_announced")


@pytest.mark.parametrize(
    ("door", "body"),
    [
        ("announcement", None),
        ("reschedulings", LATER),
        ("cancellation", {"reason": "Snow."}),
        ("invitations", {"audience": [{"host": True}], "on": "2024-12-07"}),
    ],
)
def test_only_the_secretariat_changes_a_meeting_and_only_one_that_there_is(
    world: World, api: Callable[..., Client], door: str, body: Any
) -> None:
    path = f"/v1/meetings/{world.meeting()}/{door}"

    refused(world.api.post(f"/v1/meetings/nowhere/{door}", body), 404, "unknown_meeting")
    refused(api("city_lead", world.tirana).post(path, body), 403, "forbidden")
    refused(api("host").post(path, body), 403, "forbidden")
    refused(api(None).post(path, body), 401, "unauthenticated")


def test_only_the_secretariat_calls_meetings(world: World, api: Callable[..., Client]) -> None:
    for client in (api("city_lead", world.tirana), api("host"), api("operator")):
        refused(client.post("/v1/meetings", world.plan()), 403, "forbidden")
    refused(api(None).get("/v1/meetings"), 401, "unauthenticated")
    refused(api("operator").get("/v1/meetings"), 403, "forbidden")


def until_listed(world: World, path: str, number: int) -> Any:
    def there() -> Any:
        items = done(world.api.get(path))["items"]
        return items if len(items) == number else None

    return wait_until(there, what=f"{number} invitations")
