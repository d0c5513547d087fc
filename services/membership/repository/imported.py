"""What is asked about rows of imports that were applied, of cities as of people."""

from collections.abc import Iterable
from typing import Any

from services.membership.domain.register import ImportResult
from shared.persistence import Repository
from shared.persistence.store import answering

READ_TOGETHER = 500
"""Documents that are decoded without a pause for others."""


def applied_rows(repository: Repository[Any], import_id: str) -> int:
    """Return how many rows of an import were applied; two can be about the same.

    Raises:
        DatabaseAway: It does not answer.
    """
    of_import = {"imported.import_id": import_id}
    stages: list[dict[str, Any]] = [
        {"$match": of_import},
        {"$project": {"imported": 1}},
        {"$unwind": "$imported"},
        {"$match": of_import},
        {"$count": "rows"},
    ]
    with answering():
        found = list(repository.store.database[repository.collection].aggregate(stages))
    return found[0]["rows"] if found else 0


def outcomes_of(
    repository: Repository[Any], import_id: str, rows: Iterable[int] | None = None
) -> dict[int, ImportResult]:
    """Return what rows of an import have done, by number; those under way are missing.

    Args:
        repository: Of those whom the rows are about.
        import_id: The import.
        rows: Numbers of those asked for; all when absent.
    """
    wanted: dict[str, Any] = {"import_id": import_id}
    if rows is not None:
        wanted["row"] = {"$in": list(rows)}
    found = repository.store.find(
        repository.collection,
        {"imported": {"$elemMatch": wanted}},
        projection={"imported": 1},
        batch_size=READ_TOGETHER,
    )
    return {
        each["row"]: ImportResult(each["result"])
        for document in found
        for each in document["imported"]
        if each["import_id"] == import_id
    }
