"""The order of precedence: by which rules, and where each city stands."""

from dataclasses import dataclass
from datetime import date

from shared.domain import Event


@dataclass(frozen=True, kw_only=True)
class PrecedenceRule:
    """A rule of the order of precedence.

    Attributes:
        rule: ``host``, ``presidency``, ``founding_presidency``, ``former_presidencies``, ``body``,
            ``office_rank``, ``seniority``, ``standing`` or ``alphabetical``.
        body_id: Of ``body``: which one, or ``None``.
        body_kind: Of ``body``: any body of this kind (``executive_board`` …), or ``None``.
        offices: Of ``office_rank``: the highest first.
        of: Of ``seniority``: ``office`` or ``membership``; else ``None``.
        language: Of ``alphabetical``: BCP 47, or ``None`` for English.
    """

    rule: str
    body_id: str | None = None
    body_kind: str | None = None
    offices: tuple[str, ...] = ()
    of: str | None = None
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class PrecedenceChanged(Event):
    """Other rules decide about precedence.

    Attributes:
        rules: In order; the first that tells two participants apart decides.
    """

    rules: tuple[PrecedenceRule, ...]


@dataclass(frozen=True, kw_only=True)
class PrecedenceRanked(Event):
    """The cities of the network stand in another order, without any host.

    A large network is told in parts; the order counts once all of its parts are heard. A city
    that no part names is not ranked.

    Attributes:
        ranking: Number of the order, rising; its parts have the same.
        on: Day that it was made for.
        language: Whose alphabet decided, BCP 47.
        part: Number of the part: 1, 2, 3 …
        is_last: Whether no part follows.
        positions: Place in the order, from 1 on, by city.
    """

    ranking: int
    on: date
    language: str
    part: int
    is_last: bool
    positions: dict[str, int]
