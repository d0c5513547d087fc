from datetime import date

import pytest

from services.membership.domain.affiliation import (
    Affiliation,
    LeftBeforeJoined,
    MovedBackwards,
    OverlapsAffiliation,
    joined,
    united,
)

IZMIR, ATHENS = "tr-izmir", "gr-athens"
JANUARY, MARCH, MAY = date(2024, 1, 1), date(2024, 3, 1), date(2024, 5, 1)


def of(
    city_id: str, starts_on: date | None = None, ends_on: date | None = None, title: str = ""
) -> Affiliation:
    return Affiliation(city_id=city_id, starts_on=starts_on, ends_on=ends_on, title=title)


def test_one_of_unknown_first_day_covers_all_days_until_its_last() -> None:
    affiliation = of(IZMIR, None, MARCH)

    assert [affiliation.covers(day) for day in (date.min, MARCH, date(2024, 3, 2))] == [
        True,
        True,
        False,
    ]


def test_it_does_not_end_before_it_starts() -> None:
    with pytest.raises(LeftBeforeJoined) as refused:
        of(IZMIR, MARCH, JANUARY)

    assert refused.value.field == "ends_on"


def test_a_move_ends_the_affiliation_of_the_city_that_is_left() -> None:
    known = (of(ATHENS, None, date(2019, 5, 1)), of(IZMIR))

    assert joined(known, of(ATHENS, MARCH), leaves=IZMIR) == (
        of(ATHENS, None, date(2019, 5, 1)),
        of(IZMIR, None, date(2024, 2, 29)),
        of(ATHENS, MARCH),
    )


def test_a_move_ends_no_affiliation_of_a_third_city() -> None:
    known = (of(ATHENS, JANUARY), of(IZMIR, JANUARY))

    assert joined(known, of("bg-sofia", MARCH), leaves=IZMIR) == (
        of(IZMIR, JANUARY, date(2024, 2, 29)),
        of(ATHENS, JANUARY),
        of("bg-sofia", MARCH),
    )


def test_history_ends_nothing() -> None:
    assert joined((of(IZMIR),), of(ATHENS, JANUARY, MARCH), leaves=IZMIR) == (
        of(IZMIR),
        of(ATHENS, JANUARY, MARCH),
    )


def test_a_first_day_that_was_unknown_is_filled_in_and_the_title_stays() -> None:
    known = (of(IZMIR, title="Mayor"),)

    assert joined(known, of(IZMIR, MARCH), leaves=IZMIR) == (of(IZMIR, MARCH, title="Mayor"),)


def test_the_same_first_day_once_more_is_a_correction() -> None:
    known = (of(IZMIR, JANUARY, title="Mayor"),)

    assert joined(known, of(IZMIR, JANUARY, MAY, "Deputy"), leaves=IZMIR) == (
        of(IZMIR, JANUARY, MAY, "Deputy"),
    )


def test_nobody_belongs_to_a_city_twice_a_day() -> None:
    with pytest.raises(OverlapsAffiliation) as refused:
        joined((of(IZMIR, JANUARY),), of(IZMIR, MARCH), leaves=IZMIR)

    assert refused.value.field == "starts_on"


@pytest.mark.parametrize("starts_on", [JANUARY, date(2023, 1, 1)])
def test_nobody_leaves_a_city_before_having_come(starts_on: date) -> None:
    with pytest.raises(MovedBackwards) as refused:
        joined((of(IZMIR, JANUARY),), of(ATHENS, starts_on), leaves=IZMIR)

    assert refused.value.field == "starts_on"


def test_who_comes_back_has_two_affiliations_with_the_city() -> None:
    known = (of(IZMIR, None, JANUARY), of(ATHENS, MARCH))

    assert joined(known, of(IZMIR, MAY), leaves=ATHENS) == (
        of(IZMIR, None, JANUARY),
        of(ATHENS, MARCH, date(2024, 4, 30)),
        of(IZMIR, MAY),
    )


def test_affiliations_with_several_cities_are_all_kept() -> None:
    assert united((of(IZMIR, MARCH),), (of(ATHENS, JANUARY),)) == (
        of(ATHENS, JANUARY),
        of(IZMIR, MARCH),
    )


def test_of_two_with_one_city_at_once_the_first_persons_counts() -> None:
    assert united((of(IZMIR, MARCH, title="Mayor"),), (of(IZMIR, JANUARY),)) == (
        of(IZMIR, MARCH, title="Mayor"),
    )


def test_the_others_first_day_counts_where_only_that_is_known() -> None:
    assert united((of(IZMIR, title="Mayor"),), (of(IZMIR, JANUARY),)) == (
        of(IZMIR, JANUARY, title="Mayor"),
    )
