from datetime import date
from itertools import permutations

from services.events.domain.as_of import Change, in_force, noted

JUNE = date(2024, 6, 1)


def a_change(sequence: int, since: date, until: date | None = None) -> Change:
    return Change(sequence=sequence, since=since, until=until)


def test_nothing_is_in_force_before_the_first_change() -> None:
    assert in_force([a_change(1, JUNE)], date(2024, 5, 31)) is None


def test_a_change_is_in_force_from_its_first_to_its_last_day() -> None:
    change = a_change(1, JUNE, until=date(2024, 6, 30))

    assert in_force([change], JUNE) is change
    assert in_force([change], date(2024, 6, 30)) is change
    assert in_force([change], date(2024, 7, 1)) is None


def test_a_newer_change_ends_an_open_one_and_is_not_followed_by_it_again() -> None:
    open_ended, newer = a_change(1, date(2020, 1, 1)), a_change(2, JUNE, until=date(2024, 6, 30))

    assert in_force([open_ended, newer], date(2024, 6, 15)) is newer
    assert in_force([open_ended, newer], date(2024, 7, 1)) is None


def test_of_two_changes_of_one_day_the_one_told_later_counts() -> None:
    first, second = a_change(1, JUNE), a_change(2, JUNE)

    assert in_force([second, first], JUNE) is second


def test_what_is_told_late_about_an_earlier_day_does_not_undo_what_holds_now() -> None:
    now, earlier = a_change(1, JUNE), a_change(2, date(2019, 1, 1), until=date(2019, 12, 31))

    assert in_force([now, earlier], JUNE) is now
    assert in_force([now, earlier], date(2019, 5, 5)) is earlier


def test_changes_are_the_same_whatever_order_they_are_heard_in() -> None:
    changes = [a_change(number, date(2020 + number, 1, 1)) for number in range(1, 5)]

    kept = set()
    for order in permutations(changes):
        noted_so_far: tuple[Change, ...] = ()
        for change in order:
            noted_so_far = noted(noted_so_far, change)
        kept.add(noted_so_far)

    assert kept == {tuple(changes)}


def test_a_change_heard_twice_is_kept_once() -> None:
    once = noted((), a_change(1, JUNE))

    assert noted(once, a_change(1, JUNE)) == once
