import random
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from shared.persistence.facts import Facts
from shared.persistence.mongo import connect
from shared.persistence.store import Store, Write
from tests.unit.shared.simulation import World
from tests.unit.shared.test_model import check, play

SCHEDULES = 25


class WholeFacts(Facts):
    def everything(self) -> list[dict[str, Any]]:
        return list(self._facts.find())


class PausingStore(Store):
    """The real store; before and after each call somebody else may run, or the process may die."""

    world: World

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        super().__init__(database)
        self.facts: WholeFacts = WholeFacts(database)

    def read(self, collection: str, ids: Iterable[str]) -> dict[str, Any]:
        self.world.pause()
        found = super().read(collection, ids)
        self.world.pause()
        return found

    def find(self, collection: str, query: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
        self.world.pause()
        return super().find(collection, query, **options)

    def write(self, writes: Sequence[Write]) -> None:
        self.world.pause()
        super().write(writes)
        self.world.pause()

    def published(self, collection: str, ids: list[str], event_ids: list[str]) -> None:
        self.world.pause()
        super().published(collection, ids, event_ids)

    @property
    def documents(self) -> dict[str, dict[str, Any]]:
        # The outboxes' last changes are not waited for until a majority has them.
        newest = self.database.client.get_database(
            self.database.name, read_concern=ReadConcern("local")
        )
        return {
            name: {each["_id"]: each for each in newest[name].find()}
            for name in ("orders", "tallies", "notes")
        }


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_what_the_model_plays_holds_on_the_real_database(
    seed: int, mongo: str, database: Database[dict[str, Any]]
) -> None:
    store = PausingStore(connect(mongo, database.name, "a test"))
    choices = random.Random(seed)

    try:
        world = play(choices.randbytes(choices.randint(200, 900)), store)

        check(world)
    finally:
        store.database.client.close()
