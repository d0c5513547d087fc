"""A person as shown to those who need not reach him or her."""

from dataclasses import dataclass

from services.membership.domain.affiliation import Affiliation
from services.membership.domain.profile import Profile


@dataclass(frozen=True, kw_only=True)
class PublicPerson:
    """A person as shown to those who need not reach him or her.

    Attributes:
        id: The person.
        city_id: City the person belongs to.
        profile: Who it is.
        affiliations: In which cities, oldest first.
        merged_into: Person that this entry stands for, or ``None``.
    """

    id: str
    city_id: str
    profile: Profile
    affiliations: tuple[Affiliation, ...]
    merged_into: str | None
