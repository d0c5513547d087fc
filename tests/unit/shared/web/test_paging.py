import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.web.paging import BadCursor, Page, PageRequest


@pytest.mark.parametrize(
    "after",
    [["a", "b"], [1, 2.5, None, "x"], [datetime(2024, 12, 7, 9, 0, 0, 1000, tzinfo=UTC), "x"]],
)
def test_a_cursor_leads_to_where_the_page_has_ended(after: list[Any]) -> None:
    cursor = Page.of(["item"], after).next_cursor

    assert PageRequest.of(10, cursor).after == after


def test_the_last_page_has_no_cursor() -> None:
    assert Page.of(["item"], None).next_cursor is None


@pytest.mark.parametrize("text", ["[[1]]", '[{"$gt":""}]', '{"a":1}', "7", "[1", '[{"$at":7}]'])
def test_a_cursor_that_holds_anything_but_scalars_is_refused(text: str) -> None:
    cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    with pytest.raises(BadCursor) as refused:
        PageRequest.of(10, cursor)

    assert refused.value.errors[0]["field"] == "cursor"


@pytest.mark.parametrize("cursor", ["", "!", "é", "a" * 5000])
def test_a_cursor_that_is_nonsense_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        PageRequest.of(10, cursor)


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(BadCursor):
        PageRequest(10, ["a"]).position(2)


def test_a_position_is_what_follows_in_the_lists_order() -> None:
    assert PageRequest(10, ["a", "b"]).position(2) == ["a", "b"]
    assert PageRequest(10).position(2) is None
