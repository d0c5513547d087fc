"""Who may do what, and which day it is, at the doors of membership."""

from datetime import date

from shared.clock import utc_now
from shared.web.auth import ANYWHERE, ORGANISER, OWN_CITY, Access, Principal

CITY = "/v1/cities/<city_id>"

OWN_PEOPLE = ORGANISER | Access(city_lead=OWN_CITY)
"""Who may reach people, and register and change them."""
STAFF = ORGANISER | Access(host=ANYWHERE)
READERS = STAFF | Access(city_lead=OWN_CITY)


def today() -> date:
    """Return the day that it is, UTC."""
    return utc_now().date()


def in_full(principal: Principal, city_id: str | None = None) -> bool:
    """Tell whether somebody is shown how to reach people.

    Args:
        principal: Who asks.
        city_id: City of the people; when absent, one in which he may use the door.
    """
    scope = OWN_PEOPLE.scopes.get(principal.role)
    is_own = city_id is None or city_id in principal.cities
    return scope is ANYWHERE or (scope is OWN_CITY and is_own)


def columns_for(
    principal: Principal, everybody: dict[str, str], in_full_only: dict[str, str]
) -> dict[str, str]:
    """Return the columns of a sheet that somebody is shown."""
    return {**everybody, **in_full_only} if in_full(principal) else everybody
