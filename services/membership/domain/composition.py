"""Whether the Executive Board is composed as the rule says, on a day, and why not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.membership.domain.body import Body, BodyKind
from services.membership.domain.ex_officio import YEARS_AWAY, host_for
from services.membership.domain.presidency import Presidency
from services.membership.domain.roster import RosterEntry
from services.membership.domain.seat import SeatBasis
from shared.errors import Conflict

ELECTED_CITIES = 4
"""Cities of the board that are elected."""


@dataclass(frozen=True)
class Rule:
    """A rule as it is quoted.

    Attributes:
        text: In a sentence.
        source: Where it stands.
    """

    text: str
    source: str


RULE = Rule(
    "The Executive Board is the host city of this year, of last year and of next year, and four"
    " elected cities.",
    # The board of 2025, known from another source, fits it.
    "Structure of the board as reported from the summit of Zagreb, January 2026 (aridaianews.gr)",
)


class NoRuleOfComposition(Conflict):
    """Only the Executive Board is composed by a rule."""

    rule = "Only the Executive Board is composed by a rule."


class PartState(StrEnum):
    """How a part of the rule is kept."""

    FULFILLED = "fulfilled"
    MISSING = "missing"
    TOO_MANY = "too_many"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, kw_only=True)
class CompositionPart:
    """A part of the rule, and how a board keeps it.

    Attributes:
        basis: The part.
        state: How it is kept.
        expected_city_id: The host whom the rule names; ``None`` for the elected cities, and when
            nobody is elected to the presidency of that year.
        city_ids: Cities that the board has for this part, in the order of its seats.
        seat_ids: The seats that they hold, in the same order.
        text: The finding in a sentence.
    """

    basis: SeatBasis
    state: PartState
    expected_city_id: str | None
    city_ids: tuple[str, ...]
    seat_ids: tuple[str, ...]
    text: str


@dataclass(frozen=True, kw_only=True)
class Composition:
    """Whether a board fits the rule on a day.

    Attributes:
        body_id: The board.
        name: Its name.
        on: The day.
        year: Year of the presidency in office on that day; the day's own when nobody presides.
        fits: Whether every part of the rule is kept.
        rule: The rule.
        parts: The host of this year, of last year, of next year, the elected cities.
    """

    body_id: str
    name: str
    on: date
    year: int
    fits: bool
    rule: Rule
    parts: tuple[CompositionPart, ...]

    @classmethod
    def of(cls, body: Body, presidency: Presidency, on: date) -> "Composition":
        """Compare a board with the rule.

        Raises:
            NoRuleOfComposition: The body is no Executive Board.
        """
        if body.kind is not BodyKind.EXECUTIVE_BOARD:
            raise NoRuleOfComposition(f"{body.name} is no Executive Board.", kind=body.kind.value)
        in_office = next((each for each in presidency.terms if each.covers(on)), None)
        year = in_office.year if in_office else on.year
        hosts = {basis: host_for(basis, presidency, year) for basis in YEARS_AWAY}
        if in_office is not None:
            hosts[SeatBasis.PRESIDENCY_CURRENT] = in_office.city_id
        parts = tuple(_parts(_Table(body.roster_on(on)), hosts, year))
        return cls(
            body_id=body.id,
            name=body.name,
            on=on,
            year=year,
            fits=all(each.state is PartState.FULFILLED for each in parts),
            rule=RULE,
            parts=parts,
        )


class _Table:
    """The seats of a board that are held, each counted for one part of the rule."""

    def __init__(self, roster: Iterable[RosterEntry]) -> None:
        self._left = [(each, each.term.city_id) for each in roster if each.term is not None]

    def take(self, basis: SeatBasis, host: str | None = None) -> list[tuple[str, str]]:
        """Return seats and cities of a basis, and count them for nothing else.

        A board whose seats do not say on what basis they are held has the host in any of them.
        """
        taken = [each for each in self._left if each[0].basis is basis]
        if not taken and host is not None:
            elected = (each for each in self._left if each[0].basis is SeatBasis.ELECTED)
            taken = [each for each in elected if each[1] == host][:1]
        self._left = [each for each in self._left if each not in taken]
        return [(entry.seat_id, city_id) for entry, city_id in taken]


def _parts(
    table: _Table, hosts: dict[SeatBasis, str | None], year: int
) -> Iterator[CompositionPart]:
    of_hosts: list[str] = []
    for basis, host in hosts.items():
        held = table.take(basis, host)
        of_hosts += [city_id for _, city_id in held]
        yield _host_part(basis, host, held, year + YEARS_AWAY[basis])
    yield _elected_part(table.take(SeatBasis.ELECTED), of_hosts)


def _host_part(
    basis: SeatBasis, host: str | None, held: list[tuple[str, str]], year: int
) -> CompositionPart:
    cities = tuple(city_id for _, city_id in held)
    others = [city_id for city_id in cities if city_id != host]
    if host is None:
        state = PartState.MISSING
        text = f"Nobody is elected to the presidency of {year}, so its host is not known."
    elif not cities:
        state, text = PartState.MISSING, f"{host}, the host of {year}, holds no seat."
    elif others:
        state = PartState.CONTRADICTED
        text = f"{', '.join(others)} sits for the host of {year}, which is {host}."
    elif len(cities) > 1:
        state = PartState.TOO_MANY
        text = f"{host}, the host of {year}, holds {len(cities)} seats."
    else:
        state, text = PartState.FULFILLED, f"{host} sits as the host of {year}."
    return CompositionPart(
        basis=basis,
        state=state,
        expected_city_id=host,
        city_ids=cities,
        seat_ids=tuple(seat_id for seat_id, _ in held),
        text=text,
    )


def _elected_part(held: list[tuple[str, str]], of_hosts: list[str]) -> CompositionPart:
    cities = tuple(city_id for _, city_id in held)
    twice = sorted({each for each in cities if (*cities, *of_hosts).count(each) > 1})
    if twice:
        state = PartState.CONTRADICTED
        text = f"{', '.join(twice)} holds more than one seat; a city counts once."
    elif len(cities) < ELECTED_CITIES:
        state = PartState.MISSING
        text = f"{len(cities)} cities are elected, {ELECTED_CITIES - len(cities)} too few."
    elif len(cities) > ELECTED_CITIES:
        state = PartState.TOO_MANY
        text = f"{len(cities)} cities are elected, {len(cities) - ELECTED_CITIES} too many."
    else:
        state, text = PartState.FULFILLED, f"Elected: {', '.join(cities)}."
    return CompositionPart(
        basis=SeatBasis.ELECTED,
        state=state,
        expected_city_id=None,
        city_ids=cities,
        seat_ids=tuple(seat_id for seat_id, _ in held),
        text=text,
    )
