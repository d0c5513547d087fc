import pytest

from shared.config import BadSettings, Settings


def test_a_broker_is_reached_with_the_authority_that_its_uri_names(tmp_path):
    authority = tmp_path / "ca.pem"
    authority.touch()
    uri = f"amqps://travel:secret@broker:5671/?cacertfile={authority}"

    assert uri == Settings.from_environment({"AMQP_URI": uri}).AMQP_URI


def test_an_authority_that_there_is_no_file_of_is_refused():
    uri = "amqps://travel:secret@broker:5671/?cacertfile=/absent.pem"

    with pytest.raises(BadSettings, match=r"AMQP_URI: there is no file /absent\.pem$") as refused:
        Settings.from_environment({"AMQP_URI": uri})

    assert "secret" not in str(refused.value)


def test_an_authority_without_tls_is_refused(tmp_path):
    uri = f"amqp://travel:secret@broker:5672/?cacertfile={tmp_path}"

    with pytest.raises(BadSettings, match=r"AMQP_URI: cacertfile is of use with amqps:// only$"):
        Settings.from_environment({"AMQP_URI": uri})
