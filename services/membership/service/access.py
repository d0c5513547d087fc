"""Who may do what, and which day it is, at the doors of membership."""

from datetime import date

from services.membership.domain import presidency_rights
from services.membership.domain.presidency_rights import CITY_LEAD, Right
from services.membership.repository import Repositories
from shared.clock import utc_now
from shared.web.auth import ANYWHERE, BY_RIGHT, ORGANISER, OWN_CITY, Access, Principal

CITY = "/v1/cities/<city_id>"

OWN_PEOPLE = ORGANISER | Access(city_lead=OWN_CITY)
"""Who may reach people, and register and change them."""
STAFF = ORGANISER | Access(host=ANYWHERE)
READERS = STAFF | Access(city_lead=OWN_CITY)
PRESIDENCY = ORGANISER | Access(city_lead=BY_RIGHT)
"""The secretariat, and leads by what ``check_right`` says."""
NETWORK = STAFF | PRESIDENCY
"""Who may read of all cities: staff, and leads by what ``check_right`` says."""


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


def check_right(
    here: Repositories, principal: Principal, right: Right, city_id: str | None = None
) -> None:
    """Refuse a city lead who has no right by the presidency; others came in by their role.

    Args:
        here: Where the presidency is.
        principal: Who asks.
        right: What is wanted.
        city_id: Whose it is: of one's own city no right is needed.

    Raises:
        NotPresiding: None of the lead's cities presides now.
    """
    if principal.role == CITY_LEAD and city_id not in principal.cities:
        presidency = here.presidencies.the_one()
        presidency_rights.check_right(presidency, right, principal.cities, utc_now())


def check_contacts(here: Repositories, principal: Principal, city_id: str) -> None:
    """Refuse a city lead whom the contacts of a presiding city do not concern now.

    Raises:
        NotPresiding: They do not.
    """
    if principal.role == CITY_LEAD:
        presidency = here.presidencies.the_one()
        presidency_rights.check_contacts(presidency, city_id, principal.cities, utc_now())
