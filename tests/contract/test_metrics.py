import re
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.docs.metrics import Exposed, of_a_process, of_a_service, page
from shared.ids import new_id
from shared.messaging.envelope import Cause, Envelope
from shared.messaging.received import Fate, Received
from shared.observability import metrics
from shared.observability.gauges import GAUGES, Gauges, Reading
from tests.sample.outside import Poked

SUBSCRIPTION: Any = SimpleNamespace(contract=Poked)


def received(event_id: str = "", *, fate: Fate = Fate.DONE, restatement: str = "") -> Received:
    envelope = Envelope(
        event_id or new_id(),
        "outside",
        "outside/things/1",
        "Poked",
        1,
        Cause("", ""),
        0,
        restatement,
    )
    message = Received(envelope, b"", fate=fate, subscription=SUBSCRIPTION, seconds=0.02)
    message.event = SUBSCRIPTION
    return message


def count_one_of_each() -> None:
    metrics.DoorMeter("place_order", 0).answered(201, 0.1)
    metrics.batch([received()], 0.1)
    metrics.timer("reminder", "fired")


def one_of_each() -> list[Reading]:
    return [
        (name, tuple(f"a {each}" for each in labels), 1) for name, (_, labels) in GAUGES.items()
    ]


def rendered() -> dict[tuple[str, str], set[str]]:
    """Return what is rendered: labels of each metric, by its name and type."""
    text = metrics.rendered(Gauges(one_of_each)).decode()
    found: dict[tuple[str, str], set[str]] = {}
    for family in text_string_to_metric_families(text):
        if family.name.startswith("zirve_"):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            labels = found.setdefault((name, family.type), set())
            for sample in family.samples:
                labels |= sample.labels.keys() - {"le"}
    return found


def seen(name: str) -> float:
    """Return what a series of the event ``Poked`` is now."""
    text = metrics.rendered().decode()
    found = re.search(rf'^{name}{{event="Poked"[^}}]*}} (\S+)$', text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_what_is_described_is_what_is_rendered() -> None:
    count_one_of_each()
    described: list[Exposed] = [*of_a_process(), *of_a_service()]

    assert {(each.name, each.kind): set(each.labels) for each in described} == rendered()


def test_the_page_has_a_line_for_each_metric_and_label() -> None:
    count_one_of_each()
    text = page()

    for (name, kind), labels in rendered().items():
        assert f"| `{name}` | {kind} |" in text
        assert all(f"\n| `{label}` |" in text for label in labels)


def test_gauges_that_were_read_before_something_failed_are_given() -> None:
    def fails() -> Any:
        yield "zirve_connected", ("broker",), True
        raise RuntimeError

    text = metrics.rendered(Gauges(fails)).decode()

    assert 'zirve_connected{to="broker"} 1.0' in text
    assert "zirve_waiting" not in text


def test_the_lag_of_an_event_is_its_age_by_real_time_whatever_its_id_says_of_the_future() -> None:
    before = seen("zirve_event_lag_seconds_count"), seen("zirve_event_lag_seconds_sum")

    metrics.batch([received("00000000-0001-7000-8000-000000000000")], 0.1)  # 1 ms after 1970
    metrics.batch([received("ffffffff-ffff-7000-8000-000000000000")], 0.1)
    now = (seen("zirve_event_lag_seconds_count"), seen("zirve_event_lag_seconds_sum"))

    assert now[0] - before[0] == 2
    assert 1_700_000_000 < now[1] - before[1] < 4_000_000_000


def test_what_is_said_again_or_has_an_id_of_another_kind_has_no_lag() -> None:
    before = seen("zirve_event_lag_seconds_count")

    version_4 = "0193e5a0-1234-4abc-8def-0123456789ab"
    metrics.batch([received(each) for each in ("an id", "x" * 36, version_4)], 0.1)
    metrics.batch([received(restatement="r")], 0.1)
    metrics.batch([received(fate=Fate.RETRY)], 0.1)

    assert seen("zirve_event_lag_seconds_count") == before


def test_the_seconds_of_a_handler_are_counted_whether_it_failed_or_not() -> None:
    before = seen("zirve_event_handler_seconds_count"), seen("zirve_event_handler_seconds_sum")

    metrics.batch([received(), received(fate=Fate.PARK)], 0.1)

    assert seen("zirve_event_handler_seconds_count") - before[0] == 2
    assert round(seen("zirve_event_handler_seconds_sum") - before[1], 6) == 0.04


def test_a_value_is_in_its_bucket_and_all_above() -> None:
    seconds = metrics.EventSeconds("test_seconds", "For a test.", (0.5, 1))
    seconds.observe("Poked", (0.1, 0.5, 0.7))
    seconds.observe("Poked", [3])
    (family,) = seconds.collect()

    buckets = {s.labels["le"]: s.value for s in family.samples if s.name.endswith("_bucket")}
    assert buckets == {"0.5": 2, "1.0": 3, "+Inf": 4}
    assert {s.name[13:]: s.value for s in family.samples if "le" not in s.labels} == {
        "count": 4,
        "sum": pytest.approx(4.3),
    }
