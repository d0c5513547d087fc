from datetime import date

import pytest

from services.membership.domain.term import EndsBeforeItStarts, Term


def term(starts: str, ends: str | None = None) -> Term:
    return Term(
        starts_on=date.fromisoformat(starts), ends_on=date.fromisoformat(ends) if ends else None
    )


def test_a_term_cannot_end_before_it_starts() -> None:
    with pytest.raises(EndsBeforeItStarts) as refused:
        term("2024-02-01", "2024-01-31")

    assert refused.value.field == "ends_on"


@pytest.mark.parametrize(
    ("day", "covered"),
    [("2024-01-31", False), ("2024-02-01", True), ("2024-02-29", True), ("2024-03-01", False)],
)
def test_a_term_covers_its_first_and_its_last_day(day: str, covered: bool) -> None:
    assert term("2024-02-01", "2024-02-29").covers(date.fromisoformat(day)) is covered


def test_an_open_term_covers_every_later_day() -> None:
    assert term("2024-02-01").covers(date(2999, 1, 1))


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (("2024-01-01", "2024-01-31"), ("2024-02-01", None), False),
        (("2024-01-01", "2024-02-01"), ("2024-02-01", None), True),
        (("2024-01-01", None), ("2025-01-01", "2025-12-31"), True),
        (("2024-01-01", "2024-12-31"), ("2024-03-01", "2024-03-01"), True),
    ],
)
def test_terms_overlap_when_they_have_a_day_in_common(
    one: tuple[str, str | None], other: tuple[str, str | None], overlap: bool
) -> None:
    assert term(*one).overlaps(term(*other)) is overlap
    assert term(*other).overlaps(term(*one)) is overlap
