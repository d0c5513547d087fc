from datetime import timedelta
from pathlib import Path

import pytest

from deploy.doctor.certificates import examine_certificates
from deploy.local.ports import LOOPBACK
from tests.integration.doctor.test_broker import wrong
from tests.support.certificates import Authority, server_with


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def broker(address: str, authority: Authority) -> str:
    return f"amqps://guest:guest@{address}/?cacertfile={authority.ca_file}"


def database(address: str, authority: Authority) -> str:
    return f"mongodb://u:p%40@{address}/?replicaSet=rs0&tls=true&tlsCAFile={authority.ca_file}"


@pytest.mark.parametrize("uri", [broker, database])
def test_a_certificate_that_ends_soon_is_found(authority: Authority, uri: object) -> None:
    with server_with(authority.issue(LOOPBACK, timedelta(days=29))) as address:
        ((what, said),) = wrong(examine_certificates([uri(address, authority)])).items()  # type: ignore[operator]

    assert what.startswith(f"certificate of {address}: good until 2")
    assert said == "It ends in 28 days and 23 hours."


@pytest.mark.parametrize("uri", [broker, database])
def test_one_that_is_good_for_long_is_well(authority: Authority, uri: object) -> None:
    with server_with(authority.issue(LOOPBACK, timedelta(days=31))) as address:
        findings = list(examine_certificates([uri(address, authority)]))  # type: ignore[operator]

    assert [each.trouble for each in findings] == [None]


def test_one_of_another_authority_is_found(authority: Authority, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "stranger")
    with server_with(authority.issue(LOOPBACK)) as address:
        said = wrong(examine_certificates([broker(address, stranger)]))

    assert "CERTIFICATE_VERIFY_FAILED" in said[f"certificate of {address}"]


def test_nobody_at_the_address_is_found(authority: Authority) -> None:
    said = wrong(examine_certificates([broker("127.0.0.1:9", authority)]))

    assert "ConnectionRefusedError" in said["certificate of 127.0.0.1:9"]


def test_without_tls_there_is_nothing_to_look_at() -> None:
    uris = ["amqp://guest:guest@127.0.0.1:9/", "mongodb://127.0.0.1:9/", "http://127.0.0.1:9"]

    assert list(examine_certificates(uris)) == []
