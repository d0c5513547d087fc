from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.local.services import Outside
from shared.clock import real_now
from shared.observability.gauges import QUEUES
from tests.integration.shared.test_timers import UNREADABLE, an_order
from tests.sample.outside import Poked, Retitled
from tests.support.line import Line
from tests.support.outside import Outsider
from tests.support.running_service import NO_MAILS, RunningService, installation_of
from tests.support.scrape import Scraped, scraped
from tests.support.servers import Servers
from tests.support.waiting import wait_until

NOW = datetime(2024, 11, 1, tzinfo=UTC)
ORDER = {"city_id": "tr-izmir", "tally_id": "t", "amount": 1}
SAMPLE = "tests.sample.service"


@pytest.fixture
def sample(run_service: Callable[..., RunningService]) -> RunningService:
    return run_service(SAMPLE, {"TIMER_POLL_SECONDS": "0.2", "OUTBOX_SWEEP_SECONDS": "1"})


@pytest.fixture
def outsider(sample: RunningService) -> Iterator[Outsider]:
    outsider = Outsider(sample.amqp_uri)
    yield outsider
    outsider.close()


def counts(sample: RunningService, event: str) -> dict[str, float]:
    """Return what has become of an event so far, and how many were measured."""
    said = scraped(sample)
    fates = ("handled", "retried", "parked", "published")
    found = {fate: said.value("zirve_events_total", event=event, fate=fate) for fate in fates}
    for measured in ("lag", "handler"):
        found[measured] = said.value(f"zirve_event_{measured}_seconds_count", event=event)
    return {name: value for name, value in found.items() if value is not None}


def test_an_event_that_is_handled_is_counted_with_its_lag_and_its_handler(
    sample: RunningService, outsider: Outsider
) -> None:
    assert counts(sample, "Poked") == {}
    outsider.publish(Poked(note_id="n", text="hello", occurred_at=NOW), "things", "n")
    outsider.publish(Poked(note_id="n", text="again", occurred_at=NOW), "things", "n", 2)

    wait_until(lambda: counts(sample, "Poked") == {"handled": 2, "lag": 2, "handler": 2}, 10)
    said = scraped(sample)
    assert 0 < (said.value("zirve_event_lag_seconds_sum", event="Poked") or 0) < 20
    assert 0 < (said.value("zirve_event_handler_seconds_sum", event="Poked") or 0) < 1
    assert said.value("zirve_batch_messages_sum") == 2


def test_an_event_that_has_waited_for_an_hour_is_counted_so(
    sample: RunningService, outsider: Outsider
) -> None:
    message = outsider.message(Poked(note_id="n", text="late", occurred_at=NOW), "things", "n", 1)
    at = f"{int((real_now() - timedelta(hours=1)).timestamp() * 1000):012x}"
    message.headers["ce-id"] = f"{at[:8]}-{at[8:]}-7000-8000-000000000000"

    outsider.send([message])

    wait_until(lambda: counts(sample, "Poked") == {"handled": 1, "lag": 1, "handler": 1}, 10)
    lag = scraped(sample).value("zirve_event_lag_seconds_sum", event="Poked")
    assert lag == pytest.approx(3600, abs=30)


def test_an_event_that_fails_is_counted_as_retried_then_as_parked(
    sample: RunningService, outsider: Outsider
) -> None:
    outsider.publish(Retitled(note_id="n", title="poison", occurred_at=NOW), "things", "n")

    wait_until(lambda: scraped(sample).value(QUEUES["parked"]) == 1, 20)
    assert counts(sample, "Retitled") == {"retried": 1, "parked": 1, "handler": 2}
    letters = sample.client("operator")
    (letter,) = letters.get("/v1/dead-letters").json()["items"]
    letters.post(f"/v1/dead-letters/{letter['id']}/drop", {"why": "a test"})
    letters.close()
    said = scraped(sample)
    assert said.value("zirve_events_total", event="Retitled", fate="dropped") == 1
    assert said.value(QUEUES["parked"]) == 0


def test_a_timer_that_is_due_is_seen_until_it_has_fired(
    run_service: Callable[..., RunningService], mongo_client: MongoClient[dict[str, Any]]
) -> None:
    late = run_service(SAMPLE, {"TIMER_POLL_SECONDS": "5"})
    orders = mongo_client[late.database_name].orders
    orders.insert_one(an_order("due", real_now() - timedelta(seconds=90)))
    orders.insert_one(an_order("not yet", real_now() + timedelta(hours=1)))

    said = scraped(late)
    assert said.value("zirve_timers_due") == 1
    assert said.value("zirve_timers_oldest_seconds") == pytest.approx(90, abs=30)
    assert said.value("zirve_timers_total", timer="reminder", fate="fired") is None
    wait_until(lambda: scraped(late).value("zirve_timers_due") == 0, 20)
    said = scraped(late)
    assert said.value("zirve_timers_oldest_seconds") == 0
    assert said.value("zirve_timers_total", timer="reminder", fate="fired") == 1


def test_a_timer_that_fails_stays_due(
    sample: RunningService, mongo_client: MongoClient[dict[str, Any]]
) -> None:
    bad = an_order("bad", real_now() - timedelta(seconds=1), schema=UNREADABLE)
    mongo_client[sample.database_name].orders.insert_one(bad)

    def failed() -> float | None:
        return scraped(sample).value("zirve_timers_total", timer="reminder", fate="failed")

    wait_until(lambda: failed() == 1, 10)
    assert scraped(sample).value("zirve_timers_due") == 1


def connected(said: Scraped) -> dict[str, bool]:
    names = ("database", "broker", "consumer")
    return {name: bool(said.value("zirve_connected", to=name)) for name in names}


@pytest.fixture
def lines(outside: Outside) -> tuple[Line, Line]:
    """To database and broker."""
    assert outside.mongo_uri
    assert outside.amqp_uri
    return Line(outside.mongo_uri), Line(outside.amqp_uri)


@pytest.fixture
def cut_off(outside: Outside, lines: tuple[Line, Line], tmp_path: Path) -> Iterator[RunningService]:
    """A service that reaches its servers over lines of ours."""
    given = Outside(
        amqp_uri=lines[1].through(outside.amqp_uri or ""),
        mongo_uri=f"mongodb://127.0.0.1:{lines[0].port}/?directConnection=true",
        smtp_uri=NO_MAILS,
        database_prefix=outside.database_prefix,
    )
    name, zirve = installation_of(SAMPLE, tmp_path / "sample", given, {"OUTBOX_SWEEP_SECONDS": "1"})
    with zirve:
        yield RunningService(name, zirve)


def test_what_a_process_is_cut_off_from_is_seen_while_it_lasts(
    cut_off: RunningService, lines: tuple[Line, Line]
) -> None:
    to_database, to_broker = lines
    everything = {"database": True, "broker": True, "consumer": True}
    wait_until(lambda: connected(scraped(cut_off)) == everything, 20)
    assert scraped(cut_off).value("zirve_waiting") == 0

    to_database.cut()
    wait_until(lambda: not connected(scraped(cut_off))["database"], 30)
    assert scraped(cut_off).value("zirve_waiting") is None
    assert connected(scraped(cut_off))["broker"]
    to_database.mend()
    wait_until(lambda: connected(scraped(cut_off)) == everything, 30)

    to_broker.cut()
    wait_until(lambda: not any(list(connected(scraped(cut_off)).values())[1:]), 20)
    client = cut_off.client()
    assert client.post("/v1/orders", ORDER).status_code == 201
    client.close()
    said = scraped(cut_off)
    assert said.value("zirve_outbox_events") == 1
    assert said.value(QUEUES["in"]) is None
    to_broker.mend()
    wait_until(lambda: connected(scraped(cut_off)) == everything, 30)
    wait_until(lambda: scraped(cut_off).value("zirve_outbox_events") == 0, 20)


def test_a_broker_that_blocks_is_seen_while_it_does(
    sample: RunningService, servers: Servers
) -> None:
    client = sample.client()
    assert scraped(sample).value("zirve_broker_blocks") == 0

    with servers.memory_alarm():
        # RabbitMQ tells a connection when it publishes next.
        assert client.post("/v1/orders", ORDER).status_code == 201
        wait_until(lambda: scraped(sample).value("zirve_broker_blocks") == 1, 10)
        wait_until(lambda: (scraped(sample).value("zirve_outbox_oldest_seconds") or 0) > 1, 10)

    wait_until(lambda: scraped(sample).value("zirve_broker_blocks") == 0, 10)
    wait_until(lambda: scraped(sample).value("zirve_outbox_events") == 0, 10)
    client.close()
