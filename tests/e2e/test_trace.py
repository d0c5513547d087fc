"""One trace leads from the answer to a request through all services to the mail."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from deploy.demo.network import import_cities
from deploy.demo.stage import local
from shared.observability.traces import context
from tests.e2e.conftest import Theatre
from tests.support.client import Client
from tests.support.collector import Collected, Collector, is_whole, path_to, roots
from tests.support.mails import read_mails
from tests.support.waiting import wait_until

ZONE = "Europe/Tirane"
HELD = "publish notification.events:MessageHeld"
DESCRIBED = [
    f"process membership.events:PersonDescribed:{service}.in"
    for service in ("events", "travel", "notification")
]
ADDRESS = "eleni.vasilaki@athens.example"


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


@pytest.fixture
def scene(theatre: Callable[..., Theatre], collector: Collector) -> Theatre:
    """The network's cities, in November 2024."""
    scene = theatre(settings={"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url})
    scene.stage.set_clock("2024-11-04T09:00:00Z")
    import_cities(scene.stage)
    scene.stage.client.settle()
    return scene


def test_one_trace_leads_from_a_request_through_all_services_to_the_mail(
    scene: Theatre, collector: Collector, client: Callable[..., Client]
) -> None:
    membership, events = client(scene.zirve, "membership"), client(scene.zirve, "events")
    mayor = a_mayor_without_an_address(membership)
    scene.stage.client.settle()
    invitation = trace_of(invite(events))
    scene.stage.client.settle()
    assert read_mails(scene.place.mails.folder) == []

    # Events and travel take the name over, and the invitation has where to go.
    known = {"name": "Eleni Vasilaki", "email": ADDRESS}
    correction = trace_of(done(membership.patch(f"/v1/people/{mayor}", known)))
    (mail,) = wait_until(lambda: read_mails(scene.place.mails.folder), 30)
    scene.stage.client.settle()

    assert mail["X-Trace-Id"] == correction
    spans = collector.wait_for(correction, is_whole("send mail", *DESCRIBED), 30)
    assert_it_goes_from_membership_to_all_others_and_to_the_mail(spans)
    spans = collector.wait_for(invitation, is_whole(HELD), 30)
    assert_it_goes_from_events_by_its_own_events_to_notification(spans)
    for each in collector.spans:
        assert "asilaki" not in f"{each.name} {each.attributes}"


def assert_it_goes_from_membership_to_all_others_and_to_the_mail(spans: list[Collected]) -> None:
    assert_one_tree(spans, "PATCH /v1/people/<person_id>")
    assert {each.service for each in spans} == {"membership", "events", "travel", "notification"}
    (sent,) = named(spans, "send mail")
    assert path_to(sent, spans) == [
        "PATCH /v1/people/<person_id>",
        "publish membership.events:PersonContactChanged",
        "process membership.events:PersonContactChanged:notification.in",
        "publish notification.events:RecipientNoted",
        "process notification.events:RecipientNoted:notification.in",
        "publish notification.events:MessageResumed",
        "process notification.events:MessageResumed:notification.in",
        "send mail",
    ]
    for name in DESCRIBED:
        (heard,) = named(spans, name)
        assert f":{heard.service}.in" in name


def assert_it_goes_from_events_by_its_own_events_to_notification(spans: list[Collected]) -> None:
    assert_one_tree(spans, "POST /v1/meetings/<meeting_id>/invitations")
    (held,) = named(spans, HELD)
    assert [each for each in path_to(held, spans) if each.startswith("process")] == [
        "process events.events:AudienceInvited:events.in",
        "process events.events:CityInvited:notification.in",
        "process notification.events:MessageIntended:notification.in",
    ]


def assert_one_tree(spans: list[Collected], root_name: str) -> None:
    """Each span's parent is in the trace, but for one: that of the request."""
    (root,) = roots(spans)
    assert (root.name, root.parent_id, root.kind) == (root_name, "", "SERVER")
    assert len({each.id for each in spans}) == len(spans)
    assert not any(each.failed for each in spans)


def named(spans: list[Collected], name: str) -> list[Collected]:
    return [each for each in spans if each.name == name]


def trace_of(answer: requests.Response) -> str:
    return context.trace_id_of(answer.headers["traceresponse"])


def done(answer: requests.Response) -> requests.Response:
    assert answer.ok, answer.text
    return answer


def a_mayor_without_an_address(membership: Client) -> str:
    """Return the id of Athens's mayor."""
    known = {"city_id": "gr-athens", "name": "E. Vasilaki", "languages": ["el"]}
    mayor: str = done(membership.post("/v1/people", known)).json()["id"]
    office = {"office": "mayor", "person_id": mayor, "starts_on": "2024-01-01"}
    done(membership.post("/v1/cities/gr-athens/office-holders", office))
    return mayor


def invite(events: Client) -> requests.Response:
    """Call and announce a meeting, and invite Athens; returns the last answer."""
    meeting = done(events.post("/v1/meetings", a_meeting())).json()["id"]
    done(events.post(f"/v1/meetings/{meeting}/announcement"))
    asked = {"audience": [{"city_ids": ["gr-athens"]}], "on": "2024-12-07"}
    return done(events.post(f"/v1/meetings/{meeting}/invitations", asked))


def a_meeting() -> dict[str, Any]:
    return {
        "title": "Working group",
        "kind": "working_group",
        "host_city_id": "al-tirana",
        "venue": "City Hall",
        "begins": local("2024-12-07T11:00:00", ZONE),
        "ends": local("2024-12-07T15:00:00", ZONE),
        "quota": 1,
        "answer_by": "2024-11-22T22:00:00Z",
    }
