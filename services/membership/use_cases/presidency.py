"""Load, decide, save: the presidency."""

from datetime import datetime

from services.membership.domain.presidency import PresidencyTerm
from services.membership.repository import Repositories


def elect_presidency(here: Repositories, term: PresidencyTerm, *, at: datetime) -> PresidencyTerm:
    """Elect a city for a year."""
    city = here.cities.get_named(term.city_id)
    presidency = here.presidencies.the_one()
    presidency.elect(term, city, at=at)
    here.presidencies.save(presidency)
    return term
