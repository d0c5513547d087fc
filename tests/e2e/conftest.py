"""Fixtures of journeys through all four services."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from deploy.demo.checker import Evidence, check, watch
from deploy.demo.client import Client
from deploy.demo.place import Place
from deploy.demo.stage import Stage
from deploy.local.installation import Installation
from tests.support.servers import LADDER_SECONDS


@dataclass
class Theatre:
    """An installation with a stage in it, and what a checker needs to judge it.

    Attributes:
        zirve: The installation.
        place: Where everything is.
        evidence: What the checker looks at.
        stage: Where the scene is played.
    """

    zirve: Installation
    place: Place
    evidence: Evidence
    stage: Stage

    def failures(self) -> list[str]:
        """What the checker finds wrong."""
        return check(self.evidence)


@pytest.fixture
def theatre(installation: Callable[..., Installation]) -> Iterator[Callable[..., Theatre]]:
    """Run an installation and set the stage: ``theatre(counts={"travel": 3})``."""
    opened: list[Theatre] = []

    def build(
        *, client: type[Client] = Client, was_killed: bool = False, **options: Any
    ) -> Theatre:
        zirve = installation(**options)
        place = Place.of(zirve)
        evidence = Evidence(
            mongo_uri=place.mongo_uri,
            amqp_uri=place.amqp_uri,
            mails=place.mails.folder,
            databases=place.databases,
            ladder_seconds=LADDER_SECONDS,
            was_killed=was_killed,
        )
        watch(evidence, anew=True)
        stage = Stage(client=client(place.urls, place.token), mails=place.mails)
        made = Theatre(zirve, place, evidence, stage)
        opened.append(made)
        return made

    yield build
    for each in opened:
        each.stage.client.close()
        each.evidence.close()
