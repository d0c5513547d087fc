import pytest

from deploy.demo.checker.verdict import Verdict


def test_a_check_that_does_not_hold_is_a_failure_and_says_what_differs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    verdict = Verdict()

    verdict.same("numbers", {"a": 1, "b": 2}, {"a": 1, "b": 3})
    verdict.holds("something", condition=False, otherwise="seen")

    assert verdict.failures == ["numbers", "something"]
    shown = capsys.readouterr().out
    assert "b: 2 instead of 3" in shown
    assert "a: 1" not in shown


def test_a_list_that_differs_shows_what_is_missing_and_what_is_too_much(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Verdict().same("names", ["x", "y"], ["y", "z"])

    assert "not expected: ['x']; missing: ['z']" in capsys.readouterr().out


def test_checks_that_hold_are_counted() -> None:
    verdict = Verdict()

    verdict.same("a number", 1, 1)
    verdict.holds("a truth", condition=True)

    assert verdict.passed == 2
    assert not verdict.failures
