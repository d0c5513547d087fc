import pytest

from tests.bench.capacity import tables
from tests.bench.capacity.costs import Costs
from tests.unit.capacity.builders import costs


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.01234, "0.0123"), (12.34, "12.3"), (1234.5, "1,234"), (99.96, "100")],
)
def test_a_number_has_three_digits_that_count(value, text):
    assert tables.number(value) == text


def test_every_row_of_a_table_has_as_many_cells_as_its_head():
    for made in tables.all_tables(costs()).values():
        lines = made.splitlines()
        assert len(lines) > 2
        assert {line.replace("\\|", "").count("|") for line in lines} == {lines[0].count("|")}


def test_tables_are_put_where_the_page_names_them():
    page = "Before.\n\n<!-- steps -->\nold\n<!-- end -->\n\nAfter.\n"

    assert tables.put_into(page, {"steps": "| new |\n"}) == page.replace("old", "| new |")


def test_a_page_without_a_place_for_a_table_is_refused():
    with pytest.raises(LookupError, match="steps"):
        tables.put_into("Nothing.", {"steps": "| new |\n"})


def test_the_page_has_its_tables_as_the_model_gives_them():
    page = tables.PAGE.read_text()

    assert tables.put_into(page, tables.all_tables(Costs.read())) == page
