from datetime import date, timedelta

import pytest

from services.membership.domain.city_row import CityRow
from services.membership.domain.columns import ImportKind
from services.membership.domain.import_rows import (
    CellError,
    Change,
    ImportPart,
    ImportRow,
    RowResult,
    RowWarning,
)
from services.membership.domain.imports import FORGOTTEN, KEPT, WATCHED, ImportState, NotPreviewed
from services.membership.domain.register import ImportResult
from shared.contracts.membership import (
    CityRowAccepted,
    ImportCancelled,
    ImportCommitted,
    ImportCompleted,
    ImportPartAccepted,
    ImportPreviewed,
)
from shared.domain import Aggregate, bookkeeping
from tests.unit.membership.builders import (
    NOW,
    a_description,
    a_member,
    an_import_of,
    forget_events,
    recorded,
)

SECOND = timedelta(seconds=1)


def a_row(number: int, city_id: str) -> CityRow:
    return CityRow(
        number=number,
        city_id=city_id,
        description=a_description(),
        member_since=date(2021, 11, 30),
    )


def judged(*rows: CityRow) -> list[ImportRow]:
    taken: dict[str, int] = {}
    return [row.judged(None, taken, at=NOW) for row in rows]


def a_refused_row(number: int) -> ImportRow:
    error = CellError(column="timezone", code="unknown_zone", message="No.")
    return ImportRow.refused(number, "??", "", error)


def timers(aggregate: Aggregate) -> dict[str, object]:
    return {each.kind: each.due_at for each in bookkeeping(aggregate).timers}


def test_a_preview_counts_what_rows_would_do_and_records_that_alone() -> None:
    made = an_import_of(*judged(a_row(2, "tr-istanbul")), a_refused_row(3))

    assert (made.state, made.rows, made.refused, made.good) == (ImportState.PREVIEWED, 2, 1, 1)
    assert recorded(made) == [
        ImportPreviewed(import_id="import-1", kind="cities", rows=2, refused=1, occurred_at=NOW)
    ]
    assert timers(made) == {FORGOTTEN: NOW + KEPT}


def test_a_part_gives_back_the_rows_that_were_packed() -> None:
    full = ImportRow(
        number=7,
        subject="tr-izmir",
        label="İzmir",
        result=RowResult.WOULD_CHANGE,
        changes=(Change(field="name", old=None, new="İzmir"),),
        errors=(CellError(column="name", code="c", message="m"),),
        warnings=(RowWarning(code="c", message="m", person_id="p"),),
        said={"number": 7},
    )

    part = ImportPart.of([a_refused_row(3), full])

    assert part.rows == [
        a_refused_row(3),
        ImportRow(**{**vars(full), "said": {}}),
    ]
    assert (part.good, part.last) == ([{"number": 7}], 7)
    assert part.results == {"refused": 1, "would_change": 1}


def test_what_a_row_says_comes_back_as_it_was() -> None:
    row = CityRow(
        number=2,
        city_id="tr-istanbul",
        description=a_description(),
        unsaid=("airports",),
        member_since=date(2021, 11, 1),
        precision="month",
        left_since=date(2024, 1, 1),
    )

    (said,) = ImportPart.of(judged(row)).good

    assert CityRow.of(said) == row


def test_of_two_good_rows_about_a_city_the_first_is_taken() -> None:
    bad = CityRow(number=2, city_id="tr-istanbul", errors=a_refused_row(2).errors)

    rows = judged(bad, a_row(3, "tr-istanbul"), a_row(4, "tr-istanbul"), a_row(5, "gr-athens"))

    assert [(row.result, [each.code for each in row.errors]) for row in rows] == [
        (RowResult.REFUSED, ["unknown_zone"]),
        (RowResult.WOULD_CREATE, []),
        (RowResult.REFUSED, ["repeated"]),
        (RowResult.WOULD_CREATE, []),
    ]
    assert rows[2].errors[0].message == "Row 3 is about the same."


def test_judging_a_row_changes_no_city() -> None:
    city = a_member()
    row = CityRow(number=2, city_id=city.id, description=a_description(name="Stambul"))

    result = row.judged(city, {}, at=NOW + SECOND)

    assert result.result is RowResult.CONTRADICTED  # it states that the city has applied
    assert result.changes == (Change(field="name", old="Istanbul", new="Stambul"),)
    assert (city.description, city.imported, recorded(city)) == (a_description(), (), [])


def test_what_a_row_does_not_say_stays_as_it_is_known() -> None:
    city = a_member()
    said = a_description(name="Stambul", airports=(), names={"en": "Stambul"})
    row = CityRow(
        number=2, city_id=city.id, description=said, unsaid=("names", "airports", "sample")
    )

    accepted = row.accepted("import-1", city, at=NOW)

    assert (accepted.name, accepted.airports) == ("Stambul", ("IST", "SAW"))
    assert accepted.names == {"en": "Stambul", "tr": "İstanbul"}
    assert row.accepted("import-1", None, at=NOW).airports == ()


def test_a_row_with_errors_is_never_accepted() -> None:
    row = CityRow(number=2, city_id="??", errors=a_refused_row(2).errors)

    with pytest.raises(ValueError, match="row 2 has errors"):
        row.accepted("import-1", None, at=NOW)


def test_a_commitment_is_told_and_watched() -> None:
    made = an_import_of(*judged(a_row(2, "tr-istanbul")))
    forget_events(made)

    made.commit(at=NOW + SECOND)

    assert (made.state, made.committed_at) == (ImportState.COMMITTED, NOW + SECOND)
    assert recorded(made) == [
        ImportCommitted(import_id="import-1", kind="cities", occurred_at=NOW + SECOND)
    ]
    assert timers(made) == {WATCHED: NOW + 2 * SECOND}


def test_an_import_is_committed_or_cancelled_once() -> None:
    committed, cancelled = (an_import_of(*judged(a_row(2, "tr-istanbul"))) for _ in range(2))
    committed.commit(at=NOW)
    cancelled.cancel(at=NOW)

    for each in (committed, cancelled):
        before = (each.state, recorded(each))
        with pytest.raises(NotPreviewed):
            each.commit(at=NOW)
        with pytest.raises(NotPreviewed):
            each.cancel(at=NOW)
        assert (each.state, recorded(each)) == before


def test_a_cancelled_import_forgets_its_rows() -> None:
    made = an_import_of(*judged(a_row(2, "tr-istanbul")))
    forget_events(made)

    made.cancel(at=NOW)

    assert recorded(made) == [ImportCancelled(import_id="import-1", occurred_at=NOW)]
    assert (made.parts, made.rows, timers(made)) == ((), 1, {})


def test_parts_are_accepted_once_and_in_order() -> None:
    rows = [a_row(2, "tr-istanbul"), a_row(3, "gr-athens")]
    made = an_import_of(*judged(rows[0]))
    made.parts = (*made.parts, ImportPart.of(judged(rows[1])))
    assert not made.is_next(0)
    made.commit(at=NOW)
    forget_events(made)

    assert (made.is_next(0), made.is_next(1)) == (True, False)
    made.accept_part(0, [rows[0].accepted("import-1", None, at=NOW)])

    assert (made.is_next(0), made.is_next(1)) == (False, True)
    row, part = recorded(made)
    assert isinstance(row, CityRowAccepted)
    assert part == ImportPartAccepted(import_id="import-1", part=0, occurred_at=NOW)
    made.accept_part(1, [])
    assert not made.is_next(2)


def test_an_import_that_is_not_done_is_looked_at_ever_less_often() -> None:
    made = an_import_of(*judged(a_row(2, "tr-istanbul")))
    made.commit(at=NOW)

    made.look_again(at=NOW + SECOND)
    soon = timers(made)
    made.look_again(at=NOW + 100 * SECOND)

    assert soon == {WATCHED: NOW + 2 * SECOND}
    assert timers(made) == {WATCHED: NOW + 110 * SECOND}


def test_a_completed_import_knows_what_each_row_has_done_and_not_what_it_said() -> None:
    made = an_import_of(*judged(a_row(2, "tr-istanbul"), a_row(3, "gr-athens")), a_refused_row(4))
    made.commit(at=NOW)
    forget_events(made)

    made.complete({3: ImportResult.CREATED, 2: ImportResult.CONTRADICTED}, at=NOW + SECOND)

    assert recorded(made) == [
        ImportCompleted(
            import_id="import-1",
            kind="cities",
            created=1,
            changed=0,
            unchanged=0,
            contradicted=1,
            refused=1,
            occurred_at=NOW + SECOND,
        )
    ]
    assert made.outcome_by_row == {3: ImportResult.CREATED, 2: ImportResult.CONTRADICTED}
    assert (made.applied, made.parts[0].said) == (2, b"")
    assert [row.number for row in made.rows_after(2, None)] == [3, 4]
    assert [row.number for row in made.rows_after(0, RowResult.REFUSED)] == [4]
    assert timers(made)[FORGOTTEN] == NOW + SECOND + KEPT


def test_rows_are_forgotten_after_a_time_and_a_preview_is_cancelled_then() -> None:
    previewed, completed = (an_import_of(*judged(a_row(2, "tr-istanbul"))) for _ in range(2))
    completed.commit(at=NOW)
    completed.complete({2: ImportResult.CREATED}, at=NOW)
    forget_events(completed)

    for each in (previewed, completed):
        each.forget(at=NOW + KEPT)

    assert (previewed.state, previewed.parts) == (ImportState.CANCELLED, ())
    assert (completed.state, completed.parts, recorded(completed)) == (
        ImportState.COMPLETED,
        (),
        [],
    )
    assert completed.outcome_by_row == {2: ImportResult.CREATED}


def test_the_kind_decides_what_is_told() -> None:
    made = an_import_of(a_refused_row(2), kind=ImportKind.PEOPLE)

    (previewed,) = recorded(made)

    assert isinstance(previewed, ImportPreviewed)
    assert previewed.kind == "people"
