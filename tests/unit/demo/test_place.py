from pathlib import Path

import pytest

from deploy.containers.environment import complete
from deploy.demo.place import Place, is_entrance
from deploy.local.errors import LocalError


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("http://127.0.0.1", False),
        ("http://127.0.0.1:8080", True),
        ("http://127.0.0.1:8080/", True),
        ("https://zirve.example", True),
    ],
)
def test_an_entrance_is_told_from_a_host(url: str, is_one: bool) -> None:
    assert is_entrance(url) is is_one


def test_a_place_in_containers_is_found_by_its_settings(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "BROKER_PASSWORD_ADMIN=b\nDATABASE_PASSWORD_ADMIN=d\nDATABASE_PORT=27018\n"
    )

    place = Place.in_containers(
        "http://127.0.0.1:8080/", token="known", copies=tmp_path, checkout=tmp_path
    )

    assert place.urls["travel"] == "http://127.0.0.1:8080/travel"
    assert place.amqp_uri == "amqp://admin:b@127.0.0.1:5672/zirve"
    assert place.mongo_uri == "mongodb://admin:d@127.0.0.1:27018/?directConnection=true"
    assert not place.is_fresh


def test_without_an_administrator_it_says_what_is_missing(tmp_path: Path) -> None:
    complete(tmp_path / ".env", {})
    text = (tmp_path / ".env").read_text()
    (tmp_path / ".env").write_text(text.replace("BROKER_PASSWORD_ADMIN=", "# "))

    with pytest.raises(LocalError, match="has no BROKER_PASSWORD_ADMIN"):
        Place.in_containers(
            "http://127.0.0.1:8080", token="known", copies=tmp_path, checkout=tmp_path
        )
