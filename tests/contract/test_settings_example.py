import shlex
from dataclasses import fields

from deploy.local.layout import REPOSITORY
from shared.config import Settings


def test_the_example_names_every_setting_with_its_default() -> None:
    lines = (REPOSITORY / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    assert list(example) == [each.name for each in fields(Settings)]
    assert Settings.from_environment(example) == Settings()


def test_a_shell_can_read_the_example() -> None:
    for line in (REPOSITORY / ".env.example").read_text().splitlines():
        assert len(shlex.split(line, comments=True)) <= 1
