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


def in_full(principal: Principal) -> bool:
    """Tell whether somebody is shown how to reach people."""
    return principal.role in OWN_PEOPLE.scopes
