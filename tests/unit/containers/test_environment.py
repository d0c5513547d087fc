import stat
from pathlib import Path

import pytest

from deploy.containers.__main__ import main
from deploy.containers.environment import complete, read, value
from deploy.containers.variables import VARIABLES
from deploy.local.keys import Keys

SECRETS = {each.name for each in VARIABLES if each.is_secret}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_every_secret_is_written_and_no_two_are_the_same(file: Path) -> None:
    added = complete(file, {})

    written = read(file)
    assert set(added) == set(written) == SECRETS
    assert len(set(written.values())) == len(SECRETS)
    assert all(len(bytes.fromhex(each)) == 24 for each in written.values())


def test_nobody_else_may_read_it(file: Path) -> None:
    complete(file, {})

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_there_stays_and_what_is_missing_is_added(file: Path) -> None:
    file.write_text("# Ours.\nLINK_SECRET=known\nMAIL_FROM=board@b40.example\n")

    added = complete(file, {"CLOCK_MAY_BE_SET": "true"})

    written = read(file)
    assert set(added) == SECRETS - {"LINK_SECRET"} | {"CLOCK_MAY_BE_SET"}
    assert written["LINK_SECRET"] == "known"
    assert written["MAIL_FROM"] == "board@b40.example"
    assert file.read_text().startswith("# Ours.\n")


def test_a_complete_file_is_left_alone(file: Path) -> None:
    complete(file, {"CLOCK_MAY_BE_SET": "true"})
    before = file.read_text()

    assert complete(file, {"CLOCK_MAY_BE_SET": "false"}) == []
    assert file.read_text() == before


def test_a_new_file_names_every_variable_with_its_default(file: Path) -> None:
    complete(file, {})

    lines = file.read_text().splitlines()
    for each in VARIABLES:
        if not each.is_secret:
            assert f"# {each.name}={each.default}" in lines


def test_a_value_is_the_files_or_else_the_default() -> None:
    assert value({"MAIL_PORT": "9025"}, "MAIL_PORT") == "9025"
    assert value({"MAIL_PORT": ""}, "MAIL_PORT") == value({}, "MAIL_PORT") == "8025"


def test_the_command_makes_keys_that_issue_tokens_and_keeps_them(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = file.parent / "secrets"
    arguments = ["--file", str(file), "--keys", str(keys), "--demo"]

    assert main(arguments) == 0
    public = (keys / "token.public.pem").read_bytes()
    shown = capsys.readouterr().out
    assert main(arguments) == 0

    assert read(file)["CLOCK_MAY_BE_SET"] == "true"
    assert read(file)["LINK_SECRET"] not in shown
    assert (keys / "token.public.pem").read_bytes() == public
    assert Keys(keys).token("organiser").count(".") == 2
