"""Person: the copy of who somebody is and which city they belong to."""

from dataclasses import dataclass

from shared.contracts.membership import PersonDescribed
from shared.domain import Aggregate


@dataclass(kw_only=True, eq=False)
class Person(Aggregate):
    """A person as membership describes them.

    Attributes:
        city_id: City the person belongs to now.
        name: In Latin letters.
    """

    city_id: str
    name: str

    def describe(self, event: PersonDescribed) -> None:
        """Note the name and the city, unless something newer did."""
        if self.is_news(event):
            self.city_id, self.name = event.city_id, event.name
