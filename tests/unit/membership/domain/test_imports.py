from datetime import date

from services.membership.domain.city_import import CityImport, CityRow, ImportReport, RowResult

from services.membership.domain.register import ImportResult
from shared.contracts.membership import CityRowAccepted
from tests.unit.membership.builders import NOW, a_description, recorded


def a_row(city_id: str) -> CityRow:
    return CityRow(city_id=city_id, description=a_description(), member_since=date(2021, 11, 30))


def a_bad_row(city_id: str) -> CityRow:
    return CityRow(city_id=city_id, errors=("timezone: unknown_zone",))


def test_each_good_row_is_told_with_its_number_and_bad_ones_block_nobody() -> None:
    started = CityImport.start(
        "import-1", [a_row("tr-istanbul"), a_bad_row("??"), a_row("gr-athens")], at=NOW
    )

    told = recorded(started)
    assert [(each.row, each.city_id) for each in told if isinstance(each, CityRowAccepted)] == [
        (1, "tr-istanbul"),
        (3, "gr-athens"),
    ]
    assert [(row.number, row.city_id, row.result, row.errors) for row in started.rows] == [
        (1, "tr-istanbul", RowResult.ACCEPTED, ()),
        (2, "??", RowResult.REFUSED, ("timezone: unknown_zone",)),
        (3, "gr-athens", RowResult.ACCEPTED, ()),
    ]


def test_a_told_row_says_all_that_was_read() -> None:
    started = CityImport.start("import-1", [a_row("tr-istanbul")], at=NOW)

    assert recorded(started) == [
        CityRowAccepted(
            import_id="import-1",
            row=1,
            city_id="tr-istanbul",
            member_since=date(2021, 11, 30),
            occurred_at=NOW,
            **vars(a_description()),
        )
    ]


def test_of_two_good_rows_about_a_city_the_first_is_taken() -> None:
    rows = [a_bad_row("tr-istanbul"), a_row("tr-istanbul"), a_row("tr-istanbul")]

    started = CityImport.start("import-1", rows, at=NOW)

    assert [row.errors for row in started.rows] == [
        ("timezone: unknown_zone",),
        (),
        ("city_id: repeated",),
    ]
    assert len(recorded(started)) == 1


def test_a_report_counts_what_was_taken_and_what_is_applied() -> None:
    started = CityImport.start("import-1", [a_row("tr-istanbul"), a_bad_row("??")], at=NOW)

    report = ImportReport(city_import=started, outcomes={1: ImportResult.CREATED})

    assert (report.accepted, report.refused, report.applied) == (1, 1, 1)
    assert [each.outcome for each in report.rows] == [ImportResult.CREATED, None]
