import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.local.layout import REPOSITORY
from deploy.manifests import grafana

DASHBOARD = grafana.FOLDER / "dashboards" / "zirve-overview.json"
SOURCES = grafana.FOLDER / "provisioning" / "datasources" / "zirve.yml"
Change = Callable[[dict[str, Any]], Any]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(REPOSITORY / grafana.FOLDER, tmp_path / grafana.FOLDER)
    return tmp_path


def test_what_is_deployed_is_in_order() -> None:
    assert grafana.problems(REPOSITORY) == []


@pytest.mark.parametrize("path", sorted((REPOSITORY / grafana.FOLDER).glob("dashboards/*.json")))
def test_a_dashboard_is_as_wide_as_grafanas_grid_at_the_most(path: Path) -> None:
    places = [panel["gridPos"] for panel in json.loads(path.read_text())["panels"]]

    assert max(place["x"] + place["w"] for place in places) == 24


def asking(expression: str) -> Change:
    def change(dashboard: dict[str, Any]) -> None:
        dashboard["panels"][1]["targets"][0]["expr"] = expression

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (asking("sum(zirve_nothing)"), "'Processes': there is no zirve_nothing"),
        (asking("sum by (door) (zirve_waiting)"), "nothing in it has the label door"),
        (asking('zirve_aggregates{state="lost"}'), "state is never 'lost'"),
        (asking("sum(zirve_waiting"), "parse error"),
        (asking("rate(zirve_waiting[$interval])"), "parse error"),
        (lambda d: d["panels"][1].pop("description"), "'Processes' does not say what it means"),
        (lambda d: d["panels"][2]["gridPos"].update(x=3), "lies upon 'Processes'"),
        (lambda d: d.update(uid="zirve"), "its uid is 'zirve'"),
        (
            lambda d: d["panels"][1]["targets"][0]["datasource"].update(uid="graphite"),
            "there is no datasource 'graphite'",
        ),
    ],
)
def test_a_mistake_in_a_dashboard_is_told(copied: Path, change: Change, said: str) -> None:
    dashboard = json.loads((copied / DASHBOARD).read_text())
    change(dashboard)
    (copied / DASHBOARD).write_text(json.dumps(dashboard))

    assert said in "\n".join(grafana.problems(copied))


def test_a_datasource_that_dashboards_ask_has_to_be_provisioned(copied: Path) -> None:
    (copied / SOURCES).write_text(
        (copied / SOURCES).read_text().replace("uid: prometheus", "uid: p")
    )

    assert "there is no datasource 'prometheus'" in "\n".join(grafana.problems(copied))


def test_a_datasource_has_to_be_among_the_containers(copied: Path) -> None:
    (copied / "docker-compose.yml").write_text("services: {prometheus: {}}")

    (problem,) = grafana.problems(copied)

    assert problem.endswith("docker-compose.yml has no service tempo for the datasource tempo")
