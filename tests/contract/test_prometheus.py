import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.layout import REPOSITORY
from deploy.manifests import grafana, prometheus, promtool
from deploy.manifests.promql import Query, Selector, read

RULES, EVENTS = "rules/zirve.yml", "tests/events.yml"
RUNBOOKS = Path("docs/operations/runbooks.md")
Alter = Callable[[str, str, str], Path]


@pytest.fixture
def alter(tmp_path: Path) -> Alter:
    """Copy what is checked, with one text replaced; returns the copy's root."""

    def alter(path: str, old: str, new: str) -> Path:
        root = tmp_path / "root"
        shutil.copytree(REPOSITORY / prometheus.FOLDER, root / prometheus.FOLDER)
        (root / RUNBOOKS.parent).mkdir(parents=True)
        shutil.copy(REPOSITORY / RUNBOOKS, root / RUNBOOKS)
        altered = root / path if path.startswith("docs") else root / prometheus.FOLDER / path
        text = altered.read_text()
        assert old in text, old
        altered.write_text(text.replace(old, new))
        return root

    return alter


def test_what_is_deployed_is_in_order() -> None:
    assert prometheus.problems(REPOSITORY) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("prometheus.yml", "scrape_interval: 15s", "scrape_interval: often", "often"),
        ("prometheus.yml", "job_name: travel", "job_name: journeys", "nobody scrapes travel"),
        (RULES, "max by (job) (zirve_waiting)", "max by (job (zirve_waiting)", "parse error"),
        (RULES, "zirve_timers_oldest_seconds) > 300", "zirve_timers_oldest_seconds) > 3", "FAILED"),
        (
            RULES,
            "zirve_timers_oldest_seconds) > 300",
            "zirve_timers_oldest_seconds) > 3000",
            "FAILED",
        ),
        (RULES, "for: 3m", "for: 30m", "FAILED"),
        (RULES, "Timers of {{", "All timers of {{", "FAILED"),
        (
            RULES,
            "[30m]) >= 3\n        for: 1m",
            "[30m]) >= 3",
            "ProcessRestarts does not say for how",
        ),
        (RULES, "severity: ticket", "severity: whenever", "severity is none of page, ticket"),
        (RULES, "description: >-", "remark: >-", "TimersLate has no description"),
        (
            RULES,
            "zirve_queue_retry_",
            "zirve_queue_again_",
            "there is no zirve_queue_again_messages",
        ),
        (RULES, 'to="broker"', 'at="broker"', "zirve_connected has no label at"),
        (RULES, 'to="broker"', 'to="brokers"', "to is never 'brokers'"),
        (RULES, "MessageResumed", "MessageGone", "event is never 'MessageGone'"),
        (
            RULES,
            "max by (job) (zirve_waiting)",
            "max by (door) (zirve_waiting)",
            "has the label door",
        ),
        (
            RULES,
            "#timers-are-late",
            "#timers-are-slow",
            "runbooks.md#timers-are-slow does not exist",
        ),
        (RULES, "runbooks.md#timers", "books.md#timers", "books.md#timers-are-late does not exist"),
        (
            str(RUNBOOKS),
            "## Timers are late",
            "## Timers are slow",
            "#timers-are-late does not exist",
        ),
        (
            EVENTS,
            "alertname: TimersLate",
            "alertname: WaitingGrows",
            "TimersLate has no test in which",
        ),
        (
            EVENTS,
            "alertname: TimersLate",
            "alertname: TimersSlow",
            "a test of TimersSlow, and no such",
        ),
        (
            EVENTS,
            "zirve_waiting",
            "zirve_awaiting",
            "more aggregates wait: there is no zirve_awaiting",
        ),
    ],
)
def test_a_mistake_is_told(alter: Alter, path: str, old: str, new: str, said: str) -> None:
    assert said in "\n".join(prometheus.problems(alter(path, old, new)))


def test_what_is_scraped_has_to_be_among_the_containers(alter: Alter) -> None:
    root = alter("prometheus.yml", "names: [travel]", "names: [trains]")
    services = "services: {membership: , events: , travel: , notification: , rabbitmq: }"
    (root / "docker-compose.yml").write_text(services)

    (problem,) = prometheus.problems(root)

    assert problem.endswith("docker-compose.yml has no service trains to scrape")


def test_whoever_has_no_promtool_is_told_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert prometheus.problems(REPOSITORY) == [promtool.HOW_TO_GET_IT]
    assert grafana.problems(REPOSITORY) == [promtool.HOW_TO_GET_IT]


def test_names_and_labels_are_read_from_a_query() -> None:
    query = read(
        'histogram_quantile(0.95, sum by (job, le) (rate(a_bucket{x=~"b|c", y!="d"}[5m])))'
        ' > 2 and on (z) max(e offset 1h) unless f{} == 1e3 or absent(g{h="i{j}"})'
    )

    assert query == Query(
        (
            Selector("a_bucket", (("x", "b|c"), ("y", "d"))),
            Selector("e", ()),
            Selector("f", ()),
            Selector("g", (("h", "i{j}"),)),
        ),
        frozenset({"job", "le", "z"}),
    )
    assert query.selectors[0].values() == {("x", "b"), ("x", "c"), ("y", "d")}
    assert Selector("a", (("x", "5..|b.*"),)).values() == set()
