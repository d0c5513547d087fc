"""``deploy/prometheus``: rules that ask for what exists, are tested, and lead to a runbook."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy.local.services import MODULES
from deploy.manifests import promtool
from deploy.manifests.promql import read
from deploy.manifests.series import known

FOLDER = Path("deploy/prometheus")
SEVERITIES = {"page", "ticket"}
_ANNOTATIONS = ("summary", "description", "runbook_url")


def problems(root: Path) -> list[str]:
    """Return what is wrong with the files below a checkout."""
    if not promtool.is_there():
        return [promtool.HOW_TO_GET_IT]
    folder = root / FOLDER
    rules = sorted(folder.glob("rules/*.yml"))
    tests = sorted(folder.glob("tests/*.yml"))
    if not rules or not tests:
        return [f"{FOLDER}: there are no rules, or no tests of them"]
    found = promtool.problems("check", "config", folder / "prometheus.yml")
    found += promtool.problems("check", "rules", "--lint=all", "--lint-fatal", *rules)
    if found:
        return found
    alerts = [each for path in rules for each in _alerts(path)]
    found = promtool.problems("test", "rules", *tests)
    return found + [
        f"{FOLDER}: {problem}"
        for problem in (
            *_scraping(folder / "prometheus.yml", hosts(root)),
            *_complete(alerts, root),
            *_answerable(alerts, tests),
            *_tested(alerts, tests),
        )
    ]


def _alerts(path: Path) -> list[dict[str, Any]]:
    groups = yaml.safe_load(path.read_text())["groups"]
    return [each for group in groups for each in group["rules"]]


def hosts(root: Path) -> set[str] | None:
    """Return the names that containers know each other by; ``None`` where there is no such file."""
    path = root / "docker-compose.yml"
    if not path.is_file():
        return None
    return set(yaml.safe_load(path.read_text(encoding="utf-8"))["services"])


def _scraping(path: Path, known_hosts: set[str] | None) -> Iterator[str]:
    """Every service is scraped, under its name, and nobody who does not exist."""
    jobs = yaml.safe_load(path.read_text())["scrape_configs"]
    for name in MODULES.keys() - {each["job_name"] for each in jobs}:
        yield f"nobody scrapes {name}"
    names = {
        name for job in jobs for each in job.get("dns_sd_configs", ()) for name in each["names"]
    }
    for name in names - (names if known_hosts is None else known_hosts):
        yield f"docker-compose.yml has no service {name} to scrape"


def _complete(alerts: list[dict[str, Any]], root: Path) -> Iterator[str]:
    """Every alert says how urgent it is, how long it lasts, what it means and what to do."""
    for alert in alerts:
        name, annotations = alert["alert"], alert.get("annotations", {})
        if alert.get("labels", {}).get("severity") not in SEVERITIES:
            yield f"{name}: severity is none of {', '.join(sorted(SEVERITIES))}"
        if "for" not in alert:
            yield f"{name} does not say for how long it has to be true"
        for each in _ANNOTATIONS:
            if not annotations.get(each):
                yield f"{name} has no {each}"
        page, _, anchor = str(annotations.get("runbook_url", "")).partition("#")
        if not (root / page).is_file() or anchor not in _anchors(root / page):
            yield f"{name}: its runbook {page}#{anchor} does not exist"


def _answerable(alerts: list[dict[str, Any]], tests: list[Path]) -> Iterator[str]:
    """Rules, and the series that they are tested with, are about what there is."""
    series = known()
    for alert in alerts:
        for problem in series.wrong_in(read(alert["expr"])):
            yield f"{alert['alert']}: {problem}"
    for path in tests:
        for test in _cases(path):
            for each in test["input_series"]:
                for problem in series.wrong_in(read(each["series"])):
                    yield f"{path.name}, {test.get('name')}: {problem}"


def _tested(alerts: list[dict[str, Any]], tests: list[Path]) -> Iterator[str]:
    """Each alert has a test in which it fires, and one in which it does not."""
    seen: dict[str, set[bool]] = {}
    for path in tests:
        for test in _cases(path):
            for each in test.get("alert_rule_test", ()):
                seen.setdefault(each["alertname"], set()).add(bool(each.get("exp_alerts")))
    names = {each["alert"] for each in alerts}
    for name in sorted(names):
        for fires in {True, False} - seen.get(name, set()):
            yield f"{name} has no test in which it {'fires' if fires else 'does not fire'}"
    for name in seen.keys() - names:
        yield f"there is a test of {name}, and no such alert"


def _cases(path: Path) -> list[Mapping[str, Any]]:
    cases: list[Mapping[str, Any]] = yaml.safe_load(path.read_text())["tests"]
    return cases


def _anchors(page: Path) -> set[str]:
    """Return what the headings of a page can be linked by, as GitHub makes it."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in headings}
