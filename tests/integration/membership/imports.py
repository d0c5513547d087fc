"""Imports as tests start them, and what they have come to."""

from typing import Any

from tests.support.client import Client
from tests.support.waiting import wait_until

Json = dict[str, Any]
COMPLETED_SECONDS = 60


def when_completed(api: Client, import_id: str) -> Json:
    """Wait until all rows of an import were applied, and return its report."""

    def report() -> Json | None:
        found: Json = api.get(f"/v1/imports/{import_id}").json()
        return found if found["state"] == "completed" else None

    return wait_until(report, COMPLETED_SECONDS, what=f"import {import_id} is completed") or {}


def rows_of(api: Client, import_id: str, **options: Any) -> list[Json]:
    """Return the rows of an import, page by page."""
    rows: list[Json] = []
    cursor: dict[str, str] = {}
    while True:
        answer = api.get(f"/v1/imports/{import_id}/rows", **options, **cursor)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        rows += page["items"]
        if page["next_cursor"] is None:
            return rows
        cursor = {"cursor": page["next_cursor"]}
