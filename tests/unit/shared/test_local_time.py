from datetime import UTC, datetime, timedelta

import pytest

from shared.local_time import (
    AmbiguousLocalTime,
    LocalTime,
    NonexistentLocalTime,
    UnknownZone,
    local_time,
)

WINTER = datetime(2024, 12, 7, 9, 30)  # noqa: DTZ001 - a wall time
JUMPED_OVER = datetime(2024, 3, 31, 2, 30)  # noqa: DTZ001
SHOWN_TWICE = datetime(2024, 10, 27, 2, 30)  # noqa: DTZ001


def test_the_instant_follows_from_wall_time_and_zone() -> None:
    assert LocalTime(WINTER, "Europe/Tirane").at == datetime(2024, 12, 7, 8, 30, tzinfo=UTC)
    assert LocalTime(WINTER, "Europe/Istanbul").at == datetime(2024, 12, 7, 6, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_jump_over_is_refused() -> None:
    with pytest.raises(NonexistentLocalTime) as refused:
        LocalTime(JUMPED_OVER, "Europe/Tirane")

    assert refused.value.errors[0]["field"] == "local"


def test_a_fold_does_not_make_a_time_exist() -> None:
    with pytest.raises(NonexistentLocalTime):
        LocalTime(JUMPED_OVER, "Europe/Tirane", 1)


def test_a_time_that_happens_twice_needs_a_fold() -> None:
    with pytest.raises(AmbiguousLocalTime) as refused:
        LocalTime(SHOWN_TWICE, "Europe/Tirane")

    assert refused.value.errors[0]["field"] == "fold"


def test_the_fold_says_which_of_two_times_is_meant() -> None:
    first = LocalTime(SHOWN_TWICE, "Europe/Tirane", 0)
    second = LocalTime(SHOWN_TWICE, "Europe/Tirane", 1)

    assert second.at - first.at == timedelta(hours=1)


def test_a_fold_that_says_nothing_is_forgotten() -> None:
    assert LocalTime(WINTER, "Europe/Tirane", 1) == LocalTime(WINTER, "Europe/Tirane")


@pytest.mark.parametrize("name", ["Europe/Nowhere", "", "../../etc/passwd", "CET/", "localtime"])
def test_a_zone_that_the_database_does_not_have_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone):
        LocalTime(WINTER, name)


def test_a_wall_time_with_an_offset_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no offset"):
        LocalTime(datetime(2024, 12, 7, tzinfo=UTC), "Europe/Tirane")


def test_microseconds_are_cut_off() -> None:
    local = WINTER.replace(microsecond=123_999)

    assert LocalTime(local, "Europe/Tirane").at.microsecond == 123_000


def test_an_instant_is_shown_as_the_clocks_of_a_zone_show_it() -> None:
    at = datetime(2024, 10, 27, 1, 30, tzinfo=UTC)

    shown = local_time(at, "Europe/Tirane")

    assert (shown.local, shown.fold, shown.at) == (SHOWN_TWICE, 1, at)


def test_moving_by_hours_moves_true_time() -> None:
    before = LocalTime(datetime(2024, 10, 26, 12), "Europe/Tirane")  # noqa: DTZ001

    after = before.moved(timedelta(hours=24))

    assert after.at - before.at == timedelta(hours=24)
    assert after.local == datetime(2024, 10, 27, 11)  # noqa: DTZ001
