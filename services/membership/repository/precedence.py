"""Where the order of precedence is kept, and the ranking by it."""

from services.membership.domain.precedence import PRECEDENCE, Precedence
from services.membership.domain.ranking import RANKING, Ranking
from shared.persistence import Repository


class PrecedenceRepository(Repository[Precedence]):
    """The order of precedence, one document."""

    collection = "precedences"
    aggregate = Precedence

    def the_one(self) -> Precedence:
        """Return the order of precedence; the default when nothing was decided yet."""
        return self.find(PRECEDENCE) or Precedence(id=PRECEDENCE)


class RankingRepository(Repository[Ranking]):
    """The ranking of all cities, one document."""

    collection = "rankings"
    aggregate = Ranking

    def the_one(self) -> Ranking:
        """Return the ranking; an empty one when nothing was ranked yet."""
        return self.find(RANKING) or Ranking(id=RANKING)
