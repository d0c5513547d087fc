import shutil
from pathlib import Path

import pytest

from deploy.local.layout import REPOSITORY
from deploy.manifests.compose import FILE, problems

TEXT = (REPOSITORY / FILE).read_text()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("containers", "prometheus", "grafana"):
        shutil.copytree(REPOSITORY / "deploy" / name, tmp_path / "deploy" / name)
    return tmp_path


def wrong_in(text: str, checkout: Path) -> list[str]:
    (checkout / FILE).write_text(text)
    return problems(checkout)


def test_the_compose_file_is_as_it_should_be(checkout: Path) -> None:
    assert wrong_in(TEXT, checkout) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("read_only: true", "readonly: true", "readonly"),
        ("stop_grace_period: 30s", "stop_grace_period: a while", "duration"),
        ("condition: service_healthy", "condition: healthy", "healthy"),
        ("cap_drop: [ALL]", "cap_drop: [NET_RAW]", "cap_drop is ['NET_RAW']"),
        ("stop_grace_period: 30s", "stop_grace_period: 10s", "stop_grace_period is '10s'"),
        ("target: travel", "target: events", "travel: it is built from another target"),
        (
            "target: travel\n",
            "target: travel\n    container_name: travel\n",
            "travel: it cannot be scaled",
        ),
        (
            "target: travel\n",
            "target: travel\n    ports: ['127.0.0.1:8003:8003']\n",
            "travel: it cannot be scaled",
        ),
        ("127.0.0.1:${BROKER_PORT:-5672}", "${BROKER_PORT:-5672}", "is open to the network"),
        (
            "amqp://travel:${BROKER_PASSWORD_TRAVEL:?make env writes it}@",
            "amqp://travel:guest@",
            "travel: AMQP_URI is written in it",
        ),
        (
            "LINK_SECRET: ${LINK_SECRET:?make env writes it}",
            "LINK_SECRET: hush",
            "events: LINK_SECRET is written in it",
        ),
        (
            "${LINK_SECRET:?make env writes it}",
            "${LINK_SECRET:-hush}",
            "LINK_SECRET is 'hush' here",
        ),
        ("${MAIL_PORT:-8025}", "${MAIL_PORT:-8026}", "MAIL_PORT is '8026' here"),
        ("${MAIL_PORT:-8025}", "${POST_PORT:-8025}", "POST_PORT is unknown"),
        ("${MAIL_PORT:-8025}", "8025", "MAIL_PORT of variables.py is of no use"),
        ("- database-data:/data/db", "- database:/data/db", "there is no volume database"),
        ("./deploy/containers/Caddyfile:", "./deploy/Caddyfile:", "there is no ./deploy/Caddyfile"),
        (
            "      mailpit:\n        condition",
            "      mailpits:\n        condition",
            "which there is not",
        ),
        (
            "mailpit:\n        condition: service_healthy",
            "mailpit:\n        condition: service_started",
            "notification: it does not wait for the health of mailpit",
        ),
    ],
)
def test_what_is_wrong_is_told(old: str, new: str, told: str, checkout: Path) -> None:
    assert old in TEXT, "the test itself is out of date"

    found = wrong_in(TEXT.replace(old, new, 1), checkout)

    assert any(told in each for each in found), found


def test_a_service_without_a_health_check_is_told(checkout: Path) -> None:
    asked = "      test: [CMD, /mailpit, readyz]\n"
    begin = TEXT.index(asked) - len("    healthcheck:\n")
    end = TEXT.index("retries: 6\n", begin) + len("retries: 6\n")

    found = wrong_in(TEXT[:begin] + TEXT[end:], checkout)

    assert found == [f"{FILE}: mailpit: nothing tells whether it is healthy"]


def test_a_broker_that_waits_for_another_time_than_ours_is_told(checkout: Path) -> None:
    advanced = checkout / "deploy/containers/broker/advanced.config"
    advanced.write_text(advanced.read_text().replace("10000", "180000"))

    (told,) = wrong_in(TEXT, checkout)

    assert "does not wait 10000 ms" in told
