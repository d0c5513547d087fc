"""Terms of the presidency as tests enter them, around the day that it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.membership.world import Json
from tests.support.client import Client

YEAR = datetime.now(UTC).year + 1
TODAY = datetime.now(UTC).date()
RULES_OF_2022 = "Organisational rules of the B40 Balkan Cities Network, approved 9 February 2022"


def elect(organiser: Client, year: int, city_id: str, **known: Any) -> Json:
    answer = organiser.post("/v1/presidencies", {"year": year, "city_id": city_id, **known})
    assert answer.status_code == 201, answer.text
    elected: Json = answer.json()
    return elected


def elect_for_today(organiser: Client, city_id: str, year: int = YEAR) -> None:
    """Elect a city for a term that began yesterday, in a year that is counted as ``year``."""
    days = {"starts_on": str(TODAY - timedelta(days=1)), "ends_on": str(TODAY + timedelta(days=1))}
    elect(organiser, year, city_id, **days)
