"""Cases that spoil a copy of the manifests in one place, and what has to be told then."""

from collections.abc import Callable

import pytest

Telling = Callable[[str, str, str], list[str]]
"""The fixture ``told_of``: file, what stands there, what is put there; the problems."""


def cases(*rows: tuple[str, str, str, str]) -> pytest.MarkDecorator:
    """File below deploy/kubernetes, what stands there, what is put there, what is told."""
    return pytest.mark.parametrize(("file", "old", "new", "expected"), rows)


def expect(told: list[str], expected: str) -> None:
    assert any(expected in problem for problem in told), told
